"""Find works by words: what services tell of, one list of works in one order. Nothing is taken in."""

from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING, Final

import anyio.to_thread
from pydantic import Field

from research_agent.errors import UnknownNameError, UsageError
from research_agent.live.fan_out import fan_out
from research_agent.live.kinds_seen import kinds_of
from research_agent.live.ranking import Heard, scores_of
from research_agent.model.base import Record
from research_agent.model.progress import Progress, unwatched
from research_agent.model.search import PlannedQuery, ServiceOutcome
from research_agent.sources.http.deadline import Deadline
from research_agent.sources.merging import FoundWork, works_of
from research_agent.sources.origin import shipped_origins

if TYPE_CHECKING:
    from research_agent.live.services import Services, Told

WANTED: Final = 20
"""Works that are shown unless more or fewer are asked for: a screen or two."""

LONGEST_TEXT: Final = 1_000
"""Characters; no service takes more."""
MOST_WANTED: Final = 200
"""Works; what comes behind that many is seldom on the matter, and some services give no more."""
_YEARS: Final = range(1400, 2101)
_SHOWN: Final = 80
"""Characters of words that are no use."""


class Found(Record):
    """What was found, and who could not be asked."""

    works: tuple[FoundWork, ...] = Field(description="One each, those that most services rank highly first.")
    outcomes: tuple[ServiceOutcome, ...] = Field(description="What each service did, in the registry's order.")


async def find_works(
    text: str,
    services: "Services",
    deadline: Deadline,
    *,
    wanted: int = WANTED,
    since: int | None = None,
    services_named: Collection[str] = (),
    progress: Progress = unwatched,
) -> Found:
    """The works that services tell of for some words, the best first.

    Args:
        text: words; "in quotes" they are a phrase.
        services: who can be asked.
        deadline: when the answers have to be there; what came by then counts.
        wanted: works at most; each service is asked for as many.
        since: earliest year, for services that can tell; None: any.
        services_named: names of the connectors that are asked; empty: all that can search and lack nothing.
        progress: is told of each service.

    Raises:
        UsageError: there is nothing to search for, or more than services take; or a number that means nothing.
        UnknownNameError: there is no service of a name.
    """
    _check(text, wanted, since)
    known = [one.name for one in services.connectors]
    for name in services_named:
        if name not in known:
            raise UnknownNameError("service", name, known)
    asked = tuple(name for name in known if not services_named or name in services_named)
    heard: dict[str, list[Heard]] = {}

    def take(_: PlannedQuery, told: "Told") -> None:
        service = told.outcome.service
        heard[service] = [Heard(one, (0, service), rank) for rank, one in enumerate(told.candidates, start=1)]

    query = PlannedQuery(text=text, services=asked, since=since)
    outcomes = await fan_out(services, [query], deadline, take, progress, wanted=wanted)
    told = [one for name in known for one in heard.get(name, ())]
    works = await anyio.to_thread.run_sync(partial(_ranked, told), abandon_on_cancel=True)  # it only computes
    return Found(works=tuple(works[:wanted]), outcomes=outcomes)


def _check(text: str, wanted: int, since: int | None) -> None:
    """Refuse what no service can be asked.

    Raises:
        UsageError: it is that.
    """
    if not text.strip():
        raise UsageError("There is nothing to search for: the words are empty.")
    if not any(map(str.isalnum, text)):
        raise UsageError(f"There is nothing to search for: no letter or digit is in {text.strip()[:_SHOWN]!r}.")
    if len(text) > LONGEST_TEXT:
        raise UsageError(f"That is {len(text):,} characters to search for; {LONGEST_TEXT:,} are the most. Use fewer.")
    if not 1 <= wanted <= MOST_WANTED:
        raise UsageError(f"{wanted} works can't be wanted: ask for 1 to {MOST_WANTED}.")
    if since is not None and since not in _YEARS:
        raise UsageError(f"{since} is no year that works are dated by: give one from {_YEARS[0]} to {_YEARS[-1]}.")


def _ranked(heard: list[Heard]) -> list[FoundWork]:
    candidates = [one.candidate for one in heard]
    works = works_of(candidates, shipped_origins(), kinds=kinds_of(candidates))
    scores = scores_of(works, dict(enumerate(heard)))
    ranked = sorted(zip(scores, works, strict=True), key=lambda one: (-one[0], one[1].source.id))
    return [work for _, work in ranked]
