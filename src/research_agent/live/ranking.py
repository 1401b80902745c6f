"""One order for works that several services told of, each in an order of its own: reciprocal rank fusion. Pure."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from research_agent.model.candidate import Candidate
from research_agent.sources.merging import FoundWork

_DAMPING: Final = 60
"""Added to every rank, so that the first place of one service counts no more than good places of two (Cormack, Clarke,
Büttcher: Reciprocal Rank Fusion, SIGIR 2009, who found 60 and little difference from 20 to 100)."""


class Heard(NamedTuple):
    """A candidate, and which answer it came in at which place."""

    candidate: Candidate
    answer: tuple[int, str]
    """Number of the query in its plan, and name of the service."""
    rank: int
    """Place in the answer, from 1."""


def scores_of(works: Iterable[FoundWork], heard: Mapping[int, Heard]) -> list[float]:
    """What each work is worth by its best place in every answer that it stands in; more is better.

    Args:
        works: made of the candidates.
        heard: the candidates, by the positions that the works know them by.
    """
    return [_score(heard[position] for position in work.candidates) for work in works]


def _score(places: Iterable[Heard]) -> float:
    best: dict[tuple[int, str], int] = {}
    for place in places:
        best[place.answer] = min(place.rank, best.get(place.answer, place.rank))
    return sum(1 / (_DAMPING + rank) for _, rank in sorted(best.items()))
