"""The index of all domains."""

import re

from research_agent.bibliography.overview import render_index
from research_agent.model.bibliography import Check, Gap
from tests.bibliography.annotated import CONCURRENCY, TENACITY, bibliography, entry, guide, html

RECENT = Check(id="recent", text="Recent", required="at least 60%", actual="1 of 1 (at least 1 needed)", met=True)
IN_TWO = TENACITY.model_copy(update={"focus": ()})
IN_SEVEN = IN_TWO.model_copy(update={"domain": "7"})


def rows(page: str) -> list[list[str]]:
    return [
        re.findall(r"<td>(.*?)</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL) if "<td>" in row
    ]


def test_a_complete_domain_is_told_with_its_counts_and_files() -> None:
    whole = bibliography(entry(IN_TWO, "tenacity-docs"), checks=(RECENT,))
    first, *_ = rows(html(render_index(guide(), [whole])))
    assert first[0] == '<a href="02-resilience-patterns/bibliography.md">2 Resilience Patterns</a>'
    assert first[1:5] == ["complete", "1", "1 of 1 (at least 1 needed)", "none"]
    files = re.findall(r'href="([^"]+)"', first[5])
    assert files == [
        f"02-resilience-patterns/bibliography{e}" for e in (".html", ".md", ".json", ".bib", ".ris", ".csl.json")
    ]


def test_a_partial_domain_names_its_gaps() -> None:
    unmet = RECENT.model_copy(update={"id": "category:docs", "met": False})
    gap = Gap(check="category:docs", eligible=3, needed=4, missing=1, text="docs: 3 eligible | 4 needed", tried="All")
    partial = bibliography(entry(IN_TWO, "tenacity-docs"), checks=(RECENT, unmet), gaps=(gap,), status="best_with_gaps")
    first, *_ = rows(html(render_index(guide(), [partial])))
    assert first[1] == "partial: 1 of 2 constraints unmet"
    assert first[4] == "docs: 3 eligible | 4 needed"


def test_domains_without_candidates_and_without_a_bibliography_are_told_apart() -> None:
    empty = bibliography(domain=CONCURRENCY, status="empty", objective=0.0)
    first, second = rows(html(render_index(guide(), [empty])))
    assert first[:2] == ["2 Resilience Patterns", "no bibliography yet"]
    assert second[1] == "empty: no candidates"


def test_works_are_counted_once_and_those_of_several_domains_are_named() -> None:
    two = bibliography(entry(IN_TWO, "both"), entry(IN_TWO, "only-here"))
    seven = bibliography(entry(IN_SEVEN, "both", CONCURRENCY), domain=CONCURRENCY)
    text = render_index(guide(), [two, seven])
    assert "3 entries cite 2 works; 1 of them serve more than one domain." in text
    (shared,) = rows(html(text))[2:]
    assert shared[0] == '<a href="https://example.org/both">Title of both</a>'
    assert shared[2] == "read 2026-11-23"
    assert "Domains (RADAR total there, reading: lmu)" in text
    assert '<a href="07-concurrency-management/bibliography.md#both">7</a> (4.00)' in shared[1]


def test_titles_cannot_act_as_markup() -> None:
    title = "</table><script>alert(1)</script> | x"
    two = bibliography(entry(IN_TWO, "both", title=title))
    seven = bibliography(entry(IN_SEVEN, "both", CONCURRENCY, title=title), domain=CONCURRENCY)
    page = html(render_index(guide(), [two, seven]))
    assert "<script" not in page
    assert page.count("</table>") == 2
