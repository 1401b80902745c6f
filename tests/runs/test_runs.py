"""Start, find, follow, wait, cancel, result: what a caller of runs can count on, within one process."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
import sqlalchemy as sa

from research_agent import Settings, Workspace, keep_guide
from research_agent.errors import SolverError, StoreBusyError, UnknownNameError, UsageError
from research_agent.library.handles import Handles
from research_agent.model.run import RunRequest, RunStatus
from research_agent.runs import Runs
from research_agent.runs.execution import Execution
from tests.conftest import NOW, SMALL_GUIDE
from tests.runs.material import ALL, FIRST, LONG, SECOND, as_bytes, open_small

pytestmark = pytest.mark.anyio


class Gate:
    """Holds an execution at a step until it is opened."""

    def __init__(self, step: str) -> None:
        self._step = step
        self._open = threading.Event()
        self.reached = threading.Event()
        self.passed: list[str] = []

    def __call__(self, step: str) -> None:
        self.passed.append(step)
        if step == self._step:
            self.reached.set()
            assert self._open.wait(LONG)

    async def wait(self) -> None:
        assert await anyio.to_thread.run_sync(self.reached.wait, LONG)

    def open(self) -> None:
        self._open.set()


@contextmanager
def gate(step: str) -> Iterator[Gate]:
    made = Gate(step)
    try:
        yield made
    finally:
        made.open()


async def test_a_run_is_started_followed_and_its_result_is_what_the_workspace_makes(workspace: Workspace) -> None:
    async with Runs(workspace) as runs:
        asked = await runs.start(ALL)
        assert asked.request == RunRequest(
            domain="all", guide=workspace.guide.id, model="claude", style="apa", rubric=workspace.rubric.id
        )
        seen = [status async for status in runs.follow(asked.id)]
        done = await runs.find(asked.id)
        assert seen[-1] == done
        assert (done.state, done.attempts, done.executor, done.error) == ("done", 1, "", None)
        assert (done.created, done.started, done.ended) == (NOW, NOW, NOW)
        assert [part.domain for part in done.parts] == [domain.id for domain in workspace.guide.domains]
        assert done.as_asked
        assert as_bytes(await runs.result(asked.id)) == as_bytes(workspace.research_all())
        for part in done.parts:
            assert workspace.library.run(part.bibliography).domain == part.domain


async def test_progress_rises_to_its_total_and_says_the_step(workspace: Workspace) -> None:
    async with Runs(workspace) as runs:
        asked = await runs.start(ALL)
        seen = [status.progress async for status in runs.follow(asked.id)]
    assert [progress.done for progress in seen] == sorted(progress.done for progress in seen)
    assert {progress.total for progress in seen} == {18}
    assert (seen[-1].done, seen[-1].text) == (18, "Done")
    assert all(progress.text for progress in seen)


async def test_the_same_request_is_the_same_run_under_way_and_done(workspace: Workspace) -> None:
    with gate("Domain 1: judging") as held:
        async with Runs(workspace, checkpoint=held) as runs:
            first = await runs.start(FIRST)
            await held.wait()
            again = await runs.start(
                RunRequest(domain="CONSENSUS", model="Claude", style=" APA", guide=workspace.guide.id)
            )
            assert (again.id, again.state) == (first.id, "running")
            held.open()
            done = await runs.wait(first.id, LONG)
            assert await runs.start(FIRST) == done
            assert held.passed.count("claimed") == 1


async def test_starting_at_once_makes_one_run(workspace: Workspace) -> None:
    begun: list[str] = []
    async with Runs(workspace, checkpoint=begun.append) as runs:
        ids: list[str] = []

        async def start() -> None:
            ids.append((await runs.start(FIRST)).id)

        async with anyio.create_task_group() as group:
            for _ in range(8):
                group.start_soon(start)
        assert len(set(ids)) == 1
        await runs.wait(ids[0], LONG)
        assert len(await runs.known()) == 1
    assert begun.count("claimed") == 1


@pytest.mark.parametrize(
    "other",
    [
        RunRequest(domain="2"),
        RunRequest(domain="all"),
        RunRequest(domain="1", model="gemini"),
        RunRequest(domain="1", style="ieee"),
        RunRequest(domain="1", rubric="mandalios"),
    ],
    ids=str,
)
async def test_another_request_is_another_run(workspace: Workspace, other: RunRequest) -> None:
    async with Runs(workspace, workers=0) as runs:
        assert (await runs.start(other)).id != (await runs.start(FIRST)).id


def _pin(workspace: Workspace) -> None:
    source = next(s for s in workspace.library.sources(workspace.guide.id, "1"))
    workspace.pin(source.id, "1", reason="ours")


def _take_back(workspace: Workspace) -> None:
    for decision in workspace.library.decisions(workspace.guide.id, "1"):
        workspace.undo(decision.source, "1")


async def pins_of(runs: Runs, run_id: str) -> list[str]:
    costs = (await runs.result(run_id))[0].bibliography.preference_costs
    return [cost.preference for cost in costs if cost.preference.startswith("pin:")]


def _change_a_source(workspace: Workspace) -> None:
    source = next(s for s in workspace.library.sources(workspace.guide.id, "1"))
    workspace.library.ingest("added", [source.model_copy(update={"title": "Another title"})], replace=False)


@pytest.mark.parametrize("change", [_pin, _change_a_source])
async def test_what_the_result_rests_on_is_part_of_the_id(
    workspace: Workspace, change: Callable[[Workspace], None]
) -> None:
    async with Runs(workspace, workers=0) as runs:
        before = {name: (await runs.start(RunRequest(domain=name))).id for name in ("1", "2", "all")}
        change(workspace)
        after = {name: (await runs.start(RunRequest(domain=name))).id for name in ("1", "2", "all")}
    assert {name for name in before if before[name] != after[name]} == {"1", "all"}


async def test_what_changes_back_is_the_former_run_again(workspace: Workspace) -> None:
    async with Runs(workspace) as runs:
        first = await runs.start(FIRST)
        await runs.wait(first.id, LONG)
        _pin(workspace)
        pinned = await runs.start(FIRST)
        assert pinned.id != first.id
        await runs.wait(pinned.id, LONG)
        assert await pins_of(runs, pinned.id)
        _take_back(workspace)
        again = await runs.start(FIRST)
        assert (again.id, again.state) == (first.id, "done")


async def test_a_run_that_something_changed_under_says_so_and_is_not_taken_for_what_was_asked(
    workspace: Workspace,
) -> None:
    with gate("claimed") as held:
        async with Runs(workspace, checkpoint=held) as runs:
            asked = await runs.start(ALL)
            await held.wait()
            _pin(workspace)
            held.open()
            done = await runs.wait(asked.id, LONG)
            assert done.state == "done"
            assert [part.as_asked for part in done.parts] == [False, True, True]
            assert await pins_of(runs, asked.id)
            # The pin is taken back: the same id again, of which no result is there yet.
            _take_back(workspace)
            again = await runs.start(ALL)
            assert (again.id, again.state) == (asked.id, "queued")
            assert (await runs.wait(asked.id, LONG)).as_asked
            assert not await pins_of(runs, asked.id)


async def test_runs_are_listed_latest_first_page_by_page(workspace: Workspace) -> None:
    async with Runs(workspace, workers=0) as runs:
        ids = [(await runs.start(RunRequest(domain=name))).id for name in ("1", "2", "3", "all")][::-1]
        assert [run.id for run in await runs.known()] == ids
        page = await runs.known(limit=3)
        rest = await runs.known(limit=3, after=page[-1].id)
        assert [run.id for run in (*page, *rest)] == ids
        assert await runs.known(after=ids[-1]) == ()
        for limit in (0, 101):
            with pytest.raises(UsageError, match="1 to 100 runs"):
                await runs.known(limit=limit)
        with pytest.raises(UnknownNameError):
            await runs.known(after="nothing")


async def test_an_unknown_id_is_told_with_the_near_ones(workspace: Workspace) -> None:
    async with Runs(workspace, workers=0) as runs:
        run_id = (await runs.start(FIRST)).id
        for ask in (runs.find, runs.cancel, runs.result, lambda name: runs.wait(name, 1)):
            with pytest.raises(UnknownNameError, match=f"Did you mean {run_id}"):
                await ask(run_id[:-1])
        with pytest.raises(UnknownNameError):
            _ = [status async for status in runs.follow("x")]


@pytest.mark.parametrize(
    "request_", [{"domain": "9"}, {"model": "nobody"}, {"style": "mla"}, {"rubric": "x"}, {"guide": "x"}], ids=str
)
async def test_a_request_that_names_what_is_not_there_makes_no_run(
    workspace: Workspace, request_: dict[str, str]
) -> None:
    async with Runs(workspace, workers=0) as runs:
        with pytest.raises(UnknownNameError):
            await runs.start(RunRequest(**{"domain": "1", **request_}))
        assert await runs.known() == ()


async def test_a_request_names_a_guide_by_id_and_no_file(workspace: Workspace, tmp_path: Path) -> None:
    guide = tmp_path / "guide.md"
    guide.write_text("# Secrets\n", encoding="utf-8")
    async with Runs(workspace, workers=0) as runs:
        for name in (str(guide), "../guide.md", "guide.md"):
            with pytest.raises(UnknownNameError):
                await runs.start(RunRequest(domain="1", guide=name))


async def test_a_run_of_another_guide_of_the_store_is_made_on_the_same_library(shipped_copy: Workspace) -> None:
    shipped = shipped_copy.guide.id
    with open_small(shipped_copy.settings.data_dir) as small:
        async with Runs(small) as runs:
            run = await runs.start(RunRequest(domain="2", guide=shipped))
            done = await runs.wait(run.id, LONG)
            assert (done.state, done.request.guide, done.as_asked) == ("done", shipped, True)
            (made,) = await runs.result(run.id)
    assert made.bibliography.guide == shipped
    assert len(made.bibliography.entries) == 30


async def test_waiting_ends_after_its_time_with_the_run_as_it_is(workspace: Workspace) -> None:
    with gate("Domain 1: judging") as held:
        async with Runs(workspace, checkpoint=held) as runs:
            run = await runs.start(FIRST)
            await held.wait()
            assert (await runs.wait(run.id, 0)).state == "running"
            assert (await runs.wait(run.id, 0.3)).progress.text == "Domain 1: judging"
            held.open()
            assert (await runs.wait(run.id, LONG)).final


async def test_there_is_no_result_before_the_end(workspace: Workspace) -> None:
    async with Runs(workspace, workers=0) as runs:
        run = await runs.start(FIRST)
        with pytest.raises(UsageError, match=r"is queued \(0 of 6 steps\)\. Wait for it"):
            await runs.result(run.id)


async def test_a_run_that_waits_is_cancelled_at_once_and_never_begun(workspace: Workspace) -> None:
    async with Runs(workspace, workers=0) as runs:
        run = await runs.start(FIRST)
        cancelled = await runs.cancel(run.id)
        assert (cancelled.state, cancelled.ended) == ("cancelled", NOW)
        with pytest.raises(UsageError, match="was cancelled"):
            await runs.result(run.id)
    begun: list[str] = []
    async with Runs(workspace, checkpoint=begun.append) as runs:
        await runs.wait((await runs.start(SECOND)).id, LONG)
        assert (await runs.find(run.id)).state == "cancelled"
    assert begun.count("claimed") == 1


async def test_a_run_at_work_stops_at_its_next_step_and_leaves_nothing_running(workspace: Workspace) -> None:
    with gate("Domain 2: judging") as held:
        async with Runs(workspace, checkpoint=held) as runs:
            run = await runs.start(ALL)
            await held.wait()
            asked = await runs.cancel(run.id)
            assert (asked.state, asked.cancelling) == ("running", True)
            held.open()
            ended = await runs.wait(run.id, LONG)
            assert (ended.state, ended.cancelling, ended.executor) == ("cancelled", False, "")
            assert [part.domain for part in ended.parts] == ["1"]
            # The next run is begun: no worker is left behind in the cancelled one.
            assert (await runs.wait((await runs.start(SECOND)).id, LONG)).state == "done"
    assert held.passed[held.passed.index("Domain 2: judging") + 1 :][:2] == ["Domain 2: selecting", "ended"]


async def test_a_cancelled_run_is_started_anew_and_goes_on_behind_what_was_finished(workspace: Workspace) -> None:
    with gate("Domain 2: judging") as held:
        async with Runs(workspace, checkpoint=held) as runs:
            run = await runs.start(ALL)
            await held.wait()
            await runs.cancel(run.id)
            held.open()
            await runs.wait(run.id, LONG)
            again = await runs.start(ALL)
            assert (again.id, again.state) == (run.id, "queued")
            done = await runs.wait(run.id, LONG)
            assert (done.state, done.attempts) == ("done", 1)
            assert as_bytes(await runs.result(run.id)) == as_bytes(workspace.research_all())
    assert held.passed.count("Domain 1: gathering") == 1


async def test_starting_a_run_that_is_asked_to_stop_takes_that_back(workspace: Workspace) -> None:
    with gate("Domain 1: judging") as held:
        async with Runs(workspace, checkpoint=held) as runs:
            run = await runs.start(FIRST)
            await held.wait()
            await runs.cancel(run.id)
            # The step has not looked yet: it looks before it tells of itself, and this one has done so.
            assert not (await runs.start(FIRST)).cancelling
            held.open()
            assert (await runs.wait(run.id, LONG)).state == "done"


async def test_an_ended_run_can_not_be_cancelled(workspace: Workspace) -> None:
    async with Runs(workspace) as runs:
        run = await runs.start(FIRST)
        done = await runs.wait(run.id, LONG)
        assert await runs.cancel(run.id) == done


async def test_a_run_that_fails_says_why_and_what_to_do_and_others_go_on(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise SolverError("The solver stopped after 60 s without a proof. Nothing was kept. Run it again.")

    async with Runs(workspace) as runs:
        with monkeypatch.context() as patched:
            patched.setattr("research_agent.research.choose", fails)
            failed = await runs.wait((await runs.start(FIRST)).id, LONG)
        assert failed.state == "failed"
        assert failed.error
        assert failed.error.kind == "SolverError"
        with pytest.raises(UsageError, match=r"failed: The solver stopped after 60 s.*Run it again\."):
            await runs.result(failed.id)
        assert (await runs.wait((await runs.start(SECOND)).id, LONG)).state == "done"
        again = await runs.start(FIRST)
        assert (again.id, again.error) == (failed.id, None)
        assert (await runs.wait(failed.id, LONG)).state == "done"


async def test_an_error_of_ours_ends_the_run_and_not_the_process(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object) -> None:
        raise KeyError("missing")

    async with Runs(workspace) as runs:
        with monkeypatch.context() as patched:
            patched.setattr("research_agent.research.judge", fails)
            failed = await runs.wait((await runs.start(ALL)).id, LONG)
        assert failed.error
        assert "its fault and not yours" in failed.error.message
        assert "Traceback" in caplog.text
        assert (await runs.wait((await runs.start(SECOND)).id, LONG)).state == "done"


async def test_a_damaged_corpus_fails_the_run_in_words(workspace: Workspace) -> None:
    with gate("claimed") as held:
        async with Runs(workspace, checkpoint=held) as runs:
            run = await runs.start(ALL)
            await held.wait()
            with workspace.library._store.database.writing() as connection:
                connection.execute(sa.text("ALTER TABLE passage RENAME TO lost"))
            held.open()
            failed = await runs.wait(run.id, LONG)
            assert failed.state == "failed"
            assert failed.error
            assert failed.error.kind == "StoreError"
            assert "is damaged: no such table: passage. Nothing was deleted. Put back a copy" in failed.error.message


async def test_a_run_whose_end_could_not_be_written_is_taken_up_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    end = Handles.end
    refused: list[str] = []

    def refuses_once(handles: Handles, run_id: str, *arguments: Any, **options: Any) -> None:
        if not refused:
            refused.append(run_id)
            raise StoreBusyError("Another process is writing. Run this again.")
        end(handles, run_id, *arguments, **options)

    monkeypatch.setattr(Handles, "end", refuses_once)
    async with Runs(workspace) as runs:
        run = await runs.start(FIRST)
        done = await runs.wait(run.id, LONG)
    assert (refused, done.state, done.attempts) == ([run.id], "done", 2)
    assert "Another process is writing" in caplog.text


async def test_a_run_of_a_guide_that_is_not_here_waits_for_a_process_that_has_it(shipped_copy: Workspace) -> None:
    with open_small(shipped_copy.settings.data_dir) as small:
        async with Runs(small, workers=0) as looking:
            waits = await looking.start(FIRST)
            async with Runs(shipped_copy, workers=1) as runs:
                made = await runs.start(SECOND)
                assert (await runs.wait(made.id, LONG)).state == "done"
                assert (await runs.find(waits.id)).state == "queued"
        async with Runs(small) as runs:
            assert (await runs.wait(waits.id, LONG)).state == "done"


async def test_a_run_of_an_imported_guide_is_taken_up_after_a_restart(shipped_copy: Workspace) -> None:
    store = shipped_copy.settings.data_dir
    keep_guide(SMALL_GUIDE, store, guide_id="kept")
    async with Runs(shipped_copy, workers=0) as runs:
        run = await runs.start(RunRequest(domain="1", guide="kept"))
    with Workspace.open(Settings(data_dir=store)) as restarted:
        async with Runs(restarted) as runs:
            done = await runs.wait(run.id, LONG)
            assert (done.state, done.as_asked) == ("done", True)
            assert (await runs.result(run.id))[0].bibliography.guide == "kept"


async def test_cancelling_whoever_holds_the_runs_gives_them_back(workspace: Workspace) -> None:
    with gate("Domain 2: judging") as held:
        with anyio.CancelScope() as scope:
            async with Runs(workspace, checkpoint=held) as runs:
                run = await runs.start(ALL)
                await held.wait()
                threading.Timer(0.1, held.open).start()
                scope.cancel()
                await anyio.sleep_forever()
        async with Runs(workspace, workers=0) as looking:
            left = await looking.find(run.id)
            assert (left.state, left.progress.text) == ("queued", "Waits to be taken up again")


async def test_two_runs_at_once_come_to_what_each_comes_to_alone(workspace: Workspace) -> None:
    requests = [RunRequest(domain=name, style=style) for name in ("1", "2") for style in ("apa", "ieee")]
    async with Runs(workspace, workers=4) as runs:
        ids = [(await runs.start(request)).id for request in requests]
        together = [as_bytes(await runs.result((await runs.wait(run, LONG)).id)) for run in ids]
    alone = [as_bytes([workspace.beside(style=r.style).research(r.domain)]) for r in requests]
    assert together == alone


async def test_the_loop_is_not_held_up_by_a_run(workspace: Workspace) -> None:
    """While a step is at work that never yields, the loop answers."""
    with gate("Domain 1: judging") as held:
        async with Runs(workspace, checkpoint=held) as runs:
            run = await runs.start(FIRST)
            await held.wait()
            statuses = [await runs.find(run.id) for _ in range(20)]
            assert {status.state for status in statuses} == {"running"}
            held.open()


async def test_what_a_closing_process_leaves_is_taken_up_by_the_next(
    workspace: Workspace, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = Execution.stop
    with gate("Domain 2: judging") as held:

        def stop_and_go_on(execution: Execution) -> None:
            """The step goes on when the process has begun to close, and not before."""
            stop(execution)
            held.open()

        monkeypatch.setattr(Execution, "stop", stop_and_go_on)
        async with Runs(workspace, checkpoint=held) as runs:
            run = await runs.start(ALL)
            await held.wait()
    with open_small(store) as other:
        async with Runs(other, workers=0) as looking:
            left = await looking.find(run.id)
            assert (left.state, left.executor, left.progress.text) == ("queued", "", "Waits to be taken up again")
        begun: list[str] = []
        async with Runs(other, checkpoint=begun.append) as runs:
            done = await runs.wait(run.id, LONG)
            assert (done.state, done.attempts) == ("done", 2)
            assert done.progress.done == done.progress.total
            assert as_bytes(await runs.result(run.id)) == as_bytes(other.research_all())
        assert "Domain 1: gathering" not in begun


async def test_errors_within_the_context_come_out_as_they_are(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match=r"^as it is$"):
        async with Runs(workspace):
            raise UsageError("as it is")


async def test_a_result_outlives_the_sources_that_it_was_made_from(workspace: Workspace) -> None:
    async with Runs(workspace) as runs:
        run = await runs.start(ALL)
        await runs.wait(run.id, LONG)
        before = as_bytes(await runs.result(run.id))
        workspace.library.ingest(f"corpus:{workspace.guide.id}", [])
        assert as_bytes(await runs.result(run.id)) == before


def test_importing_runs_imports_nothing_heavy() -> None:
    heavy = ("chromadb", "numpy", "onnxruntime", "sqlalchemy", "highspy", "citeproc", "yaml", "filelock")
    code = f"import sys, research_agent.runs; print([m for m in {heavy!r} if m in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_every_field_of_a_status_is_described() -> None:
    schema = RunStatus.model_json_schema()
    models = {"RunStatus": schema, **schema["$defs"]}
    fields = {f"{m}.{f}": about for m, d in models.items() for f, about in d.get("properties", {}).items()}
    assert [name for name, about in fields.items() if "description" not in about] == []


async def test_what_was_made_before_a_decision_is_the_latest_again_when_it_is_taken_back(workspace: Workspace) -> None:
    async with Runs(workspace) as runs:
        first = await runs.wait((await runs.start(FIRST)).id, LONG)
        (research,) = await runs.result(first.id)
        banned = research.bibliography.entries[0].source.id
        domain = research.bibliography.domain
        workspace.ban(banned, domain)
        second = await runs.wait((await runs.start(FIRST)).id, LONG)
        assert second.id != first.id
        workspace.undo(banned, domain)
        again = await runs.start(FIRST)
        assert (again.id, again.state) == (first.id, "done")
    latest, before, *_ = workspace.library.runs(workspace.guide.id, domain)
    assert latest.id == first.parts[0].bibliography
    assert before.id == second.parts[0].bibliography
    assert {status.domain.id: status.state for status in workspace.domains()}[domain] != "stale"
