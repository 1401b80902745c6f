"""Stand-ins fail as they are told, the same way every time, and remember what they were asked."""

import json
import subprocess
import sys
from urllib.request import urlopen

import pytest

from research_agent.errors import NetworkError, RateLimitedError, ServiceFailedError, TooLargeError
from research_agent.sources.connectors import Query
from research_agent.sources.http.exchange import ApiLimit, Rate
from stand_ins import Asked, Behaviour, breaches, serving, started
from stand_ins.behaviour import FAULTS, latencies
from stand_ins.counting import most_at_once
from tests.stand_ins.conftest import asked_at, drive


@pytest.mark.parametrize("fault", FAULTS)
def test_a_service_that_always_fails_gives_no_result(fault: str) -> None:
    with serving(Behaviour(failing=1.0, faults=(fault,), retry_after=0)) as stand_ins:  # type: ignore[arg-type]
        crossref = asked_at(stand_ins, "crossref")
        with pytest.raises(NetworkError):
            drive(crossref, crossref.search(Query(text="retry")))
        outcomes = {asked.outcome for asked in stand_ins.asked("crossref")}
    assert outcomes == {fault}
    assert len(stand_ins.asked("crossref")) > 1


def test_a_share_of_answers_fails_and_all_candidates_come_in_the_end() -> None:
    text = "retry budget"
    with serving() as well:
        crossref = asked_at(well, "crossref")
        expected = [page.candidates for page in drive(crossref, crossref.search(Query(text=text, wanted=2)))]
    with serving(Behaviour(failing=0.3, retry_after=0, seed=3)) as ill:
        crossref = asked_at(ill, "crossref")
        found = [page.candidates for page in drive(crossref, crossref.search(Query(text=text, wanted=2)))]
        outcomes = [asked.outcome for asked in ill.asked()]
    assert [[one.url for one in page] for page in found] == [[one.url for one in page] for page in expected]
    assert set(outcomes) - {"200"}


def test_who_asks_too_often_is_told_how_long_to_wait() -> None:
    with serving(Behaviour(failing=1.0, faults=("429",), retry_after=7)) as stand_ins:
        crossref = asked_at(stand_ins, "crossref")
        with pytest.raises(RateLimitedError) as caught:
            drive(crossref, crossref.search(Query(text="retry")))
    assert caught.value.retry_after == 7


def test_one_service_is_down_and_the_others_are_not() -> None:
    with serving(Behaviour(down=frozenset({"dblp"}))) as stand_ins:
        dblp, crossref = (asked_at(stand_ins, name) for name in ("dblp", "crossref"))
        with pytest.raises(ServiceFailedError):
            drive(dblp, dblp.search(Query(text="retry")))
        assert drive(crossref, crossref.search(Query(text="retry")))[0].candidates


def test_an_answer_that_is_far_too_large_is_refused() -> None:
    with serving(Behaviour(huge=frozenset({"crossref"}))) as stand_ins:
        crossref = asked_at(stand_ins, "crossref")
        with pytest.raises(TooLargeError):
            drive(crossref, crossref.search(Query(text="retry")))


def test_the_same_seed_gives_the_same_failures() -> None:
    one, same, other = (Behaviour(failing=0.3, seed=seed) for seed in (1, 1, 2))
    failures = [[each.fault("arxiv", number) for number in range(200)] for each in (one, same, other)]
    assert failures[0] == failures[1] != failures[2]
    assert 30 < sum(fault is not None for fault in failures[0]) < 90
    assert set(failures[0]) == {None, *FAULTS}


def test_latencies_are_read_for_all_or_for_one() -> None:
    behaviour = Behaviour(latency=latencies(["0.1", "crossref=0.3"]))
    assert (behaviour.seconds("crossref"), behaviour.seconds("arxiv")) == (0.3, 0.1)
    with pytest.raises(ValueError, match="negative"):
        latencies(["arxiv=-1"])


def at(*spans: tuple[float, float]) -> list[Asked]:
    return [Asked("one", "/one", begun, ended, "200") for begun, ended in spans]


def test_breaches_of_a_limit_are_found() -> None:
    limit = ApiLimit(name="one", rates=(Rate(requests=2, seconds=1.0),), at_once=1)
    assert breaches(at((0.0, 0.1), (0.2, 0.3), (1.0, 1.1)), limit) == []
    assert breaches(at((0.0, 0.1), (0.2, 0.3), (0.9, 1.0)), limit) == ["3 requests in 0.900 s; 2 in 1 s may be"]
    assert breaches(at((0.0, 0.3), (0.2, 0.4)), limit) == ["2 requests at once; 1 may be"]


def test_one_request_that_follows_another_is_not_at_the_same_time() -> None:
    assert most_at_once(at((0.0, 1.0), (1.0, 2.0))) == 1
    assert most_at_once([]) == 0


def test_in_a_process_of_their_own_they_say_what_they_were_asked() -> None:
    with started("--down", "arxiv") as stand_ins:
        crossref = asked_at(stand_ins, "crossref")
        assert drive(crossref, crossref.search(Query(text="retry")))
        assert [asked.service for asked in stand_ins.asked()] == ["crossref"]
        with urlopen(stand_ins.address) as about:
            assert b"prove nothing" in about.read()
        with urlopen(f"{stand_ins.address}/asked") as told:
            assert json.load(told)[0][4] == "200"


def test_a_service_that_is_none_is_refused_by_the_command() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "stand_ins", "--down", "croosref"], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert "croosref" in ended.stderr
