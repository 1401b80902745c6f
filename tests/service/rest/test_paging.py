"""Pages of a list: together they are the list, also while it grows; a cursor is ours or nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from research_agent.service.problems import ProblemError
from research_agent.service.rest.paging import cursor_of, page_of, place_of
from tests.service.rest.test_problems import problem

NAMES = st.lists(st.text(min_size=1), unique=True, max_size=40)


def walked(items: list[str], limit: int) -> list[str]:
    seen: list[str] = []
    cursor = ""
    while True:
        shown, cursor = page_of(items, str, limit=limit, cursor=cursor)
        seen += shown
        if not cursor:
            return seen


@given(items=NAMES, limit=st.integers(1, 50))
def test_the_pages_together_are_the_list(items: list[str], limit: int) -> None:
    assert walked(items, limit) == items


@given(items=NAMES, limit=st.integers(1, 5), added=st.text(min_size=1))
def test_what_is_added_before_a_page_makes_nothing_stand_twice(items: list[str], limit: int, added: str) -> None:
    shown, cursor = page_of(items, str, limit=limit, cursor="")
    grown = [added, *(one for one in items if one != added)]
    rest = page_of(grown, str, limit=100, cursor=cursor)[0] if cursor else []
    assert not (set(shown) - {added}) & set(rest)


def test_a_page_goes_on_where_it_was_though_its_last_item_is_gone() -> None:
    items = ["a", "b", "c", "d"]
    _, cursor = page_of(items, str, limit=2, cursor="")
    assert page_of(["a", "x", "c", "d"], str, limit=2, cursor=cursor)[0] == ["c", "d"]


@given(key=st.text(), seen=st.integers(0, 10**6))
def test_a_cursor_comes_back_as_it_was(key: str, seen: int) -> None:
    assert place_of(cursor_of(key, seen)) == (key, seen)


@given(cursor=st.text(min_size=1, max_size=60))
def test_no_text_is_a_cursor_that_is_none_of_ours(cursor: str) -> None:
    try:
        place = place_of(cursor)
    except ProblemError:
        return
    assert place.seen >= 0


def test_the_link_leads_to_the_next_page_and_keeps_the_filters(service: TestClient) -> None:
    ids: list[str] = []
    address = "/v1/sources?domain=2&kind=paper&kind=official_docs&limit=7"
    while address:
        answer = service.get(address)
        page = answer.json()
        ids += [one["id"] for one in page["items"]]
        assert bool(page["next"]) == ("link" in answer.headers)
        address = answer.headers["link"].partition(">")[0].removeprefix("<") if page["next"] else ""
    whole = service.get("/v1/sources?domain=2&kind=paper&kind=official_docs&limit=100").json()["items"]
    assert ids == [one["id"] for one in whole]
    assert len(ids) > 14


@pytest.mark.parametrize("path", ["/v1/guides", "/v1/sources", "/v1/runs", "/v1/models", "/v1/rubrics"])
def test_a_cursor_that_is_none_of_ours_leads_nowhere(service: TestClient, path: str) -> None:
    problem(service.get(path, params={"cursor": "AAAA"}), 404, "unknown-name")


@pytest.mark.parametrize("limit", ["0", "101", "-1", "many", ""])
def test_a_page_has_bounds(service: TestClient, limit: str) -> None:
    problem(service.get("/v1/sources", params={"limit": limit}), 422, "unusable-request")
