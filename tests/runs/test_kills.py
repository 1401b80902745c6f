"""A process that is killed at any step of a run, or within one: the next finds the run and comes to the same bytes."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.runs.killed import WITHIN

OF_A_DOMAIN = (
    "gathering",
    "judging",
    "selecting",
    "annotating",
    "proving",
    "writing the prompt",
    "done",
    "made",
    "kept",
)
BOUNDARIES = ("queued", "claimed", *(f"Domain 2: {step}" for step in OF_A_DOMAIN), "ended")
STEPS = (*BOUNDARIES, *(f"within {name}" for name in WITHIN))
ENDED = {"ended", "within end"}
FIRST_FINISHED = set(STEPS) - {"queued", "claimed"}


@pytest.fixture(scope="module")
def reports(small_store: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the next process found, by the step at which the first was killed."""
    folder = tmp_path_factory.mktemp("killed-runs")
    shutil.copytree(small_store, folder / "prepared")
    command = [sys.executable, "-m", "tests.runs.killed", str(folder), *STEPS]
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd()), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    passed = [step for step in done.stdout.splitlines() if not step.startswith(("Domain 1", "Domain 3"))]
    assert passed == list(BOUNDARIES), "a step was added or renamed: kill there, too"
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")}


def test_an_unharmed_run_is_done(reports: dict[str, Any]) -> None:
    unharmed = reports["unharmed"]
    assert unharmed["found"]["state"] == "done"
    assert unharmed["begun"] == []
    assert len(unharmed["result"].splitlines()) == 3


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_run_is_found_and_comes_to_the_same_bytes(reports: dict[str, Any], step: str) -> None:
    report, unharmed = reports[step], reports["unharmed"]
    found, last = report["found"], report["last"]
    assert found["id"] == report["again"] == unharmed["found"]["id"]
    assert report["runs"] == 1
    assert found["state"] == ("done" if step in ENDED else "queued")
    assert found["executor"] == ""
    assert last["state"] == "done"
    assert all(part["as_asked"] for part in last["parts"])
    assert report["result"] == unharmed["result"]


@pytest.mark.parametrize("step", STEPS)
def test_progress_goes_on_where_it_was(reports: dict[str, Any], step: str) -> None:
    report = reports[step]
    told = [report["found"]["progress"]["done"], *report["done"]]
    assert told == sorted(told)
    assert told[-1] == report["last"]["progress"]["total"] == 18


@pytest.mark.parametrize("step", STEPS)
def test_what_was_finished_is_not_made_again(reports: dict[str, Any], step: str) -> None:
    begun = reports[step]["begun"]
    assert ("Domain 1: gathering" in begun) == (step not in FIRST_FINISHED)
    finished = {*ENDED, "Domain 2: kept", "within keep"}
    assert ("Domain 2: gathering" in begun) == (step not in finished)
    assert ("claimed" in begun) == (step not in ENDED)
    assert reports[step]["last"]["attempts"] == (1 if step in {*ENDED, "queued"} else 2)


@pytest.mark.parametrize("step", STEPS)
def test_nothing_of_the_dead_process_is_left(reports: dict[str, Any], step: str) -> None:
    # One that died over no run is asked for by nobody; its empty file stays.
    assert len(reports[step]["left"]) <= (1 if step in ENDED else 0)
