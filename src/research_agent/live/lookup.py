"""Look one work up by a name that somebody gives: a DOI, an arXiv id, an RFC, a draft, a repository or an address.

Who keeps records of such names is asked at once, and the page or the open text is read; what all of them tell becomes
one work. Not found is a work of which every service that could know it says so; anything else is "not checked: why".
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal

import anyio
from pydantic import Field

from research_agent.errors import NotPublicError, UsageError
from research_agent.live.abstracts import key_points_of
from research_agent.live.comparison import titles_agree
from research_agent.live.outcomes import merged
from research_agent.live.services import Services, Told
from research_agent.live.verify import DEAD_LINK
from research_agent.model.base import Record
from research_agent.model.candidate import Candidate
from research_agent.model.search import ServiceOutcome
from research_agent.model.source import KeyPoint, Signal
from research_agent.sources.addresses import canonical_address, is_web_address, without_fragment
from research_agent.sources.http.deadline import Deadline
from research_agent.sources.http.safety import AddressRule, check_url, not_public
from research_agent.sources.identity import names_of, plain_words
from research_agent.sources.merging import FoundWork, works_of
from research_agent.sources.naming import Name, Scheme, address_of, identify, name_in, name_of
from research_agent.sources.origin import OriginTable, shipped_origins

_PAGES: Final = "web"
_ARCHIVE: Final = "wayback"
_OF_A_COPY: Final = frozenset({"archived_copy", "archived_on"})
_TEXT_IS_THE_PAGE: Final[frozenset[Scheme]] = frozenset({"rfc", "draft", "repository", "url"})
"""Schemes of names at whose address the work itself stands; a DOI leads to a page about it."""
_EXAMPLES: Final = (
    "10.1145/3547276.3548519, arXiv:2304.00228, RFC 9110, draft-ietf-httpbis-cache-19, "
    "github.com/python/cpython or https://example.org/page"
)
_SHOWN: Final = 80


class LookedUp(Record):
    """What is known of a work under a name."""

    text: str = Field(description="As it was asked for.")
    scheme: Scheme = Field(description="What kind of name it is.")
    name: str = Field(description='In its normal form: "10.1145/3547276.3548519", "9110", an address.')
    state: Literal["found", "not_found", "not_checked"] = Field(
        description="found: a service has a record of it, or it was read; not_found: every service that could know it "
        "answered that there is no such work; not_checked: nobody could say, which is nothing against the work."
    )
    why: str = Field(default="", description="For not_found and not_checked: who said so, or what stood in the way.")
    work: FoundWork | None = Field(default=None, description="The work, as all services together tell of it.")
    key_points: tuple[KeyPoint, ...] = Field(default=(), description="Sentences of its abstract, verbatim.")
    beside: tuple[FoundWork, ...] = Field(
        default=(), description="Other works that services told of, such as the notes of a repository's last release."
    )
    copy_at: str = Field(default="", description="Of a page that can't be had: a copy in a web archive; empty: none.")
    services: tuple[ServiceOutcome, ...] = Field(description="What each service did, in the registry's order.")

    @property
    def not_checked(self) -> tuple[ServiceOutcome, ...]:
        """The services that could not say all they might."""
        return tuple(one for one in self.services if one.state in ("in_part", "not_checked"))


def named(text: str, rule: AddressRule = not_public) -> Name:
    """The name that somebody gives a work by, in its normal form.

    Args:
        text: a DOI, an arXiv id, "RFC 9110", the name of a draft, a repository or an address, also with a label.
        rule: which addresses may be asked.

    Raises:
        UsageError: it is none of them, or an address that is not on the public web; with examples.
    """
    given = text.strip()
    if not given:
        raise UsageError(f"Nothing was given to look up. Give one of: {_EXAMPLES}.")
    shown = given if len(given) <= _SHOWN else f"{given[:_SHOWN]}…"
    name = name_of(given)
    if name is None and "://" not in given:
        meant = f" Is https://{shown} meant?" if _may_be_an_address(given) else ""
        raise UsageError(
            f"{shown!r} is no DOI, arXiv id, RFC, draft, repository or address.{meant} Give one of: {_EXAMPLES}. "
            "To look for words, use a search."
        )
    try:
        check_url(given if name is None or name[0] == "url" else address_of(*name), rule)
    except NotPublicError as error:
        raise UsageError(f"{error} For example: https://example.org/page.") from error
    if name is None:
        raise UsageError(f"{shown!r} is no address of a page on the web. Give one of: {_EXAMPLES}.")
    return name


async def look_up_work(
    text: str,
    services: Services,
    deadline: Deadline,
    *,
    origins: OriginTable | None = None,
    rule: AddressRule = not_public,
) -> LookedUp:
    """All that the services tell of one work, and how much of it was read.

    Args:
        text: how somebody names it; see `named`.
        services: who can be asked.
        deadline: when to stop; what was not answered by then is not checked.
        origins: who is behind which addresses; None: the table that ships.
        rule: which addresses may be asked.

    Raises:
        UsageError: the text names no work that can be looked up.
    """
    name = named(text, rule)
    address = without_fragment(text.strip()) if name[0] == "url" else address_of(*name)
    asked = _Asked(services, deadline, name, address, origins or shipped_origins())
    await asked.ask_all()
    return asked.looked_up(text)


@dataclass
class _Asked:
    """One look-up: what was asked of whom, and what was told."""

    services: Services
    deadline: Deadline
    name: Name
    address: str
    """Of the page, as it was given: its normal form may be one that the site does not answer under."""
    origins: OriginTable
    candidates: list[Candidate] = field(default_factory=list)
    outcomes: dict[str, list[ServiceOutcome]] = field(default_factory=dict)
    copy_at: str = ""

    async def ask_all(self) -> None:
        """Ask who knows the name and read its page; then read the open text, or a copy of a page that is gone."""
        there = {one.name for one in self.services.connectors}
        page: list[Told] = []
        async with anyio.create_task_group() as tasks:
            for service in self._who(self.name[0]):
                tasks.start_soon(self._ask, service, self.name)
            if _PAGES in there and self.name[0] != "arxiv":  # arXiv's page of a work says what its record says
                tasks.start_soon(self._read_page, page)
        await self._ask_by_names_on_the_page()
        if _PAGES in there and (text := self._open_text()):
            await self._read_text(text)
        if page and not page[0].candidates and self.name[0] in _TEXT_IS_THE_PAGE and _ARCHIVE in there:
            await self._read_copy(dead=page[0].outcome.state == "answered")

    def looked_up(self, text: str) -> LookedUp:
        """What follows from what was told."""
        works = works_of(self.candidates, self.origins)
        work = self._named_work(works)
        outcomes = tuple(self._outcome(one.name, one.title) for one in self.services.connectors)
        state: Literal["found", "not_found", "not_checked"] = "found"
        why = ""
        if work is None:
            state, why = self._why_not_found()
        return LookedUp(
            text=text,
            scheme=self.name[0],
            name=self.name[1],
            state=state,
            why=why,
            work=work,
            key_points=key_points_of(work.abstract, work.abstract_from) if work else (),
            beside=tuple(one for one in works if one is not work),
            copy_at=self.copy_at,
            services=(*outcomes, *self.services.unloadable),
        )

    # --- asking -------------------------------------------------------------------------------------------------

    def _who(self, scheme: Scheme) -> list[str]:
        """The services that look up names of a scheme; pages and copies of them are asked for apart."""
        return [
            one.name
            for one in self.services.connectors
            if scheme in one.capabilities.look_up and one.name not in (_PAGES, _ARCHIVE)
        ]

    async def _ask(self, service: str, name: Name) -> Told:
        told = await self.services.look_up(service, name, self.deadline)
        self.outcomes.setdefault(service, []).append(told.outcome)
        self.candidates.extend(told.candidates)
        return told

    async def _read_page(self, into: list[Told]) -> None:
        into.append(await self._ask(_PAGES, ("url", self.address)))

    async def _ask_by_names_on_the_page(self) -> None:
        """Ask the registries for the DOI or arXiv id that a page names as its own."""
        if self.name[0] != "url":
            return
        found: set[Name] = set()
        for one in self.candidates:
            if one.opened and one.identifiers.doi:
                found.add(("doi", one.identifiers.doi))
            if one.opened and one.identifiers.arxiv:
                found.add(("arxiv", one.identifiers.arxiv))
        async with anyio.create_task_group() as tasks:
            for name in sorted(found):
                for service in self._who(name[0]):
                    tasks.start_soon(self._ask, service, name)

    def _open_text(self) -> str:
        """Where a service says that the whole text is, unless it was read; empty: none says so."""
        if any(one.opened and one.extent == "full" for one in self.candidates):
            return ""
        work = self._named_work(works_of(self.candidates, self.origins))
        address = work.full_text if work else ""
        if not is_web_address(address):
            return ""
        opened = {canonical_address(one.url) for one in self.candidates if one.opened}
        return address if canonical_address(address) not in opened else ""

    async def _read_text(self, address: str) -> None:
        """Read the whole text of the work; what is there counts only if the work's title stands in it."""
        work = self._named_work(works_of(self.candidates, self.origins))
        told = await self.services.look_up(_PAGES, ("url", address), self.deadline)
        mine = [one for one in told.candidates if work and _is_text_of(work.source.title, one)]
        outcome = told.outcome
        if told.candidates and not mine:
            why = f"the text at {address} does not show the work's title, and was left out"
            outcome = outcome.model_copy(update={"state": "in_part", "why": why, "candidates": 0})
        self.outcomes.setdefault(_PAGES, []).append(outcome)
        if work:
            self.candidates.extend(self._as_text_of(work, one) for one in mine)

    def _as_text_of(self, work: FoundWork, one: Candidate) -> Candidate:
        """A text as no more than what it proves: that the work was read there. Others know its facts better.

        The work's own address stays its address: a PDF is where it was read.
        """
        names = work.source.identifiers.model_copy(update={"repository": None})
        update: dict[str, object] = {"authors": (), "publisher": "", "year": None, "published": None, "updated": None}
        addresses = {"url": work.source.url, "also_at": (*one.also_at, one.url)}
        return one.model_copy(update={**update, **addresses, "title": work.source.title, "identifiers": names})

    async def _read_copy(self, *, dead: bool) -> None:
        """Ask the web archive for a copy of a page that can't be had, and read it there.

        Args:
            dead: whether the site itself says that the page is gone.
        """
        told = await self._ask(_ARCHIVE, ("url", self.address))
        copy = next((one for one in told.candidates if one.full_text), None)
        if copy is None:
            return
        self.copy_at = copy.full_text
        read = await self.services.look_up(_PAGES, ("url", self.copy_at), self.deadline)
        self.outcomes.setdefault(_PAGES, []).append(read.outcome)
        seen = [signal for signal in copy.signals if signal.name in _OF_A_COPY]
        if dead:
            seen.append(Signal(name=DEAD_LINK, value=True, where=self.address, on=copy.provenance.at.date()))
        self.candidates.extend(self._as_copied(one, seen) for one in read.candidates)

    def _as_copied(self, one: Candidate, seen: Iterable[Signal]) -> Candidate:
        """What was read in a copy, as the work's own page of another day: it is known by its own address."""
        return one.model_copy(
            update={
                "url": self.address,
                "also_at": (),
                "identifiers": identify(self.address, one.identifiers.doi, one.identifiers.arxiv),
                "full_text": "",
                "extent": "excerpt" if one.extent else None,
                "signals": (*one.signals, *seen),
            }
        )

    # --- what was found -----------------------------------------------------------------------------------------

    def _named_work(self, works: Iterable[FoundWork]) -> FoundWork | None:
        """The work that bears the name; else the only one there is, as of a repository that was renamed."""
        held = list(works)
        bearing = [one for one in held if self.name in names_of(one.source) or self._was_asked_for(one)]
        if bearing:
            return max(bearing, key=lambda one: (self.name in names_of(one.source), len(one.candidates)))
        alone = len(held) == 1 and self.name[0] in ("repository", "url")
        return held[0] if alone else None

    def _was_asked_for(self, work: FoundWork) -> bool:
        """Whether a page that was opened for the name tells of it, wherever it led."""
        pages = (self.candidates[position] for position in work.candidates)
        return any(one.opened and self.name in map(name_in, (one.url, *one.also_at)) for one in pages)

    def _outcome(self, service: str, title: str) -> ServiceOutcome:
        return merged(service, title, self.outcomes.get(service, ()))

    def _why_not_found(self) -> tuple[Literal["not_found", "not_checked"], str]:
        """Whether all who could know the work say that there is none, and who said so or what stood in the way."""
        # In the registry's order, whoever answered first.
        asked = [(one.name, outcome) for one in self.services.connectors for outcome in self.outcomes.get(one.name, ())]
        could_know = [one for name, one in asked if name != _ARCHIVE and one.state != "not_asked"]
        failed = [one for one in could_know if one.state != "answered" or one.candidates]
        if failed:
            told = [*dict.fromkeys(f"{one.title}: {_told(one)}" for one in failed)]
            told += [f"a copy is at {self.copy_at}"] if self.copy_at else []
            return "not_checked", "; ".join(told)
        if not could_know:
            return "not_checked", "no service that knows such names can be asked"
        absent = ", ".join(dict.fromkeys(one.title for one in could_know))
        return "not_found", f"no such record at {absent}"


def _may_be_an_address(given: str) -> bool:
    """Whether it would be the address of a page with the scheme in front that browsers hide."""
    host, _, _ = given.partition("/")
    *before, last = host.split(".")
    return all(before) and bool(before) and last.isalpha() and is_web_address(f"https://{given}")


def _told(outcome: ServiceOutcome) -> str:
    return outcome.why or "it knows the name, and tells of no work that could be recognised by it"


def _is_text_of(title: str, one: Candidate) -> bool:
    """Whether the title of a work is that of a text, or stands at its beginning."""
    words = plain_words(title)
    stands = bool(words) and f" {words} " in f" {plain_words(one.abstract)} "
    return stands or titles_agree(title, one.title, of_page=True) == "same"
