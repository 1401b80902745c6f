"""Header values without the white space around them, which is no part of them (RFC 9110, section 5.5).

The SDK compares `Mcp-Name` with the body to the letter, and not every HTTP parser takes the space away.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


class TrimmedHeaders:
    """Hands requests on with trimmed header values."""

    def __init__(self, app: "ASGIApp") -> None:
        """Around an application."""
        self._app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Answer a request."""
        if scope["type"] == "http":
            scope = {**scope, "headers": [(name, value.strip(b" \t")) for name, value in scope["headers"]]}
        await self._app(scope, receive, send)
