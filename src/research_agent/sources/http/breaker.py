"""A breaker for each host: after too many failures it is left alone for a while, then one request probes it. Pure.

Own code, because no library for it lets one request probe at a time, takes the clock as an argument and is told an
outcome when the last byte of a streamed body is in (docs/http-client.md names those that were read).
"""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum

from research_agent.sources.http.settings import Breaker as BreakerSettings


class State(StrEnum):
    """What a breaker does with a request."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave to make one request."""

    probe: bool = False
    """Whether it is the one request of a half-open breaker."""


class Breaker:
    """The breaker of one host. Times are seconds on one steady clock.

    Each permit is followed by one `succeeded`, `failed` or `abandoned`.
    """

    def __init__(self, settings: BreakerSettings) -> None:
        """Begin closed."""
        self._settings = settings
        self._outcomes: deque[bool] = deque(maxlen=settings.window)
        self._opened_at: float | None = None
        self._probing = False

    def state(self, now: float) -> State:
        """What it does at this moment."""
        if self._opened_at is None:
            return State.CLOSED
        return State.HALF_OPEN if self.rest(now) == 0 else State.OPEN

    def rest(self, now: float) -> float:
        """Seconds until it lets a request probe; 0: it is closed or half-open."""
        return 0.0 if self._opened_at is None else max(0.0, self._opened_at + self._settings.rest - now)

    def refuses(self, now: float) -> bool:
        """Whether a request may not go now: the breaker is open, or another request probes."""
        return self.rest(now) > 0 or self._probing

    def admit(self, now: float) -> Permit | None:
        """Let a request go; None: it may not. Of a half-open breaker it is the one that probes."""
        if self.refuses(now):
            return None
        self._probing = self._opened_at is not None
        return Permit(probe=self._probing)

    def succeeded(self, permit: Permit) -> None:
        """The host answered: a probe closes the breaker."""
        if permit.probe:
            self._opened_at, self._probing = None, False
            self._outcomes.clear()
        self._outcomes.append(True)

    def failed(self, permit: Permit, now: float) -> None:
        """The host did not answer, or said that it can't: a probe opens the breaker again."""
        self._outcomes.append(False)
        if permit.probe or (self._opened_at is None and self._too_many_failures()):
            self._opened_at, self._probing = now, False
            self._outcomes.clear()

    def abandoned(self, permit: Permit) -> None:
        """Nothing was learnt of the host: the request was cancelled, or not sent."""
        if permit.probe:
            self._probing = False

    def _too_many_failures(self) -> bool:
        seen = len(self._outcomes)
        failures = seen - sum(self._outcomes)
        return seen >= self._settings.fewest and failures >= self._settings.share * seen
