"""The command that tells an MCP client how to reach us."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from research_agent.cli.options import JsonOption

if TYPE_CHECKING:
    from research_agent.service.clients import ClientName, Installed, Machine, Server


def mcp_install(
    client: Annotated[str, typer.Argument(help="claude-desktop, claude-code, cursor or vscode.", show_default=False)],
    *,
    project: Annotated[
        Path | None,
        typer.Option("--project", help="For the project in this folder alone.", show_default="for the user"),
    ] = None,
    http: Annotated[
        str | None,
        typer.Option("--http", metavar="URL", help="Connect to a service that runs.", show_default="start one"),
    ] = None,
    key_variable: Annotated[
        str | None,
        typer.Option(
            "--key-variable",
            metavar="NAME",
            help="Variable from which the client takes the key; empty: none.",
            show_default="RA_KEY, on loopback none",
        ),
    ] = None,
    name: Annotated[str, typer.Option("--name", help="Name of the server in the client.")] = "research-agent",
    print_only: Annotated[bool, typer.Option("--print", help="Print the configuration; write nothing.")] = False,
    json: JsonOption = False,
) -> None:
    """Write the configuration of a client, so that its assistant has these tools.

    Other servers in it stay; what was there is kept in a file beside it.
    """
    from datetime import UTC, datetime

    from research_agent.cli.terminal import show_json
    from research_agent.service.clients import configuration, configuration_file, install

    chosen = _client(client)
    server, left_out = _server(http, key_variable)
    wanted = configuration(chosen, server, name=name)
    if print_only:
        return show_json(wanted)
    folder = Path.cwd() if chosen == "claude-code" and project is None else project
    path = configuration_file(chosen, _machine(), folder.absolute() if folder else None)
    installed = install(chosen, wanted, path, now=datetime.now(tz=UTC))
    return show_json(installed) if json else _say_installed(installed, server, left_out)


def _client(name: str) -> "ClientName":
    from research_agent.errors import UnknownNameError
    from research_agent.service.clients import CLIENTS

    for client in CLIENTS:
        if client == name:
            return client
    raise UnknownNameError("client", name, CLIENTS)


def _machine() -> "Machine":
    import os
    import sys

    from research_agent.service.clients import Machine

    return Machine(platform=sys.platform, home=Path.home(), environment=os.environ)


def _server(http: str | None, key_variable: str | None) -> "tuple[Server, tuple[str, ...]]":
    """What the client is to use, and the settings of this environment that it is not told of."""
    from research_agent.errors import UsageError
    from research_agent.service.clients import Address, Program

    if http is not None:
        return Address.parse(http, key_variable), ()
    if key_variable is not None:
        raise UsageError("--key-variable goes with --http: a server that the client starts itself needs no key.")
    environment, left_out = _carried_settings()
    return Program(command=str(_this_program()), arguments=("mcp",), environment=environment), left_out


def _this_program() -> Path:
    """The command of this environment, wherever a client with another PATH would look for it."""
    import shutil
    import sys

    from research_agent.errors import UsageError

    beside = shutil.which("research-agent", path=str(Path(sys.executable).parent))
    found = beside or shutil.which("research-agent")
    if found is None:
        raise UsageError("The command research-agent lies nowhere that a client could start it. Install it again.")
    return Path(found).absolute()


def _carried_settings() -> tuple[dict[str, str], tuple[str, ...]]:
    """The settings of this environment, which a client with windows would not see; paths made absolute."""
    import os

    from research_agent.cli.session import settings
    from research_agent.settings import PREFIX

    settings()  # refuses what is no setting
    given = {name: value for name, value in os.environ.items() if name.startswith(PREFIX) and value}
    secret = f"{PREFIX}EMBEDDER_OPTIONS"
    left_out = (secret,) if given.pop(secret, None) else ()
    for name in (f"{PREFIX}DATA_DIR", f"{PREFIX}GUIDE"):
        if name in given and (name.endswith("DATA_DIR") or Path(given[name]).exists()):
            given[name] = str(Path(given[name]).absolute())
    return given, left_out


def _say_installed(installed: "Installed", server: "Server", left_out: tuple[str, ...]) -> None:
    from research_agent.service.clients import Program

    if installed.state == "unchanged":
        typer.echo(f"{installed.path} says so already.")
    else:
        what = "replaced in" if installed.replaced else "written to"
        typer.echo(f"The server was {what} {installed.path}.")
    if installed.backup:
        typer.echo(f"What was there: {installed.backup}")
    if isinstance(server, Program):
        if server.environment:
            typer.echo(f"Settings that come along: {', '.join(sorted(server.environment))}")
    elif server.key_variable and installed.client == "vscode":
        typer.echo("VS Code asks for the key when the server is first used.")
    elif server.key_variable:
        typer.echo(f"The client takes the key from the environment variable {server.key_variable}.")
    for name in left_out:
        typer.echo(f"{name} may hold a secret and was not written: add it yourself if the server needs it.")
    typer.echo("Start the client anew to see its tools.")
