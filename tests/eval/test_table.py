"""What the terminal shows of a run: nothing of a figure or its name is lost where there is little room."""

import io

import pytest
from rich.console import Console

from eval.baselines import accept
from eval.running import Ran, Run
from eval.suite import Score, SuiteResult
from eval.table import show_run
from tests.eval.test_running_baselines import MADE

NAME = "constraints of the guide that hold, counted by the records"
KEPT = Score(name=NAME, value=0.854, low=0.773, high=0.925, cases=10, at_least=0.85)
MISSED = Score(name="recall", value=0.4, low=0.3, high=0.6, cases=10, at_least=0.7)


def run_of(*scores: Score) -> Run:
    result = SuiteResult(suite="one", title="Asks?", scores=scores)
    return Run(made=MADE, seconds=3, suites=(Ran(suite="one", result=result, seconds=1),))


def shown(run: Run, width: int) -> str:
    printed = io.StringIO()
    console = Console(file=printed, width=width, highlight=False)
    show_run(run, accept(run_of(KEPT), {}), console, everything=True)
    return printed.getvalue()


@pytest.mark.parametrize("width", [30, 44, 60, 77, 78, 120])
def test_figures_and_names_are_whole_at_every_width(width):
    lines = shown(run_of(KEPT, MISSED), width).splitlines()
    words = " ".join(" ".join(lines).split())
    assert "0.854 (0.773 to 0.925)" in words
    assert "≥ 0.850" in words
    assert "≥ 0.700 missed" in words
    assert all(any(word in line.split() for line in lines) for word in NAME.split())
    assert max(map(len, lines)) <= width


def test_no_empty_line_stands_for_nothing_to_say():
    assert "\n\n\n" not in shown(run_of(KEPT), 80)
