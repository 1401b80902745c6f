"""The protocol of a connector: questions and answers as values. Whoever drives it does the input and output.

    ask = connector.search(Query(text="deadline propagation"))
    while ask:
        answer = ...            # send the ask, and hand back what came as an Answer
        page = connector.read(answer)
        ask = page.next

`exchange` is that loop as a generator, which yields asks and takes answers; it serves any driver and the tests.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Final, Literal, Protocol, runtime_checkable

from pydantic import Field

from research_agent.errors import AnswerError
from research_agent.model.base import Record
from research_agent.model.candidate import Candidate
from research_agent.sources.http.exchange import ApiLimit
from research_agent.sources.naming import Name, Scheme

MOST_PAGES: Final = 50
"""Pages that `exchange` reads at most, so that a service whose pages never end costs a bounded number of requests."""


class Query(Record):
    """What is searched for."""

    text: str = Field(min_length=1, max_length=1_000, description='Words; "in quotes" they are a phrase.')
    wanted: int = Field(default=20, ge=1, le=1_000, description="Number of candidates after which one may stop.")
    since: int | None = Field(
        default=None, ge=1400, le=2100, description="Earliest year; a service that can't filter by year ignores it."
    )


class Access(Record):
    """What a user gives a connector; all of it is optional."""

    key: str = Field(default="", repr=False, description="Key of the service.")
    contact: str = Field(default="", repr=False, description="Mail address by which a service can reach the user.")
    base: str = Field(default="", description="Address to ask instead of the service's own: a stand-in, or one's host.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request, as a value. Keys and the user's contact stand apart and are in no representation of it."""

    service: str
    """Name of the connector."""
    wants: str
    """The connector's own word for what it will read: "search", "record"."""
    address: str
    """Where to ask, with its query, without keys; what logs and provenance show."""
    method: Literal["GET", "POST"] = "GET"
    """POST where the service takes its query in a body; that reads too, so every ask may be sent again."""
    accepts: tuple[str, ...] = ("application/json",)
    """Media types of a good answer."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Further fields."""
    body: bytes | None = None
    about: str = ""
    """What it asks for: the words of a search, or the name of a work."""
    position: int = 0
    """How many results come before this page."""
    size: int = 0
    """How many results were asked for on this page; 0: one record."""
    state: str = ""
    """What else the connector needs for the request after this one, in its own words."""
    own_service: bool = False
    """The address is one that the user gave, and may be on a private network."""
    private_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    private_parameters: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back for an ask."""

    ask: Ask
    status: int
    headers: Mapping[str, str]
    """In any spelling of upper and lower case."""
    body: bytes = field(repr=False)
    """Decompressed."""
    at: datetime
    """When it came, with its time zone."""
    address: str = ""
    """Where it came from after redirects; empty: where it was asked."""

    def header(self, name: str) -> str:
        """A header's value; empty where the answer has none."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What an answer says."""

    candidates: tuple[Candidate, ...] = ()
    next: Ask | None = None
    """Where more is to be had."""
    total: int | None = None
    """How many works the service says it has for the search; None: it does not say."""
    absent: bool = False
    """Of a look-up: the service answered that it has no such record. That is no proof that the work does not exist."""
    partial: str = ""
    """Why the service itself calls its answer incomplete; empty: it does not."""
    unreadable: tuple[str, ...] = ()
    """Records of the page that could not be read, each with its position and why."""
    wait_seconds: float | None = None
    """How long the service asks not to be asked again."""


class Capabilities(Record):
    """What a service can be asked for, and on which terms."""

    good_for: str = Field(description="What one finds there, in a sentence.")
    search: bool = Field(default=True, description="Finds works by words.")
    look_up: tuple[Scheme, ...] = Field(default=(), description="Schemes of the names by which it looks works up.")
    full_text: bool = Field(default=False, description="Gives addresses of whole texts.")
    retraction: bool = Field(default=False, description="Says whether a work was retracted or replaced.")
    key: Literal["none", "optional", "required"] = Field(default="none", description="Whether it takes a key.")
    limit: ApiLimit = Field(description="How often one may ask without a key (with it, where one is required).")
    limit_with_key: ApiLimit | None = Field(default=None, description="The same with a key, where it differs.")
    most_on_a_page: int = Field(default=1, ge=1, description="Results on one page at most.")
    most_results: int = Field(default=1, ge=1, description="Results of one search that can be had at all.")
    licence: str = Field(default="", description="Licence of the metadata; empty: the service names none.")
    documentation: str = Field(description="Address of the service's own documentation.")


@runtime_checkable
class Connector(Protocol):
    """A service that can be asked for works. It holds no connection, no clock and no state."""

    name: ClassVar[str]
    """Lower case, one word: "crossref"."""
    title: ClassVar[str]
    """As people write it: "Crossref"."""
    capabilities: ClassVar[Capabilities]

    @property
    def lacks(self) -> str:
        """What has to be set before it can be asked; empty: nothing."""
        ...

    @property
    def limit(self) -> ApiLimit:
        """How often it may be asked with what the user gave."""
        ...

    def search(self, query: Query) -> Ask | None:
        """The first request of a search; None: the service can't be asked this."""
        ...

    def look_up(self, name: Name) -> Ask | None:
        """The request for one work by its name; None: the service knows no names of this scheme."""
        ...

    def read(self, answer: Answer) -> Page:
        """What an answer to an ask of this connector says.

        Raises:
            ConnectorError: the answer is a failure, or is not what the service documents.
        """
        ...


def exchange(connector: Connector, first: Ask | None, wanted: int) -> Generator[Ask, Answer, list[Page]]:
    """Ask, page after page, until enough candidates came, the service has no more, or `MOST_PAGES` were read.

    Yields each ask and takes its answer; returns the pages.

    Raises:
        ConnectorError: as `Connector.read`; what the pages before it said is lost to the caller, so a driver that
            wants to keep it runs the loop itself.
    """
    pages: list[Page] = []
    ask = first
    while ask is not None and len(pages) < MOST_PAGES:
        answer = yield ask
        if answer.ask is not ask:
            raise AnswerError(connector.title, f"an answer to {answer.ask.address} came for {ask.address}")
        page = connector.read(answer)
        pages.append(page)
        enough = sum(len(page.candidates) for page in pages) >= wanted
        ask = None if enough and ask.size else page.next
    return pages
