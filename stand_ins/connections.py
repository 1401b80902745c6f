"""Connections of the server that can be broken off in the way a crashed peer does it: with a reset."""

import asyncio
import socket
import struct
from typing import ClassVar, Final

from starlette.types import Receive, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

_NO_LINGER: Final = struct.pack("ii", 1, 0)  # on close, drop what is unsent and send RST (socket(7), SO_LINGER)


class Connection(H11Protocol):
    """A connection that is known by its peer's address as long as it is open."""

    opened: ClassVar[dict[tuple[str, int], asyncio.Transport]] = {}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        if self.client is not None:
            self.opened[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self.client is not None:
            self.opened.pop(self.client, None)
        super().connection_lost(exc)


async def reset(scope: Scope, receive: Receive) -> None:
    """Break off the connection of a request, which then is over."""
    transport = Connection.opened[tuple(scope["client"])]
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass
