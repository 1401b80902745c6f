"""A service to measure: started as a user starts it, asked with little more than sockets, looked at from outside."""

import asyncio
import contextlib
import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Self

from benchmarks.processes import installed_command

PROGRAM = installed_command("research-agent")
START_UP = 60.0
"""Seconds that it gets to say where it is."""
_WHERE = re.compile(r"REST +http://([\d.]+):(\d+)/v1\n")


class Service(NamedTuple):
    """A service that runs."""

    process: "subprocess.Popen[bytes]"
    host: str
    port: int

    @property
    def memory(self) -> float:
        """Resident memory now, in MB of 10^6 bytes."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    @property
    def sockets(self) -> int:
        """Open sockets: one a connection, and the few of its own."""
        found = 0
        for file in Path(f"/proc/{self.process.pid}/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):  # closed meanwhile
                found += str(file.readlink()).startswith("socket:")
        return found

    @property
    def threads(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/task").iterdir()))


@contextlib.contextmanager
def service(data: Path) -> Iterator[Service]:
    """Serve a data directory on a free port of loopback until the block ends.

    Raises:
        RuntimeError: it did not start.
    """
    log = data.parent / f"{data.name}.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [PROGRAM, "serve", "--port", "0"],
            env={**os.environ, "RESEARCH_AGENT_DATA_DIR": str(data)},
            stderr=errors,
        )
    try:
        until = time.monotonic() + START_UP
        while (found := _WHERE.search(log.read_text(encoding="utf-8"))) is None:
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"The service did not start: {log.read_text(encoding='utf-8')}")
            time.sleep(0.02)
        yield Service(process, found[1], int(found[2]))
    finally:
        process.terminate()
        process.wait()


class Connection:
    """One kept connection. A client library would cost as much as the service does, on the same machine."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str) -> None:
        self._reader, self._writer, self._host = reader, writer, host

    @classmethod
    async def to(cls, asked: Service) -> Self:
        return cls(*await asyncio.open_connection(asked.host, asked.port), f"{asked.host}:{asked.port}")

    async def send(self, method: str, path: str, *, headers: str = "") -> None:
        self._writer.write(f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\n{headers}\r\n".encode("ascii"))
        await self._writer.drain()

    async def get(self, path: str) -> float:
        """Ask and read the whole answer; the milliseconds that it took.

        Raises:
            RuntimeError: the answer is not 200.
        """
        begun = time.perf_counter()
        await self.send("GET", path)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        length = re.search(r"(?i)\r\ncontent-length: (\d+)", head)
        body = await self._reader.readexactly(int(length[1]) if length else 0)
        if " 200 " not in head.partition("\r\n")[0]:
            raise RuntimeError(f"GET {path}: {head} {body[:500]!r}")
        return 1000 * (time.perf_counter() - begun)

    def vanish(self) -> None:
        """Be gone, without a word."""
        self._writer.transport.abort()

    async def close(self) -> None:
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()
