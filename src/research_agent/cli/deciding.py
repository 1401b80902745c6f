"""Commands with which a person overrules the program; what they decide is kept over re-runs."""

from typing import Annotated

import typer

from research_agent.cli.options import DomainOption, GuideOption, JsonOption, ReasonOption, RubricOption, SourceArgument


def judge(
    source: SourceArgument,
    *,
    domain: DomainOption,
    criterion: Annotated[str, typer.Option("--criterion", "-c", help="Criterion of RADAR, for instance authority.")],
    level: Annotated[str, typer.Option("--level", "-l", help="Its level: the rubric's word, or 1 to 5.")],
    reason: ReasonOption,
    guide: GuideOption = None,
    rubric: RubricOption = None,
    json: JsonOption = False,
) -> None:
    """Give a source your own level for a criterion."""
    from research_agent.cli.session import workspace
    from research_agent.cli.show_library import show_decision

    with workspace(guide=guide, rubric=rubric) as agent:
        show_decision(agent.judge(source, domain, criterion=criterion, level=level, reason=reason), as_json=json)


def pin(
    source: SourceArgument,
    *,
    domain: DomainOption,
    reason: ReasonOption = "",
    guide: GuideOption = None,
    json: JsonOption = False,
) -> None:
    """Make a source stand, whatever its score."""
    from research_agent.cli.session import workspace
    from research_agent.cli.show_library import show_decision

    with workspace(guide=guide) as agent:
        show_decision(agent.pin(source, domain, reason=reason), as_json=json)


def ban(
    source: SourceArgument,
    *,
    domain: DomainOption,
    reason: ReasonOption = "",
    guide: GuideOption = None,
    json: JsonOption = False,
) -> None:
    """Keep a source out."""
    from research_agent.cli.session import workspace
    from research_agent.cli.show_library import show_decision

    with workspace(guide=guide) as agent:
        show_decision(agent.ban(source, domain, reason=reason), as_json=json)


def undo(
    source: SourceArgument,
    *,
    domain: DomainOption,
    guide: GuideOption = None,
    json: JsonOption = False,
) -> None:
    """Take back what you decided of a source.

    Judgements, pin and ban, in one domain.
    """
    from research_agent.cli.session import workspace
    from research_agent.cli.show_library import show_withdrawn

    with workspace(guide=guide) as agent:
        show_withdrawn(agent.undo(source, domain), as_json=json)
