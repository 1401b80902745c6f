"""A run beside what was accepted: noise is no change, a guard that is lost is told, a miss is not accepted."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.baselines import accept, accepted_score, change, gone, other_data, read_baselines, write_baselines
from eval.datasets import DataFile
from eval.running import Circumstances, Ran, Run
from eval.suite import Failure, Score, SuiteResult
from research_agent.errors import DataError, UsageError

MADE = Circumstances(
    at=datetime(2026, 11, 25, 12, 0, tzinfo=UTC), commit="abc", version="1", python="3.11", machine="one core"
)


def score(value: float, low: float | None = None, high: float | None = None, **more: object) -> Score:
    return Score.model_validate({"name": "share", "value": value, "low": low, "high": high, "cases": 9, **more})


def ran(suite: str, *scores: Score, skipped: str = "", failures: int = 0) -> Ran:
    failed = tuple(Failure(case=f"{number}", expected="a", came="b") for number in range(failures))
    result = SuiteResult(suite=suite, title="Trial?", scores=scores, skipped=skipped, failures=failed)
    return Ran(suite=suite, result=result, seconds=1)


def run(*suites: Ran) -> Run:
    return Run(made=MADE, seconds=2, suites=suites)


shares = st.floats(0, 1)


@given(shares, shares, shares, shares)
def test_a_change_counts_only_outside_of_the_new_interval(one, other, third, before):
    low, value, high = sorted((one, other, third))
    found = change(score(value, low, high, at_least=0.1), score(before))
    if found.counts:
        assert before < low or before > high
        assert found.word == ("better" if value > before else "worse")
    else:
        assert low - 1e-5 <= before <= high + 1e-5


@pytest.mark.parametrize(
    ("more", "word"),
    [({"at_least": 0}, "better"), ({"at_most": 1}, "worse"), ({}, "higher"), ({"at_least": 0, "at_most": 1}, "higher")],
)
def test_only_a_threshold_says_which_side_is_good(more, word):
    assert change(score(0.8, 0.7, 0.9, **more), score(0.6)).word == word


def test_a_count_of_all_changes_with_every_case():
    assert str(change(score(0.75, at_least=0.5), score(0.76))) == "-0.010 worse"
    assert change(score(0.75), score(0.75 + 1e-9)).word == "same"
    assert change(score(0.75), None).word == "new"


def test_what_was_not_measured_is_compared_with_nothing():
    unmeasured = Score(name="share", value=0, cases=0)
    assert change(score(0.7), unmeasured).word == change(unmeasured, score(0.7)).word == "new"
    assert change(unmeasured, unmeasured).word == "same"


def test_a_run_that_misses_is_not_accepted():
    missed = run(ran("good", score(1, at_least=1)), ran("bad", score(0, at_least=1)))
    with pytest.raises(UsageError, match="Not accepted: bad failed or missed"):
        accept(missed, {})
    with pytest.raises(UsageError, match="Not accepted: bad"):
        accept(run(Ran(suite="bad", error="no data", seconds=1)), {})


def test_accepting_replaces_only_the_suites_that_ran():
    before = accept(run(ran("one", score(0.5, at_least=0)), ran("two", score(0.5, at_least=0))), {})
    after = accept(run(ran("two", score(0.6, at_least=0)), ran("three", skipped="no key")), before)
    assert list(after) == ["one", "three", "two"]
    assert after["one"] == before["one"]
    assert accepted_score("share", after["two"]) == score(0.6, at_least=0)


def test_a_suite_that_is_skipped_keeps_what_it_had():
    before = accept(run(ran("one", score(0.5, at_least=0))), {})
    assert accept(run(ran("one", skipped="no key")), before) == before


def test_a_guard_that_is_measured_no_more_is_told():
    before = accept(run(ran("one", score(0.5, at_least=0), Score(name="told", value=1, cases=1))), {})
    assert gone(ran("one", Score(name="another", value=1, cases=1, at_least=1)), before["one"]) == [
        score(0.5, at_least=0)
    ]
    assert gone(ran("one", score(0.4, at_least=0)), before["one"]) == []


def test_a_baseline_on_other_data_is_told():
    now, file = ran("one", score(0.5, at_least=0)), DataFile(name="pairs.jsonl", sha256="0" * 64, size=1)
    before = accept(run(now), {})["one"]
    other_corpus = before.model_copy(update={"made": MADE.model_copy(update={"corpus": "other"})})
    assert other_data(now, run(now), None) == other_data(now, run(now), before) == ""
    assert other_data(now, run(now), other_corpus) == "the corpus"
    assert other_data(now, run(now), other_corpus.model_copy(update={"data": (file,)})) == "its data and the corpus"


def test_baselines_come_back_from_their_file_with_a_figure_a_line(tmp_path):
    file = tmp_path / "baselines.json"
    accepted = accept(run(ran("one", score(2 / 3, 0.5, 0.75, at_least=0, note="ä"), failures=3)), {})
    write_baselines(accepted, file)
    read = read_baselines(file)
    assert read["one"].failures == 3
    assert read["one"].result.failures == ()
    assert change(score(2 / 3), accepted_score("share", read["one"])).word == "same"
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if '"name": "share"' in line]
    assert len(lines) == 1
    assert json.loads(lines[0].strip().rstrip(","))["note"] == "ä"
    write_baselines(read, tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == file.read_bytes()


@pytest.mark.parametrize("held", ["", "[]", '{"one": {}}', "no JSON"])
def test_baselines_that_are_none_are_told_with_the_file(tmp_path, held):
    file = tmp_path / "baselines.json"
    file.write_text(held, encoding="utf-8")
    with pytest.raises(DataError, match=r"baselines\.json can't be read"):
        read_baselines(file)


def test_without_a_file_nothing_was_accepted(tmp_path):
    assert read_baselines(tmp_path / "none.json") == {}
