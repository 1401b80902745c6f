"""What services find out about a work's standing moves RADAR, and their silence does not."""

from datetime import date

import pytest

from research_agent.model.radar import Evaluation, Judgement
from research_agent.model.source import Existence, Signal, Source
from research_agent.radar import evaluate, load_rubric
from research_agent.radar.evidence import NOTHING_GATHERED
from tests.radar import works


def judged(source: Source) -> Evaluation:
    return evaluate(source, works.DOMAIN, works.GUIDE, load_rubric("lmu"), NOTHING_GATHERED, as_of=2026)


def accuracy(source: Source) -> Judgement:
    return next(one for one in judged(source).judgements if one.criterion == "accuracy")


def with_signals(*signals: Signal) -> Source:
    return works.TAIL_AT_SCALE.model_copy(update={"signals": signals})


def told(name: str, value: bool | str, service: str, day: int = 1) -> Signal:
    return Signal(name=name, value=value, where=f"https://{service}.example.org", on=date(2026, 11, day))


def test_a_work_known_from_an_index_counts_as_one_found_cited() -> None:
    indexed = Existence(state="verified", how="indexed", on=date(2026, 11, 25), where="https://example.org/record")
    cited, other = accuracy(works.TAIL_AT_SCALE), works.TAIL_AT_SCALE.model_copy(update={"existence": indexed})
    assert (accuracy(other).level, accuracy(other).confidence) == (cited.level, cited.confidence)


def test_an_expression_of_concern_caps_accuracy() -> None:
    concerned = accuracy(with_signals(told("concern", "10.1/notice", "crossref")))
    assert concerned.level <= 2
    assert "expressed concern" in concerned.reason


@pytest.mark.parametrize("name", ["retracted", "withdrawn"])
def test_what_was_taken_back_is_excluded(name: str) -> None:
    taken_back = judged(with_signals(told(name, True, "crossref")))
    assert taken_back.excluded
    assert accuracy(with_signals(told(name, True, "crossref"))).level == 1


def test_a_service_that_knows_of_no_retraction_takes_back_nothing() -> None:
    for known, unknown in (("a", "b"), ("b", "a")):
        source = with_signals(told("retracted", True, known, day=1), told("retracted", False, unknown, day=9))
        assert judged(source).excluded
        assert source.signal("retracted").value is True


def test_of_two_findings_the_latest_counts() -> None:
    source = with_signals(told("last_release", "2.0", "b", day=2), told("last_release", "1.0", "a", day=1))
    assert source.signal("last_release").value == "2.0"


@pytest.mark.parametrize("name", ["concern", "withdrawn", "dead_link"])
def test_that_nobody_tells_of_a_fault_lowers_no_confidence(name: str) -> None:
    silent = accuracy(works.TAIL_AT_SCALE)
    assert name not in silent.not_observed
    assert accuracy(with_signals(told(name, False, "crossref"))).level == silent.level


def test_the_name_of_a_venue_does_not_hide_how_the_venue_reviews() -> None:
    named = with_signals(told("venue", works.TAIL_AT_SCALE.publisher, "crossref"))
    assert accuracy(named) == accuracy(works.TAIL_AT_SCALE)
