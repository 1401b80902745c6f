"""A real HTTP server on loopback that answers as it is told: well, badly, slowly, too much, or not at all."""

import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import anyio
from anyio.abc import ByteStream, SocketAttribute
from anyio.streams.buffered import BufferedByteReceiveStream
from anyio.streams.tls import TLSListener


@dataclass
class Asked:
    """A request as it came over the wire."""

    method: str
    target: str
    fields: dict[str, str]
    body: bytes
    connection: int

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


Handler = Callable[[Asked, ByteStream], Awaitable[None]]


@dataclass
class Server:
    """What was asked, and what is answered on each path."""

    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    under_way: int = 0
    most_under_way: int = 0
    connections: int = 0
    routes: dict[str, list[Handler]] = field(default_factory=dict)

    def answers(self, path: str, *handlers: Handler) -> None:
        """Answer a path by these in turn; the last one again and again."""
        self.routes[path] = list(handlers)

    def url(self, path: str, host: str = "service.test") -> str:
        return f"http://{host}:{self.port}{path}"

    def count(self, path: str) -> int:
        return sum(one.path == path for one in self.asked)

    async def serve(self, stream: ByteStream) -> None:
        self.connections += 1
        number = self.connections
        reader = BufferedByteReceiveStream(stream)
        async with stream:
            try:
                while True:
                    await self._one(reader, stream, number)
            except (anyio.EndOfStream, anyio.IncompleteRead, anyio.BrokenResourceError, anyio.ClosedResourceError):
                return

    async def _one(self, reader: BufferedByteReceiveStream, stream: ByteStream, connection: int) -> None:
        head = (await reader.receive_until(b"\r\n\r\n", 65_536)).decode("latin-1")
        line, *lines = head.split("\r\n")
        method, target, _ = line.split(" ")
        fields = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in lines)}
        body = await reader.receive_exactly(int(fields.get("content-length", "0")))
        asked = Asked(method, target, fields, body, connection)
        self.asked.append(asked)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            handlers = self.routes[asked.path]
            handler = handlers.pop(0) if len(handlers) > 1 else handlers[0]
            await handler(asked, stream)
        finally:
            self.under_way -= 1


@asynccontextmanager
async def serving(tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    server = Server()
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=0)
    server.port = listener.extra(SocketAttribute.local_port)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon((TLSListener(listener, tls) if tls else listener).serve, server.serve)
        yield server
        tasks.cancel_scope.cancel()


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def reply(body: bytes = b"{}", status: int = 200, content_type: str = "application/json", **fields: str) -> Handler:
    """A whole answer. Fields are named with underscores."""

    async def answer(asked: Asked, stream: ByteStream) -> None:
        named = {name.replace("_", "-"): value for name, value in fields.items()}
        await stream.send(head({"content-type": content_type, "content-length": str(len(body)), **named}, status))
        if asked.method != "HEAD":
            await stream.send(body)

    return answer


def head(fields: dict[str, str], status: int = 200) -> bytes:
    lines = [f"HTTP/1.1 {status} Whatever", *(f"{name}: {value}" for name, value in fields.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def revalidating(body: bytes, etag: str, **fields: str) -> Handler:
    """An answer with a validator; 304 to who has it already."""
    named = {"etag": etag, **fields}
    not_modified = reply(b"", 304, "application/json", **named)
    whole = reply(body, 200, "application/json", **named)

    async def answer(asked: Asked, stream: ByteStream) -> None:
        if asked.fields.get("if-none-match") == etag:
            await not_modified(asked, stream)
        else:
            await whole(asked, stream)

    return answer


async def reset(asked: Asked, stream: ByteStream) -> None:
    """Close without a word."""
    await stream.aclose()
    raise anyio.ClosedResourceError


async def dies_in_the_middle(asked: Asked, stream: ByteStream) -> None:
    await stream.send(head({"content-type": "application/json", "content-length": "1000"}) + b'{"half": ')
    await reset(asked, stream)


async def never(asked: Asked, stream: ByteStream) -> None:
    """Take the request and say nothing."""
    await anyio.sleep_forever()


async def drips(asked: Asked, stream: ByteStream) -> None:
    """A byte every 10 ms, without end: no single read takes long."""
    await stream.send(head({"content-type": "application/json", "content-length": "1000000"}))
    while True:
        await stream.send(b" ")
        await anyio.sleep(0.01)


def endless(piece: bytes, **fields: str) -> Handler:
    """A chunked body that never ends."""

    async def answer(asked: Asked, stream: ByteStream) -> None:
        named = {name.replace("_", "-"): value for name, value in fields.items()}
        await stream.send(head({"content-type": "application/json", "transfer-encoding": "chunked", **named}))
        while True:
            await stream.send(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")

    return answer
