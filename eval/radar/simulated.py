"""Judges whose biases are known because they are built in: do the measures of `judges` find them? No model is asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

import numpy as np

from eval.radar.judges import (
    Comparison,
    Recorded,
    Verdict,
    calibration,
    position_bias,
    self_consistency,
    verbosity_bias,
)
from eval.suite import SEED, Reliability

_WORKS: Final = 1_000
"""Invented ones, half of them credible: enough for shares to within .05."""
_RUNS: Final = 3
_RIGHT: Final = (0.55, 0.65, 0.75)
"""How often the judge is right, from work to work: above a coin, with room for being too sure."""
_LONG, _SHORT = 200, 40  # words of a record


@dataclass(frozen=True)
class Habits:
    """How a simulated judge judges; all zero: without a bias.

    Attributes:
        judge: its name.
        to_first: share of pairs in which it takes whatever stands first, 0 to 1.
        to_longer: share of pairs in which it takes the longer one, 0 to 1.
        wavering: share of verdicts in which it tosses a coin, 0 to 1.
        too_sure: by how much its confidence is above its share of right answers, 0 to 0.25.
    """

    judge: str
    to_first: float = 0.0
    to_longer: float = 0.0
    wavering: float = 0.0
    too_sure: float = 0.0

    @property
    def due(self) -> dict[str, float]:
        """What endlessly many answers would show."""
        return {
            "same choice in both orders": 1 - self.to_first,
            "first one chosen in both orders": self.to_first,
            "longer one chosen of two alike": 0.5 + self.to_longer / 2,
            "same answer when asked again": 0.5 + (1 - self.wavering) ** 2 / 2,
            "calibration error": self.too_sure,
        }


UNBIASED: Final = Habits("simulated judge, without a bias")
TOO_SURE: Final = Habits("simulated judge, 0.2 too sure", too_sure=0.2)
HABITS: Final = (
    UNBIASED,
    Habits("simulated judge, for the first one", to_first=0.3),
    Habits("simulated judge, for the longer one", to_longer=0.4),
    Habits("simulated judge, wavering", wavering=0.3),
    TOO_SURE,
)


class Found(NamedTuple):
    """A measure of a simulated judge."""

    judge: str
    measure: str
    due: float
    value: float

    @property
    def distance(self) -> float:
        """How far it is from what was built in."""
        return abs(self.value - self.due)


@cache
def labels() -> dict[str, bool]:
    """Whether each invented work is credible."""
    return {f"work-{number:04}": number % 2 == 0 for number in range(_WORKS)}


def recordings(habits: Habits, *, seed: int = SEED) -> list[Recorded]:
    """What such a judge says, seeded: three verdicts on every work, and pairs of works in both orders."""
    random = np.random.default_rng(seed)
    return [*_verdicts(habits, random), *_comparisons(habits, random)]


def found_of(habits: Habits) -> list[Found]:
    """What the measures say of a simulated judge, beside what was built in."""
    recorded = recordings(habits)
    verdicts = [one for one in recorded if isinstance(one, Verdict)]
    comparisons = [one for one in recorded if isinstance(one, Comparison)]
    position, calibrated = position_bias(comparisons), calibration(verdicts, labels())
    longer, consistent = verbosity_bias(comparisons, labels()), self_consistency(verdicts)
    if position is None or calibrated is None or longer is None or consistent is None:
        raise ValueError(f"{habits.judge}: a measure finds nothing to measure")
    values = (position.consistent.value, position.to_first.value, longer.value, consistent.value, calibrated.error)
    return [
        Found(habits.judge, measure, due, value)
        for (measure, due), value in zip(habits.due.items(), values, strict=True)
    ]


def diagrams() -> tuple[Reliability, ...]:
    """Reliability diagrams of a judge that is as right as it is sure and of one that is too sure."""
    found = (
        calibration([one for one in recordings(habits) if isinstance(one, Verdict)], labels())
        for habits in (UNBIASED, TOO_SURE)
    )
    return tuple(one for one in found if one)


def _verdicts(habits: Habits, random: np.random.Generator) -> Iterator[Verdict]:
    for case, credible in labels().items():
        right = float(random.choice(_RIGHT))
        answer = credible if random.random() < right else not credible
        confidence = (1 - habits.wavering) * right + habits.wavering / 2 + habits.too_sure
        for run in range(1, _RUNS + 1):
            given = bool(random.random() < 0.5) if random.random() < habits.wavering else answer
            yield Verdict(form="verdict", judge=habits.judge, run=run, case=case, credible=given, confidence=confidence)


def _comparisons(habits: Habits, random: np.random.Generator) -> Iterator[Comparison]:
    """Pairs of one label; where no habit decides, a coin picks the better one, once for both orders."""
    names = list(labels())
    for one, other in zip(names[:-2], names[2:], strict=True):
        words = {one: _LONG, other: _SHORT} if random.random() < 0.5 else {one: _SHORT, other: _LONG}
        better = one if random.random() < 0.5 else other
        if random.random() < habits.to_longer:
            better = max(words, key=lambda name: words[name])
        by_place = random.random() < habits.to_first
        for first, second in ((one, other), (other, one)):
            yield Comparison(
                form="comparison",
                judge=habits.judge,
                run=1,
                first=first,
                second=second,
                first_words=words[first],
                second_words=words[second],
                chosen="first" if by_place or better == first else "second",
            )
