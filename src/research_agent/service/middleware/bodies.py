"""Read the body of a request before anything else does, and refuse one that is larger than the service takes."""

from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from research_agent.service import problems
from research_agent.service.options import MEBIBYTE

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """Hands on whole bodies within the limit, whether their length was told or they came in chunks."""

    def __init__(self, app: "ASGIApp", most: int) -> None:
        """Around an application; `most` in bytes."""
        self._app = app
        self._most = most

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Answer a request."""
        headers = Headers(scope=scope) if scope["type"] == "http" else {}
        told = headers.get("content-length")
        # A request has a body if one of these two headers says so (RFC 9112, section 6.3).
        if told is None and "transfer-encoding" not in headers:
            return await self._app(scope, receive, send)
        body = None if told is not None and told.isdigit() and int(told) > self._most else await self._read(receive)
        if body is None:
            most = f"{self._most / MEBIBYTE:g} MiB" if self._most >= MEBIBYTE else f"{self._most:,} bytes"
            answer = problems.problem(
                problems.TOO_LARGE, f"A body has {most} at most.", headers={"Connection": "close"}
            )
            return await answer(scope, receive, send)
        return await self._app(scope, _Replay(body, receive), send)

    async def _read(self, receive: "Receive") -> "list[Message] | None":
        """The messages of a body; None: it is too large."""
        messages: list[Message] = []
        size = 0
        while True:
            message = await receive()
            size += len(message.get("body", b""))
            if size > self._most:
                return None
            messages.append(message)
            if message["type"] != "http.request" or not message.get("more_body", False):
                return messages


class _Replay:
    """The messages that were read, then what the client says next."""

    def __init__(self, messages: "list[Message]", receive: "Receive") -> None:
        self._messages = messages[::-1]
        self._receive = receive

    async def __call__(self) -> "Message":
        return self._messages.pop() if self._messages else await self._receive()
