"""Every connector under every way in which an answer can be broken: an error of ours that names the service.

Never a crash, and never an empty page: that a dead service looks like "no such work" is what these tests rule out.
"""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from research_agent.errors import AnswerError, ConnectorError, ServiceBusyError, ServiceDownError, ServiceRefusedError
from research_agent.sources.connectors import Answer, connector_names
from research_agent.sources.connectors.answers import LARGEST_ANSWER
from tests.sources.connectors.exchanges import AT, CASES, Case, answer

XML_CASES = [case for case in CASES if case.fixture.endswith(".xml")]
JSON_CASES = [case for case in CASES if case.fixture.endswith(".json")]
EVERY_CASE = pytest.mark.parametrize("case", CASES, ids=str)
HTML = b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Please sign in.</body></html>"
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]><feed xmlns='http://www.w3.org/2005/Atom'><title>&j;</title></feed>"
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE f [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    "<feed xmlns='http://www.w3.org/2005/Atom'><title>&x;</title></feed>"
)

TOO_LARGE = b" " * (LARGEST_ANSWER + 1)
WAITS: list[tuple[dict[str, str], float | None]] = [
    ({"Retry-After": "120"}, 120.0),
    ({"retry-after": "Tue, 24 Nov 2026 12:00:30 GMT"}, 30.0),
    ({"Retry-After": "Tue, 24 Nov 2026 11:00:00 GMT"}, 0.0),
    ({"Retry-After": "99999999"}, 86_400.0),
    ({"Retry-After": "soon"}, None),
    ({}, None),
]


def failure(case: Case, came: Answer) -> ConnectorError:
    """The error that the connector raises for this answer."""
    with pytest.raises(ConnectorError) as caught:
        case.connector_of_it.read(came)
    assert str(caught.value).startswith(case.connector_of_it.title), "the error does not name the service"
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 600
    return caught.value


def test_every_connector_is_broken_here() -> None:
    assert {case.connector for case in CASES} == set(connector_names()) - {"web"}, "test_web_pages.py breaks pages"


@EVERY_CASE
def test_too_many_requests_says_how_long_to_wait(case: Case) -> None:
    for headers, seconds in WAITS:
        error = failure(case, answer(case.ask, b"Too Many Requests", status=429, headers=headers))
        assert isinstance(error, ServiceBusyError)
        assert (error.wait_seconds, error.status) == (seconds, 429), headers


@EVERY_CASE
def test_a_failure_of_the_service_is_no_empty_result(case: Case) -> None:
    for status in (500, 502, 504, 520):
        for body in (b"", HTML, b'{"error": "oops"}', case.body):
            assert isinstance(failure(case, answer(case.ask, body, status=status)), ServiceDownError)


@EVERY_CASE
def test_a_service_without_room_is_busy(case: Case) -> None:
    assert isinstance(failure(case, answer(case.ask, HTML, status=503)), ServiceBusyError)


@EVERY_CASE
def test_a_refusal_is_told(case: Case) -> None:
    for status in (400, 401, 402, 403, 410, 422):
        error = failure(case, answer(case.ask, b'{"message": "no\\u001b[2J"}', status=status))
        assert isinstance(error, ServiceRefusedError | AnswerError)


@EVERY_CASE
def test_any_other_status_is_no_success(case: Case) -> None:
    for status in (202, 204, 206, 301, 304):
        assert isinstance(failure(case, answer(case.ask, case.body, status=status)), AnswerError)


@EVERY_CASE
def test_not_found_is_an_absence_only_for_a_look_up(case: Case) -> None:
    came = answer(case.ask, b'{"message": "Not Found", "documentation_url": "x"}', status=404)
    if case.name is None:
        assert isinstance(failure(case, came), ServiceRefusedError)
    elif case.connector in ("arxiv", "crossref", "ecosystems", "stack_exchange", "wayback"):
        assert isinstance(failure(case, came), ServiceRefusedError), "it never says so by a 404 in JSON"
    else:
        page = case.connector_of_it.read(came)
        assert page.absent
        assert page.candidates == ()


@EVERY_CASE
def test_an_answer_that_breaks_off_is_an_error(case: Case) -> None:
    body = case.body.rstrip()
    for share in (0.05, 0.2, 0.5, 0.9, 0.99):
        assert isinstance(failure(case, answer(case.ask, body[: int(len(body) * share)])), AnswerError)
    assert isinstance(failure(case, answer(case.ask, body[:-1])), AnswerError)


@EVERY_CASE
def test_an_empty_answer_is_an_error(case: Case) -> None:
    for body in (b"", b"  \n ", b"\xef\xbb\xbf"):
        failure(case, answer(case.ask, body))


@EVERY_CASE
def test_a_page_for_people_is_an_error(case: Case) -> None:
    assert isinstance(failure(case, answer(case.ask, HTML, headers={"Content-Type": "text/html"})), AnswerError)


@EVERY_CASE
def test_a_wrong_encoding_is_an_error(case: Case) -> None:
    for encoding in ("utf-16", "utf-32"):
        failure(case, answer(case.ask, case.body.decode().encode(encoding)))


@EVERY_CASE
def test_bytes_that_are_no_text_are_an_error(case: Case) -> None:
    body = case.body
    middle = len(body) // 2
    failure(case, answer(case.ask, body[:middle] + b"\xff\xfe\xe9" + body[middle:]))


@EVERY_CASE
def test_a_byte_order_mark_is_no_harm(case: Case) -> None:
    assert case.connector_of_it.read(answer(case.ask, b"\xef\xbb\xbf" + case.body)).candidates


@EVERY_CASE
def test_an_answer_that_is_too_large_is_not_read(case: Case) -> None:
    assert isinstance(failure(case, answer(case.ask, TOO_LARGE)), AnswerError)


@EVERY_CASE
def test_json_of_another_shape_is_an_error(case: Case) -> None:
    for shape in ("{}", "null", "[1]", '"text"', "7", "true", '{"items": 5}', '{"error": "x"}', '{"status":"failed"}'):
        failure(case, answer(case.ask, shape))


@EVERY_CASE
def test_json_that_no_service_sends_is_an_error(case: Case) -> None:
    for body in ("[" * 200_000, '{"a":' * 200_000, '{"n": NaN}', '{"n": ' + "9" * 5_000 + "}"):
        failure(case, answer(case.ask, body))


@EVERY_CASE
def test_entities_are_refused(case: Case) -> None:
    for body in (LAUGHS, OUTSIDE):
        error = failure(case, answer(case.ask, body))
        assert "lollol" not in str(error)
        assert "root:" not in str(error)


@pytest.mark.parametrize("case", XML_CASES, ids=str)
def test_a_document_type_is_refused_in_xml_that_is_good_otherwise(case: Case) -> None:
    typed = case.body.decode().replace("?>", "?><!DOCTYPE feed [<!ENTITY a 'b'>]>", 1)
    assert "document type" in str(failure(case, answer(case.ask, typed)))


@pytest.mark.parametrize("case", XML_CASES, ids=str)
def test_xml_of_another_kind_is_an_error(case: Case) -> None:
    failure(case, answer(case.ask, "<rss version='2.0'><channel/></rss>"))


# --- records that are broken among good ones ------------------------------------------------------------------------


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places of every value within a JSON value."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


def with_another(value: Any, path: tuple[Any, ...], other: Any) -> Any:
    """The value with another one at a place."""
    if not path:
        return other
    changed = copy.deepcopy(value)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = other
    return changed


PLACES = 20
"""Places in each answer that are tried; they are drawn once and stay the same."""


def empties(other: Any) -> bool:
    """Whether the value says "no results" where a list of results stands."""
    return other in ([], [None], None, {}, "")


HOSTILE: list[Any] = [
    None,
    "",
    0,
    -1,
    10**40,
    1e308,
    True,
    [],
    {},
    [None],
    [[]],
    {"a": None},
    "\x1b[2J\x00",
    "9999-99-99",
    "<i>",
]


@pytest.mark.parametrize("case", JSON_CASES, ids=str)
def test_no_value_anywhere_in_an_answer_makes_a_connector_crash(case: Case) -> None:
    good = json.loads(case.body)
    every = list(places(good))
    chosen = random.Random(7).sample(every, min(len(every), PLACES))
    for path in chosen:
        for other in HOSTILE:
            try:
                page = case.connector_of_it.read(answer(case.ask, with_another(good, path, other)))
            except ConnectorError:
                continue
            if not page.candidates:
                assert page.absent or page.partial or page.unreadable or page.total == 0 or empties(other), (
                    path,
                    other,
                )
            for candidate in page.candidates:
                assert "\x1b" not in candidate.title + candidate.abstract
                candidate.model_dump_json()


@given(
    body=st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    ["message", "items", "results", "data", "hits", "result", "meta", "total", "title", "id", "web"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_json_is_read_or_refused(body: object) -> None:
    for case in JSON_CASES:
        try:
            page = case.connector_of_it.read(answer(case.ask, body))
        except ConnectorError:
            continue
        assert page.candidates == () or all(candidate.url for candidate in page.candidates)


@given(body=st.binary(max_size=200), status=st.sampled_from([200, 200, 200, 404, 429, 503]))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_refused(body: bytes, status: int) -> None:
    for case in CASES:
        came = Answer(ask=case.ask, status=status, headers={}, body=body, at=AT)
        try:
            page = case.connector_of_it.read(came)
        except ConnectorError:
            continue
        # JSON by chance, such as an empty list, or a 404 that says that there is no such record
        assert page.absent or page.candidates == ()


def test_one_broken_record_does_not_cost_the_others() -> None:
    case = next(case for case in CASES if str(case) == "crossref-search")
    body = json.loads(case.body)
    body["message"]["items"][1] = {"title": ["No DOI"]}
    page = case.connector_of_it.read(answer(case.ask, body))
    assert len(page.candidates) == 4
    assert page.unreadable == ("record 2: DOI: field required",)


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "file:///etc/passwd", "https://user:pw@example.org/x", "//x"]
)
def test_an_address_that_nobody_should_open_is_not_handed_on(address: str) -> None:
    case = next(case for case in CASES if str(case) == "openalex-search")
    body = json.loads(case.body)
    body["results"][0]["doi"] = None
    body["results"][0]["primary_location"]["landing_page_url"] = address
    body["results"][1]["best_oa_location"] |= {"pdf_url": address, "landing_page_url": address}
    page = case.connector_of_it.read(answer(case.ask, body))
    assert "no address of the web" in page.unreadable[0]
    assert address not in "".join(candidate.model_dump_json(exclude={"provenance"}) for candidate in page.candidates)


def test_a_page_of_nothing_but_broken_records_is_an_error() -> None:
    case = next(case for case in CASES if str(case) == "crossref-search")
    body = json.loads(case.body)
    body["message"]["items"] = [{"title": ["No DOI"]}] * 3
    assert "none of 3 records" in str(failure(case, answer(case.ask, body)))


def test_a_service_that_claims_results_and_sends_none_is_not_believed() -> None:
    case = next(case for case in CASES if str(case) == "crossref-search")
    body = json.loads(case.body)
    body["message"]["items"] = []
    assert "40 results and sends none" in str(failure(case, answer(case.ask, body)))


def test_a_huge_page_is_read_whole() -> None:
    case = next(case for case in CASES if str(case) == "crossref-search")
    body = json.loads(case.body)
    body["message"]["items"] = [
        {**body["message"]["items"][0], "DOI": f"10.1234/bread.{number}"} for number in range(500)
    ]
    assert len(case.connector_of_it.read(answer(case.ask, body)).candidates) == 500
