"""Print model profiles and what is wrong with them."""

from collections.abc import Sequence

import typer

from research_agent.cli.terminal import console, plain, show_json, table_of
from research_agent.model.problem import Problem
from research_agent.model.prompt import ModelProfile


def show_profiles(profiles: Sequence[ModelProfile], *, as_json: bool) -> None:
    """A line a profile."""
    if as_json:
        return show_json(profiles)
    table = table_of("Profile", "Family", "Models", "Search", "Context", "Facts")
    for one in profiles:
        models = ", ".join(one.models[:3]) + (" ..." if len(one.models) > 3 else "")
        table.add_row(
            one.id, plain(one.name), plain(models), one.search.by, f"{one.context_tokens:,}", str(len(one.facts))
        )
    return console().print(table)


def show_profile(profile: ModelProfile, *, as_json: bool) -> None:
    """All that a profile says."""
    if as_json:
        return show_json(profile)
    out = console()
    out.print(f"[bold]{plain(profile.name)}[/]  [cyan]{profile.id}[/]")
    for name, value in (
        ("Models", ", ".join(profile.models)),
        ("Delimiters", profile.delimiters),
        ("System", ", ".join(profile.system) or "nothing"),
        ("User", ", ".join(profile.user)),
        ("Settings", f"{profile.settings_for}: {profile.settings}" if profile.settings else "none"),
        ("Search", f"{profile.search.by}; {profile.search.steering}; {profile.search.citations}"),
        ("Tokens", f"{profile.tokens.by}; {profile.tokens.error}"),
        ("Limits", f"{profile.context_tokens:,} of context, {profile.output_tokens:,} of answer"),
    ):
        out.print(f"[dim]{name}[/] {plain(value)}", soft_wrap=True)
    for fact in profile.facts:
        by = f", read by {plain(fact.by)}" if fact.by else ""
        out.print(f"  • {plain(fact.text)} [dim]({', '.join(fact.shapes)}) {plain(fact.url)}, {fact.seen}{by}[/]")
    return None


def show_profile_problems(found: Sequence[Problem], profiles: int, *, as_json: bool) -> None:
    """The problems, by file and line, and a verdict."""
    if as_json:
        return show_json(found)
    for problem in found:
        typer.echo(str(problem))
    return typer.echo(f"{profiles} profiles, {len(found)} problems.")
