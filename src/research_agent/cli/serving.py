"""Commands that run the service: over HTTP for many, over standard input and output for one assistant."""

from typing import TYPE_CHECKING, Annotated

import typer

from research_agent.cli.options import GuideOption

if TYPE_CHECKING:
    import socket

    from fastapi import FastAPI

    from research_agent.service.options import ServiceOptions
    from research_agent.settings import Settings

mcp = typer.Typer(help="Speak MCP over stdio, or set a client up for it.", invoke_without_command=True)

MOST_WORKERS = 64
WAITING_CONNECTIONS = 2048
"""Connections that the system holds for us before we take them; what uvicorn asks for by itself."""

ALLOCATIONS_PER_COLLECTION = 700
"""Python's own default. A command collects garbage hardly ever, as it ends soon; in a service that would pile up."""

Hosts = Annotated[
    list[str] | None,
    typer.Option("--allowed-host", help="Name by which it is reached, as in the Host header.", show_default=False),
]
Origins = Annotated[
    list[str] | None,
    typer.Option("--allowed-origin", help="Origin of pages whose scripts may ask.", show_default=False),
]


def serve(
    *,
    host: Annotated[str, typer.Option("--host", help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65_535, help="Port; 0: any free one.")] = 8000,
    workers: Annotated[int, typer.Option("--workers", min=1, max=MOST_WORKERS, help="Processes that share it.")] = 1,
    require_key: Annotated[
        bool, typer.Option("--require-key", help="Let nobody in without a key on loopback either: behind a proxy.")
    ] = False,
    allowed_host: Hosts = None,
    allowed_origin: Origins = None,
    grace: Annotated[
        int, typer.Option("--grace", min=0, max=3600, help="Seconds that running requests get when it is ended.")
    ] = 20,
    guide: GuideOption = None,
) -> None:
    """Serve REST and MCP over HTTP, until it is ended.

    Ctrl-C or SIGTERM ends it: running requests end, runs are left to the next process. Others than this machine are let
    in with a key alone.
    """
    from research_agent.cli.session import settings

    chosen, options = settings(guide=guide), _options(host, port, allowed_host, allowed_origin, require_key=require_key)
    _require_a_key(chosen, options)
    with _listening(options) as listening:
        _say_where(listening)
        _run(chosen, options, listening, workers=workers, grace=grace)


@mcp.callback()
def mcp_stdio(context: typer.Context) -> None:
    """Speak MCP over standard input and output: what a client starts, not a person.

    Or tell a client how to start it: research-agent mcp install CLIENT.
    """
    if context.invoked_subcommand is None:
        speak_over_stdio()


def application(settings: "Settings", options: "ServiceOptions") -> "FastAPI":
    """The application of one worker process, which logs to standard error."""
    from research_agent.service.app import create_app
    from research_agent.service.logs import configure_logs

    configure_logs()
    return create_app(settings, options)


def speak_over_stdio() -> None:
    """Speak MCP over standard input and output until the input ends; logs go to standard error."""
    import gc
    import logging
    import sys

    import anyio

    from research_agent.cli.session import settings

    gc.set_threshold(ALLOCATIONS_PER_COLLECTION)
    # Before the SDK does it, which would draw boxes around errors.
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    anyio.run(_stdio, settings())


async def _stdio(settings: "Settings") -> None:
    from datetime import UTC, datetime

    from research_agent.keys import PERSON_HERE
    from research_agent.service.access import ASKING, Access
    from research_agent.service.mcp.server import build_mcp
    from research_agent.service.tenants import Tenants

    ASKING.set(PERSON_HERE)
    async with Tenants(settings, clock=lambda: datetime.now(tz=UTC)) as tenants:
        await build_mcp(Access(tenants)).run_stdio_async()


def _options(
    host: str, port: int, hosts: list[str] | None, origins: list[str] | None, *, require_key: bool
) -> "ServiceOptions":
    from research_agent.service.options import ServiceOptions

    options = ServiceOptions(
        host=host, port=port, allowed_hosts=tuple(hosts or ()), allowed_origins=tuple(origins or ())
    )
    return options.model_copy(update={"require_key": options.require_key or require_key})


def _require_a_key(settings: "Settings", options: "ServiceOptions") -> None:
    """Nobody could come in without a key, so whoever starts the service is told now."""
    from datetime import UTC, datetime

    from research_agent.errors import UsageError
    from research_agent.keys import ApiKeys

    now = datetime.now(tz=UTC)
    if options.require_key and not any(key.valid(now) for key in ApiKeys(settings.data_dir, clock=lambda: now).known()):
        raise UsageError(
            f"Nobody may use the service at {options.host} without a key, and {settings.data_dir} has none that is "
            "valid. It was not started. Make one: research-agent keys create OWNER --scope research; or keep to this "
            "machine: --host 127.0.0.1."
        )


def _listening(options: "ServiceOptions") -> "socket.socket":
    """A socket that takes connections already, so that whoever reads where we are can come at once."""
    import socket

    from research_agent.errors import UsageError

    host = options.host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, options.port))
        listening.listen(WAITING_CONNECTIONS)
    except OSError as error:
        listening.close()
        raise UsageError(
            f"{options.host}:{options.port} can't be listened at: {error.strerror or error}. "
            "Choose another: --port 0 takes any free one."
        ) from error
    return listening


def _say_where(listening: "socket.socket") -> None:
    host, port = listening.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 - named, not bound
    base = f"http://{shown}:{port}"
    typer.echo(
        f"REST   {base}/v1\nMCP    {base}/mcp\nDocs   {base}/docs\nHealth {base}/health/ready\nCtrl-C ends it.",
        err=True,
    )


def _run(
    settings: "Settings", options: "ServiceOptions", listening: "socket.socket", *, workers: int, grace: int
) -> None:
    import gc
    from functools import partial

    import uvicorn
    from uvicorn.supervisors import Multiprocess

    from research_agent.service.protocol import ProblemProtocol

    gc.set_threshold(ALLOCATIONS_PER_COLLECTION)
    config = uvicorn.Config(
        partial(application, settings, options),
        factory=True,
        workers=workers,
        log_config=None,  # ours, which hides secrets
        access_log=False,  # the application's own says more
        server_header=False,
        proxy_headers=False,  # anybody could send them
        http=ProblemProtocol,
        ws="none",
        timeout_graceful_shutdown=grace,
    )
    if workers > 1:
        from research_agent.service.logs import configure_logs

        configure_logs()
        Multiprocess(config, sockets=[listening]).run()
        return
    server = uvicorn.Server(config)
    server.run(sockets=[listening])
    if not server.started:
        raise typer.Exit(1)
