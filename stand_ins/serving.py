"""Start the stand-ins on loopback: in a thread for tests, or in a process of their own, to measure who asks them."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.request import urlopen

import uvicorn
from starlette.applications import Starlette

from stand_ins.app import application
from stand_ins.behaviour import Behaviour
from stand_ins.catalogue import catalogue
from stand_ins.connections import Connection
from stand_ins.counting import Asked, Count, of_json

HOST: Final = "127.0.0.1"
_START_UP: Final = 30.0
"""Seconds that they get to start."""
_ROOT: Final = Path(__file__).parents[1]


@dataclass(frozen=True)
class StandIns:
    """Stand-ins that answer."""

    address: str
    """What RESEARCH_AGENT_STAND_INS is set to."""
    _count: Callable[[], tuple[Asked, ...]]

    def asked(self, service: str = "") -> tuple[Asked, ...]:
        """What they were asked so far, or one of them."""
        return tuple(one for one in self._count() if service in ("", one.service))


@contextmanager
def serving(behaviour: Behaviour | None = None, *, port: int = 0) -> Iterator[StandIns]:
    """Answer in a thread until the block ends; port 0: a free one.

    Raises:
        RuntimeError: they do not start.
    """
    count = Count()
    with serving_app(application(catalogue(), behaviour or Behaviour(), count), port=port) as address:
        yield StandIns(address, lambda: count.all)


@contextmanager
def serving_app(app: Starlette, *, port: int = 0) -> Iterator[str]:
    """Let an application answer in a thread until the block ends; yields its address.

    Raises:
        RuntimeError: it does not start.
    """
    server = _server_of(app, port)
    thread = threading.Thread(target=server.run, name="stand-ins", daemon=True)
    thread.start()
    try:
        yield _address_of(server, thread)
    finally:
        server.should_exit = server.force_exit = True  # whoever still waits for an answer gets none
        thread.join()


@contextmanager
def started(*options: str) -> Iterator[StandIns]:
    """Answer in a process of their own until the block ends, on a free port.

    Args:
        options: of the command `python -m stand_ins`.

    Raises:
        RuntimeError: they do not start.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "stand_ins", "--port", "0", "--quiet", *options],
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        if not address:
            raise RuntimeError(f"The stand-ins did not start; they ended with {process.wait()}.")
        yield StandIns(address, lambda: _told(address))
    finally:
        process.terminate()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _server_of(app: Starlette, port: int) -> uvicorn.Server:
    """A server that does not run yet."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=HOST,
            port=port,
            http=Connection,
            ws="none",
            lifespan="off",
            access_log=False,
            log_level="critical",
        )
    )


def _address_of(server: uvicorn.Server, thread: threading.Thread) -> str:
    """Where a server answers, once it does.

    Raises:
        RuntimeError: it does not start.
    """
    until = time.monotonic() + _START_UP
    while not server.started:
        if not thread.is_alive() or time.monotonic() > until:
            raise RuntimeError("The stand-ins did not start: their port may be taken.")
        time.sleep(0.005)
    return f"http://{HOST}:{server.servers[0].sockets[0].getsockname()[1]}"


def _told(address: str) -> tuple[Asked, ...]:
    with urlopen(f"{address}/asked", timeout=_START_UP) as answer:
        return of_json(json.load(answer))
