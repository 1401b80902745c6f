"""Read the pages that services merely link to: a story of a forum and a hit of a search engine are addresses alone."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import anyio

from research_agent.live.first_error import first_error
from research_agent.live.outcomes import merged
from research_agent.model.progress import Progress, Step, unwatched
from research_agent.model.search import ServiceOutcome
from research_agent.sources.http.deadline import Deadline
from research_agent.sources.merging import FoundWork
from research_agent.sources.naming import name_in

if TYPE_CHECKING:
    from research_agent.live.services import Services, Told

PAGES: Final = "web"
"""The connector that reads pages."""

MOST_PAGES: Final = 16
"""Pages that are read in a round, those that services rank highest: at two a second, eight seconds."""

_AT_ONCE: Final = 4
"""Pages under way at a time, mostly of different sites; how often the web is asked is the connector's limit."""


class Link(NamedTuple):
    """A page that nobody vouches for."""

    url: str
    score: float


def links_in(works: Sequence[FoundWork], scores: Sequence[float]) -> list[Link]:
    """The pages that are worth reading, the highest ranked first.

    Those are works known by an address alone of which no service keeps a record.
    """
    links = [
        Link(work.source.url, score)
        for work, score in zip(works, scores, strict=True)
        if work.source.existence.state == "not_checked" and name_in(work.source.url)[0] == "url"
    ]
    return sorted(links, key=lambda link: (-link.score, link.url))[:MOST_PAGES]


async def read_links(
    links: Sequence[Link],
    services: "Services",
    deadline: Deadline,
    on_told: Callable[[Link, "Told"], None],
    progress: Progress = unwatched,
) -> ServiceOutcome | None:
    """Read pages, some at a time; what a page says is told as it comes. None: nobody here can read pages.

    A page that its own site keeps to itself is no failure of ours to look elsewhere: it stays a link. Only where no
    page at all could be read, reading is "not checked".
    """
    reader = next((one for one in services.connectors if one.name == PAGES and not one.lacks), None)
    if reader is None or not links:
        return None
    outcomes: list[ServiceOutcome] = []
    waiting = iter(links)

    async def work() -> None:
        for link in waiting:
            told = await services.look_up(PAGES, ("url", link.url), deadline)
            outcomes.append(told.outcome)
            text = f"{reader.title}: {len(outcomes)} of {len(links)} looked at"
            progress(Step(name=f"search {PAGES}", text=text, done=len(outcomes), total=len(links)))
            on_told(link, told)

    with first_error():
        async with anyio.create_task_group() as tasks:
            for _ in range(min(_AT_ONCE, len(links))):
                tasks.start_soon(work)
    read = [one for one in outcomes if one.state in ("answered", "in_part")]
    outcome = merged(PAGES, reader.title, outcomes)
    if not read:
        return outcome
    unread = len(outcomes) - len(read)
    why = f"{unread} of {len(outcomes)} linked pages could not be read and stay links" if unread else ""
    return outcome.model_copy(update={"state": "answered", "why": why})
