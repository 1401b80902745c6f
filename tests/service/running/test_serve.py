"""`research-agent serve`: refuses what is not safe, says where it is, and ends without losing anything."""

import json
import shutil
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from research_agent import Settings
from research_agent.keys import ApiKeys
from research_agent.library.database import FILE
from tests.conftest import SMALL_GUIDE
from tests.service.running.conftest import Command
from tests.service.running.served import LONG, Service, health_checks, served


def keys_of(settings: Settings) -> ApiKeys:
    return ApiKeys(settings.data_dir, clock=lambda: datetime.now(tz=UTC))


def token(settings: Settings, owner: str = "ada") -> str:
    return keys_of(settings).create(owner, ["research"]).token


# Who it lets start


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])
def test_bound_elsewhere_it_refuses_to_start_without_a_key(command: Command, host: str, tmp_path: Path) -> None:
    ran = command("serve", "--host", host)
    assert (ran.code, ran.out) == (2, "")
    assert "research-agent keys create OWNER" in ran.err
    assert "It was not started" in ran.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("state", ["expired", "revoked"])
def test_a_key_that_opens_nothing_any_longer_does_not_count(command: Command, tmp_path: Path, state: str) -> None:
    old = datetime.now(tz=UTC) - timedelta(days=2)
    keys = ApiKeys(tmp_path, clock=lambda: old)
    made = keys.create("ada", ["admin"], lifetime=timedelta(days=1) if state == "expired" else None)
    if state == "revoked":
        keys.revoke(made.key.id)
    assert command("serve", "--host", "0.0.0.0").code == 2


def test_behind_a_proxy_loopback_needs_a_key_as_well(command: Command) -> None:
    assert command("serve", "--require-key").code == 2


def test_a_damaged_file_of_keys_is_told(command: Command, tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("{")
    ran = command("serve", "--require-key")
    assert (ran.code, ran.out) == (3, "")
    assert "keys.json can't be read" in ran.err


def test_a_port_that_is_taken_is_told_in_a_line(command: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = command("serve", "--port", str(port))
    assert (ran.code, ran.out) == (2, "")
    assert f"127.0.0.1:{port} can't be listened at" in ran.err
    assert "--port 0" in ran.err
    assert "Traceback" not in ran.err


# While it runs


@pytest.fixture(scope="module")
def asked(small_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that is only asked."""
    folder = Path(shutil.copytree(small_store, tmp_path_factory.mktemp("asked") / "store"))
    with served(Settings(data_dir=folder, guide=str(SMALL_GUIDE))) as service:
        yield service


def test_it_is_where_it_says_from_the_moment_that_it_says_so_to_its_end(small_settings: Settings) -> None:
    with served(small_settings) as service, service.client() as client:
        said = service.log.read_text()
        assert client.get("/health/live").status_code == 200
        assert client.get("/health/ready").status_code == 200
        assert client.get("/v1/guides").status_code == 200
        assert client.get("/docs").status_code == 200
        for name, path in (("REST", "/v1"), ("MCP", "/mcp"), ("Docs", "/docs"), ("Health", "/health/ready")):
            assert f"{name:6} {service.base}{path}\n" in said
        assert service.end(signal.SIGTERM) == -signal.SIGTERM
        assert_ended_well(service, small_settings)


def test_what_it_logs_is_json_and_holds_no_token(small_settings: Settings) -> None:
    secret = token(small_settings)
    with served(small_settings, "--require-key") as service:
        with service.client(secret) as client:
            assert client.get("/v1/guides").status_code == 200
        with service.client(secret + "x") as client:
            assert client.get(f"/v1/guides?token={secret}").status_code == 401
        service.end()
        lines = service.log.read_text().splitlines()[5:]
    assert lines
    assert all(isinstance(json.loads(line), dict) for line in lines)
    assert secret.rpartition("_")[2] not in "\n".join(lines)


def test_bound_to_every_address_it_asks_for_a_key_and_the_health_check_needs_none(
    small_settings: Settings,
) -> None:
    secret = token(small_settings)
    with served(small_settings, "--host", "0.0.0.0") as service:
        with service.client() as client:
            assert client.get("/v1/guides").status_code == 401
            assert client.get("/health/live").status_code == 200
        with service.client(secret) as client:
            assert client.get("/v1/guides").status_code == 200
            # Made while it runs, it opens at once; revoked, it does no longer.
            other = keys_of(small_settings).create("grace", ["read"])
            assert client.get("/v1/guides", headers={"Authorization": f"Bearer {other.token}"}).status_code == 200
            keys_of(small_settings).revoke(other.key.id)
            assert client.get("/v1/guides", headers={"Authorization": f"Bearer {other.token}"}).status_code == 401
        assert health_checks(service)
        service.end()
        assert not health_checks(service)


# How it ends


def started(service: Service, domain: str = "all") -> str:
    with service.client() as client:
        answer = client.post("/v1/runs", json={"domain": domain})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])


def test_it_ends_at_a_signal_and_says_nothing_alarming(small_settings: Settings) -> None:
    """At that of a terminal; the other tests of this file end it by that of a supervisor."""
    with served(small_settings) as service:
        with service.client() as client:
            assert client.get("/v1/guides").status_code == 200
        assert service.end(signal.SIGINT) == 130
        assert_ended_well(service, small_settings)


def assert_ended_well(service: Service, settings: Settings) -> None:
    log = service.log.read_text()
    assert "Traceback" not in log
    assert "Application shutdown complete" in log
    assert list((settings.data_dir / "executors").iterdir()) == []


def test_a_request_that_is_under_way_is_answered_before_it_ends(tmp_path: Path) -> None:
    """The first request to a new store takes its sources in, which takes seconds."""
    settings = Settings(data_dir=tmp_path / "new", guide=str(SMALL_GUIDE))
    answers: list[int] = []
    with served(settings) as service:

        def ask() -> None:
            with service.client() as client:
                answers.append(client.get("/v1/sources", params={"limit": 1}).status_code)

        with service.client() as client:
            assert client.get("/health/live").status_code == 200
        asking = threading.Thread(target=ask)
        asking.start()
        while not (settings.data_dir / FILE).exists() and asking.is_alive():
            time.sleep(0.01)
        assert not answers
        service.end()
        asking.join(LONG)
    assert answers == [200]


def test_a_run_that_is_cut_off_is_taken_up_by_the_next_service(small_settings: Settings) -> None:
    with served(small_settings) as service:
        run = started(service)
        service.end()
    with served(small_settings) as service, service.client() as client:
        with client.stream("GET", f"/v1/runs/{run}/events") as events:
            last = [line for line in events.iter_lines() if line.startswith("data:")][-1]
        assert json.loads(last.removeprefix("data:"))["state"] == "done"
        assert len(client.get(f"/v1/runs/{run}/result").json()["results"]) == 3


EVENTS = {"Accept": "text/event-stream"}
FOLLOWED = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/call",
    "params": {"name": "research_domain", "arguments": {"domain": "all", "wait_s": 45}, "_meta": {"progressToken": 1}},
}


def test_open_streams_end_in_good_order_and_do_not_hold_the_end_up(small_settings: Settings) -> None:
    """Those of a run, of MCP and of a call of a tool."""
    with served(small_settings, "--grace", "40") as service, service.client() as client, ExitStack() as opened:
        run, both = started(service), {"Accept": "application/json, text/event-stream"}
        streams = [
            opened.enter_context(stream)
            for stream in (
                client.stream("GET", f"/v1/runs/{run}/events"),
                client.stream("GET", "/mcp", headers=EVENTS),
                client.stream("POST", "/mcp", headers=both, json=FOLLOWED),
            )
        ]
        for stream in streams:
            assert stream.headers["content-type"].startswith("text/event-stream")
        service.process.send_signal(signal.SIGTERM)
        for stream in streams:
            list(stream.iter_lines())  # a stream that broke off would raise
        assert service.process.wait(LONG) == -signal.SIGTERM
        logged = [json.loads(line) for line in service.log.read_text().splitlines() if line.startswith("{")]
        assert [line for line in logged if line["level"] in ("error", "critical")] == []


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\r\nHost x\r\n\r\n",
        b"\r\n\0\r\n\r\n",
    ],
)
def test_bytes_that_are_no_request_are_answered_with_a_problem_document(asked: Service, sent: bytes) -> None:
    host, _, port = asked.base.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=LONG) as connection:
        connection.sendall(sent)
        head, _, body = b"".join(iter(lambda: connection.recv(4096), b"")).partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    told = json.loads(body)
    assert status == "HTTP/1.1 400 Bad Request"
    assert headers["content-type"] == "application/problem+json"
    assert headers["connection"] == "close"
    assert int(headers["content-length"]) == len(body)
    assert told["type"] == "/problems/not-http"
    assert told["request_id"] == headers["x-request-id"]
    with asked.client() as client:
        assert client.get(told["type"]).status_code == 200
