"""The rules of a profile: which section stands where, marked how, for which role; length and settings."""

import json
import re
from collections.abc import Iterator
from math import ceil
from typing import Final

from eval.prompts.cases import Asked
from eval.prompts.reading import Reading

_NOT_IN_A_CHECK: Final = ("project", "technologies", "focus", "credibility", "method", "annotation")
_NOT_IN_A_GUIDE: Final = ("credibility", "method", "annotation")
_SAMPLING: Final = ("temperature", "top_p", "top_k", "topP", "topK", "frequency_penalty", "presence_penalty")
_FEWEST_CHARACTERS_PER_TOKEN: Final = 3.0
"""Below the least that any profile estimates: what fits by this count, fits by every other."""
_FOREIGN: Final = re.compile(r"\{\{|\}\}|\{%|%\}|\bTODO\b")


def broken_rules(asked: Asked, reading: Reading) -> Iterator[str]:
    """What of the profile's rules a prompt does not keep, in words."""
    wanted = _order(asked)
    stands = [(section.role, section.name) for section in reading.sections]
    if stands != wanted:
        yield f"sections: {stands}, by the profile {wanted}"
    if reading.outside:
        yield f"outside of its sections, or marked in the other style: {reading.outside[:200]}"
    if any(not section.text.strip() for section in reading.sections):
        yield "a section is empty"
    room = asked.profile.context_tokens - asked.profile.output_tokens
    length = sum(len(message.content) for message in asked.prompt.messages)
    if max(asked.prompt.tokens, ceil(length / _FEWEST_CHARACTERS_PER_TOKEN)) > room:
        yield f"{asked.prompt.tokens:,} tokens ({length:,} characters) beside the longest answer, room for {room:,}"
    if _FOREIGN.search(reading.all_own()):
        yield "a placeholder is left"
    yield from _settings(asked)


def _order(asked: Asked) -> list[tuple[str, str]]:
    """The sections that this prompt has to have, in the profile's order."""
    mode = asked.prompt.mode
    lacking = {"verify": _NOT_IN_A_CHECK, "synthesize": _NOT_IN_A_GUIDE}.get(mode, ())
    works = {"grounded": "candidates", "extend": "present_bibliography", "verify": "present_bibliography"}
    works["synthesize"] = "entries"
    told = []
    for role, sections in (("system", asked.profile.system), ("user", asked.profile.user)):
        for section in sections:
            name = works.get(mode, "") if section == "candidates" else section
            empty = section == "technologies" and not asked.guide.technologies
            if name and section not in lacking and not empty:
                told.append((role, name))
    return told


def _settings(asked: Asked) -> Iterator[str]:
    settings, profile = asked.prompt.settings, asked.profile
    sampled = sorted((set(_names(settings)) & set(_SAMPLING)) - set(_names(profile.settings)))
    if sampled:
        yield f"sampling is set, which the profile does not know: {', '.join(sampled)}"
    handed = asked.prompt.mode in ("grounded", "synthesize")
    for name in profile.search.settings:
        if handed and name in settings:
            yield f"{name} lets it search although the works are handed over"
        if not handed and name not in settings:
            yield f"{name} is not set, so that it can't search"
    if asked.in_settings and '"not_found"' not in json.dumps(settings) and asked.prompt.mode != "verify":
        yield "the form of the reply is not in the settings"


def _names(settings: object) -> Iterator[str]:
    """Every name in settings, at any depth."""
    if isinstance(settings, dict):
        for name, value in settings.items():
            yield name
            yield from _names(value)
    elif isinstance(settings, list):
        for value in settings:
            yield from _names(value)
