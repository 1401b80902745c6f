"""The library: one store of sources, passages, vectors, decisions and runs, with what it is asked and told as verbs."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Self

from research_agent.errors import StoreError
from research_agent.library import catalogue
from research_agent.library.chroma import ChromaTarget
from research_agent.library.database import Database
from research_agent.library.decisions import (
    KeptDecision,
    decision_history,
    keep_decision,
    standing_decisions,
    withdraw_decisions,
)
from research_agent.library.embedder import Embedder
from research_agent.library.indexes import Vectors
from research_agent.library.ingest import ingest
from research_agent.library.lock import WriteLock
from research_agent.library.models import model_change, reembed
from research_agent.library.provenance import Told, keep_provenance, read_provenance
from research_agent.library.relevance import Match, Similarities, best_matches, similarities_between
from research_agent.library.runs import Run, keep_run, read_run, read_runs
from research_agent.library.search import DIVERSITY, search
from research_agent.library.state import Model, name_store, read_state
from research_agent.library.status import LibraryStatus, ModelChange, status_of
from research_agent.library.store import Checkpoint, Progress, Store, unchecked, unwatched
from research_agent.library.supply import VectorSupply
from research_agent.library.vectors import PassageVectors, passage_vectors
from research_agent.library.verifications import (
    VERIFIED,
    keep_verification,
    kept_after,
    read_verification,
    read_verifications,
    record_of,
)
from research_agent.model.bibliography import Bibliography
from research_agent.model.candidate import Provenance
from research_agent.model.library import Filter, Hit, IngestReport, Passage
from research_agent.model.radar import Decision
from research_agent.model.source import Source
from research_agent.model.verification import Verification

if TYPE_CHECKING:
    from research_agent.library.shipped import ShippedVectors

__all__ = ["ChromaTarget", "Library", "Match", "Similarities"]

_STORE_CHARACTERS = 12


class Library:
    """An open store. Several processes may have it open; one writes at a time, and the others see what it wrote.

    What only reads the catalogue (`sources`, `relevance`, `similarities`, `decisions`, `runs`) loads neither Chroma nor
    a model. Threads may share a library.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        """Use `open` instead."""
        self._store = store
        self._clock = clock
        # One thread at a time looks whether the indexes are as the catalogue says and reopens them.
        self._indexes = RLock()
        # The last question for sources (generation, guide, domain) with its answer.
        self._sources: tuple[tuple[int, str | None, str | None], list[Source]] | None = None

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        embedder: Embedder | Callable[[], Embedder],
        clock: Callable[[], datetime],
        shipped: "ShippedVectors | None" = None,
        chroma: ChromaTarget | None = None,
        lock_wait: float = 30.0,
        checkpoint: Checkpoint = unchecked,
    ) -> Self:
        """Open the store in a directory; both are made where they are missing.

        Args:
            directory: the store's folder.
            embedder: turns texts into vectors; or a function that makes one, called when it is first needed.
            clock: tells the time, with its zone.
            shipped: vectors that need not be computed.
            chroma: where Chroma runs; None: in this process.
            lock_wait: seconds to wait for another process that writes.
            checkpoint: told each step of a write as it ends.

        Raises:
            StoreError: the directory can't be used, or the catalogue is damaged or newer than this version.
            StoreBusyError: another process is preparing the store and did not finish in time.
        """
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"The data directory {directory} can't be made: {error}. Nothing was changed. Make its parent "
                "writable, or choose another: RESEARCH_AGENT_DATA_DIR=FOLDER."
            ) from error
        lock = WriteLock(directory, wait=lock_wait)
        database = Database.open(directory, lock=lock)
        store = Store(
            directory=directory,
            database=database,
            lock=lock,
            supply=VectorSupply(database, embedder, shipped),
            target=chroma or ChromaTarget(),
            checkpoint=checkpoint,
        )
        _name(store, clock)
        return cls(store, clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of all files and connections."""
        with self._indexes:
            # Questions can be embedded again: a full disk is no reason to fail on the way out.
            with suppress(StoreError):
                self._store.supply.write_questions()
            self._store.close_indexes()
            self._store.database.close()

    # --- what is in it --------------------------------------------------------------------------------------------

    def ingest(
        self,
        origin: str,
        sources: Iterable[Source],
        *,
        replace: bool = True,
        fingerprint: str | None = None,
        progress: Progress = unwatched,
    ) -> IngestReport:
        """Make the store hold what an origin says. Doing so again changes nothing; what did not change costs nothing.

        Records of one work, of whatever origins, become one source. Killed at any moment, the store is either as it was
        or complete, and vectors that were computed are kept.

        Args:
            origin: "corpus:GUIDE", or "added" for what a user adds.
            sources: its records.
            replace: whether what the origin no longer says is removed; otherwise it only grows, and a record replaces
                the origin's former one of the same id.
            fingerprint: hash of the files that `sources` are read from: if it is the origin's last one, `sources` is
                not even looked at.
            progress: told how many units of work are done, of how many.

        Raises:
            StoreBusyError: another process wrote all the time.
            StoreError: the store can't be written, or holds another model's vectors.
            EmbeddingError: the model failed; what it computed before is kept.
        """
        return ingest(self._store, origin, sources, replace=replace, fingerprint=fingerprint, progress=progress)

    def fingerprint(self, origin: str) -> str | None:
        """The fingerprint of an origin as it was last taken in; None: it never was."""
        with self._store.database.reading() as connection:
            return catalogue.origin_fingerprint(connection, origin)

    def sources(self, guide: str | None = None, domain: str | None = None) -> list[Source]:
        """The sources that serve a guide, or one of its domains, or all; ordered by id.

        The answer to the last question is kept for as long as the store stays at its generation: a run over all
        domains of a guide asks it for each of them, and reading 700 records takes 40 ms.
        """
        with self._store.database.reading() as connection:
            question = (read_state(connection).generation, guide, domain)
            if self._sources is None or self._sources[0] != question:
                self._sources = (question, catalogue.read_sources(connection, guide, domain))
            return list(self._sources[1])

    def source(self, name: str) -> Source:
        """The source with this id or alias.

        Raises:
            UnknownNameError: there is none; the error lists the near matches.
        """
        with self._store.database.reading() as connection:
            return catalogue.read_source(connection, name)

    def keep_provenance(self, entries: Iterable[Told]) -> int:
        """Keep what services said of works, each a source with its provenance; returns how many records were kept.

        A record that is read again replaces what it said before. It may be kept before or after its work is taken in.

        Raises:
            StoreBusyError: another process wrote all the time.
        """
        with self._store.database.writing() as connection:
            return keep_provenance(connection, entries)

    def provenance(self, name: str) -> list[Provenance]:
        """What services said of the source with this id or alias, by service, the latest first; raw where it was kept.

        Raises:
            UnknownNameError: there is no such source; the error lists the near matches.
        """
        with self._store.database.reading() as connection:
            return read_provenance(connection, name)

    def passages(
        self, sources: Sequence[str] | None = None, guide: str | None = None, domain: str | None = None
    ) -> list[Passage]:
        """Passages of these sources (None: of all), read for a guide and domain; by source, in the record's order."""
        with self._store.database.reading() as connection:
            return catalogue.read_passages(connection, sources, guide, domain)

    # --- what it answers ------------------------------------------------------------------------------------------

    def search(
        self, query: str, where: Filter | None = None, limit: int = 10, *, diversity: float = DIVERSITY
    ) -> list[Hit]:
        """The sources that answer a question best, by meaning and by words, one hit each, the best first.

        Args:
            query: words or a question; never read as query syntax.
            where: what to search in; None: everything.
            limit: how many sources.
            diversity: share of novelty in the choice of hits, 0 to 1; at 0 hits that say the same stay, too.

        Raises:
            StoreError: the store holds another model's vectors, or an index can't be used.
            EmbeddingError: the model failed.
        """
        with self._indexes:
            state = self._store.ready()
        return search(self._store, state, query, where=where or Filter(), limit=limit, diversity=diversity)

    def relevance(self, queries: Mapping[str, str], guide: str, domain: str) -> dict[str, dict[str, Match]]:
        """For each source of a domain and each query (id to text): the exact cosine of its best passage, and which.

        Sources without a passage are left out. Needs no model where the queries' vectors are cached or shipped.

        Raises:
            StoreError: the store holds another model's vectors.
            EmbeddingError: the model failed.
        """
        passages = self._passage_vectors(guide, domain)
        if not passages.passages or not queries:
            return {source: {} for source in sorted(set(passages.sources))}
        questions = self._store.supply.of_questions(list(queries.values()))
        return best_matches(passages, list(queries), questions)

    def vectors_of(self, guide: str, domain: str) -> PassageVectors:
        """The vectors of the passages that were read for a domain.

        Raises:
            StoreError: the store holds vectors of another model than the configured one.
        """
        return self._passage_vectors(guide, domain)

    def question_vectors(self, questions: Sequence[str]) -> Vectors:
        """Vectors of questions, (n, d) float32 of unit length; loads no model where they are cached or shipped.

        Raises:
            EmbeddingError: the model failed.
        """
        return self._store.supply.of_questions(questions)

    @property
    def embedder_fingerprint(self) -> str:
        """Which model the configured embedder is."""
        return self._store.supply.fingerprint

    def similarities(self, guide: str, domain: str) -> Similarities:
        """How alike a domain's sources are: exact cosines of the mean vectors of their passages for that domain.

        Raises:
            StoreError: the store holds another model's vectors.
        """
        return similarities_between(self._passage_vectors(guide, domain))

    # --- what people decided, what was produced -------------------------------------------------------------------

    def decide(self, decision: Decision) -> None:
        """Keep a person's decision; of those on one source and criterion, or pin and ban, the latest stands.

        Raises:
            UnknownNameError: no such source.
        """
        with self._store.database.writing() as connection:
            source = catalogue.read_source(connection, decision.source).id
            keep_decision(connection, decision.model_copy(update={"source": source}), self._clock())

    def decisions(self, guide: str, domain: str) -> list[Decision]:
        """The decisions that stand for a domain, by source."""
        with self._store.database.reading() as connection:
            return standing_decisions(connection, guide, domain)

    def decision_history(self, guide: str, domain: str) -> list[KeptDecision]:
        """All decisions ever made for a domain, the oldest first."""
        with self._store.database.reading() as connection:
            return decision_history(connection, guide, domain)

    def withdraw(self, source: str, guide: str, domain: str) -> list[Decision]:
        """Take back all that was decided of a source in a domain; returns what of it stood.

        Raises:
            UnknownNameError: no such source.
        """
        with self._store.database.writing() as connection:
            present = catalogue.read_source(connection, source).id
            return withdraw_decisions(connection, guide, domain, present, self._clock())

    def save_run(self, bibliography: Bibliography, created: datetime) -> Run:
        """Keep a bibliography in its domain's history, unless it is the latest there already."""
        with self._store.database.writing() as connection:
            return keep_run(connection, bibliography, created)

    def runs(self, guide: str, domain: str) -> list[Run]:
        """A domain's runs, the latest first."""
        with self._store.database.reading() as connection:
            return read_runs(connection, guide, domain)

    def run(self, run_id: str) -> Bibliography:
        """The bibliography of a run.

        Raises:
            UnknownNameError: there is no such run; the error lists the near matches.
        """
        with self._store.database.reading() as connection:
            return read_run(connection, run_id)

    # --- what looks at sources showed -----------------------------------------------------------------------------

    def keep_verifications(self, verifications: Sequence[Verification]) -> None:
        """Keep what looks at sources showed, and hand the state and the facts among it to the sources as signals.

        The signals come first: whoever is killed in between looks at these sources again.

        Raises:
            UnknownNameError: no such source.
            StoreBusyError: another process wrote all the time.
            StoreError: the store can't be written.
        """
        records: list[Source] = []
        kept: list[Verification] = []
        with self._store.database.reading() as connection:
            for new in verifications:
                source = catalogue.read_source(connection, new.source)
                earlier = read_verification(connection, source)
                kept.append(kept_after(earlier, new.model_copy(update={"source": source.id})))
                if kept[-1].state != "not_checked":
                    records.append(record_of(source, kept[-1]))
        if records:
            self.ingest(VERIFIED, records, replace=False)
        with self._store.database.writing() as connection:
            for one in kept:
                keep_verification(connection, one)

    def verification(self, name: str) -> Verification | None:
        """What the last look at a source showed; None: nobody looked.

        Raises:
            UnknownNameError: no such source.
        """
        with self._store.database.reading() as connection:
            return read_verification(connection, catalogue.read_source(connection, name))

    def verifications(self) -> dict[str, Verification]:
        """What the last look at each source showed, by the source's id."""
        with self._store.database.reading() as connection:
            return read_verifications(connection)

    # --- how it is ------------------------------------------------------------------------------------------------

    @property
    def generation(self) -> int:
        """How many times the store was changed."""
        return self._store.state().generation

    @property
    def model(self) -> Model | None:
        """The embedding model whose vectors the store holds; None: it holds none yet."""
        return self._store.state().model

    def status(self) -> LibraryStatus:
        """Counts, indexes, sizes and versions; a broken index is told, not raised."""
        with self._indexes:
            self._store.look_again()
            return status_of(self._store)

    def repair(self, progress: Progress = unwatched) -> None:
        """Rebuild both indexes from the catalogue.

        Raises:
            StoreBusyError: another process wrote all the time.
            StoreError: an index can't be written.
        """
        with self._indexes, self._store.lock.held("repair the indexes"):
            self._store.rebuild(progress)

    def model_change(self) -> ModelChange | None:
        """What it takes to hold the vectors of the embedder that is configured; None: nothing."""
        return model_change(self._store)

    def reembed(self, progress: Progress = unwatched) -> int:
        """Embed all passages with the configured embedder and hold its vectors; returns how many were computed.

        Raises:
            EmbeddingError: the model failed; the store is as it was, and what was computed is kept.
            StoreBusyError: another process wrote all the time.
        """
        with self._indexes:
            return reembed(self._store, progress)

    def _passage_vectors(self, guide: str, domain: str) -> PassageVectors:
        with self._store.database.reading() as connection:
            model = self._store.model(read_state(connection))
            if model is None:
                model = Model("", "", 1)
            return passage_vectors(connection, model.fingerprint, Filter(guide=guide, domain=domain), model.dimension)


def _name(store: Store, clock: Callable[[], datetime]) -> None:
    """Give a new store its identity: two stores differ in place or time."""
    if store.state().store:
        return
    said = f"{store.directory.resolve()} {clock().isoformat()}"
    with store.database.writing() as connection:
        if not read_state(connection).store:
            name_store(connection, hashlib.sha256(said.encode()).hexdigest()[:_STORE_CHARACTERS])
