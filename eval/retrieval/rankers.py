"""Ways of ranking the sources of a library for a question, out of the library's own parts, each over all domains."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from pathlib import Path

import numpy as np

from eval.retrieval.exact import ExactStore
from research_agent.errors import StoreError
from research_agent.library.filters import OPEN
from research_agent.library.indexes import IndexedSource, Scored, Vectors
from research_agent.library.lexical import TantivyIndex
from research_agent.library.passages import source_of
from research_agent.library.relevance import nearest_exactly
from research_agent.library.search import DIVERSITY, search
from research_agent.library.vectors import PassageVectors
from research_agent.model.library import Hit
from research_agent.model.source import Source

Ranker = Callable[[str, int], list[str]]
"""A question and how many sources to name; their ids, best first."""

DEPTH = 1000
"""Passages that are looked at for the nearest sources: a source may hold the first dozens of them."""

RECIPROCAL_RANKS_FROM = 60
"""k in 1 / (k + rank): Cormack, Clarke, Büttcher: Reciprocal Rank Fusion Outperforms Condorcet and Individual Rank
Learning Methods, SIGIR 2009, doi 10.1145/1571941.1572114, section 2."""

FUSION_DEPTH = 100
"""Places of each list that reciprocal-rank fusion counts."""


class Rankers:
    """The rankers of a filled store."""

    def __init__(self, store: ExactStore, sources: Iterable[Source], guide: str, directory: Path) -> None:
        """Rank these `sources`, all that the store holds; whole records are indexed in `directory`, which is empty.

        Raises:
            StoreError: the store holds no vectors of this model.
        """
        self._store = store
        self._state = store.state()
        model = store.model(self._state)
        if model is None:
            raise StoreError(f"The store in {store.directory} is empty. Open a workspace on it first, which fills it.")
        self._vectors = store.passages(self._state, model)
        self._means = _means(self._vectors)
        self._records = TantivyIndex(directory)
        self._records.add([_whole(source, guide) for source in sources])

    @property
    def by_name(self) -> dict[str, Ranker]:
        """All rankers."""
        return {
            "lexical": self.lexical,
            "vector": self.vector,
            "fused": self.fused,
            "reciprocal-ranks": self.reciprocal_ranks,
        }

    def lexical(self, question: str, limit: int) -> list[str]:
        """By the BM25 score of all that is said of a source: the words' half of `Library.search`."""
        return _names(self._store.lexical.search(question, OPEN, limit))

    def vector(self, question: str, limit: int) -> list[str]:
        """By the cosine of a source's best passage: the meaning's half of `Library.search`."""
        return _sources(nearest_exactly(self._vectors, self._vector_of(question), DEPTH))[:limit]

    def fused(self, question: str, limit: int) -> list[str]:
        """As `Library.search` answers."""
        return [hit.passage.source for hit in self.hits(question, limit)]

    def hits(self, question: str, limit: int) -> list[Hit]:
        """As `Library.search` answers, with what it says of each hit."""
        return search(self._store, self._state, question, where=OPEN, limit=limit, diversity=DIVERSITY)

    def reciprocal_ranks(self, question: str, limit: int) -> list[str]:
        """Plain reciprocal-rank fusion over whole records: BM25 of all their text, cosine of their mean vector."""
        words = _names(self._records.search(question, OPEN, FUSION_DEPTH))
        meaning = _sources(nearest_exactly(self._means, self._vector_of(question), FUSION_DEPTH))
        return fused_by_rank([words, meaning])[:limit]

    def close(self) -> None:
        """Let go of the index of whole records; the store is its opener's to close."""
        self._records.close()

    def _vector_of(self, question: str) -> Vectors:
        vector: Vectors = self._store.supply.of_questions([question])[0]
        return vector


def fused_by_rank(lists: Iterable[Sequence[str]]) -> list[str]:
    """Ids by the sum of 1 / (k + rank) over the lists, ranks from 1, best first; ties by id."""
    scores: dict[str, float] = {}
    for ranked in lists:
        for rank, name in enumerate(ranked, start=1):
            scores[name] = scores.get(name, 0.0) + 1 / (RECIPROCAL_RANKS_FROM + rank)
    return sorted(scores, key=lambda name: (-scores[name], name))


def texts_of(source: Source, guide: str) -> tuple[list[str], list[str]]:
    """A source's summaries and its key points for a guide, of all its domains, once each."""
    placements = [placement for placement in source.placements if placement.guide == guide]
    summaries = [placement.summary for placement in placements]
    points = [point.text for placement in placements for point in placement.key_points]
    return list(dict.fromkeys(summaries)), list(dict.fromkeys(points))


def _whole(source: Source, guide: str) -> IndexedSource:
    """A source as one text: title, summaries and key points, so that no field weighs more."""
    summaries, points = texts_of(source, guide)
    text = "\n".join([source.title, *summaries, *points])
    # Of what a search could filter by, nothing is asked here.
    return IndexedSource(
        id=source.id, title="", texts=(text,), filed=(), kind=source.kind, year=None, peer_reviewed=None
    )


def _means(passages: PassageVectors) -> PassageVectors:
    """A vector a source, of unit length: the mean of its passages'. The source's id stands for the passage's."""
    rows = sorted(range(len(passages.sources)), key=lambda row: passages.sources[row])
    means: dict[str, Vectors] = {}
    for source, group in groupby(rows, key=lambda row: passages.sources[row]):
        mean = passages.vectors[list(group)].mean(axis=0)
        means[source] = mean / np.linalg.norm(mean)
    ids = tuple(means)
    return PassageVectors(ids, ids, ("summary",) * len(ids), np.stack(list(means.values())))


def _names(found: Sequence[Scored]) -> list[str]:
    return [scored.name for scored in found]


def _sources(found: Sequence[Scored]) -> list[str]:
    """The sources of passages, each at its first place."""
    return list(dict.fromkeys(source_of(scored.name) for scored in found))
