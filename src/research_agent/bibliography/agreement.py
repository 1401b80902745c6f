"""Compare points of independent origins: which nearly say the same, which may contradict each other. Pure.

Cosine finds what is about the same; it does not see a "not" or another figure, so words and figures decide the rest.
"""

import re
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from research_agent.bibliography.statements import shared_part, stems, tells_of_the_work
from research_agent.model.synthesis import Point

SAYS_THE_SAME: Final = 0.70
"""Cosine (all-MiniLM-L6-v2) from which two points may say the same; RADAR takes corroboration from the same mark."""
SAME_BEYOND_DOUBT: Final = 0.76
"""Cosine from which fewer words in common suffice."""
SHARED_WORDS: Final = 0.5
"""Share of the shorter point's words that the other must hold, and at least two words."""
FEWER_WORDS: Final = 0.4
"""The same for pairs from `SAME_BEYOND_DOUBT` on."""
SHARED_BY_BOTH: Final = 0.3
"""Share of the words of each of two contradicting points that the other must hold, where they share two words only."""
SAME_QUESTION: Final = 0.50
"""Cosine from which two defaults can answer one question."""
SAME_SUBJECT: Final = 0.59
"""Cosine from which one point can deny the other.

Both are read off the shipped pools, all pairs above them by eye: of the pairs that pass the other tests as well, about
three in four deserve a look. Lower marks find more contradictions and many more pairs that do not meet at all."""

_NEGATION = re.compile(
    r"(?:\b(?:not|never|no|none|cannot|without|neither|nor|instead of|forbid\w*|forbidden|prohibit\w*|refus\w*"
    r"|discourag\w*)\b|n't\b|\bnon-)",
    re.IGNORECASE,
)
_REACH = 4
"""Words after a negation that it is taken to deny."""
_DEFAULT = re.compile(r"\bdefaults?\b", re.IGNORECASE)
_AMOUNT = re.compile(
    r"(?<![\w.])(\d+(?:[.,]\d+)*)[ -]?"
    r"(milliseconds?|ms|seconds?|s|minutes?|min|hours?|h|days?|d|bytes?|[kKMGT]i?B|%|percent)?(?!\w)"
)
_DIMENSIONS: dict[str, tuple[str, ...]] = {
    "time": ("ms", "millisecond", "s", "second", "minute", "min", "hour", "h", "day", "d"),
    "share": ("%", "percent"),
}
_COUNTED = "count"
_NUMERAL = re.compile(r"\d+(?:[.,]\d+)*")
_UNTELLING = stems("default second minute hour byte value number time size max min")


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
    """Pairs of key points of independent origins that nearly say the same, nearest first.

    They do from `SAYS_THE_SAME` on if they share words (`SHARED_WORDS`), agree in denying or not, and hold a common
    figure where both hold any. Points that describe their own work are left out.

    Args:
        points: in any order.
        cosines: (n, n) float32, of every two points.
    """
    return [
        Alike(left, right, similarity)
        for left, right, similarity in _pairs(points, cosines, SAYS_THE_SAME)
        if _same(points[left].text, points[right].text, similarity)
    ]


def differing(points: Sequence[Point], cosines: NDArray[np.float32]) -> list[Differing]:
    """Pairs of key points of independent origins that may contradict each other, nearest first.

    Precision comes before recall, and a reader has to check each: two defaults in one dimension with other amounts for
    something of the same name (`SAME_QUESTION`), or one point that denies words which the other states
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


def _same(one: str, other: str, similarity: float) -> bool:
    least = FEWER_WORDS if similarity >= SAME_BEYOND_DOUBT else SHARED_WORDS
    figures = set(_NUMERAL.findall(one)), set(_NUMERAL.findall(other))
    return (
        len(stems(one) & stems(other)) >= 2
        and max(shared_part(one, other), shared_part(other, one)) >= least
        and bool(_NEGATION.search(one)) == bool(_NEGATION.search(other))
        and (not all(figures) or bool(figures[0] & figures[1]))
    )


def _other_amounts(one: str, other: str) -> tuple[str, ...]:
    """The amounts of two defaults in one dimension, if they are not the same; empty: not two such defaults."""
    if not (_DEFAULT.search(one) and _DEFAULT.search(other)) or not (stems(one) & stems(other)) - _UNTELLING:
        return ()
    mine, others = _amounts(one), _amounts(other)
    for dimension in (*_DIMENSIONS, "size"):
        left, right = mine.get(dimension, set()), others.get(dimension, set())
        if left and right and not left & right:
            return (*sorted(left), *sorted(right))
    return ()


def _amounts(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for number, unit in _AMOUNT.findall(text):
        found.setdefault(_dimension(unit), set()).add(f"{number} {unit}".strip())
    return found


def _dimension(unit: str) -> str:
    if not unit:
        return _COUNTED
    return next(
        (name for name, units in _DIMENSIONS.items() if unit in units or unit.removesuffix("s") in units), "size"
    )


def _denied(one: str, other: str) -> tuple[str, ...]:
    """The words that one point denies and the other states; empty: none, or the two share too little to meet."""
    if bool(_NEGATION.search(one)) == bool(_NEGATION.search(other)):
        return ()
    shared = stems(one) & stems(other)
    if len(shared) < 2 or (len(shared) < 3 and min(shared_part(one, other), shared_part(other, one)) < SHARED_BY_BOTH):
        return ()
    denying = one if _NEGATION.search(one) else other
    denied = [
        word for match in _NEGATION.finditer(denying) for word in re.findall(r"[\w-]+", denying[match.end() :])[:_REACH]
    ]
    return tuple(dict.fromkeys(word for word in denied if stems(word) and stems(word) <= shared))
