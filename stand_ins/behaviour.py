"""How the stand-ins misbehave: how slow, how often and in which way they fail, and which are down. Pure."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

Fault = Literal["429", "500", "reset", "truncated"]
FAULTS: Final[tuple[Fault, ...]] = get_args(Fault)
EVERY: Final = ""
"""Stands for all services that have no latency of their own."""


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """What a service does beside answering well. The same seed gives the same faults in the same order."""

    latency: Mapping[str, float] = field(default_factory=dict)
    """Seconds before an answer, by service; under `EVERY` that of all others."""
    failing: float = 0.0
    """Share of answers that fail, 0 to 1."""
    faults: tuple[Fault, ...] = FAULTS
    """The ways in which they fail, each as often as the others."""
    retry_after: int = 1
    """Seconds that a 429 asks to wait."""
    down: frozenset[str] = frozenset()
    """Services that answer everything with 503."""
    huge: frozenset[str] = frozenset()
    """Services that answer everything with far more than anybody wants."""
    seed: int = 0

    def seconds(self, service: str) -> float:
        """How long a service takes."""
        return self.latency.get(service, self.latency.get(EVERY, 0.0))

    def fault(self, service: str, number: int) -> Fault | None:
        """How a service fails at its request of this number; None: it answers well."""
        chance = random.Random(f"{self.seed} {service} {number}")
        return chance.choice(self.faults) if chance.random() < self.failing else None


def latencies(texts: Iterable[str]) -> dict[str, float]:
    """The latencies that texts like "0.1" and "crossref=0.3" name.

    Raises:
        ValueError: one of them names none.
    """
    found = {}
    for text in texts:
        service, _, seconds = text.rpartition("=")
        found[service] = float(seconds)
        if found[service] < 0:
            raise ValueError(f"{text!r}: seconds are not negative")
    return found
