"""Assemble a domain's research prompt: one set of section templates, ordered and delimited by a profile."""

import re
from collections.abc import Callable
from functools import cache
from itertools import groupby
from math import ceil
from typing import TYPE_CHECKING, Any

from research_agent.errors import DataError
from research_agent.model.guide import Domain, Guide
from research_agent.model.prompt import Message, ModelProfile, Prompt
from research_agent.model.radar import Rubric
from research_agent.prompts.checks import check_prompt
from research_agent.resources import resource

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment


def assemble_prompt(guide: Guide, domain: Domain, rubric: Rubric, profile: ModelProfile) -> Prompt:
    """The prompt that asks a model of this family for the domain's annotated bibliography.

    Raises:
        DataError: the profile names a section that has no template, or a template is broken.
    """
    context = _context(guide, domain, rubric)
    wrap = _DELIMITERS[profile.delimiters]
    parts = {
        "system": [wrap(section, _render(section, context)) for section in profile.system],
        "user": [wrap(section, _render(section, context)) for section in profile.user],
    }
    messages = tuple(Message(role=role, content="\n\n".join(parts[role])) for role in ("system", "user") if parts[role])
    prompt = Prompt(
        guide=guide.id,
        domain=domain.id,
        profile=profile.id,
        messages=messages,
        settings=profile.settings,
        tokens=ceil(sum(len(message.content) for message in messages) / profile.characters_per_token),
        checks=(),
    )
    return prompt.model_copy(update={"checks": check_prompt(prompt, guide, domain, rubric, profile)})


def render_prompt(prompt: Prompt) -> str:
    """The prompt as a Markdown file that a person can paste: the roles in comments, then their words."""
    head = (
        f"<!-- Prompt for {prompt.profile}, guide {prompt.guide}, domain {prompt.domain}; "
        f"about {prompt.tokens:,} tokens (estimate). -->"
    )
    parts = [f"<!-- {message.role} -->\n\n{message.content}" for message in prompt.messages]
    return "\n\n".join([head, *parts]) + "\n"


def _context(guide: Guide, domain: Domain, rubric: Rubric) -> dict[str, Any]:
    method = guide.methodology
    ranked = sorted(method.categories, key=lambda category: category.rank)
    tiers = groupby(ranked, key=lambda category: category.rank)
    return {
        "guide": guide,
        "domain": domain,
        "rubric": rubric,
        "method": method,
        "hierarchy": [" = ".join(category.name for category in tier) for _, tier in tiers],
        "exempt": [method.category(name).name for name in method.origin_exempt],
    }


def _render(section: str, context: dict[str, Any]) -> str:
    from jinja2 import TemplateError

    try:
        text = _environment().get_template(f"{section}.j2").render(context)
    except TemplateError as error:
        raise DataError(f"prompts/sections/{section}.j2 can't be rendered: {error}") from error
    return re.sub(r"\n{3,}", "\n\n", text).strip()


@cache
def _environment() -> "SandboxedEnvironment":
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    return SandboxedEnvironment(
        loader=FileSystemLoader(resource("prompts", "sections")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # the output is a prompt, not HTML
    )


def _xml(section: str, text: str) -> str:
    return f"<{section}>\n{text}\n</{section}>"


def _markdown(section: str, text: str) -> str:
    return f"## {section.replace('_', ' ').capitalize()}\n\n{text}"


_DELIMITERS: dict[str, Callable[[str, str], str]] = {"xml": _xml, "markdown": _markdown}
