"""Works that somebody names, recognised among known ones."""

import pytest

from research_agent.sources.naming import identify
from research_agent.sources.recognition import KnownWorks, NamedWork, Recognised
from tests.sources.works import work

TAIL = work(
    "tail", title="The Tail at Scale", url="https://doi.org/10.1145/2408776", authors=("Jeffrey Dean",), year=2013
)
RETRY = work("retry", title="Retries and Jitter", url="https://example.org/retries", authors=("Jo Roe",), year=2020)
NAMESAKES = [
    work(name, title="Breakers", url=f"https://example.org/{name}", authors=(author,), year=2019)
    for name, author in (("first", "Lee Doe"), ("second", "Kim Poe"))
]
KNOWN = KnownWorks([TAIL, RETRY, *NAMESAKES])


def _named(
    title: str, url: str = "", *, doi: str = "", authors: tuple[str, ...] = (), year: int | None = None
) -> Recognised:
    return KNOWN.recognise(NamedWork(title, authors, year, identify(url, doi or None)))


@pytest.mark.parametrize(
    ("title", "url", "doi", "authors", "state", "source"),
    [
        ("The tail at scale", "", "10.1145/2408776", (), "verified", "tail"),
        ("The Tail at Scale: Revisited Edition", "https://doi.org/10.1145/2408776", "", (), "verified", "tail"),
        ("Retries and Jitter", "https://example.org/retries?utm_source=x#top", "", ("J. Roe",), "verified", "retry"),
        ("Retries and jitter", "https://mirror.example.com/x", "", ("Roe, Jo",), "verified", "retry"),
        ("Retries and jitter", "https://mirror.example.com/x", "", ("Ann Other",), "not_checked", ""),
        ("Cooking with Gas", "", "10.1145/2408776", (), "contradicted", ""),
        ("The Tail at Scale", "", "10.9999/elsewhere", ("Dean, J.",), "contradicted", ""),
        ("The Tail at Scale", "https://example.org/retries", "10.1145/2408776", (), "contradicted", ""),
        ("Nobody Knows", "https://example.org/unknown", "", (), "not_checked", ""),
        ("Nobody Knows", "", "", ("Jo Roe",), "unverifiable", ""),
        ("Nobody Knows", "javascript:alert(1)", "", (), "not_checked", ""),
        ("Breakers", "", "", (), "unverifiable", ""),
        ("Breakers", "https://example.org/unknown", "", (), "not_checked", ""),
        ("Breakers", "", "", ("Kim Poe",), "verified", "second"),
    ],
)
def test_a_work_is_what_its_names_say_or_it_is_told_what_does_not_fit(
    title: str, url: str, doi: str, authors: tuple[str, ...], state: str, source: str
) -> None:
    found = _named(title, url, doi=doi, authors=authors)
    assert (found.state, found.source.id if found.source else "") == (state, source), found.detail
    assert found.detail


def test_what_a_record_says_otherwise_is_told() -> None:
    found = _named("The Tail at Scale", doi="10.1145/2408776", authors=("Ann Other",), year=2001)
    assert found.state == "verified"
    assert found.detail.endswith("but its authors are Jeffrey Dean and its year is 2013")


def test_a_title_alone_is_told_from_a_title_and_an_author() -> None:
    assert _named("Retries and Jitter", authors=("Roe",)).detail.startswith("by title and author; ")
    alone = _named("Retries and Jitter", year=2001)
    assert alone.detail.startswith("by its title alone; ")
    assert alone.detail.endswith("; but its year is 2020")
    assert "2 works of this title" in _named("Breakers").detail


def test_two_mentions_of_one_work_share_a_name() -> None:
    assert _named("Nobody knows").names & _named("Nobody Knows!").names
    assert (
        _named("The Tail at Scale", doi="10.1145/2408776").names & _named("The tail at scale", authors=("Dean",)).names
    )
