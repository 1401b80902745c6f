"""All questions to all services: streaming, limits, failures, the deadline, and nothing left behind."""

import asyncio
from collections.abc import Mapping
from itertools import pairwise

import anyio
import pytest
from anyio.abc import ByteStream
from hypothesis import given
from hypothesis import strategies as st

from research_agent.live.fan_out import fan_out
from research_agent.live.outcomes import merged, one_line
from research_agent.live.services import Told
from research_agent.model.progress import Step, unwatched
from research_agent.model.search import PlannedQuery, ServiceOutcome, ServiceState
from research_agent.sources.connectors import Answer, Page
from research_agent.sources.connectors.crossref import Crossref
from research_agent.sources.http.deadline import Deadline
from research_agent.sources.http.politeness import Politeness
from tests.live.answering import PATHS, Opened, answers, asked, by_text, good, parameter, planned
from tests.sources.http.faulty_server import Asked, Handler, Server, drips, never, reply, reset

pytestmark = pytest.mark.anyio

SEVERAL = ("crossref", "openalex", "datacite", "github")


def unheard(_: PlannedQuery, __: Told) -> None:
    """Results that nobody takes."""


async def test_every_query_goes_to_every_service_that_it_names(opened: Opened, server: Server, soon: Deadline) -> None:
    for name in SEVERAL:
        answers(server, name, good(name))
    heard: list[tuple[str, str]] = []
    queries = [planned("crossref", "openalex", text="yeast"), planned("openalex", "datacite", text="flour")]
    async with opened(*SEVERAL) as services:
        outcomes = await fan_out(
            services, queries, soon, lambda query, told: heard.append((query.text, told.outcome.service)), unwatched
        )
    assert sorted(heard) == [
        ("flour", "datacite"),
        ("flour", "openalex"),
        ("yeast", "crossref"),
        ("yeast", "openalex"),
    ]
    assert [one.service for one in outcomes] == ["crossref", "openalex", "datacite", "github"]
    assert [one.asked for one in outcomes] == [1, 2, 1, 0]
    assert (outcomes[3].state, outcomes[3].why) == ("not_asked", "nothing was for it")


async def test_the_first_results_come_before_the_slowest_service_has_answered(
    opened: Opened, server: Server, soon: Deadline
) -> None:
    quick_came = anyio.Event()

    async def slow(one: Asked, stream: ByteStream) -> None:
        await quick_came.wait()
        await good("datacite")(one, stream)

    answers(server, "crossref", good("crossref"))
    answers(server, "datacite", slow)
    heard: list[str] = []

    def on_told(_: PlannedQuery, told: Told) -> None:
        heard.append(told.outcome.service)
        quick_came.set()

    async with opened("crossref", "datacite") as services:
        with anyio.fail_after(30):
            await fan_out(services, [planned("crossref", "datacite")], soon, on_told, unwatched)
    assert heard == ["crossref", "datacite"]


async def test_the_slowest_service_holds_the_rest_no_longer_than_the_deadline(opened: Opened, server: Server) -> None:
    answers(server, "datacite", good("datacite"))
    answers(server, "crossref", by_text("query.bibliographic", {"flour": never}, good("crossref")))
    heard: list[Told] = []
    queries = [planned("crossref", "datacite", text=text) for text in ("yeast", "flour", "salt")]
    async with opened("crossref", "datacite") as services:
        crossref, datacite = await fan_out(
            services, queries, Deadline.after(2), lambda _, told: heard.append(told), unwatched, wanted=3
        )
    assert (crossref.state, crossref.asked, crossref.candidates) == ("in_part", 2, 5)
    assert crossref.why == "2 of 3 questions: had not answered when the time was up"
    assert datacite.state == "answered"
    assert len(heard) == 6


async def test_a_third_of_answers_failing_costs_no_candidate(opened: Opened, server: Server, soon: Deadline) -> None:
    texts = [f"yeast {number}" for number in range(6)]
    flaws: list[Handler] = [reply(b"", 429, retry_after="1"), reply(b"", 500), reset]
    for name in SEVERAL:
        handlers: list[Handler] = []
        for number in range(len(texts)):
            handlers += [good(name)] + ([flaws[number // 2]] if number % 2 else [])
        answers(server, name, *handlers, good(name))
    came: dict[str, int] = {}

    def on_told(_: PlannedQuery, told: Told) -> None:
        came[told.outcome.service] = came.get(told.outcome.service, 0) + len(told.candidates)

    async with opened(*SEVERAL) as services:
        outcomes = await fan_out(
            services, [planned(*SEVERAL, text=text) for text in texts], soon, on_told, unwatched, wanted=3
        )
    assert {one.service: one.state for one in outcomes} == dict.fromkeys(SEVERAL, "answered")
    assert came == {"crossref": 5 * 6, "openalex": 3 * 6, "datacite": 3 * 6, "github": 3 * 6}


async def test_a_service_is_never_asked_above_its_limit(opened: Opened, server: Server) -> None:
    """One request in three seconds, on a clock that only waiting moves."""
    now = [0.0]
    times: list[float] = []

    async def sleep(seconds: float) -> None:
        now[0] += seconds

    async def answer(one: Asked, stream: ByteStream) -> None:
        times.append(now[0])
        await good("arxiv")(one, stream)

    answers(server, "arxiv", answer)
    queries = [planned("arxiv", text=f"yeast {number}") for number in range(5)]
    async with opened("arxiv", politeness=Politeness(lambda: now[0]), sleep=sleep) as services:
        (outcome,) = await fan_out(services, queries, Deadline.after(60), unheard, unwatched, wanted=3)
    assert outcome.state == "answered"
    assert len(times) == 5
    assert all(later - earlier >= 3 for earlier, later in pairwise(times))


async def test_no_service_has_more_requests_under_way_than_it_takes(
    opened: Opened, server: Server, soon: Deadline
) -> None:
    under_way: dict[str, int] = dict.fromkeys(SEVERAL, 0)
    most: dict[str, int] = dict.fromkeys(SEVERAL, 0)
    two_at_openalex = anyio.Event()

    def watched(name: str) -> Handler:
        async def answer(one: Asked, stream: ByteStream) -> None:
            under_way[name] += 1
            most[name] = max(most[name], under_way[name])
            if most["openalex"] == 2:
                two_at_openalex.set()
            if name == "openalex":
                await two_at_openalex.wait()  # nobody gets an answer who does not let two be under way
            await anyio.sleep(0.01)
            under_way[name] -= 1
            await good(name)(one, stream)

        return answer

    for name in SEVERAL:
        answers(server, name, watched(name))
    queries = [planned(*SEVERAL, text=f"yeast {number}") for number in range(6)]
    async with opened(*SEVERAL) as services:
        await fan_out(services, queries, soon, unheard, unwatched, wanted=3)
        places = {name: services.at_once(name) for name in SEVERAL}
    assert all(1 <= most[name] <= places[name] for name in SEVERAL)
    assert most["openalex"] == 2, "what a service takes at once is used"


async def test_services_on_one_host_do_not_wait_for_each_other(opened: Opened, server: Server, soon: Deadline) -> None:
    """A stand-in of all services is one host, with more services than a host has places."""
    names = tuple(PATHS)
    together = anyio.Event()
    waiting: set[str] = set()

    def with_the_others(name: str) -> Handler:
        async def answer(one: Asked, stream: ByteStream) -> None:
            waiting.add(name)
            if len(waiting) == len(names):
                together.set()
            await together.wait()
            await good(name)(one, stream)

        return answer

    for name in names:
        answers(server, name, with_the_others(name))
    async with opened(*names) as services:
        with anyio.fail_after(30):
            outcomes = await fan_out(services, [planned(*names)], soon, unheard, unwatched, wanted=2)
    assert {one.state for one in outcomes} == {"answered"}


async def test_a_second_run_asks_nothing(opened: Opened, server: Server, soon: Deadline) -> None:
    for name in SEVERAL:
        answers(server, name, good(name))
    queries = [planned(*SEVERAL, text=text) for text in ("yeast", "flour")]
    runs: list[tuple[ServiceOutcome, ...]] = []
    for _ in range(2):
        async with opened(*SEVERAL) as services:
            runs.append(await fan_out(services, queries, soon, unheard, unwatched, wanted=3))
    assert len(server.asked) == len(SEVERAL) * len(queries)
    assert runs[0] == runs[1]


async def test_progress_rises_to_the_end_for_every_service(opened: Opened, server: Server, soon: Deadline) -> None:
    answers(server, "crossref", good("crossref"))
    answers(server, "datacite", reply(b"", 401))
    steps: dict[str, list[Step]] = {}
    queries = [planned("crossref", "datacite", text=text) for text in ("yeast", "flour")]
    async with opened("crossref", "datacite") as services:
        await fan_out(
            services, queries, soon, unheard, lambda step: steps.setdefault(step.name, []).append(step), wanted=3
        )
    for told in steps.values():
        assert [step.done for step in told] == sorted(step.done for step in told)
        assert (told[-1].done, told[-1].total) == (2, 2)
    assert steps["search crossref"][-1].text == "Crossref: 10 found"
    assert steps["search datacite"][-1].text.startswith("DataCite: not checked, ")


async def test_a_cancelled_fan_out_leaves_no_task_and_no_connection(
    opened: Opened, server: Server, soon: Deadline
) -> None:
    for name in SEVERAL:
        answers(server, name, drips)
    before = asyncio.all_tasks()
    async with opened(*SEVERAL) as services:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(fan_out, services, [planned(*SEVERAL)], soon, unheard, unwatched)
            while server.under_way < len(SEVERAL):
                await anyio.sleep(0.01)
            tasks.cancel_scope.cancel()
        with anyio.fail_after(5):
            while server.under_way or asyncio.all_tasks() - before:
                await anyio.sleep(0.01)


async def test_what_takes_the_results_may_end_it_with_an_error_of_its_own(
    opened: Opened, server: Server, soon: Deadline
) -> None:
    answers(server, "crossref", good("crossref"))
    answers(server, "datacite", never)

    def on_told(_: PlannedQuery, __: Told) -> None:
        raise OSError("no room on the disk")

    async with opened("crossref", "datacite") as services:
        with anyio.fail_after(30), pytest.raises(OSError, match="no room"):
            await fan_out(services, [planned("crossref", "datacite")], soon, on_told, unwatched)


async def test_a_broken_connector_ends_no_run(
    opened: Opened, server: Server, soon: Deadline, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(Crossref):
        def read(self, answer: Answer) -> Page:
            raise ZeroDivisionError("a mistake")

    monkeypatch.setattr("research_agent.sources.connectors.crossref.Crossref", Broken)
    for name in ("crossref", "datacite"):
        answers(server, name, good(name))
    async with opened("crossref", "datacite") as services:
        crossref, datacite = await fan_out(services, [planned("crossref", "datacite")], soon, unheard, unwatched)
    assert crossref.state == "not_checked"
    assert "ZeroDivisionError" in crossref.why
    assert datacite.candidates


async def test_questions_are_put_in_the_order_of_the_plan(opened: Opened, server: Server, soon: Deadline) -> None:
    answers(server, "crossref", good("crossref"))
    texts = [f"yeast {number}" for number in range(4)]
    async with opened("crossref") as services:
        await fan_out(services, [planned("crossref", text=text) for text in texts], soon, unheard, unwatched, wanted=3)
    assert [parameter(one, "query.bibliographic") for one in asked(server, "crossref")] == texts


# --- what a service did with all its questions --------------------------------------------------------------------


def outcome(state: ServiceState, why: str = "") -> ServiceOutcome:
    asked_for = 0 if state == "not_asked" else 1
    return ServiceOutcome(service="s", title="S", state=state, why=why, asked=asked_for, candidates=asked_for)


MERGED: Mapping[str, tuple[list[ServiceOutcome], ServiceState, str]] = {
    "nothing": ([], "not_asked", "nothing was for it"),
    "no key": ([outcome("not_asked", "it wants a key")], "not_asked", "it wants a key"),
    "all answered": ([outcome("answered"), outcome("answered")], "answered", ""),
    "one failed": ([outcome("answered"), outcome("not_checked", "x")], "in_part", "1 of 2 questions: x"),
    "all failed alike": ([outcome("not_checked", "x"), outcome("not_checked", "x")], "not_checked", "x"),
    "all failed": (
        [outcome("not_checked", "x"), outcome("not_checked", "y"), outcome("not_checked", "y")],
        "not_checked",
        "2 of 3 questions: y; 1 of 3 questions: x",
    ),
    "not for all": ([outcome("answered"), outcome("not_asked", "it can't be asked this")], "answered", ""),
}


@pytest.mark.parametrize("name", MERGED)
def test_the_outcome_of_a_service_is_that_of_all_its_questions(name: str) -> None:
    told, state, why = MERGED[name]
    whole = merged("s", "S", told)
    assert (whole.state, whole.why) == (state, why)
    assert whole.asked == whole.candidates == sum(one.asked for one in told)


@given(st.lists(st.sampled_from(["answered", "in_part", "not_checked", "not_asked"])))
def test_a_failure_is_never_lost_whatever_the_order(states: list[ServiceState]) -> None:
    told = [outcome(state, "x" if state in {"in_part", "not_checked"} else "") for state in states]
    whole = merged("s", "S", told)
    failed = {"in_part", "not_checked"} & set(states)
    assert (whole.state in {"in_part", "not_checked"}) == bool(failed)
    assert merged("s", "S", told[::-1]) == whole


@given(st.text())
def test_a_line_is_one_line(text: str) -> None:
    line = one_line(text)
    assert len(line) <= 300
    assert "\n" not in line


def test_a_line_shows_no_query_of_an_address() -> None:
    assert one_line("http://a.example/works?q=x&rows=5 is slow. What?\nIs it?") == (
        "http://a.example/works?… is slow. What? Is it?"
    )
