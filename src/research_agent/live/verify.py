"""Look at the names and the address of sources, and say of each whether they lead to the work that the record names.

`comparison` decides what an answer shows, `combination` what the checks of one source show together; here is who is
asked, and in which order. What could not be looked at is "not checked: why", and never a word against the work.
"""

import re
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple, Protocol

import anyio

from research_agent.bibliography.search_report import by_reason
from research_agent.live.combination import combined, is_the_work
from research_agent.live.comparison import Finding, compared_page, compared_record, told_of
from research_agent.live.first_error import first_error
from research_agent.live.services import Told
from research_agent.model.candidate import Candidate
from research_agent.model.progress import Progress, Step, unwatched
from research_agent.model.search import ServiceOutcome
from research_agent.model.source import Signal, Source
from research_agent.model.verification import NameCheck, Verification, VerificationReport
from research_agent.sources.connectors import Connector
from research_agent.sources.http.deadline import Deadline
from research_agent.sources.naming import Name, Scheme, name_in

OF_STANDING: Final = frozenset(
    {
        *("archived", "closed", "concern", "corrected_by", "draft_state", "last_release", "obsoleted_by"),
        *("renamed_to", "retracted", "standard_status", "updated_by", "withdrawn"),
    }
)
"""Signals that a verification keeps: those that tell whether a work still stands. Counts (citations, stars) are not
among them: they would favour the sources that happen to be verified over those that are not."""
RULED_OUT: Final = ("retracted", "withdrawn")
"""Signals of a work that may not be used, however real it is."""
DEAD_LINK: Final = "dead_link"
"""Name of the signal of a source whose address leads nowhere any more."""

_ASKED: Final[Mapping[Scheme, tuple[str, ...]]] = {
    "doi": ("crossref", "datacite", "openalex", "semantic_scholar"),
    "arxiv": ("arxiv", "datacite", "openalex", "semantic_scholar"),
    "rfc": ("ietf",),
    "draft": ("ietf",),
    "repository": ("github", "ecosystems"),
    "url": ("stack_exchange", "hacker_news", "web"),
}
"""Who is asked for a name, until one has a record: first those who register it, then those who copy them."""
_ARCHIVE: Final = "wayback"
# An outcome is words; these are a page's that let nobody in who has no account, and no program.
_KEPT_OUT: Final = re.compile(r"\banswered (?:401|402|403|407|451)\b")
_COPY_SIGNALS: Final = frozenset({"archived_copy", "archived_on"})
_AT_ONCE: Final = 8
"""Sources under way at a time: enough that the slowest host holds up nobody; each host has limits of its own."""
_PROJECT_PARTS: Final = 3
"""Host, owner and name: what comes behind them in a repository's name is a file in it."""


class LooksUp(Protocol):
    """Who can be asked: `live.services.Services`, as far as it is needed here."""

    @property
    def connectors(self) -> tuple[Connector, ...]:
        """Those that there are."""
        ...

    async def look_up(self, name: str, work: Name, deadline: Deadline) -> Told:
        """What a service says of one work; answered and without candidates: it has no record of it."""
        ...


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def unheard(_: Verification) -> None:
    """Verifications that nobody takes as they come."""


async def _unkept(_: Verification) -> None:
    """Verifications that nobody keeps."""


def speaks_against(seen: Verification) -> bool:
    """Whether a look showed that the record or the work is not to be relied on.

    A name of the record leads to another work, or the work was retracted or withdrawn. What merely could not be shown
    is nothing against it.
    """
    ruled_out = any(one.name in RULED_OUT and one.value not in (None, False) for one in seen.signals)
    return ruled_out or seen.state == "contradicted" or bool(seen.contradicted)


async def verify_source(
    source: Source, services: LooksUp, deadline: Deadline, *, now: Callable[[], datetime] = utc_now
) -> Verification:
    """Look at each identifier of a source, and at its address unless that only spells an identifier that was verified.

    Args:
        source: as the library has it.
        services: who can be asked.
        deadline: when to stop; what was not looked at by then is not checked.
        now: tells the time, with its zone.
    """
    at = now()
    names = _identifiers(source)
    looked: list[_Looked | None] = [None] * len(names)

    async def look(place: int, name: Name) -> None:
        looked[place] = await _check(source, name, services, deadline, at)

    with first_error():
        async with anyio.create_task_group() as tasks:
            for place, name in enumerate(names):
                tasks.start_soon(look, place, name)
    found = [one for one in looked if one is not None]
    if not any(one.check.state == "verified" and is_the_work(source, one.check) for one in found):
        found.append(await _check_address(source, services, deadline, at))
    state, why = combined(source, [one.check for one in found])
    return Verification(
        source=source.id,
        title=source.title,
        state=state,
        why=why,
        checks=tuple(one.check for one in found),
        signals=tuple(sorted({s for one in found for s in one.signals}, key=lambda s: (s.name, s.where, str(s.value)))),
        at=at,
    )


async def verify_all(
    sources: Iterable[Source],
    services: LooksUp,
    deadline: Deadline,
    on_verified: Callable[[Verification], None] = unheard,
    progress: Progress = unwatched,
    *,
    keep: Callable[[Verification], Awaitable[None]] = _unkept,
    now: Callable[[], datetime] = utc_now,
) -> VerificationReport:
    """Verify many sources, some at a time, in their order; those that are not begun by the deadline are left.

    Args:
        sources: which.
        services: who can be asked.
        deadline: when to stop.
        on_verified: takes each verification as it comes, in the caller's event loop.
        progress: is told of each source that is done.
        keep: keeps a verification, before `on_verified` hears of it and even if the run is cancelled meanwhile.
        now: tells the time, with its zone.

    Raises:
        ResearchAgentError: whatever `keep` raises; it ends the run.
    """
    began, waiting, done = now(), deque(sources), list[Verification]()
    total = len(waiting)

    async def work() -> None:
        while waiting and deadline.remaining > 0:
            source = waiting.popleft()
            verification = await verify_source(source, services, deadline, now=now)
            with anyio.CancelScope(shield=True):
                await keep(verification)
            done.append(verification)
            on_verified(verification)
            text = f"{source.title}: {verification.state.replace('_', ' ')}"
            progress(Step(name="verify", text=text, done=len(done), total=total))

    with first_error():
        async with anyio.create_task_group() as tasks:
            for _ in range(min(_AT_ONCE, total)):
                tasks.start_soon(work)
    return VerificationReport(
        at=began, verifications=tuple(sorted(done, key=lambda one: one.source)), left=total - len(done)
    )


# --- one name -------------------------------------------------------------------------------------------------------


class _Looked(NamedTuple):
    """A check, and the signals that were seen on the way."""

    check: NameCheck
    signals: tuple[Signal, ...] = ()


def _identifiers(source: Source) -> list[Name]:
    """The names of the source that services keep records of, each once; of a file in a repository the repository."""
    own = source.identifiers
    names: list[Name] = []
    if own.doi:
        names.append(("doi", own.doi))
    if own.arxiv:
        names.append(("arxiv", own.arxiv))
    if own.rfc:
        names.append(("rfc", str(own.rfc)))
    in_address = name_in(source.url)
    if in_address[0] == "draft":
        names.append(in_address)
    if own.repository:
        names.append(("repository", "/".join(own.repository.split("/")[:_PROJECT_PARTS])))
    return names


async def _check(source: Source, name: Name, services: LooksUp, deadline: Deadline, at: datetime) -> _Looked:
    """Ask who knows such names, one after another, until one has a record of it."""
    absent: list[str] = []
    walls: list[ServiceOutcome] = []
    failed: list[ServiceOutcome] = []
    for service in _who(services, name[0]):
        told = await services.look_up(service, name, deadline)
        outcome = told.outcome
        if told.candidates:
            return _compared(source, name, told)
        if outcome.state == "answered":
            absent.append(outcome.title)
        elif outcome.state != "not_asked":
            kept_out = name[0] == "url" and (outcome.state == "in_part" or _KEPT_OUT.search(outcome.why))
            (walls if kept_out else failed).append(outcome)
    if failed or not (absent or walls):
        why = _reasons(failed) or "no service that knows such names can be asked"
        return _Looked(NameCheck(scheme=name[0], name=name[1], state="not_checked", why=why))
    dead = name[0] == "url" and not walls
    missing = "there is nothing at this address any more" if dead else f"no record of it at {', '.join(absent)}"
    why = _reasons(walls) or missing
    return _Looked(NameCheck(scheme=name[0], name=name[1], state="unverifiable", at=at, why=why, dead=dead))


def _reasons(outcomes: Sequence[ServiceOutcome]) -> str:
    """Why services failed, those that failed for one reason together: "Crossref, DataCite: no network"."""
    return "; ".join(f"{', '.join(titles)}: {why}" for (_, why), titles in by_reason(outcomes).items())


def _who(services: LooksUp, scheme: Scheme) -> Sequence[str]:
    """The services that look up names of a scheme, those that we know better first."""
    there = {one.name: one.capabilities.look_up for one in services.connectors}
    known = [name for name in _ASKED[scheme] if name in there]
    return [*known, *(name for name, schemes in there.items() if scheme in schemes and name not in (*known, _ARCHIVE))]


def _compared(source: Source, name: Name, told: Told) -> _Looked:
    candidate = _named(name, told.candidates)
    if name[0] == "repository":
        # Its name is all there is to a repository: titles of records describe what a reader looked at in it.
        finding = Finding("verified", "the repository is there", ())
    elif name[0] == "url":
        finding = compared_page(source, candidate)
    else:
        finding = compared_record(source, candidate)
    provenance = candidate.provenance
    check = NameCheck(
        scheme=name[0],
        name=name[1],
        state=finding.state,
        service=told.outcome.service,
        title=told.outcome.title,
        seen=told_of(candidate),
        where=provenance.record or provenance.address,
        at=provenance.at,
        why=finding.why,
        differences=finding.differences,
    )
    if finding.state != "verified":
        return _Looked(check)  # what is told there may be told of another work
    signals = tuple(s for one in told.candidates for s in one.signals if s.name in OF_STANDING)
    return _Looked(check, signals)


def _named(name: Name, candidates: Sequence[Candidate]) -> Candidate:
    """The candidate that bears the name; the first one where none does, as of a repository that was renamed."""
    return next((one for one in candidates if name in (name_in(one.url), *map(name_in, one.also_at))), candidates[0])


# --- the address ----------------------------------------------------------------------------------------------------


async def _check_address(source: Source, services: LooksUp, deadline: Deadline, at: datetime) -> _Looked:
    """Open the address; where there is nothing or a wall, ask the web archive for a copy."""
    name: Name = ("url", source.url)
    looked = await _check(source, name, services, deadline, at)
    check = looked.check
    if check.state != "unverifiable" or check.seen:
        return looked
    dead = (Signal(name=DEAD_LINK, value=True, where=source.url, on=at.date()),) if check.dead else ()
    if not any(one.name == _ARCHIVE for one in services.connectors):
        return _Looked(check, dead)
    told = await services.look_up(_ARCHIVE, name, deadline)
    copy = next((one for one in told.candidates if one.full_text), None)
    if copy is None:
        return _Looked(check, dead)
    why = f"{check.why}; the {told.outcome.title} has a copy"
    copies = tuple(one for one in copy.signals if one.name in _COPY_SIGNALS)
    return _Looked(check.model_copy(update={"copy_at": copy.full_text, "why": why}), (*dead, *copies))
