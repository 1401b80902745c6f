"""What the tests of the service open: the application on stores that are filled once, alone or for several owners."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from starlette.testclient import TestClient

from research_agent import Settings, Workspace
from research_agent.keys import ApiKeys
from research_agent.service.app import create_app
from research_agent.service.options import ServiceOptions
from research_agent.service.tenants import OWNERS
from stand_ins import StandIns, serving
from tests.conftest import NOW, SMALL_GUIDE
from tests.runs.material import filled_small_store
from tests.service.serving import NOBODY

ADDRESS = "http://127.0.0.1:8000"
SEARCH_SECONDS = 5.0
"""The shortest search that settings take."""
OPEN = ServiceOptions()
CLOSED = ServiceOptions(require_key=True)
"""On loopback, where tests may listen, and with keys all the same."""


class Served(NamedTuple):
    """An application with its data directory, and who may ask it."""

    running: TestClient
    directory: Path
    keys: dict[str, str]

    def client(self, owner: str = "") -> TestClient:
        """Ask as this owner, or without a key. Not a context manager: the application runs already."""
        headers = {"Authorization": f"Bearer {self.keys[owner]}"} if owner else {}
        client = TestClient(self.running.app, base_url=ADDRESS, headers=headers)
        # In the one event loop that the application runs in.
        client.portal = self.running.portal
        return client


def open_small_store(folder: Path) -> Workspace:
    return Workspace.open(small_settings(folder), clock=lambda: NOW)


def small_settings(folder: Path, *, stand_ins: str = NOBODY) -> Settings:
    """Settings of the small guide; services are asked where their stand-ins answer."""
    return Settings(data_dir=folder, guide=str(SMALL_GUIDE), stand_ins=stand_ins, search_seconds=SEARCH_SECONDS)


@pytest.fixture(scope="session")
def stand_ins() -> Iterator[StandIns]:
    """Stand-ins of all services."""
    with serving() as started:
        yield started


@pytest.fixture(scope="session")
def small_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory that holds the small guide's sources and nothing else. Only to be copied."""
    return filled_small_store(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="session")
def researched_store(fresh_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped corpus with a bibliography of domain 2, which tests share to read."""
    folder = tmp_path_factory.mktemp("researched") / "store"
    shutil.copytree(fresh_store, folder)
    with Workspace.open(Settings(data_dir=folder), clock=lambda: NOW) as workspace:
        workspace.research("2")
    return folder


@pytest.fixture(scope="session")
def service(researched_store: Path) -> Iterator[TestClient]:
    """The application on the shipped guide's store, for tests that only read."""
    settings = Settings(data_dir=researched_store, stand_ins=NOBODY, search_seconds=SEARCH_SECONDS)
    app = create_app(settings, clock=lambda: NOW)
    with TestClient(app, base_url=ADDRESS) as client:
        yield client


@pytest.fixture
def store(small_store: Path, tmp_path: Path) -> Path:
    """The small guide's store, a test's own."""
    return Path(shutil.copytree(small_store, tmp_path / "store"))


@pytest.fixture
def own_service(store: Path) -> Iterator[TestClient]:
    """The application on a store of the test's own, which it may write to."""
    with TestClient(create_app(small_settings(store), clock=lambda: NOW), base_url=ADDRESS) as client:
        yield client


@pytest.fixture
def owners(small_store: Path, tmp_path: Path) -> Iterator[Served]:
    """The application with keys: of ada and bert, who may research, and of eva, who may only read."""
    directory = tmp_path / "shared"
    for owner in ("ada", "bert", "eva"):
        shutil.copytree(small_store, directory / OWNERS / owner)
    keys = ApiKeys(directory, clock=lambda: NOW)
    tokens = {
        "ada": keys.create("ada", ["research"]).token,
        "bert": keys.create("bert", ["research"]).token,
        "eva": keys.create("eva", ["read"]).token,
    }
    app = create_app(small_settings(directory), CLOSED, clock=lambda: NOW)
    with TestClient(app, base_url=ADDRESS) as running:
        yield Served(running, directory, tokens)
