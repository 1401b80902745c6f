"""The suite "retrieval" measures what it says, and falls where a search is broken."""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from eval.retrieval.grades import GRADES, SECOND, both_readers, read_grades
from eval.retrieval.measures import (
    MRR,
    NDCG,
    RECALL,
    area_under_curve,
    difference,
    measured,
    weighted_kappa,
)
from eval.retrieval.queries import read_queries
from eval.retrieval.suite import BASELINE, FUSED, PARENTS, Asked, ask, measure, retrieval
from eval.suite import SuiteResult
from research_agent.errors import DataError, UsageError

QUERIES = read_queries()
KNOWN = read_grades(GRADES)


@pytest.fixture(scope="module")
def asked() -> Asked:
    return ask(QUERIES)


@pytest.fixture(scope="module")
def result(asked: Asked) -> SuiteResult:
    return measure(asked, KNOWN)


def with_fused(asked: Asked, run: Mapping[str, Sequence[str]]) -> SuiteResult:
    return measure(asked._replace(runs={**asked.runs, FUSED: run}), KNOWN)


def missed(result: SuiteResult) -> set[str]:
    return {score.name for score in result.scores if not score.met}


def test_it_keeps_its_thresholds(result: SuiteResult) -> None:
    assert missed(result) == set()


@pytest.mark.parametrize("name", PARENTS)
def test_a_search_that_forgets_one_of_its_parents_is_noticed(asked: Asked, name: str) -> None:
    assert f"{NDCG}, {FUSED} beyond {BASELINE}" in missed(with_fused(asked, asked.runs[name]))


def test_a_search_that_answers_upside_down_is_noticed(asked: Asked) -> None:
    turned = {query: found[::-1] for query, found in asked.runs[FUSED].items()}
    assert f"{NDCG}, {FUSED}, the half reported on" in missed(with_fused(asked, turned))


def test_a_search_that_stops_too_soon_is_noticed(asked: Asked) -> None:
    short = {query: found[:10] for query, found in asked.runs[FUSED].items()}
    assert missed(with_fused(asked, short)) == {f"{RECALL}, {FUSED}, the half reported on"}


def test_a_poor_answer_stands_among_the_failures_with_its_grades(asked: Asked) -> None:
    query = next(query for query in QUERIES if query.split == "report" and 3 in KNOWN[query.id].values())
    run = {**asked.runs[FUSED], query.id: ["no-such-work"]}
    (failure,) = [one for one in with_fused(asked, run).failures if one.case.startswith(f"{query.id}:")]
    assert failure.came == "no-such-work (not graded)"
    assert "(not found)" in failure.expected


def test_the_order_of_the_queries_does_not_matter(asked: Asked, result: SuiteResult) -> None:
    shuffled = list(asked.queries)
    random.Random(1).shuffle(shuffled)
    again = measure(asked._replace(queries=shuffled), KNOWN)
    values = {score.name: score.value for score in result.scores}
    assert {score.name: pytest.approx(score.value) for score in again.scores} == values


def test_measures_are_those_of_trec_eval() -> None:
    found = measured({"q": ["b", "a", "x"], "r": ["x"]}, {"q": {"a": 3, "b": 1, "c": 2}, "r": {"a": 2}})
    ideal = 3 + 2 / 1.584963 + 1 / 2
    assert found[NDCG]["q"] == pytest.approx((1 + 3 / 1.584963) / ideal, abs=1e-4)
    assert found[MRR] == {"q": 0.5, "r": 0.0}
    assert found[RECALL] == {"q": 0.5, "r": 0.0}


def test_a_difference_that_is_none_is_not_called_one() -> None:
    same = {str(number): number / 50 for number in range(50)}
    assert difference(same, same) == (0.0, 0.0, 0.0, 1.0)
    better = {name: value + 0.1 + (int(name) % 2) / 100 for name, value in same.items()}
    found = difference(better, same)
    assert found.low > 0.09
    assert found.p < 0.01


def test_an_area_of_a_half_is_chance() -> None:
    assert area_under_curve([1, 2], [1, 2]) == 0.5
    assert area_under_curve([3, 4], [1, 2]) == 1.0


def test_kappa_is_one_for_equal_and_below_zero_for_opposite_grades() -> None:
    assert weighted_kappa([(0, 0), (3, 3), (1, 1)]) == 1.0
    assert weighted_kappa([(0, 3), (3, 0)]) == -1.0
    assert weighted_kappa([(2, 2)]) == 1.0


def test_every_grade_is_of_a_query_and_a_work_that_ship(asked: Asked) -> None:
    ids = {query.id for query in QUERIES}
    for path in (GRADES, SECOND):
        grades = read_grades(path)
        assert grades.keys() <= ids
        assert {grade for of in grades.values() for grade in of.values()} <= {0, 1, 2, 3}
    pairs = both_readers(KNOWN, read_grades(SECOND))
    assert len(pairs) > 800


def test_the_first_ten_of_every_ranker_are_graded(asked: Asked) -> None:
    """What nobody graded would count as no answer; a dozen pairs come and go with the machine."""
    lacking = [
        (name, query, source)
        for name, run in asked.runs.items()
        for query, found in run.items()
        for source in found[:10]
        if source not in KNOWN[query]
    ]
    assert len(lacking) <= 12, lacking


def test_what_is_not_installed_is_told_before_anything_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eval.retrieval.measures.find_spec", lambda name: None)
    with pytest.raises(UsageError, match="ir-measures"):
        retrieval()


def test_a_line_that_is_no_grade_is_named(tmp_path: Path) -> None:
    path = tmp_path / "grades.tsv"
    path.write_text("1-01\ta\t2\n1-01\tb\tgood\n", encoding="utf-8")
    with pytest.raises(DataError, match="line 2"):
        read_grades(path)
