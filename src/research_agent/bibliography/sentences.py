"""Cut prose into sentences where technical English ends them: not in "e.g.", "2.1.3", "f(...)" or "J. Smith"."""

import re

_CLOSERS = "\"'\u201d\u2019)]"  # what may stand between the mark and the white space
_OPENING_MARKS = "\"'\u201c\u2018@`"
_END = re.compile(rf"(?<=\S)[.!?…]+[{re.escape(_CLOSERS)}]*(?=\s)")

_NEVER_THE_END = (
    "approx cf e.g eg esp et i.e ie incl resp viz vs Cf Dr E.g Ed Eds Eq Eqs Fig Figs I.e Mr Mrs Ms Prof Sec St"
)
_ABBREVIATIONS = frozenset(_NEVER_THE_END.split())
"""As written: "CA" and "max" are words that sentences end with."""
_BEFORE_NUMBERS = frozenset({"no", "No", "nos", "vol", "Vol", "pp", "p", "art", "al"})
"""An abbreviation only where a figure or a bracket follows: "vol. 59", but "the answer is no. The"."""
_AFTER_ABBREVIATIONS = re.compile(r"[a-z0-9(\[,;]")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
_OPENING_WORDS = """a all an and another any as at because both but by each every for from if in it its most no of on
one only or since so some such that the then there these they this those to under until what when where which while"""
_OPENERS = frozenset(_OPENING_WORDS.split())
"""Words that open a sentence; a name after an initial is none of them."""
_PAIR = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|`[^`]*`")


def split_sentences(text: str) -> list[str]:
    """The sentences of a text, in order; joined by single spaces they are the text with its white space made plain.

    A full stop ends a sentence when white space follows, whatever comes next: technical prose opens sentences with
    lower-case names ("json.loads bounds ..."). It does not after an abbreviation or an initial, inside brackets or
    backquotes, or as an ellipsis that the sentence runs on from. "!" and "?" end one only before a capital letter,
    since names such as "Yahoo!" hold them.
    """
    plain = " ".join(text.split())
    sheltered = _sheltered(plain)
    sentences, start = [], 0
    for end in _END.finditer(plain):
        if end.start() not in sheltered and _ends(plain[start : end.start()], end[0], plain[end.end() :].lstrip()):
            sentences.append(plain[start : end.end()])
            start = end.end() + 1
    rest = plain[start:].strip()
    return [*sentences, rest] if rest else sentences


def _ends(before: str, mark: str, after: str) -> bool:
    """Whether a mark ends the sentence that stands before it."""
    stops = mark.rstrip(_CLOSERS)
    if not after:
        return True
    if stops.endswith(("!", "?")):
        return after[0].isupper() or after[0] in _OPENING_MARKS
    if stops in ("…", "..", "..."):  # an ellipsis: code leaves arguments out with it, prose trails off
        return mark == stops and after[0].isupper() and not before.endswith(("(", "=", ","))
    return not _abbreviated(before, after)


def _abbreviated(before: str, after: str) -> bool:
    """Whether the full stop between the two belongs to a short form."""
    word = re.split(r"[\s(\[\"'\u201c\u2018/]", before)[-1]
    if word in _ABBREVIATIONS:
        return True
    if word in _BEFORE_NUMBERS:
        return after[0].isdigit() or after[0] in "([,;"
    if word == "etc":
        return bool(_AFTER_ABBREVIATIONS.match(after))
    if _INITIALS.fullmatch(word) and word.isupper():
        return _first_word(after) not in _OPENERS
    return False


def _first_word(text: str) -> str:
    found = re.match(r"[^\W\d_]+", text)
    return found[0].lower() if found else ""


def _sheltered(text: str) -> frozenset[int]:
    """The positions inside a pair of brackets or backquotes, innermost pairs first, then what holds them."""
    inside: set[int] = set()
    remaining = text
    while pairs := list(_PAIR.finditer(remaining)):
        for pair in pairs:
            inside.update(range(pair.start() + 1, pair.end() - 1))
            remaining = remaining[: pair.start()] + " " * (pair.end() - pair.start()) + remaining[pair.end() :]
    return frozenset(inside)
