"""Merge the vector and the lexical list of one query, and thin out answers that say the same. Pure functions."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from research_agent.library.indexes import Scored, Vectors

MEANING = 0.7
"""Share of the cosine in a fused score, the rest is BM25's. Of 0.6 to 0.8 the best over three kinds of questions on
4,283 passages of curated sources (focus bullets, key points held out of the index, code patterns; mean nDCG@10 0.682,
against 0.670 by reciprocal ranks, 0.611 by BM25 alone and 0.597 by cosine alone)."""

DEPTH = 100
"""How much of each list to ask for, whatever the answer's length: lists of 50 lose 0.01 of that nDCG, of 200 gain
0.002, and lists of changing length would change the order of the answers."""

NEAR_DUPLICATE = 0.95
"""Cosine from which two passages say the same: in those 4,283 it holds for 3 pairs of different sources (all of them
one work under two names) and for 86 pairs of one source; at 0.9 there are pairs with different statements."""

RELEVANCE = 0.9
"""Share of relevance in the trade-off of `diversify`, the rest goes to novelty. On the same questions, ten sources a
question: 0.9 costs 0.005 of the nDCG and makes a tenth of the similarity within an answer go; 0.8 costs 0.017, 0.7
0.053."""


class Fused(NamedTuple):
    """A passage that one or both lists found, with its place in each."""

    passage_id: str
    score: float
    """0 to 1; 1 is first in both lists. Comparable within one answer only."""
    similarity: float | None
    """Cosine to the query; None: not among the nearest vectors."""
    vector_rank: int | None
    """Place in the vector list, from 1."""
    bm25: float | None
    """None: not in the lexical list."""
    lexical_rank: int | None
    """Place in the lexical list, from 1."""


def fuse(vector: Sequence[Scored], lexical: Sequence[Scored], *, meaning: float = MEANING) -> list[Fused]:
    """Both lists of a query as one, best first, ties by id.

    The score is a convex combination of cosine and BM25, each as a share of the query's best, which keeps by how much
    one answer is better than the next; ranks alone lose that (Bruch, Gai, Ingber: An Analysis of Fusion Functions for
    Hybrid Retrieval, ACM TOIS 42(1), 2023, doi 10.1145/3596512, find it better than reciprocal ranks too). A passage
    that the vector list lacks counts with the list's last cosine, which is the most that it can have; one that the
    lexical list lacks counts with 0. Cosines below 0 count as 0.

    Args:
        vector: cosines, best first.
        lexical: BM25 scores, best first.
        meaning: share of the cosine, 0 to 1.
    """
    nearest = _by_id(vector)
    matching = _by_id(lexical)
    best_cosine = max((score for _, score in nearest.values()), default=0.0)
    best_bm25 = max((score for _, score in matching.values()), default=0.0)
    unseen = min((score for _, score in nearest.values()), default=0.0)
    fused = []
    for passage_id in nearest.keys() | matching.keys():
        vector_rank, similarity = nearest.get(passage_id, (None, None))
        lexical_rank, bm25 = matching.get(passage_id, (None, None))
        by_meaning = _share(unseen if similarity is None else similarity, best_cosine)
        by_words = _share(bm25 or 0.0, best_bm25)
        score = meaning * by_meaning + (1 - meaning) * by_words
        fused.append(Fused(passage_id, score, similarity, vector_rank, bm25, lexical_rank))
    return sorted(fused, key=lambda hit: (-hit.score, hit.passage_id))


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


def _by_id(ranked: Sequence[Scored]) -> dict[str, tuple[int, float]]:
    """Rank from 1 and score by passage id; where an id comes twice, its first place counts."""
    places: dict[str, tuple[int, float]] = {}
    for rank, (passage_id, score) in enumerate(ranked, start=1):
        places.setdefault(passage_id, (rank, score))
    return places


def _share(score: float, best: float) -> float:
    return max(score, 0.0) / best if best > 0 else 0.0
