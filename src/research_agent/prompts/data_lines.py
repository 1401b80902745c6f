"""How what guide, rubric and works say has to stand in a prompt, word for word, for the lint. Pure."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

from research_agent.model.guide import Domain, Guide, Technology
from research_agent.model.prompt import Candidate, Mode, Part, Present
from research_agent.model.radar import Criterion, Rubric
from research_agent.prompts.text import as_data, span_text

_KEPT_CANDIDATES = 2_000
"""Of a domain or two in both styles of delimiters: prompts for other profiles hold the same ones."""


def domain_phrases(domain: Domain, mode: Mode, delimiters: str) -> list[str]:
    """The domain as the task names it, and as the project does in the modes that state one."""
    named = f"Domain {domain.id}: {as_data(domain.name, delimiters)}"
    return [f"for {named}"] if mode == "verify" else [f"for {named}", f"I'm working on {named}"]


def focus_lines(domain: Domain, delimiters: str) -> list[str]:
    """The bullets with their numbers."""
    return [f"{focus.id} {as_data(focus.text, delimiters)}" for focus in domain.focus]


def technology_line(technology: Technology, delimiters: str) -> str:
    """A group of technologies with what is in it."""
    note = f" ({as_data(technology.note, delimiters)})" if technology.note else ""
    return f"- {as_data(technology.group, delimiters)}: {as_data(', '.join(technology.items), delimiters)}{note}"


def category_lines(guide: Guide, delimiters: str) -> list[str]:
    """The categories with their quotas and what belongs there."""
    return [
        f"- {as_data(one.name, delimiters)} ({span_text(one.quota)}): {as_data(one.description, delimiters)}".rstrip()
        for one in guide.methodology.categories
    ]


def hierarchy_phrase(guide: Guide, delimiters: str) -> str:
    """The order of trust, as far as it is stated."""
    ranked = sorted(guide.methodology.categories, key=lambda one: one.rank)
    tiers = groupby(ranked, key=lambda one: one.rank)
    return f"is: {as_data(' > '.join(' = '.join(one.name for one in tier) for _, tier in tiers), delimiters)}."


def exempt_phrases(guide: Guide, delimiters: str) -> list[str]:
    """Which categories the limit on origins spares; none: it spares none."""
    method = guide.methodology
    names = " and ".join(method.category(name).name for name in method.origin_exempt)
    return [f", {as_data(names, delimiters)} excepted"] if names else []


def part_phrases(part: Part | None) -> list[str]:
    """Which part of a chain a prompt is, and which bullets it takes on."""
    if part is None:
        return []
    return [f"This is part {part.number} of {part.of}", *(f"{focus} ({times})" for focus, times in part.covers.items())]


def rubric_lines(rubric: Rubric, delimiters: str) -> list[str]:
    """The reading of RADAR, its criteria with their questions, and every level."""
    lines = [f'by RADAR in the reading "{as_data(rubric.name, delimiters)}"']
    for criterion in rubric.criteria:
        lines += _criterion_lines(criterion, delimiters)
    return lines


def candidate_lines(number: int, candidate: Candidate, delimiters: str) -> list[str]:
    """A candidate under its number, with all that is known of it."""
    return [f"[{number}] {as_data(candidate.title, delimiters)}", *_of_candidate(candidate, delimiters)]


def present_lines(present: Present | None, mode: Mode, delimiters: str) -> Iterator[str]:
    """The present entries under their numbers or keys, with what is said of them, and the gaps to be filled."""
    if present is None:
        return
    for entry in present.entries:
        yield f"[{entry.source if mode == 'synthesize' else entry.number}] {as_data(entry.title, delimiters)}"
        yield f"- reference: {as_data(entry.citation, delimiters)}"
        yield f"- address: {as_data(entry.url, delimiters)}"
        yield f"- filed under: {as_data(entry.category, delimiters)}"
        yield f"- covers: {', '.join(entry.focus) or 'no question by itself'}"
        yield f"- known: {as_data(entry.known, delimiters)}".rstrip()
        if mode == "synthesize":
            yield f"- domains: {', '.join(entry.domains)}"
        if mode != "verify":
            yield f"- RADAR: {entry.total:.1f} of 5"
        for number, claim in enumerate(entry.claims if mode != "extend" else (), start=1):
            yield f"- claim {number}: {as_data(claim, delimiters)}"
    if mode == "extend":
        yield from (f"- {as_data(gap, delimiters)}" for gap in present.gaps)


def _criterion_lines(criterion: Criterion, delimiters: str) -> list[str]:
    questions = as_data(" ".join(criterion.questions), delimiters)
    levels = (f"- {as_data(one.word, delimiters)}: {as_data(one.meaning, delimiters)}" for one in criterion.levels)
    return [f"{as_data(criterion.name, delimiters)}: {questions}", *levels]


@lru_cache(maxsize=_KEPT_CANDIDATES)
def _of_candidate(candidate: Candidate, delimiters: str) -> tuple[str, ...]:
    one = candidate
    told = [
        f"- by: {as_data(one.authors, delimiters)}{f', {one.year}' if one.year else ''}",
        f"- filed under: {as_data(one.category, delimiters)} ({as_data(one.kind, delimiters)})",
        f"- address: {as_data(one.url, delimiters)}",
        f"- covers: {as_data(', '.join(one.focus) or 'no question by itself', delimiters)}",
        f"- RADAR: {as_data(', '.join(one.ratings), delimiters)}",
        f"- establishes: {as_data(one.summary, delimiters)}",
        *(f"- fact: {as_data(point, delimiters)}" for point in one.key_points),
        *([f"- pattern: {as_data(one.pattern, delimiters)}"] if one.pattern else []),
    ]
    return tuple(line.rstrip() for line in told)
