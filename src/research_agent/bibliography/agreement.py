"""Compare points of independent origins: which say the same, which may contradict each other. Pure.

Cosine finds what is about the same; it does not see a "not" or another figure, so words and figures decide the rest.
"""

import re
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from research_agent.bibliography.statements import tells_of_the_work
from research_agent.model.synthesis import Point
from research_agent.radar.sameness import SAYS_THE_SAME, denied_words, denies, says_the_same, words_of

SAME_QUESTION: Final = 0.50
"""Cosine from which two defaults can answer one question."""
SAME_SUBJECT: Final = 0.59
"""Cosine from which one point can deny the other."""
SHARED_WITH_BOTH: Final = 0.4
"""Share of the words of each of two contradicting points that the other must hold."""
SHARED_BESIDE: Final = 2
"""Words that two contradicting points must share beside those that one denies: what it is denied of.

Read off all pairs of the shipped pools above the two cosines, by eye: a difference that is none costs its reader more
than one that stays unseen."""

_DEFAULT = re.compile(r"\bdefaults?\b", re.IGNORECASE)
_CLAUSES = re.compile(r"[;:,](?!\d)|\.(?=\s|$)|\band\b")
_AMOUNT = re.compile(
    r"(?<![\w.])(\d+(?:[.,]\d+)*)[ -]?"
    r"(milliseconds?|ms|seconds?|s|minutes?|min|hours?|h|days?|d|bytes?|[kKMGT]i?B|%|percent)?(?!\w)"
)
_UNITS: Final[dict[str, dict[str, float]]] = {
    "time": {"ms": 0.001, "millisecond": 0.001, "second": 1, "s": 1, "minute": 60, "min": 60, "hour": 3600, "h": 3600}
    | {"day": 86400, "d": 86400},
    "share": {"%": 1, "percent": 1},
    "size": {"byte": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12}
    | {"kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40},
}
_COUNTED: Final = "count"
_PARTS_OF_A_VERSION: Final = 2  # full stops in "1.4.0", which is no amount
_UNTELLING = words_of("default second minute hour day byte value number time size max maximum min minimum")


class Alike(NamedTuple):
    """Two points that agree or differ, by their positions."""

    left: int
    right: int
    similarity: float


class Differing(NamedTuple):
    """Two points that may not go together, and where."""

    left: int
    right: int
    similarity: float
    kind: Literal["value", "polarity"]
    about: tuple[str, ...]


def alike(points: Sequence[Point], cosines: NDArray[np.float32]) -> list[Alike]:
    """Pairs of key points of independent origins that say the same, nearest first.

    `radar.sameness` decides, as it does for corroboration. Points that describe their own work are left out.

    Args:
        points: in any order.
        cosines: (n, n) float32, of every two points.
    """
    return [
        Alike(left, right, similarity)
        for left, right, similarity in _pairs(points, cosines, SAYS_THE_SAME)
        if says_the_same(points[left].text, points[right].text, similarity)
    ]


def differing(points: Sequence[Point], cosines: NDArray[np.float32]) -> list[Differing]:
    """Pairs of key points of independent origins that may contradict each other, nearest first.

    Precision comes before recall, and a reader has to check each: two defaults of one parameter or quantity with
    other amounts in one dimension (`SAME_QUESTION`), or one point that denies words which the other states
    (`SAME_SUBJECT`).
    """
    found = []
    for left, right, similarity in _pairs(points, cosines, SAME_QUESTION):
        one, other = points[left].text, points[right].text
        if amounts := _other_amounts(one, other):
            found.append(Differing(left, right, similarity, "value", amounts))
        elif similarity >= SAME_SUBJECT and (denied := _denied(one, other)):
            found.append(Differing(left, right, similarity, "polarity", denied))
    return found


def _pairs(points: Sequence[Point], cosines: NDArray[np.float32], least: float) -> list[tuple[int, int, float]]:
    rows = [row for row, point in enumerate(points) if point.part == "key_point" and not tells_of_the_work(point.text)]
    table = np.triu(cosines[np.ix_(rows, rows)], k=1)
    pairs = [
        (rows[left], rows[right], round(float(table[left, right]), 6))
        for left, right in np.argwhere(table >= least).tolist()
    ]
    independent = [
        pair
        for pair in pairs
        if points[pair[0]].origin.casefold() != points[pair[1]].origin.casefold()
        and points[pair[0]].source != points[pair[1]].source
    ]
    return sorted(independent, key=lambda pair: (-pair[2], points[pair[0]].passage, points[pair[1]].passage))


def _other_amounts(one: str, other: str) -> tuple[str, ...]:
    """The amounts that two statements give as defaults of one quantity, if they differ; empty: they don't."""
    if not (_DEFAULT.search(one) and _DEFAULT.search(other)):
        return ()
    for left in _quantities(one):
        for right in _quantities(other):
            if (
                left.dimension == right.dimension
                and left.size != right.size
                and (left.of <= right.of or right.of <= left.of)
            ):
                return left.written, right.written
    return ()


class _Quantity(NamedTuple):
    """An amount and what it is an amount of."""

    of: frozenset[str]  # the telling words of its clause
    dimension: str
    size: float  # in the dimension's base unit
    written: str


def _quantities(text: str) -> list[_Quantity]:
    """The amounts of a statement, each with the words of its clause, which name what it is an amount of.

    A clause with two amounts, or without a telling word, names no quantity: which word belongs to which can't be seen.
    """
    found = []
    for clause in _CLAUSES.split(text):
        amounts = _AMOUNT.findall(clause)
        name = words_of(_AMOUNT.sub(" ", clause)) - _UNTELLING
        if len(amounts) == 1 and name:
            number, unit = amounts[0]
            dimension, factor = _scale(unit)
            size = float(number.replace(",", "")) * factor if number.count(".") < _PARTS_OF_A_VERSION else None
            if size is not None:
                found.append(_Quantity(name, dimension, size, f"{number} {unit}".strip()))
    return found


def _scale(unit: str) -> tuple[str, float]:
    """The dimension of a unit and its size in the dimension's base unit."""
    for dimension, sizes in _UNITS.items():
        if (size := sizes.get(unit.lower(), sizes.get(unit.lower().removesuffix("s")))) is not None:
            return dimension, size
    return _COUNTED, 1.0


def _denied(one: str, other: str) -> tuple[str, ...]:
    """The words that one point denies and the other states; empty: none, or the two share too little to meet."""
    if denies(one) == denies(other):
        return ()
    mine, others = words_of(one), words_of(other)
    shared = mine & others
    if len(shared) < SHARED_WITH_BOTH * max(len(mine), len(others)):
        return ()
    denied = denied_words(one if denies(one) else other)
    met = [words for words in denied if (stems := words_of(" ".join(words))) and stems <= shared]
    if len(shared - words_of(" ".join(word for words in met for word in words))) < SHARED_BESIDE:
        return ()
    return tuple(dict.fromkeys(word for words in met for word in words if words_of(word)))
