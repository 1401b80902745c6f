"""The application: REST under /v1, MCP at /mcp, documents and health, behind what every request passes."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel
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
from research_agent.service.middleware.streams import StreamEnd
from research_agent.service.options import ServiceOptions, is_loopback
from research_agent.service.problems import FieldProblem
from research_agent.service.rest import resources
from research_agent.service.rest.dependencies import Service
from research_agent.service.rest.document import complete
from research_agent.service.rest.manual import Documents
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

_LONGEST_FIELD: Final = 200


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
    mcp = _mcp(access, options, settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(tenants)
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
    app.state.service = Service(
        settings=settings,
        options=options,
        access=access,
        clock=clock,
        documents=Documents(app),
        syntheses=Syntheses(),
    )
    routers = resources()
    for router in routers:
        app.include_router(router)
    operations = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]
    app.openapi = cache(lambda: complete(app, operations, key_required=options.require_key))  # type: ignore[method-assign]  # the framework's way to give a document of one's own
    _tell_problems(app, operations)
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


def _mcp(access: Access, options: ServiceOptions, settings: Settings) -> "MCPServer[Any]":
    from research_agent.service.mcp.request_state import request_state_key
    from research_agent.service.mcp.server import build_mcp

    # All workers behind one port have the same: a client may meet another one at each round of a call.
    return build_mcp(access, request_state_keys=options.request_state_keys or (request_state_key(settings.data_dir),))


def _serve_mcp(app: FastAPI, mcp: "MCPServer[Any]") -> None:
    """Add the one route of MCP's own application; mounted whole, it would answer for unknown addresses of ours."""
    from mcp.server.transport_security import TransportSecuritySettings

    # Our own check of hosts and origins stands before it, and our limit of bodies.
    checked = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    served = mcp.streamable_http_app(streamable_http_path=MCP_PATH, stateless_http=True, transport_security=checked)
    # First, as routes are tried in their order: matched after all of REST's it would cost half a millisecond a call.
    app.router.routes[:0] = served.routes


def _wrap(app: FastAPI, options: ServiceOptions, keys: ApiKeys) -> None:
    """Put around the application what every request passes; the last is the first that it meets."""
    app.add_middleware(StreamEnd)
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


def _tell_problems(app: FastAPI, routes: Sequence[APIRoute]) -> None:
    @app.exception_handler(ResearchAgentError)
    async def tell_ours(request: Request, error: ResearchAgentError) -> Response:
        named = {*request.path_params.values(), *(value for _, value in request.query_params.multi_items())}
        in_address = isinstance(error, UnknownNameError) and error.name in named
        asking = ASKING.get(None)
        here = asking is not None and not asking.key
        return problems.problem_of(error, in_address=in_address, to_person_here=here)

    @app.exception_handler(RequestValidationError)
    async def tell_faults(request: Request, error: RequestValidationError) -> Response:
        found = error.errors()
        if any(one["type"] == "json_invalid" for one in found):
            return problems.problem(problems.UNREADABLE_BODY, f"Not JSON: {found[0]['ctx']['error']}.")
        fields = _fields_of_body(request)
        faults = [_fault(one, fields) for one in found[:_MOST_FIELDS]]
        return problems.problem(problems.UNUSABLE, f"{faults[0].field}: {faults[0].message}", errors=faults)

    @app.exception_handler(HTTPException)
    async def tell_frameworks(request: Request, error: HTTPException) -> Response:
        kind = _OF_STATUS.get(error.status_code, problems.FAULT)
        headers = dict(error.headers or {})
        if kind is problems.WRONG_METHOD:
            # The framework names the methods of the first operation at this address alone.
            there = [route for route in routes if route.path_regex.match(request.scope["path"])]
            headers["Allow"] = ", ".join(sorted({method for route in there for method in route.methods or ()}))
        return problems.problem(kind, headers=headers)


_OF_STATUS: Final = {
    400: problems.UNREADABLE_BODY,
    404: problems.NOT_FOUND,
    405: problems.WRONG_METHOD,
    413: problems.TOO_LARGE,
}
"""What the framework answers by itself."""


def _fields_of_body(request: Request) -> tuple[str, ...]:
    """The fields that the body of a request may have; none: it has no fields."""
    body = getattr(request.scope.get("route"), "body_field", None)
    record = body.field_info.annotation if body else None
    return tuple(record.model_fields) if isinstance(record, type) and issubclass(record, BaseModel) else ()


def _fault(details: "ErrorDetails", fields: tuple[str, ...]) -> FieldProblem:
    """What is wrong with a field, without the value: it may be long, or a secret in the wrong place."""
    field = ".".join(str(part) for part in details["loc"])[:_LONGEST_FIELD]
    if details["type"] == "extra_forbidden" and fields:
        unknown = UnknownNameError("field", str(details["loc"][-1]), fields)
        return FieldProblem(field=field, message=str(unknown), near=unknown.near)
    return FieldProblem(field=field, message=details["msg"])
