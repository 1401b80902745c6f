"""What many tests open: the shipped guide, and a workspace on a store that is filled once a worker."""

import gc
import os
import shutil
import signal
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from research_agent import Guide, Settings, Workspace, load_guide
from research_agent.resources import resource

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
# With --hypothesis-profile=thorough: after a change to what has properties.
settings.register_profile("thorough", max_examples=1_000)

TESTS = Path(__file__).parent
SMALL_GUIDE = TESTS / "fixtures" / "small_guide" / "guide.md"
_LONG = {"e2e", "eval", "library", "live", "page", "runs", "service", "test_cli_sources.py"}


def pytest_configure() -> None:
    """No test spends a developer's money. Ctrl-C ends some, though what a shell starts in the background ignores it."""
    for name in list(os.environ):
        if name.startswith(("ANTHROPIC_", "EVAL_")):
            del os.environ[name]
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Thousands of tests are made and none is thrown away: looking for garbage among them is a fifth of the work."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take long come first, so that short ones fill the end and no worker waits for another."""
    items.sort(key=lambda item: item.path.relative_to(TESTS).parts[0] not in _LONG)


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test sees a developer's settings or writes into their data directory."""
    for name in list(os.environ):
        if name.startswith("RESEARCH_AGENT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("RESEARCH_AGENT_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture(scope="session")
def shipped_guide() -> Guide:
    return load_guide(resource("corpus", "guide.yaml"))


@pytest.fixture(scope="session")
def fresh_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory that holds the shipped corpus and nothing else. Only to be copied: nobody writes into it."""
    folder = tmp_path_factory.mktemp("fresh-store")
    with Workspace.open(Settings(data_dir=folder), clock=lambda: NOW):
        pass
    return folder


@pytest.fixture(scope="session")
def filled_store(fresh_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy that tests share; it may hold runs of others. Tests that decide something copy `fresh_store`.

    Never copy this one: closing a file of a database that this process has open drops SQLite's locks on it, and the
    next process that writes there damages it (https://www.sqlite.org/howtocorrupt.html, section 2.2).
    """
    folder = tmp_path_factory.mktemp("filled") / "store"
    shutil.copytree(fresh_store, folder)
    return folder


@pytest.fixture(scope="session")
def shipped(filled_store: Path) -> Iterator[Workspace]:
    """The shipped guide's workspace, for tests that only read or that keep to their own domain."""
    with Workspace.open(Settings(data_dir=filled_store), clock=lambda: NOW) as workspace:
        yield workspace


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Workspace]:
    """A small guide of another subject, on a store of its own."""
    settings = Settings(data_dir=tmp_path / "small-data", guide=str(SMALL_GUIDE))
    with Workspace.open(settings, clock=lambda: NOW) as workspace:
        yield workspace
