"""Assemble the prompts of a domain for several models, whole or as chains, and those that span the domains. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from research_agent.errors import UsageError
from research_agent.model.bibliography import Bibliography
from research_agent.model.guide import Domain, Guide
from research_agent.model.prompt import ALL, Candidate, Mode, Prompt, ReplyForm
from research_agent.model.radar import Rubric
from research_agent.prompts.assemble import assemble_prompt
from research_agent.prompts.chain import chain_of
from research_agent.prompts.present import present_of, present_of_all
from research_agent.prompts.profiles import load_profile


@dataclass(frozen=True, slots=True)
class Asking:
    """What prompts are asked for: of which guide and models, in which mode and form; see `assemble_prompt`."""

    guide: Guide
    rubric: Rubric
    models: tuple[str, ...]
    mode: Mode = "open"
    reply: ReplyForm = "markdown"
    split: bool = False
    budget: int | None = None


def prompts_of(
    asking: Asking, domain: Domain, candidates: Sequence[Candidate], latest: Bibliography | None
) -> tuple[Prompt, ...]:
    """A domain's prompts, model by model.

    Args:
        asking: what is asked for.
        domain: of the guide.
        candidates: of grounded prompts, the best first.
        latest: the domain's latest bibliography, for prompts that extend or check it; None: there is none yet.

    Raises:
        UsageError: it can't be split, does not fit into the budget, or has nothing to extend or check.
    """
    if asking.split and asking.mode == "extend":
        raise UsageError(
            "To extend a bibliography a model has to see all of it, so it is not split. Leave out --split."
        )
    if asking.mode == "grounded" and not candidates:
        raise UsageError(
            f"The library has no candidates for domain {domain.id}. Add sources (research-agent sources add FILE), or "
            "ask a model that searches (--mode open)."
        )
    wanted = asking.mode in ("extend", "verify") and latest is not None
    present = present_of(latest, asking.guide) if wanted and latest is not None else None
    links = (
        [(link.part, link.candidates, link.present) for link in chain_of(asking.guide, domain, candidates, present)]
        if asking.split
        else [(None, tuple(candidates), present)]
    )
    return tuple(
        assemble_prompt(
            asking.guide,
            domain,
            asking.rubric,
            load_profile(model),
            mode=asking.mode,
            reply=asking.reply,
            candidates=given,
            present=there,
            part=part,
            budget=asking.budget,
        )
        for model in asking.models
        for part, given, there in links
    )


def synthesis_prompts(asking: Asking, latest: Sequence[Bibliography]) -> tuple[Prompt, ...]:
    """The prompts for one guide across the domains, model by model.

    Args:
        asking: what is asked for.
        latest: the latest bibliographies of the domains that have one.

    Raises:
        UsageError: no domain has a bibliography yet, or it does not fit into the budget.
    """
    if asking.split:
        raise UsageError("A synthesis has to see all domains, so it is not split. Leave out --split.")
    lacking = [one.id for one in asking.guide.domains if one.id not in {there.domain for there in latest}]
    if not latest:
        raise UsageError(f"No domain has a bibliography yet: research-agent research {ALL}.")
    present = present_of_all(latest, asking.guide)
    made = (
        assemble_prompt(
            asking.guide,
            None,
            asking.rubric,
            load_profile(model),
            mode="synthesize",
            reply=asking.reply,
            present=present,
            budget=asking.budget,
        )
        for model in asking.models
    )
    told = f"Domains without a bibliography are not in it: {', '.join(lacking)}." if lacking else ""
    return tuple(one.model_copy(update={"advice": " ".join(filter(None, [told, one.advice]))}) for one in made)
