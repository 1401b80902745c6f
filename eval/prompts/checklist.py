"""What the guide, the rubric and the promises of this project ask of a prompt, each held against the prompt's words.

It is read out of the guide and not out of the templates; `README.md` says what it shares with the project's own lint.
"""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Final, NamedTuple

from eval.prompts.cases import Asked
from eval.prompts.counts import lacking_categories, lacking_counts
from eval.prompts.reading import Reading, missing, one_line
from research_agent.model.guide import Methodology

_TABLE: Final = Path(__file__).parent / "requirements.tsv"
_TRUST: Final = re.compile(r"order of trust, highest first, is: (.+?)\.(?= [A-Z]|$)")


class Wanted(NamedTuple):
    """A requirement in words."""

    id: str
    origin: str
    when: frozenset[str]
    section: str
    pattern: re.Pattern[str]
    meaning: str


class Item(NamedTuple):
    """A requirement, and whether a prompt holds it."""

    id: str
    origin: str
    """Whose it is: of the guide, the rubric, a promise of the project, or the form of the reply."""
    met: bool
    lacks: str = ""


@cache
def wanted_in_words() -> tuple[Wanted, ...]:
    """The requirements in words; `requirements.tsv` has them with what each is for."""
    rows = (line.split("\t") for line in _TABLE.read_text(encoding="utf-8").splitlines()[1:])
    return tuple(
        Wanted(name, origin, frozenset(when.split()), section, re.compile(pattern), meaning)
        for name, origin, when, section, pattern, meaning in rows
    )


def checklist(asked: Asked, reading: Reading) -> Iterator[Item]:
    """Every requirement that holds for a prompt, met or not."""
    tags = asked.tags | ({"deals"} if asked.prompt.part and asked.prompt.part.covers else set())
    for wanted in wanted_in_words():
        if wanted.when <= tags:
            met = wanted.pattern.search(reading.own.get(wanted.section, "")) is not None
            yield Item(wanted.id, wanted.origin, met, "" if met else wanted.meaning)
    yield _item("counts", "guide", lacking_counts(asked, reading))
    yield _item("categories", "guide", lacking_categories(asked, reading))
    yield _item("bullets", "guide", _bullets(asked, reading))
    yield _item("project", "guide", _project(asked, reading))
    yield _item("names-of-domains", "guide", _names(asked, reading))
    if "lists" in tags:
        yield _item("trust", "guide", _trust(asked, reading))
        yield _item("exempt", "guide", _exempt(asked, reading))
        yield _item("rubric", "rubric", _rubric(asked, reading))
        yield _item("entry-numbers", "form", _numbers(reading))
    yield _item("dealt", "guide", _dealt(asked, reading))
    yield _item("works", "promise", _works(asked, reading))
    if asked.profile.bridge and asked.prompt.mode == "grounded":
        yield _item("bridge", "form", missing([asked.profile.bridge], reading.lines("task")))
    if asked.prompt.reply == "json":
        yield _item("fields", "form", _fields(asked, reading))


def _item(name: str, origin: str, lacks: Iterable[str]) -> Item:
    told = "; ".join(lacks)
    return Item(name, origin, not told, told)


def _bullets(asked: Asked, reading: Reading) -> list[str]:
    """Bullets that do not stand word for word under their number."""
    if "asks" not in asked.tags:
        return []
    return missing((f"{one.id} {one.text}" for domain in asked.domains for one in domain.focus), reading.lines("focus"))


def _project(asked: Asked, reading: Reading) -> list[str]:
    """What the guide says of itself, which stands in every prompt but that of a check."""
    if "asks" not in asked.tags:
        return []
    guide = asked.guide
    lines = [*re.split(r"\n\s*\n", guide.overview), *guide.audience, *guide.stance, *guide.specifications]
    lacking = missing([line for line in lines if line.strip()], reading.lines("project"))
    stack = reading.lines("technologies")
    for one in guide.technologies:
        told = f"{one.group}: {', '.join(one.items)}{f' ({one.note})' if one.note else ''}"
        lacking += missing([told], stack)
    if f'"{one_line(guide.title)}"' not in one_line(reading.text("project")):
        lacking.append(guide.title)
    return lacking


def _names(asked: Asked, reading: Reading) -> list[str]:
    """Where a domain is not named: as the project's subject, as the task, over its bullets."""
    if asked.domain is None:
        return missing((f"Domain {one.id}: {one.name}" for one in asked.guide.domains), reading.lines("focus"))
    named = f"Domain {asked.domain.id}: {one_line(asked.domain.name)}"
    sections = ("project", "task") if "asks" in asked.tags else ("task",)
    return [f"{named} in {section}" for section in sections if named not in one_line(reading.text(section))]


def _trust(asked: Asked, reading: Reading) -> list[str]:
    """The hierarchy, tier by tier; a part of a chain has one category and states none."""
    if asked.prompt.part:
        return []
    stated = _TRUST.search(one_line(reading.text("method")))
    tiers = [sorted(tier.split(" = ")) for tier in stated[1].split(" > ")] if stated else []
    wanted = _tiers(asked.guide.methodology)
    return [] if tiers == wanted else [f"stated {tiers}, asked {wanted}"]


def _tiers(method: Methodology) -> list[list[str]]:
    ranked = sorted(method.categories, key=lambda one: one.rank)
    return [sorted(one.name for one in tier) for _, tier in groupby(ranked, key=lambda one: one.rank)]


def _exempt(asked: Asked, reading: Reading) -> list[str]:
    """Which categories the limit on origins leaves out."""
    method, part = asked.guide.methodology, asked.prompt.part
    names = [method.category(one).name for one in method.origin_exempt if part is None or part.category == one]
    stated = re.search(r"one organisation or author(?:, (.+?) excepted)?[;.]", one_line(reading.text("method")))
    found = stated[1].split(" and ") if stated and stated[1] else []
    wanted = " and ".join(names).split(" and ") if names else []
    return [] if found == wanted else [f"stated {found}, asked {wanted}"]


def _rubric(asked: Asked, reading: Reading) -> list[str]:
    """Criteria with their questions, and every level with its meaning."""
    wanted = []
    for one in asked.rubric.criteria:
        wanted.append(f"{one.name}: {' '.join(one.questions)}")
        wanted += [f"{level.word}: {level.meaning}" for level in one.levels]
    lacking = missing(wanted, reading.lines("credibility"))
    return [*lacking, *([] if asked.rubric.name in reading.text("credibility") else [asked.rubric.name])]


def _numbers(reading: Reading) -> list[str]:
    """Whether what an entry holds is numbered through, as "in this order" promises."""
    lines = [line for line in reading.text("annotation").splitlines() if line.strip()][1:]
    stated = [line.partition(".")[0] for line in lines]
    wanted = [str(number) for number in range(1, len(lines) + 1)]
    return [] if stated == wanted and lines else [f"stated {stated}, asked {wanted}"]


def _dealt(asked: Asked, reading: Reading) -> list[str]:
    """The bullets that a part of a chain takes on."""
    part = asked.prompt.part
    if part is None or "lists" not in asked.tags:
        return []
    stated = dict(re.findall(r"([\w.-]+) \((\d+)\)(?=[,;])", one_line(reading.text("method"))))
    return [f"{name} ({times})" for name, times in part.covers.items() if stated.get(name) != str(times)]


def _works(asked: Asked, reading: Reading) -> list[str]:
    """Candidates and entries with all that is known of them, line by line, each under its name."""
    lines = {line.strip().removeprefix("\\") for section in reading.sections for line in section.text.splitlines()}
    return [line for line in (*_of_candidates(asked), *_of_entries(asked)) if line not in lines]


def _of_candidates(asked: Asked) -> Iterator[str]:
    for number, one in enumerate(asked.candidates, start=1):
        yield f"[{number}] {one.title}"
        yield f"- by: {one.authors}, {one.year}"
        yield f"- filed under: {one.category} ({one.kind})"
        yield f"- address: {one.url}"
        yield f"- covers: {', '.join(one.focus)}"
        yield f"- RADAR: {', '.join(one.ratings)}"
        yield f"- establishes: {one.summary}"
        yield from (f"- fact: {point}" for point in one.key_points)
        yield from [f"- pattern: {one.pattern}"] if one.pattern else []


def _of_entries(asked: Asked) -> Iterator[str]:
    mode, present = asked.prompt.mode, asked.present
    for one in present.entries if present else ():
        yield f"[{one.source if mode == 'synthesize' else one.number}] {one.title}"
        yield f"- reference: {one.citation}"
        yield f"- address: {one.url}"
        yield f"- filed under: {one.category}"
        yield f"- covers: {', '.join(one.focus)}"
        yield f"- known: {one.known}"
        yield from [f"- domains: {', '.join(one.domains)}"] if mode == "synthesize" else []
        yield from [f"- RADAR: {one.total:.1f} of 5"] if mode != "verify" else []
        yield from (f"- claim {n}: {claim}" for n, claim in enumerate(one.claims, 1) if mode != "extend")
    yield from (f"- {gap}" for gap in present.gaps if mode == "extend") if present else ()


def _fields(asked: Asked, reading: Reading) -> list[str]:
    """What the form of a JSON reply has to name, be it in the words or in the request's settings."""
    form = json.dumps(asked.prompt.settings) if asked.in_settings else reading.forms.get("JSON Schema", "")
    wanted = [f'"{asked.prompt.version}"']
    if "lists" in asked.tags:
        chosen = asked.prompt.part
        categories = [one for one in asked.guide.methodology.categories if not chosen or one.id == chosen.category]
        wanted += [json.dumps(one.name) for one in categories]
        wanted += [json.dumps(one.name) for one in asked.rubric.criteria]
        wanted += ['"not_found"', '"agreements"', '"disagreements"']
    if "asks" in asked.tags:
        wanted += [json.dumps(one.id) for domain in asked.domains for one in domain.focus]
    lacking = [name for name in wanted if name not in form.replace("\\u", "\\\\u") and name not in form]
    if not asked.in_settings:
        lacking += [f"{label} is no JSON" for label in ("JSON Schema", "By example") if not _is_json(reading, label)]
    return lacking


def _is_json(reading: Reading, label: str) -> bool:
    try:
        return isinstance(json.loads(reading.forms.get(label, "")), dict)
    except json.JSONDecodeError:
        return False
