"""The log says of each request who asked for what and how it went, by its id, and holds no secret."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.service.logs import HIDDEN, configure_logs, hide_secrets
from tests.service.conftest import Served
from tests.service.rest.material import DOMAIN, PIN

SECRET = "q" * 43


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What is logged, while logging is set up as a program does; afterwards it is as it was."""
    root = logging.getLogger()
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # the test's own client, which is no part of the service
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logs(stream)
    yield stream
    root.handlers, root.level = handlers, level


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def requests(log: io.StringIO) -> list[dict[str, Any]]:
    return [line for line in lines(log) if line["event"] == "request"]


def test_a_request_is_a_line_with_its_id_and_who_asked(owners: Served, log: io.StringIO) -> None:
    answer = owners.client("ada").get("/v1/sources?limit=1&domain=1")
    (line,) = requests(log)
    assert line["request_id"] == answer.headers["x-request-id"]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/v1/sources", 200)
    assert (line["owner"], line["key"]) == ("ada", owners.keys["ada"].split("_")[1])
    assert line["bytes"] == len(answer.content)
    assert line["milliseconds"] >= 0
    assert line["level"] == "info"


def test_an_id_that_a_client_gives_is_kept_if_it_is_one(owners: Served, log: io.StringIO) -> None:
    client = owners.client("ada")
    given = client.get("/v1/rubrics", headers={"X-Request-Id": "my-id.1"})
    forged = client.get("/v1/rubrics", headers={"X-Request-Id": 'x" level="none'})
    assert given.headers["x-request-id"] == "my-id.1"
    assert forged.headers["x-request-id"] != 'x" level="none'
    assert [line["request_id"] for line in requests(log)] == ["my-id.1", forged.headers["x-request-id"]]


def test_no_secret_and_no_question_stands_in_the_log(owners: Served, log: io.StringIO) -> None:
    client = owners.client("ada")
    token = owners.keys["ada"]
    client.get("/v1/searches?query=a+private+question")
    client.get(f"/v1/sources/{token}")
    client.post(f"{DOMAIN}/decisions", json={**PIN, "reason": "a private reason"})
    client.get("/v1/guides", headers={"Authorization": f"Bearer {token}x"})
    text = log.getvalue()
    assert len(requests(log)) == 4
    for secret in (token, token.split("_")[2], "private"):
        assert secret not in text


def test_an_error_of_the_program_is_logged_with_its_traceback(
    owners: Served, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError(f"Bearer {SECRET} of ra_0a1b2c3d_{SECRET}")

    monkeypatch.setattr("research_agent.workspace.Workspace.holdings", fail)
    answer = owners.client("ada").get(DOMAIN)
    (fault,) = [line for line in lines(log) if line["event"] == "fault"]
    assert fault["request_id"] == answer.headers["x-request-id"]
    assert "ZeroDivisionError" in fault["exception"]
    assert fault["level"] == "error"
    assert SECRET not in log.getvalue()


@given(
    event=st.recursive(
        st.sampled_from([f"ra_0a1b2c3d_{SECRET}", f"see Bearer {SECRET}.", "plain"]) | st.integers() | st.none(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["token", "x"]), inner),
        max_leaves=6,
    )
)
def test_secrets_are_hidden_wherever_they_stand(event: Any) -> None:
    hidden = hide_secrets(None, "info", {"event": event, "authorization": SECRET})
    assert SECRET not in repr(hidden)
    assert hidden["authorization"] == HIDDEN


def test_whose_key_it_was_can_still_be_told() -> None:
    assert hide_secrets(None, "", {"event": f"ra_0a1b2c3d_{SECRET}"})["event"] == f"ra_0a1b2c3d_{HIDDEN}"
