"""Every tool does its job, in both generations of the protocol, and says what to call next."""

import json

import pytest
from mcp import Client

from research_agent.service.mcp.research_server import ResearchServer
from tests.service.mcp.material import BASE, GUIDE, TOOLS, call, read, text_of

pytestmark = pytest.mark.anyio


async def test_a_client_learns_what_the_server_is_for_and_what_it_offers(server: ResearchServer, mode: str) -> None:
    async with Client(server, mode=mode) as client:
        tools = (await client.list_tools()).tools
        assert client.protocol_version == ("2026-07-28" if mode == "auto" else "2025-11-25")
        assert sorted(tool.name for tool in tools) == sorted(TOOLS)
        assert client.instructions
        assert "annotated bibliography" in client.instructions.lower()


async def test_domains_are_listed_with_their_state(server: ResearchServer, mode: str) -> None:
    async with Client(server, mode=mode) as client:
        answer = await call(client, "list_domains")
        assert answer["guide"] == GUIDE
        assert [row["id"] for row in answer["domains"]] == [str(number) for number in range(1, 13)]
        assert answer["domains"][0]["state"] == "none"
        assert "research_domain" in answer["next"]
        assert "focus" not in answer["domains"][0]


async def test_one_domain_is_told_in_detail(server: ResearchServer, mode: str) -> None:
    async with Client(server, mode=mode) as client:
        (row,) = (await call(client, "list_domains", domain="3", response_format="detailed"))["domains"]
        assert row["focus"][0].startswith("3.1 ")
        assert sum(row["by_category"].values()) == row["sources"]


async def test_a_search_finds_sources_with_their_passage_and_its_place(server: ResearchServer, mode: str) -> None:
    async with Client(server, mode=mode) as client:
        answer = await call(client, "search_library", query="retry budget", limit=5)
        assert 1 <= len(answer["hits"]) <= 5
        assert any("retry" in hit["says"].lower() for hit in answer["hits"])
        assert "data, not instructions" in answer["quoted"]
        assert answer["hits"][0]["source"] in answer["next"]


async def test_filters_of_a_search_hold(server: ResearchServer, mode: str) -> None:
    async with Client(server, mode=mode) as client:
        answer = await call(
            client,
            "search_library",
            query="caching of responses",
            kind="standard",
            since=2014,
            until=2022,
            domain="6",
            response_format="detailed",
        )
        assert answer["hits"]
        assert {hit["kind"] for hit in answer["hits"]} == {"standard"}
        assert all(2014 <= hit["year"] <= 2022 and hit["domain"] == "6" for hit in answer["hits"])
        assert all(hit["citation"] and hit["url"] for hit in answer["hits"])


async def test_a_source_is_told_with_its_radar_and_why_it_is_in_or_out(server: ResearchServer, mode: str) -> None:
    async with Client(server, mode=mode) as client:
        found = (await call(client, "search_library", query="tail latency", domain="2"))["hits"][0]["source"]
        answer = await call(client, "get_source", source=found, domain="2")
        assert [row["criterion"] for row in answer["radar"]][1] == "authority"
        assert all(row["reason"] for row in answer["radar"])
        assert answer["why"]
        assert answer["says"]
        assert "2" in answer["serves"]


async def test_a_domain_is_researched_and_its_bibliography_shown_to_the_last_entry(
    server: ResearchServer, mode: str
) -> None:
    async with Client(server, mode=mode) as client:
        made = await call(client, "research_domain", domain="2", wait_s=45)
        (run,) = made["runs"]
        assert run["state"] == "done"
        assert run["results"][0]["complete"]
        assert "get_bibliography" in made["next"]

        page = await call(client, "get_bibliography", domain="2")
        entries = page["entries"]
        while page.get("cursor"):
            assert page["cursor"] in page["next"]
            page = await call(client, "get_bibliography", domain="2", cursor=page["cursor"])
            entries += page["entries"]
        assert [entry["number"] for entry in entries] == list(range(1, run["results"][0]["entries"] + 1))
        assert len({entry["source"] for entry in entries}) == len(entries)
        assert "17 of 17 constraints hold" in page["checks"]


async def test_the_same_request_is_the_same_run_and_can_be_looked_up(server: ResearchServer, mode: str) -> None:
    async with Client(server, mode=mode) as client:
        first = (await call(client, "research_domain", domain="3", wait_s=45))["runs"][0]
        again = (await call(client, "research_domain", domain="data-integrity-validation", wait_s=0))["runs"][0]
        assert again["run"] == first["run"]
        assert (await call(client, "get_run", run=first["run"]))["runs"] == [again]
        assert first["run"] in [run["run"] for run in (await call(client, "get_run"))["runs"]]
        by_run = await call(client, "get_bibliography", domain="3", run=first["run"])
        assert by_run == await call(client, "get_bibliography", domain="3")


async def test_a_category_and_whole_annotations_can_be_asked_for(server: ResearchServer, mode: str) -> None:
    async with Client(server, mode=mode) as client:
        await call(client, "research_domain", domain="2", wait_s=45)
        page = await call(
            client,
            "get_bibliography",
            domain="2",
            category="standards",
            response_format="detailed",
            citations="bibtex",
        )
        assert {entry["category"] for entry in page["entries"]} == {"standards"}
        assert all(entry["citation"].startswith("@") for entry in page["entries"])
        assert all(entry["known"] and entry["why"] for entry in page["entries"])


async def test_a_prompt_comes_as_text_with_settings_and_in_parts_where_it_is_long(
    server: ResearchServer, mode: str
) -> None:
    async with Client(server, mode=mode) as client:
        whole = await client.call_tool("assemble_prompt", {"domain": "2", "model": "gpt"})
        assert whole.structured_content is None
        assert "Settings to send with it" in text_of(whole)

        said = text_of(await client.call_tool("assemble_prompt", {"domain": "2", "mode": "grounded"}))
        assert "part 1 of" in said
        cursor = said.split("cursor='")[1].split("'")[0]
        after = text_of(
            await client.call_tool("assemble_prompt", {"domain": "2", "mode": "grounded", "cursor": cursor})
        )
        assert "part 2 of" in after


async def test_the_parts_of_a_prompt_make_the_prompt_that_its_resource_has(server: ResearchServer) -> None:
    async with Client(server) as client:
        parts, cursor = [], ""
        while True:
            said = text_of(
                await client.call_tool("assemble_prompt", {"domain": "2", "mode": "grounded", "cursor": cursor})
            )
            parts.append(said.split(">\n", 1)[1].rpartition("\n</prompt-")[0])
            if "cursor='" not in said.split("<prompt-")[0]:
                break
            cursor = said.split("cursor='")[1].split("'")[0]
        _, whole = await read(client, f"{BASE}/domains/2/prompts/claude/grounded")
        assert "\n".join(parts).replace("\n", "") == whole.replace("\n", "")


async def test_records_are_added_and_found_and_make_a_bibliography_stale(server: ResearchServer, mode: str) -> None:
    record = {
        "title": f"Hedging with a budget of zlotys ({mode})",
        "url": f"https://example.org/{mode}/zlotys",
        "kind": "engineering_blog",
        "domains": ["4"],
        "focus": ["4.1"],
        "summary": "A budget of zlotys keeps hedged requests of a payment client affordable.",
    }
    async with Client(server, mode=mode) as client:
        await call(client, "research_domain", domain="4", wait_s=45)
        added = await call(client, "add_sources", records=json.dumps(record))
        assert (added["added"], added["unchanged"]) == (1, 0)
        assert "stale" in added["next"]
        assert (await call(client, "add_sources", records=json.dumps([record])))["unchanged"] == 1
        hit = (await call(client, "search_library", query="budget of zlotys", domain="4"))["hits"][0]
        assert hit["title"].startswith("Hedging with a budget")
        shown = await call(client, "get_bibliography", domain="4")
        assert shown["stale"]
        assert "research_domain(domain='4'" in shown["next"]


async def test_good_records_are_kept_and_broken_ones_named(server: ResearchServer) -> None:
    good = {"title": "A good one", "url": "https://example.org/good", "kind": "tutorial", "domains": ["5"]}
    lines = "\n".join([json.dumps(good), '{"title": "No kind", "url": "https://example.org/x"}', "not json"])
    async with Client(server) as client:
        answer = await call(client, "add_sources", records=lines)
        assert answer["added"] == 1
        assert [problem.split(": ")[0] for problem in answer["problems"]] == ["records:2", "records:3"]
        assert "Mend" in answer["next"]
