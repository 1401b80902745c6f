"""Sources over REST: filtered lists, a source with its standing, records added line by line, searches that explain."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.service.rest.material import DOMAIN, JSON_LINES, RECORD, SOURCE, finished
from tests.service.rest.schemathesis_hooks import RECORD as RECORD_FIELDS
from tests.service.rest.test_problems import problem


def listed(client: TestClient, query: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client.get(f"/v1/sources?limit=100&{query}").json()["items"]
    return items


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("domain=2", lambda one: "2" in one["domains"]),
        ("domain=resilience-patterns", lambda one: "2" in one["domains"]),
        ("kind=paper", lambda one: one["kind"] == "paper"),
        ("since=2024", lambda one: one["year"] >= 2024),
        ("until=2010", lambda one: one["year"] <= 2010),
        ("peer_reviewed=true", lambda one: one["peer_reviewed"] is True),
        ("peer_reviewed=false", lambda one: one["peer_reviewed"] is not True),
        ("domain=2&kind=paper&since=2015", lambda one: one["kind"] == "paper" and one["year"] >= 2015),
    ],
)
def test_a_filter_lets_through_what_it_says(service: TestClient, query: str, holds: Any) -> None:
    found = listed(service, query)
    assert found
    assert all(holds(one) for one in found)
    assert [one["id"] for one in found] == sorted(one["id"] for one in found)


def test_a_category_is_that_of_the_domain_that_is_asked_for(service: TestClient) -> None:
    found = {one["id"] for one in listed(service, "domain=2&category=research")}
    holdings = service.get("/v1/guides/python-rest-api-clients/domains/2").json()["holdings"]
    assert len(found) == holdings["by_category"]["research"]
    problem(service.get("/v1/sources?category=reserch"), 404, "unknown-name")


def test_a_source_comes_with_its_standing_in_a_domain(service: TestClient) -> None:
    bibliography = service.get("/v1/guides/python-rest-api-clients/domains/2/bibliography").json()
    entry, out = bibliography["entries"][0], bibliography["excluded"][0]
    chosen = service.get(f"/v1/sources/{entry['source']['id']}?domain=2").json()
    assert chosen["standing"]["chosen"] is True
    assert chosen["standing"]["evaluation"] == entry["evaluation"]
    assert chosen["source"] == entry["source"]
    assert chosen["citation"]
    left_out = service.get(f"/v1/sources/{out['source']}?domain=2").json()
    assert left_out["standing"]["chosen"] is False
    assert left_out["standing"]["reasons"]


def test_a_source_is_cited_in_the_style_and_judged_by_the_reading_that_is_asked_for(own_service: TestClient) -> None:
    citations = {
        own_service.get(f"/v1/sources/{SOURCE}?style={style}").json()["citation"]
        for style in ("apa", "ieee", "chicago")
    }
    assert len(citations) == 3
    read = own_service.get(f"/v1/sources/{SOURCE}?domain=1&rubric=mandalios").json()
    assert read["standing"]["evaluation"]["rubric"] == "mandalios"
    assert own_service.get(f"/v1/sources/{SOURCE}").json()["standing"] is None


def test_good_lines_are_kept_and_bad_ones_named(own_service: TestClient) -> None:
    bad = json.dumps({**RECORD_FIELDS, "knid": "paper"}).encode()
    answer = own_service.post("/v1/sources", content=RECORD + bad + b"\n{", headers=JSON_LINES)
    assert answer.status_code == 201
    told = answer.json()
    assert told["report"]["added"] == 1
    assert told["left_out"] == len(told["problems"]) == 2
    assert [(one["line"], one["field"]) for one in told["problems"]] == [(2, "knid"), (3, "")]
    assert "kind" in told["problems"][0]["message"]
    (hit, *_) = own_service.get("/v1/searches?query=three+ways+to+replicate+a+log").json()["hits"]
    assert hit["title"] == RECORD_FIELDS["title"]


def test_records_that_are_known_change_nothing(own_service: TestClient) -> None:
    for added, unchanged in ((1, 0), (0, 1)):
        answer = own_service.post("/v1/sources", content=RECORD, headers=JSON_LINES)
        assert answer.status_code == 201
        assert (answer.json()["report"]["added"], answer.json()["report"]["unchanged"]) == (added, unchanged)


def test_no_line_at_all_is_a_problem(own_service: TestClient) -> None:
    problem(own_service.post("/v1/sources", content=b"\n\n", headers=JSON_LINES), 422, "unreadable-records")


def test_a_source_that_was_added_makes_the_domain_stale(own_service: TestClient) -> None:
    finished(own_service, {"domain": "1"})
    own_service.post("/v1/sources", content=RECORD, headers=JSON_LINES)
    assert own_service.get(DOMAIN).json()["status"]["state"] == "stale"


def test_every_hit_of_a_search_says_why_it_was_found(service: TestClient) -> None:
    hits = service.get("/v1/searches?query=exponential+backoff+with+jitter&domain=2&limit=5").json()["hits"]
    assert len(hits) == 5
    for hit in hits:
        assert hit["passage"]["domain"] == "2"
        assert ("meaning" in hit["why"]) == (hit["similarity"] is not None)
        assert ("words" in hit["why"]) == (hit["bm25"] is not None)


def test_a_search_filters_as_it_is_told(service: TestClient) -> None:
    hits = service.get("/v1/searches?query=retries&kind=paper&since=2015&until=2023&peer_reviewed=true").json()["hits"]
    assert hits
    for hit in hits:
        source = service.get(f"/v1/sources/{hit['source']}").json()["source"]
        assert source["kind"] == "paper"
        assert 2015 <= source["year"] <= 2023


@pytest.mark.parametrize(
    "query", ["", "query=", "query=%20", "query=x&since=2020&until=2010", "query=x&limit=51", "query=x&kind=novel"]
)
def test_a_search_that_cannot_be_is_refused(service: TestClient, query: str) -> None:
    problem(service.get(f"/v1/searches?{query}"), 422, "unusable-request")
