"""Bodies and addresses that nobody should send: each is refused as the caller's fault, and the service is unharmed."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from research_agent.service.app import create_app
from tests.conftest import NOW
from tests.service.conftest import ADDRESS, CLOSED, small_settings
from tests.service.rest.test_problems import problem

GUIDE = "/v1/guides/agreement-between-machines"
DEEP = b"[" * 200_000
JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def refusing(small_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The application on a store that nothing is to get into, so that all tests of this file may share it."""
    store = Path(shutil.copytree(small_store, tmp_path_factory.mktemp("refusing") / "store"))
    with TestClient(create_app(small_settings(store), clock=lambda: NOW), base_url=ADDRESS) as client:
        yield client


@pytest.mark.parametrize(
    "body", [b"{", b"", b"\xff\xfe", DEEP, b'{"domain": "1"', b'{"domain": NaN', b"{'domain': 1}", b'{"a":' * 100_000]
)
def test_a_body_that_is_no_json_is_refused(refusing: TestClient, body: bytes) -> None:
    answer = refusing.post("/v1/runs", content=body, headers=JSON)
    assert answer.status_code in (400, 422), answer.text
    assert refusing.get("/v1/runs").json()["items"] == []


@pytest.mark.parametrize("body", [b"null", b"1", b'"x"', b"[]", b"{}", b'{"domain": null}', b'{"domain": "\\ud800"}'])
def test_json_of_another_form_is_refused(refusing: TestClient, body: bytes) -> None:
    problem(refusing.post("/v1/runs", content=body, headers=JSON), 422, "unusable-request")


@pytest.mark.parametrize("media", ["text/plain", "application/xml", "", "application/json-seq", "multipart/form-data"])
def test_a_body_of_another_media_type_is_refused_with_those_that_are_read(refusing: TestClient, media: str) -> None:
    answer = refusing.post("/v1/runs", content=b'{"domain": "1"}', headers={"content-type": media})
    problem(answer, 415, "unsupported-media-type")
    assert answer.headers["accept"] == "application/json"


def test_what_takes_long_to_refuse_is_refused_at_once(refusing: TestClient) -> None:
    lines = b'{"titel": "A record with a misspelt field"}\n'
    answer = refusing.post("/v1/sources", content=lines * 80_000, headers={"content-type": "application/jsonl"})
    assert "5,000 lines" in str(problem(answer, 413, "body-too-large")["detail"])
    answer = refusing.post("/v1/guides", content=b"[" * 2_000_000, headers={"content-type": "text/markdown"})
    assert "524,288 bytes" in str(problem(answer, 413, "body-too-large")["detail"])


def test_a_body_that_is_too_large_is_refused(refusing: TestClient) -> None:
    body = b" " * (CLOSED.max_body_bytes + 1)
    told = problem(refusing.post("/v1/runs", content=body, headers=JSON), 413, "body-too-large")
    assert "4 MiB" in str(told["detail"])


def test_lines_that_are_no_records_are_named_one_by_one(refusing: TestClient) -> None:
    lines = b'{"title": 1}\n[]\n' + DEEP + b"\n" + b'{"title": "\\ud800"}\n'
    answer = refusing.post("/v1/sources", content=lines, headers={"content-type": "application/jsonl"})
    told = problem(answer, 422, "unreadable-records")
    assert {str(one["field"]).partition(":")[0] for one in told["errors"]} == {"line 1", "line 2", "line 3", "line 4"}  # type: ignore[attr-defined]


def test_records_that_are_not_utf8_are_refused(refusing: TestClient) -> None:
    answer = refusing.post("/v1/sources", content=b"\xff{}", headers={"content-type": "application/jsonl"})
    problem(answer, 400, "unreadable-body")


@pytest.mark.parametrize("media", ["text/markdown", "application/yaml"])
@pytest.mark.parametrize(
    "text",
    [b"", b"\x00\x01", b"\xff\xfe\xff", DEEP, b"a: &a [*a]", b"!!python/object:os.system {}", b"# Only a title\n"],
)
def test_a_text_that_is_no_guide_is_refused_without_a_name_of_ours(
    refusing: TestClient, media: str, text: bytes
) -> None:
    answer = refusing.post("/v1/guides", content=text, headers={"content-type": media})
    told = problem(answer, 422, "unreadable-guide")
    assert "/tmp" not in str(told["detail"])
    assert [one["id"] for one in refusing.get("/v1/guides").json()["items"] if one["origin"] == "imported"] == []


@pytest.mark.parametrize(
    "name",
    [
        "..",
        "../../etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e",
        "a%00b",
        "C:%5C",
        "x" * 201,
        "%f0%9f%92%a9",
        "guide.yaml",
    ],
)
@pytest.mark.parametrize("place", ["/v1/guides/{}", "/v1/sources/{}", "/v1/runs/{}", "/v1/rubrics/{}", "/v1/models/{}"])
def test_no_name_leads_to_a_file(service: TestClient, place: str, name: str) -> None:
    answer = service.get(place.format(name))
    assert answer.status_code in (404, 422)
    assert "root:" not in answer.text


@given(
    body=st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
@settings(max_examples=30, deadline=None)
def test_no_json_whatever_makes_the_service_fail(service: TestClient, body: object) -> None:
    for path in ("/v1/runs", "/v1/guides/x/domains/y/replies"):
        answer = service.post(path, content=json.dumps(body).encode("utf-8", "surrogatepass"), headers=JSON)
        assert 400 <= answer.status_code < 500


@given(query=st.text(min_size=1, max_size=300))
@settings(max_examples=20, deadline=None)
def test_no_question_whatever_makes_the_search_fail(service: TestClient, query: str) -> None:
    answer = service.get("/v1/searches", params={"query": query.encode("utf-8", "replace")})
    assert answer.status_code in (200, 422)
