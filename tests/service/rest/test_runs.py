"""Runs over REST: started, found again, followed, cancelled; their handle outlives the server."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from starlette.testclient import TestClient

from research_agent import research
from research_agent.model.run import RunRequest
from research_agent.runs import Runs
from research_agent.service.app import create_app
from tests.conftest import NOW
from tests.service.conftest import ADDRESS, open_small_store, small_settings
from tests.service.rest.material import DOMAIN, LONG, finished
from tests.service.rest.test_problems import problem
from tests.service.serving import served


def test_a_run_answers_at_once_with_its_address_and_comes_to_its_end(own_service: TestClient) -> None:
    answer = own_service.post("/v1/runs", json={"domain": "1", "style": "ieee"})
    run = answer.json()
    assert answer.status_code == 202
    assert answer.headers["location"] == run["links"]["self"] == f"/v1/runs/{run['id']}"
    done = finished(own_service, {"domain": "1", "style": "ieee"})
    assert (done["id"], done["state"], done["as_asked"]) == (run["id"], "done", True)
    assert done["progress"]["done"] == done["progress"]["total"]
    assert "executor" not in done
    (result,) = own_service.get(done["links"]["result"]).json()["results"]
    assert result["bibliography"]["style"] == "ieee"
    (part,) = done["parts"]
    assert own_service.get(f"/v1/bibliographies/{part['bibliography']}").json() == result["bibliography"]
    assert own_service.get(f"{DOMAIN}/bibliography").json() == result["bibliography"]
    assert own_service.get(f"{DOMAIN}/bibliographies").json()["items"][0]["id"] == part["bibliography"]


def test_the_same_request_finds_the_run_again(own_service: TestClient) -> None:
    done = finished(own_service, {"domain": "1"})
    again = own_service.post("/v1/runs", json={"domain": "consensus"})
    assert (again.status_code, again.json()["id"]) == (200, done["id"])
    assert own_service.post("/v1/runs", json={"domain": "1", "style": "ieee"}).json()["id"] != done["id"]


def test_a_run_of_all_domains_has_a_result_for_each(own_service: TestClient) -> None:
    done = finished(own_service, {"domain": "all"})
    results = own_service.get(done["links"]["result"]).json()["results"]
    assert [one["domain"] for one in results] == ["1", "2", "3"]
    only = own_service.get(done["links"]["result"], params={"domain": "2"}).json()["results"]
    assert only == [results[1]]
    problem(own_service.get(done["links"]["result"], params={"domain": "4"}), 404, "unknown-name")


def test_runs_are_listed_the_latest_first_in_pages(own_service: TestClient) -> None:
    ids = [own_service.post("/v1/runs", json={"domain": domain}).json()["id"] for domain in ("1", "2", "3")]
    first = own_service.get("/v1/runs?limit=2").json()
    rest = own_service.get("/v1/runs", params={"limit": 2, "cursor": first["next"]}).json()
    assert sorted(one["id"] for one in [*first["items"], *rest["items"]]) == sorted(ids)
    assert (len(first["items"]), rest["next"]) == (2, "")
    whole = own_service.get("/v1/runs?limit=3").json()
    assert (len(whole["items"]), whole["next"]) == (3, "")


def test_an_unknown_run_is_told_as_such_everywhere(own_service: TestClient) -> None:
    for path in ("", "/result", "/events"):
        problem(own_service.get(f"/v1/runs/000000000000{path}"), 404, "unknown-name")
    problem(own_service.delete("/v1/runs/000000000000"), 404, "unknown-name")


def test_a_run_that_has_ended_stays_as_it_is_when_it_is_cancelled(own_service: TestClient) -> None:
    done = finished(own_service, {"domain": "1"})
    answer = own_service.delete(done["links"]["self"])
    assert (answer.status_code, answer.json()["state"]) == (200, "done")


@pytest.fixture
def held(own_service: TestClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Runs stop at their second step until this is set."""
    go_on = threading.Event()
    _hold(monkeypatch, go_on)
    yield go_on
    go_on.set()


def test_a_run_that_is_cancelled_ends_so_and_has_no_result(own_service: TestClient, held: threading.Event) -> None:
    run = own_service.post("/v1/runs", json={"domain": "1"}).json()
    _until(lambda: own_service.get(run["links"]["self"]).json()["state"] == "running")
    told = problem(own_service.get(run["links"]["result"]), 409, "run-not-done")
    assert "running" in str(told["detail"])
    answer = own_service.delete(run["links"]["self"])
    assert (answer.status_code, answer.json()["cancelling"]) == (202, True)
    held.set()
    _until(lambda: own_service.get(run["links"]["self"]).json()["state"] == "cancelled")
    problem(own_service.get(run["links"]["result"]), 409, "run-not-done")
    anew = own_service.post("/v1/runs", json={"domain": "1"})
    assert (anew.status_code, anew.json()["id"]) == (202, run["id"])


# Over a real server: an event stream goes out as it comes


def events(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The name and the data of each event of a stream."""
    name = ""
    for line in lines:
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, json.loads(value)


def test_the_events_of_a_run_rise_and_end_with_it(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    _hold(monkeypatch, go_on)
    with served(create_app(small_settings(store))) as address, httpx2.Client(base_url=address, timeout=LONG) as client:
        run = client.post("/v1/runs", json={"domain": "all"}).json()
        with client.stream("GET", run["links"]["events"]) as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            seen = events(stream.iter_lines())
            first = next(seen)
            assert first[1]["state"] in ("queued", "running")
            go_on.set()
            told = [first, *seen]
    done = [run["progress"]["done"] for _, run in told]
    assert done == sorted(done)
    assert [name for name, _ in told] == ["progress"] * (len(told) - 1) + ["end"]
    assert told[-1][1]["state"] == "done"
    assert len(told) > 3


def test_who_stops_following_leaves_the_run_going_and_nothing_behind(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    _hold(monkeypatch, go_on)
    with served(create_app(small_settings(store))) as address, httpx2.Client(base_url=address, timeout=LONG) as client:
        run = client.post("/v1/runs", json={"domain": "1"}).json()
        for _ in range(5):
            with client.stream("GET", run["links"]["events"]) as stream:
                next(stream.iter_lines())
        go_on.set()
        _until(lambda: client.get(run["links"]["self"]).json()["state"] == "done")
    # Leaving the block stopped the server, which waits for every stream that is open.


def test_other_programs_on_the_store_see_the_same_runs(store: Path) -> None:
    with TestClient(create_app(small_settings(store), clock=lambda: NOW), base_url=ADDRESS) as client:
        done = finished(client, {"domain": "1"})

    async def again() -> str:
        with open_small_store(store) as workspace:
            async with Runs(workspace, workers=0) as runs:
                return (await runs.start(RunRequest(domain="1"))).id

    assert anyio.run(again) == done["id"]


def _hold(monkeypatch: pytest.MonkeyPatch, go_on: threading.Event) -> None:
    """Let no run past its second step before `go_on` is set."""
    judge = research.judge

    def wait(*given: Any) -> Any:
        assert go_on.wait(LONG)
        return judge(*given)

    monkeypatch.setattr(research, "judge", wait)


def _until(holds: Any) -> None:
    end = time.monotonic() + LONG
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)
