"""Compare points of independent origins: which say the same, may contradict each other, or are worth comparing. Pure.

Cosine finds what is about the same; it does not see a "not" or another figure, so words and figures decide the rest.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from research_agent.bibliography.statements import is_publication_fact, says_what_happens, tells_of_the_work
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


NEAR: Final = 0.45
"""Cosine from which two points can be worth reading side by side."""
TELLING_SHARED: Final = 2
"""Telling words that such points share: too few to say the same, enough to speak of one thing."""
TELLING_OF_FACTS: Final = 3
"""The same where neither point gives advice or says how something behaves: two lists of facts seldom meet."""
SHARE_BESIDE_COSINE: Final = 0.5
"""What the share of the shorter point's words that the other holds (0 to 1) weighs beside the cosine.

Read off the entries of the shipped guide: by cosine alone the nearest pairs are two findings of two studies or two
release notes. The cosine knows the kind of statement as well as its subject; words that few points hold know only the
subject."""
_BESIDE_THE_POINT = words_of(
    "another api change client code data default error every example exist first five follow found four hold http"
    " include least library made name new not note one problem provide recommend release request second server"
    " set still support three two type use version work wrap"
)
"""Words that two statements on different things share by chance."""
_RELEASE_NOTE = re.compile(r"\bpull request\b|^\W*v?\d+(?:\.\d+)+[ ,(]", re.IGNORECASE)
_DEFINITION = re.compile(r"\b(?:defin(?:e|es|ed|ing|ition)|is called|stands for|is presented as)\b", re.IGNORECASE)
_NO_DENIAL = re.compile(r"\bno-(?=\w)|\bno (?:earlier|fewer|later|less|longer|more)\b", re.IGNORECASE)
"""Words with "no" that deny nothing of what follows: "no-store" is a name, "no later than" a bound."""
_COUNTED_THINGS = re.compile(r"(?<![\w./])(?<!RFC )(\d+(?:[.,]\d+)*)[ -]?(%|[A-Za-z]+)")


class Compared(Protocol):
    """What is looked at of a point, be it of an entry or of another source of the library."""

    @property
    def text(self) -> str:
        """The statement."""

    @property
    def part(self) -> str:
        """Which part of the record it is."""

    @property
    def passage(self) -> str:
        """Id of the passage that holds it."""

    @property
    def source(self) -> str:
        """Id of the source."""

    @property
    def origin(self) -> str:
        """Who is behind the source."""


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


Observation = Literal["figures differ", "one denies"]


class Near(NamedTuple):
    """Two points that are worth reading side by side, and what their words show."""

    left: int
    right: int
    similarity: float
    observed: tuple[Observation, ...]


def alike(points: Sequence[Compared], cosines: NDArray[np.float32]) -> list[Alike]:
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


def supporting(points: Sequence[Compared], others: Sequence[Compared], cosines: NDArray[np.float32]) -> list[Alike]:
    """Key points of others that say the same as a point and are independent of it, nearest first.

    Args:
        points: in any order; `left` is a position in them.
        others: in any order; `right` is a position in them.
        cosines: (points, others) float32.
    """
    pairs = [
        Alike(left, right, round(float(cosines[left, right]), 6))
        for left, right in np.argwhere(cosines >= SAYS_THE_SAME).tolist()
        if _comparable(points[left]) and _comparable(others[right]) and _independent(points[left], others[right])
    ]
    found = [pair for pair in pairs if says_the_same(points[pair.left].text, others[pair.right].text, pair.similarity)]
    return sorted(found, key=lambda pair: (-pair.similarity, points[pair.left].passage, others[pair.right].passage))


def near(points: Sequence[Compared], cosines: NDArray[np.float32]) -> list[Near]:
    """Pairs of key points of independent origins that speak of nearly one thing, nearest in wording first.

    No claim that they agree. They have a cosine of `NEAR` and share `TELLING_SHARED` words; nearness is the cosine and
    the share of words (`SHARE_BESIDE_COSINE`), a word weighing the logarithm of how seldom points hold it (inverse
    document frequency; Spärck Jones 1972). Release notes and definitions are left out, and so is what says the same
    or differs.
    """
    held_by = Counter(word for point in points for word in words_of(point.text))
    settled = {(pair.left, pair.right) for pair in alike(points, cosines)}
    settled |= {(pair.left, pair.right) for pair in differing(points, cosines)}
    found = []
    for left, right, similarity in _pairs(points, cosines, NEAR):
        one, other = points[left].text, points[right].text
        mine, others = words_of(one) - _BESIDE_THE_POINT, words_of(other) - _BESIDE_THE_POINT
        shared = mine & others
        needed = TELLING_SHARED if says_what_happens(one) or says_what_happens(other) else TELLING_OF_FACTS
        if len(shared) < needed or (left, right) in settled or not (_compares(one) and _compares(other)):
            continue
        least = min(_rarity(words, held_by, len(points)) for words in (mine, others))
        share = _rarity(shared, held_by, len(points)) / least if least else 1.0
        nearness = round(similarity + SHARE_BESIDE_COSINE * share, 6)
        found.append((nearness, Near(left, right, similarity, _observed(one, other))))
    found.sort(key=lambda pair: (-pair[0], points[pair[1].left].passage, points[pair[1].right].passage))
    return [pair for _, pair in found]


def differing(points: Sequence[Compared], cosines: NDArray[np.float32]) -> list[Differing]:
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


def _pairs(points: Sequence[Compared], cosines: NDArray[np.float32], least: float) -> list[tuple[int, int, float]]:
    rows = [row for row, point in enumerate(points) if _comparable(point)]
    table = np.triu(cosines[np.ix_(rows, rows)], k=1)
    pairs = [
        (rows[left], rows[right], round(float(table[left, right]), 6))
        for left, right in np.argwhere(table >= least).tolist()
    ]
    independent = [pair for pair in pairs if _independent(points[pair[0]], points[pair[1]])]
    return sorted(independent, key=lambda pair: (-pair[2], points[pair[0]].passage, points[pair[1]].passage))


def _comparable(point: Compared) -> bool:
    return point.part == "key_point" and not tells_of_the_work(point.text)


def _independent(one: Compared, other: Compared) -> bool:
    return one.origin.casefold() != other.origin.casefold() and one.source != other.source


def _compares(text: str) -> bool:
    """Whether there is something to compare: no news of a release, no bare definition."""
    return not (_RELEASE_NOTE.search(text) or _DEFINITION.search(text) or is_publication_fact(text))


def _rarity(words: Iterable[str], held_by: Counter[str], points: int) -> float:
    return math.fsum(math.log(points / held_by[word]) for word in words)


def _observed(one: str, other: str) -> tuple[Observation, ...]:
    observed: list[Observation] = []
    mine, others = _counted(one), _counted(other)
    if any(mine[thing].isdisjoint(others[thing]) for thing in mine.keys() & others.keys()):
        observed.append("figures differ")
    if denies(one) != denies(other):
        denied, said = (one, other) if denies(one) else (other, one)
        clauses = [words_of(" ".join(words)) for words in denied_words(_NO_DENIAL.sub(" ", denied))]
        if any(clause and clause <= words_of(said) for clause in clauses):
            observed.append("one denies")
    return tuple(observed)


def _counted(text: str) -> dict[str, set[float]]:
    """By what is counted ("time", "bit"), the amounts that a statement gives of it."""
    found: dict[str, set[float]] = {}
    for number, word in _COUNTED_THINGS.findall(text):
        if number.count(".") >= _PARTS_OF_A_VERSION:
            continue
        dimension, factor = _scale(word)
        for thing in words_of(word) if dimension == _COUNTED else (dimension,):
            found.setdefault(thing, set()).add(float(number.replace(",", "")) * factor)
    return found


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
