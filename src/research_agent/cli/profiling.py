"""Commands on model profiles: what is known of prompting each family, and whether it is sourced and fresh."""

from typing import Annotated

import typer

from research_agent.cli.options import JsonOption
from research_agent.cli.researching import DONE_WITH_GAPS

profiles = typer.Typer(help="What is known of prompting each model family.", no_args_is_help=True)


@profiles.command("list")
def profiles_list(json: JsonOption = False) -> None:
    """List the profiles with their models."""
    from research_agent.cli.show_profiles import show_profiles
    from research_agent.prompts import load_profile, profile_names

    show_profiles([load_profile(name) for name in profile_names()], as_json=json)


@profiles.command("show")
def profiles_show(
    model: Annotated[str, typer.Argument(help="Id of a profile, or a model's name.", show_default=False)],
    json: JsonOption = False,
) -> None:
    """Show a profile: what it decides and the facts that it rests on."""
    from research_agent.cli.show_profiles import show_profile
    from research_agent.prompts import load_profile

    show_profile(load_profile(model), as_json=json)


@profiles.command("check")
def profiles_check(json: JsonOption = False) -> None:
    """Check every profile: fields, sections, sources and dates of its facts."""
    from datetime import UTC, datetime

    from research_agent.cli.show_profiles import show_profile_problems
    from research_agent.prompts import profile_names
    from research_agent.prompts.profile_check import check_profile
    from research_agent.resources import resource

    today = datetime.now(tz=UTC).date()
    names = profile_names()
    found = [
        problem for name in names for problem in check_profile(resource("prompts", "profiles", f"{name}.yaml"), today)
    ]
    show_profile_problems(found, len(names), as_json=json)
    if found:
        raise typer.Exit(DONE_WITH_GAPS)
