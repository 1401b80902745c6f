"""The lint: whatever is taken out of a template, some check notices."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import DictLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from research_agent.errors import DataError
from research_agent.guides import load_guide
from research_agent.model.prompt import Mode, ModelProfile
from research_agent.prompts import assemble, load_profile
from research_agent.prompts.assemble import assemble_prompt
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
SITUATIONS: dict[str, list[tuple[Mode, ModelProfile]]] = {
    "present.j2": [("extend", CLAUDE), ("verify", CLAUDE)],
    "task_extend.j2": [("extend", load_profile("gemini"))],
    "verify.j2": [("verify", CLAUDE), ("verify", BLIND)],
    "output_verify.j2": [("verify", BLIND)],
    "task_verify.j2": [("verify", load_profile("gpt"))],
    "recall.j2": [("open", BLIND)],
    "grounded.j2": [("grounded", CLAUDE)],
    "candidates.j2": [("grounded", CLAUDE)],
}
"""In which modes and for whom a template is used; the others serve every open prompt."""


def _failed(name: str) -> list[tuple[str, str]]:
    """What the lint finds in the prompts that use a template."""
    found = []
    for mode, profile in SITUATIONS.get(name, [("open", CLAUDE)]):
        given = [candidate(number) for number in range(3)] if mode == "grounded" else []
        there = present("Papers: 1 eligible, 4 needed") if mode in ("extend", "verify") else None
        domain = GUIDE.domain("2")
        prompt = assemble_prompt(GUIDE, domain, RUBRIC, profile, mode=mode, candidates=given, present=there)
        found += [(check.id, check.detail) for check in prompt.checks if not check.passed]
    return found


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
    assert _failed(name) == []


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
        found = _failed(name)
    except DataError:
        return  # a template without a part of its syntax is noticed as well
    assert found


def test_there_are_requests_in_every_template_but_lists() -> None:
    assert {name for name, _ in CASES} >= set(TEXTS) - {"focus.j2", "technologies.j2"}
    assert Path(SECTIONS).is_dir()
