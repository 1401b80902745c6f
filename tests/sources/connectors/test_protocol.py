"""The protocol: asks and answers as values, pages one after another, keys that nothing shows."""

from collections.abc import Callable

import pytest

from research_agent.errors import AnswerError, UsageError
from research_agent.sources.addresses import is_web_address
from research_agent.sources.connectors import (
    Access,
    Answer,
    Ask,
    Page,
    Query,
    answer_of,
    call_of,
    connector,
    connector_names,
    exchange,
)
from research_agent.sources.connectors.base import MOST_PAGES
from research_agent.sources.http import exchange as exchange_values
from tests.sources.connectors.exchanges import ACCESS, AT, CASES, Case, answer, loaded

EVERY_CASE = pytest.mark.parametrize("case", CASES, ids=str)


ENDLESS = {"result": {"hits": {"@total": "9999", "hit": loaded("dblp_search.json")["result"]["hits"]["hit"][0]}}}


def run(service: str, text: str, wanted: int, respond: Callable[[Ask], object]) -> tuple[list[Ask], list[Page]]:
    """Drive a search to its end, as any driver would, and tell the asks and the pages."""
    one = connector(service, ACCESS)
    flow = exchange(one, one.search(Query(text=text, wanted=wanted)), wanted)
    asks: list[Ask] = []
    try:
        ask = next(flow)
        while True:
            asks.append(ask)
            ask = flow.send(answer(ask, respond(ask)))
    except StopIteration as end:
        return asks, end.value


@EVERY_CASE
def test_a_good_answer_gives_candidates_with_the_record_they_come_from(case: Case) -> None:
    ask = case.ask
    page = case.connector_of_it.read(answer(ask, case.body))
    assert page.candidates
    assert page.unreadable == ()
    for candidate in page.candidates:
        provenance = candidate.provenance
        assert provenance.service == case.connector
        assert provenance.address == ask.address
        assert provenance.at == AT
        assert len(provenance.raw) > 20
        assert candidate.identifiers.url
        assert is_web_address(candidate.url)
        assert all(map(is_web_address, candidate.also_at))
        assert all(signal.on == AT.date() and signal.where for signal in candidate.signals)


@EVERY_CASE
def test_neither_key_nor_contact_is_shown_anywhere_but_in_the_request(case: Case) -> None:
    ask = case.ask
    page = case.connector_of_it.read(answer(ask, case.body))
    shown = f"{ask!r} {ask.address} {ask.headers} {ask.body!r} {page!r} {case.access!r}"
    assert "SECRET-KEY" not in shown
    assert "ada@example.org" not in shown
    sent = f"{ask.private_parameters} {ask.private_headers}"
    assert ("SECRET-KEY" in sent) == (case.connector_of_it.capabilities.key != "none")


@EVERY_CASE
def test_the_same_question_is_the_same_request(case: Case) -> None:
    assert case.ask == case.ask


@EVERY_CASE
def test_a_stand_in_is_asked_instead_of_the_service(case: Case) -> None:
    stand_in = case._replace(access=Access(key="k", base="http://127.0.0.1:8099/"))
    assert stand_in.ask.address.startswith("http://127.0.0.1:8099/")
    assert stand_in.ask.own_service


@EVERY_CASE
def test_an_ask_is_sent_with_its_keys_apart_and_may_be_repeated(case: Case) -> None:
    ask = case.ask
    call = call_of(ask, case.connector_of_it.limit)
    assert call.url == ask.address
    assert call.repeatable
    assert call.limit is not None
    assert call.limit.name == case.connector
    assert call.credentials.headers == ask.private_headers
    assert call.credentials.parameters == ask.private_parameters
    assert "SECRET-KEY" not in repr(call)
    came = exchange_values.Answer(status=200, headers={}, body=case.body, address=ask.address)
    assert case.connector_of_it.read(answer_of(ask, came, AT)).candidates


@pytest.mark.parametrize("name", connector_names())
def test_a_connector_says_what_it_is_good_for_and_on_which_terms(name: str) -> None:
    one = connector(name)
    assert one.name == name
    assert one.title
    terms = one.capabilities
    assert terms.good_for.endswith(".")
    assert terms.documentation.startswith("https://")
    assert terms.search or terms.look_up
    assert terms.most_results >= terms.most_on_a_page
    assert one.look_up(("url", "https://nowhere.example/x")) is None or "url" in terms.look_up


@pytest.mark.parametrize("name", ["brave", "tavily", "exa"])
def test_a_service_that_wants_a_key_says_so_before_it_is_asked(name: str) -> None:
    assert connector(name).lacks == "a key"
    with pytest.raises(UsageError, match="set a key"):
        connector(name).search(Query(text="yeast"))
    assert connector(name, Access(key="k")).lacks == ""


def test_a_search_of_ones_own_host_wants_its_address() -> None:
    assert connector("searxng").lacks == "an address"
    with pytest.raises(UsageError, match="set an address"):
        connector("searxng").search(Query(text="yeast"))


def test_pages_are_asked_for_until_enough_came() -> None:
    asks, pages = run("dblp", "yeast", 4, lambda _: loaded("dblp_search.json"))
    assert len(asks) == 1
    assert len(pages[0].candidates) == 4


def test_pages_are_asked_for_until_the_service_has_no_more() -> None:
    hits = loaded("dblp_search.json")["result"]["hits"]["hit"]

    def respond(ask: Ask) -> object:
        part = (hits * 3)[ask.position : ask.position + min(ask.size, 4)][: 9 - ask.position]
        return {"result": {"hits": {"@total": "9", "@sent": str(len(part)), "hit": part}}}

    asks, pages = run("dblp", "yeast", 50, respond)
    assert [ask.position for ask in asks] == [0, 4, 8]
    assert [len(page.candidates) for page in pages] == [4, 4, 1]


def test_a_service_whose_pages_never_end_is_asked_a_bounded_number_of_times() -> None:
    asks, _ = run("brave", "yeast", 1_000, lambda _: loaded("brave_search.json"))
    assert len(asks) == 10  # its own limit of pages
    asks, _ = run("dblp", "yeast", 1_000, lambda _: {**ENDLESS})
    assert len(asks) == MOST_PAGES


def test_an_answer_to_another_ask_is_refused() -> None:
    service = connector("dblp")
    first = service.search(Query(text="yeast"))
    other = service.search(Query(text="flour"))
    assert first is not None
    assert other is not None
    flow = exchange(service, first, 5)
    next(flow)
    with pytest.raises(AnswerError, match="came for"):
        flow.send(answer(other, loaded("dblp_search.json")))


def test_the_index_of_all_rfcs_is_not_taken_for_one_that_was_cut_off() -> None:
    one = connector("ietf")
    ask = one.search(Query(text="coffee"))
    assert ask is not None
    small = '<rfc-index xmlns="https://www.rfc-editor.org/rfc-index"></rfc-index>'
    with pytest.raises(AnswerError, match="more than 9,000"):
        one.read(answer(ask, small))


def test_headers_are_found_in_any_spelling() -> None:
    ask = CASES[0].ask
    came = Answer(ask=ask, status=429, headers={"retry-AFTER": "7"}, body=b"", at=AT)
    assert came.header("Retry-After") == "7"
    assert came.header("ETag") == ""
