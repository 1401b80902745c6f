"""Print runs: a list of them, one of them, one as it changes."""

from collections.abc import Sequence

import typer

from research_agent.cli.terminal import console, plain, say_next, show_json, table_of
from research_agent.model.run import RunStatus

STATE_STYLES = {"queued": "yellow", "running": "cyan", "done": "green", "failed": "red", "cancelled": "dim"}
_TO_THE_MINUTE = "%Y-%m-%d %H:%M"


def show_runs(known: Sequence[RunStatus], *, as_json: bool) -> None:
    """A line a run."""
    if as_json:
        return show_json(known)
    if not known:
        return typer.echo("There is no run yet.")
    table = table_of("Id", "State", "Domain", "Guide", "Steps", "Asked for (UTC)", "At")
    for run in known:
        progress = run.progress
        table.add_row(
            run.id,
            _state(run),
            plain(run.request.domain),
            plain(run.request.guide),
            f"{progress.done}/{progress.total}",
            f"{run.created:{_TO_THE_MINUTE}}",
            plain(progress.text),
        )
    console().print(table)
    return say_next(f"research-agent runs show {known[0].id} says more of one.")


def show_run(run: RunStatus, *, as_json: bool) -> None:
    """All that is known of a run."""
    if as_json:
        return show_json(run)
    out, asked, progress = console(), run.request, run.progress
    out.print(f"[bold]Run {run.id}[/]  {_state(run)}")
    for name, value in (
        ("Asked for", f"domain {asked.domain} of {asked.guide}, {run.created:{_TO_THE_MINUTE}} UTC"),
        ("Made with", f"model {asked.model}, style {asked.style}, rubric {asked.rubric}"),
        ("Step", f"{progress.done} of {progress.total}: {progress.text}"),
        ("Begun", f"{run.started:{_TO_THE_MINUTE}} UTC, attempt {run.attempts}" if run.started else "not yet"),
        ("Ended", f"{run.ended:{_TO_THE_MINUTE}} UTC" if run.ended else "not yet"),
        ("Runs in", run.executor),
        ("Error", run.error.message if run.error else ""),
    ):
        if value:
            out.print(f"[dim]{name}[/] {plain(value)}", soft_wrap=True)
    for part in run.parts:
        note = "" if part.as_asked else " [yellow](made after something changed)[/]"
        out.print(f"  • domain {plain(part.domain)}: bibliography {part.bibliography}{note}", soft_wrap=True)
        if part.not_checked:
            names = ", ".join(service.title for service in part.not_checked)
            out.print(f"    [yellow]not checked, in whole or in part:[/] {plain(names)}", soft_wrap=True)
    if run.state == "queued":
        say_next("A process that executes runs takes it up.")
    return None


def show_line(run: RunStatus) -> None:
    """A run as one line of JSON, at once: a program reads along."""
    typer.echo(run.model_dump_json())


def _state(run: RunStatus) -> str:
    word = "cancelling" if run.cancelling else run.state
    return f"[{STATE_STYLES[run.state]}]{word}[/]"
