"""Read the catalogue: sources, passages, and what changed since a generation."""

from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

import sqlalchemy as sa

from research_agent.errors import UnknownNameError
from research_agent.library.chunks import chunks
from research_agent.library.filters import conditions, written_after
from research_agent.library.indexes import IndexedPassage, IndexedSource, Vectors
from research_agent.library.passages import source_of
from research_agent.library.schema import (
    decision,
    origin,
    passage,
    placement,
    record,
    run,
    source,
    source_name,
    tombstone,
    vector,
)
from research_agent.library.vectors import CHUNK, PassageVectors, decoded, stacked
from research_agent.model.library import Filter, Passage
from research_agent.model.source import Source

PASSAGE = (
    passage.c.id,
    passage.c.source_id,
    passage.c.guide,
    passage.c.domain,
    passage.c.part,
    passage.c.position,
    passage.c.text,
    passage.c.place,
    passage.c.title,
    passage.c.category,
    passage.c.kind,
    passage.c.year,
    passage.c.peer_reviewed,
)
_READ_AT_A_TIME = 500
"""Sources, of some ten passages each."""


_WITH_VECTOR = (
    sa.select(*PASSAGE, vector.c.vector)
    .join(
        vector,
        sa.and_(vector.c.text_hash == passage.c.text_hash, vector.c.model == sa.bindparam("model")),
        isouter=True,
    )
    .where(passage.c.id.in_(sa.bindparam("ids", expanding=True)))
)
"""Built once: putting it together takes as long as the database takes to answer it."""


_VECTORS_OF_SOURCES = (
    sa.select(passage.c.id, passage.c.source_id, passage.c.part, vector.c.vector)
    .join(
        vector,
        sa.and_(vector.c.text_hash == passage.c.text_hash, vector.c.model == sa.bindparam("model")),
        isouter=True,
    )
    .where(passage.c.source_id.in_(sa.bindparam("sources", expanding=True)))
)
_NAMED = sa.select(*PASSAGE).where(passage.c.id.in_(sa.bindparam("ids", expanding=True)))
_BYTES_OF_A_NUMBER = 4


class WithVector(NamedTuple):
    """A row of the catalogue: a passage, made when it is asked for, and its vector."""

    columns: Sequence[Any]
    stored: bytes | None

    @property
    def passage(self) -> IndexedPassage:
        """The passage; a search reads four rows for each that it shows."""
        return indexed(self.columns)

    @property
    def vector(self) -> Vectors | None:
        """(d,) float32; None where it has none yet."""
        return None if self.stored is None else decoded(self.stored)


class Counts(NamedTuple):
    """How many rows of each kind the catalogue holds."""

    records: int
    sources: int
    passages: int
    vectors: int
    decisions: int
    runs: int


def read_sources(connection: sa.Connection, guide: str | None = None, domain: str | None = None) -> list[Source]:
    """The sources that serve a guide, or one of its domains, or all; ordered by id."""
    statement = sa.select(source.c.body).order_by(source.c.id)
    rules = _serving(guide, domain)
    if rules:
        statement = statement.where(source.c.id.in_(sa.select(placement.c.source_id).where(*rules)))
    return [Source.model_validate_json(body) for body in connection.execute(statement).scalars()]


def read_source(connection: sa.Connection, name: str) -> Source:
    """The source with this id, else the one with this alias.

    Raises:
        UnknownNameError: none; the error lists the near matches.
    """
    statement = (
        sa.select(source.c.body)
        .join(source_name, source_name.c.source_id == source.c.id)
        .where(source_name.c.name == name.strip().lower())
        .order_by(source.c.id != source_name.c.name, source.c.id)
        .limit(1)
    )
    body = connection.execute(statement).scalar()
    if body is None:
        known = connection.execute(sa.select(source_name.c.name).distinct().order_by(source_name.c.name)).scalars()
        raise UnknownNameError("source", name, known)
    return Source.model_validate_json(body)


def current_ids(connection: sa.Connection, names: Iterable[str]) -> dict[str, str]:
    """The source id of each of these ids or aliases that is known."""
    found: dict[str, str] = {}
    for chunk in chunks(names, CHUNK):
        rows = connection.execute(
            sa.select(source_name.c.name, source_name.c.source_id)
            .where(source_name.c.name.in_(chunk))
            .order_by(source_name.c.source_id == source_name.c.name, source_name.c.source_id.desc())
        )
        found.update((name, source_id) for name, source_id in rows)
    return found


def read_passages(
    connection: sa.Connection, sources: Sequence[str] | None, guide: str | None, domain: str | None
) -> list[Passage]:
    """Passages of these sources (None: of all) read for a guide and domain; by source, then as in the record."""
    rules = conditions(Filter(guide=guide, domain=domain))
    groups: list[list[sa.ColumnElement[bool]]] = (
        [rules] if sources is None else [[*rules, passage.c.source_id.in_(chunk)] for chunk in chunks(sources, CHUNK)]
    )
    rows = [row for group in groups for row in connection.execute(sa.select(*PASSAGE).where(*group))]
    found = [indexed(row).passage for row in rows]
    return sorted(found, key=lambda p: (p.source, p.guide, p.domain, _PART_ORDER[p.part], p.position))


def read_with_vectors(
    connection: sa.Connection, model: str, where: Filter, passage_ids: Iterable[str]
) -> dict[str, WithVector]:
    """Those of these passages that the catalogue holds and a filter leaves, with this model's vectors, by id."""
    rules = conditions(where, of_named=True)
    statement = _WITH_VECTOR.where(*rules) if rules else _WITH_VECTOR
    return {
        row[0]: WithVector(row[:-1], row[-1])
        for chunk in chunks(passage_ids, CHUNK)
        for row in connection.execute(statement, {"model": model, "ids": chunk}).all()
    }


def vectors_of_sources(
    connection: sa.Connection, model: str, where: Filter, source_ids: Iterable[str], dimension: int
) -> PassageVectors:
    """The vectors of these sources' passages that a filter leaves, by source, then passage; zeros for one without."""
    rules = conditions(where, of_named=True)
    statement = _VECTORS_OF_SOURCES.where(*rules) if rules else _VECTORS_OF_SOURCES
    found = [
        row
        for chunk in chunks(source_ids, CHUNK)
        for row in connection.execute(statement, {"model": model, "sources": chunk}).all()
    ]
    # As plain tuples, which sort twice as fast.
    rows = sorted(map(tuple, found), key=itemgetter(1, 0))
    nothing = bytes(dimension * _BYTES_OF_A_NUMBER)
    passages, sources, parts, blobs = zip(*rows, strict=True) if rows else [()] * 4
    return PassageVectors(passages, sources, parts, stacked([blob or nothing for blob in blobs], dimension))


def every_passage(connection: sa.Connection) -> list[IndexedPassage]:
    """All passages."""
    return [indexed(row) for row in connection.execute(sa.select(*PASSAGE)).all()]


def rows_of_passages(connection: sa.Connection, passage_ids: Iterable[str]) -> dict[str, Sequence[Any]]:
    """The rows of `PASSAGE` of those of these passages that the catalogue holds, by id."""
    return {
        row[0]: row for chunk in chunks(passage_ids, CHUNK) for row in connection.execute(_NAMED, {"ids": chunk}).all()
    }


def matching(connection: sa.Connection, where: Filter) -> list[str]:
    """Ids of the passages that a filter leaves."""
    return list(connection.execute(sa.select(passage.c.id).where(*conditions(where))).scalars())


def count_matching(connection: sa.Connection, where: Filter) -> int:
    """How many passages a filter leaves."""
    return connection.execute(sa.select(sa.func.count()).select_from(passage).where(*conditions(where))).scalar_one()


def passages_within(connection: sa.Connection, where: Filter, passage_ids: Iterable[str]) -> set[str]:
    """Those of these passages that the catalogue holds and a filter leaves."""
    rules = conditions(where, of_named=True)
    return {
        passage_id
        for chunk in chunks(passage_ids, CHUNK)
        for passage_id in connection.execute(sa.select(passage.c.id).where(passage.c.id.in_(chunk), *rules)).scalars()
    }


def changed_sources(connection: sa.Connection, since: int) -> list[str]:
    """Ids of the sources of which a passage was written or removed after generation `since`, in order."""
    written = connection.execute(sa.select(passage.c.source_id).where(*written_after(since)).distinct()).scalars()
    return sorted({*written, *map(source_of, removed_passages(connection, since) if since else ())})


def indexed_sources(connection: sa.Connection, source_ids: Sequence[str]) -> Iterator[IndexedSource]:
    """Those of these sources that have passages, in the order given, as an index of sources holds them."""
    for chunk in chunks(source_ids, _READ_AT_A_TIME):
        rows = connection.execute(sa.select(*PASSAGE).where(passage.c.source_id.in_(chunk)).order_by(passage.c.id))
        of_source: dict[str, list[IndexedPassage]] = {}
        for row in rows:
            item = indexed(row)
            of_source.setdefault(item.passage.source, []).append(item)
        yield from (_whole(of_source[name]) for name in chunk if name in of_source)


def removed_passages(connection: sa.Connection, since: int) -> list[str]:
    """Ids of passages that were removed after generation `since` and did not come back."""
    return list(
        connection.execute(
            sa.select(tombstone.c.passage_id)
            .where(tombstone.c.generation > since)
            .where(tombstone.c.passage_id.not_in(sa.select(passage.c.id)))
            .order_by(tombstone.c.passage_id)
        ).scalars()
    )


def count_changed(connection: sa.Connection, since: int) -> int:
    """How many passages were written after generation `since`."""
    return connection.execute(sa.select(sa.func.count()).select_from(passage).where(*written_after(since))).scalar_one()


def count_with_passages(connection: sa.Connection) -> int:
    """How many sources have a passage."""
    return connection.execute(sa.select(sa.func.count(passage.c.source_id.distinct()))).scalar_one()


def count_all(connection: sa.Connection, model: str) -> Counts:
    """How many rows of each kind there are; of vectors those of this model (its fingerprint)."""

    def count(table: sa.Table, *rules: sa.ColumnElement[bool]) -> int:
        return connection.execute(sa.select(sa.func.count()).select_from(table).where(*rules)).scalar_one()

    return Counts(
        records=count(record),
        sources=count(source),
        passages=count(passage),
        vectors=count(vector, vector.c.model == model),
        decisions=count(decision, decision.c.withdrawn_at.is_(None)),
        runs=count(run),
    )


def origin_fingerprint(connection: sa.Connection, name: str) -> str | None:
    """What the origin's fingerprint was when it was last taken in; None: it never was."""
    return connection.execute(sa.select(origin.c.fingerprint).where(origin.c.name == name)).scalar()


_PART_ORDER = {"summary": 0, "key_point": 1, "code_pattern": 2}


def _serving(guide: str | None, domain: str | None) -> list[sa.ColumnElement[bool]]:
    rules = []
    if guide is not None:
        rules.append(placement.c.guide == guide)
    if domain is not None:
        rules.append(placement.c.domain == domain)
    return rules


def _whole(passages: Sequence[IndexedPassage]) -> IndexedSource:
    first = passages[0]
    return IndexedSource(
        id=first.passage.source,
        title=first.title,
        texts=tuple(item.passage.text for item in passages),
        filed=tuple(dict.fromkeys((item.passage.guide, item.passage.domain, item.category) for item in passages)),
        kind=first.kind,
        year=first.year,
        peer_reviewed=first.peer_reviewed,
    )


def indexed(row: Sequence[Any]) -> IndexedPassage:
    """The passage of a row of `PASSAGE`."""
    passage_id, source_id, guide, domain, part, position, text, place, title, *filed = row
    category, kind, year, peer_reviewed = filed
    return IndexedPassage(
        # Ours, and valid when it was written: checking it again would take half the time of a search.
        passage=Passage.model_construct(
            id=passage_id,
            source=source_id,
            guide=guide,
            domain=domain,
            part=part,
            position=position,
            text=text,
            where=place,
        ),
        title=title,
        category=category,
        kind=kind,
        year=year,
        peer_reviewed=peer_reviewed,
    )
