"""MCP over HTTP through the whole application: both protocols, who asks, what a dropped connection does."""

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import anyio
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from research_agent.keys import ApiKeys, Scope
from research_agent.service.app import create_app
from research_agent.service.options import ServiceOptions
from research_agent.service.tenants import OWNERS
from tests.conftest import NOW
from tests.service.conftest import small_settings
from tests.service.mcp.material import TOOLS, call, read, refused
from tests.service.serving import served

pytestmark = pytest.mark.anyio

OWNERS_SCOPES: dict[str, Scope] = {"ada": "research", "bert": "research", "eva": "read"}


@pytest.fixture(scope="module")
def folder(small_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with three owners, each with a store of their own."""
    folder = tmp_path_factory.mktemp("http") / "data"
    shutil.copytree(small_store, folder)
    for owner in OWNERS_SCOPES:
        shutil.copytree(small_store, folder / OWNERS / owner)
    return folder


@pytest.fixture(scope="module")
def tokens(folder: Path) -> dict[str, str]:
    keys = ApiKeys(folder, clock=lambda: NOW)
    return {owner: keys.create(owner, [scope]).token for owner, scope in OWNERS_SCOPES.items()}


@pytest.fixture(scope="module")
def address(folder: Path, tokens: dict[str, str]) -> Iterator[str]:
    """The application with the people of this machine and the three owners."""
    app = create_app(small_settings(folder), ServiceOptions(), clock=lambda: NOW)
    with served(app) as base:
        yield base


@asynccontextmanager
async def connected(address: str, mode: str, token: str = "") -> AsyncIterator[Client]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=60) as http,
        Client(streamable_http_client(f"{address}/mcp", http_client=http), mode=mode) as client,
    ):
        yield client


async def test_tools_resources_prompts_and_completions_work(address: str, mode: str) -> None:
    async with connected(address, mode) as client:
        assert client.protocol_version == ("2026-07-28" if mode == "auto" else "2025-11-25")
        assert {tool.name for tool in (await client.list_tools()).tools} == set(TOOLS)
        guide = (await call(client, "list_domains"))["guide"]
        (run,) = (await call(client, "research_domain", domain="1", wait_s=45))["runs"]
        assert run["state"] == "done"
        whole = (await call(client, "get_bibliography", domain="1"))["whole"]
        assert (await read(client, whole["json"]))[0] == "application/json"
        async with httpx2.AsyncClient() as http:
            assert (await http.get(f"{address}{whole['rest']}")).json()["domain"] == "1"
        assert (await client.get_prompt("verify_bibliography", {"domain": "1"})).messages
        assert "Did you mean" in await refused(client, "search_library", query="x", limt=2)
        assert (await read(client, f"research://guides/{guide}"))[1]


async def test_progress_arrives_while_the_call_is_under_way(address: str, mode: str) -> None:
    seen: list[float] = []

    async def told(progress: float, total: float | None, message: str | None) -> None:
        seen.append(progress)

    async with connected(address, mode) as client:
        arguments = {"domain": "2", "style": "ieee" if mode == "auto" else "chicago"}
        await client.call_tool("research_domain", arguments, progress_callback=told)
        with anyio.move_on_after(5):
            while not seen:
                await anyio.sleep(0.05)
    assert seen
    assert seen == sorted(set(seen))


async def test_without_a_good_key_nobody_is_let_in(address: str, mode: str) -> None:
    async with httpx2.AsyncClient() as http:
        for token in ("ra_00000000_x", "nonsense"):
            said = await http.post(f"{address}/mcp", json={}, headers={"Authorization": f"Bearer {token}"})
            assert said.status_code == 401
            assert said.headers["www-authenticate"].startswith("Bearer")


async def test_a_key_that_may_read_only_is_told_what_it_lacks(address: str, tokens: dict[str, str], mode: str) -> None:
    async with connected(address, mode, tokens["eva"]) as client:
        assert await call(client, "list_domains")
        for tool, arguments in (
            ("research_domain", {"domain": "1"}),
            ("add_sources", {"records": "{}"}),
            ("get_run", {"run": "x", "cancel": True}),
        ):
            said = await refused(client, tool, **arguments)
            assert "scope 'research'" in said
            assert tokens["eva"] not in said


async def test_two_owners_who_ask_at_the_same_time_stay_apart(address: str, tokens: dict[str, str], mode: str) -> None:
    """What one adds is found by them in every of many concurrent calls, and by the other in none."""

    async def title_seen_by(owner: str, client: Client, seen: list[tuple[str, bool]]) -> None:
        found = await call(client, "search_library", query=f"zebra notes of {mode}", limit=3)
        seen.append((owner, any(hit["title"] == f"Zebra notes of {mode}" for hit in found["hits"])))

    record = (
        f'{{"title": "Zebra notes of {mode}", "url": "https://example.org/zebra-{mode}", "kind": "tutorial", '
        f'"domains": ["1"], "summary": "Zebra notes of {mode} are about zebras."}}'
    )
    seen: list[tuple[str, bool]] = []
    async with (
        connected(address, mode, tokens["ada"]) as ada,
        connected(address, mode, tokens["bert"]) as bert,
        connected(address, mode) as person,
    ):
        assert (await call(ada, "add_sources", records=record))["added"] == 1
        async with anyio.create_task_group() as asking:
            for _ in range(10):
                for owner, client in (("ada", ada), ("bert", bert), ("", person)):
                    asking.start_soon(title_seen_by, owner, client, seen)
    assert len(seen) == 30
    assert set(seen) == {("ada", True), ("bert", False), ("", False)}


async def test_one_owners_runs_are_unknown_to_another(address: str, tokens: dict[str, str], mode: str) -> None:
    async with connected(address, mode, tokens["ada"]) as ada, connected(address, mode, tokens["bert"]) as bert:
        style = "ieee" if mode == "auto" else "chicago"
        run = (await call(ada, "research_domain", domain="1", style=style, wait_s=45))["runs"][0]["run"]
        assert run in {one["run"] for one in (await call(ada, "get_run"))["runs"]}
        assert "no run" in await refused(bert, "get_run", run=run)


async def test_rest_and_mcp_see_the_same_runs(address: str, tokens: dict[str, str]) -> None:
    async with connected(address, "auto", tokens["bert"]) as client:
        run = (await call(client, "research_domain", domain="2", wait_s=45))["runs"][0]["run"]
    async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {tokens['bert']}"}) as http:
        told = await http.get(f"{address}/v1/runs/{run}")
    assert told.status_code == 200
    assert told.json()["state"] == "done"


async def test_a_dropped_connection_leaves_the_run_going(address: str, mode: str) -> None:
    arguments = {"domain": "all", "rubric": "mandalios", "style": "ieee" if mode == "auto" else "chicago"}
    async with connected(address, mode) as client, anyio.create_task_group() as calling:
        calling.start_soon(client.call_tool, "research_domain", arguments)
        await anyio.sleep(0.3)
        calling.cancel_scope.cancel()
    async with connected(address, mode) as another:
        (run,) = (await call(another, "research_domain", **arguments, wait_s=45))["runs"]
    assert run["state"] == "done"


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"Host": "evil.example"}, 421), ({"Origin": "https://evil.example"}, 403), ({"Accept": "text/plain"}, 406)],
)
async def test_requests_from_elsewhere_are_refused(address: str, headers: dict[str, str], status: int) -> None:
    request = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    async with httpx2.AsyncClient() as http:
        said = await http.post(f"{address}/mcp", json=request, headers={"Accept": "application/json", **headers})
    assert said.status_code == status


@pytest.mark.parametrize("body", [b"", b"not json", b"\xff\xfe", b"[" * 100_000, b'{"jsonrpc": "2.0"}', b"[]", b"null"])
async def test_bodies_that_are_no_message_are_refused_and_the_server_goes_on(address: str, body: bytes) -> None:
    headers = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
    async with httpx2.AsyncClient() as http:
        said = await http.post(f"{address}/mcp", content=body, headers=headers)
        assert 400 <= said.status_code < 500
        assert (await http.get(f"{address}/health/live")).status_code == 200


async def test_a_body_that_is_too_large_is_refused_and_the_server_goes_on(address: str) -> None:
    headers = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
    async with httpx2.AsyncClient() as http:
        # The server may close the connection while the client still sends.
        with suppress(httpx2.TransportError):
            said = await http.post(f"{address}/mcp", content=b"x" * 5 * 1024 * 1024, headers=headers)
            assert said.status_code == 413
        assert (await http.get(f"{address}/health/live")).status_code == 200
