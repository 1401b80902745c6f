"""What only a real connection shows: bodies in chunks, clients that vanish, requests that take too long."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from research_agent.service.app import create_app
from research_agent.service.options import ServiceOptions
from research_agent.workspace import Workspace
from tests.service.conftest import small_settings
from tests.service.rest.material import DOMAIN, LONG
from tests.service.rest.test_problems import problem
from tests.service.serving import served

LIMIT = 100_000


@pytest.fixture
def address(store: Path) -> Iterator[str]:
    with served(create_app(small_settings(store), ServiceOptions(max_body_bytes=LIMIT))) as address:
        yield address


@pytest.fixture
def hasty(store: Path) -> Iterator[str]:
    """A service that gives up on a request after a second, in which a busy machine may not even open the store."""
    with served(create_app(small_settings(store), ServiceOptions(request_seconds=1.0))) as address:
        yield address


@pytest.fixture
def client(address: str) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=address, timeout=LONG) as client:
        yield client


def chunks(size: int) -> Iterator[bytes]:
    for _ in range(size // 1000):
        yield b" " * 1000


def test_a_body_in_chunks_is_read_to_its_end(client: httpx2.Client) -> None:
    body = [b'{"domain": ', b'"1', b'"}']
    answer = client.post("/v1/runs", content=iter(body), headers={"content-type": "application/json"})
    assert answer.status_code == 202


@pytest.mark.parametrize("path", ["/v1/runs", "/mcp", "/nothing"])
def test_a_body_in_chunks_that_is_too_large_is_refused(client: httpx2.Client, path: str) -> None:
    answer = client.post(path, content=chunks(LIMIT + 2000), headers={"content-type": "application/json"})
    problem(answer, 413, "body-too-large")


def test_a_body_of_the_largest_size_is_let_in(client: httpx2.Client) -> None:
    body = b'{"domain": "1"}'.ljust(LIMIT)
    assert client.post("/v1/runs", content=body, headers={"content-type": "application/json"}).status_code == 202


@pytest.mark.parametrize("length", ["9999999999", "100001"])
def test_a_length_that_is_too_large_is_refused_before_the_body_comes(address: str, length: str) -> None:
    head = f"POST /v1/runs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\n\r\n"
    assert b" 413 " in _raw(address, head.encode())


def test_a_client_that_vanishes_within_its_body_harms_nobody(address: str, client: httpx2.Client) -> None:
    head = b"POST /v1/runs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"
    for _ in range(20):
        with socket.create_connection(_place(address)) as connection:
            connection.sendall(head)
    assert client.get("/v1/runs").json()["items"] == []


def test_a_request_that_takes_too_long_is_given_up(hasty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    holdings = Workspace.holdings

    def slowly(*given: Any) -> Any:
        assert go_on.wait(LONG)
        return holdings(*given)

    monkeypatch.setattr(Workspace, "holdings", slowly)
    with httpx2.Client(base_url=hasty, timeout=LONG) as client:
        try:
            problem(client.get(DOMAIN), 504, "too-slow")
            assert client.get("/health/live").status_code == 200
        finally:
            go_on.set()


def test_a_body_that_never_comes_is_given_up(hasty: str) -> None:
    head = b"POST /v1/runs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"
    assert b" 504 " in _raw(hasty, head)


@pytest.mark.parametrize(
    "target", ["/v1/sources/%2e%2e/%2e%2e/etc/passwd", "/v1/guides/../../etc/passwd", "//etc/passwd", "/%ff"]
)
def test_a_path_is_taken_as_it_is(address: str, target: str) -> None:
    answer = _raw(address, f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
    assert b" 404 " in answer
    assert b"application/problem+json" in answer


def test_a_request_goes_on_while_another_waits(client: httpx2.Client, address: str) -> None:
    with socket.create_connection(_place(address)) as idle:
        idle.sendall(b"GET /v1/rubrics HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        assert client.get("/health/live").status_code == 200


def test_readiness_says_when_nothing_can_be_written(store: Path) -> None:
    data = store / "catalogue.sqlite3" / "inside"
    with TestClient(create_app(small_settings(store)), base_url="http://127.0.0.1:8000") as client:
        assert client.get("/health/ready").json() == {"status": "ready"}
        client.app.state.service = _moved(client.app.state.service, data)  # type: ignore[attr-defined]
        told = problem(client.get("/health/ready"), 503, "unavailable")
        assert "detail" not in told
        assert client.get("/health/live").status_code == 200


def _moved(service: Any, data: Path) -> Any:
    return replace(service, settings=service.settings.model_copy(update={"data_dir": data}))


def _place(address: str) -> tuple[str, int]:
    host, _, port = address.removeprefix("http://").partition(":")
    return host, int(port)


def _raw(address: str, request: bytes) -> bytes:
    """The first bytes of the answer to a request as it stands."""
    with socket.create_connection(_place(address), timeout=LONG) as connection:
        connection.sendall(request)
        return connection.recv(4000)
