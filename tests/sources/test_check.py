"""Checking a folder of pools as a whole, and the pools that ship."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from research_agent.model.guide import Guide
from research_agent.resources import resource
from research_agent.sources.check import CorpusReport, check_corpus, describe
from research_agent.sources.identity import names_of
from research_agent.sources.origin import OriginTable, shipped_origins

WORDS = "word " * 60
POINTS = [{"text": f"Fact number {number} of it.", "where": "Abstract"} for number in range(7)]


def _words(of: str) -> str:
    """A summary that no other work's record shares a run of words with."""
    return " ".join(f"{of}{number}" for number in range(60))


def _check(guide: Guide, origins: OriginTable, folder: Path, *records: dict[str, Any]) -> CorpusReport:
    (folder / "02-fermentation.jsonl").write_text("\n".join(map(json.dumps, records)))
    return check_corpus(folder, guide, origins)


@pytest.fixture
def full(record):
    return {**record, "summary": _words("full")}


def test_a_good_record_passes_and_the_gaps_of_its_domain_are_warnings(guide, origins, full, tmp_path):
    report = _check(guide, origins, tmp_path, full)
    assert report.passed
    assert (report.records, report.works, report.shared) == (1, 1, 0)
    assert {"works: 1 of 54", "works in craft: 0 of 7", "works for bullet 2.1: 1 of 6"} <= {
        warning.message for warning in report.warnings if warning.field == "domain 2"
    }
    assert "has no sources" in {warning.message for warning in report.warnings if warning.field == "domain 1"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"summary": "Too short."}, "summary"),
        ({"key_points": POINTS[:1]}, "key_points"),
        ({"key_points": POINTS}, "key_points"),
        ({"key_points": [POINTS[0], {"text": "Too short.", "where": "Abstract"}]}, "key_points.1"),
        ({"key_points": [POINTS[0], {"text": "word " * 46, "where": "Abstract"}]}, "key_points.1"),
        ({"url": "https://pypi" + ".org/project/dough/"}, "url"),
        ({"focus": []}, "focus"),
        ({"verified": None}, "verified"),
        ({"kind": "x"}, "kind"),
    ],
)
def test_an_error_is_named_with_its_line(guide, origins, full, tmp_path, change, field):
    changed = {key: value for key, value in {**full, **change}.items() if value is not None}
    report = _check(guide, origins, tmp_path, changed)
    assert not report.passed
    assert [(problem.line, problem.field) for problem in report.problems] == [(1, field)]


def test_a_blog_below_a_package_index_is_a_work_like_any_other(guide, origins, full, tmp_path):
    assert _check(guide, origins, tmp_path, {**full, "url": "https://blog.pypi" + ".org/posts/x"}).passed


def test_contradictions_between_the_records_of_a_work_are_warnings(guide, origins, full, tmp_path):
    other = {**full, "id": "other", "title": "Yeast", "year": 2021, "publisher": ""}
    report = _check(guide, origins, tmp_path, full, other)
    assert report.passed
    assert report.shared == 1
    said = {warning.message: warning.field for warning in report.warnings if warning.line == 2}
    assert set(said.values()) == {"title", "year"}
    assert '"2021" here, "2022" for the same work at 02-fermentation.jsonl:1' in said


def test_an_id_twice_in_a_pool_is_an_error(guide, origins, full, tmp_path):
    report = _check(guide, origins, tmp_path, full, full)
    assert [(problem.line, problem.field) for problem in report.problems] == [(2, "id")]


def test_the_report_for_people_ends_with_the_verdict(guide, origins, full, tmp_path):
    good, bad = (
        full,
        {**full, "id": "b", "url": "https://a.example/b", "title": "Another", "summary": _words("b"), "key_points": []},
    )
    lines = list(describe(_check(guide, origins, tmp_path, good, bad)))
    assert lines[0].startswith("2 records of 2 works")
    assert any(line.startswith("Domain 2: 2 works (science 2, craft 0); thinnest bullet 2.1 with 2") for line in lines)
    assert lines[-2].startswith("error: ")
    assert lines[-1].startswith("1 errors: mend these lines; ")


def test_doubtful_dates_and_drafts_are_warnings(guide, origins, full, tmp_path):
    report = _check(
        guide, origins, tmp_path,
        {**full, "year": 2019, "updated": "2021-01-01"},
        {**full, "id": "b", "kind": "draft", "url": "https://example.org/d", "authors": [], "summary": _words("b")},
        {
            **full, "id": "c", "kind": "repository", "url": "https://example.org/c", "summary": _words("c"),
            "published": "2020-01-01", "updated": "2026-02-02",
        },
    )  # fmt: skip
    doubts = {(warning.line, warning.field) for warning in report.warnings if warning.line}
    assert doubts == {
        (1, "year"), (1, "updated"), (2, "version"), (2, "authors"), (3, "published"), (3, "year"), (3, "updated")
    }  # fmt: skip


def test_what_nobody_noted_of_the_evidence_is_a_warning(guide, origins, full, tmp_path):
    vague = {**full, "key_points": ["It grows in winter.", POINTS[0]], "verified": {"how": "read", "on": "2026-01-02"}}
    said = {w.field: w.message for w in _check(guide, origins, tmp_path, vague).warnings if w.line}
    assert said == {
        "verified.seen": "is missing: say how much of the work was read",
        "key_points": "1 of 2 don't say where in the work they stand",
    }


def test_works_are_held_against_each_other(guide, origins, full, tmp_path):
    other = {
        **full, "id": "other", "url": "https://example.org/other", "title": "Sour Dough at Home",
        "publisher": "journal of bréad", "authors": ["Juan Perez"], "cites": ["doe-2022-wild-yeast", "nobody"],
        "summary": f"{_words('other')} {' '.join(_words('full').split()[:10])}",
    }  # fmt: skip
    said = {w.field: w.message for w in _check(guide, origins, tmp_path, full, other).warnings if w.line == 2}
    assert set(said) == {"publisher", "authors", "cites", "summary"}
    assert said["publisher"].startswith('"journal of bréad" is "Journal of Bread" in doe-2022-wild-yeast')
    assert said["cites"] == "nobody is no other work of these pools"
    assert "stands in doe-2022-wild-yeast as well" in said["summary"]


def test_a_phrase_of_many_records_is_boilerplate(guide, origins, full, tmp_path):
    phrase = "in any case the baker has to decide this"
    works = [
        {**full, "id": f"w{n}", "url": f"https://example.org/{n}", "title": f"Title {n} of it",
         "summary": f"{_words(f'x{n}')} {phrase}"}
        for n in range(4)
    ]  # fmt: skip
    said = [w.message for w in _check(guide, origins, tmp_path, *works).warnings if w.line]
    assert '"in any case the baker has to" stands in 4 records: say it otherwise' in said
    assert not [w for w in _check(guide, origins, tmp_path, *works[:3]).warnings if w.line]


@pytest.fixture(scope="module")
def shipped(shipped_guide):
    return check_corpus(resource("corpus", "sources"), shipped_guide)


def test_the_shipped_pools_have_no_error(shipped):
    assert [str(problem) for problem in shipped.problems] == []


def test_every_shipped_domain_holds_what_a_complete_pool_holds(shipped):
    assert [str(warning) for warning in shipped.warnings if not warning.line] == []


def test_the_records_of_a_shipped_work_agree(shipped):
    assert [str(warning) for warning in shipped.warnings if "for the same work" in warning.message] == []


def test_every_shipped_domain_holds_foundational_works_of_several_origins(shipped_sources, shipped_guide):
    origins = {
        domain.id: {
            work.origin
            for work in shipped_sources
            if work.signal("foundational").observed and work.placement(shipped_guide.id, domain.id)
        }
        for domain in shipped_guide.domains
    }
    assert {domain: found for domain, found in origins.items() if len(found) < 2} == {}


def test_the_shipped_pools_resolve_to_works_that_share_no_name(shipped, shipped_sources):
    works = shipped_sources
    assert (shipped.records, len(works)) == (728, 728)
    assert [
        name for name, count in Counter(name for work in works for name in names_of(work)).items() if count > 1
    ] == []
    assert [name for name, count in Counter(n for w in works for n in (w.id, *w.aliases)).items() if count > 1] == []


def test_no_shipped_source_comes_from_a_host_or_a_publisher_of_everybodys(shipped_sources):
    table = shipped_origins()
    works = shipped_sources
    assert [work.id for work in works if table.is_generic_name(work.origin) or table.is_generic_host(work.origin)] == []
    assert [work.id for work in works if work.url.startswith("https://github.com/") and "GitHub" in work.origin] == []
