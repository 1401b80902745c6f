"""Whether two statements say the same thing, or one denies the other. Pure.

Cosine finds what is about the same; it does not see a "not", another figure or an opposite, so words decide the rest.
RADAR takes corroboration from here, the holistic guide its agreements and differences.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

SAYS_THE_SAME: Final = 0.58
"""Cosine (all-MiniLM-L6-v2) from which two statements may say the same."""
NEARER: Final = 0.66
"""Cosine from which fewer words in common suffice."""
SHARED_WORDS: Final = 0.6
"""Share of the shorter statement's words that the other must hold."""
FEWER_WORDS: Final = 0.5
"""The same for pairs from `NEARER` on."""
LEAST_SHARED: Final = 3
"""Words and figures that both must hold; a name from code counts as two, because it is seldom shared by chance.

All five are read off the shipped pools: of the 3,650 pairs of independent origins from cosine 0.58 on 9 pass, and all
of them say the same. With half of the words below 0.66 8 more would pass, 6 of which meet in their subject only."""
_WORD_OF_CODE: Final = 2
_SAID_OF_EVERYTHING: Final = ("api", "change", "default", "problem", "release", "support", "type", "use", "version")
"""Words that two statements about software share by chance."""

_LITTLE_WORDS: Final = """
about above after all also and any are because been before below between both but can could did does each either even
every for from had has have how into its itself just like may might more most much must off once only other others our
out over own per same shall should since some such than that the their them then there these they this those through
too under until upon very was were what when where whether which while who whose why will with within would yet you
your
"""
_FUNCTION_WORDS: Final = frozenset(_LITTLE_WORDS.split())
_CODE = re.compile(
    r"(?:[^\W\d]\w*\.)*\w*_\w+(?:\.\w+)*|[^\W\d]\w*(?:\.[^\W\d]\w*)+|[^\W\d]\w*(?=\()|[A-Za-z]+[a-z][A-Z]\w*"
    r"|[A-Z][A-Za-z]*(?:-[A-Z][A-Za-z]*)+"
)
"""Names as code has them: with an underscore or an inner full stop, called, in camel case, or fields of a header."""
_VALUE_IN_CODE = re.compile(r"\w+\([^()]*\)|\w+=[^\s,;)]+|`[^`]*`|\bNone\b")
"""Code whose words deny nothing: `timeout=None` says which value, not that there is none."""
_LETTERS = re.compile(r"[^\W\d_]{3,}")
_ENDINGS = re.compile(r"(?:ations?|at(?:e|es|ed|ing)|ings?|ies|ied|ed|es|s|e|y)$")
_SHORTEST_STEM: Final = 3
_NEGATION = re.compile(
    r"\b(?:not|never|no|cannot|without|neither|nor|instead of|rather than|unless|except|lacks?|fails? to|refus\w*"
    r"|forbid\w*|prohibit\w*|discourag\w*|exclud\w*)\b|n't\b|\bnon-",
    re.IGNORECASE,
)
_NONE_OF = re.compile(r"\bnone\b")  # in prose; `None` is a value
_REACH: Final = 4
"""Words after a negation that it is taken to deny."""
_DISSENT = re.compile(
    r"\b(?:contradict\w*|contrary|disput\w*|refut\w*|disprov\w*|disagree\w*|unlike|in contrast|whereas)\b",
    re.IGNORECASE,
)
"""Words of a statement that sets itself against another one; which one, words can't tell."""
_OF_THE_WORK = re.compile(
    r"\b(?:stud(?:y|ies|ied)|survey\w*|paper|authors?|participants?|respondents?|interview\w*|summaris\w*|chapter"
    r"|published|submitted|presented)\b",
    re.IGNORECASE,
)
"""Words of a statement that tells of a work and not of its subject: two studies may ask alike and find otherwise."""
_OPPOSITES: Final = (
    (r"more|larger|higher|faster|above|over", r"less|fewer|smaller|lower|slower|below|under"),
    (r"before", r"after"),
    (r"at most|maximum|max|up to", r"at least|minimum|min"),
    (r"increas\w+|rais\w+|grow\w*", r"decreas\w+|lower\w*|reduc\w+|shrink\w*"),
    (r"enabl\w+|turns? on|switch(?:es|ed)? on", r"disabl\w+|turns? \w* ?off|switch(?:es|ed)? off"),
    (r"allow\w*|accept\w*|permit\w*", r"reject\w*|den(?:y|ies|ied)"),
    (r"async|asynchronous\w*", r"sync|synchronous\w*"),
    (r"parallel|concurrent\w*", r"sequential\w*|serial\w*"),
    (r"read\w*", r"writ\w+"),
    (r"encod\w+|serialis\w+", r"decod\w+|deserialis\w+"),
    (r"add(?:s|ed)?|introduc\w+", r"drop(?:s|ped)?|remov\w+"),
    (r"public", r"private"),
    (r"always|must|required|requires?", r"sometimes|may|should|optional\w*|rarely"),
)
_OPPOSED = tuple(
    (re.compile(rf"\b(?:{one})\b", re.IGNORECASE), re.compile(rf"\b(?:{other})\b", re.IGNORECASE))
    for one, other in _OPPOSITES
)
_FIGURE = re.compile(
    r"(?<![\w.])(\d+(?:[.,]\d+)*)[ -]?(%|(?:percent|ms|milliseconds?|s|seconds?|min|minutes?|h|hours?|days?|weeks?"
    r"|months?|years?|bytes?|[kKMGT]i?B)\b)?"
)
_IN_WORDS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def says_the_same(one: str, other: str, cosine: float) -> bool:
    """Whether two statements make one claim.

    They do from `SAYS_THE_SAME` on if they share words (`SHARED_WORDS`, `FEWER_WORDS`, `LEAST_SHARED`), deny the same
    or nothing, hold no opposites, and the figures of one are among those of the other where both hold any. Statements
    that tell of a work or set themselves against something never do. Precision comes before recall.

    Args:
        one: a statement.
        other: another one; their order does not matter.
        cosine: of their vectors, -1 to 1.
    """
    if cosine < SAYS_THE_SAME or any(pattern.search(text) for pattern in _NO_CLAIM for text in (one, other)):
        return False
    least = FEWER_WORDS if cosine >= NEARER else SHARED_WORDS
    mine, others = words_of(one), words_of(other)
    shared, telling = mine & others, (mine & others) - _stems(" ".join(_SAID_OF_EVERYTHING))
    return (
        _weight(telling) + len(_figures(one).keys() & _figures(other).keys()) >= LEAST_SHARED
        and _weight(shared) >= least * min(_weight(mine), _weight(others))
        and _deny_alike(one, other)
        and not _opposed(one, other)
        and _figures_agree(one, other)
    )


@lru_cache(maxsize=8192)
def words_of(text: str) -> frozenset[str]:
    """The stems of a statement's telling words, and its names from code whole: "stripe_version", "run_in_executor"."""
    names = {_plain_name(name) for name in _CODE.findall(text)}
    return frozenset(names | _stems(_CODE.sub(" ", text)))


def denies(text: str) -> bool:
    """Whether a statement denies anything."""
    return bool(_denials(text))


def denied_words(text: str) -> tuple[tuple[str, ...], ...]:
    """What a statement denies: by negation, the words after it as they stand, up to `_REACH` and the clause's end."""
    prose = _prose(text)
    clauses = [re.split(r"[,;:()]|\.(?:\s|$)", prose[end:])[0] for end in _denials(text)]
    return tuple(tuple(re.findall(r"[\w-]+", clause)[:_REACH]) for clause in clauses)


_NO_CLAIM: Final = (_DISSENT, _OF_THE_WORK)


@lru_cache(maxsize=8192)
def _denials(text: str) -> tuple[int, ...]:
    """Where the negations of a statement end, in its prose."""
    prose = _prose(text)
    return tuple(sorted(match.end() for pattern in (_NEGATION, _NONE_OF) for match in pattern.finditer(prose)))


def _prose(text: str) -> str:
    return _VALUE_IN_CODE.sub(" ", text)


def _deny_alike(one: str, other: str) -> bool:
    """Whether neither denies anything, or each denies a word that the other denies."""
    if not denies(one) and not denies(other):
        return True
    mine, others = (_stems(" ".join(" ".join(words) for words in denied_words(text))) for text in (one, other))
    return bool(mine & others)


def _opposed(one: str, other: str) -> bool:
    """Whether one holds a word and the other its opposite, and neither holds both."""
    return any(
        left.search(here) and not right.search(here) and right.search(there) and not left.search(there)
        for left, right in _OPPOSED
        for here, there in ((one, other), (other, one))
    )


def _figures_agree(one: str, other: str) -> bool:
    """Whether the figures of one are among those of the other; a statement without figures agrees with any."""
    mine, others = _figures(one), _figures(other)
    fewer, more = sorted((mine, others), key=len)
    return all(
        number in more and (not units or not more[number] or units & more[number]) for number, units in fewer.items()
    )


def _figures(text: str) -> dict[str, set[str]]:
    """By number, the units that it stands with: {"5": {"s"}}; numbers in words count as well."""
    found: dict[str, set[str]] = {}
    for number, unit in _FIGURE.findall(text):
        found.setdefault(number, set()).update(filter(None, (_unit(unit),)))
    for word in re.findall(r"[a-z]+", text.lower()):
        if word in _IN_WORDS[2:]:  # "one" is a pronoun as often as a number
            found.setdefault(str(_IN_WORDS.index(word)), set())
    return found


def _unit(written: str) -> str:
    """One spelling of a unit: "percent" and "%", "seconds" and "s"."""
    if written in ("%", "percent"):
        return "%"
    if written.startswith(("ms", "milli")):
        return "ms"
    return written.lower() if written.endswith("B") or written.startswith("mo") else written[:1].lower()


def _plain_name(name: str) -> str:
    """A name from code in one spelling, so that `Stripe-Version` meets `stripe_version`."""
    return "code:" + name.replace("-", "_").lower()


def _stems(text: str) -> set[str]:
    return {_stem(word) for word in _LETTERS.findall(text.lower()) if word not in _FUNCTION_WORDS}


def _stem(word: str) -> str:
    """What is left of a word without its ending, so that "retries" meets "retrying" and "rotate" meets "rotation"."""
    for _ in range(2):
        shorter = _ENDINGS.sub("", word)
        if len(shorter) < _SHORTEST_STEM:
            break
        word = shorter
    return word[:-1] if len(word) > _SHORTEST_STEM and word[-1] == word[-2] else word


def _weight(words: Iterable[str]) -> int:
    return sum(_WORD_OF_CODE if word.startswith("code:") else 1 for word in words)
