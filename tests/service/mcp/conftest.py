"""What the tests of MCP open: a server over a store that a module's tests share, as whoever sits at this machine."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from research_agent.service.mcp.research_server import ResearchServer
from tests.service.mcp.material import serving


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=["auto", "legacy"])
def mode(request: pytest.FixtureRequest) -> str:
    """Which protocol a client speaks: 2026-07-28, or 2025-11-25."""
    chosen: str = request.param
    return chosen


@pytest.fixture(scope="module")
def store(fresh_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the filled store that the tests of a module share."""
    return Path(shutil.copytree(fresh_store, tmp_path_factory.mktemp("mcp") / "store"))


@pytest.fixture(scope="module")
async def server(store: Path) -> AsyncIterator[ResearchServer]:
    async with serving(store) as opened:
        yield opened
