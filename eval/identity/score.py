"""Score the resolution of candidates on labelled pairs: precision and recall of "one work", with their intervals."""

import random
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from eval.identity.pairs import Pair
from research_agent.sources.merging import works_of
from research_agent.sources.origin import OriginFile, OriginTable

_SAMPLES: Final = 2_000
_SEED: Final = 20261125
_INTERVAL: Final = (0.025, 0.975)


class Outcome(NamedTuple):
    """What became of a pair."""

    pair: Pair
    joined: bool

    @property
    def right(self) -> bool:
        """Whether it became what its label says."""
        return self.joined == (self.pair.label == "same")


class Estimate(NamedTuple):
    """A share with its 95 % interval: percentile bootstrap over pairs (Efron and Tibshirani 1993, chapter 13)."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


class Resolution(NamedTuple):
    """How well pairs were told."""

    precision: Estimate
    """Of the pairs that were joined, the share that are one work."""
    recall: Estimate
    """Of the pairs that are one work, the share that were joined."""
    outcomes: tuple[Outcome, ...]

    @property
    def joined(self) -> int:
        """How many pairs were taken for one work."""
        return sum(outcome.joined for outcome in self.outcomes)

    @property
    def errors(self) -> list[Outcome]:
        """The pairs that became what they are not."""
        return [outcome for outcome in self.outcomes if not outcome.right]


def resolve(pairs: Sequence[Pair]) -> Resolution:
    """Resolve each pair by itself, and say how well that went."""
    origins = OriginTable(OriginFile())
    outcomes = tuple(
        Outcome(pair, len(works_of([pair.one.candidate, pair.other.candidate], origins)) == 1 and not _notice(pair))
        for pair in pairs
    )
    return Resolution(_estimate(outcomes, _precision), _estimate(outcomes, _recall), outcomes)


def _notice(pair: Pair) -> bool:
    """A notice that a service names as one is no work: it was told apart, though one work is left."""
    return any("notice_of" in side.signals for side in (pair.one, pair.other))


def _precision(outcomes: Sequence[Outcome]) -> float:
    joined = [outcome for outcome in outcomes if outcome.joined]
    return sum(outcome.right for outcome in joined) / len(joined) if joined else 1.0


def _recall(outcomes: Sequence[Outcome]) -> float:
    same = [outcome for outcome in outcomes if outcome.pair.label == "same"]
    return sum(outcome.right for outcome in same) / len(same) if same else 1.0


def _estimate(outcomes: Sequence[Outcome], share: Callable[[Sequence[Outcome]], float]) -> Estimate:
    drawn, by_id = random.Random(_SEED), sorted(outcomes, key=lambda outcome: outcome.pair.id)
    samples = sorted(share(drawn.choices(by_id, k=len(by_id))) for _ in range(_SAMPLES))
    low, high = (samples[int(quantile * (_SAMPLES - 1))] for quantile in _INTERVAL)
    return Estimate(share(outcomes), low, high)


def bound_without_errors(trials: int, confidence: float = 0.95) -> float:
    """What a share is at least when no trial of so many failed, exactly and one-sided (Clopper and Pearson 1934).

    One-sided, as such a share has no upper bound but 1. Resampling can't tell: it draws no error where there is none.
    """
    return float((1 - confidence) ** (1 / trials)) if trials else 0.0
