"""What a source does not give."""

from typing import Any

from research_agent.bibliography.limits import limits_of
from research_agent.model.radar import Judgement
from research_agent.model.source import Existence
from tests.bibliography.annotated import TENACITY, evaluation, judgement, source


def limits(*judged: Judgement, **fields: Any) -> list[str]:
    work = source(TENACITY, "work", **fields)
    return [claim.text for claim in limits_of(work, evaluation(TENACITY, "work", *judged))]


def test_a_low_level_is_told_with_what_speaks_against_the_source() -> None:
    reason = "A piece of its day; signed by name. Against it: dated 2018, eight years ago."
    assert limits(judgement("date", 2, reason=reason)) == ["Date 2/5: dated 2018, eight years ago."]


def test_an_opening_that_says_what_is_missing_tells_more_than_what_stands_against_it() -> None:
    reason = "Published without review; code with httpx can be tried. Against it: little confirms it."
    assert limits(judgement("accuracy", 2, reason=reason)) == ["Accuracy 2/5: published without review."]


def test_a_reason_that_only_describes_the_work_is_no_limit() -> None:
    reason = "A book by Ada Lovelace and Charles Babbage; signed by name."
    assert limits(judgement("authority", 2, reason=reason)) == []


def test_what_a_person_gave_as_reason_for_a_low_level_stands() -> None:
    reason = "A book by an amateur."
    assert limits(judgement("authority", 2, reason=reason, judge="human")) == ["Authority 2/5: a book by an amateur."]


def test_a_fair_level_is_no_limit() -> None:
    assert limits(judgement("date", 3)) == []


def test_what_nobody_looked_for_is_no_limit_of_the_work() -> None:
    assert limits(judgement("date", 4, confidence=0.4, not_observed=("version_lag", "archived"))) == []


def test_a_work_that_nobody_read_says_so() -> None:
    cited = Existence(state="verified", how="cited", where="https://example.org/list")
    assert limits(existence=cited) == ["Not read; cited by https://example.org/list."]


def test_limits_rest_on_judgements_or_the_record() -> None:
    work = source(TENACITY, "work", existence=Existence(state="verified", how="cited"))
    claims = limits_of(work, evaluation(TENACITY, "work", judgement("authority", 1, reason="No author is named.")))
    assert [claim.basis for claim in claims] == ["judgement", "record"]
