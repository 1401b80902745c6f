"""The services of live sources: one question to one of them, page after page, and what came of it as a value.

A service that fails is an outcome ("not checked: why") and no error; only a mistake of the caller is raised.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from ssl import SSLContext
from time import monotonic
from typing import Final, NamedTuple, TypedDict, Unpack

import anyio
import anyio.to_thread

from research_agent.errors import (
    AnswerError,
    ConnectorError,
    DeadlineExceededError,
    ServiceBusyError,
    StoreError,
    UnknownNameError,
    UnreachableError,
)
from research_agent.live.access import access_of, own_services
from research_agent.live.last_answers import LastAnswer, LastAnswers
from research_agent.live.loading import FAILURES, code_of, loaded_connectors
from research_agent.live.outcomes import NO_TURN, OUT_OF_TIME, named_as_set, one_line, unreachable, why_failed
from research_agent.model.candidate import Candidate
from research_agent.model.search import ServiceOutcome, ServiceState
from research_agent.settings import Settings
from research_agent.sources.connectors import (
    Ask,
    Connector,
    Page,
    Query,
    answer_of,
    call_of,
)
from research_agent.sources.connectors.base import MOST_PAGES
from research_agent.sources.http.client import HttpClient
from research_agent.sources.http.deadline import Deadline
from research_agent.sources.http.exchange import Call, origin
from research_agent.sources.http.network import Resolver
from research_agent.sources.http.politeness import Politeness
from research_agent.sources.http.reaching import no_way_to_it
from research_agent.sources.http.safety import AddressRule
from research_agent.sources.http.settings import HttpSettings
from research_agent.sources.http.telemetry import Telemetry
from research_agent.sources.naming import Name

CACHE_FOLDER: Final = "http"
"""Folder of the data directory that keeps answers."""

LARGE_BODY: Final = 32 * 1024
"""Bytes from which on an answer is read in a worker thread: below, reading takes less than a few milliseconds."""

SLOWLY_READ: Final = frozenset({"web"})
"""Services of which even a small answer may take seconds to read: a PDF of a few kB can draw without end."""

_REST: Final = HttpSettings().breaker.rest
"""Seconds for which a service that nobody could reach is not asked again: no network does not come and go by the
question, and each would wait for it anew."""


class Told(NamedTuple):
    """What one service told to one question."""

    candidates: tuple[Candidate, ...]
    outcome: ServiceOutcome


class ClientOptions(TypedDict, total=False):
    """What `HttpClient.open` takes besides its limits; what is given wins over the settings."""

    contact: str
    cache_folder: Path | None
    own_services: Collection[str]
    rule: AddressRule
    politeness: Politeness
    telemetry: Telemetry | None
    tls: SSLContext | None
    resolve: Resolver
    randomness: Random | None
    clock: Callable[[], float]
    now: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]]


def _unseen(_: Page) -> None:
    """A page that nobody watches."""


class Services:
    """All services that a search may ask, behind one client. `open` makes it and closes it again."""

    def __init__(
        self,
        client: HttpClient,
        connectors: tuple[Connector, ...],
        *,
        unloadable: tuple[ServiceOutcome, ...],
        addresses: Mapping[str, str],
        stand_ins: str,
        last: LastAnswers,
        clock: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        """To be made by `open`."""
        self._client, self._last, self._clock, self._now = client, last, clock, now
        self._addresses = addresses
        self._unreachable: dict[str, float] = {}
        self.connectors: Final = connectors
        """In the registry's order, with the keys of the settings."""
        self.unloadable: Final = unloadable
        """Connectors of other packages that can't be loaded: nobody can ask them, and every search says so."""
        self.stand_ins: Final = stand_ins
        """Address of stand-ins that are asked in the place of all services; empty: the services themselves are."""

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        settings: Settings,
        *,
        only: Collection[str] = (),
        limits: HttpSettings | None = None,
        **client_options: Unpack[ClientOptions],
    ) -> AsyncIterator["Services"]:
        """The services of the settings until the end of the block; then it is kept when each of them last answered.

        Args:
            settings: The user's keys, contact, own services and data directory.
            only: Names of connectors; empty: all there are.
            limits: Of the HTTP client; None: the defaults.
            client_options: What the HTTP client is opened with besides.

        Raises:
            UnknownNameError: there is no connector of a name.
            UsageError: the address of an own service can't be read.
            StoreError: the data directory can't be used.
        """
        loaded, unloadable = loaded_connectors(settings, only)
        usual: ClientOptions = {
            "contact": settings.contact,
            "cache_folder": _folder(settings.data_dir / CACHE_FOLDER),
            "own_services": own_services(settings),
        }
        usual.update(client_options)
        clock = client_options.get("clock", monotonic)
        now = client_options.get("now", lambda: datetime.now(UTC))
        last = LastAnswers(settings.data_dir)
        addresses = {name: access.base for name, access in access_of(settings, (one.name for one in loaded)).items()}
        async with HttpClient.open(limits, **usual) as client:
            try:
                yield cls(
                    client,
                    loaded,
                    unloadable=unloadable,
                    addresses=addresses,
                    stand_ins=settings.stand_ins,
                    last=last,
                    clock=clock,
                    now=now,
                )
            finally:
                with anyio.CancelScope(shield=True):  # milliseconds, and it holds no connection
                    await anyio.to_thread.run_sync(last.keep)

    async def search(
        self, name: str, query: Query, deadline: Deadline, on_page: Callable[[Page], None] = _unseen
    ) -> Told:
        """What a service finds for a query by the deadline. Pages that came before a failure are kept.

        Args:
            name: of the connector.
            query: what is searched for.
            deadline: when the run ends.
            on_page: is shown each page as it comes.

        Raises:
            UnknownNameError: there is no such connector here.
        """
        one = self.connector(name)
        return await self._told(one, lambda: one.search(query), query.wanted, deadline, on_page)

    async def look_up(self, name: str, work: Name, deadline: Deadline) -> Told:
        """What a service says of one work; answered and without candidates: it has no record of it.

        Raises:
            UnknownNameError: there is no such connector here.
        """
        one = self.connector(name)
        return await self._told(one, lambda: one.look_up(work), 1, deadline, _unseen)

    def connector(self, name: str) -> Connector:
        """The connector of this name.

        Raises:
            UnknownNameError: there is none here.
        """
        found = next((one for one in self.connectors if one.name == name), None)
        if found is None:
            raise UnknownNameError("service", name, (one.name for one in self.connectors))
        return found

    def at_once(self, name: str) -> int:
        """How many questions a service takes at a time; 1 where its connector does not say."""
        one = self.connector(name)
        try:
            with code_of(one):
                return one.limit.at_once
        except FAILURES:
            return 1

    def why_unasked(self, name: str) -> str:
        """What keeps a service from being asked anything, in one line: "it wants a key"; empty: nothing.

        Of a connector that fails to say it: nothing, as asking it will tell how it fails.
        """
        one = self.connector(name)
        try:
            with code_of(one):
                return f"it wants {one.lacks}" if one.lacks else ""
        except FAILURES:
            return ""

    # --- one question -------------------------------------------------------------------------------------------

    async def _told(
        self,
        one: Connector,
        first: Callable[[], Ask | None],
        wanted: int,
        deadline: Deadline,
        on_page: Callable[[Page], None],
    ) -> Told:
        heard = _Heard(one)
        if deadline.remaining <= 0:
            return heard.told(OUT_OF_TIME)
        unasked = self.why_unasked(one.name)
        if unasked:
            return heard.not_asked(unasked)
        try:
            with code_of(one):
                ask = first()
        except FAILURES as error:
            return heard.told(why_failed(error, one.title, deadline.remaining))
        if ask is None:
            return heard.not_asked("it can't be asked this")
        if self._still_unreachable(ask):
            return heard.told(unreachable(heard.connector.title))
        why = await self._hear(heard, ask, wanted, deadline, on_page)
        self._note(heard, why)
        return heard.told(why)

    async def _hear(
        self, heard: "_Heard", first: Ask, wanted: int, deadline: Deadline, on_page: Callable[[Page], None]
    ) -> str:
        """Take in page after page until enough came or there is no more; says what stood in the way, in one line."""
        one, ask = heard.connector, first
        heard.asked = True
        for _ in range(MOST_PAGES):
            try:
                page = await self._page(heard, ask, deadline)
            except FAILURES as error:
                why = named_as_set(why_failed(error, one.title, deadline.remaining), self._addresses[one.name])
                if isinstance(error, UnreachableError) and no_way_to_it(error):
                    self._unreachable[origin(ask.address)] = self._clock() + _REST
                return why
            heard.take(page)
            on_page(page)
            enough = bool(ask.size) and len(heard.candidates) >= wanted
            if page.next is None or enough:
                return ""
            ask = page.next
        return ""

    async def _page(self, heard: "_Heard", ask: Ask, deadline: Deadline) -> Page:
        """The page of an ask.

        One that can't be read is asked for once more, past the cache, if it was kept (a service that failed with status
        200 would fail for a day) or if the service said how long to wait.

        Raises:
            ConnectorError: the service did not answer as it documents, or its connector failed.
            NetworkError: there was no answer by the deadline.
            StoreError: the kept answers can't be read.
        """
        one = heard.connector
        with code_of(one), anyio.move_on_after(deadline.remaining):
            call = call_of(ask, one.limit)
            try:
                return await self._answered(heard, ask, call, deadline)
            except ConnectorError as error:
                asks_for_patience = isinstance(error, ServiceBusyError) and error.wait_seconds is not None
                if not (heard.last_was_kept or asks_for_patience):
                    raise
                try:
                    return await self._answered(heard, ask, replace(call, fresh=True), deadline)
                except DeadlineExceededError:
                    raise error from None
        raise DeadlineExceededError(f"{one.title} {OUT_OF_TIME}. Give the run more time.")

    async def _answered(self, heard: "_Heard", ask: Ask, call: Call, deadline: Deadline) -> Page:
        one = heard.connector
        came = await self._client.fetch(call, deadline)
        heard.last_was_kept = came.from_cache
        heard.over_the_network |= not came.from_cache
        read = partial(one.read, answer_of(ask, came, self._now()))
        try:
            # A thread can't be stopped. It is left alone on cancellation: it only reads, and ends by itself.
            large = len(came.body) >= LARGE_BODY or one.name in SLOWLY_READ
            page: object = await anyio.to_thread.run_sync(read, abandon_on_cancel=True) if large else read()
        except ServiceBusyError as error:
            if error.wait_seconds:
                self._client.hold(one.limit, error.wait_seconds)
            raise
        if not isinstance(page, Page):
            raise AnswerError(one.title, f"its connector made a {type(page).__name__} of the answer, and no page.")
        if page.wait_seconds:
            self._client.hold(one.limit, page.wait_seconds)
        return page

    def _still_unreachable(self, ask: Ask) -> bool:
        """Whether its host is one that nobody could reach a moment ago."""
        return self._clock() < self._unreachable.get(origin(ask.address), 0.0)

    def _note(self, heard: "_Heard", why: str) -> None:
        """Remember what came of it, unless the service was not asked: the cache answered, or its turn came too late."""
        outcome = heard.told(why).outcome
        if why != NO_TURN and (why or heard.over_the_network):
            self._last.note(outcome.service, LastAnswer(at=self._now(), state=outcome.state, why=outcome.why))


@dataclass
class _Heard:
    """What one service has said so far to one question."""

    connector: Connector
    candidates: list[Candidate] = field(default_factory=list)
    partial: list[str] = field(default_factory=list)
    pages: int = 0
    unreadable: int = 0
    asked: bool = False
    last_was_kept: bool = False
    over_the_network: bool = False

    def take(self, page: Page) -> None:
        self.pages += 1
        self.candidates.extend(page.candidates)
        self.partial.extend([page.partial] if page.partial else [])
        self.unreadable += len(page.unreadable)

    def told(self, failure: str) -> Told:
        """All that was heard, and what stood in the way of more."""
        state: ServiceState = "answered"
        if failure:
            state = "in_part" if self.pages else "not_checked"
        elif self.partial:
            state = "in_part"
        records = f"{self.unreadable} of its records could not be read" if self.unreadable else ""
        reasons = dict.fromkeys(one_line(why) for why in (failure, *self.partial, records) if why)
        return self._told(state, one_line("; ".join(reasons)))

    def not_asked(self, why: str) -> Told:
        return self._told("not_asked", why)

    def _told(self, state: ServiceState, why: str) -> Told:
        outcome = ServiceOutcome(
            service=self.connector.name,
            title=self.connector.title,
            state=state,
            why=why,
            asked=int(self.asked),
            candidates=len(self.candidates),
        )
        return Told(tuple(self.candidates), outcome)


def _folder(path: Path) -> Path:
    """A folder of the data directory, made where it is missing.

    Raises:
        StoreError: it can't be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{path} can't be made: {error.strerror or error}. Nothing was changed. Make that folder writable, "
            "or choose another: RESEARCH_AGENT_DATA_DIR=FOLDER."
        ) from error
    return path
