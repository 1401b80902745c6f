"""A client that may ask loopback, and nothing else, with waits that are remembered instead of waited."""

import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Any

import anyio
import pytest

from research_agent.sources.http.client import HttpClient
from research_agent.sources.http.deadline import Deadline
from research_agent.sources.http.exchange import ApiLimit, Rate
from research_agent.sources.http.politeness import Politeness
from research_agent.sources.http.safety import IPAddress, not_public
from tests.sources.http.faulty_server import Server, serving

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
EAGER = ApiLimit(name="eager", rates=(Rate(requests=10_000, seconds=1),), at_once=100)
"""A service that may be asked as often as one likes."""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving() as one:
        yield one


@pytest.fixture
def waits() -> list[float]:
    """The seconds that the client waited, or would have."""
    return []


Opening = Callable[..., AbstractAsyncContextManager[HttpClient]]


@pytest.fixture
def opened(waits: list[float]) -> Opening:
    """Open a client for loopback; what is given wins."""

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        await anyio.sleep(0)

    def make(**given: Any) -> AbstractAsyncContextManager[HttpClient]:
        usual: dict[str, Any] = {
            "rule": loopback_too,
            "resolve": to_loopback,
            "politeness": Politeness(),
            "randomness": random.Random(7),
            "now": lambda: NOW,
            "sleep": sleep,
        }
        return HttpClient.open(**{**usual, **given})

    return make


@pytest.fixture
def soon() -> Deadline:
    """A deadline that a test on loopback does not meet."""
    return Deadline.after(60)


def loopback_too(address: IPAddress) -> str | None:
    return None if str(address) == "127.0.0.1" else not_public(address)


async def to_loopback(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]
