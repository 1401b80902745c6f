"""Works found by words: one of each, in one order, with what could not be asked; nothing is taken in."""

from itertools import permutations

import pytest

from research_agent.errors import UnknownNameError, UsageError
from research_agent.live.finding import Found, find_works
from research_agent.sources.connectors import connectors
from research_agent.sources.http.deadline import Deadline
from tests.live.answering import Opened, answers, good
from tests.live.canned import PAPERS, REPOSITORY, Canned, a_candidate
from tests.sources.http.faulty_server import Server, reply

pytestmark = pytest.mark.anyio

LAMPORT, SIZES, HYBRID = PAPERS


def titles(found: Found) -> list[str]:
    return [work.source.title for work in found.works]


async def test_a_work_that_more_services_rank_highly_comes_first(soon: Deadline) -> None:
    again = a_candidate(HYBRID.title, service="dblp", doi=HYBRID.identifiers.doi, authors=HYBRID.authors, year=2019)
    found = await find_works("clocks", Canned({"crossref": [SIZES, HYBRID], "dblp": [again]}), soon)

    assert titles(found) == [HYBRID.title, SIZES.title]
    assert {one.service for one in found.works[0].provenance} == {"crossref", "dblp"}


async def test_every_service_that_can_search_is_asked_the_words_as_they_are(soon: Deadline) -> None:
    services = Canned()
    await find_works('"vector clocks" of stores', services, soon, since=2015, wanted=7)

    asked = dict(services.asked)
    assert {"crossref", "arxiv", "github", "ietf"} <= set(asked)
    assert {(query.text, query.since, query.wanted) for query in asked.values()} == {
        ('"vector clocks" of stores', 2015, 7)
    }


async def test_only_the_named_services_are_asked_and_all_have_an_outcome(soon: Deadline) -> None:
    services = Canned({"dblp": [LAMPORT]})
    found = await find_works("clocks", services, soon, services_named=["dblp"])

    assert {name for name, _ in services.asked} == {"dblp"}
    assert [one.service for one in found.outcomes] == [one.name for one in services.connectors]
    assert {one.service for one in found.outcomes if one.state != "not_asked"} == {"dblp"}


async def test_no_more_works_are_told_than_are_wanted(soon: Deadline) -> None:
    found = await find_works("clocks", Canned({"crossref": PAPERS, "github": [REPOSITORY]}), soon, wanted=2)

    assert len(found.works) == 2


async def test_a_dead_service_is_not_checked_and_never_an_empty_list(soon: Deadline) -> None:
    found = await find_works("clocks", Canned({"crossref": PAPERS, "arxiv": "answered 503"}), soon)

    assert {(one.service, one.why) for one in found.outcomes if one.state == "not_checked"} == {
        ("arxiv", "answered 503")
    }
    assert len(found.works) == 3


async def test_the_order_in_which_services_answer_makes_no_difference(soon: Deadline) -> None:
    table = {"crossref": [LAMPORT, SIZES], "dblp": [HYBRID], "github": [REPOSITORY]}
    among = [one for one in connectors() if one.name in table]
    orders = [await find_works("clocks", Canned(table, among=order), soon) for order in permutations(among)]

    assert len({tuple(titles(found)) for found in orders}) == 1


async def test_a_bare_link_is_found_too(soon: Deadline) -> None:
    link = a_candidate("A link", kind=None, vouched=False, service="hacker_news", url="https://example.org/p")
    (work,) = (await find_works("clocks", Canned({"hacker_news": [link]}), soon)).works

    assert (work.source.kind, work.source.existence.state) == ("community_post", "not_checked")


@pytest.mark.parametrize(
    ("text", "given", "told"),
    [
        ("  ", {}, "the words are empty"),
        ("?! ...", {}, "no letter or digit"),
        ("clock " * 400, {}, "1,000 are the most"),
        ("clocks", {"wanted": 0}, "ask for 1 to"),
        ("clocks", {"since": 12}, "no year"),
    ],
)
async def test_what_no_service_can_be_asked_is_a_mistake(
    soon: Deadline, text: str, given: dict[str, int], told: str
) -> None:
    services = Canned()
    with pytest.raises(UsageError, match=told):
        await find_works(text, services, soon, wanted=given.get("wanted", 20), since=given.get("since"))
    assert services.asked == []


async def test_an_unknown_service_is_a_mistake_with_the_names_near_it(soon: Deadline) -> None:
    with pytest.raises(UnknownNameError, match="crossref"):
        await find_works("clocks", Canned(), soon, services_named=["crosref"])


async def test_the_real_services_are_found_in(server: Server, opened: Opened, soon: Deadline) -> None:
    for name in ("crossref", "arxiv"):
        answers(server, name, good(name))
    answers(server, "dblp", reply(status=403))
    async with opened("crossref", "arxiv", "dblp") as services:
        found = await find_works("yeast", services, soon)

    assert found.works
    assert {one.service: one.state for one in found.outcomes} == {
        "crossref": "answered",
        "arxiv": "answered",
        "dblp": "not_checked",
    }
