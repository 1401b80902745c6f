"""The lint: whatever is taken out of a template, some check notices."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from jinja2 import DictLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from research_agent.errors import DataError
from research_agent.guides import load_guide
from research_agent.model.prompt import Mode, ModelProfile, ReplyForm
from research_agent.prompts import assemble, load_profile
from research_agent.prompts.assemble import assemble_prompt
from research_agent.prompts.chain import chain_of
from research_agent.prompts.text import as_data
from research_agent.radar import load_rubric
from research_agent.resources import resource
from tests.prompts.material import candidate, present

SECTIONS = resource("prompts", "sections")
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in sorted(SECTIONS.glob("*.j2"))}
GUIDE, RUBRIC = load_guide(resource("corpus", "guide.yaml")), load_rubric("lmu")
BLIND = load_profile("claude").model_copy(
    update={"search": load_profile("claude").search.model_copy(update={"by": "none"})}
)
CLAUDE = load_profile("claude")


class Situation(NamedTuple):
    """For what a prompt is made."""

    mode: Mode
    profile: ModelProfile = CLAUDE
    reply: ReplyForm = "markdown"
    in_parts: bool = False


GEMINI, GENERIC = load_profile("gemini"), load_profile("generic")
SITUATIONS: dict[str, list[Situation]] = {
    "method.j2": [Situation("open"), Situation("open", in_parts=True), Situation("extend")],
    "task.j2": [Situation("grounded", GEMINI), Situation("open", in_parts=True)],
    "role.j2": [Situation("open"), Situation("synthesize"), Situation("verify")],
    "project.j2": [Situation("open"), Situation("synthesize")],
    "focus.j2": [Situation("open"), Situation("synthesize")],
    "present.j2": [
        Situation("extend"),
        Situation("verify"),
        Situation("synthesize"),
        Situation("verify", in_parts=True),
    ],
    "task_extend.j2": [Situation("extend", GEMINI)],
    "verify.j2": [Situation("verify"), Situation("verify", BLIND)],
    "output_verify.j2": [Situation("verify", BLIND)],
    "output_verify_json.j2": [Situation("verify", reply="json"), Situation("verify", GENERIC, "json")],
    "output_json.j2": [Situation("open", reply="json"), Situation("grounded", GENERIC, "json")],
    "output_synthesize.j2": [Situation("synthesize")],
    "output_synthesize_json.j2": [Situation("synthesize", reply="json"), Situation("synthesize", GENERIC, "json")],
    "synthesize.j2": [Situation("synthesize")],
    "task_synthesize.j2": [Situation("synthesize", GEMINI)],
    "task_verify.j2": [Situation("verify", load_profile("gpt"))],
    "recall.j2": [Situation("open", BLIND), Situation("open", BLIND, "json")],
    "output.j2": [Situation("open"), Situation("grounded"), Situation("extend"), Situation("open", in_parts=True)],
    "credibility.j2": [Situation("open"), Situation("grounded")],
    "grounded.j2": [Situation("grounded")],
    "candidates.j2": [Situation("grounded")],
}
"""In which situations a template is used; the others serve every open prompt."""


def _failed(name: str) -> Iterator[tuple[str, str]]:
    """What the lint finds in the prompts that use a template, one after the other."""
    for mode, profile, reply, in_parts in SITUATIONS.get(name, [Situation("open")]):
        given = [candidate(number) for number in range(3)] if mode == "grounded" else []
        there = present("Papers: 1 eligible, 4 needed") if mode in ("extend", "verify", "synthesize") else None
        domain = None if mode == "synthesize" else GUIDE.domain("2")
        part = chain_of(GUIDE, GUIDE.domain("2"))[5].part if in_parts else None
        prompt = assemble_prompt(
            GUIDE, domain, RUBRIC, profile, mode=mode, reply=reply, candidates=given, present=there, part=part
        )
        yield from ((check.id, check.detail) for check in prompt.checks if not check.passed)


def _requests(text: str) -> Iterator[str]:
    """Every sentence and item of a template that asks or tells something; what only frames data is none."""
    for line in text.splitlines():
        for sentence in re.split(r"(?<=[.;])\s+(?![^{]*\}\})", line):
            words = re.sub(r"\{[{%].*?[%}]\}|^\s*(?:-|\d+\.)\s+", "", sentence)
            if len(re.findall(r"[A-Za-z]{3,}", words)) > 3:
                yield sentence


CASES = [(name, sentence) for name, text in TEXTS.items() for sentence in _requests(text)]


@pytest.mark.parametrize("name", TEXTS)
def test_the_shipped_templates_pass_every_check(name: str) -> None:
    assert list(_failed(name)) == []


@pytest.mark.parametrize(("name", "request_"), CASES, ids=[f"{name}: {text[:50]}" for name, text in CASES])
def test_no_request_can_be_taken_out_unnoticed(monkeypatch: pytest.MonkeyPatch, name: str, request_: str) -> None:
    changed = {**TEXTS, name: TEXTS[name].replace(request_, "", 1)}

    def environment(delimiters: str) -> SandboxedEnvironment:
        return SandboxedEnvironment(
            loader=DictLoader(changed), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
            finalize=lambda value: as_data(value, delimiters),
        )  # fmt: skip

    monkeypatch.setattr(assemble, "_environment", environment)
    try:
        found = next(_failed(name), None)
    except DataError:
        return  # a template without a part of its syntax is noticed as well
    assert found


def test_there_are_requests_in_every_template_but_lists() -> None:
    assert {name for name, _ in CASES} >= set(TEXTS) - {"focus.j2", "technologies.j2"}
    assert Path(SECTIONS).is_dir()
