"""Assemble a research prompt: one set of section templates, ordered, delimited and worded by a profile."""

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from itertools import groupby
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from pydantic import JsonValue

from research_agent.errors import DataError, UsageError
from research_agent.model.guide import Domain, Guide
from research_agent.model.prompt import (
    ALL,
    Candidate,
    Message,
    Mode,
    ModelProfile,
    Part,
    Present,
    PresentEntry,
    Prompt,
    ReplyForm,
)
from research_agent.model.radar import Rubric
from research_agent.prompts.candidates import pack
from research_agent.prompts.chain import narrowed
from research_agent.prompts.checks import check_prompt
from research_agent.prompts.reply_schema import JSON_FORM, reply_schema, skeleton_of
from research_agent.prompts.request_settings import request_settings, takes_schema
from research_agent.prompts.requirements import situation
from research_agent.prompts.text import as_data, span_text
from research_agent.prompts.tokens import count_tokens, counted_by
from research_agent.resources import resource

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.sandbox import SandboxedEnvironment

SECTIONS: Final = (
    "role", "candidates", "project", "technologies", "focus", "credibility", "method", "evidence", "annotation",
    "output", "task",
)  # fmt: skip
"""What a prompt consists of; a profile says where each stands. Candidates stand in grounded prompts only, and
in their place the present bibliography where the prompt is about it."""

_OF_PRESENT: Final = ("extend", "verify", "synthesize")
_OF_BIBLIOGRAPHY: Final = ("credibility", "method", "annotation")
"""Sections that tell how a bibliography is made: nothing for a prompt that checks or synthesises one."""
_VERSION_CHARACTERS = 12
_THIS_VERSION = "version-of-this-prompt"
"""Stands for a prompt's version until its words, which the version is a hash of, are complete."""
_SPARE = 0.02
"""Share of the budget that stays free, as the count may be an estimate."""
_KEPT_RENDERINGS = 500
"""Of a domain's candidates, one by one and together, in both styles of delimiters, and as many again: some 2 MB."""
_TOKENS_OF_AN_ENTRY = 500
"""Of an answered entry: 60 to 150 words, notes on bullets, a pattern, five ratings with their reasons. An estimate from
what is asked, to warn where an answer can't hold the bibliography."""


def assemble_prompt(
    guide: Guide,
    domain: Domain | None,
    rubric: Rubric,
    profile: ModelProfile,
    *,
    mode: Mode = "open",
    reply: ReplyForm = "markdown",
    candidates: Sequence[Candidate] = (),
    present: Present | None = None,
    part: Part | None = None,
    budget: int | None = None,
) -> Prompt:
    """The prompt that asks a model of this family for a bibliography, about the present one, or for a guide.

    Args:
        guide: whose project, method and technologies it states.
        domain: whose bullets it asks; None: it spans all domains, and its mode is "synthesize".
        rubric: the reading of RADAR by whose words sources are rated.
        profile: order, delimiters, roles, settings and budget.
        mode: whether the model looks for sources, works from the candidates, or extends, checks or synthesises what is
            present.
        reply: whether it answers in Markdown for people, or in JSON that our code reads.
        candidates: of a grounded prompt, the best first; as many come along as the budget holds.
        present: what a prompt extends, checks or synthesises; of a synthesis, as many entries as the budget holds.
        part: which prompt of a chain it is, as `chain_of` gives it; None: it stands alone.
        budget: most tokens of the whole prompt; None: what the model's context leaves beside its longest answer.

    Raises:
        UsageError: the prompt does not fit into the budget, or with not one of its candidates or entries; there is
            nothing to extend, check or synthesise.
        DataError: a template is broken.
    """
    guide_version = _hash(guide.model_dump_json())
    if part is not None:
        guide = narrowed(guide, part)
    where = f"domain {domain.id}" if domain else "the domains"
    if mode in _OF_PRESENT and present is None:
        raise UsageError(
            f"There is no bibliography of {where} yet: research-agent research {domain.id if domain else ALL}."
        )
    room = profile.context_tokens - profile.output_tokens if budget is None else budget
    asked = JSON_FORM[mode] if reply == "json" else None

    def form(version: str) -> dict[str, JsonValue]:
        return reply_schema(asked, guide, domain, rubric, version) if asked else {}

    context = _context(guide, domain, rubric, profile, mode=mode, form=form(_THIS_VERSION))
    context |= {"part": part, "candidates": ()}
    packed = () if present is None or mode != "synthesize" else present.entries
    bare = _messages(profile, context | {"present": present if not packed else Present(entries=())})
    used = _tokens(bare, profile)
    if budget is not None and used > budget:
        raise _too_long(where, mode, used, budget)
    room_left = int((room - used) * (1 - _SPARE))
    taken, left = pack(candidates, room_left, lambda one: _tokens_of(one, profile))
    left_out = [one.source for one in left]
    if left and not taken:
        raise _none_fits("candidates", where, used, min(_tokens_of(one, profile) for one in left), room)
    if packed:
        entries, entries_left = pack(packed, room_left, lambda one: _tokens_of_entry(one, profile))
        if not entries:
            raise _none_fits("entries", where, used, min(_tokens_of_entry(one, profile) for one in packed), room)
        present = Present(entries=entries)
        left_out += [entry.source for entry in entries_left]
    messages = _messages(profile, context | {"present": present, "candidates": taken}) if taken or packed else bare
    version = _version(messages, request_settings(profile, mode, form(_THIS_VERSION)))
    messages = tuple(
        one.model_copy(update={"content": one.content.replace(_THIS_VERSION, version)}) for one in messages
    )
    prompt = Prompt(
        guide=guide.id,
        domain=domain.id if domain else ALL,
        profile=profile.id,
        mode=mode,
        reply=reply,
        part=part,
        version=version,
        templates=_templates_version(),
        guide_version=guide_version,
        messages=messages,
        settings=request_settings(profile, mode, form(version)),
        tokens=_tokens(messages, profile),
        counted=counted_by(profile.tokens),
        advice=_advice(guide, domain, profile, mode=mode, part=part, form=form(version)),
        left_out=tuple(left_out),
        checks=(),
    )
    checks = check_prompt(prompt, guide, domain, rubric, profile, candidates=taken, present=present)
    return prompt.model_copy(update={"checks": checks})


def render_prompt(prompt: Prompt) -> str:
    """The prompt as a Markdown file that a person can paste: the roles in comments, then their words."""
    head = (
        f"<!-- Prompt {prompt.version} for {prompt.profile} ({told_mode(prompt)}), guide {prompt.guide} at "
        f"{prompt.guide_version}, domain {prompt.domain}, templates {prompt.templates}; {prompt.tokens:,} tokens "
        f"({prompt.counted}). -->"
    )
    if prompt.advice:
        head += f"\n<!-- {prompt.advice} -->"
    parts = [f"<!-- {message.role} -->\n\n{message.content}" for message in prompt.messages]
    return "\n\n".join([head, *parts]) + "\n"


def told_mode(prompt: Prompt) -> str:
    """What a prompt asks for, in words: "grounded, part 2 of 6, JSON"."""
    part = f"part {prompt.part.number} of {prompt.part.of}" if prompt.part else ""
    return ", ".join(filter(None, [prompt.mode, part, "JSON" if prompt.reply == "json" else ""]))


def _too_long(where: str, mode: Mode, used: int, budget: int) -> UsageError:
    bare_of = {"grounded": " without any candidate", "synthesize": " without any entry"}.get(mode, "")
    shorter = {"verify": "ask category by category: --split", "extend": "use a model with more room"}
    cut = shorter.get(mode, "shorten the guide's overview, stance and technologies")
    return UsageError(
        f"The prompt for {where} takes {used:,} tokens{bare_of}, {used - budget:,} more than the budget of {budget:,}. "
        f"Give it more, or {cut}."
    )


def _none_fits(what: str, where: str, used: int, shortest: int, room: int) -> UsageError:
    needed = ceil(used + shortest / (1 - _SPARE))
    return UsageError(
        f"Not one of the {what} for {where} fits into {room:,} tokens: the prompt takes {used:,} without them, and "
        f"with the shortest {needed:,}, {needed - room:,} more than there are. Give it more."
    )


def _advice(
    guide: Guide,
    domain: Domain | None,
    profile: ModelProfile,
    *,
    mode: Mode,
    part: Part | None,
    form: dict[str, JsonValue],
) -> str:
    told = []
    if form and takes_schema(profile.json_settings):
        told.append(
            "The JSON Schema that the reply keeps to stands in the request's settings, not in these words: --out "
            "FOLDER writes them beside the prompt."
        )
    if domain is None:
        return " ".join(told)
    if mode == "open" and profile.search.by == "none":
        told.append(
            f"{profile.name} has no search of its own here: what it names comes from memory, and is often wrong. "
            f"Better: research-agent prompt {domain.id} --model {profile.id} --mode grounded"
            f"{' --split' if part else ''}."
        )
    needed = guide.methodology.total.at_least * _TOKENS_OF_AN_ENTRY
    if mode in ("open", "grounded") and part is None and needed > profile.output_tokens:
        told.append(
            f"{guide.methodology.total.at_least} entries take about {needed:,} tokens, and the longest answer has "
            f"{profile.output_tokens:,}. Ask category by category: --split."
        )
    return " ".join(told)


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

    What is said of evidence depends on how the model comes by it. In the modes that are about present entries these
    stand where candidates would.
    """
    mode = context["mode"]
    if section == "candidates":
        return "present" if mode in _OF_PRESENT else "candidates" if context["candidates"] else ""
    if section == "evidence":
        return str(context["evidence"])
    if mode in ("verify", "synthesize") and section in _OF_BIBLIOGRAPHY:
        return ""
    if mode == "verify" and section in ("project", "technologies", "focus"):
        return ""
    if section == "output":
        of_mode = f"_{mode}" if mode in ("verify", "synthesize") else ""
        return f"output{of_mode}_json" if context["reply"] == "json" else f"output{of_mode}"
    return f"task_{mode}" if section == "task" and mode in _OF_PRESENT else section


def _tag(section: str, context: dict[str, Any]) -> str:
    if section != "candidates" or context["mode"] not in _OF_PRESENT:
        return section
    return "entries" if context["mode"] == "synthesize" else "present_bibliography"


def _tokens(messages: Sequence[Message], profile: ModelProfile) -> int:
    return count_tokens("\n\n".join(message.content for message in messages), profile.tokens)


def _tokens_of(candidate: Candidate, profile: ModelProfile) -> int:
    context = {"candidates": (candidate,), "delimiters": profile.delimiters}
    return count_tokens(_render("candidates", context), profile.tokens)


def _tokens_of_entry(entry: PresentEntry, profile: ModelProfile) -> int:
    context = {"present": Present(entries=(entry,)), "mode": "synthesize", "delimiters": profile.delimiters}
    return count_tokens(_render("present", context), profile.tokens)


def _context(
    guide: Guide,
    domain: Domain | None,
    rubric: Rubric,
    profile: ModelProfile,
    *,
    mode: Mode,
    form: dict[str, JsonValue],
) -> dict[str, Any]:
    in_words = form and not takes_schema(profile.json_settings)
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
        "span": span_text,
        "mode": mode,
        "reply": "json" if form else "markdown",
        "schema": json.dumps(form, ensure_ascii=False) if in_words else "",
        "skeleton": json.dumps(skeleton_of(form), ensure_ascii=False) if in_words else "",
        "searches": profile.search.by != "none",
        "evidence": situation(mode, profile),
        "bridge": profile.bridge if mode == "grounded" else "",
        "delimiters": profile.delimiters,
    }


def _render(template: str, context: dict[str, Any]) -> str:
    from jinja2 import TemplateError

    try:
        found = _environment(context["delimiters"]).get_template(f"{template}.j2")
        if template == "candidates":
            return _render_candidates(found, tuple(context["candidates"]))
        return _tidy(found.render(context))
    except TemplateError as error:
        raise DataError(f"prompts/sections/{template}.j2 can't be rendered: {error}") from error


@lru_cache(maxsize=_KEPT_RENDERINGS)
def _render_candidates(template: "Template", candidates: tuple[Candidate, ...]) -> str:
    """What it makes of candidates and nothing else, so that all profiles of one style of delimiters share it."""
    return _tidy(template.render(candidates=candidates))


def _tidy(text: str) -> str:
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
    return _hash(said)


@cache
def _templates_version() -> str:
    """A hash over all section templates, by name."""
    folder = resource("prompts", "sections")
    return _hash("".join(f"{path.name}\n{path.read_text(encoding='utf-8')}" for path in sorted(folder.glob("*.j2"))))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_VERSION_CHARACTERS]


def _xml(section: str, text: str) -> str:
    return f"<{section}>\n{text}\n</{section}>"


def _markdown(section: str, text: str) -> str:
    return f"## {section.replace('_', ' ').capitalize()}\n\n{text}"


_DELIMITERS: dict[str, Callable[[str, str], str]] = {"xml": _xml, "markdown": _markdown}
