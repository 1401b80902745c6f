"""Runs: long work with a handle. Start, find, follow, cancel, take the result."""

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Annotated, Final

import anyio
from fastapi import Path, Query, Request, Response

from research_agent.errors import UnknownNameError
from research_agent.model.run import RunStatus
from research_agent.service import problems
from research_agent.service.problems import ProblemError
from research_agent.service.rest import examples
from research_agent.service.rest.answers import LONGEST_NAME, Run, RunAsked, RunPage, RunResult, RunResults
from research_agent.service.rest.dependencies import Reading, Working
from research_agent.service.rest.document import told
from research_agent.service.rest.paging import USUAL, Cursor, Limit, cursor_of, page_answer, place_of
from research_agent.service.rest.representations import JSON, answer, record_answer
from research_agent.service.rest.routing import IdempotencyKey, router
from research_agent.service.tenants import Tenant

if TYPE_CHECKING:
    from sse_starlette import ServerSentEvent

runs = router("runs")

PING_SECONDS: Final = 15
"""Proxies take a connection for dead after 30 to 60 silent seconds."""

_LOOK_EVERY: Final = 0.1
"""Seconds between looks at a run that is followed: what a person takes for at once, and 1 ms of reading."""

_GRACE_SECONDS: Final = 2.0
"""In which a stream ends by itself when the server goes down: more than one look takes."""

RunPath = Annotated[str, Path(max_length=LONGEST_NAME, description="Id of a run.", examples=["9f31c07be2d4"])]


@runs.post(
    "/runs",
    operation_id="start_run",
    summary="Start a run, or find it again",
    status_code=202,
    responses={**told(Run, examples.RUN, status=202), **told(Run, examples.DONE_RUN)},
)
async def start_run(*, request: Request, tenant: Working, asked: RunAsked, _key: IdempotencyKey = None) -> Response:
    """Have the bibliography and the prompt of a domain made, or of all.

    The same request is the same run for as long as what it rests on is the same: who asks again finds it under way, or
    done, which is answered with 200. The run goes on whether or not anybody follows it.
    """
    status = await tenant.runs.start(asked.request())
    run = Run.of(status)
    return record_answer(
        request, run, status=200 if status.state == "done" else 202, headers={"Location": run.links.self}
    )


@runs.get("/runs", operation_id="list_runs", summary="List runs", responses=told(RunPage, examples.RUNS))
async def list_runs(*, request: Request, tenant: Reading, limit: Limit = USUAL, cursor: Cursor = "") -> Response:
    """The runs of the key's owner, the latest first."""
    after = place_of(cursor).key if cursor else None
    found = await tenant.runs.known(limit=limit, after=after)
    following = cursor_of(found[-1].id) if len(found) == limit and await _is_more(tenant, found[-1].id) else ""
    return page_answer(request, RunPage(items=[Run.of(one) for one in found], next=following))


@runs.get("/runs/{run}", operation_id="get_run", summary="See how far a run is", responses=told(Run, examples.RUN))
async def get_run(*, request: Request, tenant: Reading, run: RunPath) -> Response:
    """A run as it is now."""
    return record_answer(request, Run.of(await tenant.runs.find(run)))


@runs.delete(
    "/runs/{run}",
    operation_id="cancel_run",
    summary="Cancel a run",
    responses={**told(Run, examples.DONE_RUN), **told(Run, examples.RUN, status=202)},
)
async def cancel_run(*, request: Request, tenant: Working, run: RunPath) -> Response:
    """Ask a run to stop, which it does at its next step: 202. Where it has ended, nothing changes: 200.

    Domains that it finished are kept, and its handle stays.
    """
    status = await tenant.runs.cancel(run)
    told_of = Run.of(status)
    headers = {} if status.final else {"Location": told_of.links.self}
    return record_answer(request, told_of, status=200 if status.final else 202, headers=headers)


@runs.get(
    "/runs/{run}/result",
    operation_id="get_run_result",
    summary="Take the result of a run",
    responses=told(RunResults, examples.RUN_RESULTS, also=(problems.NOT_DONE,)),
)
async def get_run_result(
    *,
    request: Request,
    tenant: Reading,
    run: RunPath,
    domain: Annotated[
        str | None, Query(min_length=1, max_length=LONGEST_NAME, description="Only the result for this domain, by id.")
    ] = None,
) -> Response:
    """The bibliography and the prompt of each domain of a run that is done.

    A live service that failed is in `not_checked` with the reason: that is never the same as one that found nothing.
    """
    status = await tenant.runs.find(run)
    if status.state != "done":
        raise ProblemError(
            problems.NOT_DONE, f"Run {run} is {status.state}. GET {Run.of(status).links.self} says more."
        )
    results = [RunResult.of(one) for one in await tenant.runs.result(run)]
    if domain is not None:
        chosen = [one for one in results if one.domain == domain]
        if not chosen:
            raise UnknownNameError("domain of this run", domain, [one.domain for one in results])
        results = chosen
    content = await tenant.call(lambda: RunResults(run=run, results=results).model_dump_json().encode())
    return answer(request, content, JSON)


@runs.get(
    "/runs/{run}/events",
    operation_id="follow_run",
    summary="Follow a run",
    response_class=Response,
    responses={
        200: {
            "description": "Server-sent events: `progress` after each change and `end` with the run as it ended, after "
            "which the stream closes. `data` is the run, as GET answers it, in JSON; `id` is the attempt and the steps "
            "that are done. Whoever was cut off asks again.",
            # Version 3.1 of the specification has no schema for a single event, and the whole is of no other form.
            "content": {"text/event-stream": {"example": examples.EVENTS}},
        }
    },
)
async def follow_run(*, tenant: Reading, run: RunPath) -> Response:
    """The run now and after each change until it ends. To stop following does not stop the run."""
    from sse_starlette import EventSourceResponse

    await tenant.runs.find(run)  # An unknown one is a problem, not a stream.
    leaving = anyio.Event()
    return EventSourceResponse(
        _events(tenant, run, leaving),
        ping=PING_SECONDS,
        shutdown_event=leaving,
        shutdown_grace_period=_GRACE_SECONDS,
    )


async def _events(tenant: Tenant, run: str, leaving: anyio.Event) -> "AsyncGenerator[ServerSentEvent]":
    """The run after each change, until it ends or the server leaves: it then ends the stream itself, in good order."""
    seen = None
    while not leaving.is_set():
        status = await tenant.runs.find(run)
        if status != seen:
            yield _event(status)
        if status.final:
            return
        seen = status
        with anyio.move_on_after(_LOOK_EVERY):
            await leaving.wait()


def _event(status: RunStatus) -> "ServerSentEvent":
    from sse_starlette import ServerSentEvent

    return ServerSentEvent(
        Run.of(status).model_dump_json(),
        event="end" if status.final else "progress",
        id=f"{status.attempts}.{status.progress.done}",
    )


async def _is_more(tenant: Tenant, last: str) -> bool:
    return bool(await tenant.runs.known(limit=1, after=last))
