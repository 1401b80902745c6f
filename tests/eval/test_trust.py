"""The trust page holds every accepted figure, the weak ones first, and is what one command makes of the results."""

from collections import Counter

import pytest

from eval import trust
from eval.baselines import Accepted, accept, read_baselines
from eval.corpus import shipped_works
from eval.figures import value_told
from eval.running import SUITES, Ran, Run
from eval.suite import Score, SuiteResult
from eval.trust import trust_page
from tests.eval.test_running_baselines import MADE

WORKS = shipped_works()


@pytest.fixture(scope="module")
def accepted():
    return read_baselines()


def accepted_of(*scores: Score, skipped: str = "", cost_usd: float = 0) -> Accepted:
    result = SuiteResult(suite="one", title="Asks?", scores=scores, skipped=skipped, cost_usd=cost_usd)
    ran = Ran(suite="one", result=result, seconds=1)
    return accept(Run(made=MADE, seconds=1, suites=(ran,)), {})["one"]


def page_of(*scores: Score, skipped: str = "", cost_usd: float = 0) -> str:
    return trust_page({"one": accepted_of(*scores, skipped=skipped, cost_usd=cost_usd)}, WORKS)


def weak(page: str) -> str:
    return page.partition("## What is weak")[2].partition("\n## ")[0]


def test_the_committed_page_is_what_the_committed_results_give(accepted):
    """Mend it: `research-agent eval --trust`."""
    assert trust.FILE.read_text(encoding="utf-8") == trust_page(accepted, WORKS)


def test_every_suite_has_an_accepted_result_that_keeps_its_thresholds(accepted):
    assert accepted
    assert set(accepted) == set(SUITES.names())
    assert [name for name, one in accepted.items() if not one.result.met] == []


def test_every_accepted_figure_stands_on_the_page_with_its_date_commit_data_and_leaks(accepted):
    page = trust_page(accepted, WORKS)
    for name, one in accepted.items():
        part = page.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        assert f"{one.made.at:%Y-%m-%d} at commit {one.made.commit}" in part
        assert all(leak in part for leak in one.result.leaks)
        assert all(file.told in part for file in one.data)
        for score in one.result.scores:
            assert any(
                score.name.replace("<", "&lt;") in line and value_told(score) in line for line in part.splitlines()
            )


def test_how_far_the_works_were_seen_is_counted_from_the_records():
    page = trust_page({}, WORKS)
    seen = Counter(work.existence.extent for work in WORKS)
    assert f"| in full | {seen['full']:,} | {seen['full'] / len(WORKS):.0%} |" in page
    assert f"| by citations of it only | {seen['cited']:,} |" in page
    fewer = [work for work in WORKS if work.existence.extent != "cited"]
    assert "| by citations of it only | 0 | 0% |" in trust_page({}, fewer)


def test_a_figure_at_its_floor_is_named_among_the_weak():
    strong = Score(name="strong", value=0.9, low=0.8, high=1, cases=9, at_least=0.5, chance=0.5)
    at_floor = Score(name="a|b", value=0.6, low=0.4, high=0.8, cases=9, at_least=0.3, chance=0.5)
    said = weak(page_of(strong, at_floor))
    assert r"**one**, a\|b: 0.600 (0.400 to 0.800), which reaches down to its floor of 0.500." in said
    assert "strong" not in said
    assert "None." in weak(page_of(strong))


def test_a_figure_that_hardly_leaves_its_floor_is_named_among_the_weak():
    hardly = Score(name="AUC", value=0.7, low=0.6, high=0.8, cases=9, at_least=0.5, chance=0.5)
    assert "**one**, AUC: 0.700 (0.600 to 0.800), 40% of the way from its floor of 0.500 to 1." in weak(page_of(hardly))
    assert "None." in weak(page_of(hardly.model_copy(update={"value": 0.76})))


def test_a_floor_of_nothing_is_a_floor_and_a_difference_has_no_best():
    figure = Score(name="F1", value=0.457, low=0.164, high=0.701, cases=15, at_least=0.1, chance=0.0)
    assert "**one**, F1: 0.457 (0.164 to 0.701), 46% of the way from its floor of 0 to 1." in weak(page_of(figure))
    gain = figure.model_copy(update={"value": 0.1, "low": 0.05, "high": 0.2, "difference": True})
    assert "None." in weak(page_of(gain))


def test_what_was_not_measured_is_named_among_the_weak():
    guard = Score(name="guard", value=1, cases=1, at_least=1)
    unmeasured = Score(name="judges", value=0, cases=0, note="skipped: no answers are recorded")
    assert "**one**, judges: not measured. No answers are recorded." in weak(page_of(guard, unmeasured))
    assert "**one**: not run. There is no key." in weak(page_of(skipped="there is no key"))


def test_a_figure_under_its_threshold_would_be_named():
    kept = page_of(Score(name="share", value=0.4, cases=9, at_least=0.3))
    assert "share" not in weak(kept)
    baselines = read_baselines()
    name, one = next(iter(baselines.items()))
    low = Score(name="share", value=0.2, cases=9, at_least=0.3)
    broken = one.model_copy(update={"result": one.result.model_copy(update={"scores": (low,)})})
    assert f"**{name}**, share: 0.200, where at least 0.300 is asked." in weak(trust_page({name: broken}, WORKS))


def test_cost_is_told():
    guard = Score(name="guard", value=1, cases=1, at_least=1)
    assert "No model was asked: it cost nothing." in page_of(guard)
    assert "Models cost 1.25 US dollars." in page_of(guard, cost_usd=1.25)


def test_words_of_a_suite_break_no_table():
    page = page_of(Score(name="a|b <b>", value=1, cases=1, at_least=1, note="x|y"))
    line = next(line for line in page.splitlines() if "a\\|b &lt;b>" in line)
    assert line.count("|") - line.count("\\|") == 7
