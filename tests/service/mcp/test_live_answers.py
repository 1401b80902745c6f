"""What an assistant is told of a bibliography whose live search could not look at everything."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from mcp import Client

from research_agent import Settings, Workspace
from research_agent.model.search import Search
from research_agent.service.mcp.research_server import ResearchServer
from research_agent.service.mcp.tools.research import _gaps
from tests.bibliography.searched import ANSWERED, SEARCH, live_bibliography, outcome
from tests.conftest import NOW
from tests.service.mcp.material import BASE, call, read, serving, text_of
from tests.service.mcp.test_sizes import MOST, MOST_TYPICAL, tokens

pytestmark = pytest.mark.anyio
LONG_REASON = "it answered with a page instead of JSON, which begins " + "<html>" * 40


def many_failures() -> Search:
    failed = [outcome(f"s{number}", f"Service {number}", "not_checked", LONG_REASON, asked=9) for number in range(30)]
    return SEARCH.model_copy(update={"rounds": (SEARCH.rounds[0].model_copy(update={"services": tuple(failed)}),)})


@pytest.fixture(scope="module")
async def server(store: Path) -> AsyncIterator[ResearchServer]:
    with Workspace.open(Settings(data_dir=store), clock=lambda: NOW) as workspace:
        for domain, search in (("2", SEARCH), ("6", many_failures()), ("7", ANSWERED), ("9", None)):
            made = workspace.research(domain).bibliography
            workspace.library.save_run(made.model_copy(update={"search": search}), NOW)
    async with serving(store) as opened:
        yield opened


@pytest.fixture
async def client(server: ResearchServer) -> AsyncIterator[Client]:
    async with Client(server) as opened:
        yield opened


async def test_what_was_not_checked_is_a_short_list_that_stands_before_the_entries(client: Client) -> None:
    said = await call(client, "get_bibliography", domain="2")
    assert said["not_checked"] == [
        "Crossref: it answered 503 (service unavailable) to each of 3 attempts",
        "Semantic Scholar (in part): in round 2, 1 of 2 questions: its limit allows no further question before the "
        "time is up",
    ]
    assert said["next"].startswith("Name what was not checked: works that only those services know of may be missing.")
    assert "Of 4 services 1 answered everything, 1 answered in part, 1 gave no answer" in said["checks"]
    assert list(said).index("not_checked") < list(said).index("entries")


async def test_a_search_that_was_answered_is_told_without_an_alarm(client: Client) -> None:
    said = await call(client, "get_bibliography", domain="7")
    assert "not_checked" not in said
    assert "Name what" not in said["next"]
    assert "2 answered everything" in said["checks"]


async def test_without_a_search_nothing_is_said_of_one(client: Client) -> None:
    said = await call(client, "get_bibliography", domain="9")
    assert "not_checked" not in said
    assert "searched" not in said["checks"]


@pytest.mark.parametrize("response_format", ["concise", "detailed"])
async def test_many_failures_leave_an_answer_short(client: Client, response_format: str) -> None:
    typical = await client.call_tool("get_bibliography", {"domain": "2", "response_format": response_format})
    assert tokens(text_of(typical)) < MOST_TYPICAL
    result = await client.call_tool("get_bibliography", {"domain": "6", "response_format": response_format})
    assert tokens(text_of(result)) < MOST
    assert result.structured_content
    assert result.structured_content["not_checked"][-1] == "and 10 more; the whole has all"


async def test_the_list_of_domains_and_the_resources_say_it_as_well(client: Client) -> None:
    domains = {one["id"]: one for one in (await call(client, "list_domains"))["domains"]}
    assert "not checked, in whole or in part: Crossref, Semantic Scholar" in domains["2"]["detail"]
    _, markdown = await read(client, f"{BASE}/domains/2/bibliography.md")
    assert "> **Not everything was looked at.** Crossref was not checked" in markdown


def test_the_result_of_a_run_names_what_was_not_checked_before_its_gaps() -> None:
    told = _gaps(live_bibliography())
    assert told[0] == "Not checked: Crossref: it answered 503 (service unavailable) to each of 3 attempts"
    assert _gaps(live_bibliography(ANSWERED)) == ()
