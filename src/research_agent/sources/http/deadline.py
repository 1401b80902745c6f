"""The moment by which a whole research run must be done; handed down to every request of it. Pure."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on a steady clock, in seconds."""

    at: float
    clock: Callable[[], float] = time.monotonic

    @classmethod
    def after(cls, seconds: float, clock: Callable[[], float] = time.monotonic) -> Self:
        """The deadline of a run that begins now and may take so many seconds."""
        return cls(clock() + seconds, clock)

    @property
    def remaining(self) -> float:
        """Seconds that are left, never below 0."""
        return max(0.0, self.at - self.clock())

    def allows(self, seconds: float) -> bool:
        """Whether something that takes so many seconds can still be done."""
        return self.remaining >= seconds

    def within(self, seconds: float) -> Self:
        """A deadline for a part of the run: so many seconds from now, never later than this one."""
        return type(self)(min(self.at, self.clock() + seconds), self.clock)
