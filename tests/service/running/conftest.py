"""What the tests of the running service open: stores of a small guide, one an owner."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from research_agent import Settings
from research_agent.cli.app import run
from research_agent.service.tenants import OWNERS
from tests.conftest import SMALL_GUIDE
from tests.e2e.command import Ran

Command = Callable[..., Ran]

OWNERS_HERE = ("ada", "grace", "edith")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def small_settings(small_store: Path, tmp_path: Path) -> Settings:
    """Settings of a data directory in which the person here and three owners have a store of the small guide."""
    folder = Path(shutil.copytree(small_store, tmp_path / "store"))
    for owner in OWNERS_HERE:
        shutil.copytree(small_store, folder / OWNERS / owner)
    return Settings(data_dir=folder, guide=str(SMALL_GUIDE))


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command line in this process, in a home of the test's own: `command("keys", "list", style="ieee")`."""

    def ran(*arguments: str, cwd: Path = tmp_path, **settings: str) -> Ran:
        with monkeypatch.context() as here:
            here.setenv("HOME", str(tmp_path))
            here.setenv("COLUMNS", "100")
            here.chdir(cwd)
            for name, value in ({"data_dir": str(tmp_path)} | settings).items():
                here.setenv(f"RESEARCH_AGENT_{name.upper()}", value)
            capsys.readouterr()
            code = run(arguments)
        return Ran(code, *capsys.readouterr())

    return ran
