"""What an index must do, that of passages by vector and that of sources by words; contract tests run against each."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from research_agent.model.kinds import Kind
from research_agent.model.library import Filter, Passage

Vectors = NDArray[np.float32]


class IndexedPassage(NamedTuple):
    """A passage with the fields of its source that searches filter by."""

    passage: Passage
    title: str
    category: str
    kind: Kind
    year: int | None
    peer_reviewed: bool | None


class IndexedSource(NamedTuple):
    """A source with all that is said of it, and the fields that searches filter by."""

    id: str
    title: str
    texts: tuple[str, ...]
    """Of its passages."""
    filed: tuple[tuple[str, str, str], ...]
    """Guide, domain and category of each of its placements, once each."""
    kind: Kind
    year: int | None
    peer_reviewed: bool | None


class Scored(NamedTuple):
    """What an index found, a passage or a source by its id, with its score there; higher is better."""

    name: str
    score: float


class VectorIndex(Protocol):
    """Nearest passages by cosine.

    It holds ids and vectors only. Which passages a filter leaves is the catalogue's to say (`nearest.py` has the
    figures): the index is told by their ids.
    """

    def add(self, passage_ids: Sequence[str], vectors: Vectors) -> None:
        """Add or replace passages; `vectors` is (n, d) float32 of unit length, a row a passage."""

    def remove(self, passage_ids: Sequence[str]) -> None:
        """Remove passages; ids that are not there are ignored."""

    def nearest(self, vector: Vectors, limit: int, among: Sequence[str] | None = None) -> list[Scored]:
        """The passages nearest to `vector`, (d,) float32 of unit length, by cosine -1 to 1, best first.

        `among`: only these passages; None: all. Ties are ordered by id.
        """

    def count(self) -> int:
        """How many passages it holds."""


class LexicalIndex(Protocol):
    """Best sources by BM25 over all that is said of them."""

    def add(self, sources: Sequence[IndexedSource]) -> None:
        """Add or replace sources."""

    def remove(self, source_ids: Sequence[str]) -> None:
        """Remove sources; ids that are not there are ignored."""

    def search(self, text: str, where: Filter, limit: int) -> list[Scored]:
        """The sources with a passage that the filter leaves, by the words of `text`, best first; ties by id.

        The text is data and never query syntax.
        """

    def count(self) -> int:
        """How many sources it holds."""
