"""A service as a user starts it: `research-agent serve` in a process of its own, on a store of the test's own."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from research_agent import Settings
from tests.service.serving import NOBODY

LONG = 60.0
"""Seconds that a test waits for what takes one; reached only where it would never come."""

PROGRAM = str(Path(sys.executable).with_name("research-agent"))


@dataclass
class Service:
    """A service that runs."""

    process: "subprocess.Popen[str]"
    base: str
    log: Path

    def client(self, token: str = "") -> httpx.Client:
        """A client with a new connection for each request, as many programs are."""
        headers = {"Connection": "close"} | ({"Authorization": f"Bearer {token}"} if token else {})
        return httpx.Client(base_url=self.base, headers=headers, timeout=LONG, trust_env=False)

    def end(self, by: signal.Signals = signal.SIGTERM) -> int:
        """End it and wait for it."""
        self.process.send_signal(by)
        return self.process.wait(LONG)


def environment(settings: Settings) -> dict[str, str]:
    """What a process needs to work with these settings."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("RESEARCH_AGENT_")}
    return given | {
        "RESEARCH_AGENT_DATA_DIR": str(settings.data_dir),
        "RESEARCH_AGENT_GUIDE": settings.guide,
        "RESEARCH_AGENT_STAND_INS": NOBODY,
    }


@contextmanager
def served(settings: Settings, *arguments: str, base: str = "") -> Iterator[Service]:
    """Serve until the block ends; nothing of it is left then.

    Args:
        settings: of the data directory and the guide.
        arguments: after `serve --port 0`.
        base: address to ask at, where it is not the one that the service names.
    """
    log = settings.data_dir.parent / "served.log"
    with log.open("w") as errors:
        process = subprocess.Popen(
            [PROGRAM, "serve", "--port", "0", *arguments],
            env=environment(settings),
            stderr=errors,
            text=True,
            start_new_session=True,
        )
    try:
        yield Service(process, base or _address(process, log), log)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(LONG)


def health_checks(service: Service) -> bool:
    """What the health check of the image says of the service."""
    dockerfile = (Path(__file__).parents[3] / "Dockerfile").read_text(encoding="utf-8")
    check = re.search(r"HEALTHCHECK .*\n +CMD (\[.*\])", dockerfile)
    assert check
    port = service.base.rpartition(":")[2]
    _, *arguments = json.loads(check[1].replace(":8000/", f":{port}/"))
    return subprocess.run([sys.executable, *arguments], stderr=subprocess.DEVNULL, check=False).returncode == 0


def _address(process: "subprocess.Popen[str]", log: Path) -> str:
    """Where it says that REST is, as soon as it says so; that it takes connections then is part of what is tested."""
    while process.poll() is None:
        if found := re.search(r"REST +(http://\S+)/v1\n", log.read_text()):
            return found[1]
        try:
            process.wait(0.02)
        except subprocess.TimeoutExpired:
            continue
    raise AssertionError(f"It ended with {process.returncode}: {log.read_text()}")
