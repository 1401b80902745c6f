"""`research-agent runs`: what a person or a script sees of the runs of a store."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest

from research_agent import Workspace
from research_agent.model.run import RunRequest, RunStatus
from research_agent.runs import Runs
from tests.conftest import SMALL_GUIDE
from tests.e2e.command import Ran, run
from tests.runs.material import ALL, FIRST, LONG, SECOND


def command(store: Path, *arguments: str) -> Ran:
    return run("runs", *arguments, data=store, guide=str(SMALL_GUIDE))


def started(workspace: Workspace, *requests: RunRequest, workers: int = 0) -> list[RunStatus]:
    async def start() -> list[RunStatus]:
        async with Runs(workspace, workers=workers) as runs:
            known = [await runs.start(request) for request in requests]
            return [await runs.wait(one.id, LONG) for one in known] if workers else known

    return anyio.run(start)


@pytest.fixture
def two(workspace: Workspace) -> tuple[RunStatus, RunStatus]:
    """A run that is done, and a later one that waits."""
    (done,), (waiting,) = started(workspace, ALL, workers=1), started(workspace, FIRST)
    return done, waiting


def test_a_store_without_runs_says_so(store: Path) -> None:
    assert command(store).out == "There is no run yet.\n"
    assert command(store, "--json").json == []


def test_runs_are_listed_latest_first_and_by_the_page(store: Path, two: tuple[RunStatus, RunStatus]) -> None:
    done, waiting = two
    lines = command(store).out.splitlines()
    assert lines[1].split()[:3] == [waiting.id, "queued", "1"]
    assert [line.split()[:3] for line in lines if line.startswith(done.id)] == [[done.id, "done", "all"]]
    assert [one["id"] for one in command(store, "--json").json] == [waiting.id, done.id]
    assert [one["id"] for one in command(store, "--limit", "1", "--after", waiting.id, "--json").json] == [done.id]


def test_a_run_is_shown_with_what_it_finished(store: Path, two: tuple[RunStatus, RunStatus]) -> None:
    done, waiting = two
    shown = command(store, "show", done.id).out
    assert f"Run {done.id}  done" in shown
    for part in done.parts:
        assert f"domain {part.domain}: bibliography {part.bibliography}" in shown
    assert RunStatus.model_validate(command(store, "show", done.id, "--json").json) == done
    assert "A process that executes runs takes it up." in command(store, "show", waiting.id).out


@pytest.mark.parametrize("verb", ["show", "follow", "cancel"])
def test_an_unknown_id_is_told_in_a_line(store: Path, two: tuple[RunStatus, RunStatus], verb: str) -> None:
    ran = command(store, verb, two[0].id[:-1])
    assert (ran.code, ran.out) == (2, "")
    assert f"Did you mean {two[0].id}" in ran.err
    assert "Traceback" not in ran.err


def test_a_run_is_cancelled_and_following_it_says_that_it_is_not_done(
    store: Path, two: tuple[RunStatus, RunStatus]
) -> None:
    _, waiting = two
    assert command(store, "cancel", waiting.id, "--json").json["state"] == "cancelled"
    ran = command(store, "follow", waiting.id)
    assert ran.code == 1
    assert f"Run {waiting.id}  cancelled" in ran.out


def test_following_writes_a_line_of_json_after_each_change(store: Path, workspace: Workspace) -> None:
    (waiting,) = started(workspace, SECOND)
    program = str(Path(sys.executable).with_name("research-agent"))
    environment = {**os.environ, "RESEARCH_AGENT_DATA_DIR": str(store), "RESEARCH_AGENT_GUIDE": str(SMALL_GUIDE)}
    follow = [program, "runs", "follow", waiting.id, "--json"]
    with subprocess.Popen(follow, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout
        lines: list[dict[str, Any]] = [json.loads(process.stdout.readline())]
        # Only now somebody executes it.
        started(workspace, SECOND, workers=1)
        lines += [json.loads(line) for line in process.stdout]
    assert process.returncode == 0
    assert (lines[0]["state"], lines[-1]["state"]) == ("queued", "done")
    done = [line["progress"]["done"] for line in lines]
    assert done == sorted(done)
