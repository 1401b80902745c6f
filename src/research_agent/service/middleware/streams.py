"""End every event stream in good order, also one that its application leaves in the middle as the server goes down."""

from typing import TYPE_CHECKING

from starlette.datastructures import Headers

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_EVENTS = "text/event-stream"


class StreamEnd:
    """Says that a stream is over where its application returned without saying so.

    A client then reads the end of a stream, and not a connection that broke; what it waited for it asks for again.
    Answers of other kinds are left as they are: half of one must not look like the whole.
    """

    def __init__(self, app: "ASGIApp") -> None:
        """Around an application."""
        self._app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Answer a request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        streaming = False

        async def watched(message: "Message") -> None:
            nonlocal streaming
            await send(message)
            if message["type"] == "http.response.start":
                streaming = Headers(raw=message["headers"]).get("content-type", "").startswith(_EVENTS)
            elif not message.get("more_body", False):
                streaming = False

        await self._app(scope, receive, watched)
        if streaming:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        return None
