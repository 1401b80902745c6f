"""The open stores of those who ask: one an owner, opened when first asked for, closed when others need the room."""

import logging
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Self, TypeVar, TypeVarTuple, Unpack

import anyio
import anyio.to_thread

from research_agent.keys import LOCAL, Principal
from research_agent.settings import Settings

if TYPE_CHECKING:
    from anyio.abc import TaskGroup, TaskStatus

    from research_agent.runs import Runs
    from research_agent.workspace import Workspace

MOST_OPEN = 8
"""Stores that are open at a time, about 40 MB each beside what they share: whoever comes ninth closes the one that was
idle the longest."""

WORKER_THREADS = 8
"""Calls into libraries at a time, over all owners: the work is the processor's, and more of it only costs memory."""

OWNERS = "owners"
"""Folder of the data directory that holds the other owners' data directories."""

_HERE = "this machine"

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
_Arguments = TypeVarTuple("_Arguments")


class Tenant:
    """One owner's open store: the workspace of the settings' guide, and the runs."""

    def __init__(self, workspace: "Workspace", runs: "Runs", limiter: anyio.CapacityLimiter) -> None:
        self.workspace = workspace
        self.runs = runs
        self._limiter = limiter
        self._guides: dict[str, Workspace] = {workspace.guide.id: workspace}

    async def call(self, function: Callable[[Unpack[_Arguments]], _T], *arguments: *_Arguments) -> _T:
        """Run a function that works with the library in a worker thread."""
        return await anyio.to_thread.run_sync(function, *arguments, limiter=self._limiter)

    async def guide(self, guide: str) -> "Workspace":
        """The workspace of one of the owner's guides, by id; empty: that of the settings.

        Raises:
            UnknownNameError: there is no such guide; the error lists the near matches.
        """
        if not guide:
            return self.workspace
        if guide not in self._guides:
            self._guides[guide] = await self.call(_beside, self.workspace, guide)
        return self._guides[guide]

    def forget_guide(self, guide: str) -> None:
        """Open a guide anew when it is next asked for, because it was imported again."""
        if guide != self.workspace.guide.id:
            self._guides.pop(guide, None)


class _Place:
    """An owner's place among the open stores."""

    def __init__(self) -> None:
        self.lock = anyio.Lock()
        self.users = 0
        self.tenant: Tenant | None = None
        self.leave = anyio.Event()
        self.closed = anyio.Event()
        self.closed.set()

    @property
    def taken(self) -> bool:
        """Whether a store is open in it, or is about to be."""
        return self.tenant is not None or self.users > 0


class Tenants:
    """Open stores by owner. Use it as an asynchronous context manager; it closes what it opened."""

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime], most_open: int = MOST_OPEN) -> None:
        """Those of this data directory."""
        self._settings = settings
        self._clock = clock
        self._most_open = most_open
        self._places: OrderedDict[str, _Place] = OrderedDict()
        self._stack = AsyncExitStack()
        self._group: TaskGroup
        self._limiter: anyio.CapacityLimiter

    async def __aenter__(self) -> Self:
        self._limiter = anyio.CapacityLimiter(WORKER_THREADS)
        self._group = await self._stack.enter_async_context(anyio.create_task_group())
        return self

    async def __aexit__(self, *_: object) -> None:
        for place in self._places.values():
            place.leave.set()
        await self._stack.aclose()

    @asynccontextmanager
    async def of(self, principal: Principal) -> AsyncGenerator[Tenant]:
        """The open store of whoever asks, for as long as the block lasts.

        Raises:
            StoreError: it can't be opened.
        """
        place = self._places.setdefault(principal.owner, _Place())
        self._places.move_to_end(principal.owner)
        place.users += 1
        try:
            async with place.lock:
                tenant = place.tenant or await self._open(place, principal.owner)
            yield tenant
        finally:
            place.users -= 1

    async def _open(self, place: _Place, owner: str) -> Tenant:
        # It may be on its way out for another: a store that is open twice would be at the same runs twice.
        await place.closed.wait()
        await self._make_room()
        tenant: Tenant = await self._group.start(self._hold, place, owner)
        return tenant

    async def _hold(self, place: _Place, owner: str, *, task_status: "TaskStatus[Tenant]") -> None:
        """Keep an owner's store open until it is to be left: in one task, as what is opened has to be closed in it."""
        leave = place.leave = anyio.Event()
        closed = place.closed = anyio.Event()
        opened = False
        try:
            async with self._store(owner) as place.tenant:
                opened = True
                task_status.started(place.tenant)
                await leave.wait()
        except Exception:
            if not opened:
                raise
            # Nobody waits for it, and raised here it would close the stores of all others.
            _log.exception("The store of %s was not closed as it should be; it is opened anew", owner or _HERE)
        finally:
            place.tenant = None
            closed.set()

    @asynccontextmanager
    async def _store(self, owner: str) -> AsyncGenerator[Tenant]:
        from research_agent.runs import Runs
        from research_agent.workspace import Workspace

        settings = self._settings
        if owner != LOCAL:
            settings = settings.model_copy(update={"data_dir": settings.data_dir / OWNERS / owner})
        workspace = await anyio.to_thread.run_sync(_opened, Workspace, settings, self._clock)
        try:
            async with Runs(workspace) as runs:
                yield Tenant(workspace, runs, self._limiter)
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(workspace.close)

    async def _make_room(self) -> None:
        """Close who was idle the longest while too many are open; whoever is at work stays."""
        for owner, place in list(self._places.items()):
            if sum(one.taken for one in self._places.values()) <= self._most_open:
                return
            if place.tenant is not None and not place.users:
                place.tenant = None
                place.leave.set()
                await place.closed.wait()
                _log.info("Closed the store of %s", owner or _HERE)


def _opened(workspace: "type[Workspace]", settings: Settings, clock: Callable[[], datetime]) -> "Workspace":
    return workspace.open(settings, clock=clock)


def _beside(workspace: "Workspace", guide: str) -> "Workspace":
    from research_agent.guides import known_guides

    known = {found.id for found in known_guides(workspace.settings.data_dir)}
    if guide not in known:
        from research_agent.errors import UnknownNameError

        raise UnknownNameError("guide", guide, sorted(known | {workspace.guide.id}))
    return workspace.beside(guide=guide)
