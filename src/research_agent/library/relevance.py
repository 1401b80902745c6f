"""How well questions match sources, and sources each other: exact cosines, so the same store gives the same numbers.

The vector index is approximate, and what it finds depends on the order in which it was filled; nothing here asks it.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from research_agent.library.indexes import Scored, Vectors
from research_agent.library.vectors import PassageVectors

_DIGITS = 6
"""Digits of a cosine that are told: sums in another order (another processor) differ in later ones."""


class Match(NamedTuple):
    """How well a source matches a question: the cosine of its best passage, -1 to 1, and which that is."""

    similarity: float
    passage_id: str


class Similarities(NamedTuple):
    """Cosines between sources, -1 to 1: a symmetric (n, n) float64 matrix, row and column a source, and their ids."""

    sources: tuple[str, ...]
    matrix: NDArray[np.float64]


def best_matches(passages: PassageVectors, names: Sequence[str], questions: Vectors) -> dict[str, dict[str, Match]]:
    """For each source and question the best passage; of equal ones the first by id.

    Args:
        passages: (n, d) float32 of unit length, in the order of their ids.
        names: what to call each question.
        questions: (q, d) float32 of unit length, a row a question.
    """
    cosines = cosines_to(passages.vectors, questions)
    matches: dict[str, dict[str, Match]] = {}
    for source, rows in _rows_by_source(passages):
        best = rows[np.argmax(cosines[rows], axis=0)]
        matches[source] = {
            name: Match(float(cosines[row, column]), passages.passages[row])
            for column, (name, row) in enumerate(zip(names, best, strict=True))
        }
    return matches


def similarities_between(passages: PassageVectors) -> Similarities:
    """How alike the sources are: cosines of the mean vectors of their passages."""
    sources, means = [], []
    for source, rows in _rows_by_source(passages):
        mean = passages.vectors[rows].astype(np.float64).mean(axis=0)
        length = float(np.linalg.norm(mean))
        sources.append(source)
        means.append(mean / length if length else mean)
    stacked = np.array(means).reshape(len(sources), -1 if sources else 0)
    matrix = _products(stacked, stacked)
    # Whatever order the products were summed in, a pair has one number.
    matrix = np.maximum(matrix, matrix.T)
    np.fill_diagonal(matrix, 1.0)
    return Similarities(tuple(sources), matrix)


def nearest_exactly(passages: PassageVectors, question: Vectors, limit: int) -> list[Scored]:
    """The passages nearest to a question, (d,) float32 of unit length, best first; ties by id."""
    cosines = cosines_to(passages.vectors, question[np.newaxis])[:, 0]
    order = np.argsort(-cosines, kind="stable")[:limit]
    return [Scored(passages.passages[row], float(cosines[row])) for row in order]


def in_order(found: Sequence[Scored]) -> list[Scored]:
    """What an index found with its cosines rounded as all are that are told, best first; ties by id."""
    rounded = (Scored(name, round(score, _DIGITS)) for name, score in found)
    return sorted(rounded, key=lambda scored: (-scored.score, scored.name))


def cosines_to(rows: Vectors, questions: Vectors) -> NDArray[np.float64]:
    """(n, m) cosines of n rows to m questions, all of unit length, rounded to 6 digits as all are that are told."""
    return _products(rows.astype(np.float64), questions.astype(np.float64))


def _products(rows: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rounded products of each row with each other row.

    Not by BLAS: its threads sum in an order that depends on their number, and wait for each other on a busy machine
    for longer (measured: 40 ms) than these few products take (2 ms).
    """
    rounded: NDArray[np.float64] = np.round(np.einsum("nd,md->nm", rows, others), _DIGITS)
    return rounded


def _rows_by_source(passages: PassageVectors) -> Iterator[tuple[str, NDArray[np.intp]]]:
    """Sources in the order of their ids with the rows of their passages, which stand in the order of theirs."""
    order = sorted(range(len(passages.sources)), key=lambda row: (passages.sources[row], row))
    for source, rows in groupby(order, key=lambda row: passages.sources[row]):
        yield source, np.fromiter(rows, dtype=np.intp)
