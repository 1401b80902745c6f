"""Several processes on one store: each sees the runs of all, and a run is executed by one."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from research_agent import Workspace
from research_agent.model.run import RunRequest
from research_agent.runs import Runs
from research_agent.runs.executor import Executor, alive
from tests.runs.material import ALL, LONG, SECOND, as_bytes

PROGRAM = """
import sys, threading
from pathlib import Path
import anyio
from research_agent.runs import Runs
from tests.runs.material import ALL, FIRST, LONG, SECOND, as_bytes, open_small

hold, begun = sys.argv[2], []

def checkpoint(step):
    begun.append(step)
    if step == hold:
        print("held", flush=True)
        sys.stdin.readline()

async def main():
    with open_small(Path(sys.argv[1])) as workspace:
        async with Runs(workspace, checkpoint=checkpoint) as runs:
"""


@contextmanager
def another_process(store: Path, body: str, hold: str = "") -> Iterator["subprocess.Popen[str]"]:
    """A process that executes runs and does what `body` says; it stops at the step `hold` until it is told a line."""
    indented = "".join(f"            {line}\n" for line in body.strip().splitlines())
    command = [sys.executable, "-c", f"{PROGRAM}{indented}\nanyio.run(main)\n", str(store), hold]
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def heard(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def tell(process: "subprocess.Popen[str]") -> None:
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()


WORKS = "await anyio.sleep_forever()"


@pytest.mark.anyio
async def test_a_run_that_another_process_executes_is_followed_to_its_end(workspace: Workspace, store: Path) -> None:
    async with Runs(workspace, workers=0) as runs:
        run = await runs.start(ALL)
        assert run.state == "queued"
        with another_process(store, WORKS):
            seen = [status async for status in runs.follow(run.id)]
    assert [status.state for status in (seen[0], seen[-1])] == ["queued", "done"]
    assert "running" in {status.state for status in seen}
    assert [status.progress.done for status in seen] == sorted(status.progress.done for status in seen)


@pytest.mark.anyio
async def test_the_result_of_another_process_is_the_one_that_is_made_here(workspace: Workspace, store: Path) -> None:
    async with Runs(workspace, workers=0) as runs:
        run = await runs.start(ALL)
        with another_process(store, WORKS):
            assert (await runs.wait(run.id, LONG)).state == "done"
        assert as_bytes(await runs.result(run.id)) == as_bytes(workspace.research_all())


@pytest.mark.anyio
async def test_a_run_is_executed_by_one_process_however_many_look_for_work(workspace: Workspace, store: Path) -> None:
    body = "run = await runs.start(FIRST)\nawait runs.wait(run.id, LONG)\nprint(begun.count('claimed'), flush=True)"
    with another_process(store, body) as one, another_process(store, body) as two:
        counts = [int(heard(process)) for process in (one, two)]
    assert sorted(counts) == [0, 1]
    async with Runs(workspace, workers=0) as runs:
        (run,) = await runs.known()
        assert (run.state, run.attempts) == ("done", 1)


@pytest.mark.anyio
async def test_many_runs_are_shared_out_and_each_is_made_once(workspace: Workspace, store: Path) -> None:
    async with Runs(workspace, workers=0) as runs:
        requests = [RunRequest(domain=name, style=style) for name in ("1", "2", "3") for style in ("apa", "ieee")]
        ids = [(await runs.start(request)).id for request in requests]
        with another_process(store, WORKS), another_process(store, WORKS):
            ended = [await runs.wait(run, LONG) for run in ids]
    assert [(run.state, run.attempts) for run in ended] == [("done", 1)] * len(ids)


@pytest.mark.anyio
async def test_a_live_process_keeps_its_run_even_while_it_is_suspended(workspace: Workspace, store: Path) -> None:
    begun: list[str] = []
    with another_process(store, f"await runs.start(ALL)\n{WORKS}", hold="Domain 2: judging") as process:
        assert heard(process) == "held"
        process.send_signal(signal.SIGSTOP)
        async with Runs(workspace, checkpoint=begun.append) as runs:
            # This one is at work on the same store and takes up what is left; that run is not.
            await runs.wait((await runs.start(SECOND)).id, LONG)
            (_, run) = await runs.known()
            assert (run.state, run.progress.text) == ("running", "Domain 2: judging")
            assert run.executor.split("/")[1] == str(process.pid)
            process.send_signal(signal.SIGCONT)
            tell(process)
            assert (await runs.wait(run.id, LONG)).attempts == 1
    assert begun.count("claimed") == 1


@pytest.mark.anyio
async def test_a_process_at_work_takes_up_what_a_dead_one_left(workspace: Workspace, store: Path) -> None:
    begun: list[str] = []
    async with Runs(workspace, checkpoint=begun.append) as runs:
        with another_process(store, f"await runs.start(ALL)\n{WORKS}", hold="Domain 2: judging") as process:
            assert heard(process) == "held"
            (run,) = await runs.known()
            assert run.state == "running"
        done = await runs.wait(run.id, LONG)
    assert (done.state, done.attempts) == ("done", 2)
    assert "Domain 1: gathering" not in begun


@pytest.mark.anyio
async def test_a_run_is_cancelled_from_another_process(workspace: Workspace, store: Path) -> None:
    async with Runs(workspace, workers=0) as runs:
        with another_process(store, f"await runs.start(ALL)\n{WORKS}", hold="Domain 2: judging") as process:
            assert heard(process) == "held"
            (run,) = await runs.known()
            assert (await runs.cancel(run.id)).cancelling
            tell(process)
            ended = await runs.wait(run.id, LONG)
        assert (ended.state, len(ended.parts)) == ("cancelled", 1)


@pytest.mark.anyio
async def test_a_run_of_a_dead_process_is_cancelled_at_once(workspace: Workspace, store: Path) -> None:
    async with Runs(workspace, workers=0) as runs:
        with another_process(store, f"await runs.start(FIRST)\n{WORKS}", hold="Domain 1: judging") as process:
            assert heard(process) == "held"
        (run,) = await runs.known()
        assert (run.state, run.executor) == ("queued", "")
        assert (await runs.cancel(run.id)).state == "cancelled"


def test_an_executor_is_alive_until_it_ends(tmp_path: Path) -> None:
    with Executor(tmp_path) as executor, Executor(tmp_path) as other:
        assert alive(tmp_path, executor.name)
        assert alive(tmp_path, executor.name)
        assert executor.name != other.name
    assert not alive(tmp_path, executor.name)
    assert list((tmp_path / "executors").iterdir()) == []


@pytest.mark.parametrize("name", ["host/1/0123456789ab", "", "x"])
def test_an_executor_that_nobody_knows_is_dead(tmp_path: Path, name: str) -> None:
    assert not alive(tmp_path, name)


def test_the_work_of_one_process_ends_with_it(store: Path) -> None:
    """Nothing hangs: a process with a run at work ends when its context does."""
    body = "await runs.start(ALL)\nawait anyio.sleep(0.2)"
    with another_process(store, body) as process:
        assert process.wait(LONG) == 0
