"""Works of candidates: who is believed in which field, what is noted otherwise, what notices and copies add."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from research_agent.model.candidate import Candidate
from research_agent.sources.connectors import connector_names
from research_agent.sources.identity import names_of
from research_agent.sources.merging import FoundWork, works_of
from research_agent.sources.origin import OriginFile, OriginTable
from research_agent.sources.trust import TRUST
from tests.sources.candidates import AT, DOI, OTHER_DOI, told
from tests.sources.connectors.exchanges import CASES, answer

ORIGINS = OriginTable(OriginFile())
ARXIV = "https://arxiv.org/abs/2001.00001"


def one_of(*candidates: Candidate) -> FoundWork:
    (work,) = works_of(candidates, ORIGINS)
    return work


def test_each_field_is_of_the_service_that_is_believed_in_it():
    found = one_of(
        told("openalex", url=DOI, title="A work", authors=("J. Doe", "Anonymous"), year=2021, abstract="Inverted."),
        told("dblp", url=DOI, title="A Work.", authors=("Jane Doe", "Jo Roe"), venue="J. Bread", year=2022),
        told("crossref", url=DOI, title="A Work of Length", authors=("Doe, Jane", "Roe, J."), venue="Bread", year=2022),
        told("arxiv", url=ARXIV, doi="10.1000/a", kind="preprint", title="A work", abstract="Bread rises.", year=2020),
    )  # fmt: skip
    source = found.source
    assert (source.title, source.year, source.kind) == ("A Work of Length", 2022, "paper")
    assert source.authors == ("Jane Doe", "Jo Roe")
    assert source.publisher == "J. Bread"
    assert (found.abstract, found.abstract_from) == ("Bread rises.", "arxiv")
    assert (source.identifiers.doi, source.identifiers.arxiv) == ("10.1000/a", "2001.00001")
    assert found.candidates == (0, 1, 2, 3)


def test_what_others_say_otherwise_is_noted():
    found = one_of(
        told("crossref", url=DOI, year=2022, signals={"citations": 5}),
        told("openalex", url=DOI, year=2021, signals={"citations": 9}),
    )
    noted = {(c.field, c.taken, c.taken_from, c.otherwise, c.otherwise_from) for c in found.conflicts}
    assert noted == {
        ("year", "2022", "crossref", "2021", "openalex"),
        ("citations", "9", "openalex", "5", "crossref"),
    }
    assert [signal.value for signal in found.source.signals if signal.name == "citations"] == [9]


def test_spellings_of_one_thing_are_no_conflict():
    found = one_of(
        told("crossref", url=DOI, title="A Work: Of Length", authors=("Doe, Jane",), venue="Transactions on Bread"),
        told("dblp", url=DOI, title="A work - of length.", authors=("J. Doe",), venue="Trans. Bread"),
    )
    assert found.conflicts == ()


def test_a_search_engine_is_believed_last():
    found = one_of(
        told("brave", url=DOI, title="A Longer Title | Bread Hub", vouched=False, publisher="Bread Hub"),
        told("semantic_scholar", url=DOI, title="A Longer Title"),
    )
    assert found.source.title == "A Longer Title"
    assert found.source.existence.state == "verified"
    assert [c.otherwise_from for c in found.conflicts if c.field == "title"] == ["brave"]


def test_an_exact_day_is_taken_of_whoever_agrees_with_the_one_that_is_believed():
    found = one_of(
        told("crossref", url=DOI, published="2022-06"),
        told("openalex", url=DOI, published="2022-06-09"),
        told("semantic_scholar", url=DOI, published="2022-01-01"),
    )
    assert found.source.published == date(2022, 6, 9)
    assert not found.source.signal("published_in").observed


def test_a_partial_date_stays_partial_where_nobody_agrees():
    found = one_of(told("crossref", url=DOI, published="2022-06"), told("openalex", url=DOI, published="2022-01-01"))
    assert found.source.published is None
    assert [s.value for s in found.source.signals if s.name == "published_in"] == ["2022-06"]


def test_an_index_that_takes_a_preprint_for_an_article_does_not_publish_it():
    found = one_of(
        told("openalex", url=ARXIV, kind="paper", publisher="arXiv (Cornell University)"),
        told("arxiv", url=ARXIV, kind="preprint"),
    )
    assert found.source.kind == "preprint"


def test_one_service_that_knows_of_a_retraction_is_enough():
    found = one_of(
        told("crossref", url=DOI, signals={"retracted": False}), told("openalex", url=DOI, signals={"retracted": True})
    )
    assert found.source.signal("retracted").value is True
    assert [(c.field, c.otherwise, c.otherwise_from) for c in found.conflicts] == [("retracted", "False", "crossref")]


@pytest.mark.parametrize(
    ("title", "signals", "said"),
    [
        ("Retraction Note: A Work", {}, ("retracted", True)),
        ("Notice", {"notice_kind": "retraction"}, ("retracted", True)),
        ("Notice", {"notice_kind": "partial_retraction"}, ("corrected_by", "10.1000/notice")),
        ("Expression of Concern: A Work", {}, ("concern", "10.1000/notice")),
        ("Erratum to: A Work", {}, ("corrected_by", "10.1000/notice")),
        ("A Letter", {}, ("noticed_by", "10.1000/notice")),
    ],
)
def test_a_notice_is_no_work_and_its_word_goes_to_the_work_that_it_is_about(title, signals, said):
    notice = told(
        url="https://doi.org/10.1000/notice",
        title=title,
        kind=None,
        signals={"notice_of": "10.1000/a", "retracted": False, "citations": 77, **signals},
    )
    found = one_of(told(url=DOI, signals={"retracted": False, "citations": 5}), notice)
    name, value = said
    assert found.source.signal(name).value == value
    assert found.source.signal("citations").value == 5
    assert found.candidates == (0, 1)
    assert len(found.provenance) == 2


def test_a_notice_about_a_work_that_nobody_told_of_is_left_out():
    assert works_of([told(url=OTHER_DOI, signals={"notice_of": "10.1000/a"})], ORIGINS) == []


def test_a_copy_in_an_archive_adds_to_the_work_of_its_address():
    copy = told(
        "wayback", url="https://example.org/work", title="", authors=(), signals={"archived_copy": "https://a.b/"}
    )
    found = one_of(copy, told("web", url="http://www.example.org/work/#part", kind="engineering_blog"))
    assert found.source.signal("archived_copy").value == "https://a.b/"
    assert {one.service for one in found.provenance} == {"wayback", "web"}
    assert works_of([copy], ORIGINS) == []


def test_what_a_registrar_calls_one_work_is_one_under_whatever_title():
    early = told("crossref", url="https://doi.org/10.1000/early", title="Another Title Altogether", year=2015)
    late = told("crossref", url=DOI, signals={"same_work_as": "10.1000/early"})
    further = told("openalex", url="https://doi.org/10.1000/early", title="Another Title Altogether", year=2015)
    found = one_of(early, late, further)
    assert {name for scheme, name in names_of(found.source) if scheme == "doi"} == {"10.1000/a", "10.1000/early"}


def test_a_name_that_a_registrar_gives_is_kept_though_nobody_tells_of_it():
    found = one_of(told(url=DOI, signals={"same_work_as": "10.1000/early"}))
    assert ("doi", "10.1000/early") in names_of(found.source)


def test_a_project_that_moved_keeps_both_names_and_its_present_address():
    moved = told(
        "github", url="https://github.com/dough/rye", title="rye", authors=("dough",), kind="repository",
        also_at=("https://github.com/ada/rye",), signals={"renamed_to": "dough/rye"},
    )  # fmt: skip
    linked = told("hacker_news", url="https://github.com/ada/rye", title="Rye!", authors=(), vouched=False, kind=None)
    found = one_of(moved, linked)
    assert {("repository", "github.com/dough/rye"), ("repository", "github.com/ada/rye")} <= names_of(found.source)


def test_a_record_that_may_belong_to_either_of_two_works_joins_neither():
    told_of = [
        told("openalex", url="https://a.example/1", title="Python Concurrency in Practice: Threads Explained"),
        told("openalex", url="https://a.example/2", title="Python Concurrency in Practice: Coroutines Explained"),
        told("openalex", url="https://a.example/3", title="Python Concurrency in Practice"),
    ]
    assert len(works_of(told_of, ORIGINS)) == 3
    assert len(works_of(told_of[1:], ORIGINS)) == 1


def test_a_work_whose_service_names_no_kind_may_be_of_any_but_a_link_may_not():
    paper = told("crossref", url=DOI)
    index = told("semantic_scholar", url="https://s.example/1", kind=None)
    link = told("exa", url="https://blog.example/1", kind=None, vouched=False)
    assert len(works_of([paper, index], ORIGINS)) == 1
    assert len(works_of([paper, link], ORIGINS)) == 2


def test_a_kind_that_is_given_serves_where_the_service_names_none():
    works = works_of(
        [told("brave", url="https://a.example/1", kind=None, vouched=False), told(url=DOI, title="Other")],
        ORIGINS,
        kinds=["official_docs", "book"],
    )
    assert sorted(work.source.kind for work in works) == ["official_docs", "paper"]


def test_of_one_record_of_a_service_the_latest_answer_is_kept():
    before, after = (
        told("crossref", url=DOI, record="https://c.example/a", at=AT + timedelta(hours=hours)) for hours in (0, 3)
    )
    (kept,) = one_of(before, after).provenance
    assert kept.at == AT + timedelta(hours=3)


def test_every_recorded_answer_of_a_service_goes_through_alone_and_together():
    pages = [case.connector_of_it.read(answer(case.ask, case.body)) for case in CASES]
    candidates = [candidate for page in pages for candidate in page.candidates]
    works = works_of(candidates, ORIGINS)
    assert 0 < len(works) < len(candidates)
    of_many = max(works, key=lambda work: len({one.service for one in work.provenance}))
    assert {"crossref", "openalex", "dblp"} <= {one.service for one in of_many.provenance}
    for position, candidate in enumerate(candidates):
        assert len(works_of([candidate], ORIGINS)) <= 1
        if candidate.title and not any(signal.name == "notice_of" for signal in candidate.signals):
            assert sum(position in work.candidates for work in works) == 1


def test_the_table_in_the_documents_is_the_one_that_decides():
    text = (Path(__file__).parents[2] / "docs" / "identity.md").read_text(encoding="utf-8")
    rows = {
        field: tuple(services.split(", "))
        for field, services in re.findall(r"^\| `(\w+)` \| ([\w, ]+) \|$", text, re.MULTILINE)
    }
    assert rows == dict(TRUST)
    assert {service for services in TRUST.values() for service in services} <= set(connector_names())
