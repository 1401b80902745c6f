"""Runs that ask services first: the same hour is the same run, a kill loses no handle, cancelling waits for nobody."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import anyio
import pytest

from research_agent import Settings, Workspace
from research_agent.bibliography.search_report import failed_services
from research_agent.model.run import RunRequest, RunStatus
from research_agent.runs import Runs
from stand_ins import Behaviour, StandIns, serving
from stand_ins.behaviour import EVERY
from tests.conftest import NOW, SMALL_GUIDE
from tests.runs.material import LONG, SEARCH_SECONDS, open_small

pytestmark = pytest.mark.anyio

LIVE = RunRequest(domain="1", live=True)
NOBODY = "http://127.0.0.1:9"

KILLED = """
import os, signal, sys
from pathlib import Path
import anyio, chromadb, citeproc, highspy, onnxruntime, tantivy
from research_agent.runs import Runs
from tests.runs.material import LONG, open_small
from tests.runs.test_live_runs import LIVE

folder, stand_ins, *steps = sys.argv[1:]

async def main(step):
    def killed_at(name):
        if name == step:
            os.kill(os.getpid(), signal.SIGKILL)

    with open_small(Path(folder, step), stand_ins=stand_ins) as workspace:
        async with Runs(workspace, checkpoint=killed_at) as runs:
            await runs.wait((await runs.start(LIVE)).id, LONG)

for step in steps:
    child = os.fork()
    if child == 0:
        anyio.run(main, step)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL, step
"""
"""For each step a process that starts the run and is killed there; all are forked from one that has the imports."""


@pytest.fixture(scope="module")
def stand_ins() -> Iterator[StandIns]:
    with serving() as started:
        yield started


async def test_a_live_run_brings_works_that_the_library_did_not_hold_and_says_who_was_asked(
    fresh_store: Path, tmp_path: Path, stand_ins: StandIns
) -> None:
    store = Path(shutil.copytree(fresh_store, tmp_path / "shipped"))
    settings = Settings(data_dir=store, stand_ins=stand_ins.address, search_seconds=SEARCH_SECONDS)
    with Workspace.open(settings, clock=lambda: NOW) as workspace:
        before = {source.id for source in workspace.library.sources()}
        async with Runs(workspace) as runs:
            run = await runs.start(RunRequest(domain="2", live=True))
            seen = [status.progress async for status in runs.follow(run.id)]
            (made,) = await runs.result(run.id)
            assert (await runs.find(run.id)).as_asked
        search = made.bibliography.search
        assert search
        assert search.rounds[0].added
        added = [source for source in workspace.library.sources() if source.id not in before]
        assert len(added) == sum(one.added for one in search.rounds)
        assert all(workspace.library.provenance(source.id) for source in added)
        (edition,) = workspace.library.runs(workspace.guide.id, "2")
        assert workspace.library.run(edition.id) == made.bibliography
    told = [progress.done for progress in seen]
    assert told == sorted(told)
    assert told[-1] == seen[-1].total == 6
    assert all(progress.done < 6 for progress in seen[:-2])


async def test_the_same_request_within_the_hour_is_the_same_run_and_asks_nobody_again(
    store: Path, stand_ins: StandIns
) -> None:
    now = [NOW]

    def clock() -> datetime:
        return now[0]

    settings = Settings(
        data_dir=store, guide=str(SMALL_GUIDE), stand_ins=stand_ins.address, search_seconds=SEARCH_SECONDS
    )
    with Workspace.open(settings, clock=clock) as workspace:
        async with Runs(workspace) as runs:
            first = await runs.wait((await runs.start(LIVE)).id, LONG)
            assert first.state == "done"
            asked = len(stand_ins.asked())
            now[0] = NOW + timedelta(minutes=59)
            assert await runs.start(RunRequest(domain="consensus", live=True)) == first
            assert len(stand_ins.asked()) == asked
        async with Runs(workspace, workers=0) as runs:
            assert (await runs.start(RunRequest(domain="1"))).id != first.id
            now[0] = NOW + timedelta(hours=1)
            assert (await runs.start(LIVE)).id != first.id


async def test_a_request_says_that_it_is_live_and_one_that_is_not_is_what_it_was(store: Path) -> None:
    with open_small(store, stand_ins=NOBODY) as workspace:
        async with Runs(workspace, workers=0) as runs:
            live, still = await runs.start(LIVE), await runs.start(RunRequest(domain="1"))
    assert live.request.live
    assert "live" in live.request.model_dump()
    assert "live" not in still.request.model_dump()


STEPS = ("Domain 1: gathering", "Domain 1: made", "Domain 1: kept")


@pytest.fixture(scope="module")
def killed(small_store: Path, stand_ins: StandIns, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For each step a store in which a process was killed there."""
    folder = tmp_path_factory.mktemp("killed-live-runs")
    for step in STEPS:
        shutil.copytree(small_store, folder / step)
    command = [sys.executable, "-c", KILLED, str(folder), stand_ins.address, *STEPS]
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    died = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert died.returncode == 0, died.stderr
    return folder


@pytest.mark.parametrize("step", STEPS)
async def test_a_killed_live_run_is_found_by_its_handle_and_taken_up(
    killed: Path, stand_ins: StandIns, step: str
) -> None:
    begun: list[str] = []
    with open_small(killed / step, stand_ins=stand_ins.address) as workspace:
        async with Runs(workspace, checkpoint=begun.append) as runs:
            (found,) = await runs.known()
            assert (await runs.start(LIVE)).id == found.id
            done = await runs.wait(found.id, LONG)
            assert (done.state, done.attempts) == ("done", 2)
            assert done.progress.done >= found.progress.done
            (made,) = await runs.result(found.id)
    assert made.bibliography.search
    # What was kept is not asked for again.
    assert ("Domain 1: gathering" in begun) == (step != "Domain 1: kept")


async def test_cancelling_stops_a_run_that_waits_for_services_before_any_of_them_answers(store: Path) -> None:
    passed: list[str] = []
    with serving(Behaviour(latency={EVERY: 10 * LONG})) as silent:
        settings = Settings(data_dir=store, guide=str(SMALL_GUIDE), stand_ins=silent.address, search_seconds=10 * LONG)
        with Workspace.open(settings, clock=lambda: NOW) as workspace:
            async with Runs(workspace, checkpoint=passed.append) as runs:
                run = await runs.start(LIVE)
                await _until(lambda: "claimed" in passed)
                await runs.cancel(run.id)
                ended = await runs.wait(run.id, LONG)
                assert (ended.state, ended.executor, ended.parts) == ("cancelled", "", ())
    assert passed == ["claimed", "ended"]


async def test_a_process_that_ends_leaves_a_run_that_waits_for_services_to_the_next(
    store: Path, stand_ins: StandIns
) -> None:
    passed: list[str] = []
    with serving(Behaviour(latency={EVERY: 10 * LONG})) as silent:
        settings = Settings(data_dir=store, guide=str(SMALL_GUIDE), stand_ins=silent.address, search_seconds=10 * LONG)
        with Workspace.open(settings, clock=lambda: NOW) as workspace:
            async with Runs(workspace, checkpoint=passed.append) as runs:
                run = await runs.start(LIVE)
                await _until(lambda: "claimed" in passed)
    assert passed == ["claimed"]
    with open_small(store, stand_ins=stand_ins.address) as workspace:
        async with Runs(workspace, workers=0) as runs:
            left = await runs.find(run.id)
            assert (left.state, left.executor) == ("queued", "")
        async with Runs(workspace) as runs:
            assert (await runs.wait(run.id, LONG)).state == "done"


async def test_a_run_with_a_service_down_is_done_and_names_it(store: Path) -> None:
    with serving(Behaviour(down=frozenset({"crossref"}))) as some:
        status, reasons = await _made(store, some.address)
    assert status.state == "done"
    assert "503" in reasons["crossref"]


async def test_a_run_without_a_network_is_done_with_what_the_library_holds_and_names_every_service(store: Path) -> None:
    status, reasons = await _made(store, NOBODY)
    assert status.state == "done"
    assert {"arxiv", "crossref", "openalex"} <= set(reasons)
    assert all(reasons.values())


async def _made(store: Path, stand_ins: str) -> tuple[RunStatus, dict[str, str]]:
    """A live run at its end, and why each service that failed was not checked."""
    with open_small(store, stand_ins=stand_ins) as workspace:
        async with Runs(workspace) as runs:
            status = await runs.wait((await runs.start(LIVE)).id, LONG)
            (made,) = await runs.result(status.id)
    assert made.bibliography.entries
    assert made.bibliography.search
    (part,) = status.parts
    assert part.not_checked == failed_services(made.bibliography.search)
    return status, {one.service: one.why for one in made.bibliography.search.not_checked}


async def _until(happened: Callable[[], bool]) -> None:
    with anyio.fail_after(LONG):
        while not happened():
            await anyio.sleep(0.01)
