"""Several processes behind one port serve both protocols: nothing of a client is kept in one of them alone."""

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.server.mcpserver import RequestStateSecurity

from research_agent import Settings
from research_agent.errors import StoreError
from research_agent.service.mcp.request_state import FILE, request_state_key
from tests.conftest import SMALL_GUIDE
from tests.service.mcp.material import call
from tests.service.running.served import LONG, Service, health_checks, served

pytestmark = pytest.mark.anyio

CLIENTS = 4


@pytest.fixture(scope="module")
def service(small_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """`research-agent serve --workers 2`."""
    folder = Path(shutil.copytree(small_store, tmp_path_factory.mktemp("workers") / "store"))
    with served(Settings(data_dir=folder, guide=str(SMALL_GUIDE)), "--workers", "2") as running:
        yield running


@pytest.fixture
def address(service: Service) -> str:
    return service.base


def test_they_share_one_port_from_the_moment_that_it_is_said(service: Service) -> None:
    with service.client() as client:
        assert [client.get("/v1/guides").status_code for _ in range(20)] == [200] * 20
        run = client.post("/v1/runs", json={"domain": "1"}).json()["id"]
        assert [client.get(f"/v1/runs/{run}").status_code for _ in range(10)] == [200] * 10
    assert health_checks(service)


@asynccontextmanager
async def connecting_anew(address: str, mode: str) -> AsyncIterator[Client]:
    """A client that makes a connection for each request, so that any of the processes may get it."""
    limits = httpx2.Limits(max_keepalive_connections=0)
    async with (
        httpx2.AsyncClient(limits=limits, timeout=60) as http,
        Client(streamable_http_client(f"{address}/mcp", http_client=http), mode=mode) as client,
    ):
        yield client


async def test_clients_that_connect_anew_for_each_request_are_served(address: str, mode: str) -> None:
    """A write by one request is seen by all that follow, whichever process answers them."""
    served: list[int] = []

    async def one(number: int) -> None:
        async with connecting_anew(address, mode) as client:
            name = f"Quagga {mode} {number}"
            record = (
                f'{{"title": "{name}", "url": "https://example.org/{mode}-{number}", "kind": "tutorial", '
                f'"domains": ["1"], "summary": "{name} is about quaggas number {number}."}}'
            )
            assert (await call(client, "add_sources", records=record))["added"] == 1
            for _ in range(4):
                hits = (await call(client, "search_library", query=name, limit=CLIENTS * 2))["hits"]
                assert name in [hit["title"] for hit in hits]
                served.append(number)

    async with anyio.create_task_group() as asking:
        for number in range(CLIENTS):
            asking.start_soon(one, number)
    assert len(served) == 4 * CLIENTS


async def test_a_run_that_one_process_makes_is_followed_through_the_other(address: str, mode: str) -> None:
    style = "ieee" if mode == "auto" else "chicago"
    async with connecting_anew(address, mode) as client:
        run = (await call(client, "research_domain", domain="all", style=style, wait_s=0))["runs"][0]["run"]
        for _ in range(4):
            assert (await call(client, "get_run", run=run, wait_s=1))["runs"][0]["run"] == run
        assert (await call(client, "get_run", run=run, wait_s=45))["runs"][0]["state"] == "done"


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="tells child processes by /proc")
def test_all_end_at_a_signal(service: Service) -> None:
    """The last that asks this service."""
    pid = service.process.pid
    workers = [int(found) for found in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    assert len(workers) >= 2
    assert service.end() in (0, -signal.SIGTERM)
    until = time.monotonic() + LONG
    while [worker for worker in workers if Path(f"/proc/{worker}").exists()]:
        assert time.monotonic() < until
        time.sleep(0.02)
    assert "Traceback" not in service.log.read_text()


def test_all_processes_of_a_store_seal_with_the_same_secret(tmp_path: Path) -> None:
    program = "import sys; from pathlib import Path; from research_agent.service.mcp.request_state import *; " + (
        "print(request_state_key(Path(sys.argv[1])).hex())"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "data")]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    keys = {process.communicate()[0].strip() for process in processes}
    assert len(keys) == 1
    key = request_state_key(tmp_path / "data")
    assert keys == {key.hex()}
    assert (tmp_path / "data" / FILE).stat().st_mode & 0o777 == 0o600
    assert [file.name for file in (tmp_path / "data").iterdir()] == [FILE]
    RequestStateSecurity(keys=[key])


def test_a_damaged_secret_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"short")
    with pytest.raises(StoreError, match="Delete it"):
        request_state_key(tmp_path)
