"""Commands of the main job: domains, prompts, bibliographies, and what changed between two of them."""

from pathlib import Path
from typing import Annotated

import typer

from research_agent.cli.options import (
    DomainArgument,
    ForceOption,
    GuideOption,
    JsonOption,
    ModelOption,
    OutOption,
    RubricOption,
    StyleOption,
)

DONE_WITH_GAPS = 4


def domains(guide: GuideOption = None, json: JsonOption = False) -> None:
    """List the domains with the state of each.

    none: no bibliography yet; partial: with gaps, which are named; complete: every constraint holds;
    stale: what it was made from has changed.
    """
    from research_agent.cli.session import workspace
    from research_agent.cli.show_results import show_domains

    with workspace(guide=guide) as agent:
        show_domains(agent.guide, agent.domains(), as_json=json)


def domain(domain: DomainArgument, guide: GuideOption = None, json: JsonOption = False) -> None:
    """Show a domain: bullets, and sources for each."""
    from research_agent.cli.session import workspace
    from research_agent.cli.show_results import show_domain

    with workspace(guide=guide) as agent:
        show_domain(agent.holdings(domain), as_json=json)


def prompt(
    domain: DomainArgument,
    *,
    model: ModelOption = None,
    guide: GuideOption = None,
    rubric: RubricOption = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write it into this folder instead.")] = None,
    force: ForceOption = False,
    json: JsonOption = False,
) -> None:
    """Print a domain's research prompt for a model."""
    from research_agent.cli.session import workspace
    from research_agent.cli.show_results import show_prompt, show_written

    with workspace(guide=guide, rubric=rubric, model=model) as agent:
        assembled = agent.prompt(domain)
        if out is None:
            show_prompt(assembled, as_json=json)
        else:
            show_written(agent.write_prompt(assembled, out, force=force), as_json=json)
        if not all(check.passed for check in assembled.checks):
            raise typer.Exit(DONE_WITH_GAPS)


def research(
    domain: Annotated[str, typer.Argument(help="Number, slug or name of a domain, or: all.", show_default=False)],
    *,
    model: ModelOption = None,
    guide: GuideOption = None,
    style: StyleOption = None,
    rubric: RubricOption = None,
    out: OutOption = Path("out"),
    force: ForceOption = False,
    json: JsonOption = False,
) -> None:
    """Produce a domain's prompt and bibliography.

    With "all": those of every domain, an index, one BibTeX file and the guide across the domains.
    """
    from research_agent.cli.session import following, workspace
    from research_agent.cli.show_results import show_research

    with workspace(guide=guide, rubric=rubric, model=model, style=style) as agent:
        with following(quiet=json) as progress:
            if domain.strip().lower() == "all":
                results = agent.research_all(progress)
                written = agent.write_all(results, out, force=force)
            else:
                results = (agent.research(domain, progress),)
                written = agent.write(results[0], out, force=force)
        show_research(agent.guide, agent.rubric, results, written, as_json=json)
        if not all(result.bibliography.complete for result in results):
            raise typer.Exit(DONE_WITH_GAPS)


def diff(domain: DomainArgument, guide: GuideOption = None, json: JsonOption = False) -> None:
    """Say what changed between two runs, and why."""
    from research_agent.cli.session import workspace
    from research_agent.cli.show_results import show_difference

    with workspace(guide=guide) as agent:
        show_difference(agent.difference(domain), as_json=json)
