"""One attempt on its way through the transports: what it may take, what it holds, and how it is ended once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import anyio
import httpx

from research_agent.errors import DeadlineExceededError, NetworkError, TimedOutError, UnreachableError
from research_agent.sources.http.breaker import Breaker, Permit
from research_agent.sources.http.bulkhead import Place
from research_agent.sources.http.deadline import Deadline
from research_agent.sources.http.exchange import ApiLimit, Call
from research_agent.sources.http.telemetry import AttemptRecord

_EXTENSION: Final = "research_agent.attempt"

FIRST_SERVER_FAULT: Final = 500
"""From this status on it is the server that failed (RFC 9110, section 15.6)."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What only the network sees of a request: the cache keeps, and logs and traces show, what stands above it."""

    method: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    parameters: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(slots=True)
class Attempt:
    """One attempt to get one address."""

    call: Call
    address: str
    number: int
    deadline: Deadline
    outgoing: Outgoing
    limit: ApiLimit | None
    """The service's limit; None: that of a page. It is the call's, unless a redirect led to another host."""
    at_own_service: bool = False
    """Whether it goes to a service that the user runs, past the rule of addresses."""
    scope: anyio.CancelScope = field(default_factory=anyio.CancelScope)
    received: int = 0
    """Bytes of the body that came, as they came."""
    passages: list["Passage"] = field(default_factory=list)
    """The requests that went out for it: none where the cache answered."""

    def begin(self, longest: float) -> None:
        """Let it run from now on, so many seconds at most; until now it only waited for its turn."""
        self.scope.deadline = min(self.scope.deadline, anyio.current_time() + longest)

    async def end(self, error: BaseException | None) -> None:
        """Give back all that it holds, and say how it ended: with a whole body, or with an error."""
        for passage in self.passages:
            await passage.end(error, size=self.received)


@dataclass(slots=True)
class Passage:
    """One request to the network: its place, its permit and its record, all given back when it ends."""

    place: Place
    breaker: Breaker
    permit: Permit
    record: AttemptRecord
    clock: Callable[[], float]
    response: httpx.Response | None = None
    _ended: bool = False

    async def end(self, error: BaseException | None, *, size: int = 0) -> None:
        """Give everything back. Only the first call counts."""
        if self._ended:
            return
        self._ended = True
        failed = self.response is not None and self.response.status_code >= FIRST_SERVER_FAULT
        if failed or _is_of_the_host(error):
            self.breaker.failed(self.permit, self.clock())
        elif self.response is not None and not _stopped(error):
            self.breaker.succeeded(self.permit)
        else:
            self.breaker.abandoned(self.permit)
        self.record.end(error, size=size)
        self.place.leave()
        if self.response is not None:
            await self.response.aclose()


def with_attempt(request: httpx.Request, attempt: Attempt) -> httpx.Request:
    """Let a request carry its attempt down the transports."""
    request.extensions[_EXTENSION] = attempt
    return request


def attempt_of(request: httpx.Request) -> Attempt:
    """The attempt that a request belongs to."""
    attempt = request.extensions[_EXTENSION]
    if not isinstance(attempt, Attempt):  # pragma: no cover -- only `with_attempt` sets it
        raise TypeError(_EXTENSION)
    return attempt


def _stopped(error: BaseException | None) -> bool:
    """Whether we stopped, so that nothing is known of how it would have ended."""
    return error is not None and (isinstance(error, DeadlineExceededError) or not isinstance(error, NetworkError))


def _is_of_the_host(error: BaseException | None) -> bool:
    """Whether an error says that the host is in trouble, and not that we refused something or stopped."""
    return isinstance(error, UnreachableError | TimedOutError)
