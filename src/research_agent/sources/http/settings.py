"""The limits of the HTTP client: each with a name, a default and the reason for it. No I/O."""

from typing import Final

from pydantic import Field

from research_agent.model.base import Record
from research_agent.sources.http.exchange import ApiLimit, Rate

MIB: Final = 1024 * 1024


class Timeouts(Record):
    """How long the parts of one attempt may take, in seconds; each is cut to what the run's deadline leaves."""

    connect: float = Field(
        default=5.0,
        gt=0,
        description="Name, connection and TLS: a lost first packet is sent again after 1 and 3 seconds (RFC 6298).",
    )
    read: float = Field(
        default=20.0,
        gt=0,
        description="Between two pieces of an answer: a search may think for long, a dead peer for ever.",
    )
    write: float = Field(default=10.0, gt=0, description="Between two pieces of a request: ours are a few kB.")
    pool: float = Field(
        default=10.0, gt=0, description="For a free connection: longer means that the limits above it are set wrong."
    )
    whole_attempt: float = Field(
        default=60.0, gt=0, description="From first to last byte, against answers that drip: 20 MiB at 350 kB/s."
    )
    shortest_attempt: float = Field(
        default=0.3,
        ge=0,
        description="What an attempt needs at least; with less left none begins. TLS over an ocean: 3 round trips.",
    )


class Retries(Record):
    """When an attempt is made again, and how long after."""

    attempts: int = Field(
        default=7, ge=1, description="In all: with 3 of 10 answers failing, 1 call in 4,600 still fails after seven."
    )
    attempts_to_reach: int = Field(
        default=3,
        ge=1,
        description="In all, where no host was reached: no network does not come back within seconds.",
    )
    base: float = Field(
        default=0.5, gt=0, description="Seconds; the first wait is drawn from 0 to this, then it doubles."
    )
    longest: float = Field(default=20.0, gt=0, description="Seconds that a drawn wait never exceeds.")
    longest_asked: float = Field(
        default=90.0,
        ge=0,
        description="Seconds of Retry-After that we wait; who asks for more is left alone. Wayback asks for 60.",
    )
    budget_share: float = Field(
        default=0.2, ge=0, le=1, description="Retries for each request to a host: retries add at most a fifth of load."
    )
    budget_reserve: int = Field(
        default=10,
        ge=0,
        description="Retries of a host beyond its share: a run may ask a host once, and that may fail.",
    )
    budget_most: int = Field(
        default=50, ge=0, description="Retries of a host that can be saved up: years without faults allow no storm."
    )


class Breaker(Record):
    """When a host that fails is left alone."""

    window: int = Field(default=10, ge=1, description="Outcomes that count: the last ones, not a host's whole history.")
    fewest: int = Field(default=8, ge=1, description="Outcomes before it may open: fewer say too little of a host.")
    share: float = Field(
        default=0.9,
        gt=0,
        le=1,
        description="Share of failures that opens it; with 3 of 10 failing, so does chance in 1 of 130 runs of 100.",
    )
    rest: float = Field(
        default=15.0, gt=0, description="Seconds until one request probes: restarts take about that, runs last minutes."
    )


class Connections(Record):
    """The pool of connections."""

    most: int = Field(default=50, ge=1, description="Connections at once: a dozen services and as many page hosts.")
    kept: int = Field(default=20, ge=0, description="Idle connections kept open: one or two for each service.")
    idle: float = Field(default=30.0, gt=0, description="Seconds that one is kept idle: nginx closes its end after 75.")
    http2: bool = Field(default=True, description="Offer HTTP/2: many requests to a service share one connection.")


class Sizes(Record):
    """How large an answer may be, in bytes."""

    packed: int = Field(
        default=20 * MIB, ge=1, description="As it comes over the wire: several times the PDF of a long paper."
    )
    unpacked: int = Field(
        default=50 * MIB, ge=1, description="After decompression, which can blow up a body a thousandfold (zip bombs)."
    )


class Caching(Record):
    """The cache on disk (RFC 9111)."""

    most: int = Field(
        default=512 * MIB, ge=0, description="Bytes on disk: 20,000 answers of 25 kB; the longest unused go."
    )
    largest: int = Field(default=20 * MIB, ge=0, description="Bytes of one answer that is kept: all that we take.")
    assumed_fresh: float = Field(
        default=86_400.0,
        ge=0,
        description="Seconds for which an answer that says nothing of it counts as fresh (RFC 9111, 4.2.2): a day.",
    )
    assumed_missing: float = Field(
        default=3_600.0, ge=0, description="The same for 404 and 410: what is missing today may be there tomorrow."
    )
    longest: float = Field(
        default=30 * 86_400.0, gt=0, description="Seconds after which an answer is dropped: a month."
    )


class HttpSettings(Record):
    """All limits of the client."""

    timeouts: Timeouts = Timeouts()
    retries: Retries = Retries()
    breaker: Breaker = Breaker()
    connections: Connections = Connections()
    sizes: Sizes = Sizes()
    caching: Caching = Caching()
    redirects: int = Field(
        default=5,
        ge=0,
        description="Redirects that are followed: an identifier, its resolver, https, a new home make three.",
    )
    at_once: int = Field(
        default=4, ge=1, description="Requests under way to one host: one slow host can't hold the whole pool."
    )
    page_limit: ApiLimit = Field(
        default=ApiLimit(name="page", rates=(Rate(requests=2, seconds=1),), at_once=2),
        description="For each host without a documented limit: as often as a reader who opens links in tabs.",
    )
    slack: float = Field(
        default=0.3,
        ge=0,
        description="Seconds by which spans of limits are stretched: a service counts arrivals, and the first request "
        "is late by the time that its connection takes.",
    )
