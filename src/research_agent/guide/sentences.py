"""Sentences of a method turned into numbers: `25-30 sources per domain (4-6 per category)`, `Prioritize 2021+ sources`.

Each function reads one fact out of one sentence, or nothing. Which sentences to look at is decided elsewhere.
"""

import re

from research_agent.model.guide import Span

_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
# ASCII: without case a Turkish dotless i would be an i, and "f\u0131ve" no number that anybody can look up.
_COUNT = rf"(?a:\d{{1,3}}|{'|'.join(_WORDS)})(?!\w)"
_NUMBER = rf"(?<![\w.-]){_COUNT}"
_SPAN = rf"(?P<low>{_NUMBER})(?:\s*(?:[-\u2013\u2014]|to)\s*(?P<high>{_COUNT}))?"
_FILL = r"(?:[^\W\d][\w'-]*,?\s+){0,4}?"
_YEAR = r"(?<!\d)(?:19|20)[0-9]{2}(?!\d)"
_EACH = r"(?:per|in each|in every|for each|for every|from each|from every|of each|of every|each|every|a)"
_SOURCES = r"(?:sources|entries|references|works)"
_AT_LEAST = r"(?:at least|a minimum of|minimum|no fewer than|no less than)"
_AT_MOST = r"(?:at most|no more than|a maximum of|maximum|up to)"
_ORIGIN = r"(?:organi[sz]ation|origin|publisher|author|vendor|company|institution)s?"
_BULLET = r"(?:focus|bullet|question|topic)s?"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_QUOTA = _pattern(rf"(?P<bound>{_AT_LEAST}|{_AT_MOST})?\s*{_SPAN}\s+{_FILL}{_EACH}\s+(?:source\s+)?category\b")
_QUOTA_AFTER = _pattern(rf"{_EACH}\s+(?:source\s+)?category\s*[:=]\s*(?P<bound>{_AT_LEAST}|{_AT_MOST})?\s*{_SPAN}")
_TOTAL = _pattern(rf"(?P<bound>{_AT_LEAST}|{_AT_MOST})?\s*{_SPAN}\s+{_FILL}{_SOURCES}\b(?P<rest>[^,;.()]*)")
_PER_DOMAIN = _pattern(rf"\b{_EACH}\s+(?:research\s+)?domain\b|\btotal\b|\boverall\b|\baltogether\b")
_NOT_TOTAL = _pattern(rf"\bcategor|\b{_BULLET}\b|\b{_ORIGIN}\b|\bproduction\b|\bpractice\b|\b(?:19|20)\d\d\b")
_CATEGORIES = _pattern(rf"(?<![-\u2013\u2014])(?P<count>{_NUMBER})\s+(?:different\s+)?(?:source\s+)?categories\b")
_HIERARCHY = _pattern(r"\b(?:hierarchy|priority|priorities|preference|trust|order)\b")
_STEP = _pattern(r"\s*[>→]+\s*")
_PER_FOCUS = _pattern(
    rf"(?P<count>{_NUMBER})\s+{_FILL}(?:{_SOURCES}|source|entry)\s+(?:{_EACH}|on each|on every)\s+{_FILL}{_BULLET}\b",
)
_PER_ORIGIN = _pattern(
    rf"{_AT_MOST}\s+(?P<count>{_NUMBER})\s+(?:{_SOURCES}\s+)?(?:of|from|by|per)\s+{_FILL}{_ORIGIN}\b"
)
_EXEMPT = _pattern(r"\b(?:outside|except(?:\s+for)?|excluding|other than|apart from)\s+(?:the\s+)?(?P<names>[^.;()]+)")
_PRODUCTION = _pattern(
    rf"{_AT_LEAST}\s+(?P<count>{_NUMBER})\s+{_FILL}(?:{_SOURCES}|source|entry)\s+[^.;]*?"
    r"\b(?:production|practice|case stud(?:y|ies)|post-?mortems?)\b",
)
_SINCE = _pattern(
    rf"(?P<plus>{_YEAR})\s*\+|\b(?:since|from)\s+(?P<since>{_YEAR})|(?P<later>{_YEAR})\s+(?:or|and)\s+(?:later|newer|after)"
    rf"|\bafter\s+(?P<after>{_YEAR})|(?P<start>{_YEAR})\s*(?:[-\u2013\u2014]|to)\s*(?:{_YEAR}|present|today|now)",
)
_SHARE = _pattern(r"(?<![\d.])(?P<share>\d{1,3})\s*(?:%|percent\b|per cent\b)")
_OF_SOURCES = _pattern(rf"\b(?:{_SOURCES}|source|literature|papers|publications?|published|recent|priorit\w+)\b")
_READINGS = _pattern(r"\bRADAR\b.*\b(?P<reading>LMU|Mandalios)\b|\b(?P<first>LMU|Mandalios)\b.*\bRADAR\b")


class RangeError(ValueError):
    """A range that has only one end, runs backwards, or leaves room for nothing."""


def total(sentence: str) -> Span | None:
    """How many entries a bibliography has: `25-30 high-quality sources per domain`.

    Raises:
        RangeError: it gives only one end.
    """
    for match in _TOTAL.finditer(sentence):
        clause = match.group()
        ranged = match["high"] is not None
        if not _NOT_TOTAL.search(clause) and (ranged or _PER_DOMAIN.search(clause)):
            return _span(match)
    return None


def quota(sentence: str) -> Span | None:
    """How many entries every category has: `4-6 sources per category`.

    Raises:
        RangeError: it gives only one end.
    """
    match = _QUOTA.search(sentence) or _QUOTA_AFTER.search(sentence)
    return _span(match) if match else None


def span_of(text: str) -> Span | None:
    """A range that stands alone: `4-6`, `4 to 6`, `4`."""
    match = re.fullmatch(_SPAN, text.strip(), re.IGNORECASE)
    return _span_of(match) if match else None


def category_count(sentence: str) -> int | None:
    """How many source categories there are: `6 source categories per domain`."""
    return _count(_CATEGORIES.search(sentence))


def hierarchy(sentence: str) -> tuple[tuple[str, ...], ...] | None:
    """The tiers of a source hierarchy, best first, each with its equals: `Papers > Docs = Standards > Blogs`."""
    label, _, listed = sentence.strip().rstrip(".").rpartition(":")
    names = _STEP.split(listed)
    # One ">" alone may compare anything ("papers with > 100 citations").
    if len(names) < 2 or (len(names) < 3 and not _HIERARCHY.search(label)):
        return None
    tiers = [tuple(filter(None, (name.strip() for name in tier.split("=")))) for tier in names]
    return tuple(tier for tier in tiers if tier)


def entries_per_focus(sentence: str) -> int | None:
    """How many entries every focus bullet has at least: `at least two sources for every bullet`."""
    return _count(_PER_FOCUS.search(sentence))


def entries_per_origin(sentence: str) -> int | None:
    """How many entries one organisation may have: `at most three sources from one organisation`."""
    return _count(_PER_ORIGIN.search(sentence))


def exempt_from_origin(sentence: str) -> tuple[str, ...] | None:
    """What that limit leaves out, in the guide's words: `... from one organisation, except standards and maps`."""
    match = _PER_ORIGIN.search(sentence) and _EXEMPT.search(sentence)
    return tuple(filter(None, re.split(r"\s*(?:,|\band\b|\bor\b)\s*", match["names"].strip()))) if match else None


def production_entries(sentence: str) -> int | None:
    """How many entries report from production: `at least two sources with evidence from production`."""
    return _count(_PRODUCTION.search(sentence))


def recent_since(sentence: str) -> int | None:
    """The first year that counts as recent: `2021+ sources`, `published after 2020`."""
    match = _SINCE.search(sentence)
    if not match or not _OF_SOURCES.search(sentence):
        return None
    if match["after"]:
        return int(match["after"]) + 1
    return int(next(year for year in (match["plus"], match["since"], match["later"], match["start"]) if year))


def recent_share(sentence: str) -> float | None:
    """The least share of recent entries, 0 to 1: `at least 50% since 2015`."""
    match = _SHARE.search(sentence)
    return int(match["share"]) / 100 if match and recent_since(sentence) else None


def rubric(sentence: str) -> str | None:
    """The reading of RADAR that a sentence names, if it names one."""
    match = _READINGS.search(sentence)
    return (match["reading"] or match["first"]).lower() if match else None


def names_radar(sentence: str) -> bool:
    """Whether a sentence asks for RADAR, in whatever reading."""
    return bool(re.search(r"\bRADAR\b", sentence))


def _span(match: re.Match[str]) -> Span:
    if match["high"] is None and match["bound"]:
        raise RangeError(f"{match.group().strip()!r} gives only one end of a range: write both, such as 4-6")
    return _span_of(match)


def _span_of(match: re.Match[str]) -> Span:
    low = _value(match["low"])
    high = _value(match["high"]) if match["high"] else low
    if high < low:
        raise RangeError(f"{match.group().strip()!r} runs backwards: write the lower number first")
    if high < 1:
        raise RangeError(f"{match.group().strip()!r} would be a bibliography of no entries")
    return Span(at_least=low, at_most=high)


def _count(match: re.Match[str] | None) -> int | None:
    return _value(match["count"]) if match else None


def _value(word: str) -> int:
    return int(word) if word.isdecimal() else _WORDS.index(word.lower()) + 1
