"""Keys let in whom they should, as far as they should; what one owner adds, decides and runs is not another's."""

import json
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from research_agent.keys import ApiKeys
from research_agent.service.app import create_app
from tests.conftest import NOW
from tests.service.conftest import ADDRESS, Served, small_settings
from tests.service.rest.material import DOMAIN, JSON_LINES, PIN, RECORD, finished
from tests.service.rest.test_problems import problem


def test_without_a_key_only_what_is_the_same_for_everybody_is_seen(owners: Served) -> None:
    client = owners.client()
    for path in ("/health/live", "/health/ready", "/openapi.json", "/docs", "/problems", "/problems/fault"):
        assert client.get(path).status_code == 200
    for path in ("/v1/guides", "/v1/runs", "/nothing", "/mcp", "/health", "/docs/", "/problems2"):
        answer = client.get(path)
        problem(answer, 401, "key-needed")
        assert answer.headers["www-authenticate"] == 'Bearer realm="research-agent"'


def test_what_anybody_may_see_says_nothing_private(owners: Served) -> None:
    seen = "".join(
        owners.client().get(path).text for path in ("/health/live", "/health/ready", "/openapi.json", "/docs")
    )
    for private in (str(owners.directory), "ada", "agreement-between-machines"):
        assert f'"{private}' not in seen


@pytest.mark.parametrize(
    "sent", ["", "Bearer", "Bearer ", "Bearer x", "Basic YTpi", "Bearer ra_00000000_" + "A" * 43, "ra_0", "Bearer \x00"]
)
def test_a_wrong_key_is_refused(owners: Served, sent: str) -> None:
    answer = owners.client().get("/v1/guides", headers={"Authorization": sent})
    problem(answer, 401, "key-needed")
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_two_keys_at_once_are_none(owners: Served) -> None:
    both = [("Authorization", f"Bearer {owners.keys[name]}") for name in ("ada", "bert")]
    assert owners.client().get("/v1/guides", headers=both).status_code == 401


def test_a_key_that_is_revoked_opens_nothing_any_longer(owners: Served) -> None:
    client = owners.client("ada")
    assert client.get("/v1/guides").status_code == 200
    keys = ApiKeys(owners.directory, clock=lambda: NOW)
    keys.revoke(next(key.id for key in keys.known() if key.owner == "ada"))
    problem(client.get("/v1/guides"), 401, "key-needed")


def test_a_key_that_is_expired_opens_nothing(owners: Served) -> None:
    past = ApiKeys(owners.directory, clock=lambda: NOW - timedelta(days=2))
    token = past.create("ada", ["read"], lifetime=timedelta(days=1)).token
    answer = owners.client().get("/v1/guides", headers={"Authorization": f"Bearer {token}"})
    problem(answer, 401, "key-needed")


def test_a_key_that_may_only_read_changes_nothing(owners: Served) -> None:
    reader = owners.client("eva")
    assert reader.get("/v1/sources").status_code == 200
    assert reader.get(f"{DOMAIN}/prompts").status_code == 200
    refused = [
        reader.post("/v1/runs", json={"domain": "1"}),
        reader.post("/v1/runs", json={"domain": "1"}, headers={"Idempotency-Key": "k"}),
        reader.post(f"{DOMAIN}/decisions", json=PIN),
        reader.post("/v1/sources", content=RECORD, headers=JSON_LINES),
        reader.post("/v1/guides", content=b"x", headers={"content-type": "text/markdown"}),
        reader.delete(f"{DOMAIN}/decisions/ongaro-2014-raft"),
        reader.delete("/v1/runs/000000000000"),
    ]
    for answer in refused:
        told = problem(answer, 403, "not-allowed")
        assert "'research'" in str(told["detail"])
        assert owners.keys["eva"] not in answer.text
    assert reader.get("/v1/runs").json()["items"] == []
    assert reader.get(f"{DOMAIN}/decisions").json()["items"] == []


def test_what_one_owner_adds_decides_and_runs_is_not_anothers(owners: Served) -> None:
    ada, bert = owners.client("ada"), owners.client("bert")
    before = everything(bert)
    assert ada.post("/v1/sources", content=RECORD, headers=JSON_LINES).status_code == 201
    assert ada.post(f"{DOMAIN}/decisions", json=PIN).status_code == 201
    guide = "# Logs of ada\n\n## Domains\n\n### 1. Replication\n\n- Orders of entries\n- Gaps in a log\n"
    media = {"content-type": "text/markdown"}
    assert ada.post("/v1/guides", params={"id": "logs"}, content=guide.encode(), headers=media).status_code == 201
    run = finished(ada, {"domain": "1"})
    edition = run["parts"][0]["bibliography"]

    assert everything(bert) == before
    for path in (
        f"/v1/runs/{run['id']}",
        f"/v1/runs/{run['id']}/result",
        f"/v1/bibliographies/{edition}",
        "/v1/guides/logs",
    ):
        assert ada.get(path).status_code == 200, path
        told = problem(bert.get(path), 404, "unknown-name")
        assert run["id"] not in str(told.get("near", ""))
    problem(bert.get(f"/v1/runs/{run['id']}/events"), 404, "unknown-name")
    problem(bert.delete(f"/v1/runs/{run['id']}"), 404, "unknown-name")
    problem(bert.get(f"{DOMAIN}/bibliography"), 404, "no-bibliography")
    assert ada.get(f"/v1/runs/{run['id']}").json()["state"] == "done"


def test_one_key_of_a_client_is_not_anothers(owners: Served) -> None:
    key = {"Idempotency-Key": "the-same"}
    ada = owners.client("ada").post(f"{DOMAIN}/decisions", json=PIN, headers=key)
    bert = owners.client("bert").post(f"{DOMAIN}/decisions", json={**PIN, "action": "ban"}, headers=key)
    assert (ada.status_code, bert.status_code) == (201, 201)
    assert "idempotency-replayed" not in bert.headers


def test_on_loopback_a_key_that_is_sent_counts(owners: Served) -> None:
    app = create_app(small_settings(owners.directory), clock=lambda: NOW)
    with TestClient(app, base_url=ADDRESS) as here:
        as_ada = {"Authorization": f"Bearer {owners.keys['ada']}"}
        assert here.post(f"{DOMAIN}/decisions", json=PIN, headers=as_ada).status_code == 201
        assert here.get(f"{DOMAIN}/decisions", headers=as_ada).json()["items"]
        assert here.get(f"{DOMAIN}/decisions").json()["items"] == []
        assert here.get("/v1/guides", headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_keys_that_cannot_be_read_let_nobody_in(owners: Served) -> None:
    (owners.directory / "keys.json").write_text("{")
    told = problem(owners.client("ada").get("/v1/guides"), 503, "unavailable")
    assert str(owners.directory) not in json.dumps(told)


def everything(client: TestClient) -> dict[str, Any]:
    """All that an owner sees of their store."""
    paths = (
        "/v1/guides",
        "/v1/sources?limit=100",
        "/v1/runs",
        f"{DOMAIN}/decisions",
        DOMAIN,
        "/v1/searches?query=replicated+logs",
    )
    return {path: client.get(path).json() for path in paths}
