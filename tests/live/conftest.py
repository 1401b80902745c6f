"""Services that ask a server on this machine, with waits that are remembered instead of waited."""

import random
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import anyio
import pytest

from research_agent.guides import load_guide
from research_agent.live.services import Services
from research_agent.model.guide import Domain, Guide
from research_agent.settings import Settings
from research_agent.sources.http.deadline import Deadline
from research_agent.sources.http.politeness import Politeness
from tests.conftest import SMALL_GUIDE
from tests.live.answering import Opened
from tests.sources.http.conftest import NOW, anyio_backend, server, waits
from tests.sources.http.faulty_server import Server

__all__ = ["anyio_backend", "server", "waits"]


@pytest.fixture(scope="module")
def guide() -> Guide:
    return load_guide(SMALL_GUIDE)


@pytest.fixture(scope="module")
def domain(guide: Guide) -> Domain:
    return guide.domain("3")


@pytest.fixture
def soon() -> Deadline:
    """A deadline that a test on loopback does not meet."""
    return Deadline.after(60)


@pytest.fixture
def live_settings(server: Server, tmp_path: Path) -> Settings:
    """All services are those of the server, each in a folder of its name."""
    return Settings(data_dir=tmp_path / "data", stand_ins=f"http://127.0.0.1:{server.port}")


@pytest.fixture
def opened(live_settings: Settings, waits: list[float]) -> Opened:
    """Open the services of these names; what is given besides wins."""

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        await anyio.sleep(0)

    def make(*only: str, settings: Settings = live_settings, **given: Any) -> AbstractAsyncContextManager[Services]:
        usual: dict[str, Any] = {
            "politeness": Politeness(),
            "randomness": random.Random(7),
            "now": lambda: NOW,
            "sleep": sleep,
        }
        return Services.open(settings, only=only, **{**usual, **given})

    return make
