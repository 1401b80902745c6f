"""What an index of passages must do, for vectors and for words; one contract test runs against every one."""

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


class Scored(NamedTuple):
    """A passage id with its score in one index, higher is better."""

    passage_id: str
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
    """Best passages by BM25."""

    def add(self, passages: Sequence[IndexedPassage]) -> None:
        """Add or replace passages."""

    def remove(self, passage_ids: Sequence[str]) -> None:
        """Remove passages; ids that are not there are ignored."""

    def search(self, text: str, where: Filter, limit: int) -> list[Scored]:
        """The passages that match words of `text`, which is data and never query syntax, best first.

        Ties are ordered by id.
        """

    def count(self) -> int:
        """How many passages it holds."""
