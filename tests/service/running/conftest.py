"""What the tests of the running service open: stores of a small guide, one an owner."""

import shutil
from pathlib import Path

import pytest

from research_agent import Settings
from research_agent.service.tenants import OWNERS
from tests.conftest import SMALL_GUIDE
from tests.runs.material import open_small

OWNERS_HERE = ("ada", "grace", "edith")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def one_small_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory that holds the small guide's sources. Only to be copied: nobody writes into it."""
    folder = tmp_path_factory.mktemp("one-small-store")
    with open_small(folder) as opened:
        # Kept from here on, so that no run loads the model.
        opened.library.question_vectors([focus.text for domain in opened.guide.domains for focus in domain.focus])
    return folder


@pytest.fixture
def small_settings(one_small_store: Path, tmp_path: Path) -> Settings:
    """Settings of a data directory in which the person here and three owners have a store of the small guide."""
    folder = Path(shutil.copytree(one_small_store, tmp_path / "store"))
    for owner in OWNERS_HERE:
        shutil.copytree(one_small_store, folder / OWNERS / owner)
    return Settings(data_dir=folder, guide=str(SMALL_GUIDE))
