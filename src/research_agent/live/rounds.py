"""Search live sources for a domain, round by round: ask, take in, make the bibliography, ask for what it misses.

What a search brings is ingested for good, so a later run without a network still has it. The event loop is never
blocked: what computes or writes runs in worker threads, and a cancelled search stops before the next piece of it.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

import anyio
import anyio.from_thread
import anyio.to_thread

from research_agent.live.fan_out import fan_out
from research_agent.live.holdings import Holdings
from research_agent.live.kinds_seen import kinds_of
from research_agent.live.links import Link, links_in, read_links
from research_agent.live.placing import Placed, Placing, place
from research_agent.live.planner import plan
from research_agent.live.ranking import Heard, scores_of
from research_agent.model.bibliography import Bibliography, Gap
from research_agent.model.progress import Progress, Step, unwatched
from research_agent.model.search import PlannedQuery, Round, Search, ServiceOutcome
from research_agent.research import Request, Research, research_domain
from research_agent.sources.http.deadline import Deadline
from research_agent.sources.merging import works_of
from research_agent.sources.origin import shipped_origins

if TYPE_CHECKING:
    from research_agent.library.library import Library
    from research_agent.live.services import Services, Told

MOST_ROUNDS: Final = 3
"""The third still finds what other words call it; a fourth would repeat them."""

BEST_OF_AN_ANSWER: Final = 10
"""Candidates that one service may bring to one query: a round puts some fifty queries to ten services, and what a
service ranks lower than its tenth is seldom on the matter."""

ORIGIN: Final = "live:"
"""How the name of the origin begins under which the library holds what searches brought; the guide's id follows."""

_SHORTEST_ROUND: Final = 5.0
"""Seconds without which no further round begins: services that are asked at once answer in one or two."""
_SHARE_OF_A_ROUND: Final = 0.5
"""Part of the time left that a round may wait for services; the rest is for reading, and for further rounds."""
_AT_A_TIME: Final = 24
"""Works that are taken in at once: a second or two, after which a cancelled search stops."""
_READ_AT_A_TIME: Final = 16
"""Abstracts that are compared at once; a fraction of a second."""

_T = TypeVar("_T")


def _utc_now() -> datetime:
    return datetime.now(UTC)


async def search_domain(
    request: Request,
    library: "Library",
    services: "Services",
    deadline: Deadline,
    progress: Progress = unwatched,
    *,
    clock: Callable[[], datetime] = _utc_now,
) -> tuple[Research, Search]:
    """A domain's bibliography of what the library held and what services told of, and how they were asked.

    Without a network it is the bibliography of what the library holds, and every service is "not checked". Cancelled at
    any moment, the library holds each work of the search whole or not at all.

    Args:
        request: what is asked for.
        library: is searched, and takes in what comes.
        services: who is asked.
        deadline: when services are asked no longer; what came by then is worked up after it.
        progress: is told of each service and step, in the caller's event loop.
        clock: tells the time, with its zone.

    Raises:
        StoreError: the library can't be written.
        EmbeddingError: the embedding model failed.
    """
    searching = _Searching(request, library, services, progress)
    begun = clock()
    rounds: list[Round] = []
    missing: Sequence[Gap] | None = None
    while True:
        asked = [query for each in rounds for query in each.queries]
        queries = plan(request.guide, request.domain, missing=missing, connectors=services.connectors, asked=asked)
        if rounds and not queries:
            ended = "no service is left that could be asked for what is missing in other words"
            break
        made, research = await searching.round(len(rounds) + 1, queries, deadline)
        rounds.append(made)
        ended = _why_ended(rounds, research.bibliography, deadline)
        if ended:
            break
        missing = research.bibliography.gaps
    search = Search(at=begun, rounds=tuple(rounds), ended=ended, stand_ins=services.stand_ins)
    bibliography = research.bibliography.model_copy(update={"search": search})
    return research.model_copy(update={"bibliography": bibliography}), search


def _why_ended(rounds: Sequence[Round], bibliography: Bibliography, deadline: Deadline) -> str:
    """Why there is no further round; empty: there is one."""
    last = rounds[-1]
    if bibliography.complete:
        return "the bibliography meets every constraint"
    if not any(service.state in ("answered", "in_part") for service in last.services):
        return "no service answered"
    if not last.added:
        return f"round {last.number} brought no work that the library did not hold"
    if len(rounds) == MOST_ROUNDS:
        return f"{MOST_ROUNDS} rounds are the most"
    return "the time was up" if not deadline.allows(_SHORTEST_ROUND) else ""


class _Brought(NamedTuple):
    """What services told in a round, worked up."""

    candidates: int
    works: int
    placing: Placing


class _Searching:
    """The rounds of one search."""

    def __init__(self, request: Request, library: "Library", services: "Services", progress: Progress) -> None:
        self._request, self._library, self._services, self._progress = request, library, services, progress

    async def round(self, number: int, queries: Sequence[PlannedQuery], deadline: Deadline) -> tuple[Round, Research]:
        """Ask, take in what is near, and make the bibliography anew."""
        heard, outcomes = await self._ask(queries, deadline)
        pages, outcomes = await self._read_links(heard, outcomes, deadline)
        brought = await _in_thread(partial(self._work_up, [*heard, *pages]))
        await _in_thread(partial(self._take_in, brought.placing.placed))
        research = await _in_thread(partial(research_domain, self._request, self._library, self._tell))
        return self._told(number, queries, outcomes, brought, research.bibliography), research

    async def _ask(
        self, queries: Sequence[PlannedQuery], deadline: Deadline
    ) -> tuple[list[Heard], tuple[ServiceOutcome, ...]]:
        """What services told by the time that a round has, each answer's best, in an order of their own."""
        answers: dict[tuple[int, str], list[Heard]] = {}
        positions = {query: position for position, query in enumerate(queries)}

        def take(query: PlannedQuery, told: "Told") -> None:
            answer = (positions[query], told.outcome.service)
            best = told.candidates[:BEST_OF_AN_ANSWER]
            answers[answer] = [Heard(candidate, answer, rank) for rank, candidate in enumerate(best, start=1)]

        until = deadline.within(deadline.remaining * _SHARE_OF_A_ROUND)
        outcomes = await fan_out(self._services, queries, until, take, self._progress, wanted=BEST_OF_AN_ANSWER)
        # Not in the order in which services happened to answer: the same answers make the same works.
        return [one for _, best in sorted(answers.items()) for one in best], outcomes

    async def _read_links(
        self, heard: Sequence[Heard], outcomes: tuple[ServiceOutcome, ...], deadline: Deadline
    ) -> tuple[list[Heard], tuple[ServiceOutcome, ...]]:
        """What the pages say that services only link to, in the place of the links; and who could not be read."""
        links = await _in_thread(partial(_links_in, heard))
        told_by: dict[str, list[Heard]] = {}

        def take(link: Link, told: "Told") -> None:
            # An answer of its own, which the page leads: what was read ranks before what is merely linked to.
            told_by[link.url] = [Heard(one, (-1, link.url), 1) for one in told.candidates]

        until = deadline.within(deadline.remaining * _SHARE_OF_A_ROUND)
        outcome = await read_links(links, self._services, until, take, self._progress)
        if outcome is not None:
            outcomes = tuple(outcome if one.service == outcome.service else one for one in outcomes)
        return [one for _, pages in sorted(told_by.items()) for one in pages], outcomes

    # --- in worker threads ------------------------------------------------------------------------------------------

    def _work_up(self, heard: Sequence[Heard]) -> _Brought:
        """Make works of the candidates, and find each its place."""
        self._say("finding out which candidates are one work")
        candidates = [one.candidate for one in heard]
        works = works_of(candidates, shipped_origins(), kinds=kinds_of(candidates))
        anyio.from_thread.check_cancelled()
        self._say(f"comparing {len(works)} works with its bullets")
        placing = place(
            works,
            scores_of(works, dict(enumerate(heard))),
            self._request.guide,
            self._request.domain,
            holdings=Holdings(self._library.sources(), self._records_of),
            cosines=self._cosines,
        )
        return _Brought(len(heard), len(works), placing)

    def _records_of(self, source: str) -> set[str]:
        return {one.record or one.address for one in self._library.provenance(source)}

    def _cosines(self, texts: Sequence[str]) -> list[float]:
        bullets = self._library.question_vectors([focus.text for focus in self._request.domain.focus])
        nearest: list[float] = []
        for start in range(0, len(texts), _READ_AT_A_TIME):
            anyio.from_thread.check_cancelled()
            vectors = self._library.question_vectors(texts[start : start + _READ_AT_A_TIME])
            nearest += [float(cosine) for cosine in (vectors @ bullets.T).max(axis=1)]
        return nearest

    def _take_in(self, placed: Sequence[Placed]) -> None:
        """Take in works with what services said of them, some at a time.

        What was said is kept first: a work without its provenance would be one that nobody can trace.
        """
        for start in range(0, len(placed), _AT_A_TIME):
            anyio.from_thread.check_cancelled()
            self._say(f"taking in works {start + 1} to {min(start + _AT_A_TIME, len(placed))} of {len(placed)}")
            some = placed[start : start + _AT_A_TIME]
            self._library.keep_provenance([(one.source, one.work.provenance) for one in some])
            origin = f"{ORIGIN}{self._request.guide.id}"
            self._library.ingest(origin, [one.source for one in some], replace=False)

    # --- what is told -----------------------------------------------------------------------------------------------

    def _told(
        self,
        number: int,
        queries: Sequence[PlannedQuery],
        outcomes: tuple[ServiceOutcome, ...],
        brought: _Brought,
        bibliography: Bibliography,
    ) -> Round:
        taken = {one.source.id for one in brought.placing.placed}
        return Round(
            number=number,
            queries=tuple(queries),
            services=outcomes,
            candidates=brought.candidates,
            works=brought.works,
            added=sum(one.new for one in brought.placing.placed),
            left_out=len(brought.placing.left_out),
            chosen=sum(
                not taken.isdisjoint((entry.source.id, *entry.source.aliases)) for entry in bibliography.entries
            ),
            gaps=tuple(gap.text for gap in bibliography.gaps),
        )

    def _say(self, doing: str) -> None:
        domain = self._request.domain.id
        self._tell(Step(name=f"search domain {domain}", text=f"Domain {domain}: {doing}", done=0, total=1))

    def _tell(self, step: Step) -> None:
        """Tell a step in the event loop; the thread of a cancelled search ends here."""
        anyio.from_thread.check_cancelled()
        anyio.from_thread.run_sync(self._progress, step)


def _links_in(heard: Sequence[Heard]) -> list[Link]:
    works = works_of([one.candidate for one in heard], shipped_origins())
    return links_in(works, scores_of(works, dict(enumerate(heard))))


async def _in_thread(work: Callable[[], _T]) -> _T:
    """Run it in a worker thread, and wait for its end even if the search is cancelled: it may be writing."""
    return await anyio.to_thread.run_sync(work)
