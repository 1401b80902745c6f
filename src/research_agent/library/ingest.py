"""Take an origin's records in: plan, embed what is new, write the catalogue in one transaction, bring the indexes up.

A kill loses at most a batch of vectors: before the transaction nobody sees anything, after it the indexes catch up.
"""

from collections.abc import Iterable

from research_agent.errors import StoreError
from research_agent.library.catalogue import origin_fingerprint
from research_agent.library.changes import (
    hashed_texts,
    passage_changes,
    write_origin,
    write_passages,
    write_records,
    write_sources,
)
from research_agent.library.records import RecordPlan, fingerprint_of, held_records, plan_records
from research_agent.library.resolution import resolve_affected
from research_agent.library.state import next_generation, write_model
from research_agent.library.store import Progress, Store
from research_agent.model.library import IngestReport
from research_agent.model.source import Source


def ingest(
    store: Store,
    origin: str,
    sources: Iterable[Source],
    *,
    replace: bool,
    fingerprint: str | None,
    progress: Progress,
) -> IngestReport:
    """Make the store hold what the origin says; see `Library.ingest`."""
    if fingerprint is not None:
        report = _unchanged(store, origin, fingerprint)
        if report is not None:
            return report
    incoming = list(sources)
    with store.lock.held(f"take in {origin}"):
        return _ingest(store, origin, incoming, replace=replace, fingerprint=fingerprint, progress=progress)


def _ingest(
    store: Store, origin: str, incoming: list[Source], *, replace: bool, fingerprint: str | None, progress: Progress
) -> IngestReport:
    database, checkpoint = store.database, store.checkpoint
    state = store.state()
    store.model(state)
    with database.reading() as connection:
        held = held_records(connection, origin)
        plan = plan_records(held, incoming, replace=replace)
        if not plan.empty:
            resolution = resolve_affected(connection, origin, plan)
            changes = passage_changes(connection, resolution)
    whole = fingerprint if fingerprint is not None else _whole(held, plan)
    if plan.empty:
        with database.writing() as connection:
            write_origin(connection, origin, whole)
        if store.behind():
            store.catch_up(progress)
        return _report(plan, 0, 0, state.generation)
    checkpoint("planned")
    texts = hashed_texts(changes.written)
    watched = _Watched(progress, len(texts) + 2 * len(changes.written))
    embedded = store.supply.prepare(texts, embedded=watched.advance, checkpoint=checkpoint)
    checkpoint("vectors")
    with database.writing() as connection:
        generation = next_generation(connection)
        if state.model is None:
            write_model(connection, store.supply.model)
        write_records(connection, origin, whole, plan, resolution)
        checkpoint("writing")
        write_sources(connection, resolution)
        write_passages(connection, changes, generation)
        checkpoint("written")
    checkpoint("committed")
    try:
        store.catch_up(watched.rest)
    except StoreError as error:
        raise type(error)(f"{error} All {len(changes.written)} new passages of {origin} are in it.") from error
    return _report(plan, len(changes.written), embedded, generation)


class _Watched:
    """Progress over steps that count for themselves."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0

    def advance(self, number: int) -> None:
        self._done += number
        self._progress(self._done, self._total)

    def rest(self, done: int, total: int) -> None:
        """Progress of the last step, which may have older work to do as well."""
        self._progress(self._done + done, self._done + total)


def _unchanged(store: Store, origin: str, fingerprint: str) -> IngestReport | None:
    """The report of an ingest that has nothing to do, without looking at a record."""
    with store.database.reading() as connection:
        if origin_fingerprint(connection, origin) != fingerprint:
            return None
        names = set(held_records(connection, origin).values())
    return _report(RecordPlan((), (), 0, 0, len(names), 0), 0, 0, store.state().generation)


def _whole(held: dict[str, str], plan: RecordPlan) -> str:
    return fingerprint_of((held.keys() - set(plan.gone)) | {new.content_hash for new in plan.new})


def _report(plan: RecordPlan, written: int, embedded: int, generation: int) -> IngestReport:
    return IngestReport(
        added=plan.added,
        changed=plan.changed,
        unchanged=plan.unchanged,
        removed=plan.removed,
        passages_added=written,
        embedded=embedded,
        generation=generation,
    )
