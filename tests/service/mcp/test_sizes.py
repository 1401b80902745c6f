"""What the server costs a model: its tools, its instructions, and every kind of answer over the real corpus."""

import json
from collections.abc import AsyncIterator

import pytest
from mcp import Client
from mcp.types import CallToolResult
from pydantic import JsonValue

from research_agent.service.mcp.answers import ResultRow
from research_agent.service.mcp.research_server import ResearchServer
from research_agent.service.mcp.size import MOST_CHARACTERS, PAGE_CHARACTERS, page_of, shortened, text_page
from tests.service.mcp.material import call, text_of

pytestmark = pytest.mark.anyio

MOST_FOR_ALL_TOOLS = 4_000  # tokens
MOST_TYPICAL, MOST = 2_000, 10_000  # tokens of an answer
CHARACTERS_PER_TOKEN = 3.5  # fewer than o200k has in our JSON, so that other vocabularies are within it


def tokens(text: str) -> int:
    """Tokens by the stricter of o200k, where it is installed, and of characters."""
    estimated = len(text) / CHARACTERS_PER_TOKEN
    try:
        from bpe_openai import get_encoding  # type: ignore[import-untyped]  # it has no types
    except ImportError:
        return round(estimated)
    return max(round(estimated), len(get_encoding("o200k_base").encode(text)))


@pytest.fixture(scope="module")
async def client(server: ResearchServer) -> AsyncIterator[Client]:
    async with Client(server) as opened:
        for domain in ("2", "6"):
            await call(opened, "research_domain", domain=domain, wait_s=45)
        yield opened


async def test_all_tools_together_stay_below_4000_tokens(client: Client) -> None:
    from bpe_openai import get_encoding

    listed = [
        tool.model_dump(by_alias=True, exclude_none=True, mode="json") for tool in (await client.list_tools()).tools
    ]
    text = json.dumps(listed, separators=(",", ":"), ensure_ascii=False)
    # Schemas have more characters a token than answers: 3.9, counted, not estimated.
    assert len(get_encoding("o200k_base").encode(text)) < MOST_FOR_ALL_TOOLS


async def test_descriptions_and_instructions_are_not_cut_by_hosts(client: Client) -> None:
    assert len((client.instructions or "").encode()) < 2_048
    assert all(len((tool.description or "").encode()) < 2_048 for tool in (await client.list_tools()).tools)


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("list_domains", {}),
        ("list_domains", {"response_format": "detailed"}),
        ("search_library", {"query": "retries with exponential backoff"}),
        ("search_library", {"query": "retries with exponential backoff", "limit": 30, "response_format": "detailed"}),
        ("get_source", {"source": "dean-2013-tail-at-scale"}),
        ("get_source", {"source": "dean-2013-tail-at-scale", "response_format": "detailed"}),
        ("research_domain", {"domain": "2"}),
        ("get_run", {}),
        ("get_bibliography", {"domain": "2"}),
        ("get_bibliography", {"domain": "6", "response_format": "detailed"}),
        ("get_bibliography", {"domain": "6", "citations": "bibtex"}),
        ("add_sources", {"records": '{"title": "x"}\n' * 500}),
    ],
)
async def test_a_typical_answer_stays_below_2000_tokens(
    client: Client, tool: str, arguments: dict[str, object]
) -> None:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, text_of(result)
    assert tokens(text_of(result)) < MOST_TYPICAL


@pytest.mark.parametrize("mode", ["open", "grounded", "extend", "verify"])
async def test_a_prompt_stays_below_10000_tokens_a_part(client: Client, mode: str) -> None:
    said = text_of(await client.call_tool("assemble_prompt", {"domain": "2", "mode": mode}))
    assert tokens(said) < MOST


async def test_no_page_of_any_bibliography_exceeds_10000_tokens(client: Client) -> None:
    for response_format in ("concise", "detailed"):
        cursor = ""
        while True:
            result: CallToolResult = await client.call_tool(
                "get_bibliography", {"domain": "6", "response_format": response_format, "cursor": cursor}
            )
            assert tokens(text_of(result)) < MOST
            assert result.structured_content
            cursor = result.structured_content.get("cursor", "")
            if not cursor:
                break


async def test_a_monstrous_record_is_cut_and_says_so(client: Client) -> None:
    huge = {
        "title": "A monstrous record",
        "url": "https://example.org/monstrous",
        "kind": "tutorial",
        "domains": ["6"],
        "authors": [f"Author {number} Somebody" for number in range(600)],
        "summary": "Word " * 3_000,
        "key_points": [f"Point {number}: " + "much is said here. " * 20 for number in range(30)],
    }
    await call(client, "add_sources", records=json.dumps(huge))
    hit = (await call(client, "search_library", query="monstrous record word word", domain="6"))["hits"]
    source = next(one["source"] for one in hit if one["title"] == huge["title"])
    for arguments in ({"source": source}, {"source": source, "response_format": "detailed"}):
        result = await client.call_tool("get_source", arguments)
        assert tokens(text_of(result)) < MOST
        assert "[cut; the resource has all]" in text_of(result)


def test_pages_hold_all_rows_once_in_their_order() -> None:
    rows = [ResultRow(domain=str(number), name="x" * 300, entries=1, complete=True) for number in range(100)]
    seen: list[ResultRow] = []
    cursor, pages = "", 0
    while True:
        page = page_of(rows, cursor, version="abc")
        assert sum(len(row.model_dump_json(exclude_defaults=True)) for row in page.rows) <= PAGE_CHARACTERS
        seen += page.rows
        cursor, pages = page.cursor, pages + 1
        if not cursor:
            break
    assert seen == rows
    assert pages > 2


def test_a_row_longer_than_a_page_is_a_page() -> None:
    rows = [ResultRow(domain="1", name="x" * 3 * PAGE_CHARACTERS, entries=1, complete=True)] * 2
    page = page_of(rows, "")
    assert (len(page.rows), page.cursor) == (1, "1")


@pytest.mark.parametrize("text", ["", "one line", "line\n" * 9_000, "x" * 50_000, "é" * 24_000])
def test_the_parts_of_a_text_make_the_text(text: str) -> None:
    parts, cursor = [], ""
    while True:
        part = text_page(text, cursor, version="v")
        parts.append(part.text)
        assert part.number == len(parts)
        cursor = part.cursor
        if not cursor:
            break
    assert "".join(parts) == text
    assert part.of == len(parts)


def test_what_fits_is_left_as_it_is() -> None:
    data: dict[str, JsonValue] = {"a": "x" * 1_000, "b": [1, 2, {"c": "d"}]}
    assert shortened(data) == data


def test_whatever_is_too_long_fits_afterwards() -> None:
    deep: dict[str, JsonValue] = {"rows": [{"texts": ["y" * 9_000] * 50, "more": {"z": "w" * 90_000}}] * 30}
    assert len(json.dumps(shortened(deep))) <= MOST_CHARACTERS
