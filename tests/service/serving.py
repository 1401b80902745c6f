"""A real server on loopback, in a thread of the test."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

STARTS_WITHIN = 60.0

NOBODY = "http://127.0.0.1:9"
"""Where all services are asked, for tests without stand-ins of them: nobody answers, and no packet leaves loopback."""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The address of an application that uvicorn serves for as long as the block lasts."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        _wait(lambda: server.started or not thread.is_alive())
        assert thread.is_alive(), "the server did not start"
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def _wait(until: Callable[[], bool]) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while not until():
        assert time.monotonic() < end, "the server did not start"
        time.sleep(0.05)
