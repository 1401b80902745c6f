"""Answers carry the tag of their version, and are not sent again to who has that version."""

import pytest
from starlette.testclient import TestClient

PATHS = [
    "/v1/guides",
    "/v1/guides/python-rest-api-clients",
    "/v1/guides/python-rest-api-clients/domains",
    "/v1/guides/python-rest-api-clients/domains/2",
    "/v1/guides/python-rest-api-clients/domains/2/bibliography",
    "/v1/guides/python-rest-api-clients/domains/2/bibliographies",
    "/v1/guides/python-rest-api-clients/domains/2/decisions",
    "/v1/guides/python-rest-api-clients/domains/2/prompts",
    "/v1/sources",
    "/v1/searches?query=retry",
    "/v1/rubrics/lmu",
    "/v1/models/claude",
    "/v1/runs",
]


@pytest.mark.parametrize("path", PATHS)
def test_who_has_the_version_gets_no_body(service: TestClient, path: str) -> None:
    first = service.get(path)
    assert first.status_code == 200, first.text
    tag = first.headers["etag"]
    assert tag.startswith('"')  # a strong one
    again = service.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)


@pytest.mark.parametrize("known", ['"other"', '"other", W/"another"', "nonsense", ""])
def test_who_has_another_version_gets_this_one(service: TestClient, known: str) -> None:
    assert service.get("/v1/rubrics/lmu", headers={"If-None-Match": known}).status_code == 200


def test_any_of_several_versions_and_any_at_all_count(service: TestClient) -> None:
    tag = service.get("/v1/rubrics/lmu").headers["etag"]
    for known in (f'"other", {tag}', f"W/{tag}", "*"):
        assert service.get("/v1/rubrics/lmu", headers={"If-None-Match": known}).status_code == 304


def test_two_forms_of_one_resource_have_two_tags(service: TestClient) -> None:
    path = "/v1/guides/python-rest-api-clients/domains/2/bibliography"
    tags = {service.get(path, params={"format": form}).headers["etag"] for form in ("json", "markdown", "html", "ris")}
    assert len(tags) == 4


def test_the_tag_changes_with_what_it_is_of(own_service: TestClient) -> None:
    path = "/v1/guides/agreement-between-machines/domains/1/decisions"
    before = own_service.get(path).headers["etag"]
    own_service.post(path, json={"action": "pin", "source": "ongaro-2014-raft"})
    after = own_service.get(path, headers={"If-None-Match": before})
    assert after.status_code == 200
    assert after.headers["etag"] != before
