"""F1 of a judge over labelled pairs, by label and by kind, with bootstrap intervals over the pairs' sources.

Pairs of one source share a record and are no independent cases, so whole sources are resampled.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from eval.annotations.checker import Verdict
from eval.annotations.pairs import Label, Pair
from eval.suite import CONFIDENCE, RESAMPLES, SEED, Score

LABELS: Final[tuple[Label, ...]] = get_args(Label)

Counts = NDArray[np.float64]
"""(..., 3, 3): pairs by label (row) and by what came (column), both in the order of `LABELS`."""
Figure = Callable[[Counts], Counts]
"""A figure of counts, for each of their leading axes."""


class Outcome(NamedTuple):
    """What became of a pair."""

    source: str
    kind: str
    origin: str
    label: Label
    came: Label


class Estimate(NamedTuple):
    """A figure with its 95% interval."""

    value: float
    low: float
    high: float


def outcomes_of(pairs: Sequence[Pair], verdicts: Sequence[Verdict]) -> list[Outcome]:
    """What became of pairs, in their order."""
    return [
        Outcome(pair.source, pair.kind, pair.origin, pair.label, verdict.label)
        for pair, verdict in zip(pairs, verdicts, strict=True)
    ]


def score(
    name: str, found: Estimate, cases: int, at_least: float | None = None, *, note: str = "", floor: float | None = None
) -> Score:
    """An estimate as a figure of the suite."""
    return Score(
        name=name,
        value=found.value,
        low=found.low,
        high=found.high,
        cases=cases,
        at_least=at_least,
        chance=floor,
        note=note,
    )


def share(name: str, values: Sequence[float], at_least: float | None = None, *, note: str = "") -> Score:
    """A share of all cases there are, which has no interval; without a case it is 1, as nothing was wrong."""
    value = sum(values) / len(values) if values else 1.0
    return Score(name=name, value=value, cases=len(values), at_least=at_least, note=note)


def f1(label: Label) -> Figure:
    """Harmonic mean of precision and recall of one label; 0 where nothing came right."""
    place = LABELS.index(label)

    def figure(counts: Counts) -> Counts:
        named = counts[..., place, :].sum(axis=-1) + counts[..., :, place].sum(axis=-1)
        return _share(2 * counts[..., place, place], named)

    return figure


def macro_f1(counts: Counts) -> Counts:
    """Mean of F1 over the labels, each counting alike."""
    mean: Counts = np.mean([f1(label)(counts) for label in LABELS], axis=0)
    return mean


def precision(label: Label) -> Figure:
    """Of the pairs that were given a label, the share that have it; 0 where none was given it."""
    place = LABELS.index(label)
    return lambda counts: _share(counts[..., place, place], counts[..., :, place].sum(axis=-1))


def estimate(outcomes: Sequence[Outcome], figure: Figure) -> Estimate:
    """A figure with its interval by the percentile bootstrap over sources (Efron 1979)."""
    return _with_interval([_by_source(outcomes, outcomes)], lambda drawn: figure(drawn[0]))


def gain(outcomes: Sequence[Outcome], baseline: Sequence[Outcome], figure: Figure) -> Estimate:
    """By how much a figure is above a baseline's on the same pairs; both are resampled together."""
    counts = [_by_source(outcomes, outcomes), _by_source(baseline, outcomes)]
    return _with_interval(counts, lambda drawn: figure(drawn[0]) - figure(drawn[1]))


def estimate_of_kind(outcomes: Sequence[Outcome], kind: str) -> Estimate:
    """F1 of a kind: its pairs stand for their label beside all pairs of the other labels.

    False alarms count by the kind's share of its label, so that they do not drown a rare kind.
    """
    mine = [outcome for outcome in outcomes if outcome.kind == kind]
    label = mine[0].label
    place = LABELS.index(label)

    def figure(drawn: list[Counts]) -> Counts:
        own, every = drawn
        right, of_kind = own[..., place, place], own[..., place, :].sum(axis=-1)
        alarms = every[..., :, place].sum(axis=-1) - every[..., place, place]
        return _share(2 * right, right + of_kind + alarms * _share(of_kind, every[..., place, :].sum(axis=-1)))

    return _with_interval([_by_source(mine, outcomes), _by_source(outcomes, outcomes)], figure)


def counted(outcomes: Sequence[Outcome]) -> Counts:
    """The counts of all outcomes together, (3, 3)."""
    total: Counts = _by_source(outcomes, outcomes).sum(axis=0)
    return total


def _by_source(outcomes: Sequence[Outcome], among: Sequence[Outcome]) -> Counts:
    """(sources, 3, 3): the counts of each source among those of a set, in the order of their names."""
    rows = {source: row for row, source in enumerate(sorted({outcome.source for outcome in among}))}
    counts = np.zeros((len(rows), len(LABELS), len(LABELS)))
    for outcome in outcomes:
        counts[rows[outcome.source], LABELS.index(outcome.label), LABELS.index(outcome.came)] += 1
    return counts


def _with_interval(counts: list[Counts], figure: Callable[[list[Counts]], Counts]) -> Estimate:
    sources = len(counts[0])
    drawn = np.random.default_rng(SEED).integers(0, sources, size=(RESAMPLES, sources))
    values = figure([some[drawn].sum(axis=1) for some in counts])
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(values, [tail, 1 - tail]).tolist()
    return Estimate(float(figure([some.sum(axis=0) for some in counts])), low, high)


def _share(part: Counts, whole: Counts) -> Counts:
    """Part of a whole; 0 where there is no whole."""
    share: Counts = np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
    return share
