"""The application: every service under a folder of its connector's name, counted, and failing as it is told."""

import json
from collections.abc import Mapping
from time import monotonic
from typing import Final

import anyio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stand_ins.answering import Answering, Question, as_page
from stand_ins.behaviour import Behaviour, Fault
from stand_ins.catalogue import Catalogue
from stand_ins.connections import reset
from stand_ins.counting import Asked, Count
from stand_ins.services import SERVICES

ABOUT: Final = (
    "Stand-ins of services, for trying things out. Their answers have the shape of the real services' and prove "
    "nothing: some of the works do not exist, and what is said of the others is this project's own text.\n"
)
HUGE: Final = 2 * 1024**3
"""Bytes of an answer that is far too large."""
_PIECE: Final = b" " * 65_536


def application(works: Catalogue, behaviour: Behaviour, count: Count) -> Starlette:
    """All services; and what they were asked, as JSON, under /asked."""

    async def about(_: Request) -> Response:
        return PlainTextResponse(ABOUT + "".join(f"/{name}/\n" for name in SERVICES))

    async def asked(_: Request) -> Response:
        return JSONResponse(count.all)

    services = [
        Mount(f"/{name}", Unreliable(name, Router([_route(works, *one) for one in routes.items()]), behaviour, count))
        for name, routes in SERVICES.items()
    ]
    return Starlette(routes=[Route("/", about), Route("/asked", asked), *services])


class Unreliable:
    """A service that is slow and fails."""

    def __init__(self, name: str, service: ASGIApp, behaviour: Behaviour, count: Count) -> None:
        self._name, self._service, self._behaviour, self._count = name, service, behaviour, count

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = monotonic()
        number = self._count.next_number(self._name)
        await anyio.sleep(self._behaviour.seconds(self._name))
        start, body, outcome = await self._answer(scope, receive, number)
        query = scope["query_string"].decode("ascii")
        target = f"{scope['path']}?{query}" if query else scope["path"]
        # Counted before it is sent: who has the answer can rely on its being counted.
        self._count.add(Asked(self._name, target, begun, monotonic(), outcome))
        if outcome == "huge":
            await _send_without_end(send)
        elif outcome == "reset":
            await reset(scope, receive)
        elif outcome == "truncated":
            await send(start)
            await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        else:
            await send(start)
            await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope, receive: Receive, number: int) -> tuple[Message, bytes, str]:
        """The head and body of the answer, and what came of it."""
        behaviour = self._behaviour
        if self._name in behaviour.huge:
            return {}, b"", "huge"
        fault = behaviour.fault(self._name, number)
        if self._name in behaviour.down:
            service: ASGIApp = as_page("A stand-in that is down for maintenance", status=503)
        elif fault in ("429", "500"):
            service = _failure(fault, behaviour.retry_after)
        else:
            service = self._service
        start, body = await _collected(service, scope, receive)
        return start, body, fault if fault in ("reset", "truncated") else str(start["status"])


def _route(works: Catalogue, path: str, answer: Answering) -> Route:
    async def endpoint(request: Request) -> Response:
        sent = await request.body()
        return answer(
            Question(
                works=works,
                parameters=dict(request.query_params),
                names=request.path_params,
                headers=request.headers,
                body=json.loads(sent) if sent else None,
                folder=str(request.scope.get("root_path", "")),
            )
        )

    return Route(path, endpoint, methods=["GET", "POST"])


def _failure(fault: Fault, retry_after: int) -> Response:
    if fault == "429":
        headers: Mapping[str, str] = {"Retry-After": str(retry_after)}
        return PlainTextResponse("A stand-in was asked too often, or so it says.", 429, headers)
    return as_page("A stand-in stumbled", status=500)


async def _collected(service: ASGIApp, scope: Scope, receive: Receive) -> tuple[Message, bytes]:
    """What a service would send."""
    messages: list[Message] = []

    async def keep(message: Message) -> None:
        messages.append(message)

    await service(scope, receive, keep)
    return messages[0], b"".join(message.get("body", b"") for message in messages[1:])


async def _send_without_end(send: Send) -> None:
    """JSON of 2 GB, in chunks, of which no length is told."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    for _ in range(HUGE // len(_PIECE)):
        await send({"type": "http.response.body", "body": _PIECE, "more_body": True})
    await send({"type": "http.response.body", "body": b"{}"})
