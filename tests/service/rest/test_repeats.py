"""A request that makes something is done once a key: sent again, its first answer comes back, also after a restart."""

import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from research_agent.errors import StoreError
from research_agent.service.app import create_app
from research_agent.service.problems import KEY_REUSED, UNDER_WAY, ProblemError
from research_agent.service.rest.repeats import FILE, KEPT_FOR, KeptAnswer, KeptAnswers
from research_agent.workspace import Workspace
from tests.conftest import NOW
from tests.service.conftest import ADDRESS, small_settings
from tests.service.rest.material import DOMAIN, JSON_LINES, PIN, RECORD
from tests.service.rest.test_problems import problem

KEY = {"Idempotency-Key": "3b1f7c5e-0c55-4c5e-9a55-6d8f4a7e2b10"}
ANSWER = KeptAnswer(201, {"content-type": "application/json"}, b"{}")


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kept(tmp_path: Path, clock: Clock) -> KeptAnswers:
    return KeptAnswers(tmp_path, longest_request=timedelta(minutes=1), clock=clock)


def posts() -> list[Any]:
    guide = b"# Logs\n\n## Domains\n\n### 1. Replication\n\n- Orders of entries\n- Gaps in a log\n"
    markdown = {"content-type": "text/markdown"}
    return [
        pytest.param(f"{DOMAIN}/decisions", {"json": PIN}, id="decisions"),
        pytest.param("/v1/runs", {"json": {"domain": "1"}}, id="runs"),
        pytest.param("/v1/sources", {"content": RECORD, "headers": JSON_LINES}, id="sources"),
        pytest.param("/v1/guides?id=logs", {"content": guide, "headers": markdown}, id="guides"),
    ]


def sent(client: TestClient, path: str, body: dict[str, Any], key: dict[str, str] = KEY) -> Any:
    return client.post(path, **{**body, "headers": {**body.get("headers", {}), **key}})


@pytest.mark.parametrize(("path", "body"), posts())
def test_the_same_request_gets_the_same_answer(own_service: TestClient, path: str, body: dict[str, Any]) -> None:
    first, again = sent(own_service, path, body), sent(own_service, path, body)
    assert first.status_code in (201, 202), first.text
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["location"] == first.headers["location"]


def test_the_request_is_not_done_again(own_service: TestClient) -> None:
    sent(own_service, f"{DOMAIN}/decisions", {"json": PIN})
    own_service.delete(f"{DOMAIN}/decisions/{PIN['source']}")
    assert sent(own_service, f"{DOMAIN}/decisions", {"json": PIN}).status_code == 201
    assert own_service.get(f"{DOMAIN}/decisions").json()["items"] == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"{DOMAIN}/decisions", {"json": {**PIN, "action": "ban"}}),
        ("/v1/runs", {"json": PIN}),
        (
            f"{DOMAIN}/decisions",
            {
                "content": b'{"source": "ongaro-2014-raft", "action": "pin"}',
                "headers": {"content-type": "application/json"},
            },
        ),
    ],
)
def test_a_key_is_not_taken_for_another_request(own_service: TestClient, path: str, body: dict[str, Any]) -> None:
    sent(own_service, f"{DOMAIN}/decisions", {"json": PIN})
    problem(sent(own_service, path, body), 422, "idempotency-key-reused")
    (decision,) = own_service.get(f"{DOMAIN}/decisions").json()["items"]
    assert decision["action"] == "pin"


def test_a_request_that_was_refused_leaves_its_key_free(own_service: TestClient) -> None:
    wrong = {"json": {**PIN, "source": "ongaro-2014-rafd"}}
    assert sent(own_service, f"{DOMAIN}/decisions", wrong).status_code == 422
    assert sent(own_service, f"{DOMAIN}/decisions", {"json": PIN}).status_code == 201


def test_an_error_of_the_program_leaves_the_key_free(own_service: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(Workspace, "pin", lambda *_, **__: 1 / 0)
        assert sent(own_service, f"{DOMAIN}/decisions", {"json": PIN}).status_code == 500
    assert sent(own_service, f"{DOMAIN}/decisions", {"json": PIN}).status_code == 201


@pytest.mark.parametrize("key", ["", " ", "two words", "x" * 256, "ä"])
def test_a_key_that_is_none_is_refused(own_service: TestClient, key: str) -> None:
    answer = own_service.post(f"{DOMAIN}/decisions", json=PIN, headers={b"Idempotency-Key": key.encode("latin-1")})
    problem(answer, 422, "unusable-request")


def test_the_answer_survives_a_restart(store: Path) -> None:
    answers = []
    for _ in range(2):
        with TestClient(create_app(small_settings(store), clock=lambda: NOW), base_url=ADDRESS) as client:
            answers.append(sent(client, f"{DOMAIN}/decisions", {"json": PIN}))
    assert [answer.headers.get("idempotency-replayed") for answer in answers] == [None, "true"]
    assert answers[0].content == answers[1].content


def test_two_at_once_are_done_once(own_service: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    entered, go_on = threading.Event(), threading.Event()
    pin = Workspace.pin

    def slowly(*given: Any, **named: Any) -> Any:
        entered.set()
        assert go_on.wait(30)
        return pin(*given, **named)

    monkeypatch.setattr(Workspace, "pin", slowly)
    answers: list[Any] = []
    first = threading.Thread(target=lambda: answers.append(sent(own_service, f"{DOMAIN}/decisions", {"json": PIN})))
    first.start()
    assert entered.wait(30)
    second = sent(own_service, f"{DOMAIN}/decisions", {"json": PIN})
    go_on.set()
    first.join()
    problem(second, 409, "request-under-way")
    assert second.headers["retry-after"] == "1"
    assert answers[0].status_code == 201
    assert sent(own_service, f"{DOMAIN}/decisions", {"json": PIN}).headers["idempotency-replayed"] == "true"


def test_an_answer_is_kept_for_a_day_and_no_longer(kept: KeptAnswers, clock: Clock) -> None:
    assert kept.begin("k", "request") is None
    kept.keep("k", ANSWER)
    clock.now += KEPT_FOR - timedelta(seconds=1)
    assert kept.begin("k", "request") == ANSWER
    clock.now += timedelta(seconds=2)
    assert kept.begin("k", "another request") is None


def test_what_a_process_that_died_had_begun_is_begun_anew(kept: KeptAnswers, clock: Clock) -> None:
    assert kept.begin("k", "request") is None
    with pytest.raises(ProblemError) as error:
        kept.begin("k", "request")
    assert error.value.kind is UNDER_WAY
    clock.now += timedelta(seconds=61)
    assert kept.begin("k", "request") is None


@given(
    requests=st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), max_size=20),
)
@settings(deadline=None, max_examples=25)
def test_a_key_answers_one_request_and_that_one_always(
    tmp_path_factory: pytest.TempPathFactory, requests: list[tuple[str, str]]
) -> None:
    kept = KeptAnswers(tmp_path_factory.mktemp("kept"), longest_request=timedelta(minutes=1), clock=lambda: NOW)
    first: dict[str, str] = {}
    for key, request in requests:
        if key not in first:
            assert kept.begin(key, request) is None
            kept.keep(key, KeptAnswer(201, {}, request.encode()))
            first[key] = request
        elif first[key] == request:
            found = kept.begin(key, request)
            assert found is not None
            assert found.body == request.encode()
        else:
            with pytest.raises(ProblemError) as error:
                kept.begin(key, request)
            assert error.value.kind is KEY_REUSED


def test_answers_that_cannot_be_read_are_told_with_what_to_do(kept: KeptAnswers, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database" * 200)
    with pytest.raises(StoreError, match="Move the file away"):
        kept.begin("k", "request")
