"""Assemble a domain's research prompt: one set of section templates, ordered, delimited and worded by a profile."""

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from research_agent.errors import DataError, UsageError
from research_agent.model.guide import Domain, Guide
from research_agent.model.prompt import Candidate, Message, Mode, ModelProfile, Present, Prompt
from research_agent.model.radar import Rubric
from research_agent.prompts.candidates import pack
from research_agent.prompts.checks import check_prompt
from research_agent.prompts.requirements import situation
from research_agent.prompts.text import as_data
from research_agent.prompts.tokens import count_tokens, counted_by
from research_agent.resources import resource

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

SECTIONS: Final = (
    "role", "candidates", "project", "technologies", "focus", "credibility", "method", "evidence", "annotation",
    "output", "task",
)  # fmt: skip
"""What a prompt consists of; a profile says where each stands. Candidates stand in grounded prompts only, and
in their place the present bibliography where the prompt is about it."""

_OF_PRESENT: Final = ("extend", "verify")
_VERSION_CHARACTERS = 12
_SPARE = 0.02
"""Share of the budget that stays free, as the count may be an estimate."""


def assemble_prompt(
    guide: Guide,
    domain: Domain,
    rubric: Rubric,
    profile: ModelProfile,
    *,
    mode: Mode = "open",
    candidates: Sequence[Candidate] = (),
    present: Present | None = None,
    budget: int | None = None,
) -> Prompt:
    """The prompt that asks a model of this family for the domain's annotated bibliography, or about the present one.

    Args:
        guide: whose project, method and technologies it states.
        domain: whose bullets it asks.
        rubric: the reading of RADAR by whose words sources are rated.
        profile: order, delimiters, roles, settings and budget.
        mode: whether the model looks for sources, works from the candidates, or extends or checks what is present.
        candidates: of a grounded prompt, the best first; as many come along as the budget holds.
        present: of a prompt that extends or checks, the present bibliography.
        budget: most tokens of the whole prompt; None: what the model's context leaves beside its longest answer.

    Raises:
        UsageError: not even the prompt without candidates fits into the budget; there is nothing to extend or check.
        DataError: a template is broken.
    """
    room = profile.context_tokens - profile.output_tokens if budget is None else budget
    if mode in _OF_PRESENT and present is None:
        raise UsageError(f"There is no bibliography of domain {domain.id} yet: research-agent research {domain.id}.")
    context = _context(guide, domain, rubric, profile, mode) | {"present": present}
    bare = _messages(profile, {**context, "candidates": ()})
    used = count_tokens("\n\n".join(message.content for message in bare), profile.tokens)
    if budget is not None and used > budget:
        bare_of = " without any candidate" if mode == "grounded" else ""
        raise UsageError(
            f"The prompt for domain {domain.id} takes {used:,} tokens{bare_of}, {used - budget:,} more "
            f"than the budget of {budget:,}. Give it more, or shorten the guide's overview, stance and technologies."
        )
    taken, left = pack(candidates, int((room - used) * (1 - _SPARE)), lambda one: _tokens_of(one, profile))
    messages = _messages(profile, {**context, "candidates": taken}) if taken else bare
    searching = profile.search.settings if mode == "grounded" else ()
    settings = {name: value for name, value in profile.settings.items() if name not in searching}
    prompt = Prompt(
        guide=guide.id,
        domain=domain.id,
        profile=profile.id,
        mode=mode,
        version=_version(messages, settings),
        messages=messages,
        settings=settings,
        tokens=count_tokens("\n\n".join(message.content for message in messages), profile.tokens),
        counted=counted_by(profile.tokens),
        advice=_advice(domain, profile) if mode == "open" and profile.search.by == "none" else "",
        left_out=tuple(candidate.source for candidate in left),
        checks=(),
    )
    return prompt.model_copy(
        update={"checks": check_prompt(prompt, guide, domain, rubric, profile, candidates=taken, present=present)}
    )


def render_prompt(prompt: Prompt) -> str:
    """The prompt as a Markdown file that a person can paste: the roles in comments, then their words."""
    head = (
        f"<!-- Prompt {prompt.version} for {prompt.profile} ({prompt.mode}), guide {prompt.guide}, domain "
        f"{prompt.domain}; {prompt.tokens:,} tokens ({prompt.counted}). -->"
    )
    if prompt.advice:
        head += f"\n<!-- {prompt.advice} -->"
    parts = [f"<!-- {message.role} -->\n\n{message.content}" for message in prompt.messages]
    return "\n\n".join([head, *parts]) + "\n"


def _advice(domain: Domain, profile: ModelProfile) -> str:
    return (
        f"{profile.name} has no search of its own here: what it names comes from memory, and is often wrong. "
        f"Better: research-agent prompt {domain.id} --model {profile.id} --mode grounded."
    )


def _messages(profile: ModelProfile, context: dict[str, Any]) -> tuple[Message, ...]:
    wrap = _DELIMITERS[profile.delimiters]
    told: list[Message] = []
    for role, sections in (("system", profile.system), ("user", profile.user)):
        standing = [(section, template) for section in sections if (template := _template(section, context))]
        parts = [wrap(_tag(section, context), _render(template, context)) for section, template in standing]
        if parts:
            told.append(Message.model_validate({"role": role, "content": "\n\n".join(parts)}))
    return tuple(told)


def _template(section: str, context: dict[str, Any]) -> str:
    """The template of a section in this mode; empty: it has none.

    What is said of evidence depends on how the model comes by it. In the modes that are about the present bibliography
    it stands where candidates would.
    """
    mode = context["mode"]
    if section == "candidates":
        return "present" if mode in _OF_PRESENT else "candidates" if context["candidates"] else ""
    if section == "evidence":
        return str(context["evidence"])
    if mode == "verify":
        return {"role": "role", "output": "output_verify", "task": "task_verify"}.get(section, "")
    return "task_extend" if (mode, section) == ("extend", "task") else section


def _tag(section: str, context: dict[str, Any]) -> str:
    return "present" if section == "candidates" and context["mode"] in _OF_PRESENT else section


def _tokens_of(candidate: Candidate, profile: ModelProfile) -> int:
    context = {"candidates": (candidate,), "delimiters": profile.delimiters}
    return count_tokens(_render("candidates", context), profile.tokens)


def _context(guide: Guide, domain: Domain, rubric: Rubric, profile: ModelProfile, mode: Mode) -> dict[str, Any]:
    method = guide.methodology
    ranked = sorted(method.categories, key=lambda category: category.rank)
    tiers = groupby(ranked, key=lambda category: category.rank)
    return {
        "guide": guide,
        "overview": [paragraph for paragraph in re.split(r"\n\s*\n", guide.overview) if paragraph.strip()],
        "domain": domain,
        "rubric": rubric,
        "method": method,
        "hierarchy": [" = ".join(category.name for category in tier) for _, tier in tiers],
        "exempt": [method.category(name).name for name in method.origin_exempt],
        "mode": mode,
        "searches": profile.search.by != "none",
        "evidence": situation(mode, profile),
        "bridge": profile.bridge if mode == "grounded" else "",
        "delimiters": profile.delimiters,
    }


def _render(template: str, context: dict[str, Any]) -> str:
    from jinja2 import TemplateError

    try:
        text = _environment(context["delimiters"]).get_template(f"{template}.j2").render(context)
    except TemplateError as error:
        raise DataError(f"prompts/sections/{template}.j2 can't be rendered: {error}") from error
    return re.sub(r"\n{3,}", "\n\n", text).strip()


@cache
def _environment(delimiters: str) -> "SandboxedEnvironment":
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    return SandboxedEnvironment(
        loader=FileSystemLoader(resource("prompts", "sections")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # the output is a prompt, not HTML
        finalize=lambda value: as_data(value, delimiters),
    )


def _version(messages: Sequence[Message], settings: dict[str, Any]) -> str:
    said = json.dumps([[one.role, one.content] for one in messages] + [settings], sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()[:_VERSION_CHARACTERS]


def _xml(section: str, text: str) -> str:
    return f"<{section}>\n{text}\n</{section}>"


def _markdown(section: str, text: str) -> str:
    return f"## {section.replace('_', ' ').capitalize()}\n\n{text}"


_DELIMITERS: dict[str, Callable[[str, str], str]] = {"xml": _xml, "markdown": _markdown}
