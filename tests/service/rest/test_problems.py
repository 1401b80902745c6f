"""Whatever goes wrong is told as a problem document, whose type is explained, and that gives nothing away."""

import pytest
from starlette.testclient import TestClient

from research_agent.errors import DataError, SolverError, StoreBusyError, StoreError
from research_agent.service.problems import KINDS, MEDIA_TYPE, problem_of
from tests.service.conftest import Served


def problem(answer: object, status: int, name: str) -> dict[str, object]:
    """The problem document of an answer, which is of this status and kind."""
    assert answer.status_code == status, answer.text  # type: ignore[attr-defined]  # of either HTTP client
    assert answer.headers["content-type"] == MEDIA_TYPE  # type: ignore[attr-defined]
    told: dict[str, object] = answer.json()  # type: ignore[attr-defined]
    assert told["type"] == f"/problems/{name}"
    assert told["status"] == status
    assert told["request_id"] == answer.headers["x-request-id"]  # type: ignore[attr-defined]
    return told


@pytest.mark.parametrize(
    "path", ["/", "/nothing", "/v1", "/v1/", "/v1/guides/", "/mcp/", "/v2/guides", "/%00", "/v1/%2e%2e"]
)
def test_an_unknown_address_is_told_as_such(service: TestClient, path: str) -> None:
    problem(service.get(path), 404, "not-found")


def test_a_method_that_a_resource_does_not_know_is_told_with_those_that_it_does(service: TestClient) -> None:
    answer = service.put("/v1/guides")
    problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "GET, POST"


def test_an_unknown_parameter_is_refused_with_the_near_one(service: TestClient) -> None:
    told = problem(service.get("/v1/sources", params={"domian": "2"}), 422, "unusable-request")
    assert told["errors"] == [
        {"field": "query.domian", "message": "There is no parameter 'domian'. Did you mean domain?", "near": ["domain"]}
    ]


def test_a_parameter_that_stands_twice_is_refused(service: TestClient) -> None:
    told = problem(service.get("/v1/sources?limit=2&limit=3"), 422, "unusable-request")
    assert told["errors"] == [{"field": "query.limit", "message": "It may stand once: keep one."}]


def test_a_parameter_that_takes_several_values_may_stand_several_times(service: TestClient) -> None:
    listed = service.get("/v1/sources?kind=paper&kind=book&limit=100").json()["items"]
    assert {one["kind"] for one in listed} <= {"paper", "book"}


def test_an_unknown_field_is_refused_with_the_near_one(service: TestClient) -> None:
    told = problem(service.post("/v1/runs", json={"domain": "2", "stile": "apa"}), 422, "unusable-request")
    assert told["errors"] == [
        {"field": "body.stile", "message": "There is no field 'stile'. Did you mean style?", "near": ["style"]}
    ]


def test_a_problem_names_every_field_that_is_wrong_and_repeats_no_value(service: TestClient) -> None:
    secret = "hunter2-hunter2"
    answer = service.post("/v1/runs", json={"guide": [secret], "style": secret})
    told = problem(answer, 422, "unusable-request")
    assert {one["field"] for one in told["errors"]} == {"body.domain", "body.guide", "body.style"}  # type: ignore[attr-defined]
    assert secret not in answer.text


def test_an_unknown_name_in_the_address_is_nothing_there_and_in_the_body_a_fault(service: TestClient) -> None:
    told = problem(service.get("/v1/sources/nygard-2018-relase-it"), 404, "unknown-name")
    assert told["near"]
    problem(service.get("/v1/sources", params={"domain": "no-such-domain"}), 404, "unknown-name")
    told = problem(service.post("/v1/runs", json={"domain": "no-such-domain"}), 422, "unknown-name-in-body")
    assert "no-such-domain" in str(told["detail"])


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_kind_of_problem_is_explained_at_its_type(service: TestClient, name: str) -> None:
    told = service.get(KINDS[name].address).json()
    assert told["type"] == KINDS[name].address
    assert told["explanation"]
    assert told in service.get("/problems").json()["problems"]


def test_an_unknown_kind_of_problem_is_itself_a_problem(service: TestClient) -> None:
    told = problem(service.get("/problems/not-fuond"), 404, "unknown-name")
    assert told["near"] == ["not-found"]


def test_an_error_of_the_program_tells_the_request_and_nothing_else(
    own_service: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("the secret of /home/ada")

    monkeypatch.setattr("research_agent.workspace.Workspace.holdings", fail)
    answer = own_service.get("/v1/guides/agreement-between-machines/domains/1")
    told = problem(answer, 500, "fault")
    assert told.keys() == {"type", "title", "status", "request_id"}


def test_after_an_error_of_the_program_the_next_request_is_answered(
    own_service: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("research_agent.workspace.Workspace.holdings", lambda *_: 1 / 0)
        own_service.get("/v1/guides/agreement-between-machines/domains/1")
    assert own_service.get("/v1/guides/agreement-between-machines/domains/1").status_code == 200


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (StoreError("at /data"), 503),
        (StoreBusyError("at /data"), 503),
        (DataError("at /data"), 500),
        (SolverError("x"), 500),
    ],
)
def test_paths_of_the_machine_are_told_to_the_person_at_it_alone(error: StoreError, status: int) -> None:
    here = problem_of(error, in_address=False, to_person_here=True)
    elsewhere = problem_of(error, in_address=False, to_person_here=False)
    assert here.status_code == elsewhere.status_code == status
    assert str(error) in bytes(here.body).decode()
    assert str(error) not in bytes(elsewhere.body).decode()


def test_a_busy_store_says_when_to_come_back() -> None:
    assert problem_of(StoreBusyError("x"), in_address=False, to_person_here=False).headers["retry-after"] == "5"


def test_a_store_that_cannot_be_opened_is_unavailable_and_its_place_not_told(owners: Served) -> None:
    (owners.directory / "owners" / "ada" / "catalogue.sqlite3").write_bytes(b"no database" * 100)
    answer = owners.client("ada").get("/v1/guides")
    problem(answer, 503, "unavailable")
    assert str(owners.directory) not in answer.text
