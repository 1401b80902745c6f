"""The tool that asks live sources, over the SDK's client: what is told and taken in, who failed, how long it is."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from research_agent.service.mcp.research_server import ResearchServer
from stand_ins import Behaviour, StandIns, serving
from tests.service.mcp.material import call, refused, text_of
from tests.service.mcp.material import serving as server_over
from tests.service.mcp.test_sizes import MOST, MOST_TYPICAL, tokens

pytestmark = pytest.mark.anyio

PAPER = "10.5555/stand-in.1"


@pytest.fixture(scope="module")
async def server(store: Path, stand_ins: StandIns) -> AsyncIterator[ResearchServer]:
    async with server_over(store, stand_ins=stand_ins.address) as opened:
        yield opened


async def test_words_find_works_with_who_told_of_each_and_nothing_is_taken_in(server: ResearchServer) -> None:
    async with Client(server) as client:
        said = await call(client, "find_sources", query="retry budget", limit=5)
    assert len(said["works"]) == 5
    assert all(one["title"] and one["url"] and one["told_by"] for one in said["works"])
    assert not any("source" in one for one in said["works"] if one["title"].startswith("Stand-in:"))
    assert "quoted" in said
    assert list(said).index("next") == 0


async def test_one_work_by_its_name_and_for_a_domain_it_is_in_the_library_afterwards(
    server: ResearchServer, mode: str
) -> None:
    async with Client(server, mode=mode) as client:
        said = await call(client, "find_sources", query=PAPER, domain="2")
        (work,) = said["works"]
        assert {"crossref", "openalex"} <= set(work["told_by"])
        assert "research_domain(domain='2'" in said["next"]
        source = await call(client, "get_source", source=work["source"], domain="2")
        assert source["title"] == work["title"]
        assert source["serves"] == ["2"]


async def test_the_facts_that_count_against_a_work_are_told(server: ResearchServer) -> None:
    async with Client(server) as client:
        (work,) = (await call(client, "find_sources", query="10.5555/stand-in.8"))["works"]
    assert "retracted: True" in work["facts"]


async def test_what_comes_near_nothing_in_the_domain_has_no_id(server: ResearchServer) -> None:
    async with Client(server) as client:
        for _ in range(2):
            said = await call(client, "find_sources", query="10.5555/stand-in.3", domain="10")
            assert "source" not in said["works"][0]


async def test_a_name_that_nobody_knows_is_told_as_such(server: ResearchServer) -> None:
    async with Client(server) as client:
        said = await call(client, "find_sources", query="10.5555/nobody-knows.2")
    assert "works" not in said or said["works"] == []
    assert said["next"].startswith("No such work: no such record at Crossref")
    assert "not_checked" not in said


async def test_a_service_that_is_down_is_named_before_what_the_others_found(fresh_store: Path, tmp_path: Path) -> None:
    store = Path(shutil.copytree(fresh_store, tmp_path / "store"))
    with serving(Behaviour(down=frozenset({"crossref"}))) as stand_ins:
        async with server_over(store, stand_ins=stand_ins.address) as server, Client(server) as client:
            said = await call(client, "find_sources", query=PAPER)
    assert [one.partition(":")[0] for one in said["not_checked"]] == ["Crossref"]
    assert "503" in said["not_checked"][0]
    assert said["works"][0]["told_by"]
    assert list(said).index("not_checked") < list(said).index("works")


async def test_when_nobody_answers_that_is_not_told_as_nothing_there(store: Path) -> None:
    async with server_over(store) as server, Client(server) as client:
        said = await call(client, "find_sources", query="10.5555/stand-in.2")
    assert said["not_checked"]
    assert "not the same as nothing there" in said["next"]


@pytest.mark.parametrize("arguments", [{"query": "retry budget"}, {"query": "circuit breaker", "limit": 15}], ids=str)
async def test_an_answer_stays_short(server: ResearchServer, arguments: dict[str, Any]) -> None:
    async with Client(server) as client:
        result = await client.call_tool("find_sources", arguments)
    assert not result.is_error
    assert tokens(text_of(result)) < (MOST if "limit" in arguments else MOST_TYPICAL)


async def test_a_private_address_is_refused_with_what_to_give_and_nobody_is_asked(
    server: ResearchServer, stand_ins: StandIns, mode: str
) -> None:
    before = len(stand_ins.asked())
    async with Client(server, mode=mode) as client:
        for address in ("http://10.0.0.1/x", "http://localhost:8000/", "file:///etc/passwd", "ftp://example.org/x"):
            said = await refused(client, "find_sources", query=address)
            assert "https://example.org/page" in said
            assert "research-agent" not in said
    assert len(stand_ins.asked()) == before
