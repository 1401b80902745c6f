"""The application: REST under /v1, MCP at /mcp, documents and health, behind what every request passes."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from research_agent.errors import ResearchAgentError, UnknownNameError, UsageError
from research_agent.keys import ApiKeys
from research_agent.service import problems
from research_agent.service.access import ASKING, Access
from research_agent.service.middleware.bodies import BodyLimit
from research_agent.service.middleware.deadlines import Deadline
from research_agent.service.middleware.hosts import HostCheck
from research_agent.service.middleware.identity import Identity
from research_agent.service.middleware.requests import HEADER, RequestLog
from research_agent.service.options import ServiceOptions, is_loopback
from research_agent.service.problems import FieldProblem
from research_agent.service.rest import resources
from research_agent.service.rest.dependencies import Service
from research_agent.service.rest.document import complete
from research_agent.service.rest.repeats import REPLAYED_HEADER
from research_agent.service.rest.syntheses import Syntheses
from research_agent.service.tenants import Tenants
from research_agent.settings import Settings
from research_agent.workspace import utc_now

if TYPE_CHECKING:
    from mcp.server import MCPServer
    from pydantic_core import ErrorDetails

MCP_PATH: Final = "/mcp"
_MOST_FIELDS: Final = 20
"""Faults that one problem names; a body can hold thousands."""


def create_app(
    settings: Settings, options: ServiceOptions | None = None, *, clock: Callable[[], datetime] = utc_now
) -> FastAPI:
    """The application over a data directory; nothing is opened before it starts.

    Raises:
        UsageError: it would let in anybody from other machines, or a key is required and none exists.
        StoreError: the keys can't be read.
    """
    options = options or ServiceOptions()
    keys = ApiKeys(settings.data_dir, clock=clock)
    _require_safe(options, keys, clock())
    tenants = Tenants(settings, clock=clock)
    access = Access(tenants)
    mcp = _mcp(access, options)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(tenants)
            if mcp is not None:
                # A mounted application's own lifespan never runs.
                await stack.enter_async_context(mcp.session_manager.run())
            yield

    app = FastAPI(
        title="research-agent",
        version=version("research-agent-mcp"),
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        # `/v1/runs/` is another address than `/v1/runs`, and a client that errs is told so.
        redirect_slashes=False,
    )
    app.state.service = Service(settings=settings, options=options, access=access, clock=clock, syntheses=Syntheses())
    for resource in resources():
        app.include_router(resource)
    app.openapi = cache(lambda: complete(app, key_required=options.require_key))  # type: ignore[method-assign]  # the framework's way to give a document of one's own
    _tell_problems(app)
    if mcp is not None:
        _serve_mcp(app, mcp)
    _wrap(app, options, keys)
    return app


def _require_safe(options: ServiceOptions, keys: ApiKeys, now: datetime) -> None:
    if not options.require_key and not is_loopback(options.host):
        raise UsageError(
            f"At {options.host} other machines reach the service, so it takes keys. Leave out what turns them off, or "
            "listen at 127.0.0.1."
        )
    if options.require_key and not any(key.valid(now) for key in keys.known()):
        raise UsageError(
            f"At {options.host} nobody is let in without a key, and there is none that holds. "
            "Make one: research-agent keys create OWNER --scope research."
        )


def _mcp(access: Access, options: ServiceOptions) -> "MCPServer[Any] | None":
    try:
        from research_agent.service.mcp.server import build_mcp
    except ModuleNotFoundError:
        return None
    return build_mcp(access, request_state_keys=options.request_state_keys)


def _serve_mcp(app: FastAPI, mcp: "MCPServer[Any]") -> None:
    """Add the one route of MCP's own application; mounted whole, it would answer for unknown addresses of ours."""
    from mcp.server.transport_security import TransportSecuritySettings

    # Our own check of hosts and origins stands before it, and our limit of bodies.
    checked = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    served = mcp.streamable_http_app(streamable_http_path=MCP_PATH, stateless_http=True, transport_security=checked)
    app.router.routes.extend(served.routes)


def _wrap(app: FastAPI, options: ServiceOptions, keys: ApiKeys) -> None:
    """Put around the application what every request passes; the last is the first that it meets."""
    app.add_middleware(BodyLimit, most=options.max_body_bytes)
    app.add_middleware(Deadline, seconds=options.request_seconds, without=(MCP_PATH,))
    app.add_middleware(Identity, keys=keys, required=options.require_key)
    if options.allowed_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(options.allowed_origins),
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["*"],
            expose_headers=["ETag", "Link", "Location", "WWW-Authenticate", HEADER, REPLAYED_HEADER],
        )
    app.add_middleware(HostCheck, options=options)
    app.add_middleware(RequestLog)


def _tell_problems(app: FastAPI) -> None:
    @app.exception_handler(ResearchAgentError)
    async def tell_ours(request: Request, error: ResearchAgentError) -> Response:
        named = {*request.path_params.values(), *request.query_params.values()}
        in_address = isinstance(error, UnknownNameError) and error.name in named
        asking = ASKING.get(None)
        here = asking is not None and not asking.key
        return problems.problem_of(error, in_address=in_address, to_person_here=here)

    @app.exception_handler(RequestValidationError)
    async def tell_faults(_: Request, error: RequestValidationError) -> Response:
        found = error.errors()
        if any(one["type"] == "json_invalid" for one in found):
            return problems.problem(problems.UNREADABLE_BODY, f"Not JSON: {found[0]['ctx']['error']}.")
        faults = [_fault(one) for one in found[:_MOST_FIELDS]]
        return problems.problem(problems.UNUSABLE, f"{faults[0].field}: {faults[0].message}", errors=faults)

    @app.exception_handler(HTTPException)
    async def tell_frameworks(_: Request, error: HTTPException) -> Response:
        kind = _OF_STATUS.get(error.status_code, problems.FAULT)
        return problems.problem(kind, headers=error.headers)


_OF_STATUS: Final = {
    400: problems.UNREADABLE_BODY,
    404: problems.NOT_FOUND,
    405: problems.WRONG_METHOD,
    413: problems.TOO_LARGE,
}
"""What the framework answers by itself."""


def _fault(details: "ErrorDetails") -> FieldProblem:
    """What is wrong with a field, without the value: it may be long, or a secret in the wrong place."""
    field = ".".join(str(part) for part in details["loc"])
    return FieldProblem(field=field[:200], message=details["msg"])
