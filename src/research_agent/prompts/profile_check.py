"""Check model profiles as data: every field is sourced, no fact is undated or stale, every section stands once."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import yaml
from pydantic import ValidationError

from research_agent.model.problem import Problem
from research_agent.model.prompt import SHAPES, ModelProfile
from research_agent.prompts.assemble import SECTIONS

STALE_AFTER_DAYS = 180
"""How old a fact may be: vendors changed their prompting advice about twice a year through 2026."""


def check_profile(path: Path, today: date) -> list[Problem]:
    """What is wrong with one profile's file, each with its line; empty: nothing."""
    text = path.read_text(encoding="utf-8")
    try:
        profile = ModelProfile.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return [Problem(file=str(path), line=mark.line + 1 if mark else 1, field="", message=f"no YAML: {error}")]
    except ValidationError as error:
        return [
            Problem(
                file=str(path), line=_line_of(text, fault["loc"]), field=_dotted(fault["loc"]), message=fault["msg"]
            )
            for fault in error.errors(include_url=False)
        ]
    return [
        Problem(file=str(path), line=_line_of(text, where), field=_dotted(where), message=message)
        for where, message in _faults(profile, path.stem, today)
    ]


def _faults(profile: ModelProfile, name: str, today: date) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if profile.id != name:
        yield ("id",), f"is {profile.id}, but the file is called {name}"
    for section in SECTIONS:
        count = [*profile.system, *profile.user].count(section)
        if count != 1:
            yield ("user",), f"the section {section} stands {count} times: every section stands once"
    for unknown in sorted({*profile.system, *profile.user} - set(SECTIONS)):
        yield ("user",), f"there is no section {unknown}"
    if profile.search.by == "api" and not profile.search.settings:
        yield ("search",), "is by an API setting, but none is named under settings"
    for setting in profile.search.settings:
        if setting not in profile.settings:
            yield ("search", "settings"), f"there is no setting {setting}"
    shaped = {shape for fact in profile.facts for shape in fact.shapes}
    for shape in SHAPES:
        if shape not in shaped:
            yield ("facts",), f"no fact says what the choice of {shape} rests on"
    for position, fact in enumerate(profile.facts):
        age = (today - fact.seen).days
        if age > STALE_AFTER_DAYS:
            yield ("facts", position, "seen"), f"is {age} days old: look its page up again"
        if age < 0:
            yield ("facts", position, "seen"), f"is {fact.seen}, which is to come"


def _dotted(where: tuple[str | int, ...]) -> str:
    return ".".join(map(str, where))


def _line_of(text: str, where: tuple[str | int, ...]) -> int:
    """The line, from 1, on which a field of a YAML document stands, or the nearest one above it that is there."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    line = 0
    for part in where:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == part), None)
            if found is None:
                break
            line, node = found[0].start_mark.line, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line
        else:
            break
    return int(line) + 1
