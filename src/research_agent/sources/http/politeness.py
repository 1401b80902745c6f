"""When the next request to a service may go, as its documentation asks; a schedule is pure, a process shares it.

Own code, because the libraries for it only wait: none takes a turn and says when it comes, which a deadline must know
before anybody waits, and none lets the Retry-After of one task hold back all (docs/http-client.md names those read).
"""

import threading
from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import Final

from research_agent.sources.http.exchange import ApiLimit
from research_agent.sources.http.per_host import PerHost


class Schedule:
    """The moments at which requests to one service may go. Times are seconds on one steady clock."""

    def __init__(self, limit: ApiLimit, *, slack: float = 0.0) -> None:
        """Begin with nothing sent. Spans are stretched by `slack` seconds."""
        self._sent = [(rate.seconds + slack, deque[float](maxlen=rate.requests)) for rate in limit.rates]
        self._held_until = float("-inf")

    def next_at(self, now: float) -> float:
        """The first moment from now on at which a request may go: no span holds more than its requests."""
        return max(now, self._held_until, *(sent[0] + span for span, sent in self._sent if len(sent) == sent.maxlen))

    def reserve(self, now: float, latest: float = float("inf")) -> float | None:
        """Take the next moment, which nobody else gets then; None, and nothing is taken, if it is after `latest`."""
        at = self.next_at(now)
        if at > latest:
            return None
        for _, sent in self._sent:
            sent.append(at)
        return at

    def hold(self, until: float) -> None:
        """Let nothing go before a moment, because the service asked for a pause."""
        self._held_until = max(self._held_until, until)


class Politeness:
    """The schedules of all services that this process asks, from whatever task, event loop or thread."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        """Begin with nothing sent."""
        self._clock = clock
        self._lock = threading.Lock()
        self._schedules = PerHost[Schedule]()

    def reserve(self, name: str, limit: ApiLimit, *, within: float, slack: float) -> float | None:
        """Seconds to wait before the next request to a service; None, and no turn is taken: more than `within`."""
        with self._lock:
            now = self._clock()
            at = self._schedule(name, limit, slack).reserve(now, now + within)
            return None if at is None else at - now

    def hold(self, name: str, limit: ApiLimit, *, seconds: float, slack: float) -> None:
        """Let no request to a service go for so many seconds."""
        with self._lock:
            self._schedule(name, limit, slack).hold(self._clock() + seconds)

    def _schedule(self, name: str, limit: ApiLimit, slack: float) -> Schedule:
        return self._schedules.of(name, lambda: Schedule(limit, slack=slack))


OF_THIS_PROCESS: Final = Politeness()
"""A limit is one for all that a process sends, whatever clients it opens: the one thing here that is not handed in
by default."""
