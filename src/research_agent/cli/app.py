"""The commands by name, and what becomes of errors."""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from research_agent.cli import deciding, looking, researching, upkeep
from research_agent.errors import ResearchAgentError

EPILOG = """
First steps:

\b
  research-agent research 2                       prompt and bibliography of domain 2
  research-agent why SOURCE --domain 2            why it is in, or what kept it out
  research-agent search "what you look for"       all sources, by meaning and by words
  research-agent guide import my-project.md       a research project of your own

Exit codes:

\b
  0    done, every constraint holds
  1    failed
  2    the call or its input is wrong
  3    a store or a file can't be used
  4    done, but with gaps or problems, which the output names
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
app.add_typer(upkeep.guides, name="guide")
app.add_typer(upkeep.sources, name="sources")
app.add_typer(upkeep.corpus, name="corpus")


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
    try:
        app(args=list(arguments), prog_name="research-agent")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except ResearchAgentError as error:
        if "--debug" in arguments:
            raise
        _report(error, as_json="--json" in arguments)
        return error.exit_code
    except BrokenPipeError:
        # The reader of our output (head, less) has seen enough.
        sys.stderr.close()
        return 0
    return 0


def _report(error: ResearchAgentError, *, as_json: bool) -> None:
    if as_json:
        import json

        typer.echo(json.dumps({"error": type(error).__name__, "message": str(error)}), err=True)
    else:
        typer.secho("Error: ", fg="red", bold=True, err=True, nl=False)
        typer.echo(str(error), err=True)
