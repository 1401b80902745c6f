"""What is told of a service that failed: one line that a person can read, with the cause before its consequence."""

import pytest

from research_agent.errors import CircuitOpenError, ServiceFailedError
from research_agent.live.outcomes import LEFT_ALONE, merged, named_as_set, why_failed
from research_agent.model.search import ServiceOutcome

OWN = "http://127.0.0.1:8900/crossref"


def not_checked(why: str) -> ServiceOutcome:
    return ServiceOutcome(service="crossref", title="Crossref", state="not_checked", why=why, asked=1)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("127.0.0.1 can't answer now (503)", "127.0.0.1:8900/crossref can't answer now (503)"),
        ("no answer of 127.0.0.1", "no answer of 127.0.0.1:8900/crossref"),
        (f"{OWN}/works?… leads elsewhere", f"{OWN}/works?… leads elsewhere"),
        ("127.0.0.1:8900 answered 500", "127.0.0.1:8900 answered 500"),
        ("10.127.0.0.1 is another host", "10.127.0.0.1 is another host"),
    ],
)
def test_a_service_of_ones_own_is_named_by_its_whole_address(line: str, told: str) -> None:
    assert named_as_set(line, OWN) == told
    assert named_as_set(line, f"{OWN}/") == told
    assert named_as_set(line, "") == line


def test_that_a_service_was_left_alone_is_told_once_after_what_it_failed_by() -> None:
    alone = [why_failed(CircuitOpenError(f"h is left alone for {n} s more. Ask it later."), "H", 9) for n in (15, 14)]
    failed = ServiceFailedError("h can't answer now (503). It is not asked again: 7 attempts were made.")
    down = why_failed(failed, "H", 9)
    assert down == "h can't answer now (503); it is not asked again: 7 attempts were made"
    whole = merged("crossref", "Crossref", [not_checked(why) for why in (*alone, down)])
    assert whole.why == f"1 of 3 questions: {down}; 2 of 3 questions: {LEFT_ALONE}"
