"""Commands that look: search the library, show a source, say why it is in or out."""

from typing import Annotated

import typer

from research_agent.cli.options import DomainOption, GuideOption, JsonOption, RubricOption, SourceArgument, StyleOption
from research_agent.model.kinds import KINDS


def search(
    query: Annotated[str, typer.Argument(help="What you look for, in your words.", show_default=False)],
    *,
    domain: Annotated[str | None, typer.Option("--domain", "-d", help="Only what was read for this domain.")] = None,
    category: Annotated[str | None, typer.Option("--category", "-c", help="Only this source category.")] = None,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", "-k", help=f"Only these kinds of source: {', '.join(KINDS)}.")
    ] = None,
    since: Annotated[int | None, typer.Option("--since", help="First year.")] = None,
    until: Annotated[int | None, typer.Option("--until", help="Last year.")] = None,
    peer_reviewed: Annotated[
        bool | None, typer.Option("--peer-reviewed/--not-peer-reviewed", help="Only (un)reviewed sources.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=200, help="How many sources.")] = 10,
    guide: GuideOption = None,
    json: JsonOption = False,
) -> None:
    """Search all sources by meaning and by words.

    Each hit shows the passage that was found, and its place in both lists.
    """
    from research_agent.cli.session import workspace
    from research_agent.cli.show_library import show_hits

    with workspace(guide=guide) as agent:
        hits = agent.search(
            query,
            domain=domain,
            category=category,
            kinds=kind or (),
            since=since,
            until=until,
            peer_reviewed=peer_reviewed,
            limit=limit,
        )
        show_hits(query, hits, as_json=json)


def source(
    source: SourceArgument,
    *,
    guide: GuideOption = None,
    style: StyleOption = None,
    json: JsonOption = False,
) -> None:
    """Show all that is known of a source.

    What it says, for which domains, and how we know that it exists: who told of it, and what the last look showed.
    """
    from research_agent.cli.session import workspace
    from research_agent.cli.show_library import show_source

    with workspace(guide=guide, style=style) as agent:
        show_source(
            agent.source(source),
            agent.cite(source),
            agent.library.provenance(source),
            agent.library.verification(source),
            as_json=json,
        )


def why(
    source: SourceArgument,
    *,
    domain: DomainOption,
    guide: GuideOption = None,
    rubric: RubricOption = None,
    json: JsonOption = False,
) -> None:
    """Say why a source is in, or what kept it out."""
    from research_agent.cli.session import workspace
    from research_agent.cli.show_library import show_why

    with workspace(guide=guide, rubric=rubric) as agent:
        show_why(agent.why(source, domain), as_json=json)
