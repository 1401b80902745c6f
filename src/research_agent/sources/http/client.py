"""The HTTP client that every connector uses: a call and a deadline in, an answer or an error of ours out.

call ─ address checked ─ retries ─ cache ─ breaker, place, turn ─ address checked again, connection ─ body, bounded
"""

import http.cookiejar
import random
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from time import monotonic

import anyio
import httpx

from research_agent.errors import (
    DeadlineExceededError,
    NetworkError,
    NotPublicError,
    RateLimitedError,
    ServiceFailedError,
    TimedOutError,
)
from research_agent.sources.http.attempt import Attempt, Outgoing, with_attempt
from research_agent.sources.http.breaker import State
from research_agent.sources.http.budget import RetryBudget
from research_agent.sources.http.cache import cache_key, cached
from research_agent.sources.http.deadline import Deadline
from research_agent.sources.http.exchange import Answer, ApiLimit, Call, origin
from research_agent.sources.http.governed import GovernedTransport, fails_as_one
from research_agent.sources.http.network import NetworkTransport, Resolver, system_resolver
from research_agent.sources.http.per_host import PerHost
from research_agent.sources.http.politeness import OF_THIS_PROCESS, Politeness
from research_agent.sources.http.redaction import shown
from research_agent.sources.http.redirects import next_address, same_host, same_service
from research_agent.sources.http.retry_after import retry_after
from research_agent.sources.http.retrying import PASSING_STATUSES, with_retries
from research_agent.sources.http.safety import AddressRule, check_url, not_public
from research_agent.sources.http.settings import HttpSettings
from research_agent.sources.http.streaming import ENCODINGS, Body, check_media_type
from research_agent.sources.http.telemetry import Telemetry, quiet_libraries


class HttpClient:
    """Asks services and fetches pages. One a process is enough; `open` makes it and closes it again."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        governed: GovernedTransport,
        *,
        settings: HttpSettings,
        rule: AddressRule,
        own_services: Collection[str],
        telemetry: Telemetry,
        randomness: random.Random,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        """To be made by `open`."""
        self._http, self._governed, self._settings, self._rule = http, governed, settings, rule
        self._own_services = frozenset(origin(address) for address in own_services)
        self._telemetry, self._randomness, self._now, self._sleep = telemetry, randomness, now, sleep
        self._budgets = PerHost[RetryBudget]()

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        settings: HttpSettings | None = None,
        *,
        contact: str = "",
        cache_folder: Path | None = None,
        own_services: Collection[str] = (),
        rule: AddressRule = not_public,
        politeness: Politeness = OF_THIS_PROCESS,
        telemetry: Telemetry | None = None,
        tls: ssl.SSLContext | None = None,
        resolve: Resolver = system_resolver,
        randomness: random.Random | None = None,
        clock: Callable[[], float] = monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> AsyncIterator["HttpClient"]:
        """A client until the end of the block.

        Args:
            settings: Its limits; None: the defaults.
            contact: Mail address or page that services can write to, for the User-Agent.
            cache_folder: Where answers are kept; None: nowhere.
            own_services: Addresses of services that the user runs, which may be on a private network. Only calls that
                say `own_service` reach them, and no page that leads there.
            rule: Which addresses may be asked.
            politeness: The schedules of services, shared with all clients of the process.
            telemetry: Where it says what it does; None: to the providers that the program has set.
            tls: Whom it trusts; None: the authorities that browsers trust.
            resolve: How names become addresses.
            randomness: What the waits between attempts are drawn from.
            clock: Steady seconds, for breakers.
            now: The time of day, for dates in answers.
            sleep: How it waits.
        """
        settings, telemetry = settings or HttpSettings(), telemetry or Telemetry()
        tls = tls or httpx.create_ssl_context()
        quiet_libraries()
        governed = GovernedTransport(
            NetworkTransport(settings.connections, rule, resolve=resolve, tls=tls),
            NetworkTransport(settings.connections, lambda _: None, resolve=resolve, tls=tls),
            settings=settings,
            politeness=politeness,
            telemetry=telemetry,
            clock=clock,
            now=now,
            sleep=sleep,
        )
        async with httpx.AsyncClient(
            transport=cached(governed, cache_folder, settings.caching),
            headers={"user-agent": user_agent(contact), "accept-encoding": ENCODINGS},
            cookies=http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(allowed_domains=())),
            follow_redirects=False,
            trust_env=False,  # no proxy, which would look names up itself, past the guard; no passwords out of .netrc
        ) as client:
            yield cls(
                client,
                governed,
                settings=settings,
                rule=rule,
                own_services=own_services,
                telemetry=telemetry,
                randomness=randomness or random.Random(),  # noqa: S311 -- spreads waits, guards nothing
                now=now,
                sleep=sleep,
            )

    async def fetch(self, call: Call, deadline: Deadline) -> Answer:
        """The answer to a call, from wherever its redirects lead.

        Statuses that pass (429, most 5xx) are asked again and raised in the end; all others, 404 among them, are
        answers.

        Raises:
            NetworkError: there was no usable answer by the deadline; the class says why.
        """
        try:
            answer = await self._follow(call, deadline)
        except NetworkError as error:
            self._telemetry.answered(call, source=type(error).__name__)
            raise
        self._telemetry.answered(call, source="cache" if answer.from_cache else "network")
        return answer

    def breaker_of(self, host: str) -> State:
        """Whether a host is asked (closed), left alone (open), or about to be probed (half-open)."""
        return self._governed.state_of(host)

    def hold(self, limit: ApiLimit, seconds: float) -> None:
        """Ask a service nothing for so many seconds, because it said so elsewhere than in Retry-After."""
        self._governed.hold(limit.name, limit, seconds)

    async def _follow(self, call: Call, deadline: Deadline) -> Answer:
        seen = [as_sent(call.url)]
        while True:
            answer = await self._answer_from(call, seen[-1], deadline, tuple(seen[:-1]))
            target = next_address(call, answer, seen, most=self._settings.redirects)
            if target is None:
                return answer
            seen.append(as_sent(target))

    async def _answer_from(self, call: Call, address: str, deadline: Deadline, way: tuple[str, ...]) -> Answer:
        """The answer of one address, without following it, after as many attempts as it takes."""
        self._check(call, address)
        return await with_retries(
            lambda number: self._attempt(call, address, deadline, way, number),
            repeatable=call.repeatable,
            deadline=deadline,
            shortest=self._settings.timeouts.shortest_attempt,
            settings=self._settings.retries,
            budget=self._budget_of(call, address),
            randomness=self._randomness,
            sleep=self._sleep,
        )

    def _budget_of(self, call: Call, address: str) -> RetryBudget:
        counted = fails_as_one(call, _at_own_service(call, address), httpx.URL(address).host)
        return self._budgets.of(counted, lambda: RetryBudget(self._settings.retries))

    def _check(self, call: Call, address: str) -> None:
        if not _at_own_service(call, address):
            check_url(address, self._rule)
        elif origin(address) not in self._own_services:
            raise NotPublicError(f"{shown(address)} is not an address that was set for a service of one's own.")

    async def _attempt(self, call: Call, address: str, deadline: Deadline, way: tuple[str, ...], number: int) -> Answer:
        if not deadline.allows(self._settings.timeouts.shortest_attempt):
            raise DeadlineExceededError(
                f"{shown(address)} was not asked: the run has {deadline.remaining:.1f} s left. Give it more time."
            )
        attempt = self._made_ready(call, address, deadline, number)
        failure: BaseException | None = None
        try:
            response, body = await self._exchange(attempt)
        except BaseException as error:
            failure = error
            raise
        finally:
            if number == 1 and attempt.passages:
                self._budget_of(call, address).earn()
            with anyio.CancelScope(shield=True):  # what it holds is given back even while it is cancelled
                await attempt.end(failure)
        return _answer(response, body, address, way)

    async def _exchange(self, attempt: Attempt) -> tuple[httpx.Response, bytes]:
        """Send the request and take the answer in, within the time that there is."""
        with anyio.CancelScope(deadline=anyio.current_time() + attempt.deadline.remaining) as attempt.scope:
            response = await self._http.send(self._request(attempt), stream=True)
            try:
                self._check_head(attempt, response)
                return response, await self._body_of(attempt, response)
            finally:
                with anyio.CancelScope(shield=True):
                    await response.aclose()
        raise self._out_of_time(attempt)

    def _made_ready(self, call: Call, address: str, deadline: Deadline, number: int) -> Attempt:
        at_home = same_service(call, address)
        length = {"content-length": str(len(call.body))} if call.method == "POST" else {}
        outgoing = Outgoing(
            method=call.method,
            headers={**length, **(call.credentials.headers if at_home else {})},
            parameters=call.credentials.parameters if at_home else {},
            body=call.body,
        )
        return Attempt(
            call,
            address,
            number,
            deadline,
            outgoing,
            limit=call.limit if same_host(call, address) else None,
            at_own_service=_at_own_service(call, address),
        )

    def _request(self, attempt: Attempt) -> httpx.Request:
        """The request as cache and libraries see it. A POST that only asks is a GET to them, and so can be kept."""
        call = attempt.call
        headers = {**call.headers, "accept": accept_field(call.accept)}
        if call.fresh:
            headers["cache-control"] = "no-cache"
        request = self._http.build_request(
            "GET" if call.only_asks else call.method,
            attempt.address,
            headers=headers,
            extensions={"caching": {"key": cache_key(attempt)}},
        )
        request.headers.pop("content-length", None)
        return with_attempt(request, attempt)

    def _check_head(self, attempt: Attempt, response: httpx.Response) -> None:
        """Refuse an answer by its head."""
        status, host = response.status_code, httpx.URL(attempt.address).host
        if status in PASSING_STATUSES:
            asked = retry_after(response.headers.get("retry-after"), self._now())
            if status == httpx.codes.TOO_MANY_REQUESTS:
                raise RateLimitedError(f"{host} asks for fewer requests (429).", passing=True, retry_after=asked)
            raise ServiceFailedError(f"{host} can't answer now ({status}).", passing=True, retry_after=asked)
        if response.is_success:
            check_media_type(response.headers.get("content-type", ""), attempt.call.accept, attempt.address)

    async def _body_of(self, attempt: Attempt, response: httpx.Response) -> bytes:
        """The body, unpacked. Of a HEAD it is empty, though its length is declared."""
        fields = response.headers if attempt.call.method != "HEAD" else {}
        body = Body(
            encoding=fields.get("content-encoding", ""),
            declared=fields.get("content-length"),
            sizes=self._settings.sizes,
            address=attempt.address,
        )
        async for piece in response.aiter_raw():
            attempt.received += len(piece)
            body.feed(piece)
        return body.finish()

    def _out_of_time(self, attempt: Attempt) -> NetworkError:
        address, timeouts = shown(attempt.address), self._settings.timeouts
        if not attempt.deadline.allows(timeouts.shortest_attempt):
            return DeadlineExceededError(
                f"{address} had not answered when the run's time was up. Give the run more time."
            )
        return TimedOutError(
            f"{address} had not sent its whole answer within {timeouts.whole_attempt:.0f} s.", passing=True
        )


def user_agent(contact: str) -> str:
    """What we call ourselves, and where to write if we misbehave: "name/version (+contact)"."""
    name = f"research-agent/{version('research-agent-mcp')}"
    place = contact if contact.startswith(("http://", "https://")) else f"mailto:{contact}"
    return f"{name} (+{place})" if contact else name


def accept_field(expected: Sequence[str]) -> str:
    """The Accept field for expected media types; it knows no patterns but whole types (RFC 9110, section 12.5.1)."""
    return ", ".join(one for one in expected if "*" not in one or one.endswith("/*")) or "*/*"


def as_sent(url: str) -> str:
    """An address as it will be sent, so that what is checked is what is asked.

    Raises:
        NotPublicError: it can't be read.
    """
    try:
        return str(httpx.URL(url.partition("#")[0]))
    except (httpx.InvalidURL, ValueError) as error:
        raise NotPublicError(f"{shown(url)} is not asked: it can't be read ({error}). Nothing was sent.") from error


def _at_own_service(call: Call, address: str) -> bool:
    return call.own_service and origin(call.url) == origin(address)


def _answer(response: httpx.Response, body: bytes, address: str, way: tuple[str, ...]) -> Answer:
    status = response.extensions.get("caching") or {}
    return Answer(
        status=response.status_code,
        headers={name: value for name, value in response.headers.items() if name != "set-cookie"},
        body=body,
        address=address,
        from_cache=bool(status.get("from_cache")),
        redirects=way,
    )
