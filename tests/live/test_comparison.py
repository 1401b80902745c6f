"""What a record or a page that answers under a name shows of the work that we have under it."""

import pytest

from research_agent.live.comparison import authors_agree, compared_page, compared_record, titles_agree, years_agree
from tests.live.told import PAPER, POST, PROJECT, candidate


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("The Tail at Scale", "The tail at scale."),
        ("RFC 9110: HTTP Semantics", "HTTP Semantics"),
        ("Release It!", "Release It!: Design and Deploy Production-Ready Software"),
        ("Größenordnungen im Netz", "Grossenordnungen im Netz"),
        ("The Tail at Scale", "The Tial at Scale"),
    ],
)
def test_spellings_of_one_title_agree(ours: str, theirs: str) -> None:
    assert titles_agree(ours, theirs) == titles_agree(theirs, ours) == "same"


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("The Tail at Scale", "Attention Is All You Need"),
        ("Timeouts", "Advanced usage and timeouts of the client"),  # one word stands in many titles
        ("Error Handling", "Memory Handling"),
        ("Release It!", "It"),
    ],
)
def test_titles_of_other_works_do_not_agree(ours: str, theirs: str) -> None:
    assert "same" not in (titles_agree(ours, theirs), titles_agree(theirs, ours))


def test_a_title_that_is_only_alike_is_neither_the_same_nor_evidently_another() -> None:
    assert titles_agree("A Study of Bugs in Concurrent Go", "A Study of Bugs in Concurrent Rust Programs") == "unclear"


def test_words_of_a_pages_title_may_stand_in_another_order() -> None:
    assert titles_agree("Loom documentation: Timeouts", "Timeouts - Documentation - Loom", of_page=True) == "same"
    assert titles_agree("Loom documentation: Timeouts", "Timeouts - Documentation - Loom") != "same"


@pytest.mark.parametrize(
    ("theirs", "found"),
    [
        (("Barroso, Luiz André", "Dean, Jeffrey"), "same"),  # another order, and family names first
        (("J. Dean",), "same"),
        (("Ada Lovelace", "Charles Babbage"), "other"),
        (("Luiz Barroso", "Ada Lovelace"), "unclear"),  # our first author is missing, another one is there
        (("Association for Computing Machinery",), "unclear"),
        ((), "unclear"),
    ],
)
def test_authors_differ_only_where_no_name_is_common(theirs: tuple[str, ...], found: str) -> None:
    assert authors_agree(PAPER.authors, theirs) == found


def test_a_year_more_than_one_apart_is_another_unless_an_early_edition_is_involved() -> None:
    def found(year: int | None, kind: str = "paper") -> str:
        return years_agree(PAPER, candidate("crossref", PAPER, year=year, kind=kind))

    assert (found(2012), found(2014)) == ("same", "same")
    assert found(2015) == "other"
    assert found(2009, "preprint") == "unclear"
    assert found(None) == "unclear"


def test_what_has_no_day_of_publication_is_not_compared_by_year() -> None:
    dated = PROJECT.model_copy(update={"year": 2020})
    assert years_agree(dated, candidate("crossref", dated, year=2026)) == "unclear"


# Records


def test_title_with_author_or_year_verifies() -> None:
    assert compared_record(PAPER, candidate("crossref", PAPER)).state == "verified"
    assert compared_record(PAPER, candidate("crossref", PAPER, authors=())).state == "verified"
    assert compared_record(PAPER, candidate("crossref", PAPER, year=None)).state == "verified"


def test_a_title_alone_verifies_nothing() -> None:
    finding = compared_record(PAPER, candidate("crossref", PAPER, authors=(), year=None))
    assert finding.state == "unverifiable"
    assert "neither author nor year" in finding.why


def test_another_title_by_others_is_evidently_another_work() -> None:
    other = candidate("crossref", PAPER, title="Attention Is All You Need", authors=("Ashish Vaswani",), year=2017)
    finding = compared_record(PAPER, other)
    assert finding.state == "contradicted"
    assert [one.field for one in finding.differences] == ["title", "authors", "year"]
    assert "evidently another work" in finding.why


@pytest.mark.parametrize(
    ("told", "field"), [({"year": 2016}, "year"), ({"authors": ("Ada Lovelace", "Charles Babbage")}, "authors")]
)
def test_a_fact_that_differs_is_named(told: dict[str, object], field: str) -> None:
    finding = compared_record(PAPER, candidate("crossref", PAPER, **told))
    assert finding.state == "contradicted"
    assert [one.field for one in finding.differences] == [field]
    assert finding.why.endswith(f"other {field}")


def test_a_preprint_years_before_its_published_work_is_the_work() -> None:
    assert compared_record(PAPER, candidate("arxiv", PAPER, year=2009, kind="preprint")).state == "verified"


def test_another_title_of_the_same_authors_and_year_shows_nothing() -> None:
    finding = compared_record(PAPER, candidate("crossref", PAPER, title="Warehouse-Scale Computing"))
    assert (finding.state, [one.field for one in finding.differences]) == ("unverifiable", ["title"])


def test_a_record_without_a_title_shows_nothing() -> None:
    assert compared_record(PAPER, candidate("crossref", PAPER, title="")).state == "unverifiable"


# Pages


def test_a_pages_title_verifies_whatever_it_gives_as_author_and_date() -> None:
    page = candidate("web", POST, title=f"{POST.title} | Clouds Blog", authors=("Ada Lovelace",), year=2026)
    assert compared_page(POST, page).state == "verified"


def test_a_title_that_stands_in_the_text_verifies_where_the_site_calls_all_pages_alike() -> None:
    page = candidate("web", POST, title="Clouds", abstract="Home. Exponential backoff and jitter. By Marc Brooker.")
    assert compared_page(POST, page).state == "verified"


def test_a_page_without_a_title_shows_nothing() -> None:
    assert compared_page(POST, candidate("web", POST, title="")).state == "unverifiable"


def test_a_page_with_another_title_by_others_is_another_work() -> None:
    page = candidate("web", POST, title="Casino bonus for new players", authors=("Ada Lovelace",))
    finding = compared_page(POST, page)
    assert finding.state == "contradicted"
    assert [one.field for one in finding.differences] == ["title", "authors"]


def test_a_page_with_another_title_of_unknown_authors_shows_nothing() -> None:
    assert compared_page(POST, candidate("web", POST, title="Home of clouds", authors=())).state == "unverifiable"
