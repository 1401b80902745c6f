"""The parts of an open store, and how its two indexes catch up with the catalogue.

The catalogue is the truth. Each passage says in which generation it was written, and what was removed leaves a
tombstone, so an index at generation g becomes complete by adding what was written after g and removing what was removed
after g. Doing so twice changes nothing: whoever is killed in the middle is finished by whoever opens the store next.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from research_agent.errors import StoreError
from research_agent.library.catalogue import changed_sources, count_changed, indexed_sources, removed_passages
from research_agent.library.chroma import ChromaIndex, ChromaTarget
from research_agent.library.database import Database
from research_agent.library.indexes import IndexedSource
from research_agent.library.left import Counted
from research_agent.library.lexical import TantivyIndex
from research_agent.library.lock import WriteLock
from research_agent.library.remembered import Remembered
from research_agent.library.state import (
    IndexState,
    Model,
    State,
    read_facts,
    read_index_state,
    read_state,
    write_index_state,
)
from research_agent.library.supply import VectorSupply
from research_agent.library.vectors import changed_vectors

Checkpoint = Callable[[str], None]
"""Told the name of each step that is done; tests kill the process there."""

Progress = Callable[[int, int], None]
"""Told how many units of work are done, of how many."""

_COLLECTION_CHARACTERS = 12


def unwatched(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


def unchecked(_step: str) -> None:
    """Checkpoints that nobody waits at."""


class _Facts(NamedTuple):
    state: State
    recorded: IndexState | None


class Store:
    """What the operations of a library share."""

    def __init__(
        self,
        *,
        directory: Path,
        database: Database,
        lock: WriteLock,
        supply: VectorSupply,
        target: ChromaTarget,
        checkpoint: Checkpoint,
    ) -> None:
        self.directory = directory
        self.database = database
        self.lock = lock
        self.supply = supply
        self.target = target
        self.checkpoint = checkpoint
        self.counted = Counted()
        self.remembered = Remembered()
        self.lexical = TantivyIndex(self.lexical_directory)
        self._chroma: ChromaIndex | None = None
        self._chroma_model = ""
        self._seen_lexical = self._seen_chroma = -1

    @property
    def lexical_directory(self) -> Path:
        """Where the lexical index is kept."""
        return self.directory / "lexical"

    @property
    def chroma_directory(self) -> Path:
        """Where an embedded Chroma keeps its files."""
        return self.directory / "chroma"

    def state(self) -> State:
        """The store's facts as they are now."""
        with self.database.reading() as connection:
            return read_state(connection)

    def model(self, state: State) -> Model | None:
        """The model whose vectors the store holds; None: it holds none yet.

        Raises:
            StoreError: another model is configured.
        """
        held = state.model
        if held is not None and held.fingerprint != self.supply.fingerprint:
            raise StoreError(
                f"The store holds vectors of {held.name}, and {self.supply.embedder.name} is configured. Nothing was "
                "changed. `research-agent doctor` says what it takes to change the model, `doctor --reembed` does it; "
                "or set RESEARCH_AGENT_EMBEDDER back."
            )
        return held

    def chroma(self, state: State, model: Model) -> ChromaIndex:
        """The collection of this store and model, opened when it is first used."""
        if self._chroma is None or self._chroma_model != model.fingerprint:
            self.close_indexes()
            name = collection_name(state.store, model)
            self._chroma = ChromaIndex(self.target, self.chroma_directory, name)
            self._chroma_model = model.fingerprint
        return self._chroma

    def close_indexes(self) -> None:
        """Let go of the indexes' files; the next use opens them as they are then."""
        self.lexical.close()
        if self._chroma is not None:
            self._chroma.close()
        self._seen_lexical = self._seen_chroma = -1

    def ready(self) -> State:
        """Make the indexes ready to be asked, without waiting for another process; returns the facts as they are now.

        What a killed process left undone is finished, and what others wrote since is seen.

        Raises:
            StoreError: an index can't be used.
        """
        facts = self._facts()
        if self._lacking(facts) or self._replaced(facts):
            with self.lock.held_if_free() as held:
                if held:
                    self.catch_up(unwatched)
            facts = self._facts()
        self._look_again(facts)
        return facts.state

    def behind(self) -> bool:
        """Whether an index lacks something that the catalogue holds, or the other way round."""
        return self._lacking(self._facts())

    def look_again(self) -> None:
        """See what other processes wrote to the indexes since they were opened here."""
        self._look_again(self._facts())

    def catch_up(self, progress: Progress) -> None:
        """Make both indexes complete; the write lock is held.

        Raises:
            StoreError: an index can't be written; the catalogue is complete, and the next use goes on here.
        """
        state = self.state()
        model = state.model
        if model is None:
            return
        lexical = self._lexical_generation(state)
        chroma = self._chroma_since(state, model)
        with self.database.reading() as connection:
            total = count_changed(connection, lexical) + count_changed(connection, chroma)
        done = 0

        def add(number: int) -> None:
            nonlocal done
            done += number
            progress(done, total)

        if lexical < state.generation:
            self._catch_up_lexical(state, lexical, add)
        if chroma < state.generation:
            self._catch_up_chroma(state, model, chroma, add)

    def _facts(self) -> "_Facts":
        with self.database.reading() as connection:
            return _Facts(*read_facts(connection, self.target.name))

    def _lacking(self, facts: "_Facts") -> bool:
        state, recorded = facts
        if state.model is None or state.generation == 0:
            return False
        complete = recorded is not None and recorded.generation == state.generation
        return not complete or self._lexical_generation(state) != state.generation

    def _replaced(self, facts: "_Facts") -> bool:
        """Whether Chroma's collection is not the one that was filled, or has lost its graph.

        Its folder or files were deleted, or its server lost it. Looked up once after each opening.
        """
        state, recorded = facts
        if state.model is None or recorded is None or self._seen_chroma >= 0:
            return False
        chroma = self.chroma(state, state.model)
        return chroma.lost_graph() or chroma.place != recorded.place

    def _look_again(self, facts: "_Facts") -> None:
        lexical = self._lexical_generation(facts.state)
        if lexical != self._seen_lexical:
            self.lexical.close()
            self._seen_lexical = lexical
        chroma = facts.recorded.generation if facts.recorded else 0
        if chroma != self._seen_chroma and self._chroma is not None:
            if self._seen_chroma >= 0 and not self.target.host:
                self._chroma.look_again()
            self._seen_chroma = chroma

    def _lexical_generation(self, state: State) -> int:
        """Up to which generation the lexical index is complete; one from the future knows nothing of this catalogue."""
        generation = self.lexical.generation(state.store)
        return generation if generation <= state.generation else 0

    def _chroma_since(self, state: State, model: Model) -> int:
        """Up to which generation the collection is complete; 0 where it is not the one that was filled."""
        with self.database.reading() as connection:
            recorded = read_index_state(connection, self.target.name)
        if recorded is None or recorded.generation > state.generation:
            return 0
        chroma = self.chroma(state, model)
        if self._seen_chroma < 0 and chroma.lost_graph():
            # Its tables still name the passages, so that adding them again would add nothing.
            chroma.clear()
        return recorded.generation if recorded.place == chroma.place else 0

    def _catch_up_lexical(self, state: State, since: int, add: Callable[[int], None]) -> None:
        if since == 0:
            self.lexical.clear()
        self.checkpoint("lexical:begun")
        with self.database.reading() as connection:
            sources = changed_sources(connection, since)
            changed = count_changed(connection, since)
            # All are removed, and those that are left with passages come again.
            removed = sources if since else []
            self.lexical.change(removed, self._told(indexed_sources(connection, sources)))
        self.checkpoint("lexical:written")
        self.lexical.mark(state.store, state.generation)
        self._seen_lexical = state.generation
        self.checkpoint("lexical:marked")
        add(changed)

    def _catch_up_chroma(self, state: State, model: Model, since: int, add: Callable[[int], None]) -> None:
        chroma = self.chroma(state, model)
        self.look_again()
        self.checkpoint("chroma:begun")
        with self.database.reading() as connection:
            empty = chroma.count() == 0
            if not empty:
                chroma.remove(removed_passages(connection, since))
            for ids, vectors in changed_vectors(connection, model.fingerprint, since, model.dimension, chroma.batch):
                chroma.add(ids, vectors, new=empty)
                self.checkpoint("chroma:batch")
                add(len(ids))
        place = chroma.place
        self.checkpoint("chroma:filled")
        with self.database.writing() as connection:
            write_index_state(connection, self.target.name, IndexState(place, state.generation))
        self._seen_chroma = state.generation
        self.checkpoint("chroma:marked")

    def _told(self, sources: Iterator[IndexedSource]) -> Iterator[IndexedSource]:
        """The sources, with a checkpoint between the last of them and the commit of the index."""
        yield from sources
        self.checkpoint("lexical:changing")

    def rebuild(self, progress: Progress) -> None:
        """Throw both indexes away and build them from the catalogue; the write lock is held.

        An index that can't even be opened or removed is moved aside, not deleted.

        Raises:
            StoreError: an index can't be written.
        """
        self.close_indexes()
        state = self.state()
        if state.model is None:
            return
        with self.database.writing() as connection:
            write_index_state(connection, self.target.name, IndexState("", 0))
        try:
            self.chroma(state, state.model).clear()
        except StoreError:
            if self.target.host:
                raise
            self.close_indexes()
            self._move_aside(self.chroma_directory)
            self._chroma = None
        try:
            self.lexical.clear()
        except StoreError:
            self._move_aside(self.lexical_directory)
        self.checkpoint("cleared")
        self.catch_up(progress)

    def _move_aside(self, folder: Path) -> None:
        number = 1
        while (aside := folder.with_name(f"{folder.name}.broken-{number}")).exists():
            number += 1
        try:
            folder.rename(aside)
        except OSError as error:
            raise StoreError(
                f"{folder} is damaged and can't be moved aside: {error}. The catalogue is complete without it. "
                "Delete that folder by hand and run this again."
            ) from error


def collection_name(store: str, model: Model) -> str:
    """The collection that holds this model's vectors of this store; a server may hold those of several stores."""
    return f"research-agent-{store}-{model.fingerprint[:_COLLECTION_CHARACTERS]}"
