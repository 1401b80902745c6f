"""Prompts over REST are those of the command line, and replies are checked against the library."""

import pytest
from starlette.testclient import TestClient

from research_agent import Workspace
from research_agent.service.wording import REST
from tests.service.rest.material import DOMAIN, GUIDE, finished
from tests.service.rest.schemathesis_hooks import REPLY
from tests.service.rest.test_problems import problem


def test_a_prompt_is_that_of_the_workspace(own_service: TestClient, small: Workspace) -> None:
    (prompt,) = own_service.get(f"{DOMAIN}/prompts").json()["prompts"]
    assert prompt == small.prompt("1").model_dump(mode="json")


def test_prompts_are_asked_for_by_query_or_by_body(own_service: TestClient) -> None:
    query = "?model=claude&model=gpt&mode=grounded&reply=json&budget=60000"
    body = {"models": ["claude", "gpt"], "mode": "grounded", "reply": "json", "budget": 60000}
    by_query = own_service.get(f"{DOMAIN}/prompts{query}").json()
    assert by_query == own_service.post(f"{DOMAIN}/prompts", json=body).json()
    assert [(one["profile"], one["mode"], one["reply"]) for one in by_query["prompts"]] == [
        ("claude", "grounded", "json"),
        ("gpt", "grounded", "json"),
    ]


def test_a_chain_has_a_prompt_for_each_category(own_service: TestClient) -> None:
    prompts = own_service.get(f"{DOMAIN}/prompts?split=true").json()["prompts"]
    assert [one["part"]["number"] for one in prompts] == list(range(1, len(prompts) + 1))
    assert len(prompts) == len(own_service.get(GUIDE).json()["methodology"]["categories"])


def test_a_synthesis_spans_the_domains(own_service: TestClient) -> None:
    path = f"{GUIDE}/domains/all/prompts?mode=synthesize"
    problem(own_service.get(path), 422, "unusable-request")
    finished(own_service, {"domain": "1"})
    (prompt,) = own_service.get(path).json()["prompts"]
    assert prompt["domain"] == "all"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("mode=opne", "query.mode"),
        ("reply=html", "query.reply"),
        ("budget=0", "query.budget"),
        ("split=perhaps", "query.split"),
    ],
)
def test_a_value_that_is_none_is_refused_by_name(own_service: TestClient, query: str, field: str) -> None:
    told = problem(own_service.get(f"{DOMAIN}/prompts?{query}"), 422, "unusable-request")
    assert [one["field"] for one in told["errors"]] == [field]  # type: ignore[attr-defined]


def test_an_unknown_model_is_told_with_the_near_one(own_service: TestClient) -> None:
    told = problem(own_service.get(f"{DOMAIN}/prompts?model=claud"), 404, "unknown-name")
    assert "claude" in told["near"]  # type: ignore[operator]


def test_a_reply_is_checked_as_the_workspace_does(own_service: TestClient, small: Workspace) -> None:
    report = own_service.post(f"{DOMAIN}/replies", json={"texts": [REPLY]}).json()
    assert report == REST.reply(small.check_reply("1", REPLY)).model_dump(mode="json")
    assert report["found"][0]["source"] == "ongaro-2014-raft"


@pytest.mark.parametrize("texts", [["no JSON here"], ["{}"], ["[" * 100_000], [""]])
def test_a_reply_without_a_known_object_is_refused(own_service: TestClient, texts: list[str]) -> None:
    problem(own_service.post(f"{DOMAIN}/replies", json={"texts": texts}), 422, "unreadable-records")


def test_nothing_of_a_reply_is_kept(own_service: TestClient) -> None:
    before = own_service.get("/v1/sources?limit=100").json()
    own_service.post(f"{DOMAIN}/replies", json={"texts": [REPLY]})
    assert own_service.get("/v1/sources?limit=100").json() == before
