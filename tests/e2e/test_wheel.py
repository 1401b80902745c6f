"""What users install is the wheel: it has to work in an empty environment, away from the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


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


@pytest.mark.xdist_group("wheel")
def test_the_wheel_carries_prompts_corpus_and_licences(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "research_agent/_data/corpus/guide.yaml" in names
    assert "research_agent/_data/corpus/vectors.npz" in names
    assert {"research_agent/page/templates/base.html.j2", "research_agent/page/assets/entry.css"} <= set(names)
    assert "research_agent/_data/prompts/rubrics/lmu.yaml" in names
    assert sum(name.startswith("research_agent/_data/corpus/sources/") for name in names) == 12
    assert any(name.endswith("licenses/NOTICE") for name in names)
    assert not any(name.startswith(("tests/", "docs/")) for name in names)


@pytest.mark.slow
@pytest.mark.xdist_group("wheel")
def test_the_main_job_runs_from_the_wheel_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    # Not compiled: one command runs, and what it does not import is most of what is installed.
    into = ["--quiet", "--disable-pip-version-check", "--python", str(python), "install", "--no-compile"]
    pip = [sys.executable, "-m", "pip", *into]
    subprocess.run([*pip, "--require-hashes", "-r", str(ROOT / "requirements.lock")], check=True, capture_output=True)
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True, capture_output=True)
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
