"""How well a score separates credible works from others: AUC as the Mann-Whitney statistic, with its interval."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from eval.radar.cases import Case
from eval.suite import RESAMPLES, SEED, percentiles

Floats = NDArray[np.float64]


class Separation(NamedTuple):
    """An AUC: the chance that a credible work scores higher than another one; ties count half."""

    value: float
    drawn: Floats  # (RESAMPLES,), one a resample; two separations of the same cases are drawn alike
    pairs: int

    @property
    def bounds(self) -> tuple[float, float]:
        """The 95% interval, by percentiles."""
        return percentiles(self.drawn)

    def beyond(self, other: "Separation") -> tuple[float, float, float]:
        """By how much it separates better than another one of the same cases, with the interval of the difference."""
        return (self.value - other.value, *percentiles(self.drawn - other.drawn))


def separation(cases: Sequence[Case], scores: Mapping[str, float], *, within_kinds: bool = False) -> Separation:
    """AUC of a score: U / (n m), U of Mann and Whitney (1947).

    That this is the area under the ROC curve is shown by Hanley and McNeil (1982), doi 10.1148/radiology.143.1.7063747.
    The bootstrap draws the credible works and the others each by themselves, seeded.

    Args:
        cases: labelled.
        scores: by the case's id; higher is more credible.
        within_kinds: compare only works of one kind, so that the kind itself tells nothing.

    Raises:
        ValueError: no pair can be compared.
    """
    by_id = sorted(cases, key=lambda case: case.id)  # so that their order moves no bound
    credible = [case for case in by_id if case.credible]
    others = [case for case in by_id if not case.credible]
    high = np.array([scores[case.id] for case in credible], dtype=float)[:, None]
    low = np.array([scores[case.id] for case in others], dtype=float)[None, :]
    compared = np.array(
        [[not within_kinds or one.facts.kind == other.facts.kind for other in others] for one in credible], dtype=float
    )
    if not compared.any():
        raise ValueError("an AUC needs at least one credible work and one other that can be compared")
    won = ((high > low) + 0.5 * (high == low)) * compared
    of_credible, of_others = _resamples("credible", len(credible)), _resamples("others", len(others))
    pairs = ((of_credible @ compared) * of_others).sum(axis=1)
    wins = ((of_credible @ won) * of_others).sum(axis=1)
    resampled = np.divide(wins, pairs, out=np.full(RESAMPLES, 0.5), where=pairs > 0)
    return Separation(float(won.sum() / compared.sum()), resampled, int(compared.sum()))


@cache
def _resamples(side: Literal["credible", "others"], works: int) -> Floats:
    """(RESAMPLES, works): how often each work is drawn; the same for every score, which pairs their differences."""
    drawn = np.random.default_rng((SEED, side == "credible", works)).multinomial(
        works, [1 / works] * works, size=RESAMPLES
    )
    return drawn.astype(float)
