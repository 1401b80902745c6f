"""What the stand-ins were asked, and when: to show that no limit was broken, and that nothing was asked twice."""

import threading
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from research_agent.sources.http.exchange import ApiLimit

_JITTER = 0.01
"""Seconds by which two requests may come closer than they were sent: threads and sockets of a busy machine."""


class Asked(NamedTuple):
    """One request."""

    service: str
    target: str
    """Path and query."""
    begun: float
    """When it came, in seconds of the machine's steady clock."""
    ended: float
    """When its answer was handed over."""
    outcome: str
    """The status, or the fault: "200", "404", "reset"."""


class Count:
    """All requests, from whatever thread they are looked at."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: list[Asked] = []
        self._numbers: dict[str, int] = {}

    def next_number(self, service: str) -> int:
        """The number of a service's request that just came, from 0."""
        with self._lock:
            number = self._numbers.get(service, 0)
            self._numbers[service] = number + 1
            return number

    def add(self, asked: Asked) -> None:
        with self._lock:
            self._asked.append(asked)

    @property
    def all(self) -> tuple[Asked, ...]:
        """In the order in which they were answered."""
        with self._lock:
            return tuple(self._asked)


def of_json(rows: Iterable[Any]) -> tuple[Asked, ...]:
    """Requests as JSON holds them."""
    return tuple(Asked(*row) for row in rows)


def breaches(asked: Sequence[Asked], limit: ApiLimit) -> list[str]:
    """Where requests to one service broke its limit, in words; empty: nowhere."""
    ordered = sorted(one.begun for one in asked)
    found = []
    for rate in limit.rates:
        for first, last in zip(ordered, ordered[rate.requests :], strict=False):
            if last - first < rate.seconds - _JITTER:
                allowed = f"{rate.requests} in {rate.seconds:g} s may be"
                found.append(f"{rate.requests + 1} requests in {last - first:.3f} s; {allowed}")
    most = most_at_once(asked)
    if most > limit.at_once:
        found.append(f"{most} requests at once; {limit.at_once} may be")
    return found


def most_at_once(asked: Sequence[Asked]) -> int:
    """How many requests were under way at the same time at most."""
    moments = sorted([(one.begun, 1) for one in asked] + [(one.ended, -1) for one in asked])
    now = most = 0
    for _, step in moments:
        now += step
        most = max(most, now)
    return most
