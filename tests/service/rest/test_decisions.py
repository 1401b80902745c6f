"""Judgements, pins and bans over REST: kept, listed, obeyed by the next bibliography, taken back."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.service.rest.material import DOMAIN, PIN, SOURCE, finished
from tests.service.rest.test_problems import problem

JUDGE = {"action": "judge", "source": SOURCE, "criterion": "authority", "level": "1", "reason": "Seen otherwise."}


def standing(client: TestClient, query: str = "") -> list[tuple[str, str]]:
    items = client.get(f"{DOMAIN}/decisions{query}").json()["items"]
    return [(one["source"], one["action"]) for one in items]


def decide(client: TestClient, **fields: Any) -> Any:
    return client.post(f"{DOMAIN}/decisions", json=fields)


def test_a_ban_keeps_a_source_out_and_undoing_it_lets_it_in(own_service: TestClient) -> None:
    def entries() -> set[str]:
        run = finished(own_service, {"domain": "1"})
        (made,) = own_service.get(run["links"]["result"]).json()["results"]
        return {one["source"]["id"] for one in made["bibliography"]["entries"]}

    assert SOURCE in entries()
    answer = decide(own_service, action="ban", source=SOURCE, reason="Another edition is used.")
    assert answer.status_code == 201
    assert own_service.get(answer.headers["location"]).json()["items"] == [answer.json()]
    assert SOURCE not in entries()
    removed = own_service.get(f"{DOMAIN}/difference").json()["removed"]
    assert [one["source"] for one in removed] == [SOURCE]
    assert len(own_service.delete(f"{DOMAIN}/decisions/{SOURCE}").json()["decisions"]) == 1
    assert SOURCE in entries()


def test_a_judgement_stands_in_the_evaluation_with_its_reason(own_service: TestClient) -> None:
    assert decide(own_service, **JUDGE).json()["level"] == 1
    evaluation = own_service.get(f"/v1/sources/{SOURCE}?domain=1").json()["standing"]["evaluation"]
    judged = next(one for one in evaluation["judgements"] if one["criterion"] == "authority")
    assert (judged["level"], judged["judge"]) == (1, "human")
    assert "Seen otherwise." in judged["reason"]


def test_the_list_can_be_narrowed(own_service: TestClient) -> None:
    decide(own_service, **JUDGE)
    decide(own_service, **PIN)
    decide(own_service, action="ban", source="lamport-1998-part-time-parliament")
    assert len(standing(own_service)) == 3
    assert (
        standing(own_service, f"?source={SOURCE}") == [(SOURCE, "pin"), (SOURCE, "judge")]
        or len(standing(own_service, f"?source={SOURCE}")) == 2
    )
    assert standing(own_service, "?action=ban") == [("lamport-1998-part-time-parliament", "ban")]
    first = own_service.get(f"{DOMAIN}/decisions?limit=2").json()
    rest = own_service.get(f"{DOMAIN}/decisions", params={"limit": 2, "cursor": first["next"]}).json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, "")


def test_a_pin_takes_the_place_of_a_ban(own_service: TestClient) -> None:
    decide(own_service, action="ban", source=SOURCE)
    decide(own_service, **PIN)
    assert standing(own_service) == [(SOURCE, "pin")]


def test_to_take_back_what_is_not_there_changes_nothing(own_service: TestClient) -> None:
    answer = own_service.delete(f"{DOMAIN}/decisions/{SOURCE}")
    assert (answer.status_code, answer.json()["decisions"]) == (200, [])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**JUDGE, "reason": " "}, "body.reason"),
        ({**JUDGE, "level": ""}, "body.level"),
        ({"action": "judge", "source": SOURCE, "level": "1", "reason": "x"}, "body.criterion"),
        ({**PIN, "level": "4"}, "body.level"),
        ({**PIN, "action": "praise"}, "body.action"),
        ({**PIN, "source": ""}, "body.source"),
        ({**PIN, "reason": "x" * 2001}, "body.reason"),
        ({**PIN, "reason": 1}, "body.reason"),
    ],
)
def test_a_decision_that_is_none_is_refused_by_field(own_service: TestClient, body: dict[str, Any], field: str) -> None:
    told = problem(decide(own_service, **body), 422, "unusable-request")
    assert field in {one["field"] for one in told["errors"]}  # type: ignore[attr-defined]
    assert standing(own_service) == []


@pytest.mark.parametrize("change", [{"criterion": "autority"}, {"level": "mighty"}, {"source": "ongaro-2014-rafd"}])
def test_an_unknown_name_in_a_decision_is_told_with_those_that_are_known(
    own_service: TestClient, change: dict[str, str]
) -> None:
    told = problem(decide(own_service, **{**JUDGE, **change}), 422, "unknown-name-in-body")
    assert "Known:" in str(told["detail"]) or told["near"]


def test_a_source_that_does_not_serve_the_domain_is_not_decided_on(own_service: TestClient) -> None:
    path = DOMAIN.replace("/1", "/2")
    problem(own_service.post(f"{path}/decisions", json=PIN), 422, "unusable-request")
