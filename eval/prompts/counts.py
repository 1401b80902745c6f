"""The counts that a prompt states, each held against the guide's; a number that nothing accounts for is a finding."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from eval.prompts.cases import Asked
from eval.prompts.reading import Reading
from research_agent.model.guide import Span

_SPAN: Final = r"\d+(?: to \d+)?"
_CATEGORY: Final = re.compile(rf"^(.+) \(({_SPAN})\)(?:: |:?$)")
_WORDS_OF_AN_ANNOTATION: Final = "60 to 150"
"""Not the guide's: what the form of an entry adds."""
_NUMBER: Final = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w])")
_MARK: Final = re.compile(r"(?<!\S)(?:\d+\.|\[\d+\])(?=\s)")
_QUOTA: Final = re.compile(rf"- [^()]+ \({_SPAN}\)(?=:)")


class Count(NamedTuple):
    """A count with the words by which it is known."""

    name: str
    pattern: str
    wanted: frozenset[str]
    """What it may be; empty: it must not be stated."""
    needed: bool


def counts_of(asked: Asked) -> Iterator[Count]:
    """Every count that a prompt may state, out of the guide, the works and the place in the chain alone."""
    method, prompt, works = asked.guide.methodology, asked.prompt, asked.present
    lists, part = "lists" in asked.tags, prompt.part
    whole = lists and part is None
    total = {_told(method.total)} if part is None else _spans(method.total.at_most)
    entries, candidates = len(works.entries) if works else 0, len(asked.candidates)
    yield _count("sources in all", rf"\b[Ll]ists? ({_SPAN}) sources?\b", total, needed=lists)
    yield _count("categories", r"\bthese (\d+) categories\b", {str(len(method.categories))}, needed=whole)
    share = {str(round(method.recent_share * 100))}
    yield _count("share of recent works", r"\b(\d+) ?(?:percent|%)", share, needed=lists)
    since = r"\b(?:in|since|from|after) ((?:19|20)\d\d)\b"
    yield _count("first recent year", since, {str(method.recent_since)}, needed=lists)
    each, per_focus = r"\bquestion is covered by at least (\d+)", method.entries_per_focus
    covering = {str(per_focus)} if per_focus else set[str]()
    yield _count("sources for a question", each, covering, needed=whole and per_focus > 0)
    origin = method.entries_per_origin
    most = {str(origin)} if part is None else {str(number) for number in range(1, origin + 1)}
    yield _count("sources of one origin", r"\bat most (\d+) sources? comes?\b", most, needed=lists)
    made, production = r"\bat least (\d+) sources? reports? from production", method.production_entries
    reported = {str(production)} if part is None else {str(number) for number in range(1, production + 1)}
    yield _count("sources from production", made, reported if production else set(), needed=whole and production > 0)
    domains = {str(len(asked.guide.domains))}
    yield _count("domains", r"\b(\d+)[- ]domains?\b", domains, needed="asks" in asked.tags)
    bullets = {str(len(asked.domain.focus))} if asked.domain else set[str]()
    yield _count("questions", r"\bthese (\d+) questions\b", bullets, needed=lists and bullets != {"1"})
    yield _count("place in the chain", r"\bpart (\d+ of \d+)", _place(asked), needed=lists and part is not None)
    yield _count("words of an annotation", rf"\b({_SPAN}) words\b", {_WORDS_OF_AN_ANNOTATION}, needed=lists)
    yield _count("entries", r"\b(\d+)(?: numbered)? entr(?:y|ies)\b", {str(entries)}, needed=works is not None)
    yield _count("candidates", r"\b(\d+) candidates?\b", {str(candidates)}, needed=bool(candidates))
    after = lists and works is not None and prompt.reply == "markdown"
    yield _count("first new number", r"\bnumbered from (\d+)\b", {str(entries + 1)} if works else set(), needed=after)
    named = {asked.domain.id} if asked.domain else {one.id for one in asked.guide.domains}
    yield _count("number of the domain", r"\bDomain (\w+):", named, needed=True)


def lacking_counts(asked: Asked, reading: Reading) -> list[str]:
    """The counts of the guide that are not stated."""
    words = reading.all_own()
    return [one.name for one in counts_of(asked) if one.needed and not re.search(one.pattern, words)]


def contradicting_counts(asked: Asked, reading: Reading) -> list[str]:
    """What is stated otherwise than the guide has it, and numbers that nothing accounts for."""
    words = reading.all_own()
    found = []
    for one in counts_of(asked):
        wrong = sorted(set(re.findall(one.pattern, words)) - one.wanted)
        if wrong:
            found.append(f"{one.name}: {', '.join(wrong)} (asked: {', '.join(sorted(one.wanted)) or 'nothing'})")
    return [*found, *(f"unaccounted: {number}" for number in _unaccounted(asked, reading))]


def lacking_categories(asked: Asked, reading: Reading) -> list[str]:
    """Categories that do not stand there with their description and a quota."""
    wanted = asked.guide.methodology.categories
    if "lists" not in asked.tags:
        return []
    if asked.prompt.part:
        wanted = tuple(one for one in wanted if one.id == asked.prompt.part.category)
    lines = reading.lines("method")
    return [
        one.name
        for one in wanted
        if not any(
            (found := _CATEGORY.match(line)) and found[1] == one.name and line.endswith(one.description)
            for line in lines
        )
    ]


def contradicting_categories(asked: Asked, reading: Reading) -> list[str]:
    """Categories that stand twice, with another quota, or that the guide does not have."""
    found, seen = [], list[str]()
    known = {one.name: one.quota for one in asked.guide.methodology.categories}
    for line in reading.lines("method") if "lists" in asked.tags else []:
        stated = _CATEGORY.match(line)
        if not stated:
            continue
        name, quota = stated[1], stated[2]
        wanted = known.get(name)
        if name in seen:
            found.append(f"{name} stands twice")
        if wanted is None:
            found.append(f"{name} is no category of the guide")
        elif quota != _told(wanted) and not (asked.prompt.part and _within(quota, wanted)):
            found.append(f"{name}: {quota} (asked: {_told(wanted)})")
        seen.append(name)
    return found


def stated_spans(reading: Reading) -> dict[str, tuple[int, int]]:
    """The quotas that a prompt states, by category: least and most."""
    lines = (_CATEGORY.match(line) for line in reading.lines("method"))
    return {found[1]: _bounds(found[2]) for found in lines if found}


def _count(name: str, pattern: str, wanted: set[str], *, needed: bool) -> Count:
    return Count(name, pattern, frozenset(wanted), needed)


def _unaccounted(asked: Asked, reading: Reading) -> list[str]:
    """Numbers in our words of which no count speaks; numbers of bullets, lists and works are none."""
    found = []
    patterns = [one.pattern for one in counts_of(asked)]
    bullets = "|".join(re.escape(focus.id) for domain in asked.domains for focus in domain.focus)
    for section, words in reading.own.items():
        if section in ("credibility", "technologies", "candidates", "entries", "present_bibliography"):
            continue  # what stands there is held against rubric, guide and works line by line
        rest = _MARK.sub(" ", words)
        rest = _QUOTA.sub(" ", rest)
        for pattern in patterns:
            rest = re.sub(pattern, " ", rest)
        rest = re.sub(rf"(?<!\S)(?:{bullets})(?=\s)", " ", rest)
        rest = re.sub(rf"\({_SPAN}\)", " ", rest) if asked.prompt.part else rest
        found += _NUMBER.findall(rest)
    return found


def _place(asked: Asked) -> set[str]:
    part = asked.prompt.part
    return {f"{part.number} of {part.of}"} if part else set()


def _told(span: Span) -> str:
    return str(span.at_least) if span.at_least == span.at_most else f"{span.at_least} to {span.at_most}"


def _spans(most: int) -> set[str]:
    """Every range up to a total, as a part of a chain has a share of it."""
    ranges = {f"{low} to {high}" for high in range(1, most + 1) for low in range(high)}
    return ranges | {str(number) for number in range(1, most + 1)}


def _within(stated: str, wanted: Span) -> bool:
    low, high = _bounds(stated)
    return wanted.at_least <= low <= high <= wanted.at_most


def _bounds(stated: str) -> tuple[int, int]:
    low, _, high = stated.partition(" to ")
    return int(low), int(high or low)
