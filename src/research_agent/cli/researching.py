"""Commands of the main job: domains, prompts, bibliographies, and what changed between two of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from research_agent.cli.options import (
    DomainArgument,
    ForceOption,
    GuideOption,
    JsonOption,
    ModelOption,
    OutOption,
    RubricOption,
    SecondsOption,
    StyleOption,
    is_all,
)
from research_agent.errors import UsageError

if TYPE_CHECKING:
    from research_agent.model.progress import Progress
    from research_agent.research import Research
    from research_agent.workspace import Workspace

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
    domain: Annotated[str, typer.Argument(help="Number, slug or name of a domain, or: all.", show_default=False)],
    *,
    model: Annotated[
        str | None, typer.Option("--model", "-m", help="Model profile or model name, or: all.", show_default="claude")
    ] = None,
    mode: Annotated[
        # The model's MODES, which --help does without importing.
        Literal["open", "grounded", "extend", "verify", "synthesize"],
        typer.Option(
            "--mode",
            help="open: the model looks for sources; grounded: scored candidates come along; "
            "extend, verify: the present bibliography does; synthesize: those of all domains.",
        ),
    ] = "open",
    reply: Annotated[
        Literal["markdown", "json"],
        typer.Option("--reply", help="markdown: for people; json: for `research-agent reply`."),
    ] = "markdown",
    split: Annotated[bool, typer.Option("--split", help="A chain of prompts, one a category of sources.")] = False,
    budget: Annotated[
        int | None, typer.Option("--budget", min=1, help="Most tokens.", show_default="the model's")
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say instead which fact and which finding shaped what.")
    ] = False,
    copy: Annotated[bool, typer.Option("--copy", help="Put it on the clipboard instead.")] = False,
    guide: GuideOption = None,
    rubric: RubricOption = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write it into this folder instead.")] = None,
    force: ForceOption = False,
    json: JsonOption = False,
) -> None:
    """Print a domain's research prompt for a model.

    With "all" as the domain or the model, or with --split: into a folder, with an index.
    """
    from research_agent.cli.clipboard import copy_prompt
    from research_agent.cli.session import workspace
    from research_agent.cli.show_results import show_explanation, show_notes, show_prompt, show_written
    from research_agent.cli.terminal import show_json
    from research_agent.prompts import profile_names

    spanning = mode == "synthesize" and is_all(domain)
    several = (is_all(domain) and not spanning) or is_all(model) or split
    if copy and (several or explain or json or out is not None):
        raise UsageError(
            "--copy takes one prompt as text: name one domain and one model, without --split, --explain, --json, --out."
        )
    if several and out is None and not (json or explain):
        raise UsageError("Several prompts go into a folder: say which, --out FOLDER, or take them as --json.")
    with workspace(guide=guide, rubric=rubric, model=None if is_all(model) else model) as agent:
        domains = [known.id for known in agent.guide.domains] if is_all(domain) else [domain]
        if spanning:
            domains = ["all"]
        models = list(profile_names()) if is_all(model) else [agent.settings.model]
        made = agent.prompts(domains, models, mode=mode, reply=reply, split=split, budget=budget)
        if explain:
            show_explanation(made, as_json=json)
        elif out is not None:
            write = (
                agent.write_prompts(made, out, force=force)
                if several
                else agent.write_prompt(made[0], out, force=force)
            )
            show_written(write, as_json=json)
        elif several:
            show_json(made)
        elif copy:
            copy_prompt(made[0])
            show_notes(made[0])
        else:
            show_prompt(made[0], as_json=json)
        if not all(check.passed for one in made for check in one.checks):
            raise typer.Exit(DONE_WITH_GAPS)


def reply(
    domain: Annotated[str, typer.Argument(help="Domain that the prompt was for, or: all.", show_default=False)],
    files: Annotated[
        list[str],
        typer.Argument(help="What the model replied (- for standard input); all parts of a chain.", show_default=False),
    ],
    *,
    guide: GuideOption = None,
    json: JsonOption = False,
) -> None:
    """Check what a model replied to a prompt with --reply json.

    Says which works are in the library under the names that the reply gives them, which names belong to another work,
    and whether the guide's counts hold. Nothing is looked up elsewhere, and nothing is added.
    """
    from research_agent.cli.session import workspace
    from research_agent.cli.show_reply import read_reply, show_reply

    texts = [read_reply(file) for file in files]
    with workspace(guide=guide) as agent:
        report = agent.check_reply("all" if is_all(domain) else domain, *texts)
        show_reply(report, as_json=json)
    if not report.sound:
        raise typer.Exit(DONE_WITH_GAPS)


def research(
    domain: Annotated[str, typer.Argument(help="Number, slug or name of a domain, or: all.", show_default=False)],
    *,
    model: ModelOption = None,
    guide: GuideOption = None,
    style: StyleOption = None,
    rubric: RubricOption = None,
    live: Annotated[
        bool, typer.Option("--live", help="First ask scholarly indexes and the web; needs a network, and no key.")
    ] = False,
    seconds: SecondsOption = None,
    out: OutOption = Path("out"),
    force: ForceOption = False,
    json: JsonOption = False,
) -> None:
    """Produce a domain's prompt and bibliography.

    With "all": those of every domain, an index, one BibTeX file and the guide across the domains. With --live, services
    are asked for more sources first, and again for what is missing; one that fails is named as not checked.
    """
    from research_agent.cli.session import following, workspace
    from research_agent.cli.show_results import show_research

    if seconds is not None and not live:
        raise UsageError("--seconds limits a search of live sources: it goes with --live.")
    with workspace(guide=guide, rubric=rubric, model=model, style=style, search_seconds=seconds) as agent:
        with following(quiet=json) as progress:
            results = _researched(agent, domain, live, progress)
            if is_all(domain):
                written = agent.write_all(results, out, force=force)
            else:
                written = agent.write(results[0], out, force=force)
        show_research(agent.guide, agent.rubric, results, written, as_json=json)
        if not all(result.bibliography.complete and result.bibliography.all_checked for result in results):
            raise typer.Exit(DONE_WITH_GAPS)


def _researched(agent: "Workspace", domain: str, live: bool, progress: "Progress") -> "Sequence[Research]":
    if not live:
        return agent.research_all(progress) if is_all(domain) else (agent.research(domain, progress),)
    from research_agent.searching import asking, research_all_live, research_live

    if is_all(domain):
        return asking(agent.settings, lambda services: research_all_live(agent, services, progress))
    agent.guide.domain(domain)  # a misspelt name is told before a client is opened
    return (asking(agent.settings, lambda services: research_live(agent, domain, services, progress)),)


def diff(domain: DomainArgument, guide: GuideOption = None, json: JsonOption = False) -> None:
    """Say what changed between two runs, and why."""
    from research_agent.cli.session import workspace
    from research_agent.cli.show_results import show_difference

    with workspace(guide=guide) as agent:
        show_difference(agent.difference(domain), as_json=json)
