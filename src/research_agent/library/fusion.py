"""Merge what one query finds by meaning and by words, and thin out answers that say the same. Pure functions."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from research_agent.library.indexes import Scored, Vectors
from research_agent.library.relevance import cosines_to
from research_agent.library.vectors import PassageVectors

MEANING: Final = 0.6
"""Share of the cosine in a fused score, the rest is BM25's. Tuned on one half of the labelled queries, where 0.55 to
0.65 differ by less than 0.01 of nDCG@10; eval/retrieval/README.md has the figures and those of the other half."""

DEPTH: Final = 100
"""How much of each list to ask for, whatever the answer's length: lists of changing length would change the order."""

FEEDBACK_SOURCES: Final = 3
"""How many of the best sources say what else a question means."""

FEEDBACK: Final = 0.5
"""What they weigh against the question's own vector. 0.3 to 0.6 of 3 to 5 sources do equally well on that half."""

NEAR_DUPLICATE: Final = 0.95
"""Cosine from which two passages say the same. In 4,283 of curated sources it holds for 3 pairs of sources (all of them
one work under two names) and for 86 pairs of one source; at 0.9 there are pairs with different statements."""

RELEVANCE: Final = 0.9
"""Share of relevance in the trade-off of `diversify`, the rest goes to novelty: it costs 0.001 of that nDCG@10."""

_SUMMARY: Final = "summary"


class Fused(NamedTuple):
    """A source that one or both lists found."""

    name: str
    score: float
    """0 to 1; 1 is first in both lists. Comparable within one answer only."""


class Meanings(NamedTuple):
    """Sources by their passages' vectors: what of a source may be near to a question."""

    sources: tuple[str, ...]
    """By id."""
    passages: PassageVectors
    """Of these sources, in their order."""
    begins: NDArray[np.intp]
    """(n,) row of the first passage of each source."""
    means: Vectors
    """(n, d) float32 of unit length: the mean of each source's passages; zeros for one without a vector."""

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Of each source the rows of its passages, the last not included."""
        begins = self.begins.tolist()
        return list(zip(begins, [*begins[1:], len(self.passages.passages)], strict=False))


def fuse(vector: Sequence[Scored], lexical: Sequence[Scored], *, meaning: float = MEANING) -> list[Fused]:
    """Both lists of a query as one, best first, ties by id.

    The score is a convex combination of cosine and BM25, each as a share of the query's best, which keeps by how much
    one answer is better than the next; ranks alone lose that (Bruch, Gai, Ingber: An Analysis of Fusion Functions for
    Hybrid Retrieval, ACM TOIS 42(1), 2023, doi 10.1145/3596512, find it better than reciprocal ranks too). A source
    that the vector list lacks counts with the list's last cosine, which is the most that it can have; one that the
    lexical list lacks counts with 0. Cosines below 0 count as 0.

    Args:
        vector: cosines, best first; where an id comes twice, its first place counts.
        lexical: BM25 scores, best first.
        meaning: share of the cosine, 0 to 1.
    """
    nearest = _by_name(vector)
    matching = _by_name(lexical)
    unseen = min(nearest.values(), default=0.0)
    names = sorted(nearest.keys() | matching.keys())
    by_meaning = np.array([nearest.get(name, unseen) for name in names])
    by_words = np.array([matching.get(name, 0.0) for name in names])
    scores = combined(by_meaning, by_words, meaning=meaning)
    fused = [Fused(name, float(score)) for name, score in zip(names, scores, strict=True)]
    return sorted(fused, key=lambda found: (-found.score, found.name))


def combined(
    by_meaning: NDArray[np.float64], by_words: NDArray[np.float64], *, meaning: float = MEANING
) -> NDArray[np.float64]:
    """Cosines and BM25 scores of the same n sources as one score each, 0 to 1; see `fuse`."""
    return meaning * _shares(by_meaning) + (1 - meaning) * _shares(by_words)


def meanings_of(passages: PassageVectors) -> Meanings:
    """Passages by source.

    Args:
        passages: those of a source stand together, sources by id.
    """
    begins = [row for row, name in enumerate(passages.sources) if row == 0 or passages.sources[row - 1] != name]
    if not begins:
        return Meanings((), passages, np.array([], dtype=np.intp), passages.vectors)
    starts = np.array(begins, dtype=np.intp)
    sums = np.add.reduceat(passages.vectors, starts, axis=0)
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    means = np.divide(sums, lengths, out=np.zeros_like(sums), where=lengths > 0)
    return Meanings(tuple(passages.sources[row] for row in begins), passages, starts, means)


def nearness(question: Vectors, held: Meanings, of_passages: NDArray[np.float64]) -> NDArray[np.float64]:
    """How near each of n sources is to a question, (n,) cosines: the mean of three views of it.

    Its best passage (something in it answers), its best summary (it is about that), and all of it (it is about little
    else). A source without a summary, as one that services told of, counts with all of it in that place.

    Args:
        question: (d,) float32 of unit length.
        held: the sources.
        of_passages: cosines of their passages to it.
    """
    if not len(of_passages):
        return of_passages
    of_summaries = np.where(np.array(held.passages.parts) == _SUMMARY, of_passages, -np.inf)
    whole = cosines_to(held.means, question[np.newaxis])[:, 0]
    best = np.maximum.reduceat(of_passages, held.begins)
    summary = np.maximum.reduceat(of_summaries, held.begins)
    summary = np.where(np.isfinite(summary), summary, whole)
    views: NDArray[np.float64] = (best + summary + whole) / 3
    return views


def cosines_of(question: Vectors, held: Meanings) -> NDArray[np.float64]:
    """The cosine of every passage to a question, (d,) float32 of unit length, in their order."""
    return cosines_to(held.passages.vectors, question[np.newaxis])[:, 0]


def with_feedback(question: Vectors, held: Meanings, scores: NDArray[np.float64]) -> Vectors:
    """The question's vector drawn towards the sources that answer it best, (d,) float32 of unit length.

    Feedback without a user's judgement (Rocchio: Relevance Feedback in Information Retrieval, in: Salton (ed.): The
    SMART Retrieval System, 1971; as pseudo-relevance feedback in Manning, Raghavan, Schütze: Introduction to
    Information Retrieval, 2008, sections 9.1.1 and 9.1.6): a question in common words is near to works that its words
    would not find, once the best of what it finds lends it theirs.

    Args:
        question: (d,) float32 of unit length.
        held: n sources.
        scores: (n,) how well each answers.
    """
    best = np.lexsort((np.arange(len(scores)), -scores))[:FEEDBACK_SOURCES]
    drawn = (scores[best, np.newaxis] * held.means[best]).sum(axis=0)
    length = float(np.linalg.norm(drawn))
    if not length:
        return question
    towards = question + FEEDBACK * drawn / length
    moved: Vectors = (towards / np.linalg.norm(towards)).astype(np.float32)
    return moved


def diversify(
    ids: Sequence[str],
    scores: Sequence[float],
    vectors: Vectors,
    *,
    limit: int,
    trade_off: float = RELEVANCE,
    near_duplicate: float = NEAR_DUPLICATE,
) -> list[int]:
    """Positions of at most `limit` answers, in the order of the choice; ties go to the better score, then by id.

    Maximal marginal relevance (Carbonell, Goldstein: The Use of MMR, SIGIR 1998): each next answer is the one with the
    most `trade_off` x score - (1 - `trade_off`) x cosine to the most similar answer that is chosen already. One that
    says the same as a chosen answer is left out, even where fewer than `limit` remain.

    Args:
        ids: of the candidates.
        scores: relevance of the candidates, 0 to 1, as `fuse` gives them.
        vectors: (n, d) float32 of unit length, a row a candidate.
        limit: most answers.
        trade_off: 1 for relevance alone, 0 for novelty alone.
        near_duplicate: cosine from which two candidates say the same; above 1 leaves none out.
    """
    left = sorted(range(len(ids)), key=lambda position: (-scores[position], ids[position]))
    closest = np.zeros(len(ids))  # cosine to the most similar chosen answer; opposites are no more novel than strangers
    chosen: list[int] = []
    while left and len(chosen) < limit:
        best = max(left, key=lambda position: trade_off * scores[position] - (1 - trade_off) * closest[position])
        chosen.append(best)
        closest = np.maximum(closest, vectors @ vectors[best])
        left = [position for position in left if position != best and closest[position] < near_duplicate]
    return chosen


def _by_name(ranked: Sequence[Scored]) -> dict[str, float]:
    scores: dict[str, float] = {}
    for name, score in ranked:
        scores.setdefault(name, score)
    return scores


def _shares(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each as a share of the best; 0 for those below 0."""
    best = float(scores.max(initial=0.0))
    return np.maximum(scores, 0.0) / best if best > 0 else np.zeros_like(scores)
