"""The prompts that are looked at, each with what it was made from, and invented works to put into them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from research_agent.guides import load_guide
from research_agent.model.guide import Domain, Guide
from research_agent.model.prompt import (
    SCHEMA,
    Candidate,
    Mode,
    ModelProfile,
    Part,
    Present,
    PresentEntry,
    Prompt,
    ReplyForm,
)
from research_agent.model.radar import Rubric
from research_agent.prompts import assemble_prompt, load_profile, profile_names
from research_agent.prompts.chain import chain_of
from research_agent.radar import load_rubric
from research_agent.resources import resource

SECOND_GUIDE: Final = Path(__file__).parents[2] / "tests" / "fixtures" / "small_guide" / "guide.md"
"""Of another subject, with four categories, two of them trusted alike: nothing here may depend on the shipped guide."""

BLIND: Final = "blind"
"""The profile of a model that writes XML and can't search: no shipped one is, and templates have words for it."""


class Situation(NamedTuple):
    """For what a prompt is made."""

    mode: Mode = "open"
    profile: str = "claude"
    reply: ReplyForm = "markdown"
    in_parts: bool = False
    gaps: bool = True
    """Whether the present bibliography lacks something."""


SAMPLE: Final = (
    Situation("grounded"),
    Situation("grounded", "gemini"),
    Situation("grounded", "gpt", in_parts=True),
    Situation("grounded", "generic", "json"),
    Situation("open", "claude", in_parts=True),
    Situation("open", "mistral", "json"),
    Situation("open", "generic", "json"),
    Situation("open", BLIND),
    Situation("open", BLIND, "json"),
    Situation("extend"),
    Situation("extend", "gemini"),
    Situation("extend", "deepseek", "json"),
    Situation("extend", "qwen", gaps=False),
    Situation("verify"),
    Situation("verify", BLIND),
    Situation("verify", "gpt"),
    Situation("verify", "claude", "json"),
    Situation("verify", "generic", "json"),
    Situation("verify", "claude", in_parts=True),
    Situation("synthesize"),
    Situation("synthesize", "gemini"),
    Situation("synthesize", "claude", "json"),
    Situation("synthesize", "generic", "json"),
)
"""Every template in every situation in which it says something of its own."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A prompt with all that it was made from."""

    guide: Guide
    domain: Domain | None
    rubric: Rubric
    profile: ModelProfile
    prompt: Prompt
    candidates: tuple[Candidate, ...] = ()
    present: Present | None = None
    in_settings: bool = False
    """The form of a reply stands in the request's settings, and not in the words."""

    @property
    def case(self) -> str:
        """How a failure names it: "2, claude, grounded, json, part 3"."""
        part = f", part {self.prompt.part.number}" if self.prompt.part else ""
        return f"{self.prompt.domain}, {self.profile.id}, {self.prompt.mode}, {self.prompt.reply}{part}"

    @property
    def domains(self) -> tuple[Domain, ...]:
        """Those that it asks about."""
        return self.guide.domains if self.domain is None else (self.domain,)

    @property
    def tags(self) -> frozenset[str]:
        """What decides which requirements hold for it, in the words of `requirements.tsv`."""
        prompt, guide, method = self.prompt, self.guide, self.guide.methodology
        searches = self.profile.search.by != "none"
        lists = prompt.mode in ("open", "grounded", "extend")
        told = {
            prompt.mode: True,
            prompt.reply: True,
            "lists": lists,
            "asks": prompt.mode != "verify",
            "looks": lists and prompt.mode != "grounded" and searches,
            "recalls": lists and prompt.mode != "grounded" and not searches,
            "rates": prompt.mode in ("open", "extend"),
            "reads": searches or prompt.mode in ("grounded", "verify", "synthesize"),
            "searches": searches,
            "blind": not searches,
            "part": prompt.part is not None,
            "whole": prompt.part is None,
            "settings": self.in_settings,
            "words": not self.in_settings,
            "overview": bool(guide.overview),
            "readers": bool(guide.audience),
            "stance": bool(guide.stance),
            "specifications": bool(guide.specifications),
            "technologies": bool(guide.technologies),
            "covers": bool(method.entries_per_focus),
            "production": bool(method.production_entries),
            "complete": self.present is not None and not self.present.gaps,
        }
        return frozenset(tag for tag, holds in told.items() if holds)


def everything(guide: Guide) -> Iterator[Asked]:
    """The open prompts of all domains for all profiles, and the sample of the other situations."""
    for domain in guide.domains:
        for profile in profile_names():
            yield from asked(guide, domain, Situation(profile=profile))
    for number, situation in enumerate(SAMPLE):
        yield from asked(guide, guide.domains[number % len(guide.domains)], situation)


def asked(guide: Guide, domain: Domain, situation: Situation, *, last: bool = False) -> Iterator[Asked]:
    """The prompt of a situation; of one in parts every prompt of the chain, or the last, which has most to say."""
    rubric, profile = load_rubric(guide.methodology.rubric), profile_of(situation.profile)
    candidates = _candidates(guide, domain) if situation.mode == "grounded" else ()
    stands = situation.mode in ("extend", "verify", "synthesize")
    present = _present(guide, domain, gaps=situation.gaps) if stands else None
    about = None if situation.mode == "synthesize" else domain
    links: list[tuple[Part | None, tuple[Candidate, ...], Present | None]] = [(None, candidates, present)]
    if situation.in_parts:
        links = [(link.part, link.candidates, link.present) for link in chain_of(guide, domain, candidates, present)]
    for part, given, there in links[-1:] if last else links:
        prompt = assemble_prompt(
            guide,
            about,
            rubric,
            profile,
            mode=situation.mode,
            reply=situation.reply,
            candidates=given,
            present=there,
            part=part,
        )
        in_settings = situation.reply == "json" and SCHEMA in json.dumps(profile.json_settings)
        yield Asked(guide, about, rubric, profile, prompt, given, there, in_settings)


@cache
def profile_of(name: str) -> ModelProfile:
    """A shipped profile, or the one that writes XML and can't search."""
    if name != BLIND:
        return load_profile(name)
    claude = load_profile("claude")
    search = claude.search.model_copy(update={"by": "none", "settings": ()})
    return claude.model_copy(update={"id": BLIND, "search": search})


@cache
def shipped_guide() -> Guide:
    """The guide that comes with the project."""
    return load_guide(resource("corpus", "guide.yaml"))


@cache
def second_guide() -> Guide:
    """A small guide of another subject."""
    return load_guide(SECOND_GUIDE)


def _candidates(guide: Guide, domain: Domain) -> tuple[Candidate, ...]:
    """Two invented works a category, which between them cover every bullet."""
    made = []
    for number in range(2 * len(guide.methodology.categories)):
        category = guide.methodology.categories[number // 2]
        made.append(
            Candidate(
                source=f"invented-{number}",
                title=f"Invented work {_letter(number)} of nobody",
                authors=f"Nemo {_letter(number)}. Nobody",
                year=2001 + number,
                kind="invented kind",
                category=category.name,
                url=f"https://work-{_letter(number).lower()}.example/",
                focus=tuple(one.id for one in domain.focus[number::2] or domain.focus[:1]),
                ratings=(f"Authority invented {_letter(number)}", "Date invented"),
                worth=9.0 - number,
                summary=f"Invented summary {_letter(number)} that says nothing.",
                key_points=(f"Invented fact {_letter(number)} of nothing. (Section Q)",),
                pattern=f"invented_call_{_letter(number).lower()}()" if number % 2 else "",
            )
        )
    return tuple(made)


def _present(guide: Guide, domain: Domain, *, gaps: bool) -> Present:
    """An invented entry a category, and two gaps or none."""
    entries = tuple(
        PresentEntry(
            number=number,
            source=f"invented-entry-{_letter(number).lower()}",
            total=3.0 + number / 10,
            domains=(domain.id,),
            title=f"Invented entry {_letter(number)} of nobody",
            citation=f"Nobody, N. (n.d.). Invented entry {_letter(number)} of nobody.",
            category=category.name,
            url=f"https://entry-{_letter(number).lower()}.example/",
            focus=(domain.focus[0].id,),
            known=f"read in invented part {_letter(number)}",
            claims=(f"Invented claim {_letter(number)} of nothing. (Section Q)",),
        )
        for number, category in enumerate(guide.methodology.categories, start=1)
    )
    lacking = ("Invented gap of the first kind", "Invented gap of the second kind")
    return Present(entries=entries, gaps=lacking if gaps else ())


def _letter(number: int) -> str:
    return chr(ord("A") + number)
