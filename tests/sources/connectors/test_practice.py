"""What the connectors to standards, code, forums, packages and archives read in the answers of their services."""

import pytest

from research_agent.errors import ServiceBusyError, ServiceRefusedError
from research_agent.sources.connectors import Ask, Page, Query, connector
from tests.sources.connectors.exchanges import ACCESS, FIXTURES, STAND_IN, answer, loaded, read, signals


def search_of_rfcs(text: str, since: int | None = None) -> Page:
    service = connector("ietf", STAND_IN)
    ask = service.search(Query(text=text, since=since))
    assert ask is not None
    return service.read(answer(ask, (FIXTURES / "ietf_index.xml").read_bytes()))


# --- RFC Editor and Datatracker -------------------------------------------------------------------------------------


def test_an_rfc_says_what_it_replaced_and_that_nothing_replaced_it() -> None:
    (rfc,) = read("ietf", "ietf_rfc.json", look_up=("rfc", "9110")).candidates
    assert (rfc.identifiers.rfc, rfc.kind, rfc.published) == (9110, "standard", "2022-06")
    assert rfc.authors == ("R. Fielding", "M. Nottingham", "J. Reschke")
    assert signals(rfc) == {
        "standard_status": "internet_standard",
        "obsoleted_by": False,
        "obsoletes": "RFC 2818, RFC 7231",
    }


def test_an_obsoleted_rfc_is_found_with_what_replaced_it() -> None:
    newest, older = search_of_rfcs("HTTP semantics").candidates
    assert (newest.identifiers.rfc, older.identifiers.rfc) == (9110, 7231)
    assert signals(older)["obsoleted_by"] == "RFC 9110"


def test_every_word_of_a_search_has_to_be_in_an_rfc() -> None:
    assert search_of_rfcs("coffee HTTP").total == 0
    assert [one.identifiers.rfc for one in search_of_rfcs("coffee").candidates] == [2324, 7168]
    assert [one.identifiers.rfc for one in search_of_rfcs("coffee", since=2000).candidates] == [7168]


def test_an_rfc_is_found_by_its_number() -> None:
    assert [one.identifiers.rfc for one in search_of_rfcs("RFC 2324").candidates] == [2324]


def test_the_day_of_an_rfc_is_read_where_it_has_one() -> None:
    assert search_of_rfcs("RFC 2324").candidates[0].published == "1998-04-01"


def test_a_draft_has_the_days_of_its_first_and_last_revision() -> None:
    (draft,) = read("ietf", "ietf_draft.json", look_up=("draft", "draft-example-bread-transport")).candidates
    assert (draft.published, draft.updated, draft.version) == ("2025-01-02", "2026-02-03", "03")
    assert draft.kind == "draft"
    assert draft.abstract == "Loaves are carried."


def test_an_rfc_that_does_not_exist_is_absent_in_html() -> None:
    service = connector("ietf")
    ask = service.look_up(("rfc", "99999"))
    assert ask is not None
    assert service.read(answer(ask, "<html>404</html>", status=404)).absent


# --- GitHub ---------------------------------------------------------------------------------------------------------


def following(page: Page) -> Ask:
    assert page.next is not None
    return page.next


def test_a_repository_is_followed_by_its_latest_release() -> None:
    service = connector("github")
    page = read("github", "github_record.json", look_up=("repository", "github.com/mill-society/levain"))
    ask = following(page)
    assert ask.address.endswith("/repos/mill-society/levain/releases/latest")
    (notes,) = service.read(answer(ask, loaded("github_release.json"))).candidates
    assert (notes.kind, notes.version, notes.title) == ("release_notes", "v2.1.0", "mill-society/levain v2.1.0")
    assert signals(notes)["last_release"] == "v2.1.0 (2026-10-01)"


def test_a_repository_without_a_release_is_no_failure() -> None:
    page = read("github", "github_record.json", look_up=("repository", "github.com/mill-society/levain"))
    gone = answer(following(page), {"message": "Not Found", "status": "404"}, status=404)
    assert connector("github").read(gone).absent


def test_archived_and_forked_repositories_are_told() -> None:
    alive, archived, fork = read("github", "github_search.json").candidates
    assert (signals(alive)["archived"], signals(archived)["archived"]) == (False, True)
    assert signals(fork)["forked"] is True
    assert (alive.licence, archived.licence, fork.licence) == ("MIT", "", "")


def test_a_renamed_repository_is_told() -> None:
    page = read("github", "github_record.json", look_up=("repository", "github.com/ada/starter"))
    (one,) = page.candidates
    assert signals(one)["renamed_to"] == "mill-society/levain"
    assert one.also_at == ("https://github.com/ada/starter",)


@pytest.mark.parametrize("name", ["gitlab.com/a/b", "github.com/a/b/docs/x.md"])
def test_what_is_no_repository_of_github_is_not_looked_up_there(name: str) -> None:
    assert connector("github").look_up(("repository", name)) is None


def test_a_spent_limit_of_github_is_a_wait_under_403_too() -> None:
    service = connector("github")
    ask = service.search(Query(text="yeast"))
    assert ask is not None
    spent = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1795521690"}
    with pytest.raises(ServiceBusyError) as caught:
        service.read(answer(ask, {"message": "API rate limit exceeded for 192.0.2.1."}, status=403, headers=spent))
    assert caught.value.wait_seconds == 90.0
    with pytest.raises(ServiceRefusedError):
        service.read(answer(ask, {"message": "Bad credentials"}, status=403))


def test_a_search_that_github_stopped_is_called_incomplete() -> None:
    service = connector("github")
    ask = service.search(Query(text="yeast", wanted=3))
    assert ask is not None
    page = service.read(answer(ask, {**loaded("github_search.json"), "incomplete_results": True}))
    assert "stopped" in page.partial


def test_a_query_for_github_is_never_longer_than_it_takes() -> None:
    ask = connector("github").search(Query(text="sourdough " * 90, since=2021))
    assert ask is not None
    assert len(ask.about) <= 256
    assert ask.about.endswith("pushed:>=2021-01-01")


# --- Stack Exchange -------------------------------------------------------------------------------------------------


def test_a_question_keeps_its_angle_brackets_and_names_its_licence() -> None:
    first, second = read("stack_exchange", "stack_exchange_search.json", wanted=2).candidates
    assert first.title == "Why doesn't std::vector<Loaf> rise?"
    assert first.authors == ("Ada & Co",)
    assert (first.licence, first.published, first.updated) == ("CC BY-SA 4.0", "2017-07-14", "2020-09-13")
    assert signals(second) == {"votes": -1, "answers": 0, "answered": False, "closed": "Duplicate"}


def test_backoff_is_handed_on() -> None:
    page = read("stack_exchange", "stack_exchange_record.json", look_up=("url", "https://stackoverflow.com/q/1"))
    assert page.wait_seconds == 10


def test_a_throttle_of_stack_exchange_is_a_wait_under_400() -> None:
    service = connector("stack_exchange")
    ask = service.search(Query(text="yeast"))
    assert ask is not None
    throttle = {
        "error_id": 502,
        "error_name": "throttle_violation",
        "error_message": "too many requests from this IP, more requests available in 42 seconds",
    }
    with pytest.raises(ServiceBusyError) as caught:
        service.read(answer(ask, throttle, status=400))
    assert caught.value.wait_seconds == 42
    with pytest.raises(ServiceRefusedError):
        service.read(answer(ask, {**throttle, "error_id": 400, "error_name": "bad_parameter"}, status=400))


def test_more_pages_are_asked_for_while_there_are_more() -> None:
    page = read("stack_exchange", "stack_exchange_search.json", wanted=2)
    assert "page=2" in following(page).address
    assert read("stack_exchange", "stack_exchange_empty.json").next is None


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://stackoverflow.com/questions/1/why", "site=stackoverflow"),
        ("https://cooking.stackexchange.com/questions/1/why", "site=cooking"),
        ("https://superuser.com/q/1", "site=superuser"),
        ("https://stackoverflow.com/users/1/ada", None),
        ("https://stackoverflow.com.evil.example/questions/1/why", None),
        ("https://example.org/questions/1", None),
    ],
)
def test_a_question_is_looked_up_at_its_site(url: str, site: str | None) -> None:
    ask = connector("stack_exchange").look_up(("url", url))
    assert (ask is None) == (site is None)
    assert ask is None or f"{site}&" in ask.address


def test_a_question_that_is_gone_is_absent() -> None:
    assert read("stack_exchange", "stack_exchange_empty.json", look_up=("url", "https://stackoverflow.com/q/1")).absent


# --- Hacker News ----------------------------------------------------------------------------------------------------


def test_whoever_links_to_a_page_is_not_its_author() -> None:
    linked, asked = read("hacker_news", "hacker_news_search.json", wanted=2).candidates
    assert (linked.url, linked.authors, linked.published, linked.kind) == (
        "https://bakery.example.com/why-bread-fails",
        (),
        None,
        None,
    )
    assert not linked.vouched
    assert signals(linked)["discussed_at"] == "https://news.ycombinator.com/item?id=11"
    assert (asked.kind, asked.authors, asked.published) == ("community_post", ("ada",), "2024-05-06")
    assert asked.vouched


def test_hacker_news_has_pages_numbered_from_nought() -> None:
    assert "page=1" in following(read("hacker_news", "hacker_news_search.json", wanted=2)).address


# --- ecosyste.ms ----------------------------------------------------------------------------------------------------


def test_a_package_tells_its_release_and_whether_it_is_abandoned() -> None:
    alive, abandoned = read("ecosystems", "ecosystems_search.json").candidates
    assert alive.url == "https://github.com/mill-society/levain"
    assert (alive.version, signals(alive)["last_release"]) == ("2.1.0", "2.1.0 (2026-10-01)")
    assert (signals(alive)["archived"], signals(abandoned)["archived"]) == (False, True)
    assert signals(alive)["downloads"] == "12345 in last month"
    assert (abandoned.version, abandoned.authors, abandoned.kind) == (None, (), None)


def test_only_a_name_of_a_package_is_asked_for() -> None:
    service = connector("ecosystems", ACCESS)
    assert service.search(Query(text="wild yeast in winter")) is None
    ask = service.search(Query(text="@mill/levain"))
    assert ask is not None
    assert "name=%40mill/levain" in ask.address


def test_a_package_that_is_not_known_yet_may_be_known_later() -> None:
    page = read("ecosystems", "ecosystems_empty.json", look_up=("repository", "github.com/a/b"))
    assert page.absent
    assert "later" in page.partial


# --- Wayback Machine ------------------------------------------------------------------------------------------------


def test_a_copy_in_the_archive_is_offered() -> None:
    (copy,) = read("wayback", "wayback_record.json", look_up=("url", "https://bakery.example.com/gone")).candidates
    assert copy.title == ""
    assert copy.url == "https://bakery.example.com/gone"
    assert signals(copy) == {
        "archived_copy": "https://web.archive.org/web/20240102030405/https://bakery.example.com/gone",
        "archived_on": "2024-01-02",
    }


def test_an_archive_without_a_copy_says_that_it_may_not_have_looked() -> None:
    page = read("wayback", "wayback_empty.json", look_up=("url", "https://bakery.example.com/gone"))
    assert page.absent
    assert "can't reach" in page.partial


def test_a_copy_of_an_error_page_is_no_copy() -> None:
    body = loaded("wayback_record.json")
    body["archived_snapshots"]["closest"]["status"] = "404"
    service = connector("wayback")
    ask = service.look_up(("url", "https://bakery.example.com/gone"))
    assert ask is not None
    page = service.read(answer(ask, body))
    assert page.absent
    assert "error page (404)" in page.partial


def test_an_address_with_a_query_is_asked_for_whole() -> None:
    ask = connector("wayback").look_up(("url", "https://bakery.example.com/x?a=1&b=2"))
    assert ask is not None
    assert ask.address.endswith("url=https://bakery.example.com/x%3Fa%3D1%26b%3D2")
