"""Whatever a client sends, the answer says what is wrong and what to do next, and the server goes on."""

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, nullcontext
from contextvars import Context
from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mcp import Client, MCPError

from research_agent.errors import NotAllowedError, StoreBusyError, StoreError, UnknownNameError, UsageError
from research_agent.keys import PERSON_HERE, Scope
from research_agent.service.access import ASKING, Access
from research_agent.service.mcp.arguments import require_known
from research_agent.service.mcp.errors import told
from research_agent.service.mcp.research_server import ResearchServer
from research_agent.service.mcp.server import build_mcp
from research_agent.service.tenants import Tenant
from research_agent.workspace import Workspace
from tests.service.mcp.material import BASE, GUIDE, TOOLS, call, refused, text_of

pytestmark = pytest.mark.anyio

REQUIRED = {
    "search_library": {"query": "x"},
    "get_source": {"source": "dean-2013-tail-at-scale"},
    "add_sources": {"records": "{}"},
    "find_sources": {"query": "x"},
    "research_domain": {"domain": "2"},
    "get_bibliography": {"domain": "2"},
    "assemble_prompt": {"domain": "2"},
}


@pytest.mark.parametrize("tool", TOOLS)
async def test_a_misspelt_argument_is_refused_with_the_near_match(server: ResearchServer, mode: str, tool: str) -> None:
    async with Client(server, mode=mode) as client:
        said = await refused(client, tool, **REQUIRED.get(tool, {}), guidee="x", curser="y")
        assert "Did you mean" in said or "Known:" in said
        assert "guidee" in said
        assert "Nothing was done" in said


@pytest.mark.parametrize(
    ("tool", "arguments", "names"),
    [
        ("search_library", {}, ["query"]),
        ("search_library", {"query": ""}, ["query"]),
        ("search_library", {"query": 7}, ["query"]),
        ("search_library", {"query": "x", "limit": 0}, ["limit"]),
        ("search_library", {"query": "x", "limit": "many", "since": -1}, ["limit", "since"]),
        ("search_library", {"query": "x", "peer_reviewed": "maybe"}, ["peer_reviewed"]),
        ("search_library", {"query": "x" * 100_000}, ["query"]),
        ("find_sources", {"query": ""}, ["query"]),
        ("find_sources", {"query": "x", "limit": 16, "since": 2101}, ["limit", "since"]),
        ("get_run", {"wait_s": 46}, ["wait_s"]),
        ("get_run", {"cancel": {"a": 1}}, ["cancel"]),
        ("get_bibliography", {"domain": "2", "response_format": "long"}, ["response_format", "concise"]),
        ("get_bibliography", {"domain": ["2"]}, ["domain"]),
        ("assemble_prompt", {"domain": "2", "mode": "opne"}, ["mode", "open"]),
        ("add_sources", {"records": [{"title": "x"}]}, ["records"]),
        ("add_sources", {"records": "x" * 500_000}, ["records"]),
    ],
)
async def test_a_wrong_value_is_told_in_plain_words(
    server: ResearchServer, mode: str, tool: str, arguments: dict[str, Any], names: list[str]
) -> None:
    async with Client(server, mode=mode) as client:
        said = await refused(client, tool, **arguments)
        assert all(name in said for name in names)
        assert "pydantic" not in said
        assert "Nothing was done" in said
        assert len(said) < 1_000


@pytest.mark.parametrize(
    ("tool", "arguments", "says"),
    [
        ("list_domains", {"guide": "python-rest-api-client"}, [GUIDE, "list_domains"]),
        ("list_domains", {"guide": "../../etc/passwd"}, ["There is no guide", "list_domains"]),
        ("list_domains", {"domain": "resilience"}, ["resilience-patterns", "list_domains"]),
        ("list_domains", {"cursor": "zzz"}, ["no cursor"]),
        ("list_domains", {"cursor": "999999"}, ["no cursor"]),
        ("get_source", {"source": "dean-2013-tail"}, ["Did you mean", "search_library"]),
        ("get_source", {"source": "dean-2013-tail-at-scale", "domain": "99"}, ["list_domains"]),
        ("search_library", {"query": "   "}, ["empty"]),
        ("search_library", {"query": "x", "kind": "papre"}, ["Did you mean paper?"]),
        ("search_library", {"query": "x", "category": "reserch"}, ["research"]),
        ("search_library", {"query": "x", "since": 2022, "until": 2020}, ["swap"]),
        ("find_sources", {"query": "  "}, ["nothing to search for"]),
        ("find_sources", {"query": "x", "domain": "resilience"}, ["resilience-patterns", "list_domains"]),
        ("find_sources", {"query": "http://192.168.1.1/"}, ["not asked", "public internet"]),
        ("find_sources", {"query": "http://[::ffff:7f00:1]:8000/admin"}, ["not asked", "public internet"]),
        ("find_sources", {"query": "http://169.254.169.254/latest/meta-data"}, ["not asked", "public internet"]),
        ("find_sources", {"query": "file:///etc/passwd"}, ["https://example.org/page"]),
        ("find_sources", {"query": "ftp://example.org/x"}, ["https://example.org/page"]),
        ("find_sources", {"query": "https://ada:secret@example.org/x"}, ["https://example.org/page"]),
        ("get_bibliography", {"domain": "12"}, ["no bibliography yet", "research_domain(domain='12'"]),
        ("get_bibliography", {"domain": "2", "run": "abcdef"}, ["no run", "get_run"]),
        ("get_run", {"run": "nope"}, ["get_run without a run"]),
        ("get_run", {"run": "nope", "cancel": True}, ["get_run without a run"]),
        ("research_domain", {"domain": "2", "rubric": "radar"}, ["rubric"]),
        ("research_domain", {"domain": "2", "style": "mla"}, ["apa"]),
        ("assemble_prompt", {"domain": "2", "model": "cluade"}, ["claude"]),
        ("assemble_prompt", {"domain": "2", "budget": 10}, ["budget"]),
        ("assemble_prompt", {"domain": "all", "mode": "synthesize"}, ["bibliography"]),
    ],
)
async def test_what_does_not_exist_is_told_with_the_way_to_what_does(
    server: ResearchServer, mode: str, tool: str, arguments: dict[str, Any], says: list[str]
) -> None:
    async with Client(server, mode=mode) as client:
        said = await refused(client, tool, **arguments)
        assert all(word in said for word in says), said


async def test_an_unknown_tool_is_told_with_the_near_match(server: ResearchServer, mode: str) -> None:
    async with Client(server, mode=mode) as client:
        assert "search_library" in await refused(client, "search_libary")


async def test_deep_json_in_records_is_refused(server: ResearchServer) -> None:
    async with Client(server) as client:
        for records in ("[" * 100_000, '{"a":' * 50_000, "[" * 50_000 + "]" * 50_000):
            result = await client.call_tool("add_sources", {"records": records})
            assert result.is_error or result.structured_content["added"] == 0
        assert await call(client, "list_domains", domain="1")


@pytest.mark.parametrize(
    "address",
    [
        f"{BASE}/sources/../../../etc/passwd",
        f"{BASE}/sources/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        f"{BASE}/sources//etc/passwd",
        f"{BASE}/domains/..%2f..%2fkeys.json/bibliography.md",
        "research://guides/..%2F..%2Fkeys",
        "research://guides/%00/rubric",
        f"{BASE}/sources/{'x' * 5_000}",
        "file:///etc/passwd",
        "research://",
        "ui://research-agent/other.html",
        f"{BASE}/sources/no-such-source",
        f"{BASE}/domains/77",
        f"{BASE}/domains/12/bibliography.bib",
        f"{BASE}/domains/2/prompts/claude/opne",
    ],
)
async def test_addresses_that_lead_nowhere_are_not_found(server: ResearchServer, mode: str, address: str) -> None:
    async with Client(server, mode=mode) as client:
        with pytest.raises(MCPError) as refusal:
            await client.read_resource(address)
        assert refusal.value.error.code == -32602
        assert "root:" not in refusal.value.error.message
        assert len(refusal.value.error.message) < 1_000


@pytest.mark.parametrize(
    ("name", "arguments", "says"),
    [
        ("research", {}, "research_domain"),
        ("research_domain", {"domian": "2"}, "domain"),
        ("research_domain", {"domain": "resilience"}, "resilience-patterns"),
        ("annotate_sources", {"domain": "2", "category": "reserch"}, "research"),
        ("verify_bibliography", {"guide": "nope"}, GUIDE),
        ("verify_bibliography", {"domain": "x" * 10_000}, "domain"),
    ],
)
async def test_a_prompt_that_can_not_be_says_why(
    server: ResearchServer, mode: str, name: str, arguments: dict[str, str], says: str
) -> None:
    async with Client(server, mode=mode) as client:
        with pytest.raises(MCPError) as refusal:
            await client.get_prompt(name, arguments)
        assert refusal.value.error.code == -32602
        assert says in refusal.value.error.message


async def test_a_fault_of_the_server_is_told_and_logged_and_not_masked(
    server: ResearchServer, mode: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a secret of ours")

    monkeypatch.setattr(Workspace, "search", broken)
    async with Client(server, mode=mode) as client:
        with caplog.at_level(logging.ERROR):
            said = await refused(client, "search_library", query="x")
    assert "this server's fault (ZeroDivisionError)" in said
    assert "a secret of ours" not in said
    assert "a secret of ours" in caplog.text


async def test_a_busy_store_says_to_call_again(server: ResearchServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object, **__: object) -> None:
        raise StoreBusyError("Another process writes.")

    monkeypatch.setattr(Workspace, "add_sources", busy)
    async with Client(server) as client:
        assert "Call again in a few seconds" in await refused(client, "add_sources", records="{}")


def test_words_of_an_error_without_a_next_step_are_its_own() -> None:
    assert told(UnknownNameError("level of authority", "x", ["y"])) == "There is no level of authority 'x'. Known: y."


@given(st.lists(st.text(max_size=300), max_size=5))
def test_any_unknown_argument_is_refused_in_few_words(names: list[str]) -> None:
    known = ["query", "limit"]
    unknown = [name for name in names if name not in known]
    with pytest.raises(UsageError) if unknown else nullcontext() as refusal:
        require_known("search_library", names, known)
    assert refusal is None or len(str(refusal.value)) < 300 * (len(unknown) + 1)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


class Nobody(Access):
    """Lets nobody in, so that only what comes before a store is tried."""

    def __init__(self) -> None:
        self.closed = True

    @asynccontextmanager
    async def tenant(self, scope: Scope) -> AsyncGenerator[Tenant]:
        if self.closed:
            raise NotAllowedError(f"The arguments were good for {scope}.")
        yield Tenant.__new__(Tenant)


CLOSED = build_mcp(Nobody())
SCHEMAS = {tool.name: tool.input_schema for tool in anyio.run(CLOSED.list_tools)}


@settings(max_examples=60, deadline=None)
@given(tool=st.sampled_from(TOOLS), data=st.data())
def test_no_arguments_of_any_kind_are_a_fault(tool: str, data: st.DataObject) -> None:
    names = st.sampled_from(sorted(SCHEMAS[tool]["properties"]))
    arguments = data.draw(st.dictionaries(names, values, max_size=4))

    async def called() -> str:
        async with Client(CLOSED) as client:
            return text_of(await client.call_tool(tool, arguments))

    # Fixtures' loops leave in this context that one is running, where sniffio is installed.
    said = Context().run(anyio.run, called)
    assert "can't be called like this" in said or "The arguments were good" in said


async def test_a_store_that_can_not_be_used_is_told_in_full_only_to_the_person_here(
    server: ResearchServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise StoreError("/home/somebody/data is full.")

    monkeypatch.setattr(Workspace, "search", broken)
    async with Client(server) as client:
        assert "/home/somebody" in await refused(client, "search_library", query="x")
    token = ASKING.set(PERSON_HERE.model_copy(update={"key": "0a1b2c3d"}))
    try:
        async with Client(server) as client:
            said = await refused(client, "search_library", query="x")
    finally:
        ASKING.reset(token)
    assert "/home/somebody" not in said
    assert "tell the person who runs this server" in said
