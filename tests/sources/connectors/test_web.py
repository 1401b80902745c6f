"""Searches of the web: what they list is an address, which nobody vouches for."""

import json

import pytest

from research_agent.errors import ServiceBusyError, ServiceRefusedError
from research_agent.sources.connectors import Query, connector
from tests.sources.connectors.exchanges import ACCESS, STAND_IN, answer, loaded, read, signals

ENGINES = [
    ("searxng", "searxng_search.json", STAND_IN),
    ("brave", "brave_search.json", ACCESS),
    ("tavily", "tavily_search.json", ACCESS),
    ("exa", "exa_search.json", ACCESS),
]


@pytest.mark.parametrize(("name", "fixture", "access"), ENGINES, ids=lambda value: str(value)[:8])
def test_a_listed_page_has_no_author_no_date_no_kind_and_no_voucher(name: str, fixture: str, access: object) -> None:
    first = read(name, fixture, access=STAND_IN if name == "searxng" else ACCESS, wanted=2).candidates[0]
    assert (first.title, first.url) == ("Why bread fails", "https://bakery.example.com/why")
    assert (first.authors, first.published, first.year, first.kind) == ((), None, None, None)
    assert not first.vouched
    assert "<" not in first.abstract
    assert "winter" in first.abstract


def test_the_day_that_an_engine_guesses_is_a_signal_and_no_date() -> None:
    first = read("exa", "exa_search.json").candidates[0]
    assert signals(first) == {"age_guessed": "2024-05-06"}


def test_engines_that_all_refuse_are_a_failure_and_no_empty_result() -> None:
    with pytest.raises(ServiceBusyError, match="brave: too many requests, duckduckgo: CAPTCHA"):
        read("searxng", "searxng_refused.json", access=STAND_IN)


def test_engines_that_partly_refuse_are_named() -> None:
    assert "duckduckgo: CAPTCHA" in read("searxng", "searxng_search.json", access=STAND_IN).partial


def test_a_host_that_gives_no_json_is_told_how_to_mend_it() -> None:
    service = connector("searxng", STAND_IN)
    ask = service.search(Query(text="yeast"))
    assert ask is not None
    with pytest.raises(ServiceRefusedError, match=r"search\.formats"):
        service.read(answer(ask, "<html>403</html>", status=403))


def test_an_empty_result_of_brave_has_no_web_and_is_no_error() -> None:
    page = read("brave", "brave_empty.json")
    assert (page.candidates, page.next) == ((), None)


def test_the_window_of_brave_that_is_spent_says_how_long_to_wait() -> None:
    service = connector("brave", ACCESS)
    ask = service.search(Query(text="yeast"))
    assert ask is not None
    headers = {"X-RateLimit-Remaining": "0, 900", "X-RateLimit-Reset": "1, 1419704"}
    with pytest.raises(ServiceBusyError) as caught:
        service.read(answer(ask, "{}", status=429, headers=headers))
    assert caught.value.wait_seconds == 1


@pytest.mark.parametrize("status", [432, 433])
def test_spent_credits_of_tavily_are_told(status: int) -> None:
    service = connector("tavily", ACCESS)
    ask = service.search(Query(text="yeast"))
    assert ask is not None
    with pytest.raises(ServiceRefusedError, match="credits"):
        service.read(answer(ask, {"detail": {"error": "limit"}}, status=status))


@pytest.mark.parametrize("name", ["tavily", "exa"])
def test_a_query_in_a_body_holds_no_key(name: str) -> None:
    ask = connector(name, ACCESS).search(Query(text="yeast", wanted=5, since=2021))
    assert ask is not None
    assert ask.method == "POST"
    assert ask.body is not None
    body = json.loads(ask.body)
    assert body["query"] == "yeast"
    assert 5 in body.values()
    assert b"SECRET" not in ask.body


def test_brave_is_never_asked_more_than_it_takes() -> None:
    ask = connector("brave", ACCESS).search(Query(text="yeast " * 150, wanted=100))
    assert ask is not None
    assert len(ask.about.split()) == 50
    assert "count=20" in ask.address


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://example.org/x", "https://user:pw@example.org/", "x"])
def test_an_address_that_is_none_of_the_web_is_not_taken(url: str) -> None:
    body = loaded("tavily_search.json")
    body["results"][0]["url"] = url
    service = connector("tavily", ACCESS)
    ask = service.search(Query(text="yeast"))
    assert ask is not None
    page = service.read(answer(ask, body))
    assert len(page.candidates) == 1
    assert "no address of the web" in page.unreadable[0]
