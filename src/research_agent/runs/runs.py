"""The face of runs: asynchronous, for the service, the command line and programs alike. It never blocks its loop."""

import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, aclosing
from typing import TYPE_CHECKING, Self, TypeVar, TypeVarTuple, Unpack

import anyio
import anyio.to_thread

from research_agent.errors import ResearchAgentError, UsageError
from research_agent.model.run import RunPart, RunRequest, RunStatus
from research_agent.runs.execution import STEPS_A_DOMAIN, Checkpoint, Execution, unchecked

if TYPE_CHECKING:
    from anyio.abc import TaskGroup

    from research_agent.library.handles import Handles
    from research_agent.model.search import ServiceOutcome
    from research_agent.research import Research
    from research_agent.workspace import Workspace

WORKERS = 2
"""One long run does not hold up a short one; more would share the same processor, as the work hardly ever waits."""

MOST_AT_A_TIME = 100
"""Runs that `known` gives at most in one answer."""

_LOOK_EVERY = 1.0
"""Seconds between looks for what other processes queued or left; what is queued here is begun at once."""

_FOLLOW_EVERY = 0.1
"""Seconds between looks of a follower: what a person takes for at once, and 1 ms of reading."""

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
_Arguments = TypeVarTuple("_Arguments")


class Runs:
    """The runs of one store. Use it as an asynchronous context manager: that starts its workers.

    A run is known by its id, which follows from the request and from all in the library that its result rests on. So
    whoever asks for the same again finds the run that is under way, or done; and whoever was cut off finds it by its
    id, in this process or the next. What a process that died left unfinished is taken up by the next one that works.

    Example:
        >>> async def main(workspace):  # doctest: +SKIP
        ...     async with Runs(workspace) as runs:
        ...         run = await runs.start(RunRequest(domain="2"))
        ...         async for status in runs.follow(run.id):
        ...             print(status.progress.text)
        ...         (research,) = await runs.result(run.id)
    """

    def __init__(self, workspace: "Workspace", *, workers: int = WORKERS, checkpoint: Checkpoint = unchecked) -> None:
        """Those of the workspace's store.

        Args:
            workspace: an open one; it stays open and is the caller's to close.
            workers: runs that are executed here at the same time; 0: this process only asks.
            checkpoint: told each step of an execution as it ends.
        """
        from research_agent.runs.asked import Workspaces

        self._settings = workspace.settings
        self._clock = workspace.clock
        self._workers = workers
        self._checkpoint = checkpoint
        self._workspaces = Workspaces(workspace)
        self._handles: Handles  # open while the context is
        self._failed: dict[str, tuple[ServiceOutcome, ...]] = {}
        self._stack = AsyncExitStack()
        self._queued = anyio.Event()

    async def __aenter__(self) -> Self:
        from research_agent.runs.executor import Executor

        async with AsyncExitStack() as stack:
            self._handles = await _in_thread(self._open)
            stack.callback(self._handles.close)
            if self._workers:
                executor = stack.enter_context(await _in_thread(Executor, self._settings.data_dir))
                stack.push_async_callback(self._leave, executor.name)
                execution = Execution(
                    self._handles, self._workspaces, executor.name, clock=self._clock, checkpoint=self._checkpoint
                )
                group = await stack.enter_async_context(anyio.create_task_group())
                stack.callback(_end_work, group, execution)
                limiter = anyio.CapacityLimiter(self._workers)
                for _ in range(self._workers):
                    group.start_soon(self._work, execution, limiter)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop the workers at their next step; what they leave waits for the next process."""
        # Not told of what was raised here: the workers' group would wrap it into a group of errors.
        await self._stack.aclose()

    async def start(self, request: RunRequest) -> RunStatus:
        """Have a run made; the same request is the same run for as long as what it rests on is the same.

        A run that is under way or done is answered as it is. One that failed, was cancelled, or is done but with
        something that changed on the way, is begun anew and keeps what it had finished as asked.

        Raises:
            UnknownNameError: the request names a guide, domain, model, style or rubric that is not there.
            StoreError: the catalogue can't be used.
        """
        status = await _in_thread(self._start, request)
        # Whoever waits holds the old event.
        self._queued.set()
        self._queued = anyio.Event()
        return status

    async def find(self, run_id: str) -> RunStatus:
        """The run as it is now.

        Raises:
            UnknownNameError: there is no such run; the error lists the near matches.
        """
        return await _in_thread(self._find, run_id)

    async def known(self, *, limit: int = 20, after: str | None = None) -> tuple[RunStatus, ...]:
        """The runs of the store, the latest first; a page of them.

        Args:
            limit: how many, 1 to `MOST_AT_A_TIME`. Fewer come where there are no more.
            after: id of the last run of the page before; None: from the latest on.

        Raises:
            UsageError: `limit` is out of range.
            UnknownNameError: there is no run `after`.
        """
        if not 1 <= limit <= MOST_AT_A_TIME:
            raise UsageError(f"A page has 1 to {MOST_AT_A_TIME} runs, not {limit}. Ask for the rest with `after`.")
        return await _in_thread(self._known, limit, after)

    async def follow(self, run_id: str) -> AsyncGenerator[RunStatus]:
        """The run now and after each change that is seen, whichever process executes it; the last one is final.

        Raises:
            UnknownNameError: there is no such run.
        """
        seen = None
        while True:
            status = await self.find(run_id)
            if status != seen:
                yield status
            if status.final:
                return
            seen = status
            await anyio.sleep(_FOLLOW_EVERY)

    async def wait(self, run_id: str, seconds: float) -> RunStatus:
        """The run when it has ended, or as it is after so many seconds.

        Raises:
            UnknownNameError: there is no such run.
        """
        status = await self.find(run_id)
        with anyio.move_on_after(seconds):
            async with aclosing(self.follow(run_id)) as following:
                async for now in following:
                    status = now
        return status

    async def cancel(self, run_id: str) -> RunStatus:
        """Ask a run to stop, which it does at its next step; until then it is `cancelling`.

        Domains that it finished are kept. A run that has ended stays as it is.

        Raises:
            UnknownNameError: there is no such run.
        """
        return await _in_thread(self._cancel, run_id)

    async def result(self, run_id: str) -> "tuple[Research, ...]":
        """What a run that is done came to: one a domain, in the guide's order.

        Raises:
            UnknownNameError: there is no such run.
            UsageError: it is not done; the error says what to do.
        """
        return await _in_thread(self._result, run_id)

    # In a thread

    def _open(self) -> "Handles":
        from research_agent.library.handles import Handles

        return Handles.open(self._settings.data_dir, lock_wait=self._settings.lock_wait)

    def _start(self, request: RunRequest) -> RunStatus:
        asked = self._workspaces.asked(request)
        total = STEPS_A_DOMAIN * len(asked.inputs)
        return self._told(self._handles.start(asked.id, asked.request, asked.inputs, total=total, at=self._clock()))

    def _find(self, run_id: str) -> RunStatus:
        return self._told(self._handles.find(run_id))

    def _known(self, limit: int, after: str | None) -> tuple[RunStatus, ...]:
        return tuple(map(self._told, self._handles.known(limit, after)))

    def _cancel(self, run_id: str) -> RunStatus:
        return self._told(self._handles.cancel(run_id, at=self._clock(), alive=self._alive))

    def _result(self, run_id: str) -> "tuple[Research, ...]":
        from research_agent.research import Research

        status = self._find(run_id)
        if status.state != "done":
            raise UsageError(_no_result(status))
        return tuple(Research(bibliography=made, prompt=prompt) for made, prompt in self._handles.result(run_id))

    def _told(self, status: RunStatus) -> RunStatus:
        """A run with the services that failed it; one whose process died waits, whatever the catalogue says yet."""
        if status.request.live:
            parts = [part.model_copy(update={"not_checked": self._not_checked(part)}) for part in status.parts]
            status = status.model_copy(update={"parts": tuple(parts)})
        if status.state != "running" or self._alive(status.executor):
            return status
        return status.model_copy(update={"state": "queued", "executor": ""})

    def _not_checked(self, part: RunPart) -> "tuple[ServiceOutcome, ...]":
        """The services that failed in the search for a domain: read once, as whoever follows a run asks often."""
        from research_agent.bibliography.search_report import failed_services

        if part.bibliography not in self._failed:
            self._failed[part.bibliography] = failed_services(self._handles.search(part.bibliography))
        return self._failed[part.bibliography]

    def _alive(self, executor: str) -> bool:
        from research_agent.runs.executor import alive

        return alive(self._settings.data_dir, executor)

    def _give_back(self, executor: str) -> None:
        self._handles.give_back(executor, at=self._clock())

    # Workers

    async def _leave(self, executor: str) -> None:
        """Give back what the workers left, also where this process is being cancelled."""
        with anyio.CancelScope(shield=True):
            try:
                await _in_thread(self._give_back, executor)
            except ResearchAgentError as error:
                _log.warning("Runs are taken up as those of a process that died: %s", error)

    async def _work(self, execution: Execution, limiter: anyio.CapacityLimiter) -> None:
        while True:
            queued = self._queued
            try:
                claim = await _in_thread(execution.claim, self._alive)
                if claim is not None:
                    await anyio.to_thread.run_sync(execution.run, claim, limiter=limiter)
                    continue
            except ResearchAgentError as error:
                # The store can't be used at the moment. The runs wait in it, and so does this worker.
                _log.warning("Runs wait: %s", error)
            except Exception:
                # Ours to mend; the process has more to do than this.
                _log.exception("A worker of runs goes on after an error of this program")
            with anyio.move_on_after(_LOOK_EVERY):
                await queued.wait()


async def _in_thread(call: "Callable[[Unpack[_Arguments]], _T]", *arguments: *_Arguments) -> _T:
    return await anyio.to_thread.run_sync(call, *arguments)


def _end_work(group: "TaskGroup", execution: Execution) -> None:
    """Before the group waits for its workers: their threads end at the next step, and with them the workers."""
    execution.stop()
    group.cancel_scope.cancel()


def _no_result(status: RunStatus) -> str:
    if status.state == "failed" and status.error:
        return f"Run {status.id} failed: {status.error.message}"
    if status.state == "cancelled":
        return f"Run {status.id} was cancelled. Start it again: what it had finished is kept."
    progress = status.progress
    return f"Run {status.id} is {status.state} ({progress.done} of {progress.total} steps). Wait for it, or follow it."
