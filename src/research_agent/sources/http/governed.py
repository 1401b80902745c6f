"""What stands before each request to the network: the breaker, a place with the host, its turn with the service.

It lies below the cache, so an answer from there waits for nothing and counts for nothing.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

import httpx

from research_agent.errors import CircuitOpenError, DeadlineExceededError
from research_agent.sources.http.attempt import Attempt, Passage, attempt_of
from research_agent.sources.http.breaker import Breaker, Permit, State
from research_agent.sources.http.bulkhead import Bulkheads
from research_agent.sources.http.deadline import Deadline
from research_agent.sources.http.exchange import ApiLimit, Call
from research_agent.sources.http.per_host import PerHost
from research_agent.sources.http.politeness import Politeness
from research_agent.sources.http.retry_after import retry_after
from research_agent.sources.http.settings import HttpSettings
from research_agent.sources.http.telemetry import Telemetry

ASKS_FOR_A_PAUSE: Final = frozenset({429, 503})
"""Statuses whose Retry-After speaks of the service and not of one page (RFC 9110, 15.6.4; RFC 6585, 4)."""


class GovernedTransport(httpx.AsyncBaseTransport):
    """The network, asked no more than it should be."""

    def __init__(
        self,
        open_web: httpx.AsyncBaseTransport,
        own_services: httpx.AsyncBaseTransport,
        *,
        settings: HttpSettings,
        politeness: Politeness,
        telemetry: Telemetry,
        clock: Callable[[], float],
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        """Ask pages and services through one transport, the user's own services through another."""
        self._open_web, self._own_services = open_web, own_services
        self._settings, self._politeness, self._telemetry = settings, politeness, telemetry
        self._clock, self._now, self._sleep = clock, now, sleep
        self._breakers = PerHost[Breaker]()
        self._bulkheads = Bulkheads(settings.at_once)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request when it may go.

        The passage that it opens stays with the attempt, which ends it once the body is in.

        Raises:
            CircuitOpenError: the host is left alone.
            DeadlineExceededError: its turn comes too late for this run.
            NetworkError: what the network raises.
        """
        attempt = attempt_of(request)
        await attempt.end(None)  # a revalidation that matched nothing kept is followed by a second request
        passage = await self._passage(attempt, request.url.host)
        attempt.passages.append(passage)
        request.extensions["timeout"] = self._timeouts(attempt.deadline)
        network = self._own_services if attempt.at_own_service else self._open_web
        response = await network.handle_async_request(request)
        passage.response = response
        passage.record.answered(response.status_code, response.extensions.get("http_version", b"").decode("ascii"))
        self._hold(attempt, request.url.host, response)
        return response

    def state_of(self, host: str) -> State:
        """What the breaker of a host does at this moment."""
        return self._breaker(host).state(self._clock())

    def hold(self, name: str, limit: ApiLimit, seconds: float) -> None:
        """Let no request to a service go for so many seconds."""
        self._politeness.hold(name, limit, seconds=seconds, slack=self._settings.slack)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._open_web.aclose()
        await self._own_services.aclose()

    async def _passage(self, attempt: Attempt, host: str) -> Passage:
        breaker, clock = self._breaker(fails_as_one(attempt.call, attempt.at_own_service, host)), self._clock
        if breaker.refuses(clock()):  # known before it stands in line
            raise _left_alone(host, breaker.rest(clock()))
        limit = attempt.limit or self._settings.page_limit
        name = _name_of(attempt, host)
        place = await self._bulkheads.enter(
            fails_as_one(attempt.call, attempt.at_own_service, host), name, limit.at_once
        )
        try:
            await self._wait_for_turn(attempt, name)
            permit = _permit(breaker, host, clock())
        except BaseException:
            place.leave()
            raise
        attempt.begin(self._settings.timeouts.whole_attempt)
        record = self._telemetry.attempt(
            attempt.call, attempt.address, method=attempt.outgoing.method, number=attempt.number
        )
        return Passage(place, breaker, permit, record, clock)

    async def _wait_for_turn(self, attempt: Attempt, name: str) -> None:
        limit = attempt.limit or self._settings.page_limit
        within = attempt.deadline.remaining - self._settings.timeouts.shortest_attempt
        wait = self._politeness.reserve(name, limit, within=within, slack=self._settings.slack)
        if wait is None:
            raise DeadlineExceededError(
                f"{limit.name} may be asked again only when this run must be over. Give it more time, or ask later."
            )
        if wait > 0:
            self._telemetry.waited(attempt.call, wait)
            await self._sleep(wait)

    def _hold(self, attempt: Attempt, host: str, response: httpx.Response) -> None:
        if response.status_code not in ASKS_FOR_A_PAUSE:
            return
        seconds = retry_after(response.headers.get("retry-after"), self._now())
        if seconds:
            self.hold(_name_of(attempt, host), attempt.limit or self._settings.page_limit, seconds)

    def _breaker(self, host: str) -> Breaker:
        return self._breakers.of(host, lambda: Breaker(self._settings.breaker))

    def _timeouts(self, deadline: Deadline) -> dict[str, float]:
        timeouts, left = self._settings.timeouts, deadline.remaining
        return {part: min(getattr(timeouts, part), left) for part in ("connect", "read", "write", "pool")}


def fails_as_one(call: Call, at_own_service: bool, host: str) -> str:
    """What breakers, bulkheads and budgets count by: a host, or each of the user's own services that share one."""
    return f"{host} {call.limit.name}" if at_own_service and call.limit else host


def _name_of(attempt: Attempt, host: str) -> str:
    if attempt.limit is None:
        return f"page {host}"
    return f"{attempt.limit.name} {host}" if attempt.limit.each_host else attempt.limit.name


def _permit(breaker: Breaker, host: str, now: float) -> Permit:
    permit = breaker.admit(now)
    if permit is None:
        raise _left_alone(host, breaker.rest(now))
    return permit


def _left_alone(host: str, seconds: float) -> CircuitOpenError:
    until = f"for {seconds:.0f} s more" if seconds > 0 else "until the request that probes it has its answer"
    return CircuitOpenError(f"{host} failed too often of late and is left alone {until}. Ask it later.")
