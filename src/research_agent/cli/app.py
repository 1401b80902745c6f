"""The commands by name, and what becomes of errors."""

import contextlib
import io
import os
import sys
from collections.abc import Sequence
from typing import Annotated, TextIO

import typer

from research_agent.cli import (
    connecting,
    deciding,
    evaluating,
    keys,
    looking,
    profiling,
    researching,
    running,
    serving,
    sourcing,
    upkeep,
)
from research_agent.errors import OutputError, ResearchAgentError, UsageError

_UsageError: type[Exception] = typer.BadParameter.__bases__[0]
"""What typer raises for a wrong call; it has no public name of its own."""

EPILOG = """
First steps:

\b
  research-agent research 2                       prompt and bibliography of domain 2
  research-agent why SOURCE --domain 2            why it is in, or what kept it out
  research-agent search "what you look for"       all sources, by meaning and by words
  research-agent research 2 --live                the same, after asking scholarly indexes and the web
  research-agent guide import my-project.md       a research project of your own
  research-agent mcp install claude-code          the same for your assistant

Exit codes:

\b
  0    done, every constraint holds
  1    failed; or, of `eval`, a threshold is missed
  2    the call or its input is wrong
  3    a store or a file can't be used
  4    done, but with gaps, problems or services that did not answer, which the output names
  5    looked at, and the answer is no: no such work; a name that leads to another one; a retraction
  130  interrupted

Settings are RESEARCH_AGENT_* variables; `research-agent doctor` lists them.
"""

app = typer.Typer(
    name="research-agent",
    help="From a guide of research domains to prompts and annotated bibliographies with proof.",
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # typer's rich help imports a Markdown parser: 0.15 s more for every --help
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command()(researching.domains)
app.command()(researching.domain)
app.command(epilog="Example: research-agent prompt 2 --model claude > prompt.md")(researching.prompt)
app.command(epilog="Example: research-agent reply 2 answer.json")(researching.reply)
app.command(epilog="Example: research-agent research 2 --style ieee --out results")(researching.research)
app.command()(researching.diff)
app.command(epilog='Example: research-agent search "deadline propagation" --domain 2')(looking.search)
app.command()(looking.source)
app.command()(looking.why)
app.command(epilog='Example: research-agent judge SOURCE -d 2 -c authority -l strong --reason "..."')(deciding.judge)
app.command()(deciding.pin)
app.command()(deciding.ban)
app.command()(deciding.undo)
app.command()(upkeep.doctor)
app.command("eval", epilog="Example: research-agent eval radar annotations")(evaluating.evaluate)
app.add_typer(upkeep.guides, name="guide")
app.add_typer(sourcing.sources, name="sources")
app.add_typer(upkeep.corpus, name="corpus")
app.add_typer(profiling.profiles, name="profiles")
app.add_typer(running.runs, name="runs")
app.command(epilog="Example: research-agent serve --port 8000")(serving.serve)
serving.mcp.command("install", epilog="Example: research-agent mcp install cursor")(connecting.mcp_install)
app.add_typer(serving.mcp, name="mcp")
app.add_typer(keys.keys, name="keys")


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(version("research-agent-mcp"))
        raise typer.Exit


@app.callback()
def _before(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    pass


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; errors of ours end as one line, not a traceback."""
    as_json = "--json" in arguments
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that can't show a character shows its code.
            stream.reconfigure(errors="backslashreplace")
    try:
        code = app(args=list(arguments), prog_name="research-agent", standalone_mode=not as_json)
        sys.stdout.flush()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except _UsageError as error:
        _report("UsageError", str(error), as_json=True)
        return UsageError.exit_code
    except ResearchAgentError as error:
        if "--debug" in arguments:
            raise
        _report(type(error).__name__, str(error), as_json=as_json)
        return error.exit_code
    except BrokenPipeError:
        # Whoever read our output (head, less) has seen enough; nothing more may be written at exit either.
        _point_to_nowhere(sys.stdout)
        return 0
    except OSError as error:
        if "--debug" in arguments:
            raise
        _point_to_nowhere(sys.stdout)
        _report("OutputError", f"The system refused: {error}.", as_json=as_json)
        return OutputError.exit_code
    return code if isinstance(code, int) else 0


def _report(kind: str, message: str, *, as_json: bool) -> None:
    from research_agent.model.text import without_controls

    if as_json:
        import json

        typer.echo(json.dumps({"error": kind, "message": message}), err=True)
    else:
        typer.secho("Error: ", fg="red", bold=True, err=True, nl=False)
        typer.echo(without_controls(message), err=True)


def _point_to_nowhere(stream: TextIO) -> None:
    """Let what is still in a stream's buffer go nowhere, so that closing it at exit does not fail again."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
