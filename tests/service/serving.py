"""A real server on loopback, in a thread of the test or in a process that can be stopped like any other."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI

STARTS_WITHIN = 60.0

NOBODY = "http://127.0.0.1:9"
"""Where all services are asked, for tests without stand-ins of them: nobody answers, and no packet leaves loopback."""

_SERVE = """
import sys, uvicorn
from pathlib import Path
from research_agent import Settings
from research_agent.service.app import create_app
from research_agent.service.logs import configure_logs
from research_agent.service.options import ServiceOptions
configure_logs()
port, folder, guide = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
settings = Settings(data_dir=folder, guide=guide, stand_ins=sys.argv[4])
app = create_app(settings, ServiceOptions(port=port))
uvicorn.run(app, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=20)
"""


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


class Process:
    """A server in a process of its own, and what it logs."""

    def __init__(self, folder: Path, guide: str, log: Path) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = log
        with log.open("ab") as file:
            command = [sys.executable, "-c", _SERVE, str(self.port), str(folder), guide, NOBODY]
            self.process = subprocess.Popen(command, stdout=file, stderr=file, env=dict(os.environ))
        _wait(lambda: self._answers() or self.process.poll() is not None)
        assert self.process.poll() is None, log.read_text()

    def stop(self, how: int = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(timeout=STARTS_WITHIN)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def _answers(self) -> bool:
        with socket.socket() as knock:
            return knock.connect_ex(("127.0.0.1", self.port)) == 0


def _wait(until: Callable[[], bool]) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while not until():
        assert time.monotonic() < end, "the server did not start"
        time.sleep(0.05)
