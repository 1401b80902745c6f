"""Say which fact of a profile, and which finding, shaped what of a prompt."""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any

import yaml
from pydantic import Field, TypeAdapter, ValidationError

from research_agent.errors import DataError
from research_agent.model.base import Record
from research_agent.model.prompt import SHAPES, Fact, Finding, Message, Mode, ModelProfile, Prompt, Shape
from research_agent.prompts.request_settings import takes_schema
from research_agent.resources import resource


class Explained(Record):
    """One thing that the profile decides, how it decides it here, and the facts that it rests on."""

    shape: Shape = Field(description="What is decided.")
    choice: str = Field(description="How.")
    facts: tuple[Fact, ...] = Field(description="Why; none: nothing is documented.")


class Explanation(Record):
    """Why a prompt is as it is."""

    prompt: str = Field(description="Version of the prompt.")
    profile: str = Field(description="Id of the profile.")
    mode: str = Field(description="What the prompt asks for.")
    choices: tuple[Explained, ...] = Field(description="What the profile decides.")
    findings: tuple[Finding, ...] = Field(description="What holds in every prompt.")


def explain_prompt(prompt: Prompt, profile: ModelProfile) -> Explanation:
    """Every choice of the profile with the facts behind it, then the findings that shape all prompts."""
    choices = _choices(prompt, profile)
    return Explanation(
        prompt=prompt.version,
        profile=profile.id,
        mode=prompt.mode,
        choices=tuple(
            Explained(
                shape=shape,
                choice=choices[shape],
                facts=tuple(fact for fact in profile.facts if shape in fact.shapes),
            )
            for shape in SHAPES
        ),
        findings=load_findings(),
    )


@cache
def load_findings() -> tuple[Finding, ...]:
    """The shipped findings on prompting at large.

    Raises:
        DataError: the file is no list of findings.
    """
    path = resource("prompts", "findings.yaml")
    try:
        return TypeAdapter(tuple[Finding, ...]).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise DataError(f"{path} is no list of findings: {error}") from error


def _choices(prompt: Prompt, profile: ModelProfile) -> dict[Shape, str]:
    standing = {message.role: _sections(message, profile) for message in prompt.messages}
    searching = {
        "api": f"turned on by {', '.join(profile.search.settings) or 'settings'}; steered by {profile.search.steering}",
        "product": f"the product's own; steered by {profile.search.steering}",
        "none": "none: the open prompt says so and asks only for what is surely known",
    }[profile.search.by]
    return {
        "delimiters": "XML tags around every section" if profile.delimiters == "xml" else "Markdown headings",
        "order": " > ".join(section for sections in standing.values() for section in sections),
        "roles": f"system: {', '.join(standing['system'])}" if "system" in standing else "all in the user's message",
        "wording": "plain requests, each once, with one exit line; no shouting, no asking for thoughts",
        "output": _reply(prompt, profile),
        "effort": _set(prompt.settings, _OF_EFFORT),
        "sampling": _set(prompt.settings, _OF_SAMPLING),
        "search": _without_search(profile, prompt.mode) if prompt.mode in _HANDED else searching,
        "tokens": prompt.counted,
        "limits": f"{profile.context_tokens:,} tokens of context, {profile.output_tokens:,} of them for the answer",
    }


def _reply(prompt: Prompt, profile: ModelProfile) -> str:
    if prompt.reply == "markdown":
        return "Markdown, described in words"
    if takes_schema(profile.json_settings):
        return f"JSON, its schema fixed by {', '.join(profile.json_settings)} and not repeated in words"
    return "JSON, its schema and an example of its form in words: nothing is documented that enforces a schema"


def _sections(message: Message, profile: ModelProfile) -> list[str]:
    """The sections of a message, in order, as they are marked in it."""
    mark = r"^<([a-z_]+)>$" if profile.delimiters == "xml" else r"^## (.+)$"
    return [name.lower() for name in re.findall(mark, message.content, flags=re.MULTILINE)]


def _without_search(profile: ModelProfile, mode: Mode) -> str:
    """What becomes of search where the model works from what comes along."""
    if profile.search.by == "product":
        return f"the product's own, which no setting turns off: the words ask for {_HANDED[mode]} alone"
    if profile.search.by == "none":
        return f"none, and none is needed: the model works from {_HANDED[mode]} alone"
    return f"left out of the settings: the model works from {_HANDED[mode]} alone"


_HANDED: dict[Mode, str] = {"grounded": "the candidates", "synthesize": "the entries"}
_OF_EFFORT = frozenset(
    {"effort", "reasoning_effort", "thinking", "thinking_level", "enable_thinking", "preset", "mode"}
)
_OF_SAMPLING = frozenset({"temperature", "top_p", "top_k", "presence_penalty"})


def _set(settings: Mapping[str, Any], names: Collection[str]) -> str:
    """Those of these settings that are set, at whatever depth."""
    return "; ".join(_found(settings, names)) or "nothing is set"


def _found(settings: Mapping[str, Any], names: Collection[str]) -> Iterator[str]:
    for name, value in settings.items():
        if name in names:
            yield f"{name} {_in_words(value)}"
        elif isinstance(value, dict):
            yield from _found(value, names)


def _in_words(value: object) -> str:
    return ", ".join(f"{name} {inner}" for name, inner in value.items()) if isinstance(value, dict) else str(value)
