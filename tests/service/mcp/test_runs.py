"""Long work over MCP: it is followed for a while, goes on without its caller, is found again and can be cancelled."""

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client

from research_agent.model.progress import Progress, unwatched
from research_agent.model.run import RunStatus
from research_agent.research import Research
from research_agent.runs import Runs
from research_agent.workspace import Workspace
from tests.service.mcp.material import call, serving

pytestmark = pytest.mark.anyio


class Gate:
    """Holds every run at its first step until it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opened = threading.Event()
        self.reached = threading.Event()
        research = Workspace.research

        def held(workspace: Workspace, domain: str, progress: Progress = unwatched) -> Research:
            self.reached.set()
            self.opened.wait(60)
            return research(workspace, domain, progress)

        monkeypatch.setattr(Workspace, "research", held)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    made = Gate(monkeypatch)
    yield made
    made.opened.set()


@pytest.fixture
def own_store(small_store: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small_store, tmp_path / "store"))


async def test_progress_is_told_and_rises(own_store: Path, mode: str) -> None:
    seen: list[float] = []

    async def told(progress: float, total: float | None, message: str | None) -> None:
        assert total
        assert message
        seen.append(progress)

    async with serving(own_store, small=True) as server, Client(server, mode=mode) as client:
        result = await client.call_tool("research_domain", {"domain": "all"}, progress_callback=told)
        assert result.structured_content
        assert result.structured_content["runs"][0]["state"] == "done"
    assert seen
    assert seen == sorted(set(seen))


async def test_who_does_not_wait_gets_the_handle_and_what_to_call_next(own_store: Path, mode: str, gate: Gate) -> None:
    async with serving(own_store, small=True) as server, Client(server, mode=mode) as client:
        started = await call(client, "research_domain", domain="1", wait_s=1)
        (run,) = started["runs"]
        assert run["state"] in ("queued", "running")
        assert "results" not in run
        assert f"get_run(run='{run['run']}'" in started["next"]

        gate.opened.set()
        (ended,) = (await call(client, "get_run", run=run["run"], wait_s=30))["runs"]
        assert ended["state"] == "done"
        assert ended["results"]


async def test_opening_the_store_counts_as_waiting(
    own_store: Path, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Clients give up on a call after a time of their own; a busy machine may take most of it to open the store."""
    looked: list[str] = []
    find, opened = Runs.find, Workspace.open

    async def seen(runs: Runs, run_id: str) -> RunStatus:
        looked.append(run_id)
        return await find(runs, run_id)

    def slowly(*given: Any, **settings: Any) -> Workspace:
        time.sleep(1.5)
        return opened(*given, **settings)

    monkeypatch.setattr(Runs, "find", seen)
    monkeypatch.setattr(Workspace, "open", slowly)
    async with serving(own_store, small=True) as server, Client(server) as client:
        (run,) = (await call(client, "research_domain", domain="1", wait_s=1))["runs"]
        gate.opened.set()
        assert run["state"] in ("queued", "running")
        # Once for the answer, and once to see that the time is over: every tenth of a second it would look again.
        assert len(looked) <= 2


async def test_a_client_that_gives_up_leaves_the_run_going_and_finds_it_again(
    own_store: Path, mode: str, gate: Gate
) -> None:
    async with serving(own_store, small=True) as server:
        async with Client(server, mode=mode) as client, anyio.create_task_group() as calling:
            calling.start_soon(client.call_tool, "research_domain", {"domain": "1", "wait_s": 45})
            assert await anyio.to_thread.run_sync(gate.reached.wait, 30)
            calling.cancel_scope.cancel()
        gate.opened.set()
        async with Client(server, mode=mode) as another:
            (run,) = (await call(another, "research_domain", domain="1", wait_s=30))["runs"]
            assert run["state"] == "done"
            assert len((await call(another, "get_run"))["runs"]) == 1


async def test_a_run_is_cancelled_and_can_be_started_again(own_store: Path, mode: str, gate: Gate) -> None:
    async with serving(own_store, small=True) as server, Client(server, mode=mode) as client:
        run = (await call(client, "research_domain", domain="1", wait_s=0))["runs"][0]["run"]
        assert await anyio.to_thread.run_sync(gate.reached.wait, 10)
        stopping = await call(client, "get_run", run=run, cancel=True)
        assert stopping["runs"][0]["cancelling"]
        gate.opened.set()
        ended = await call(client, "get_run", run=run, wait_s=30)
        assert ended["runs"][0]["state"] == "cancelled"
        assert "starts it again" in ended["next"]
        (again,) = (await call(client, "research_domain", domain="1", wait_s=30))["runs"]
        assert (again["run"], again["state"]) == (run, "done")


async def test_a_run_that_fails_says_why_and_how_to_start_it_again(
    own_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("at step 3")

    monkeypatch.setattr(Workspace, "research", broken)
    async with serving(own_store, small=True) as server, Client(server) as client:
        answer = await call(client, "research_domain", domain="1", wait_s=30)
        assert answer["runs"][0]["state"] == "failed"
        assert "ZeroDivisionError" in answer["runs"][0]["error"]
        assert "research_domain(domain='1'" in answer["next"]


async def test_runs_are_listed_by_the_page(own_store: Path, gate: Gate) -> None:
    async with serving(own_store, small=True) as server, Client(server) as client:
        for style in ("apa", "ieee", "chicago"):
            for rubric in ("lmu", "mandalios"):
                for domain in ("1", "2"):
                    await call(client, "research_domain", domain=domain, style=style, rubric=rubric, wait_s=0)
        first = await call(client, "get_run")
        rest = await call(client, "get_run", cursor=first["cursor"])
        seen = [run["run"] for run in (*first["runs"], *rest["runs"])]
        assert len(seen) == len(set(seen)) == 12
        assert "cursor" not in rest
        gate.opened.set()
