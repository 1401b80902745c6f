"""The report shows every figure and every failing case, loads nothing, and says what can't be compared."""

import json
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.baselines import accept
from eval.plots import figure_plot, reliability_plot, scale_of
from eval.report import page, results, write_report
from eval.running import Ran, Run
from eval.suite import Bin, Failure, Reliability, Score, SuiteResult
from research_agent.errors import OutputError
from tests.eval.test_running_baselines import MADE

HOSTILE = '<script>alert("x")</script> & "quoted"'
GOOD = Score(name="precision", value=0.9, low=0.8, high=1.0, cases=10, at_least=0.7, chance=0.5)
BAD = Score(name=f"recall {HOSTILE}", value=0.4, low=0.3, high=0.6, cases=1200, at_least=0.7, chance=0.5, note=HOSTILE)
FAILURES = tuple(
    Failure(case=f"case-{number}", expected=HOSTILE, came=f"came {number}", why=HOSTILE) for number in range(150)
)
JUDGE = Reliability(
    judge="simulated <judge>",
    error=0.1,
    bins=(
        Bin(low=0.5, high=0.6, cases=4, confidence=0.55, accuracy=0.5),
        Bin(low=0.9, high=1, cases=9, confidence=1, accuracy=0),
    ),
)


def run_of(*suites: Ran) -> Run:
    return Run(made=MADE, seconds=3, suites=suites)


@pytest.fixture(scope="module")
def run():
    result = SuiteResult(
        suite="one", title="Asks?", scores=(GOOD, BAD), failures=FAILURES, leaks=(HOSTILE,), reliability=(JUDGE,)
    )
    skipped = SuiteResult(suite="three", title="Needs a key?", scores=(), skipped="there is no key")
    return run_of(
        Ran(suite="one", result=result, seconds=1),
        Ran(suite="three", result=skipped, seconds=1),
        Ran(suite="two", error=f"RuntimeError: {HOSTILE}", seconds=1),
    )


@pytest.fixture(scope="module")
def baselines():
    before = SuiteResult(suite="one", title="Asks?", scores=(GOOD, GOOD.model_copy(update={"name": "lost"})))
    return accept(run_of(Ran(suite="one", result=before, seconds=1)), {})


def test_every_failing_case_can_be_opened(run, baselines):
    made = page(run, baselines)
    assert all(f"<summary>{failure.case}</summary>" in made for failure in FAILURES)
    assert "150 failing cases" in made
    assert "came 149" in made


def test_what_is_missed_skipped_broken_or_gone_is_said(run, baselines):
    made = page(run, baselines)
    assert "1 threshold is missed." in made
    assert "1 suite failed to run." in made
    assert "skipped: there is no key" in made
    assert "RuntimeError" in made
    assert "Gone: lost" in made
    assert made.count("not above its floor") == 1
    assert "Every threshold holds." in page(run_of(run.suites[1]), {})


def test_words_of_a_suite_are_never_markup(run, baselines):
    made = page(run, baselines)
    assert "<script" not in made
    assert "&lt;script&gt;" in made


def test_the_page_loads_nothing_and_may_not(run, baselines):
    made = page(run, baselines)
    assert re.findall(r"""(?:src|href)\s*=\s*["'](?!#)""", made) == []
    assert "url(" not in made
    assert "@import" not in made
    assert "default-src &#39;none&#39;" in made
    assert " style=" not in made, "the policy would refuse it"


def test_plots_are_well_formed_and_told_in_words(run, baselines):
    drawn = re.findall(r"<svg.*?</svg>", page(run, baselines), flags=re.DOTALL)
    titles = [ET.fromstring(one).findtext("title") for one in drawn]
    assert "precision: 0.900 (0.800 to 1); at least 0.700; baseline 0.900; floor 0.500" in titles
    assert "Reliability of simulated <judge>: expected calibration error 0.100" in titles


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3),
    st.one_of(st.none(), st.floats(-1e6, 1e6)),
    st.one_of(st.none(), st.floats(-1e6, 1e6)),
)
def test_a_plot_keeps_to_its_frame(values, at_least, before):
    low, value, high = sorted(values)
    score = Score(name="any", value=value, low=low, high=high, cases=1, at_least=at_least)
    accepted = None if before is None else Score(name="any", value=before, cases=1)
    root = ET.fromstring(figure_plot(score, accepted))
    places = [float(one.attrib[key]) for one in root for key in ("x", "x1", "x2", "cx") if key in one.attrib]
    assert all(0 <= place <= float(root.attrib["width"]) for place in places)


def test_shares_are_drawn_from_0_to_1():
    assert scale_of(GOOD, None) == (0, 1)
    low, high = scale_of(GOOD.model_copy(update={"low": -0.1}), None)
    assert low < -0.1
    assert high > 1


def test_a_bar_of_the_reliability_diagram_is_as_high_as_answers_are_right():
    bars = [one for one in ET.fromstring(reliability_plot(JUDGE)) if one.attrib.get("class") == "bar"]
    assert [float(bar.attrib["height"]) for bar in bars] == [100, 0]
    assert bars[0].findtext("title") == "4 answers, 0.55 sure on average, 0.50 right"


def test_results_hold_what_is_needed_to_repeat_and_to_compare(run, baselines, tmp_path):
    write_report(run, baselines, tmp_path / "deep" / "report")
    told = json.loads((tmp_path / "deep" / "report" / "results.json").read_text(encoding="utf-8"))
    assert told == json.loads(json.dumps(results(run, baselines)))
    assert (told["at"], told["commit"], told["python"], told["met"]) == ("2026-11-25T12:00:00Z", "abc", "3.11", False)
    one = told["suites"][0]
    assert one["scores"][0] | {"baseline": 0.9, "changed": "same", "met": True} == one["scores"][0]
    assert one["scores"][1]["met"] is False
    assert one["gone"] == ["lost"]
    assert len(one["failures"]) == len(FAILURES)


def test_a_folder_that_cant_be_written_is_told(run, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="--out"):
        write_report(run, {}, tmp_path / "file")
