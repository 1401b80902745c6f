"""Connectors and stand-ins agree: searches to their end, look-ups of what is there and of what is not."""

from collections.abc import Iterator

import pytest

from research_agent.errors import ServiceRefusedError
from research_agent.sources.connectors import Access, Query, connector, connector_names
from research_agent.sources.naming import Name
from stand_ins import StandIns
from stand_ins.catalogue import catalogue, own_sources
from stand_ins.services import SERVICES
from tests.stand_ins.conftest import asked_at, drive

NAMES = connector_names()
SEARCHED = [name for name in NAMES if connector(name).capabilities.search]
TEXTS = {"ecosystems": "patience", "ietf": "retry hints"}
"""Words for services that do not take any: a package by its exact name, RFCs that have all words."""
FEW = 3
"""Results on a page, so that a search has several."""

THERE: dict[tuple[str, str], str] = {
    ("arxiv", "arxiv"): "9912.00001",
    ("crossref", "doi"): "10.5555/stand-in.1",
    ("openalex", "doi"): "10.5555/stand-in.1",
    ("openalex", "arxiv"): "9912.00001",
    ("semantic_scholar", "doi"): "10.5555/stand-in.1",
    ("semantic_scholar", "arxiv"): "9912.00001",
    ("datacite", "doi"): "10.5555/stand-in.software.1",
    ("datacite", "arxiv"): "9912.00001",
    ("ietf", "rfc"): "99902",
    ("ietf", "draft"): "draft-stand-in-deadlines",
    ("github", "repository"): "github.com/stand-in.example/patience",
    ("stack_exchange", "url"): "https://stackoverflow.com/questions/990000001/stand-in",
    ("hacker_news", "url"): "https://news.ycombinator.com/item?id=990000003",
    ("ecosystems", "repository"): "github.com/stand-in.example/patience",
    ("wayback", "url"): "https://example.org/stand-ins/blog-timeouts",
    ("web", "url"): "https://example.org/stand-ins/blog-timeouts",
}
ABSENT = {
    "arxiv": "9912.99999",
    "doi": "10.5555/none",
    "rfc": "99999",
    "draft": "draft-stand-in-none",
    "repository": "github.com/stand-in.example/none",
    "url": "https://example.org/none",
}
ABSENT_ADDRESSES = {
    "stack_exchange": "https://stackoverflow.com/questions/999999999/none",
    "hacker_news": "https://news.ycombinator.com/item?id=999999999",
}


def look_ups() -> Iterator[tuple[str, Name]]:
    for name in NAMES:
        for scheme in connector(name).capabilities.look_up:
            yield name, (scheme, THERE[name, scheme])


def test_every_connector_has_a_stand_in() -> None:
    assert set(NAMES) <= set(SERVICES)


@pytest.mark.parametrize("name", SEARCHED)
def test_a_search_is_read_to_its_end(stand_ins: StandIns, name: str) -> None:
    service = asked_at(stand_ins, name)
    pages = drive(service, service.search(Query(text=TEXTS.get(name, "retry budget"), wanted=FEW)))
    addresses = [candidate.url for page in pages for candidate in page.candidates]
    assert addresses
    assert len(addresses) == len(set(addresses))
    assert not any(page.unreadable or page.partial for page in pages)
    assert pages[-1].next is None
    told = pages[0].total
    if told is not None and service.capabilities.most_on_a_page < 1_000:  # the index of RFCs has one page
        assert len(addresses) == told
        assert len(pages) == -(-told // FEW)


@pytest.mark.parametrize("name", SEARCHED)
def test_the_best_match_is_about_the_question(stand_ins: StandIns, name: str) -> None:
    service = asked_at(stand_ins, name)
    (page, *_) = drive(service, service.search(Query(text=TEXTS.get(name, "retry budget"))), 1)
    best = page.candidates[0]
    words = f"{best.title} {best.abstract}".lower()
    assert "retr" in words
    assert best.provenance.service == name


@pytest.mark.parametrize("name", [name for name in SEARCHED if name not in TEXTS])
def test_what_nobody_wrote_about_is_an_empty_result(stand_ins: StandIns, name: str) -> None:
    service = asked_at(stand_ins, name)
    (page,) = drive(service, service.search(Query(text="zymurgy quokka")))
    assert page.candidates == ()
    assert page.next is None


@pytest.mark.parametrize("name", ["arxiv", "crossref", "openalex", "semantic_scholar", "datacite", "stack_exchange"])
def test_services_that_filter_by_year_do(stand_ins: StandIns, name: str) -> None:
    service = asked_at(stand_ins, name)
    text = "circuit breaker" if name == "stack_exchange" else "retry backoff"
    pages = drive(service, service.search(Query(text=text, since=2024)))
    years = [candidate.year for page in pages for candidate in page.candidates]
    assert years
    assert all(year is not None and year >= 2024 for year in years)


@pytest.mark.parametrize(("name", "work"), [pytest.param(*one, id=f"{one[0]}-{one[1][0]}") for one in look_ups()])
def test_a_work_is_looked_up(stand_ins: StandIns, name: str, work: Name) -> None:
    service = asked_at(stand_ins, name)
    page, *rest = drive(service, service.look_up(work))
    (found,) = page.candidates
    if name == "wayback":
        assert "web.archive.org" in found.full_text
    elif name in ("github", "ecosystems"):
        assert found.title == "patience"
    else:
        assert found.title.startswith(("Stand-in: ", "Ask HN"))
    assert [page.candidates[0].version for page in rest] == (["v3.1.0"] if name == "github" else [])


@pytest.mark.parametrize(("name", "work"), [pytest.param(*one, id=f"{one[0]}-{one[1][0]}") for one in look_ups()])
def test_what_a_service_does_not_have_is_absent_in_its_own_words(stand_ins: StandIns, name: str, work: Name) -> None:
    service = asked_at(stand_ins, name)
    scheme = work[0]
    missing = ABSENT_ADDRESSES.get(name, ABSENT[scheme]) if scheme == "url" else ABSENT[scheme]
    (page,) = drive(service, service.look_up((scheme, missing)))
    assert page.absent
    assert page.candidates == ()


@pytest.mark.parametrize("name", ["brave", "tavily", "exa"])
def test_services_that_want_a_key_refuse_who_has_none(stand_ins: StandIns, name: str) -> None:
    service = asked_at(stand_ins, name)
    ask = service.search(Query(text="retry"))
    assert ask is not None
    bare = connector(name, Access(key="any", base=f"{stand_ins.address}/{name}"))
    object.__setattr__(ask, "private_headers", {})
    with pytest.raises(ServiceRefusedError):
        drive(bare, ask)


def test_a_renamed_repository_is_found_under_its_new_name(stand_ins: StandIns) -> None:
    service = asked_at(stand_ins, "github")
    page, *_ = drive(service, service.look_up(("repository", "github.com/stand-in.example/was-called")))
    assert page.candidates[0].url == "https://github.com/stand-in.example/plan-b"


def test_a_page_of_the_web_says_what_the_record_says(stand_ins: StandIns) -> None:
    web = asked_at(stand_ins, "web")
    address = "https://example.org/stand-ins/blog-timeouts"
    work = catalogue().at(address)
    assert work is not None
    (page,) = drive(web, web.look_up(("url", address)))
    (found,) = page.candidates
    assert found.title == work.source.title
    assert found.authors == work.source.authors
    assert found.published == work.day
    assert work.text in found.abstract


def test_a_pdf_of_the_web_is_read(stand_ins: StandIns) -> None:
    web = asked_at(stand_ins, "web")
    (page,) = drive(web, web.look_up(("url", "https://arxiv.org/pdf/9912.00001")))
    (found,) = page.candidates
    assert "A hedged request is sent a second time" in f"{found.abstract} {found.provenance.raw}"


def test_what_moves_a_judgement_is_told(stand_ins: StandIns) -> None:
    crossref, ietf, github = (asked_at(stand_ins, name) for name in ("crossref", "ietf", "github"))
    for service, name, signal, value in (
        (crossref, ("doi", "10.5555/stand-in.8"), "retracted", True),
        (ietf, ("rfc", "99901"), "obsoleted_by", "RFC 99902"),
        (github, ("repository", "github.com/stand-in.example/old-fuse"), "archived", True),
    ):
        page, *_ = drive(service, service.look_up(name))  # type: ignore[arg-type]  # a scheme in each
        assert {one.name: one.value for one in page.candidates[0].signals}[signal] == value


def test_works_of_the_stand_ins_own_can_be_mistaken_for_no_others() -> None:
    for source in own_sources():
        assert source.id.startswith("stand-in-")
        assert source.title.startswith("Stand-in: ")
        assert "does not exist" in source.placements[0].summary
        names = source.identifiers
        assert names.doi is None or names.doi.startswith("10.5555/")  # Crossref's prefix for tests
        assert names.arxiv is None or names.arxiv.startswith("9912.")  # December of 2099
        assert names.rfc is None or names.rfc > 99_000
        assert names.repository is None or names.repository.startswith("github.com/stand-in.example/")  # no name there


def test_real_works_are_told_of_without_made_up_numbers() -> None:
    real = [work for work in catalogue().works if not work.own]
    assert len(real) > 500
    assert all(work.number_said("citations") is None for work in real)
