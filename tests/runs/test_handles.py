"""The table of runs: whatever happens in whatever order, a run has one executor, its progress never falls, it ends."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from research_agent.library.handles import MOST_DEATHS, Handles
from research_agent.library.schema import handle
from research_agent.model.run import RunRequest, RunState, RunStatus
from tests.conftest import NOW

REQUEST = RunRequest(domain="all", guide="gardening", model="claude", style="apa", rubric="lmu")
INPUTS = {"2": "b", "1": "a"}
EXECUTORS = ("host/1/aa", "host/2/bb")


@pytest.fixture
def handles(tmp_path: Path) -> Iterator[Handles]:
    opened = Handles.open(tmp_path, lock_wait=5)
    yield opened
    opened.close()


def start(handles: Handles, run_id: str = "run", at: datetime = NOW) -> RunStatus:
    return handles.start(run_id, REQUEST, INPUTS, total=12, at=at)


def test_a_run_is_claimed_by_one_executor_and_only_for_the_guides_that_it_knows(handles: Handles) -> None:
    start(handles)
    assert handles.claim(EXECUTORS[0], ["another"], at=NOW) is None
    claim = handles.claim(EXECUTORS[0], ["another", "gardening"], at=NOW)
    assert claim
    assert (claim.request, list(claim.inputs), claim.finished) == (REQUEST, ["2", "1"], set())
    assert handles.claim(EXECUTORS[1], ["gardening"], at=NOW) is None
    assert handles.find("run").executor == EXECUTORS[0]


def test_the_run_that_waited_longest_is_claimed_first(handles: Handles) -> None:
    for name in ("first", "second"):
        start(handles, name)
    claims = [handles.claim(EXECUTORS[0], ["gardening"], at=NOW) for _ in range(2)]
    assert [claim.id for claim in claims if claim] == ["first", "second"]


def test_progress_does_not_fall_when_a_step_is_repeated(handles: Handles) -> None:
    start(handles)
    handles.claim(EXECUTORS[0], ["gardening"], at=NOW)
    for done in (5, 3):
        handles.advance("run", EXECUTORS[0], done=done, step=f"step {done}")
    progress = handles.find("run").progress
    assert (progress.done, progress.text) == (5, "step 3")


def test_who_lost_a_run_is_told_so_and_changes_nothing(handles: Handles) -> None:
    start(handles)
    old, new = EXECUTORS
    handles.claim(old, ["gardening"], at=NOW)
    handles.bereave(old, ["run"], at=NOW)
    handles.claim(new, ["gardening"], at=NOW)
    before = handles.find("run")
    assert handles.advance("run", old, done=9, step="nine") == "lost"
    handles.end("run", old, "done", at=NOW)
    assert handles.find("run") == before


def test_a_run_that_outlives_too_many_processes_fails_and_says_at_which_step(handles: Handles) -> None:
    start(handles)
    for death in range(MOST_DEATHS):
        assert handles.find("run").attempts == death
        assert handles.claim(EXECUTORS[0], ["gardening"], at=NOW)
        handles.advance("run", EXECUTORS[0], done=2, step="Domain 2: selecting")
        handles.bereave(EXECUTORS[0], ["run"], at=NOW)
    failed = handles.find("run")
    assert failed.state == "failed"
    assert failed.error
    assert "died 3 times, the last time at: Domain 2: selecting" in failed.error.message
    assert handles.claim(EXECUTORS[0], ["gardening"], at=NOW) is None
    assert (start(handles).state, start(handles).attempts) == ("queued", 0)


def test_processes_that_end_in_good_order_may_do_so_as_often_as_they_like(handles: Handles) -> None:
    start(handles)
    for _ in range(2 * MOST_DEATHS):
        assert handles.claim(EXECUTORS[0], ["gardening"], at=NOW)
        handles.give_back(EXECUTORS[0], at=NOW)
    assert handles.find("run").state == "queued"


def test_a_cancelled_run_whose_process_ends_is_cancelled(handles: Handles) -> None:
    for name in ("given back", "bereaved"):
        start(handles, name)
        handles.claim(EXECUTORS[0], ["gardening"], at=NOW)
        assert handles.cancel(name, at=NOW, alive=lambda _: True).cancelling
    handles.bereave(EXECUTORS[0], ["bereaved"], at=NOW)
    handles.give_back(EXECUTORS[0], at=NOW)
    assert {handles.find(name).state for name in ("given back", "bereaved")} == {"cancelled"}


def test_times_are_kept_in_utc(handles: Handles) -> None:
    from zoneinfo import ZoneInfo

    start(handles, at=NOW.astimezone(ZoneInfo("Asia/Tokyo")))
    assert handles.find("run").created == NOW
    assert handles.find("run").created.tzinfo == UTC


class Lives(RuleBasedStateMachine):
    """Callers and executors, some of which die, do what they like with two runs; a model says what must be."""

    handles: Handles

    @initialize()
    def begin(self) -> None:
        self.now = NOW
        self.names = ("run-a", "run-b")
        for name in self.names:
            _forget(self.handles, name)
        self.holders: dict[str, str] = {}
        self.before: dict[str, RunStatus] = {}

    runs = st.sampled_from(("run-a", "run-b"))
    executors = st.sampled_from(EXECUTORS)

    @rule(name=runs)
    def start(self, name: str) -> None:
        was = self.before.get(name)
        self.now += timedelta(seconds=1)
        status = start(self.handles, name, self.now)
        if was is None or was.state in ("failed", "cancelled"):
            assert (status.state, status.attempts, status.created) == ("queued", 0, self.now)
            self.before.pop(name, None)
        else:
            assert status.state == was.state
            assert status.created == was.created
        assert not status.cancelling

    @rule(executor=executors)
    def claim(self, executor: str) -> None:
        waiting = [name for name, was in self.before.items() if was.state == "queued"]
        claim = self.handles.claim(executor, ["gardening"], at=self.now)
        assert (claim is None) == (not waiting)
        if claim:
            assert claim.id in waiting
            self.holders[claim.id] = executor

    @rule(name=runs, executor=executors, done=st.integers(0, 12))
    def advance(self, name: str, executor: str, done: int) -> None:
        word = self.handles.advance(name, executor, done=done, step=f"step {done}")
        if self.holders.get(name) != executor:
            assert word == "lost"
        else:
            assert word == ("cancel" if self.before[name].cancelling else "go on")

    @rule(name=runs, done=st.integers(0, 12))
    def work(self, name: str, done: int) -> None:
        self.advance(name, self.holders.get(name, EXECUTORS[0]), done)

    @rule(name=runs, executor=executors, state=st.sampled_from(("done", "failed", "cancelled")))
    def end(self, name: str, executor: str, state: RunState) -> None:
        self.handles.end(name, executor, state, at=self.now)
        if self.holders.get(name) == executor:
            assert self.handles.find(name).state == state
            del self.holders[name]

    @rule(executor=executors)
    def die(self, executor: str) -> None:
        lost = self.handles.running().get(executor, [])
        assert set(lost) == {name for name, holder in self.holders.items() if holder == executor}
        self.handles.bereave(executor, lost, at=self.now)
        self._let_go(executor)

    @rule(executor=executors)
    def close(self, executor: str) -> None:
        self.handles.give_back(executor, at=self.now)
        self._let_go(executor)

    @rule(name=runs, alive=st.booleans())
    def cancel(self, name: str, alive: bool) -> None:
        if name not in self.before:
            return
        was = self.before[name]
        status = self.handles.cancel(name, at=self.now, alive=lambda _: alive)
        if was.final:
            assert status == was
        elif was.state == "running" and alive:
            assert (status.state, status.cancelling) == ("running", True)
        else:
            assert status.state == "cancelled"
            self.holders.pop(name, None)

    @invariant()
    def what_holds_always(self) -> None:
        if not hasattr(self, "names"):
            return
        for status in self.handles.known(100, None):
            if status.id not in self.names:
                continue
            was = self.before.get(status.id)
            assert status.executor == self.holders.get(status.id, "")
            assert (status.state == "running") == bool(status.executor)
            assert status.final == (status.ended is not None)
            assert status.progress.done <= status.progress.total
            if status.state == "done":
                assert status.progress.done == status.progress.total
            if was is not None and was.created == status.created:
                assert status.progress.done >= was.progress.done
                assert status.attempts >= was.attempts
                if was.final:
                    assert status == was
            self.before[status.id] = status

    def _let_go(self, executor: str) -> None:
        for name in [name for name, holder in self.holders.items() if holder == executor]:
            assert self.handles.find(name).state in ("queued", "failed", "cancelled")
            del self.holders[name]


def _forget(handles: Handles, name: str) -> None:
    with handles._database.writing() as connection:
        connection.execute(sa.delete(handle).where(handle.c.id == name))


def test_whatever_happens_a_run_keeps_its_promises(handles: Handles) -> None:
    class OnThisStore(Lives):
        pass

    OnThisStore.handles = handles
    run_state_machine_as_test(
        OnThisStore,
        settings=settings(
            max_examples=60,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
