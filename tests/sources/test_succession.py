"""Which works replace which."""

import pytest

from research_agent.model.source import Signal, Source
from research_agent.sources.succession import successors
from tests.sources.works import work


def _work(name: str, **signals: str) -> Source:
    told = tuple(Signal(name=signal, value=value, where="page") for signal, value in signals.items())
    return work(name, url=f"https://example.org/{name}").model_copy(update={"signals": told})


def _found(*works: Source) -> dict[str, str]:
    found = {old: new.id for old, new in successors(works).items()}
    assert found == {old: new.id for old, new in successors(reversed(works)).items()}, "order decides nothing"
    return found


@pytest.mark.parametrize(
    "works",
    [
        (_work("old", superseded_by="new"), _work("new")),
        (_work("old"), _work("new", supersedes="old")),
        (_work("old", superseded_by="new"), _work("new", supersedes="old")),
    ],
)
def test_either_record_may_say_so(works: tuple[Source, ...]) -> None:
    assert _found(*works) == {"old": "new"}


def test_a_work_is_named_by_alias_or_by_rfc_number_too() -> None:
    old = work("semantics", url="https://www.rfc-editor.org/rfc/rfc7231.html")
    new = _work("new", supersedes="RFC 7231")
    other = _work("other", superseded_by="once-new")
    assert _found(old, other, new.model_copy(update={"aliases": ("once-new",)})) == {"semantics": "new", "other": "new"}


def test_a_name_that_is_no_work_here_replaces_nothing() -> None:
    assert _found(_work("old", superseded_by="Resilience4j"), _work("new", supersedes="RFC 7231")) == {}


def test_of_two_that_claim_each_other_neither_is_replaced() -> None:
    assert _found(_work("one", superseded_by="two"), _work("two", superseded_by="one")) == {}
    assert _found(_work("one", superseded_by="one")) == {}


def test_the_latest_of_several_replaces_it() -> None:
    first = _work("a-first", supersedes="old").model_copy(update={"year": 2020})
    second = _work("b-second", supersedes="old").model_copy(update={"year": 2024})
    assert _found(_work("old"), second, first) == {"old": "b-second"}
