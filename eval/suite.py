"""The form of a suite: what it measures, the scores with their intervals, and every case that failed.

A suite is one function, registered by name, that yields scores and failures; `eval.running` compares them with
thresholds and baselines, prints and writes them. Everything is seeded: the same commit gives the same figures.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from research_agent.model.base import Record

SEED: Final = 20_261_125
RESAMPLES: Final = 2_000
"""Of the bootstrap: more moves the bounds of an interval by less than they are rounded to."""
CONFIDENCE: Final = 0.95


class Score(Record):
    """One figure of a suite."""

    name: str = Field(description='What it is: "nDCG@10, fused".')
    value: float = Field(allow_inf_nan=False, description="The figure.")
    low: float | None = Field(
        default=None, allow_inf_nan=False, description="Lower bound of its 95% interval; None: it is a count of all."
    )
    high: float | None = Field(default=None, allow_inf_nan=False, description="Upper bound.")
    cases: int = Field(ge=0, description="How many cases it is taken over.")
    at_least: float | None = Field(default=None, description="Threshold below which the suite fails; None: it is told.")
    at_most: float | None = Field(default=None, description="Threshold above which the suite fails.")
    chance: float | None = Field(
        default=None,
        allow_inf_nan=False,
        description="Its floor: what guessing or the simplest method gives (0.5 for an AUC); None: it has none.",
    )
    difference: bool = Field(
        default=False, description="It tells by how much one figure is above another: it has no best of 1."
    )
    note: str = Field(default="", description="What a reader has to know of it.")

    @property
    def guards(self) -> bool:
        """Whether it has a threshold."""
        return self.at_least is not None or self.at_most is not None

    @property
    def met(self) -> bool:
        """Whether its threshold holds; over no case none does."""
        if not self.guards:
            return True
        high_enough = self.at_least is None or self.value >= self.at_least
        return self.cases > 0 and high_enough and (self.at_most is None or self.value <= self.at_most)

    @property
    def measured(self) -> bool:
        """Whether there was anything to measure; what stands for a part that was skipped has no case."""
        return self.cases > 0 or self.guards

    @property
    def at_its_floor(self) -> bool:
        """Whether its interval, or the figure where it has none, reaches down to what guessing would give."""
        bound = self.value if self.low is None else self.low
        return self.measured and self.chance is not None and bound <= self.chance


class Failure(Record):
    """A case that did not come out as it should."""

    case: str = Field(description="Id of the case.")
    expected: str = Field(description="What should have come.")
    came: str = Field(description="What came.")
    why: str = Field(default="", description="What is known of the cause.")


class Bin(Record):
    """One bar of a reliability diagram."""

    low: float = Field(ge=0, le=1, description="Confidences from here")
    high: float = Field(ge=0, le=1, description="to here.")
    cases: int = Field(ge=1, description="How many answers fall into it.")
    confidence: float = Field(ge=0, le=1, description="Their mean confidence.")
    accuracy: float = Field(ge=0, le=1, description="The share of them that is right.")


class Reliability(Record):
    """Whether a judge is as often right as it is sure: a diagram for the report (Guo et al. 2017, arXiv 1706.04599)."""

    judge: str = Field(description="Who answered.")
    error: float = Field(ge=0, le=1, description="Expected calibration error.")
    bins: tuple[Bin, ...] = Field(description="Those that hold an answer, by confidence.")


class SuiteResult(Record):
    """What a suite measured."""

    suite: str = Field(description="Name of the suite.")
    title: str = Field(description="What it asks.")
    scores: tuple[Score, ...] = Field(description="Its figures.")
    failures: tuple[Failure, ...] = Field(default=(), description="Every case that failed.")
    skipped: str = Field(default="", description="Why it was not run; empty: it was.")
    leaks: tuple[str, ...] = Field(default=(), description="What is known to flatter or to spoil its figures.")
    reliability: tuple[Reliability, ...] = Field(default=(), description="One for each judge that says how sure it is.")
    cost_usd: float = Field(
        default=0,
        ge=0,
        description="US dollars that the answers of models cost, whenever they were asked; 0: none was.",
    )

    @property
    def met(self) -> bool:
        """Whether every threshold holds."""
        return all(score.met for score in self.scores)


Suite = Callable[[], SuiteResult]


@dataclass
class Registry:
    """The suites by name, in the order of their registration."""

    known: dict[str, Suite] = field(default_factory=dict)

    def __call__(self, name: str) -> Callable[[Suite], Suite]:
        """Register a suite under a name."""

        def register(suite: Suite) -> Suite:
            if name in self.known:
                raise ValueError(f"two suites are called {name}")
            self.known[name] = suite
            return suite

        return register

    def __iter__(self) -> Iterator[str]:
        return iter(self.known)


suite: Final = Registry()


def interval(values: Sequence[float], *, seed: int = SEED) -> tuple[float, float]:
    """The 95% interval of a mean by the percentile bootstrap (Efron 1979), seeded.

    The order of the cases moves nothing: a draw of places is a draw of values in their order.

    Args:
        values: one a case.
        seed: of the resampling.
    """
    sample = np.sort(np.asarray(values, dtype=float))
    if len(sample) == 0:
        return (float("nan"), float("nan"))
    drawn = np.random.default_rng(seed).integers(0, len(sample), size=(RESAMPLES, len(sample)))
    means = sample[drawn].mean(axis=1)
    return percentiles(means)


def percentiles(drawn: NDArray[np.float64]) -> tuple[float, float]:
    """The 95% interval of a figure, of what it was in each resample."""
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return (float(low), float(high))
