"""What the tests of runs open: a small guide on stores of their own, and the event loop that they run in."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from research_agent import Settings, Workspace
from tests.runs.material import filled_small_store, open_small


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def small_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory that holds the small guide's sources and no run. Only to be copied: nobody writes into it."""
    return filled_small_store(tmp_path_factory.getbasetemp())


@pytest.fixture
def store(small_store: Path, tmp_path: Path) -> Path:
    """A store of the test's own."""
    return Path(shutil.copytree(small_store, tmp_path / "store"))


@pytest.fixture
def workspace(store: Path) -> Iterator[Workspace]:
    with open_small(store) as opened:
        yield opened


@pytest.fixture(scope="session")
def both_store(fresh_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the sources of the shipped guide and of the small one. Only to be copied."""
    folder = Path(shutil.copytree(fresh_store, tmp_path_factory.mktemp("both") / "store"))
    with open_small(folder) as opened:
        opened.library.question_vectors([focus.text for domain in opened.guide.domains for focus in domain.focus])
    return folder


@pytest.fixture
def shipped_copy(both_store: Path, tmp_path: Path) -> Iterator[Workspace]:
    """The shipped guide's workspace on a store of the test's own, which has the small guide's sources as well."""
    shutil.copytree(both_store, tmp_path / "shipped")
    with Workspace.open(Settings(data_dir=tmp_path / "shipped")) as opened:
        yield opened
