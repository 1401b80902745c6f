"""A store whose searches compare all vectors, so that what they find is the same every time.

Chroma's graph is approximate, and one graph of the same passages differs from the next: of some 4,000 pooled pairs a
dozen came and went. What is measured here is ranking; how much the graph finds is another question.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Self

from research_agent.library.chroma import ChromaIndex, ChromaTarget
from research_agent.library.database import Database
from research_agent.library.filters import OPEN
from research_agent.library.indexes import Scored, Vectors
from research_agent.library.lock import WriteLock
from research_agent.library.relevance import nearest_exactly
from research_agent.library.state import Model, State
from research_agent.library.store import Store, unchecked
from research_agent.library.supply import VectorSupply
from research_agent.library.vectors import PassageVectors, passage_vectors
from research_agent.settings import Settings
from research_agent.wiring import embedder_of, shipped_vectors


class ExactStore(Store):
    """A filled store, to be searched and not written to; its graph is never opened."""

    _read: tuple[tuple[int, str], PassageVectors] | None = None

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """The store in the settings' data directory, which a workspace filled and closed.

        Raises:
            StoreError: the catalogue can't be used.
        """
        lock = WriteLock(settings.data_dir, wait=settings.lock_wait)
        database = Database.open(settings.data_dir, lock=lock)
        return cls(
            directory=settings.data_dir,
            database=database,
            lock=lock,
            supply=VectorSupply(database, embedder_of(settings), shipped_vectors()),
            target=ChromaTarget(),
            checkpoint=unchecked,
        )

    def chroma(self, state: State, model: Model) -> ChromaIndex:
        """An index that answers by comparing all."""
        return _Compared(self.directory, self.passages(state, model))

    def passages(self, state: State, model: Model) -> PassageVectors:
        """All passages with their vectors, read once a generation."""
        known = (state.generation, model.fingerprint)
        if self._read is None or self._read[0] != known:
            with self.database.reading() as connection:
                self._read = known, passage_vectors(connection, model.fingerprint, OPEN, model.dimension)
        return self._read[1]

    def close(self) -> None:
        """Let go of its files."""
        self.lexical.close()
        self.database.close()


class _Compared(ChromaIndex):
    """The face of Chroma over vectors in memory."""

    def __init__(self, directory: Path, passages: PassageVectors) -> None:
        super().__init__(ChromaTarget(), directory, "compared")
        self._passages = passages

    def nearest(self, vector: Vectors, limit: int, among: Sequence[str] | None = None) -> list[Scored]:
        """The passages nearest to `vector`, exactly; see `VectorIndex.nearest`."""
        if among is None:
            return nearest_exactly(self._passages, vector, limit)
        wanted = set(among)
        rows = [row for row, name in enumerate(self._passages.passages) if name in wanted]
        left = PassageVectors(
            tuple(self._passages.passages[row] for row in rows),
            tuple(self._passages.sources[row] for row in rows),
            tuple(self._passages.parts[row] for row in rows),
            self._passages.vectors[rows],
        )
        return nearest_exactly(left, vector, limit)
