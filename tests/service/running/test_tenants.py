"""Owners' stores: opened when first asked for, shared while they are open, closed in order, whatever goes wrong."""

import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import anyio
import pytest

from research_agent import Settings, Workspace
from research_agent.errors import NotAllowedError, ResearchAgentError, StoreError, UnknownNameError
from research_agent.keys import PERSON_HERE, SCOPES, Principal, Scope
from research_agent.model.run import RunRequest
from research_agent.runs import Runs
from research_agent.service import tenants as module
from research_agent.service.access import ASKING, Access
from research_agent.service.tenants import Tenant, Tenants
from tests.conftest import NOW
from tests.runs.material import LONG

pytestmark = pytest.mark.anyio
ADA, GRACE, EDITH = (Principal(owner=name, scopes=SCOPES, key=name) for name in ("ada", "grace", "edith"))

Real = Callable[[type[Workspace], Settings, Callable[[], datetime]], Workspace]


class Doors:
    """Notes which stores are opened and closed, and does at each opening or closing what a test wants."""

    def __init__(self, real: Real) -> None:
        self._real = real
        self.opened: list[str] = []
        self.closed: list[str] = []
        self.at_opening: Callable[[str], None] = lambda _: None
        self.at_closing: Callable[[str], None] = lambda _: None

    def open(self, workspace: type[Workspace], settings: Settings, clock: Callable[[], datetime]) -> Workspace:
        name = settings.data_dir.name
        self.opened.append(name)
        self.at_opening(name)
        made = self._real(workspace, settings, clock)
        close = made.close

        def closing() -> None:
            self.at_closing(name)
            close()
            self.closed.append(name)

        made.close = closing  # type: ignore[method-assign]
        return made


@pytest.fixture
def doors(monkeypatch: pytest.MonkeyPatch) -> Doors:
    made = Doors(module._opened)
    monkeypatch.setattr(module, "_opened", made.open)
    return made


@pytest.fixture
def slow_end(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Runs take until the event is set to end, as they do while a step is at work."""
    may_end = threading.Event()
    leave = Runs.__aexit__

    async def leaving(self: Runs, *told: object) -> None:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(may_end.wait, LONG)
        await leave(self, *told)

    monkeypatch.setattr(Runs, "__aexit__", leaving)
    yield may_end
    may_end.set()


@asynccontextmanager
async def of_settings(settings: Settings, **options: Any) -> AsyncGenerator[Tenants]:
    async with Tenants(settings, clock=lambda: NOW, **options) as opened:
        yield opened


def owner_of(tenant: Tenant) -> str:
    return tenant.workspace.settings.data_dir.name


# Open


async def test_nothing_is_opened_before_somebody_asks(small_settings: Settings, doors: Doors) -> None:
    async with of_settings(small_settings):
        assert doors.opened == []


async def test_each_owner_has_a_store_of_their_own_and_the_person_here_the_data_directory(
    small_settings: Settings, doors: Doors
) -> None:
    async with of_settings(small_settings) as tenants, tenants.of(PERSON_HERE) as here, tenants.of(ADA) as ada:
        assert here.workspace.settings.data_dir == small_settings.data_dir
        assert ada.workspace.settings.data_dir == small_settings.data_dir / "owners" / "ada"
    assert sorted(doors.closed) == ["ada", "store"]


async def test_a_store_stays_open_for_the_next_who_asks(small_settings: Settings, doors: Doors) -> None:
    async with of_settings(small_settings) as tenants:
        async with tenants.of(ADA) as first:
            pass
        async with tenants.of(ADA) as second:
            assert second is first
    assert doors.opened == ["ada"]


async def test_what_one_owner_decides_another_does_not_see(small_settings: Settings) -> None:
    async with of_settings(small_settings) as tenants, tenants.of(ADA) as ada, tenants.of(GRACE) as grace:
        source = ada.workspace.library.sources(ada.workspace.guide.id, "1")[0]
        await ada.call(lambda: ada.workspace.ban(source.id, "1", reason="not this one"))
        decisions = [one.workspace.library.decisions(one.workspace.guide.id, "1") for one in (ada, grace)]
        assert [len(found) for found in decisions] == [1, 0]


async def test_what_one_owner_runs_another_does_not_find(small_settings: Settings) -> None:
    async with of_settings(small_settings) as tenants, tenants.of(ADA) as ada, tenants.of(GRACE) as grace:
        run = await ada.runs.start(RunRequest(domain="1"))
        with pytest.raises(UnknownNameError):
            await grace.runs.find(run.id)
        assert (await ada.runs.wait(run.id, LONG)).state == "done"


async def test_requests_that_come_at_once_open_a_store_once(small_settings: Settings, doors: Doors) -> None:
    seen: list[Tenant] = []
    async with of_settings(small_settings) as tenants:

        async def ask() -> None:
            async with tenants.of(ADA) as tenant:
                seen.append(tenant)
                await anyio.sleep(0.01)

        async with anyio.create_task_group() as group:
            for _ in range(20):
                group.start_soon(ask)
    assert doors.opened == ["ada"]
    assert len(seen) == 20
    assert len(set(map(id, seen))) == 1


async def test_a_store_that_takes_long_to_open_holds_up_nobody_else(small_settings: Settings, doors: Doors) -> None:
    may_open = threading.Event()
    doors.at_opening = lambda name: (name == "ada" and may_open.wait(LONG), None)[1]
    async with of_settings(small_settings) as tenants:

        async def ask() -> None:
            async with tenants.of(ADA):
                pass

        async with anyio.create_task_group() as group:
            group.start_soon(ask)
            async with tenants.of(GRACE) as grace:
                assert owner_of(grace) == "grace"
            may_open.set()


# What goes wrong


async def test_an_error_on_opening_is_told_and_the_next_try_works(small_settings: Settings, doors: Doors) -> None:
    def fails(name: str) -> None:
        if len(doors.opened) == 1:
            raise StoreError(f"{name} can't be opened today")

    doors.at_opening = fails
    async with of_settings(small_settings) as tenants:
        with pytest.raises(StoreError, match="ada can't be opened today"):
            async with tenants.of(ADA):
                pytest.fail("it was opened")
        async with tenants.of(ADA) as ada:
            assert owner_of(ada) == "ada"


async def test_an_owner_whose_store_can_t_be_opened_harms_no_other(small_settings: Settings) -> None:
    blocked = small_settings.data_dir / "owners" / "mallory"
    blocked.write_text("no folder")
    mallory = Principal(owner="mallory", scopes=SCOPES)
    async with of_settings(small_settings) as tenants, tenants.of(ADA) as ada:
        for _ in range(3):
            with pytest.raises(ResearchAgentError):
                async with tenants.of(mallory):
                    pytest.fail("it was opened")
        assert await ada.call(len, await ada.runs.known()) == 0


async def test_an_error_of_whoever_asked_leaves_the_store_open(small_settings: Settings, doors: Doors) -> None:
    async with of_settings(small_settings) as tenants:
        with pytest.raises(ZeroDivisionError):
            async with tenants.of(ADA):
                raise ZeroDivisionError
        async with tenants.of(ADA):
            assert (doors.opened, doors.closed) == (["ada"], [])


async def test_whoever_gives_up_while_a_store_opens_leaves_nothing_open_twice(
    small_settings: Settings, doors: Doors
) -> None:
    begun, may_open = threading.Event(), threading.Event()

    def waits(_: str) -> None:
        begun.set()
        may_open.wait(LONG)

    doors.at_opening = waits
    async with of_settings(small_settings) as tenants:

        async def ask(scope: anyio.CancelScope) -> None:
            with scope:
                async with tenants.of(ADA):
                    pytest.fail("it was let in though it had given up")

        async with anyio.create_task_group() as group:
            scope = anyio.CancelScope()
            group.start_soon(ask, scope)
            await anyio.to_thread.run_sync(begun.wait, LONG)
            scope.cancel()
            may_open.set()
        async with tenants.of(ADA) as ada:
            assert await ada.runs.known() == ()
    # Whatever was opened was closed.
    assert sorted(doors.opened) == sorted(doors.closed)


async def test_others_who_wait_for_a_store_get_it_when_the_first_gives_up(
    small_settings: Settings, doors: Doors
) -> None:
    begun, may_open, got = threading.Event(), threading.Event(), list[str]()

    def waits(_: str) -> None:
        begun.set()
        may_open.wait(LONG)

    doors.at_opening = waits
    async with of_settings(small_settings) as tenants:

        async def ask(scope: anyio.CancelScope) -> None:
            with scope:
                async with tenants.of(ADA) as tenant:
                    got.append(owner_of(tenant))

        async with anyio.create_task_group() as group:
            first = anyio.CancelScope()
            group.start_soon(ask, first)
            await anyio.to_thread.run_sync(begun.wait, LONG)
            group.start_soon(ask, anyio.CancelScope())
            await anyio.wait_all_tasks_blocked()
            first.cancel()
            may_open.set()
    assert got == ["ada"]
    assert sorted(doors.opened) == sorted(doors.closed)


async def test_a_store_that_can_t_be_closed_well_harms_no_other(
    small_settings: Settings, doors: Doors, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(name: str) -> None:
        if name == "ada":
            raise OSError("the disk is gone")

    doors.at_closing = fails
    async with of_settings(small_settings, most_open=1) as tenants:
        async with tenants.of(ADA):
            pass
        async with tenants.of(GRACE) as grace:
            assert await grace.runs.known() == ()
        async with tenants.of(ADA):
            pass
    assert "the disk is gone" in caplog.text


# Make room


async def test_the_one_that_was_idle_the_longest_is_closed_for_another(small_settings: Settings, doors: Doors) -> None:
    async with of_settings(small_settings, most_open=2) as tenants:
        for principal in (ADA, GRACE, ADA, EDITH):
            async with tenants.of(principal):
                pass
        assert doors.closed == ["grace"]
        async with tenants.of(ADA):
            assert doors.opened == ["ada", "grace", "edith"]


async def test_a_store_that_somebody_works_with_is_not_closed_for_another(
    small_settings: Settings, doors: Doors
) -> None:
    async with of_settings(small_settings, most_open=1) as tenants:
        async with tenants.of(ADA) as ada, tenants.of(GRACE) as grace:
            assert doors.closed == []
            assert await ada.runs.known() == await grace.runs.known() == ()
        async with tenants.of(EDITH):
            assert sorted(doors.closed) == ["ada", "grace"]


async def test_a_store_that_is_being_closed_is_opened_anew_for_whoever_asks_meanwhile(
    small_settings: Settings, doors: Doors, slow_end: threading.Event
) -> None:
    async with of_settings(small_settings, most_open=1) as tenants:
        async with tenants.of(ADA):
            pass
        got: list[str] = []

        async def ask(principal: Principal) -> None:
            async with tenants.of(principal) as tenant:
                got.append(owner_of(tenant))
                await tenant.runs.known()

        with anyio.fail_after(LONG):
            async with anyio.create_task_group() as group:
                group.start_soon(ask, GRACE)
                await anyio.wait_all_tasks_blocked()
                group.start_soon(ask, ADA)
                await anyio.wait_all_tasks_blocked()
                # A store is never open twice in a process: two would work at the same runs.
                assert doors.opened.count("ada") - doors.closed.count("ada") <= 1
                slow_end.set()
    assert sorted(got) == ["ada", "grace"]
    assert sorted(doors.opened) == sorted(doors.closed)


async def test_many_owners_who_come_at_once_all_get_in(small_settings: Settings, doors: Doors) -> None:
    asked = [ADA, GRACE, EDITH, PERSON_HERE] * 6
    got: list[str] = []
    async with of_settings(small_settings, most_open=1) as tenants:

        async def ask(principal: Principal) -> None:
            async with tenants.of(principal) as tenant:
                await tenant.runs.known()
                got.append(principal.owner)

        with anyio.fail_after(LONG):
            async with anyio.create_task_group() as group:
                for principal in asked:
                    group.start_soon(ask, principal)
    assert sorted(got) == sorted(principal.owner for principal in asked)
    assert sorted(doors.opened) == sorted(doors.closed)


# Close


async def test_runs_end_before_their_store_is_closed(
    small_settings: Settings, doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    leave = Runs.__aexit__

    async def leaving(self: Runs, *told: object) -> None:
        await leave(self, *told)
        order.append("runs")

    monkeypatch.setattr(Runs, "__aexit__", leaving)
    doors.at_closing = lambda _: order.append("store")
    async with of_settings(small_settings) as tenants, tenants.of(ADA) as ada:
        await ada.runs.start(RunRequest(domain="all"))
    assert order == ["runs", "store"]


async def test_a_run_that_is_cut_off_by_closing_is_taken_up_by_the_next(small_settings: Settings) -> None:
    async with of_settings(small_settings) as tenants, tenants.of(ADA) as ada:
        run = await ada.runs.start(RunRequest(domain="all"))
    async with of_settings(small_settings) as tenants, tenants.of(ADA) as ada:
        assert (await ada.runs.wait(run.id, LONG)).state == "done"


async def test_all_are_closed_also_when_the_service_is_cut_off(small_settings: Settings, doors: Doors) -> None:
    with anyio.CancelScope() as scope:
        async with AsyncExitStack() as stack:
            tenants = await stack.enter_async_context(Tenants(small_settings, clock=lambda: NOW))
            for principal in (ADA, GRACE):
                await stack.enter_async_context(tenants.of(principal))
            scope.cancel()
            await anyio.lowlevel.checkpoint()
    assert sorted(doors.closed) == ["ada", "grace"]


# Guides of an owner


async def test_a_guide_by_its_id_and_none_by_a_path(small_settings: Settings) -> None:
    async with of_settings(small_settings) as tenants, tenants.of(ADA) as ada:
        own = ada.workspace.guide.id
        assert await ada.guide("") is ada.workspace
        assert await ada.guide(own) is ada.workspace
        for name in ("../../etc/passwd", str(small_settings.guide), "unknown", "a\0b", ".", "/"):
            with pytest.raises(UnknownNameError):
                await ada.guide(name)


async def test_a_guide_that_was_imported_again_is_opened_anew(small_settings: Settings) -> None:
    from research_agent.guides import keep_guide

    text = Path(small_settings.guide).read_text(encoding="utf-8")
    other = small_settings.data_dir / "other.md"
    other.write_text(text.replace(text.splitlines()[0], "# Another Project", 1), encoding="utf-8")
    async with of_settings(small_settings) as tenants, tenants.of(ADA) as ada:
        imported = keep_guide(other, ada.workspace.settings.data_dir)
        first = await ada.guide(imported.guide.id)
        assert await ada.guide(imported.guide.id) is first
        ada.forget_guide(imported.guide.id)
        assert await ada.guide(imported.guide.id) is not first


# Who may


@pytest.mark.parametrize("scope", SCOPES)
async def test_a_scope_that_a_key_lacks_is_refused_before_anything_is_opened(
    small_settings: Settings, doors: Doors, scope: Scope
) -> None:
    async with of_settings(small_settings) as tenants:
        ASKING.set(Principal(owner="ada", scopes=("read",), key="0a1b2c3d"))
        if scope == "read":
            async with Access(tenants).tenant(scope) as tenant:
                assert owner_of(tenant) == "ada"
            return
        with pytest.raises(NotAllowedError, match=f"{scope}.*0a1b2c3d.*create ada --scope {scope}"):
            async with Access(tenants).tenant(scope):
                pytest.fail("it was let in")
        assert doors.opened == []


async def test_nobody_is_let_in_who_was_not_recognised(small_settings: Settings, doors: Doors) -> None:
    async with of_settings(small_settings) as tenants:
        with pytest.raises(LookupError):
            async with Access(tenants).tenant("read"):
                pytest.fail("it was let in")
    assert doors.opened == []
