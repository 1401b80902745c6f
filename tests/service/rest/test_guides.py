"""Guides and domains over REST: listed, read, imported for their owner alone."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.service.rest.material import DOMAIN, GUIDE, finished
from tests.service.rest.schemathesis_hooks import MARKDOWN
from tests.service.rest.test_problems import problem

MEDIA = {"content-type": "text/markdown"}


def imported(client: TestClient, text: str = MARKDOWN, **query: Any) -> Any:
    return client.post("/v1/guides", params=query, content=text.encode(), headers=MEDIA)


def test_the_list_says_which_guide_is_meant_where_none_is_named(own_service: TestClient, service: TestClient) -> None:
    here = own_service.get("/v1/guides").json()["items"]
    assert [(one["origin"], one["default"]) for one in here] == [("shipped", False), ("configured", True)]
    (only,) = service.get("/v1/guides").json()["items"]
    assert (only["origin"], only["default"], only["domains"], only["usable"]) == ("shipped", True, 12, True)


def test_a_guide_is_imported_and_worked_with(own_service: TestClient) -> None:
    answer = imported(own_service, id="logs")
    assert answer.status_code == 201
    assert answer.headers["location"] == "/v1/guides/logs"
    assert answer.json()["guide"]["domains"] == 1
    assert answer.json()["defaults"]["methodology.total"]
    guide = own_service.get("/v1/guides/logs").json()
    assert [focus["text"] for focus in guide["domains"][0]["focus"]] == ["Orders of entries", "Gaps in a log"]
    assert own_service.get("/v1/guides/logs/domains/1/prompts").json()["prompts"][0]["guide"] == "logs"
    assert own_service.get("/v1/guides/logs/domains").json()["items"][0]["state"] == "none"
    assert finished(own_service, {"domain": "1", "guide": "logs"})["request"]["guide"] == "logs"


def test_the_same_guide_again_changes_nothing_and_another_is_kept_out(own_service: TestClient) -> None:
    assert imported(own_service, id="logs").status_code == 201
    assert imported(own_service, id="logs").status_code == 201
    other = MARKDOWN.replace("Gaps in a log", "Holes in a log")
    told = problem(imported(own_service, other, id="logs"), 409, "another-is-kept")
    assert "?replace=true" in str(told["detail"])
    assert "/" not in str(told["detail"]).replace("?replace=true", "")
    assert "Gaps" in own_service.get("/v1/guides/logs").text
    assert imported(own_service, other, id="logs", replace=True).status_code == 201
    assert "Holes" in own_service.get("/v1/guides/logs").text


def test_the_id_of_the_shipped_guide_is_taken(own_service: TestClient) -> None:
    told = problem(imported(own_service, id="python-rest-api-clients"), 422, "unreadable-guide")
    assert "?id=NAME" in str(told["detail"])


@pytest.mark.parametrize("name", ["../up", "Logs", "a--b", "x" * 65, "a/b", "."])
def test_an_id_that_could_be_a_path_is_refused(own_service: TestClient, name: str) -> None:
    problem(imported(own_service, id=name), 422, "unusable-request")


def test_an_unknown_guide_is_told_with_the_near_one(own_service: TestClient) -> None:
    told = problem(own_service.get("/v1/guides/agreement-betwen-machines"), 404, "unknown-name")
    assert told["near"] == ["agreement-between-machines"]


def test_a_domain_is_found_by_number_slug_and_name(own_service: TestClient) -> None:
    found = [own_service.get(f"{GUIDE}/domains/{name}").json() for name in ("1", "consensus", "CONSENSUS")]
    assert found[0] == found[1] == found[2]
    assert found[0]["holdings"]["sources"] > 0


def test_the_state_of_a_domain_follows_what_happens(own_service: TestClient) -> None:
    def states() -> tuple[str, str]:
        listed = own_service.get(f"{GUIDE}/domains").json()["items"][0]["state"]
        return listed, own_service.get(DOMAIN).json()["status"]["state"]

    assert states() == ("none", "none")
    finished(own_service, {"domain": "1"})
    assert states() == ("complete", "complete")
    own_service.post(f"{DOMAIN}/decisions", json={"action": "ban", "source": "ongaro-2014-raft"})
    assert states() == ("stale", "stale")
