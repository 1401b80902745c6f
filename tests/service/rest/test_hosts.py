"""A web page reaches the service neither under a name of its own nor from another origin, REST and MCP alike."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from research_agent.keys import ApiKeys
from research_agent.service.app import create_app
from research_agent.service.options import ServiceOptions, is_loopback
from tests.conftest import NOW
from tests.service.conftest import ADDRESS, small_settings
from tests.service.rest.test_problems import problem

PATHS = ("/v1/rubrics", "/mcp", "/health/live", "/docs", "/nothing")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "", "[::2]:8000", "0.0.0.0"]
)
def test_on_loopback_no_other_name_is_answered(service: TestClient, path: str, host: str) -> None:
    problem(service.get(path, headers={"Host": host}), 421, "host-not-allowed")


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:9", "127.0.0.1", "127.0.0.1:80", "[::1]:8000", "LOCALHOST:8000", "127.8.8.8"]
)
def test_every_name_of_loopback_is_answered(service: TestClient, host: str) -> None:
    assert service.get("/v1/rubrics", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "file://", "http://127.0.0.1:9999", "", "http://[", "ftp://127.0.0.1:8000"],
)
def test_scripts_of_other_pages_may_not_ask(service: TestClient, path: str, origin: str) -> None:
    problem(service.get(path, headers={"Origin": origin}), 403, "origin-not-allowed")


def test_scripts_of_our_own_pages_may_ask(service: TestClient) -> None:
    assert service.get("/v1/rubrics", headers={"Origin": ADDRESS}).status_code == 200


@pytest.fixture
def elsewhere(store: Path) -> Iterator[TestClient]:
    """The service at a name of its own, that pages of one other origin may use."""
    ApiKeys(store, clock=lambda: NOW).create("ada", ["read"])
    options = ServiceOptions(
        host="0.0.0.0",
        allowed_hosts=("research.example.org",),
        allowed_origins=("https://app.example.org",),
    )
    with TestClient(create_app(small_settings(store), options, clock=lambda: NOW), base_url=ADDRESS) as client:
        yield client


def test_the_names_that_are_allowed_are_answered(elsewhere: TestClient) -> None:
    assert elsewhere.get("/health/live", headers={"Host": "research.example.org"}).status_code == 200
    assert elsewhere.get("/health/live", headers={"Host": "other.example.org"}).status_code == 421


def test_pages_of_an_allowed_origin_may_ask_and_read_the_answer(elsewhere: TestClient) -> None:
    origin = {"Origin": "https://app.example.org"}
    asked = {**origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    before = elsewhere.options("/v1/runs", headers=asked)
    assert before.status_code == 200
    assert before.headers["access-control-allow-origin"] == "https://app.example.org"
    answer = elsewhere.get("/v1/guides", headers=origin)
    assert answer.status_code == 401
    assert answer.headers["access-control-allow-origin"] == "https://app.example.org"
    assert elsewhere.options("/v1/runs", headers={**asked, "Origin": "https://evil.example"}).status_code == 403


def test_where_a_key_is_needed_and_no_names_are_given_any_name_will_do(store: Path) -> None:
    token = ApiKeys(store, clock=lambda: NOW).create("ada", ["read"]).token
    app = create_app(small_settings(store), ServiceOptions(host="0.0.0.0"), clock=lambda: NOW)
    with TestClient(app, base_url="http://box.lan:8000", headers={"Authorization": f"Bearer {token}"}) as client:
        assert client.get("/v1/rubrics").status_code == 200


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("", False),
        ("::", False),
        ("example.org", False),
        ("10.0.0.1", False),
        ("127.0.0.1.evil.example", False),
    ],
)
def test_what_is_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback
    assert ServiceOptions(host=host).require_key is not loopback
