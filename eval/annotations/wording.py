"""What the checker reads in a sentence: figures with their units, names, denials, hedges, opposites. English."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from research_agent.radar.sameness import words_of

_NUMERALS: Final = "zero two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred"
_NUMBER_WORDS: Final = dict(
    zip(
        _NUMERALS.split(),
        (0, *range(2, 13), 20, 30, 40, 50, 100),
        strict=True,
    )
) | {"twice": 2, "half": 0.5}
_UNIT_NAMES: Final = {
    "%": ("%", "percent", "per cent"),
    "us": ("us", "microsecond", "microseconds"),
    "ms": ("ms", "millisecond", "milliseconds"),
    "s": ("s", "sec", "second", "seconds"),
    "min": ("min", "minute", "minutes"),
    "h": ("h", "hour", "hours"),
    "d": ("day", "days"),
    "w": ("week", "weeks"),
    "mon": ("month", "months"),
    "y": ("year", "years"),
    "B": ("B", "byte", "bytes"),
    "kB": ("kB", "KB", "KiB"),
    "MB": ("MB", "MiB", "MB/s"),
    "GB": ("GB", "GiB", "GB/s"),
    "x": ("x", "times", "fold"),
}
_UNITS: Final = {spelling: unit for unit, spellings in _UNIT_NAMES.items() for spelling in spellings}
_DIMENSIONS: Final = {
    **dict.fromkeys(("us", "ms", "s", "min", "h", "d", "w", "mon", "y"), "time"),
    **dict.fromkeys(("B", "kB", "MB", "GB"), "size"),
}
_FIGURE = re.compile(
    r"(?<![A-Za-z_\d.])(?P<digits>\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)*)(?:[ -]?(?P<unit>%|[A-Za-z/]+))?"
    rf"|\b(?P<word>{'|'.join(_NUMBER_WORDS)})\b(?:[ -](?P<word_unit>[A-Za-z]+))?",
    re.IGNORECASE,
)

_CODE_NAME = re.compile(
    r"[A-Za-z_][\w.]*[_.]\w+|\w+(?=\()|--[\w-]+|[A-Za-z]+[a-z][A-Z]\w*|[A-Z][A-Za-z]*(?:-[A-Z][A-Za-z]*)+"
    r"|(?<![\w])[A-Z]{3,}\w*|(?<=[a-z,;:(] )[A-Z][a-z]{2,}\w*"
)
"""Names of code, fields of headers, acronyms, and capitalised words inside a sentence."""

_NEGATION = re.compile(
    r"\b(?:not|never|no|none|nobody|nothing|neither|nor|cannot|without|lacks?|instead of|rather than|rarely|seldom"
    r"|hardly|unless|except|fails? to|refus\w*|forbid\w*|prohibit\w*|discourag\w*|exclud\w*)\b|n't\b"
    r"|\b(?:un|in|non-)(?=able|changed|checked|supported)",
    re.IGNORECASE,
)
_ABSOLUTE = re.compile(
    r"\b(?:all|always|any|at most|both|certain\w*|complete\w*|ensures?|entire\w*|every\w*|exactly|first"
    r"|guarantee\w*|has to|have to|impossible|in all|most|must|never|no|none|only|optimal|perfect\w*|precisely"
    r"|prove[sdn]?|proof|recommended|sufficient|the (?:best|most|only)|too|worthless)\b",
    re.IGNORECASE,
)
"""Words that say more than their sentence would without them."""
_HEDGE = re.compile(
    r"\b(?:about|almost|apparently|around|can|could|expect\w*|generally|guess\w*|hypothesis|in part|in some cases"
    r"|largely|likely|many|may|might|most|mostly|nearly|normally|often|partly|possibl[ey]|probabl[ey]|proposed|rarely"
    r"|recommend\w*|roughly|seems?|seldom|several|should|some|sometimes|suggest\w*|tends?|typical\w*|usual\w*"
    r"|approximately|draft|experimental|by default)\b",
    re.IGNORECASE,
)
"""Words by which a sentence says less."""

_OPPOSITE_WORDS: Final = """
before|ahead of / after|afterwards|then
more|larger|higher|greater|above|over / less|fewer|smaller|lower|below|under
at most|maximum|up to|most / at least|minimum|least
first / last
increas\\w+|rais\\w+|grow\\w* / decreas\\w+|reduc\\w+|shrink\\w*
enabl\\w+|on by default|switch\\w* on / disabl\\w+|off by default|switch\\w* off|opt-in
allow\\w*|accept\\w*|permit\\w*|encourag\\w* / reject\\w*|forbid\\w*|forbidden|refus\\w*|advis\\w+ against|warn\\w*
async|asynchronous\\w* / sync|synchronous\\w*
parallel|concurrent\\w* / sequential\\w*|one after the other
add\\w*|introduc\\w* / drop\\w*|remov\\w*|withdr\\w+|revert\\w*
public / private
always|every|all / never|none|no
mandatory|required|must|have to|has to / optional\\w*|voluntary
open / closed?
inside / outside
rare\\w*|seldom / common\\w*|often|frequent\\w*
fast\\w*|quick\\w* / slow\\w*
long\\w* / short\\w*
easy|easier / hard|harder|difficult
fails?|failed / succeed\\w*
newest|new / oldest|old
stable / experimental|draft|unstable
immutable / mutable|changed in place
major / minor
light / heavy
infrastructure / domain
needs? / forbids?
starts? / stops?
"""
_OPPOSITES: Final = tuple(
    tuple(re.compile(rf"(?<![\w-])(?:{side.strip()})(?![\w-])", re.IGNORECASE) for side in line.split(" / "))
    for line in _OPPOSITE_WORDS.strip().splitlines()
)


_CLAUSE = re.compile(r"(?<=[;:,]) ")


class Figure(NamedTuple):
    """A number and what it counts."""

    number: str
    unit: str
    """"s", "%"; or the noun that follows, lower case; empty: nothing follows."""

    @property
    def dimension(self) -> str:
        """What can be compared with it: "time", "size", the unit or the noun itself."""
        return _DIMENSIONS.get(self.unit, self.unit)

    @property
    def measured(self) -> bool:
        """Whether the unit is one, and not just the noun that follows."""
        return self.unit in _UNIT_NAMES

    def __str__(self) -> str:
        return f"{self.number} {self.unit}".strip()


@lru_cache(maxsize=8192)
def figures(text: str) -> tuple[Figure, ...]:
    """The numbers of a text in digits and in words, in their order."""
    found = []
    for match in _FIGURE.finditer(text):
        if match["digits"]:
            number = match["digits"].replace(",", "")
            number = number.rstrip("0").rstrip(".") if number.count(".") == 1 and not match["unit"] else number
        else:
            number = f"{_NUMBER_WORDS[match['word'].lower()]:g}"
        written = match["unit"] or match["word_unit"] or ""
        found.append(Figure(number, _UNITS.get(written, _UNITS.get(written.lower(), written.lower()))))
    return tuple(found)


@lru_cache(maxsize=8192)
def names(text: str) -> frozenset[str]:
    """The names of a text, lower case."""
    return frozenset(name.lower().rstrip(".") for name in _CODE_NAME.findall(text))


@lru_cache(maxsize=8192)
def negations(text: str) -> int:
    """How many words of a text deny something."""
    return len(_NEGATION.findall(text))


def absolutes(text: str) -> frozenset[str]:
    """The words by which a text says something of all, or for certain; lower case."""
    return _found(_ABSOLUTE, text)


def hedges(text: str) -> frozenset[str]:
    """The words by which a text says something of some, or perhaps; lower case."""
    return _found(_HEDGE, text)


def opposed(claim: str, told: str) -> str:
    """A word of the claim whose opposite stands in the other text, where neither holds both; empty: there is none.

    Words that both hold are set aside first, so that "more than a billion over the network" meets "fewer than ...".
    """
    for mine, others in ((claim, told), _apart(claim, told)):
        for one, other in _OPPOSITES:
            for left, right in ((one, other), (other, one)):
                here, there = left.search(mine), right.search(others)
                if here and there and not right.search(mine) and not left.search(others):
                    return f"{here[0]} where the record has {there[0]}"
    return ""


def near_part(claim_words: frozenset[str], sentence: str) -> str:
    """The clauses of a sentence from the first to the last that shares a word with the claim; all, if none does."""
    clauses = _CLAUSE.split(sentence)
    sharing = [place for place, clause in enumerate(clauses) if claim_words & words_of(clause)]
    return " ".join(clauses[sharing[0] : sharing[-1] + 1]) if sharing else sentence


def _apart(one: str, other: str) -> tuple[str, str]:
    """Two texts, each without the words of the other, in order."""
    mine, others = one.lower().split(), other.lower().split()
    return " ".join(word for word in mine if word not in others), " ".join(word for word in others if word not in mine)


def _found(pattern: re.Pattern[str], text: str) -> frozenset[str]:
    return frozenset(match.lower() for match in pattern.findall(text))


def content_order(text: str, words: Iterable[str]) -> list[str]:
    """These stems in the order in which they first stand in a text."""
    wanted = set(words)
    order: list[str] = []
    for token in re.findall(r"[^\s,;:()]+", text):
        for stem in sorted(words_of(token.rstrip("."))):
            if stem in wanted and stem not in order:
                order.append(stem)
    return order


def plain(text: str) -> str:
    """A text without what says nothing: case, line breaks, and the stop at its end."""
    return " ".join(text.split()).rstrip(".").casefold()
