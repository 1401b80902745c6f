"""What users install is the wheel: it has to work away from the checkout, with no package that it does not ask for."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from importlib import metadata
from importlib.util import cache_from_source
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
NAME = "research-agent-mcp"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_carries_prompts_corpus_and_licences(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "research_agent/_data/corpus/guide.yaml" in names
    assert "research_agent/_data/corpus/vectors.npz" in names
    assert {"research_agent/page/templates/base.html.j2", "research_agent/page/assets/entry.css"} <= set(names)
    assert "research_agent/_data/prompts/rubrics/lmu.yaml" in names
    assert sum(name.startswith("research_agent/_data/corpus/sources/") for name in names) == 12
    assert any(name.endswith("licenses/NOTICE") for name in names)
    assert not any(name.startswith(("tests/", "docs/")) for name in names)


def test_the_main_job_runs_from_the_wheel_with_nothing_but_what_it_asks_for(wheel: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(tmp_path / "venv")}))
    asked_for = needed(NAME)
    assert {"httpx", "chromadb", "numpy"} <= asked_for
    assert not {"pytest", "mypy", "ruff", "playwright"} & asked_for
    for name in asked_for - {NAME}:
        link(name, site)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--python", str(python)]
    subprocess.run([*pip, "install", "--no-deps", str(wheel)], check=True, capture_output=True)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path / "home"),
        "RESEARCH_AGENT_DATA_DIR": str(tmp_path / "data"),
    }
    done = subprocess.run(
        [str(python.with_name("research-agent")), "research", "2", "--out", "results"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "17 of 17 constraints hold" in done.stdout
    assert (tmp_path / "results" / "02-resilience-patterns" / "bibliography.md").stat().st_size > 10_000


def needed(name: str) -> set[str]:
    """What an installer would put beside a package: what it requires here, and what that requires."""
    found: set[str] = set()
    waiting = [Requirement(name)]
    asked: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        one = waiting.pop()
        key = canonicalize_name(one.name), frozenset(one.extras)
        if key in asked:
            continue
        asked.add(key)
        found.add(key[0])
        for line in metadata.requires(one.name) or ():
            further = Requirement(line)
            if further.marker is None or any(further.marker.evaluate({"extra": extra}) for extra in ("", *one.extras)):
                waiting.append(further)
    return found


def link(name: str, site: Path) -> None:
    """Put an installed package into another environment, file by file: packages share folders (namespaces)."""
    for file in set(metadata.files(name) or ()):  # some list a file twice
        if file.parts[0] != ".." and file.suffix != ".pyc":  # its commands; and bytecode, which not all list
            place, here = site / file, Path(str(file.locate()))
            put(place, here)
            if file.suffix == ".py" and (compiled := Path(cache_from_source(here))).exists():
                put(Path(cache_from_source(place)), compiled)


def put(place: Path, here: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(here)
