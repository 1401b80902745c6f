"""What a workspace does with live sources: search before a bibliography is made, find, add and check works.

All of it is asynchronous, since it waits for services; `asking` is the way in for a caller that is not.
"""

import re
from collections.abc import Awaitable, Callable, Collection, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

import anyio
import anyio.to_thread
from pydantic import Field

from research_agent.errors import UsageError
from research_agent.live.adding import take_in
from research_agent.live.combination import work_called
from research_agent.live.finding import WANTED, Found, find_works
from research_agent.live.holdings import Holdings
from research_agent.live.lookup import LookedUp, look_up_work, named
from research_agent.live.rounds import search_domain
from research_agent.live.services import Services
from research_agent.live.verify_library import WITHIN_DAYS, verify_library
from research_agent.model.base import Record
from research_agent.model.kinds import Kind
from research_agent.model.progress import Progress, Step, unwatched
from research_agent.model.search import ServiceOutcome, TakenIn
from research_agent.sources.http.deadline import Deadline
from research_agent.sources.identity import names_of
from research_agent.sources.naming import name_of

if TYPE_CHECKING:
    from research_agent.model.source import Source
    from research_agent.model.verification import Verification, VerificationReport
    from research_agent.research import Research
    from research_agent.settings import Settings
    from research_agent.sources.merging import FoundWork
    from research_agent.workspace import Workspace

_T = TypeVar("_T")

_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]*://\S", re.IGNORECASE)
"""How an address begins (RFC 3986, section 3.1)."""

LOOKING_UP = 30.0
"""Seconds that one look-up may take: some five services, a page, and a text or its copy."""


class AddedWork(Record):
    """What came of adding a work by its name."""

    looked_up: LookedUp = Field(description="What services told; the work is of the kind that a person said.")
    taken_in: TakenIn | None = Field(default=None, description="What became of it; None: it was not found.")


class FoundAndKept(Record):
    """What was found for some words, and which of it the library took in."""

    found: Found = Field(description="The works, and who could not be asked.")
    taken_in: tuple[TakenIn, ...] = Field(
        default=(), description="For each work what became of it; empty: nothing was to be taken in."
    )
    held: tuple[str, ...] = Field(
        default=(), description="For each work the id under which the library held it before; empty text: it did not."
    )
    not_found: str = Field(
        default="",
        description="Of a name: who answered that there is no such work, all that could know it; empty: it was found, "
        "or nobody could say, or words were searched for.",
    )

    @property
    def not_checked(self) -> tuple[ServiceOutcome, ...]:
        """Services that failed, in part or in whole."""
        return tuple(one for one in self.found.outcomes if one.state in ("in_part", "not_checked"))


def asking(settings: "Settings", work: Callable[[Services], Awaitable[_T]]) -> _T:
    """Open the services of the settings, do some work with them, and wait for its end.

    Raises:
        UsageError: the address of an own service can't be read.
        StoreError: the data directory can't be used.
    """

    async def opened() -> _T:
        async with Services.open(settings) as services:
            return await work(services)

    return anyio.run(opened)


async def research_live(
    workspace: "Workspace", domain: str, services: Services, progress: Progress = unwatched
) -> "Research":
    """Search live sources for a domain, then produce its prompt and bibliography; both are kept in the library.

    The search takes `search_seconds` of the settings at most. What services could not be asked is in the bibliography.

    Raises:
        UnknownNameError: the guide has no such domain.
    """
    deadline = Deadline.after(workspace.settings.search_seconds)
    request = workspace.request(domain)
    research, _ = await search_domain(request, workspace.library, services, deadline, progress, clock=workspace.clock)
    await anyio.to_thread.run_sync(workspace.keep, research)
    return research


async def research_all_live(
    workspace: "Workspace", services: Services, progress: Progress = unwatched
) -> "tuple[Research, ...]":
    """Search live sources for every domain of the guide in its order, each for `search_seconds` at most."""
    domains = workspace.guide.domains
    results = []
    for done, domain in enumerate(domains):
        progress(Step(name="all", text=f"Domain {domain.id}: {domain.name}", done=done, total=len(domains)))
        results.append(await research_live(workspace, domain.id, services, progress))
    return tuple(results)


async def add_work(
    workspace: "Workspace", text: str, services: Services, *, domains: Sequence[str] = (), kind: Kind | None = None
) -> AddedWork:
    """Look a work up by a DOI, an arXiv id, an RFC, a repository or an address, and take it into the library.

    Args:
        workspace: whose library and guide.
        text: the name; see `live.lookup.named`.
        services: who is asked.
        domains: number, slug or name of domains that it is to serve; empty: the nearest.
        kind: what it is, where a person knows it; None: what services take it for.

    Raises:
        UsageError: the text names no work that can be looked up.
        UnknownNameError: the guide has no such domain.
    """
    places = [workspace.guide.domain(domain) for domain in domains]
    named(text)
    looked = await look_up_work(text, services, Deadline.after(LOOKING_UP))
    work = looked.work
    if work is None:
        return AddedWork(looked_up=looked)
    (taken,) = await anyio.to_thread.run_sync(
        partial(take_in, [work], workspace.library, workspace.guide, places, kind=kind)
    )
    if taken.source:  # a person's word on the kind, now or before, wins over that of services
        of_kind = {"kind": workspace.library.source(taken.source).kind}
        work = work.model_copy(update={"source": work.source.model_copy(update=of_kind)})
    return AddedWork(looked_up=looked.model_copy(update={"work": work}), taken_in=taken)


async def find_sources(
    workspace: "Workspace",
    text: str,
    services: Services,
    *,
    domain: str = "",
    wanted: int = WANTED,
    since: int | None = None,
    services_named: Collection[str] = (),
    seconds: float | None = None,
    progress: Progress = unwatched,
) -> FoundAndKept:
    """Ask services for works by words; with a domain, take them in for it.

    Args:
        workspace: whose settings, library and guide.
        text: words; "in quotes" they are a phrase. Or the name of one work (a DOI, an arXiv id, an RFC, a repository,
            an address), which is looked up at all that know such names.
        services: who can be asked.
        domain: number, slug or name of the domain that they are taken in for; empty: nothing is taken in.
        wanted: works at most.
        since: earliest year; None: any.
        services_named: names of the connectors that are asked words; empty: all that can search.
        seconds: that services are given; None: `search_seconds` of the settings.
        progress: is told of each service.

    Raises:
        UsageError: there is nothing to search for, or it is an address that is not on the public web.
        UnknownNameError: there is no service or domain of a name.
    """
    places = [workspace.guide.domain(domain)] if domain else []
    for name in services_named:
        services.connector(name)
    not_found = ""
    if _names_a_work(text):
        looked = await look_up_work(text, services, Deadline.after(min(LOOKING_UP, seconds or LOOKING_UP)))
        found = Found(works=tuple(filter(None, [looked.work])), outcomes=looked.services)
        not_found = looked.why if looked.state == "not_found" else ""
    else:
        deadline = Deadline.after(seconds or workspace.settings.search_seconds)
        found = await find_works(
            text, services, deadline, wanted=wanted, since=since, services_named=services_named, progress=progress
        )
    held = await anyio.to_thread.run_sync(_held, workspace, found.works)
    if not places:
        return FoundAndKept(found=found, held=held, not_found=not_found)
    taken = await anyio.to_thread.run_sync(
        partial(take_in, found.works, workspace.library, workspace.guide, places, near=True)
    )
    return FoundAndKept(found=found, taken_in=taken, held=held, not_found=not_found)


def _names_a_work(text: str) -> bool:
    """Whether it is a name or an address, also one that may not be asked: services are never told it as words."""
    return name_of(text.strip()) is not None or bool(_ADDRESS.match(text.strip()))


def held_source(workspace: "Workspace", text: str) -> "Source":
    """The source of the library with this id or alias, or that a DOI, an arXiv id, an RFC or an address names.

    Raises:
        UnknownNameError: there is no such id.
        UsageError: the library holds no work of that name.
    """
    name = name_of(text)
    if name is None:
        return workspace.source(text)
    held = next((one for one in workspace.library.sources() if name in names_of(one)), None)
    if held is None:
        raise UsageError(f"The library holds no work under {work_called(*name)}. Add it first, by this name.")
    return held


async def verify_sources(
    workspace: "Workspace",
    names: Sequence[str],
    services: Services,
    *,
    on_verified: "Callable[[Verification], None] | None" = None,
    progress: Progress = unwatched,
    again: bool = False,
    within_days: int = WITHIN_DAYS,
    seconds: float,
) -> "VerificationReport":
    """Look at the names and addresses of sources, and keep what was seen of each as it comes.

    Args:
        workspace: whose library.
        names: ids or aliases, or names of works that the library holds; empty: every source of the guide.
        services: who is asked.
        on_verified: takes each as it comes.
        progress: is told of each.
        again: whether to look at those, too, that an earlier look has settled.
        within_days: for how many days a look settles a source.
        seconds: when to stop.

    Raises:
        UnknownNameError: there is no source of a name.
        UsageError: the library holds no work of a name.
    """
    library = workspace.library
    named_ones = {one.id: one for one in (held_source(workspace, name) for name in names)}  # each once
    sources = list(named_ones.values()) or library.sources(workspace.guide.id)
    return await verify_library(
        library,
        sources,
        services,
        Deadline.after(seconds),
        **({} if on_verified is None else {"on_verified": on_verified}),
        progress=progress,
        again=again,
        within_days=within_days,
        now=workspace.clock,
    )


def _held(workspace: "Workspace", works: "Sequence[FoundWork]") -> tuple[str, ...]:
    holdings = Holdings(workspace.library.sources(), lambda _: ())
    found = [holdings.of(work.source) for work in works]
    return tuple(source.id if source else "" for source in found)
