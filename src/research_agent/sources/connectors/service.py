"""What the connectors that ship have in common: how an answer becomes a page, and how its records become candidates.

A connector says what it asks for and how one record reads; this says what a failure, an absence and a broken record
are. A third party's connector may use it, or implement `base.Connector` without it.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, ClassVar, TypeVar
from urllib.parse import quote, urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict, RootModel, ValidationError

from research_agent.errors import AnswerError, UsageError
from research_agent.model.candidate import Candidate, Provenance
from research_agent.sources.addresses import is_web_address
from research_agent.sources.connectors.answers import another_shape, json_in, record_text, refuse_failure
from research_agent.sources.connectors.base import Access, Answer, Ask, Capabilities, Page, Query
from research_agent.sources.connectors.signals import Seen
from research_agent.sources.http.exchange import ApiLimit
from research_agent.sources.naming import Name

_T = TypeVar("_T")
_ShapeT = TypeVar("_ShapeT", bound=BaseModel)


class Wire(BaseModel):
    """A part of an answer as the service documents it: what we read of it, and nothing else.

    Fields that the service may leave out or set to null are optional here; a record that lacks a required one is none.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True, coerce_numbers_to_str=True)


class OneRecord(RootModel[dict[str, object]]):
    """An answer that is one record."""


class ManyRecords(RootModel[list[object]]):
    """An answer that is a list of records."""


def _listed(value: object) -> object:
    if value is None:
        return []
    return [item for item in value if item is not None] if isinstance(value, list) else [value]


def _text(value: object) -> object:
    return "" if value is None else value


Listed = Annotated[tuple[_T, ...], BeforeValidator(_listed)]
"""A list that may be null, hold nulls, or be its one element itself."""
Text = Annotated[str, BeforeValidator(_text)]
"""A text that may be null."""


class Service(ABC):
    """A connector to a service; `base.Connector` documents its methods."""

    name: ClassVar[str]
    title: ClassVar[str]
    capabilities: ClassVar[Capabilities]
    own_address: ClassVar[str] = ""
    """Where the service answers; empty: the user has to give an address."""
    absence: ClassVar[bytes | None] = b"{"
    """How a 404 begins by which the service says that it has no such record; None: it never says so by a 404."""

    def __init__(self, access: Access | None = None) -> None:
        """Ask with what the user gave."""
        self._access = access or Access()
        self._base = (self._access.base or self.own_address).rstrip("/")

    @property
    def lacks(self) -> str:
        """What has to be set before it can be asked; empty: nothing."""
        if not self._base:
            return "an address"
        return "a key" if self.capabilities.key == "required" and not self._access.key else ""

    @property
    def limit(self) -> ApiLimit:
        """How often it may be asked with what the user gave."""
        with_key = self.capabilities.limit_with_key
        return with_key if with_key and self._access.key else self.capabilities.limit

    def search(self, query: Query) -> Ask | None:
        """The first request of a search.

        Raises:
            UsageError: an address or a key is missing.
        """
        return self._search(query) if self.capabilities.search and self._ready() else None

    def look_up(self, name: Name) -> Ask | None:
        """The request for one work by its name; None: the service knows no names of this scheme.

        Raises:
            UsageError: an address or a key is missing.
        """
        return self._look_up(name) if name[0] in self.capabilities.look_up and self._ready() else None

    def read(self, answer: Answer) -> Page:
        """What an answer says.

        Raises:
            ConnectorError: the answer is a failure, or is not what the service documents.
        """
        if answer.status == 404 and not answer.ask.size and self._says_that_it_has_none(answer.body):
            return Page(absent=True)
        self._refuse(answer)
        return self._read(answer)

    # --- what a connector says of its service -------------------------------------------------------------------

    @abstractmethod
    def _search(self, query: Query) -> Ask | None: ...

    @abstractmethod
    def _read(self, answer: Answer) -> Page: ...

    def _look_up(self, name: Name) -> Ask | None:  # noqa: ARG002 - a service without look-up has no names
        return None

    def _refuse(self, answer: Answer) -> None:
        """Raise what an answer that is no success says; a service with ways of its own adds them."""
        refuse_failure(self.title, answer)

    # --- what connectors build with -----------------------------------------------------------------------------

    def _ask(
        self,
        path: str,
        parameters: Mapping[str, object] | None = None,
        *,
        wants: str,
        about: str,
        position: int = 0,
        size: int = 0,
        state: str = "",
        base: str = "",
        accepts: tuple[str, ...] = ("application/json",),
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        private_headers: Mapping[str, str] | None = None,
        private_parameters: Mapping[str, str] | None = None,
    ) -> Ask:
        """A request below the service's address or another host of its, without parameters that are None or empty."""
        given = {key: str(value) for key, value in (parameters or {}).items() if value not in (None, "")}
        query = f"?{urlencode(given, quote_via=quote, safe=':/,')}" if given else ""
        return Ask(
            service=self.name,
            wants=wants,
            address=f"{base or self._base}{path}{query}",
            method="GET" if body is None else "POST",
            accepts=accepts,
            headers=headers or {},
            body=body,
            about=about,
            position=position,
            size=size,
            state=state,
            own_service=bool(self._access.base),
            private_headers=private_headers or {},
            private_parameters={key: value for key, value in (private_parameters or {}).items() if value},
        )

    def _on_one_page(self, query: Query) -> int:
        """How many results to ask for at once: no more than are wanted or fit on a page."""
        return min(query.wanted, self.capabilities.most_on_a_page)

    def _json(self, answer: Answer, shape: type[_ShapeT]) -> _ShapeT:
        """The envelope of an answer.

        Raises:
            AnswerError: it is no JSON, or of another shape.
        """
        loaded = json_in(self.title, answer)
        try:
            return shape.model_validate(loaded)
        except ValidationError as error:
            raise another_shape(self.title, _fault(error), loaded) from error

    def _page(
        self,
        answer: Answer,
        records: Sequence[_T],
        make: Callable[[_T], Candidate | None],
        *,
        total: int | None = None,
        more: Ask | None = None,
        partial: str = "",
        wait_seconds: float | None = None,
    ) -> Page:
        """A page of the records, each made by `make` (None: it is left out on purpose, being no work).

        Raises:
            AnswerError: none of the records can be read, or the service claims to have some and sends none.
        """
        candidates: list[Candidate] = []
        unreadable: list[str] = []
        for number, record in enumerate(records, start=answer.ask.position + 1):
            try:
                made = _of_the_web(make(record))
            except ValidationError as error:
                unreadable.append(f"record {number}: {_fault(error)}")
            except ValueError as error:
                unreadable.append(f"record {number}: {error}")
            else:
                candidates.extend([made] if made else [])
        if records and len(unreadable) == len(records):
            raise AnswerError(self.title, f"none of {len(records)} records can be read; {unreadable[0]}.")
        if total and not records and not answer.ask.position:
            raise AnswerError(self.title, f"it says that it has {total:,} results and sends none.")
        if not answer.ask.size and not candidates:
            partial = partial or f"{self.title} keeps a record of it that describes no work, but a part or a cover"
        return Page(
            candidates=tuple(candidates),
            next=more,
            total=total,
            partial=partial,
            unreadable=tuple(unreadable),
            wait_seconds=wait_seconds,
        )

    def _next(self, answer: Answer, came: int, total: int | None, address: Callable[[int], Ask]) -> Ask | None:
        """The request for the page behind this one; None: there is none, or the service does not hand it out.

        Args:
            answer: this page's.
            came: number of results on it.
            total: number of results of the search; None: unknown, so a full page promises another.
            address: makes the request for the results from a position on.
        """
        ask = answer.ask
        behind = ask.position + came
        reachable = self.capabilities.most_results
        if not came or behind >= (reachable if total is None else min(total, reachable)):
            return None
        if total is None and came < ask.size:
            return None
        return replace(address(behind), about=ask.about, position=behind, size=ask.size)

    def _provenance(self, answer: Answer, record: object, address: str = "") -> Provenance:
        """Where a record comes from; a text is kept as it is, anything else as JSON."""
        return Provenance(
            service=self.name,
            address=answer.ask.address,
            record=address,
            at=answer.at,
            raw=record if isinstance(record, str) else record_text(record),
            licence=self.capabilities.licence,
        )

    def _seen(self, answer: Answer, address: str) -> Seen:
        """A collector of the signals of a record at this address."""
        return Seen(address or answer.ask.address, answer.at.date())

    def _says_that_it_has_none(self, body: bytes) -> bool:
        return self.absence is not None and body.lstrip().lower().startswith(self.absence)

    def _ready(self) -> bool:
        if self.lacks:
            raise UsageError(f"{self.title} can't be asked: set {self.lacks} for it, or leave it out.")
        return True


def one_by_one(values: Iterable[str]) -> tuple[str, ...]:
    """The values that are not empty, each once, in their order."""
    return tuple(dict.fromkeys(value for value in values if value))


def _of_the_web(candidate: Candidate | None) -> Candidate | None:
    """The candidate without further addresses that nobody should open (`javascript:`, `file:`).

    Raises:
        ValueError: its own address is one of them.
    """
    if candidate is None:
        return None
    if not is_web_address(candidate.url):
        raise ValueError(f"{candidate.url[:80]!r} is no address of the web")
    full_text = candidate.full_text if is_web_address(candidate.full_text) else ""
    also_at = tuple(filter(is_web_address, candidate.also_at))
    return candidate.model_copy(update={"full_text": full_text, "also_at": also_at})


def _fault(error: ValidationError) -> str:
    """The first thing that is wrong, with its place."""
    first = error.errors(include_url=False)[0]
    place = ".".join(map(str, first["loc"])) or "the whole"
    return f"{place}: {first['msg'][:1].lower()}{first['msg'][1:]}"
