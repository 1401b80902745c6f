"""What anybody may ask: is it alive, is it ready, what does a problem mean, how is it used. Nothing here is private."""

import os
from typing import Annotated, Final

import anyio.to_thread
from fastapi import APIRouter, Path, Request, Response

from research_agent.errors import UnknownNameError
from research_agent.service import problems
from research_agent.service.problems import KINDS, Kind, ProblemError
from research_agent.service.rest import examples
from research_agent.service.rest.answers import Health, ProblemKind, ProblemKinds
from research_agent.service.rest.dependencies import Service, service_of
from research_agent.service.rest.document import told
from research_agent.service.rest.routing import Route

operations = APIRouter(tags=["operations"], route_class=Route)

_FOR_A_WHILE: Final = {"Cache-Control": "public, max-age=300"}


@operations.get(
    "/health/live", operation_id="get_liveness", summary="Is it alive?", responses=told(Health, examples.ALIVE)
)
async def get_liveness() -> Response:
    """The process answers."""
    return _plain(examples.ALIVE)


@operations.get(
    "/health/ready",
    operation_id="get_readiness",
    summary="Is it ready?",
    responses=told(Health, examples.READY, also=(problems.UNAVAILABLE,)),
)
async def get_readiness(*, request: Request) -> Response:
    """The process can work: its data directory can be written."""
    if not await anyio.to_thread.run_sync(_can_write, service_of(request)):
        raise ProblemError(problems.UNAVAILABLE, "")
    return _plain(examples.READY)


@operations.get(
    "/problems",
    operation_id="list_problems",
    summary="List the kinds of problem",
    responses=told(ProblemKinds, examples.PROBLEM_KINDS),
)
async def list_problems() -> Response:
    """Every `type` that a problem document of this service can have."""
    return _plain(ProblemKinds(problems=[_told(kind) for _, kind in sorted(KINDS.items())]), _FOR_A_WHILE)


@operations.get(
    "/problems/{problem}",
    operation_id="get_problem",
    summary="What does a problem mean?",
    responses=told(ProblemKind, examples.PROBLEM_KIND),
)
async def get_problem(
    problem: Annotated[
        str, Path(max_length=100, description="Its name: the end of its `type`.", examples=["not-found"])
    ],
) -> Response:
    """What a kind of problem means, what was kept, and what to do."""
    if problem not in KINDS:
        raise UnknownNameError("kind of problem", problem, sorted(KINDS))
    return _plain(_told(KINDS[problem]), _FOR_A_WHILE)


@operations.get("/openapi.json", include_in_schema=False)
async def get_openapi(*, request: Request) -> Response:
    """The OpenAPI document, from which clients are generated."""
    return Response(service_of(request).documents.openapi, media_type="application/json", headers=_FOR_A_WHILE)


@operations.get("/docs", include_in_schema=False)
async def get_docs(*, request: Request) -> Response:
    """The same for people: one page that needs nothing from anywhere."""
    content, policy = service_of(request).documents.manual
    return Response(content, media_type="text/html", headers={**_FOR_A_WHILE, "Content-Security-Policy": policy})


def _plain(record: Health | ProblemKind | ProblemKinds, headers: dict[str, str] | None = None) -> Response:
    return Response(
        record.model_dump_json(), media_type="application/json", headers=headers or {"Cache-Control": "no-store"}
    )


def _told(kind: Kind) -> ProblemKind:
    return ProblemKind(type=kind.address, title=kind.title, status=int(kind.status), explanation=kind.explanation)


def _can_write(service: Service) -> bool:
    """Whether the data directory, or where it is to be made, can be written."""
    folder = service.settings.data_dir.absolute()
    while not folder.exists():
        folder = folder.parent
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
