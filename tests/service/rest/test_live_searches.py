"""Questions to live sources over REST: what services tell, what is taken in, and who could not be asked."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from research_agent import Settings, Workspace
from research_agent.service.app import create_app
from research_agent.service.rest.answers import LiveSearchAnswer
from stand_ins import Behaviour, StandIns, serving
from tests.conftest import NOW
from tests.service.conftest import ADDRESS, SEARCH_SECONDS, Served
from tests.service.rest.test_problems import problem

PAPER = "10.5555/stand-in.1"
SEARCHES = "/v1/live-searches"


def settings(folder: Path, stand_ins: StandIns) -> Settings:
    return Settings(data_dir=folder, stand_ins=stand_ins.address, search_seconds=SEARCH_SECONDS)


@pytest.fixture(scope="module")
def folder(fresh_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(fresh_store, tmp_path_factory.mktemp("live-searches") / "store"))


@pytest.fixture(scope="module")
def client(folder: Path, stand_ins: StandIns) -> Iterator[TestClient]:
    app = create_app(settings(folder, stand_ins), clock=lambda: NOW)
    with TestClient(app, base_url=ADDRESS) as running:
        yield running


def told(client: TestClient, **asked: object) -> LiveSearchAnswer:
    answer = client.post(SEARCHES, json=asked)
    assert answer.status_code == 200, answer.text
    return LiveSearchAnswer.model_validate(answer.json())


def states(answer: LiveSearchAnswer) -> dict[str, str]:
    return {one.service: one.state for one in answer.services}


def test_words_find_works_and_nothing_is_taken_in(client: TestClient, stand_ins: StandIns) -> None:
    before = len(stand_ins.asked())
    answer = told(client, text="retry budget", services=["openalex", "crossref"], limit=3)
    assert len(answer.items) == 3
    assert all(one.told_by and one.taken_in is None for one in answer.items)
    assert states(answer) == {"crossref": "answered", "openalex": "answered"}
    assert {one.service for one in stand_ins.asked()[before:]} == {"crossref", "openalex"}


def test_what_several_services_tell_of_one_work_is_one_item(client: TestClient) -> None:
    (found,) = told(client, text=f"https://doi.org/{PAPER}").items
    assert found.source.identifiers.doi == PAPER
    assert {"crossref", "openalex"} <= {one.service for one in found.told_by}
    assert len({one.service for one in found.told_by}) == len(found.told_by)


def test_with_a_domain_what_is_near_is_taken_in_with_who_told_of_it(client: TestClient, folder: Path) -> None:
    answer = told(client, text=PAPER, domain="resilience-patterns")
    (found,) = answer.items
    assert found.taken_in
    assert [one.domain for one in found.taken_in.placed] == ["2"]
    assert told(client, text=PAPER).items[0].held == found.taken_in.source
    kept = client.get(f"/v1/sources/{found.taken_in.source}").json()
    assert kept["source"]["identifiers"]["doi"] == PAPER
    with Workspace.open(Settings(data_dir=folder), clock=lambda: NOW) as workspace:
        provenance = workspace.library.provenance(found.taken_in.source)
    assert {one.service for one in provenance} == {one.service for one in found.told_by}
    assert all(one.raw for one in provenance)


def test_what_comes_near_nothing_in_the_domain_stays_out_and_says_why(client: TestClient) -> None:
    (found,) = told(client, text=PAPER, domain="10").items
    assert found.taken_in
    assert found.taken_in.placed == ()


def test_a_name_that_nobody_knows_is_no_item_and_all_who_could_know_it_answered(client: TestClient) -> None:
    answer = told(client, text="10.5555/nobody-knows.1", services=["crossref"])
    assert answer.items == []
    assert states(answer) == {"crossref": "answered"}


def test_a_service_that_is_down_is_not_checked_and_leaves_the_others_alone(fresh_store: Path, tmp_path: Path) -> None:
    store = Path(shutil.copytree(fresh_store, tmp_path / "store"))
    with (
        serving(Behaviour(down=frozenset({"crossref"}))) as stand_ins,
        TestClient(create_app(settings(store, stand_ins), clock=lambda: NOW), base_url=ADDRESS) as client,
    ):
        answer = told(client, text="retry budget", services=["crossref", "openalex"])
    assert states(answer) == {"crossref": "not_checked", "openalex": "answered"}
    assert answer.items
    (crossref,) = (one for one in answer.services if one.service == "crossref")
    assert "503" in crossref.why


def test_without_a_network_nothing_is_found_and_every_service_says_that_it_was_not_checked(
    service: TestClient,
) -> None:
    answer = told(service, text="retry budget", services=["crossref", "openalex"])
    assert answer.items == []
    assert set(states(answer).values()) == {"not_checked"}
    assert all(one.why for one in answer.services)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"text": "x", "domain": "resilience"}, "resilience-patterns"),
        ({"text": "x", "guide": "python-rest-api-client"}, "python-rest-api-clients"),
        ({"text": "x", "services": ["crosref"]}, "crossref"),
        ({"text": PAPER, "services": ["crosref"]}, "crossref"),
    ],
    ids=str,
)
def test_a_name_that_is_not_known_is_told_with_the_near_match(
    client: TestClient, stand_ins: StandIns, asked: dict[str, object], says: str
) -> None:
    before = len(stand_ins.asked())
    found = problem(client.post(SEARCHES, json=asked), 422, "unknown-name-in-body")
    assert says in found["near"]  # type: ignore[operator]
    assert len(stand_ins.asked()) == before


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"text": ""},
        {"text": " \n\t"},
        {"text": "x" * 1_001},
        {"text": "x", "limit": 0},
        {"text": "x", "limit": 51},
        {"text": "x", "since": 1399},
        {"text": "x", "service": ["crossref"]},
    ],
    ids=lambda asked: str(asked)[:40],
)
def test_a_question_that_can_not_be_asked_is_refused(
    client: TestClient, stand_ins: StandIns, asked: dict[str, object]
) -> None:
    before = len(stand_ins.asked())
    problem(client.post(SEARCHES, json=asked), 422, "unusable-request")
    assert len(stand_ins.asked()) == before


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8000/v1/runs",
        "http://localhost/",
        "http://10.1.2.3/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://169.254.169.254/latest/meta-data",
        "http://2130706433/",
        "http://0x7f.1/",
        "file:///etc/passwd",
        "ftp://example.org/x",
        "gopher://example.org:70/",
        "https://ada:secret@example.org/",
    ],
)
def test_an_address_that_is_not_on_the_public_web_is_refused_and_no_service_is_told_it(
    client: TestClient, stand_ins: StandIns, address: str
) -> None:
    before = len(stand_ins.asked())
    found = problem(client.post(SEARCHES, json={"text": address}), 422, "unusable-request")
    assert "https://example.org/page" in str(found["detail"])
    assert "research-agent" not in str(found["detail"])
    assert len(stand_ins.asked()) == before


def test_the_same_key_asks_the_services_once(client: TestClient, stand_ins: StandIns) -> None:
    asked, key = {"text": "circuit breaker windows", "services": ["crossref"]}, {"Idempotency-Key": "search-1"}
    first = client.post(SEARCHES, json=asked, headers=key)
    before = len(stand_ins.asked())
    again = client.post(SEARCHES, json=asked, headers=key)
    assert again.content == first.content
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(stand_ins.asked()) == before
    problem(client.post(SEARCHES, json={**asked, "limit": 2}, headers=key), 422, "idempotency-key-reused")


def test_to_ask_services_takes_the_scope_research(owners: Served) -> None:
    asked = {"text": "replicated log", "services": ["crossref"]}
    found = problem(owners.client("eva").post(SEARCHES, json=asked), 403, "not-allowed")
    assert "research" in str(found["detail"])
    assert owners.client("ada").post(SEARCHES, json=asked).status_code == 200
    problem(owners.client().post(SEARCHES, json=asked), 401, "key-needed")
