"""Commands on runs that have a handle: those of the service, of programs, of other processes on the same store."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from research_agent.cli.options import JsonOption

if TYPE_CHECKING:
    from research_agent.model.run import RunStatus
    from research_agent.runs import Runs

runs = typer.Typer(help="List, show, follow or cancel runs.", invoke_without_command=True)

RunArgument = Annotated[str, typer.Argument(help="Id of a run.", show_default=False)]
NOT_DONE = 1
_T = TypeVar("_T")


@runs.callback()
def runs_list(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100, help="How many.")] = 20,
    after: Annotated[
        str | None, typer.Option("--after", help="Id of the last run of the page before.", show_default="the latest")
    ] = None,
    json: JsonOption = False,
) -> None:
    """List the runs, the latest first; or show, follow or cancel one."""
    if context.invoked_subcommand is not None:
        return
    from research_agent.cli.show_runs import show_runs

    show_runs(_asked(lambda known: known.known(limit=limit, after=after)), as_json=json)


@runs.command("show")
def runs_show(run: RunArgument, json: JsonOption = False) -> None:
    """Show a run: its state, how far it is, what it has finished."""
    from research_agent.cli.show_runs import show_run

    show_run(_asked(lambda known: known.find(run)), as_json=json)


@runs.command("follow")
def runs_follow(run: RunArgument, json: JsonOption = False) -> None:
    """Follow a run until it ends.

    With --json: its status after each change, a JSON document a line. Exits with 1 if it failed or was cancelled.
    """
    import anyio

    from research_agent.cli.show_runs import show_run

    last = anyio.run(_follow, run, json)
    if not json:
        show_run(last, as_json=False)
    if last.state != "done":
        raise typer.Exit(NOT_DONE)


@runs.command("cancel")
def runs_cancel(run: RunArgument, json: JsonOption = False) -> None:
    """Cancel a run; what it has finished is kept.

    A run that is at work stops at its next step.
    """
    from research_agent.cli.show_runs import show_run

    show_run(_asked(lambda known: known.cancel(run)), as_json=json)


async def _follow(run: str, as_json: bool) -> "RunStatus":
    from research_agent.cli.session import following
    from research_agent.cli.show_runs import show_line
    from research_agent.model.progress import Step

    async with _opened() as opened:
        last = await opened.find(run)
        with following(quiet=as_json) as progress:
            async for last in opened.follow(run):
                if as_json:
                    show_line(last)
                now = last.progress
                progress(Step(name=run, text=now.text, done=now.done, total=now.total))
    return last


def _asked(question: "Callable[[Runs], Awaitable[_T]]") -> _T:
    """The answer to one question."""
    import anyio

    async def ask() -> _T:
        async with _opened() as opened:
            return await question(opened)

    return anyio.run(ask)


@asynccontextmanager
async def _opened() -> "AsyncIterator[Runs]":
    """The runs of the settings' store, to look at: a command that looks executes none."""
    from research_agent.cli.session import workspace
    from research_agent.runs import Runs

    with workspace() as agent:
        async with Runs(agent, workers=0) as opened:
            yield opened
