"""A search for a domain: rounds that close gaps, what the library keeps of it, what is left when it is broken off."""

import asyncio
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import anyio
import pytest

from research_agent import Settings, Workspace
from research_agent.live.links import MOST_PAGES
from research_agent.live.planner import plan
from research_agent.live.rounds import MOST_ROUNDS, ORIGIN, search_domain
from research_agent.model.candidate import Candidate
from research_agent.model.progress import Step
from research_agent.model.search import Search
from research_agent.model.source import Identifiers
from research_agent.prompts import load_profile
from research_agent.research import Request, Research
from research_agent.sources.connectors import Query, connectors
from research_agent.sources.http.deadline import Deadline
from tests.conftest import NOW, SMALL_GUIDE
from tests.live.answering import Opened, answers, good
from tests.live.canned import PAPERS, POSTMORTEM, REPOSITORY, STRANGER, TALK, Canned, a_candidate
from tests.runs.material import filled_small_store
from tests.sources.http.faulty_server import Server, reply

pytestmark = pytest.mark.anyio

EVERYTHING = {"crossref": PAPERS, "github": [REPOSITORY], "stack_exchange": [TALK], "hacker_news": [POSTMORTEM]}


@pytest.fixture(scope="module")
def small_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the small guide's pools; only to be copied."""
    return filled_small_store(tmp_path_factory.getbasetemp())


@pytest.fixture
def workspace(small_store: Path, tmp_path: Path) -> Iterator[Workspace]:
    shutil.copytree(small_store, tmp_path / "store")
    settings = Settings(data_dir=tmp_path / "store", guide=str(SMALL_GUIDE))
    with Workspace.open(settings, clock=lambda: NOW) as opened:
        yield opened


def request_for(workspace: Workspace, domain: str = "3") -> Request:
    return Request(
        guide=workspace.guide,
        domain=workspace.guide.domain(domain),
        rubric=workspace.rubric,
        profile=load_profile("claude"),
        style="apa",
        as_of=NOW.year,
    )


async def searched(
    workspace: Workspace,
    services: Canned,
    domain: str = "3",
    *,
    seconds: float = 60,
    progress: Callable[[Step], None] = lambda _: None,
) -> tuple[Research, Search]:
    return await search_domain(
        request_for(workspace, domain),
        workspace.library,
        services,
        Deadline.after(seconds),
        progress,
        clock=lambda: NOW,
    )


def titles(research: Research) -> set[str]:
    return {entry.source.title for entry in research.bibliography.entries}


# --- what a search brings ---------------------------------------------------------------------------------------------


async def test_an_empty_domain_gets_a_bibliography_of_what_services_told(workspace: Workspace) -> None:
    research, search = await searched(workspace, Canned(EVERYTHING))

    assert titles(research) == {one.title for one in (*PAPERS, REPOSITORY, TALK, POSTMORTEM)}
    assert research.bibliography.complete
    assert search.ended == "the bibliography meets every constraint"
    (only,) = search.rounds
    assert (only.works, only.added, only.left_out, only.chosen, only.gaps) == (6, 6, 0, 6, ())
    assert research.bibliography.search == search
    assert search.at == NOW


async def test_every_claim_of_a_live_source_rests_on_a_sentence_of_its_abstract(workspace: Workspace) -> None:
    research, _ = await searched(workspace, Canned(EVERYTHING))

    entry = next(one for one in research.bibliography.entries if one.source.year == 1978)
    told = [*entry.annotation.establishes, *(note.claim for note in entry.annotation.for_focus)]
    assert told
    assert all(claim.text in PAPERS[0].abstract for claim in told)
    assert {claim.where for claim in told} == {"Abstract, as Crossref gives it"}
    assert all(claim.passages for claim in told)


async def test_a_gap_of_the_first_round_is_closed_by_the_second(workspace: Workspace) -> None:
    first = {query.text for query in plan(workspace.guide, workspace.guide.domain("3"), connectors=connectors())}

    def only_in_other_words(query: Query) -> Sequence[Candidate]:
        return [] if query.text in first else [TALK]

    services = Canned({**EVERYTHING, "stack_exchange": only_in_other_words})
    research, search = await searched(workspace, services)

    one, two = search.rounds
    assert any(gap.startswith("teaching: 0 eligible") for gap in one.gaps)
    assert {query.category for query in two.queries} >= {"teaching"}
    assert (two.added, two.gaps) == (1, ())
    assert research.bibliography.complete
    assert TALK.title in titles(research)
    assert not first.intersection(query.text for query in two.queries if "stack_exchange" in query.services)


async def test_a_search_ends_after_three_rounds_with_the_gaps_that_are_left(workspace: Workspace) -> None:
    numbers = iter(range(10_000))

    def always_another(query: Query) -> Sequence[Candidate]:
        number = next(numbers)
        return [a_candidate(f"Vector clocks {number}", "Vector clocks and version vectors.", doi=f"10.1145/7.{number}")]

    research, search = await searched(workspace, Canned({"crossref": always_another}))

    assert len(search.rounds) == MOST_ROUNDS
    assert search.ended == "3 rounds are the most"
    assert not research.bibliography.complete
    assert search.rounds[-1].gaps == tuple(gap.text for gap in research.bibliography.gaps)


async def test_a_search_ends_when_nothing_new_comes(workspace: Workspace) -> None:
    _, search = await searched(workspace, Canned({"crossref": PAPERS}))

    assert [each.added for each in search.rounds] == [3, 0]
    assert search.ended == "round 2 brought no work that the library did not hold"


async def test_a_search_ends_when_the_time_is_up(workspace: Workspace) -> None:
    research, search = await searched(workspace, Canned({"crossref": PAPERS}), seconds=4)

    assert len(search.rounds) == 1
    assert search.ended == "the time was up"
    assert research.bibliography.entries


async def test_what_comes_near_no_bullet_is_counted_and_not_taken_in(workspace: Workspace) -> None:
    _, search = await searched(workspace, Canned({**EVERYTHING, "dblp": [STRANGER]}))

    assert search.rounds[0].left_out == 1
    assert STRANGER.title not in {source.title for source in workspace.library.sources()}


async def test_the_same_answers_give_the_same_bibliography_in_whatever_order_they_come(
    workspace: Workspace, small_store: Path, tmp_path: Path
) -> None:
    one, _ = await searched(workspace, Canned(EVERYTHING))
    shutil.copytree(small_store, tmp_path / "other")
    with Workspace.open(Settings(data_dir=tmp_path / "other", guide=str(SMALL_GUIDE)), clock=lambda: NOW) as other:
        backwards = Canned(EVERYTHING, among=reversed(connectors()))
        two, _ = await searched(other, backwards)

    assert [entry.source for entry in one.bibliography.entries] == [entry.source for entry in two.bibliography.entries]


# --- pages that services only link to ---------------------------------------------------------------------------------

LINK = a_candidate(POSTMORTEM.title, service="hacker_news", url=POSTMORTEM.url, kind=None, vouched=False, authors=())
PAGE = a_candidate(
    POSTMORTEM.title, POSTMORTEM.abstract, service="web", url=POSTMORTEM.url, kind=None, opened=True, extent="full"
)


async def test_a_page_that_is_only_linked_to_is_read_and_is_a_source_then(workspace: Workspace) -> None:
    services = Canned({**EVERYTHING, "hacker_news": [LINK]}, pages={LINK.url: PAGE})
    research, search = await searched(workspace, services)

    (entry,) = [one for one in research.bibliography.entries if one.source.url == LINK.url]
    assert (entry.source.kind, entry.source.existence.how) == ("postmortem", "read")
    assert {point.where for point in entry.source.placements[0].key_points} == {"Opening of the page"}
    assert services.looked_up == [LINK.url]
    assert {one.service for one in search.rounds[0].services if one.asked} >= {"hacker_news", "web"}
    assert {told.service for told in workspace.library.provenance(entry.source.id)} == {"hacker_news", "web"}


async def test_a_page_that_can_not_be_read_stays_a_link_and_is_left_out(workspace: Workspace) -> None:
    other = LINK.model_copy(update={"url": "https://other.example/vector-clocks", "identifiers": Identifiers()})
    services = Canned({"hacker_news": [LINK, other]}, pages={LINK.url: PAGE, other.url: "answered 403"})
    _, search = await searched(workspace, services)

    (web,) = [one for one in search.rounds[0].services if one.service == "web"]
    assert (web.state, web.why) == ("answered", "1 of 2 linked pages could not be read and stay links")
    assert (search.rounds[0].added, search.rounds[0].left_out) == (1, 1)


async def test_where_no_page_can_be_read_reading_is_not_checked(workspace: Workspace) -> None:
    services = Canned({"hacker_news": [LINK]}, pages={LINK.url: "no network"})
    _, search = await searched(workspace, services)

    assert [(one.service, one.why) for one in search.not_checked] == [("web", "no network")]


async def test_only_the_pages_that_rank_highest_are_read(workspace: Workspace) -> None:
    links = [a_candidate(f"Link {n}", url=f"https://e{n}.example/p", kind=None, vouched=False) for n in range(40)]
    services = Canned({"hacker_news": lambda query: links[len(query.text) % 7 * 5 :]})
    await searched(workspace, services)

    assert len(services.looked_up) == MOST_PAGES


# --- what the library keeps -------------------------------------------------------------------------------------------


async def test_what_a_search_brought_is_there_without_a_network_with_its_provenance(workspace: Workspace) -> None:
    await searched(workspace, Canned(EVERYTHING))
    research, _ = await searched(workspace, Canned(dead="no network"))

    assert titles(research) >= {one.title for one in PAPERS}
    lamport = next(entry.source for entry in research.bibliography.entries if entry.source.year == 1978)
    (told,) = workspace.library.provenance(lamport.id)
    assert (told.service, told.raw) == ("crossref", '{"title": "x"}')
    assert workspace.library.fingerprint(f"{ORIGIN}{workspace.guide.id}")


async def test_a_second_search_keeps_what_the_first_one_brought(workspace: Workspace) -> None:
    await searched(workspace, Canned({"crossref": PAPERS}))
    await searched(workspace, Canned({"github": [REPOSITORY]}))

    held = {source.title for source in workspace.library.sources(workspace.guide.id, "3")}
    assert held == {REPOSITORY.title, *(one.title for one in PAPERS)}


async def test_the_same_search_again_changes_nothing(workspace: Workspace) -> None:
    first, _ = await searched(workspace, Canned(EVERYTHING))
    held = workspace.library.sources()
    second, search = await searched(workspace, Canned(EVERYTHING))

    assert workspace.library.sources() == held
    assert [each.added for each in search.rounds] == [0]
    assert second.bibliography.inputs == first.bibliography.inputs


async def test_services_add_their_signals_to_a_curated_work_whose_text_stays(workspace: Workspace) -> None:
    (curated,) = [one for one in workspace.library.sources() if one.id == "howard-2016-flexible-paxos"]
    told = a_candidate(
        curated.title,
        "The abstract as somebody deposited it, on quorums that intersect.",
        doi=curated.identifiers.doi,
        authors=curated.authors,
        year=2016,
        version="v1",
        publisher="A depositor whose name is longer than the publisher's",
        signals={"citations": 321, "retracted": True},
    )
    research, search = await searched(workspace, Canned({"crossref": [told]}), "1")

    now = workspace.library.source(curated.id)
    same = {"signals": (), "published": None, "updated": None}
    assert now.model_copy(update=same) == curated.model_copy(update=same)
    assert now.signal("citations").value == 321
    assert search.rounds[0].added == 0
    assert curated.id not in {entry.source.id for entry in research.bibliography.entries}  # it was retracted


# --- what fails -------------------------------------------------------------------------------------------------------


async def test_without_a_network_there_is_the_bibliography_of_what_is_there(workspace: Workspace) -> None:
    before = workspace.research("2").bibliography
    research, search = await searched(workspace, Canned(dead="no network: it could not be reached"), "2")

    assert research.bibliography.model_copy(update={"search": None}) == before
    assert {one.why for one in search.not_checked} == {"no network: it could not be reached"}
    asked = {name for query in search.rounds[0].queries for name in query.services}
    assert {one.service for one in search.not_checked} == asked
    assert len(search.rounds) == 1


async def test_of_an_empty_domain_without_a_network_every_service_is_not_checked(workspace: Workspace) -> None:
    research, search = await searched(workspace, Canned(dead="no network"))

    assert research.bibliography.status == "empty"
    assert search.ended == "no service answered"
    assert search.not_checked


async def test_one_dead_service_is_told_and_the_others_are_used(workspace: Workspace) -> None:
    _, search = await searched(workspace, Canned({**EVERYTHING, "arxiv": "answered 503"}))

    assert [(one.service, one.why) for one in search.not_checked] == [("arxiv", "answered 503")]
    assert search.rounds[0].added == 6


async def test_with_no_connector_at_all_there_is_still_a_bibliography(workspace: Workspace) -> None:
    full, _ = await searched(workspace, Canned(among=()), "1")
    empty, search = await searched(workspace, Canned(among=()), "3")

    assert full.bibliography.entries
    assert empty.bibliography.status == "empty"
    assert search.ended == "no service answered"


# --- broken off -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "taken"), [("one work", 0), ("comparing", 0), ("taking in", 6), ("judging", 6), ("proving", 6)]
)
async def test_a_search_that_is_cancelled_at_a_step_leaves_each_work_whole_or_out(
    workspace: Workspace, step: str, taken: int
) -> None:
    scope = anyio.CancelScope()

    def cancel(told: Step) -> None:
        if step in told.text:
            scope.cancel()

    with scope:
        await searched(workspace, Canned(EVERYTHING), progress=cancel)

    assert scope.cancelled_caught
    library = workspace.library
    held = library.sources(workspace.guide.id, "3")
    assert len(held) == taken
    assert all(library.provenance(source.id) and library.passages([source.id]) for source in held)
    status = library.status()
    assert (status.damage, status.without_vector) == ("", 0)
    assert {index.state for index in status.indexes} == {"complete"}
    research, _ = await searched(workspace, Canned(EVERYTHING))
    assert research.bibliography.complete


async def test_a_search_that_is_cancelled_while_services_are_asked_takes_nothing_in(workspace: Workspace) -> None:
    with anyio.CancelScope() as scope:
        await searched(workspace, Canned(EVERYTHING, before=lambda *_: scope.cancel()))

    assert scope.cancelled_caught
    assert workspace.library.sources(workspace.guide.id, "3") == []


async def test_progress_is_told_in_the_event_loop_and_names_services_and_steps(workspace: Workspace) -> None:
    told: list[Step] = []

    def progress(step: Step) -> None:
        asyncio.get_running_loop()  # raises in a worker thread
        told.append(step)

    await searched(workspace, Canned(EVERYTHING), progress=progress)

    names = {step.name for step in told}
    assert {"search crossref", "search domain 3", "domain 3"} <= names


# --- over the real client ---------------------------------------------------------------------------------------------


async def test_the_real_services_are_searched_and_what_they_say_is_judged(
    workspace: Workspace, server: Server, opened: Opened
) -> None:
    for name in ("crossref", "arxiv", "openalex"):
        answers(server, name, good(name))
    answers(server, "github", reply(status=403))
    async with opened("crossref", "arxiv", "openalex", "github") as services:
        research, search = await search_domain(
            request_for(workspace), workspace.library, services, Deadline.after(60), clock=lambda: NOW
        )

    first = search.rounds[0]
    states = {one.service: one.state for one in first.services}
    assert {states[name] for name in ("crossref", "arxiv", "openalex")} <= {"answered", "in_part"}
    assert states["github"] == "not_checked"
    assert first.candidates > 0
    assert first.works == first.added + first.left_out
    assert research.bibliography.search == search
