"""Read the names of authors as bibliographies spell them, and tell whether two may be one person's. Pure.

"Doe, Jane M.", "J. M. Doe", "Doe JM" and "Jane Doe" may be one; "John Doe" and "Jane Doe" may not.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

# Letters that no decomposition takes apart, and Cyrillic as BGN/PCGN 1947 writes it, without its signs.
_PLAIN_TEXT: Final = (
    "\u00f8 o \u0142 l \u0111 d \u00f0 d \u0131 i \u0127 h \u0167 t \u014b n \u00e6 ae \u0153 oe \u00fe th "
    "\u0430 a \u0431 b \u0432 v \u0433 g \u0434 d \u0435 e \u0451 e \u0436 zh \u0437 z \u0438 i \u0439 y "
    "\u043a k \u043b l \u043c m \u043d n \u043e o \u043f p \u0440 r \u0441 s \u0442 t \u0443 u \u0444 f "
    "\u0445 kh \u0446 ts \u0447 ch \u0448 sh \u0449 shch \u044b y \u044d e \u044e yu \u044f ya"
)
_PLAIN: Final = _PLAIN_TEXT.split()
_LETTERS: Final = str.maketrans(
    {**dict(zip(_PLAIN[::2], _PLAIN[1::2], strict=True)), "\u044a": "", "\u044c": ""}  # hard and soft sign
)
_APOSTROPHES = re.compile("['`\u2019\u02bc]")
_SUFFIXES: Final = frozenset({"jr", "sr", "ii", "iii", "iv", "ed", "eds", "editor"})
_INITIALS = re.compile(r"^[A-Z]{1,3}$")
_AND_OTHERS = re.compile(r"[,\s]+(?:et al\.?|and others)$", re.IGNORECASE)
_LEAST_LETTERS: Final = 5  # a misspelt letter of a shorter name makes another name
_ALIKE: Final = 0.85  # one letter of five to seven left out, or two of fourteen
_GIVEN_ALIKE: Final = 0.75  # Alexander, Aleksandr


class Person(NamedTuple):
    """A name, taken apart; in lower case, without accents."""

    family: str
    given: tuple[str, ...]
    """Given names, or their initials, in order."""
    words: frozenset[str]
    """All words of two letters or more."""


def folded(text: str) -> str:
    """Lower case, without accents, in Latin letters where the script is Latin or Cyrillic."""
    composed = unicodedata.normalize("NFC", text.casefold()).translate(_LETTERS)
    decomposed = unicodedata.normalize("NFKD", composed)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def unspelled(word: str) -> str:
    """A folded word without what transliterations differ in: umlauts that are written as two letters."""
    for pair, letter in (("ae", "a"), ("oe", "o"), ("ue", "u")):
        word = word.replace(pair, letter)
    return word


@lru_cache(maxsize=16384)
def person(name: str) -> Person:
    """The name, taken apart; what stands before a comma is the family's, else the last word that is no initial is."""
    name = _AND_OTHERS.sub("", name.strip())
    before, comma, after = name.partition(",")
    if comma and folded(after).strip(" .") not in _SUFFIXES:
        family, given = _words(before), _words(after.replace(",", " "))
    else:
        tokens = before.split()
        # "Doe JM": initials in capitals behind the family's name, as medical indexes write it.
        if len(tokens) > 1 and _INITIALS.match(tokens[-1]) and not tokens[0].endswith("."):
            given = [letter.lower() for letter in tokens[-1]]
            family = _words(" ".join(tokens[:-1]))
        else:
            *given, last = _words(before) or [""]
            family = [last]
    last = unspelled(family[-1]) if family else ""
    return Person(last, tuple(given), frozenset(word for word in (*family, *given) if len(word) > 1))


def may_be_one(one: str, other: str) -> bool:
    """Whether two names may be one person's: the same family's name and no given name or initial against it.

    So may be two names with the same words in another order, as family names come first in much of the world, or one
    that leaves out some of the other's.
    """
    a, b = person(one), person(other)
    shared = a.words & b.words
    if len(shared) > 1 and (shared in (a.words, b.words)):
        return True
    return families_alike(a, b) and _given_alike(a.given, b.given)


def families_alike(one: Person, other: Person) -> bool:
    """Whether the families' names are equal but for the spelling."""
    a, b = one.family, other.family
    if not a or not b:
        return False
    if a == b:
        return True
    short = min(len(a), len(b))
    return short >= _LEAST_LETTERS and a[0] == b[0] and _similarity(a, b) >= _ALIKE


def initials_differ(one: str, other: str) -> bool:
    """Whether both names have given names, and these begin with different letters."""
    a, b = person(one), person(other)
    return bool(a.given and b.given) and not may_be_one(one, other) and a.given[0][0] != b.given[0][0]


def shared_families(one: Sequence[str], other: Sequence[str]) -> int:
    """How many families' names stand in both lists."""
    return len({person(name).family for name in one} & {person(name).family for name in other} - {""})


def _given_alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether given names or initials go together, as far as both lists have any."""
    for a, b in zip(one, other, strict=False):
        if a[0] != b[0]:
            return False
        whole = len(a) > 1 and len(b) > 1
        if whole and not (a.startswith(b) or b.startswith(a)) and _similarity(a, b) < _GIVEN_ALIKE:
            return False
    return True


def _similarity(one: str, other: str) -> float:
    """By insertions and deletions, 0 to 1."""
    from rapidfuzz.distance import Indel  # takes 20 ms; most commands compare no names that are spelled in two ways

    return Indel.normalized_similarity(one, other)


def _words(text: str) -> list[str]:
    found = re.findall(r"\w+", _APOSTROPHES.sub("", folded(text)))
    return [word for word in found if word not in _SUFFIXES] or found
