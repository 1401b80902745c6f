"""The command that measures how good the output is, with the repository's suites: they are no part of the wheel."""

import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer

from research_agent.cli.options import JsonOption
from research_agent.errors import UsageError

_PROJECT = 'name = "research-agent-mcp"'


def evaluate(
    suites: Annotated[
        list[str] | None, typer.Argument(metavar="SUITE", help="Which; all if none is named.", show_default=False)
    ] = None,
    *,
    list_: Annotated[bool, typer.Option("--list", help="List the suites and run none.")] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Print also figures without a threshold that did not change.")
    ] = False,
    accept: Annotated[
        bool, typer.Option("--accept", help="Make this run the baseline, and the trust page of it.")
    ] = False,
    trust: Annotated[bool, typer.Option("--trust", help="Only make the trust page, of the baselines.")] = False,
    beir: Annotated[
        Path | None,
        typer.Option(
            "--beir", help="Folder in BEIR's format that the suite retrieval measures on.", show_default=False
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            "-m",
            help="Model of Claude that judges where ANTHROPIC_API_KEY is set, or: none.",
            show_default="the cheapest",
        ),
    ] = None,
    most_usd: Annotated[
        float | None,
        typer.Option("--most-usd", min=0, help="US dollars that a suite may spend on it.", show_default="1.00"),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder of the report.", show_default="eval/report")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Measure how good the output is, in a checkout.

    Prints each figure with its interval, baseline and threshold, and writes a report that shows every
    failing case. Exits with 1 where a threshold is missed or a suite fails to run.
    """
    program = _program()
    if list_:
        program.list_suites(as_json=json)
        return
    if trust:
        program.write_trust(quiet=json)
        return
    code: int = program.evaluate(
        suites or [],
        beir=beir,
        out=out,
        accepting=accept,
        everything=everything,
        as_json=json,
        model=model,
        most_usd=most_usd,
    )
    raise typer.Exit(code)


def _program() -> ModuleType:
    """The repository's `eval.command`.

    Raises:
        UsageError: there is no repository, or a package that its suites need is not installed.
    """
    root = _checkout()
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    return importlib.import_module("eval.command")


def _checkout() -> Path:
    """The checkout that this is installed from, else the current folder if it is one."""
    for root in (Path(__file__).parents[3], Path.cwd()):
        project = root / "pyproject.toml"
        held = project.read_text(encoding="utf-8") if project.is_file() else ""
        if _PROJECT in held and (root / "eval" / "command.py").is_file():
            return root
    raise UsageError(
        "The suites come with the repository, not with the installed package: run this in a checkout of it."
    )
