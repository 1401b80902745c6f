"""The report on pools: every figure is counted, and the one that ships is of the pools that ship."""

import re
from datetime import date
from pathlib import Path

from research_agent.guides import load_guide
from research_agent.model.guide import Guide
from research_agent.model.source import Existence, KeyPoint, Signal, Source
from research_agent.resources import resource
from research_agent.sources import read_pools
from research_agent.sources.check import CorpusReport, check_corpus
from research_agent.sources.corpus_report import corpus_report
from tests.sources.works import placement, work

DOCS = Path(__file__).parents[2] / "docs"
NOTHING_FOUND = CorpusReport(records=0, works=0, shared=0, problems=(), warnings=(), domains=())


def test_the_shipped_report_is_of_the_shipped_pools() -> None:
    guide, pools = load_guide(resource("corpus", "guide.yaml")), resource("corpus", "sources")
    made = corpus_report(read_pools(pools, guide).sources, guide, check_corpus(pools, guide))
    assert (DOCS / "corpus-report.md").read_text(encoding="utf-8") == made, "run `make vectors`"


def _works() -> list[Source]:
    told = placement(domain="2").model_copy(
        update={"key_points": (KeyPoint(text="One.", where="Abstract"), KeyPoint(text="Two."))}
    )
    read = Existence(state="verified", how="read", extent="abstract", on=date(2026, 1, 2))
    cites = Signal(name="cites", value="second", where="Section 1")
    first = work("first", year=1999, placements=(told, told.model_copy(update={"domain": "1"})))
    second = work("second", title="A | *second* one", year=2022, placements=(told,))
    return [
        first.model_copy(update={"existence": read, "signals": (cites,)}),
        second.model_copy(update={"existence": Existence(state="not_checked", how="")}),
    ]


def test_figures_are_counted_and_texts_stay_text(guide: Guide) -> None:
    report = corpus_report(_works(), guide, NOTHING_FOUND)
    assert "last looked at on 2026-01-02" in report
    for row in (
        "| Works | 2 |",
        "| Placements in domains | 3 |",
        "| Key points | 4 |",  # those of a text that serves two domains once
        "| ... that say where in the work they stand | 2 of 4 (50%) |",
        "| `cites` | 1 |",
        r"| A \| \*second\* one | 1 |",
    ):
        assert row in report, row
    assert "Older than the chart: 1; of no known year: 0." in report
    assert '"abstract read" : 1' in report
    assert '"not noted" : 1' in report


def test_every_chart_has_as_many_bars_as_labels(guide: Guide) -> None:
    charts = re.findall(r"x-axis \[(.*)\]\n.*\n  bar \[(.*)\]", corpus_report(_works(), guide, NOTHING_FOUND))
    assert len(charts) == 2
    for labels, bars in charts:
        assert labels.count('"') == 2 * len(bars.split(", "))


def test_a_guide_without_a_pool_has_a_report(guide: Guide) -> None:
    assert "| Works | 0 |" in corpus_report([], guide, NOTHING_FOUND)
