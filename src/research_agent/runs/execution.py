"""Execute a claimed run in a worker thread: its domains one by one, each kept when it is finished."""

import logging
from collections.abc import Callable
from functools import partial
from threading import Event, Lock
from typing import TYPE_CHECKING

from research_agent.errors import ResearchAgentError
from research_agent.model.progress import Progress, Step
from research_agent.model.run import RunError
from research_agent.runs.asked import Workspaces, made_from

if TYPE_CHECKING:
    from datetime import datetime

    from research_agent.library.handles import Claim, Handles
    from research_agent.live.services import Services
    from research_agent.research import Research
    from research_agent.workspace import Workspace

STEPS_A_DOMAIN = 6
"""As many as `research_domain` tells of; another number is scaled to this one."""

LOOK_EVERY = 0.25
"""Seconds between looks at whether a search is still wanted: soon for a person, and a millisecond of reading."""

Checkpoint = Callable[[str], None]
"""Told the name of each thing that is done; tests kill the process there."""


def unchecked(_step: str) -> None:
    """Checkpoints that nobody waits at."""


class Execution:
    """What this process executes of a store's runs. Threads share it."""

    def __init__(
        self,
        handles: "Handles",
        workspaces: Workspaces,
        executor: str,
        *,
        clock: "Callable[[], datetime]",
        checkpoint: Checkpoint = unchecked,
    ) -> None:
        self._handles = handles
        self._workspaces = workspaces
        self._executor = executor
        self._clock = clock
        self._checkpoint = checkpoint
        self._stopping = Event()
        self._claiming = Lock()
        self._active: set[str] = set()

    def claim(self, alive: Callable[[str], bool]) -> "Claim | None":
        """The run to execute next; what the dead left is queued before. None: there is nothing to do.

        Looks before it writes, so that an idle process never holds up one that is at work.
        """
        with self._claiming:
            for name, runs in self._handles.running().items():
                # Of our own those that ended without a word: the store could not be written at that moment.
                lost = [run for run in runs if run not in self._active] if name == self._executor else runs
                if lost and (name == self._executor or not alive(name)):
                    self._handles.bereave(name, lost, at=self._clock())
            guides = {guide for guide in self._handles.waiting_guides() if self._workspaces.serves(guide)}
            claim = self._handles.claim(self._executor, guides, at=self._clock()) if guides else None
            if claim is not None:
                self._active.add(claim.id)
            return claim

    def stop(self) -> None:
        """Let every execution end at its next step."""
        self._stopping.set()

    def run(self, claim: "Claim") -> None:
        """Execute a run to its end, whatever that is.

        Raises:
            StoreError: the catalogue could not be told of the end; the run will be taken up again.
        """
        try:
            self._execute(claim)
        finally:
            with self._claiming:
                self._active.discard(claim.id)

    def _execute(self, claim: "Claim") -> None:
        self._checkpoint("claimed")
        try:
            workspace = self._workspaces.of(claim.request)
            for position, domain in enumerate(claim.inputs):
                self._make(claim, workspace, position, domain)
        except _Stopped:
            return
        except _Cancelled:
            self._handles.end(claim.id, self._executor, "cancelled", at=self._clock())
        except ResearchAgentError as error:
            self._fail(claim, RunError(kind=type(error).__name__, message=str(error)))
        except Exception as error:
            # Ours to mend, and no reason to take the other runs down; the log has the traceback.
            logging.getLogger(__name__).exception("Run %s stopped on an error of this program", claim.id)
            self._fail(claim, _fault(error))
        else:
            self._handles.end(claim.id, self._executor, "done", at=self._clock())
        self._checkpoint("ended")

    def _make(self, claim: "Claim", workspace: "Workspace", position: int, domain: str) -> None:
        before = position * STEPS_A_DOMAIN
        if domain in claim.finished:
            self._advance(claim, before + STEPS_A_DOMAIN, f"Domain {domain}: finished before")
            return
        if claim.request.live:
            research = _searched(workspace, domain, self._told(claim, before), partial(self._look, claim))
        else:
            research = workspace.research(domain, self._told(claim, before))
        self._checkpoint(f"Domain {domain}: made")
        self._handles.keep(
            claim.id,
            self._executor,
            research.bibliography,
            research.prompt,
            inputs=claim.inputs[domain]
            if claim.request.live
            else made_from(research.bibliography.inputs, research.prompt),
            at=self._clock(),
        )
        self._checkpoint(f"Domain {domain}: kept")

    def _told(self, claim: "Claim", before: int) -> Progress:
        def tell(step: Step) -> None:
            self._advance(claim, before + STEPS_A_DOMAIN * step.done // step.total, step.text)

        return tell

    def _advance(self, claim: "Claim", done: int, text: str) -> None:
        """Tell how far a run is, and leave it where that is asked for.

        Raises:
            _Stopped: this process ends, or the run is no longer its own.
            _Cancelled: somebody cancelled the run.
        """
        word = self._handles.advance(claim.id, self._executor, done=done, step=text)
        self._checkpoint(text)
        if word == "cancel":
            raise _Cancelled
        if word == "lost" or self._stopping.is_set():
            raise _Stopped

    def _look(self, claim: "Claim") -> None:
        """Leave a run where that is asked for while nothing happens that could be told; only reads.

        Raises:
            _Stopped: this process ends, or the run is no longer its own.
            _Cancelled: somebody cancelled the run.
        """
        status = self._handles.find(claim.id)
        if status.executor != self._executor or self._stopping.is_set():
            raise _Stopped
        if status.cancelling:
            raise _Cancelled

    def _fail(self, claim: "Claim", error: RunError) -> None:
        self._handles.end(claim.id, self._executor, "failed", at=self._clock(), error=error)


def _searched(workspace: "Workspace", domain: str, progress: Progress, look: Callable[[], None]) -> "Research":
    """Research after a search, which looks up from its waiting now and then: services may be silent for long."""
    import anyio

    from research_agent.live.first_error import first_error
    from research_agent.searching import asking, research_live

    async def watch() -> None:
        while True:
            await anyio.sleep(LOOK_EVERY)
            look()

    async def research(services: "Services") -> "Research":
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(watch)
            made = await research_live(workspace, domain, services, _rising(progress))
            tasks.cancel_scope.cancel()
        return made

    with first_error():
        return asking(workspace.settings, research)


def _rising(progress: Progress) -> Progress:
    """Progress of a search and of what follows it, in one measure: the search is the first half.

    Each round ends with a bibliography, so none of them is the end.
    """

    def tell(step: Step) -> None:
        searching = not step.name.startswith("domain ")
        total = max(1, 2 * step.total)
        done = 0 if searching else min(step.total + step.done, total - 1)
        progress(step.model_copy(update={"done": done, "total": total}))

    return tell


class _Stopped(Exception):  # noqa: N818 - no error: a way out of the work
    """The run is left to whoever takes it up."""


class _Cancelled(Exception):  # noqa: N818 - no error: a way out of the work
    """The run is not wanted any longer."""


def _fault(error: Exception) -> RunError:
    return RunError(
        kind=type(error).__name__,
        message=f"The program failed ({type(error).__name__}: {error}), which is its fault and not yours. The domains "
        "that were finished are kept. Start the run again; if it fails again, report it with the log.",
    )
