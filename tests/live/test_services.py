"""One question to one service: pages, failures of every kind, and what is kept of them."""

import asyncio
import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anyio
import pytest

from research_agent.errors import UnknownNameError
from research_agent.live import services as services_module
from research_agent.live.last_answers import LastAnswers
from research_agent.live.services import Services
from research_agent.settings import Settings
from research_agent.sources.connectors import Access, Answer, Page, Query, registry
from research_agent.sources.connectors.crossref import Crossref
from research_agent.sources.http.deadline import Deadline
from research_agent.sources.http.settings import HttpSettings, Retries, Timeouts
from tests.live.answering import Opened, answers, asked, good, parameter
from tests.sources.connectors.exchanges import FIXTURES, loaded
from tests.sources.http.faulty_server import (
    Handler,
    Server,
    dies_in_the_middle,
    drips,
    free_port,
    never,
    reply,
    reset,
)

pytestmark = pytest.mark.anyio

ONE_PAGE = Query(text="yeast", wanted=5)
TWO_PAGES = Query(text="yeast", wanted=10)
HURRIED = HttpSettings(timeouts=Timeouts(whole_attempt=0.4), retries=Retries(attempts=1))


async def test_a_search_brings_what_the_service_tells(opened: Opened, server: Server, soon: Deadline) -> None:
    answers(server, "crossref", good("crossref"))
    async with opened("crossref") as services:
        told = await services.search("crossref", ONE_PAGE, soon)
    assert told.outcome.state == "answered"
    assert told.outcome.why == ""
    assert (told.outcome.asked, told.outcome.candidates) == (1, len(told.candidates)) == (1, 5)


async def test_pages_are_asked_for_until_enough_came(opened: Opened, server: Server, soon: Deadline) -> None:
    answers(server, "crossref", good("crossref"))
    pages: list[Page] = []
    async with opened("crossref") as services:
        told = await services.search("crossref", TWO_PAGES, soon, pages.append)
    assert len(pages) == len(asked(server, "crossref")) == 2
    assert len(told.candidates) == 10
    assert parameter(asked(server, "crossref")[1], "offset") == "6"


async def test_what_came_before_a_failure_is_kept(opened: Opened, server: Server, soon: Deadline) -> None:
    answers(server, "crossref", good("crossref"), reply(b"oops", 500))
    async with opened("crossref") as services:
        told = await services.search("crossref", TWO_PAGES, soon)
    assert told.outcome.state == "in_part"
    assert "500" in told.outcome.why
    assert len(told.candidates) == told.outcome.candidates == 5


async def test_a_pause_that_is_asked_for_is_made(
    opened: Opened, server: Server, soon: Deadline, waits: list[float]
) -> None:
    answers(server, "crossref", reply(b"", 429, retry_after="7"), good("crossref"))
    async with opened("crossref") as services:
        told = await services.search("crossref", ONE_PAGE, soon)
    assert told.outcome.state == "answered"
    assert max(waits) >= 7


FAILURES: Mapping[str, tuple[Handler, str]] = {
    "too many requests": (reply(b"", 429), "fewer requests"),
    "failing": (reply(b"oops", 500), "can't answer now (500)"),
    "resetting": (reset, "broke off"),
    "dying in the middle": (dies_in_the_middle, "broke off"),
    "truncated": (reply((FIXTURES / "crossref_search.json").read_bytes()[:400]), "breaks off"),
    "a page for people": (reply(b"<html>Please sign in</html>", content_type="text/html"), "Please sign in"),
    "a picture": (reply(b"GIF89a", content_type="image/gif"), "image/gif"),
    "silent for too long": (never, "works?… had not sent its whole answer"),
    "a drip": (drips, "had not sent its whole answer"),
}


@pytest.mark.parametrize("way", FAILURES)
async def test_a_service_that_fails_is_not_checked_and_says_why(
    opened: Opened, server: Server, soon: Deadline, way: str
) -> None:
    handler, why = FAILURES[way]
    answers(server, "crossref", handler)
    async with opened("crossref", limits=HURRIED) as services:
        told = await services.search("crossref", ONE_PAGE, soon)
    assert told.candidates == ()
    assert told.outcome.state == "not_checked"
    assert why in told.outcome.why
    assert "\n" not in told.outcome.why
    assert told.outcome.asked == 1


async def test_without_a_network_a_service_says_so_in_one_line_and_is_asked_once(
    opened: Opened, tmp_path: Path, soon: Deadline
) -> None:
    nobody = Settings(data_dir=tmp_path, stand_ins=f"http://127.0.0.1:{free_port()}")
    async with opened("crossref", settings=nobody) as services:
        told = [await services.search("crossref", ONE_PAGE, soon) for _ in range(3)]
    assert {one.outcome.why for one in told} == {"no network: Crossref could not be reached"}
    assert {one.outcome.state for one in told} == {"not_checked"}
    assert [one.outcome.asked for one in told] == [1, 0, 0]


async def test_a_service_that_nobody_could_reach_is_asked_again_after_a_rest(
    opened: Opened, tmp_path: Path, soon: Deadline
) -> None:
    nobody = Settings(data_dir=tmp_path, stand_ins=f"http://127.0.0.1:{free_port()}")
    at = [0.0]
    async with opened("crossref", settings=nobody, clock=lambda: at[0]) as services:
        await services.search("crossref", ONE_PAGE, soon)
        at[0] += HttpSettings().breaker.rest + 1
        assert (await services.search("crossref", ONE_PAGE, soon)).outcome.asked == 1


async def test_past_the_deadline_a_service_is_not_checked(opened: Opened, server: Server) -> None:
    answers(server, "crossref", never)
    async with opened("crossref") as services:
        told = await services.search("crossref", ONE_PAGE, Deadline.after(0.5))
        late = await services.search("crossref", ONE_PAGE, Deadline.after(0))
    for one in (told, late):
        assert (one.outcome.state, one.outcome.why) == ("not_checked", "had not answered when the time was up")
    assert (told.outcome.asked, late.outcome.asked) == (1, 0)


async def test_pages_that_came_by_the_deadline_are_kept(opened: Opened, server: Server) -> None:
    answers(server, "crossref", good("crossref"), never)
    async with opened("crossref") as services:
        told = await services.search("crossref", TWO_PAGES, Deadline.after(2))
    assert (told.outcome.state, len(told.candidates)) == ("in_part", 5)
    assert told.outcome.why == "had not answered when the time was up"


async def test_a_turn_that_comes_too_late_is_told_apart_from_a_service_that_is_slow(
    opened: Opened, server: Server
) -> None:
    answers(server, "arxiv", good("arxiv"))
    async with opened("arxiv") as services:
        first = await services.search("arxiv", Query(text="yeast", wanted=3), Deadline.after(2.5))
        told = await services.search("arxiv", Query(text="flour", wanted=3), Deadline.after(2.5))
    assert first.outcome.state == "answered"
    assert told.outcome.state == "not_checked"
    assert told.outcome.why == "its limit allows no further question before the time is up"


async def test_a_service_without_its_key_is_not_asked(server: Server, tmp_path: Path, soon: Deadline) -> None:
    async with Services.open(Settings(data_dir=tmp_path)) as services:
        told = {name: await services.search(name, ONE_PAGE, soon) for name in ("brave", "searxng", "wayback")}
    assert {one.outcome.state for one in told.values()} == {"not_asked"}
    assert told["brave"].outcome.why == "it wants a key"
    assert told["searxng"].outcome.why == "it wants an address"
    assert told["wayback"].outcome.why == "it can't be asked this"


async def test_a_work_is_looked_up_and_an_absent_one_is_no_failure(
    opened: Opened, server: Server, soon: Deadline
) -> None:
    record = (FIXTURES / "crossref_record.json").read_bytes()
    server.answers("/crossref/works/10.1234%2Fbread.5", reply(record))
    server.answers("/crossref/works/10.1234%2Fnone", reply(b"Resource not found.", 404, "text/plain"))
    async with opened("crossref") as services:
        found = await services.look_up("crossref", ("doi", "10.1234/bread.5"), soon)
        absent = await services.look_up("crossref", ("doi", "10.1234/none"), soon)
        other = await services.look_up("crossref", ("rfc", "9110"), soon)
    assert [one.title for one in found.candidates] == ["Wild Yeast in Winter: CO2 & Crumb"]
    assert (absent.candidates, absent.outcome.state) == ((), "answered")
    assert other.outcome.state == "not_asked"


async def test_the_same_question_is_not_asked_twice_even_in_another_run(
    opened: Opened, server: Server, soon: Deadline
) -> None:
    answers(server, "crossref", good("crossref"))
    async with opened("crossref") as services:
        first = await services.search("crossref", TWO_PAGES, soon)
    async with opened("crossref") as services:
        second = await services.search("crossref", TWO_PAGES, soon)
    assert len(asked(server, "crossref")) == 2
    assert [one.title for one in second.candidates] == [one.title for one in first.candidates]


async def test_a_kept_answer_that_is_broken_is_asked_for_anew(opened: Opened, server: Server, soon: Deadline) -> None:
    answers(server, "crossref", reply(b'{"message": '), good("crossref"))
    async with opened("crossref") as services:
        broken = await services.search("crossref", ONE_PAGE, soon)
        again = await services.search("crossref", ONE_PAGE, soon)
    assert broken.outcome.state == "not_checked"
    assert (again.outcome.state, len(again.candidates)) == ("answered", 5)


async def test_a_service_that_asks_for_patience_in_its_own_way_gets_it(
    opened: Opened, server: Server, soon: Deadline, waits: list[float]
) -> None:
    throttled = reply(b'{"message": "secondary rate limit"}', 403, retry_after="9")
    answers(server, "github", throttled, good("github"))
    async with opened("github") as services:
        told = await services.search("github", Query(text="yeast", wanted=3), soon)
    assert told.outcome.state in {"answered", "in_part"}
    assert len(told.candidates) == 3
    assert max(waits) > 8


async def test_an_answer_that_the_service_calls_incomplete_is_one_in_part(
    opened: Opened, server: Server, soon: Deadline
) -> None:
    body = {**loaded("github_search.json"), "incomplete_results": True}
    answers(server, "github", reply(json.dumps(body).encode()))
    async with opened("github") as services:
        told = await services.search("github", Query(text="yeast", wanted=3), soon)
    assert told.outcome.state == "in_part"
    assert told.outcome.why
    assert len(told.candidates) == 3


async def test_records_that_can_t_be_read_are_counted(opened: Opened, server: Server, soon: Deadline) -> None:
    body = loaded("crossref_search.json")
    body["message"]["items"][0].pop("DOI")
    answers(server, "crossref", reply(json.dumps(body).encode()))
    async with opened("crossref") as services:
        told = await services.search("crossref", Query(text="yeast", wanted=4), soon)
    assert told.outcome.state == "answered"
    assert told.outcome.why == "1 of its records could not be read"
    assert len(told.candidates) == 4


class BrokenWhenRead(Crossref):
    def read(self, answer: Answer) -> Page:
        raise ZeroDivisionError("a mistake")


class BrokenWhenAsked(Crossref):
    @property
    def lacks(self) -> str:
        raise KeyError("nothing set")

    def search(self, query: Query) -> Any:
        raise ZeroDivisionError("a mistake")


class ReadsNoPage(Crossref):
    def read(self, answer: Answer) -> Any:
        return ["not", "a", "page"]


@pytest.mark.parametrize("broken", [BrokenWhenRead, BrokenWhenAsked, ReadsNoPage])
async def test_a_connector_that_is_broken_is_an_outcome(
    opened: Opened, server: Server, soon: Deadline, monkeypatch: pytest.MonkeyPatch, broken: type[Crossref]
) -> None:
    answers(server, "crossref", good("crossref"))
    monkeypatch.setattr("research_agent.live.loading.connector", lambda _, access: broken(access))
    async with opened("crossref") as services:
        told = await services.search("crossref", ONE_PAGE, soon)
    assert told.outcome.state == "not_checked"
    assert told.outcome.why.startswith("its connector ")


async def test_what_a_watcher_of_pages_raises_is_the_caller_s(opened: Opened, server: Server, soon: Deadline) -> None:
    def watch(page: Page) -> None:
        raise ZeroDivisionError

    answers(server, "crossref", good("crossref"))
    async with opened("crossref") as services:
        with pytest.raises(ZeroDivisionError):
            await services.search("crossref", ONE_PAGE, soon, watch)


async def test_a_large_answer_is_read_in_a_thread_of_its_own(
    opened: Opened, server: Server, soon: Deadline, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers: list[int] = []

    class Watched(Crossref):
        def read(self, answer: Answer) -> Page:
            readers.append(threading.get_ident())
            return super().read(answer)

    monkeypatch.setattr("research_agent.live.loading.connector", lambda _, access: Watched(access))
    body = (FIXTURES / "crossref_search.json").read_bytes()
    answers(server, "crossref", reply(body), reply(body + b" " * services_module.LARGE_BODY))
    async with opened("crossref") as services:
        await services.search("crossref", TWO_PAGES, soon)
    assert readers[0] == threading.get_ident() != readers[1]


async def test_a_cancelled_search_leaves_no_task_and_no_connection(
    opened: Opened, server: Server, soon: Deadline
) -> None:
    answers(server, "crossref", drips)
    before = asyncio.all_tasks()
    async with opened("crossref") as services:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(services.search, "crossref", ONE_PAGE, soon)
            while not server.under_way:
                await anyio.sleep(0.01)
            tasks.cancel_scope.cancel()
        with anyio.fail_after(5):
            while server.under_way or asyncio.all_tasks() - before:
                await anyio.sleep(0.01)


async def test_it_is_kept_when_a_service_last_answered(
    opened: Opened, server: Server, live_settings: Settings, soon: Deadline
) -> None:
    answers(server, "crossref", good("crossref"))
    answers(server, "datacite", reply(b"", 500))
    async with opened("crossref", "datacite", "github") as services:
        for name in ("crossref", "datacite"):
            await services.search(name, ONE_PAGE, soon)
    last = LastAnswers(live_settings.data_dir).read()
    assert {name: one.state for name, one in last.items()} == {"crossref": "answered", "datacite": "not_checked"}
    assert "500" in last["datacite"].why


async def test_an_answer_from_the_cache_says_nothing_of_the_service(
    opened: Opened, server: Server, live_settings: Settings, soon: Deadline
) -> None:
    answers(server, "crossref", good("crossref"))
    async with opened("crossref") as services:
        await services.search("crossref", ONE_PAGE, soon)
    (live_settings.data_dir / "last-answers.json").unlink()
    async with opened("crossref") as services:
        await services.search("crossref", ONE_PAGE, soon)
    assert LastAnswers(live_settings.data_dir).read() == {}


async def test_a_name_that_no_connector_has_is_a_mistake_of_the_caller(opened: Opened, soon: Deadline) -> None:
    with pytest.raises(UnknownNameError, match="crossref"):
        async with opened("crosref"):
            pass
    async with opened("crossref") as services:
        with pytest.raises(UnknownNameError):
            await services.search("datacite", ONE_PAGE, soon)


async def test_a_package_whose_connector_can_t_be_loaded_spoils_no_other(
    opened: Opened, server: Server, soon: Deadline, monkeypatch: pytest.MonkeyPatch
) -> None:
    from importlib.metadata import EntryPoint

    point = EntryPoint("mine", "no.such.module:Mine", registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda *, group: [point])
    answers(server, "crossref", good("crossref"))
    async with opened() as services:
        assert [one.service for one in services.unloadable] == ["mine"]
        assert "can't be loaded" in services.unloadable[0].why
        assert (await services.search("crossref", ONE_PAGE, soon)).outcome.state == "answered"


def test_the_connectors_stand_in_the_registry_s_order_with_their_keys(tmp_path: Path) -> None:
    async def names() -> list[str]:
        async with Services.open(Settings(data_dir=tmp_path, brave_key="K"), only=("brave", "arxiv")) as services:
            assert services.connector("brave").lacks == ""
            return [one.name for one in services.connectors]

    assert anyio.run(names) == ["arxiv", "brave"]
    assert Access().key == ""
