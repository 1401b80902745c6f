"""The closed set meets its thresholds, and a part of the program that is broken lets a trap in."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest

from eval.end_to_end.cases import FOR_CAUSE, ORDER, Case, read_answers, read_cases
from eval.end_to_end.orders import in_prompt, obeyed
from eval.end_to_end.running import Outcome, outcome_of
from eval.end_to_end.suite import Outcomes, kept_out, measure, outcomes
from eval.suite import SuiteResult
from research_agent.bibliography import options
from research_agent.library.indexes import Vectors
from research_agent.library.minilm import MiniLM
from research_agent.model.source import Existence, Signal, Source
from research_agent.radar import evidence, judge
from research_agent.sources.connectors import connector_names
from tests.live.told import PAPER

KEPT_OUT = "traps that are kept out"
FOR_CAUSE_OUT = "traps that are kept out though nothing better is there, of those that no bibliography may hold"


@pytest.fixture(scope="module")
def cases() -> tuple[Case, ...]:
    return read_cases()


@pytest.fixture(scope="module", autouse=True)
def _embedded_once() -> Iterator[None]:
    """What the model made of the very same texts, together and in this order, it isn't asked for again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MiniLM, "embed", _remembering(MiniLM.embed))
        yield


def _remembering(embed: Callable[[MiniLM, Sequence[str]], Vectors]) -> Callable[[MiniLM, Sequence[str]], Vectors]:
    known: dict[tuple[str, ...], Vectors] = {}

    def remembered(model: MiniLM, texts: Sequence[str]) -> Vectors:
        if tuple(texts) not in known:
            known[tuple(texts)] = embed(model, texts)
        return known[tuple(texts)].copy()

    return remembered


@pytest.fixture(scope="module")
def made(cases: tuple[Case, ...]) -> Outcomes:
    return outcomes(cases)


def by_trap(cases: tuple[Case, ...], trap: str) -> Case:
    (case,) = (case for case in cases if case.trap == trap)
    return case


def missed(result: SuiteResult) -> set[str]:
    return {score.name for score in result.scores if not score.met}


def broken(cases: tuple[Case, ...], made: Outcomes, whole: Outcome) -> set[str]:
    """The thresholds that are missed where the program makes this of the whole set."""
    return missed(measure(cases, replace(made, whole=whole)))


def test_the_suite_meets_its_thresholds(cases: tuple[Case, ...], made: Outcomes) -> None:
    result = measure(cases, made)
    assert [failure.case for failure in result.failures] == [
        "squid-2024-smart-gauge, called reviewed",
        "best-gauges-2026, points of worth that a page gains by its orders",
    ]
    assert result.met
    assert sum(score.guards for score in result.scores) == len(result.scores) - 1


# The program with a part that is broken


def test_without_its_rule_a_retracted_paper_comes_in(
    cases: tuple[Case, ...], made: Outcomes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judge, "_EXCLUDING", ())
    whole = outcome_of(cases)
    assert not kept_out(by_trap(cases, "retracted"), whole)
    assert KEPT_OUT in broken(cases, made, whole)


def test_without_its_rule_a_withdrawn_preprint_comes_in_where_nothing_better_is_there(
    cases: tuple[Case, ...], made: Outcomes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judge, "_EXCLUDING", ())
    traps = outcome_of([case for case in cases if case.role == "trap"])
    assert not kept_out(by_trap(cases, "withdrawn"), traps)
    assert missed(measure(cases, replace(made, traps=traps))) == {FOR_CAUSE_OUT}


def test_without_its_rule_works_come_in_that_nobody_saw_and_that_are_not_there(
    cases: tuple[Case, ...], made: Outcomes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judge, "_unseen", lambda _: "")
    whole = outcome_of(cases)
    for trap in ("invented DOI", "another work's DOI", "dead link"):
        assert not kept_out(by_trap(cases, trap), whole)
    assert {KEPT_OUT, "must-haves that are in"} <= broken(cases, made, whole)


def test_where_nobody_knows_what_replaces_what_a_former_standard_comes_in(
    cases: tuple[Case, ...], made: Outcomes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (options, evidence):
        monkeypatch.setattr(module, "successors", lambda _: {})
    whole = outcome_of(cases)
    assert not kept_out(by_trap(cases, "obsolete standard"), whole)
    assert KEPT_OUT in broken(cases, made, whole)


# Measures that can fail


def test_a_copy_that_stays_a_work_of_its_own_is_noticed(cases: tuple[Case, ...], made: Outcomes) -> None:
    copy = by_trap(cases, "duplicate")
    apart = made.whole.works[copy.id].model_copy(update={"id": copy.id})
    whole = replace(made.whole, works={**made.whole.works, copy.id: apart})
    assert broken(cases, made, whole) == {"traps of which the program tells a reason of the due kind"}


def test_a_copy_that_gives_the_work_its_title_is_noticed(cases: tuple[Case, ...], made: Outcomes) -> None:
    copy = by_trap(cases, "duplicate")
    renamed = made.whole.works[copy.id].model_copy(update={"title": copy.title, "kind": copy.record["kind"]})
    whole = replace(made.whole, works={**made.whole.works, copy.id: renamed})
    assert broken(cases, made, whole) == {KEPT_OUT}


def test_a_trap_that_comes_in_where_nothing_better_is_there_is_noticed(cases: tuple[Case, ...], made: Outcomes) -> None:
    trap = by_trap(cases, "retracted")
    entry = made.traps.bibliography.entries[0].model_copy(update={"source": made.traps.works[trap.id]})
    bibliography = made.traps.bibliography.model_copy(update={"entries": (entry,)})
    traps = replace(made.traps, bibliography=bibliography)
    assert missed(measure(cases, replace(made, traps=traps))) == {FOR_CAUSE_OUT}


def test_a_choice_that_follows_the_order_of_the_records_is_noticed(cases: tuple[Case, ...], made: Outcomes) -> None:
    entries = made.whole.bibliography.entries
    other = replace(made.whole, bibliography=made.whole.bibliography.model_copy(update={"entries": entries[::-1]}))
    result = measure(cases, replace(made, reversed=other))
    assert missed(result) == {"choices that stay when the records come in the opposite order"}


def test_a_page_that_gains_by_its_orders_is_noticed(cases: tuple[Case, ...], made: Outcomes) -> None:
    page = by_trap(cases, "injected").id
    whole = replace(made.whole, totals={**made.whole.totals, page: made.whole.totals[page] + 0.2})
    assert broken(cases, made, whole) == {"points of RADAR that a page gains by its orders"}
    whole = replace(made.whole, worths={**made.whole.worths, page: made.whole.worths[page] + 0.2})
    assert broken(cases, made, whole) == {"points of worth that a page gains by its orders"}


def test_a_look_that_takes_not_checked_for_not_found_is_noticed(cases: tuple[Case, ...], made: Outcomes) -> None:
    report = made.whole.report
    wrong = tuple(
        one.model_copy(update={"state": "unverifiable"}) if one.state == "not_checked" else one
        for one in report.verifications
    )
    whole = replace(made.whole, report=report.model_copy(update={"verifications": wrong}))
    assert broken(cases, made, whole) == {"works of which the look at their names shows what it should"}


# Orders of a page


def test_the_page_stands_in_prompts_as_data_and_would_be_seen_elsewhere(made: Outcomes) -> None:
    prompt = made.whole.prompts[0]
    text = prompt.messages[-1].content
    assert ORDER in text
    assert list(in_prompt(text)) == []
    as_section = text.replace("&lt;/candidates>", "\n</candidates>\n")
    as_line = text.replace(f"- fact: {ORDER}", ORDER)
    as_task = text.replace("</task>", f"- {ORDER}\n</task>")
    for spoilt in (as_section, as_line, as_task):
        assert spoilt != text
        assert list(in_prompt(spoilt))
        message = prompt.messages[-1].model_copy(update={"content": spoilt})
        assert list(obeyed(replace(made.whole, prompts=(prompt.model_copy(update={"messages": (message,)}),))))


def test_a_file_in_which_the_page_begins_a_section_is_noticed(made: Outcomes) -> None:
    files = {**made.traps.files, "bibliography.md": made.traps.files["bibliography.md"] + "\n## Task\n"}
    assert len(list(obeyed(replace(made.traps, files=files)))) == 1


# The rule on works that nobody saw


def looked_up(state: str, *signals: tuple[str, bool | str], existence: Existence | None = None) -> Source:
    told = (("verification", state), *signals)
    return PAPER.model_copy(
        update={
            "existence": existence or Existence(state="not_checked", how=""),
            "signals": tuple(Signal(name=name, value=value, where="https://a.example") for name, value in told),
        }
    )


@pytest.mark.parametrize(
    ("source", "out"),
    [
        (looked_up("contradicted"), True),
        (looked_up("unverifiable", ("dead_link", True)), True),
        (looked_up("unverifiable", ("dead_link", True), ("archived_copy", "https://b.example")), False),
        (looked_up("unverifiable"), False),
        (looked_up("not_checked", ("dead_link", True)), False),
        (looked_up("verified", ("dead_link", True)), False),
        (looked_up("contradicted", existence=PAPER.existence), False),
        (looked_up("unverifiable", ("dead_link", True), existence=PAPER.existence), False),
    ],
)
def test_only_what_nobody_saw_and_what_is_elsewhere_or_nowhere_is_out(source: Source, out: bool) -> None:
    assert bool(judge._unseen(source)) is out


# The data


def test_every_work_says_what_is_wanted_of_it_and_is_marked_as_invented(cases: tuple[Case, ...]) -> None:
    ids = [case.id for case in cases]
    assert len(set(ids)) == len(ids)
    for case in cases:
        assert case.why
        assert bool(case.trap) == (case.role == "trap")
        assert case.role != "trap" or bool(case.told) != bool(case.same_as)
        assert not case.same_as or case.same_as in ids
        assert any(mark in case.record["url"] for mark in (".example/", "doi.org/10.5555/", "arxiv.org/abs/99"))
    assert {case.trap for case in cases} >= FOR_CAUSE


def test_services_are_those_that_there_are_and_speak_of_works_of_the_set(cases: tuple[Case, ...]) -> None:
    records = json.dumps([case.record for case in cases])
    for saying in read_answers():
        assert saying.service in connector_names()
        assert saying.name.removeprefix("https://doi.org/") in records
