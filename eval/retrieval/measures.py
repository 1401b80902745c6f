"""Measures of rankings by ir-measures, which calls trec_eval: what a run finds of what readers graded."""

import warnings
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from eval.suite import RESAMPLES, SEED, interval, percentiles
from research_agent.errors import UsageError

RELEVANT: Final = 2
"""The grade from which a source counts as an answer where a measure knows only yes and no."""
HIGHEST: Final = 3
"""The best grade; the worst is 0."""
DEPTH: Final = 50
"""Of a ranking that is measured: that of Recall@50."""

NDCG: Final = "nDCG@10"
"""Normalised discounted cumulative gain, the grade as the gain (Järvelin, Kekäläinen 2002, doi
10.1145/582415.582418)."""
RECALL: Final = "Recall@50"
"""Share of the answers that stand among the first 50."""
MRR: Final = "MRR"
"""Mean of 1 / rank of the first answer (Voorhees 1999, TREC-8)."""
MEASURES: Final = (NDCG, RECALL, MRR)

Grades = Mapping[str, Mapping[str, int]]
"""By query and source; what is not there has grade 0."""
Counts = NDArray[np.float64]
"""(..., 4, 4): pairs by the first reader's grade (row) and the second one's (column)."""
Run = Mapping[str, Sequence[str]]
"""By query, what was found, best first."""


class Difference(NamedTuple):
    """By how much one run is better than another on the same queries."""

    mean: float
    low: float
    high: float
    p: float
    """Two-sided: how often signs drawn by lot give a difference as large."""


def check_installed() -> None:
    """Say what is missing before anything is asked.

    Raises:
        UsageError: the extra `eval` is not installed.
    """
    if find_spec("ir_measures") is None:
        raise UsageError(
            "To measure retrieval takes ir-measures, which is not installed: `make packages` in a checkout, or "
            "pip install research-agent-mcp[eval]."
        )


def measured(run: Run, grades: Grades) -> dict[str, dict[str, float]]:
    """Every measure of every query of a run, by measure and query.

    Raises:
        ImportError: the extra `eval` is not installed.
    """
    import ir_measures

    asked = {
        NDCG: ir_measures.nDCG @ 10,
        RECALL: ir_measures.R(rel=RELEVANT) @ DEPTH,
        MRR: ir_measures.RR(rel=RELEVANT),
    }
    names = {str(measure): name for name, measure in asked.items()}
    # trec_eval orders by score: ranks, turned round.
    scored = {query: {name: float(-rank) for rank, name in enumerate(found[:DEPTH])} for query, found in run.items()}
    wanted = {query: dict(grades[query]) for query in run}
    values: dict[str, dict[str, float]] = {name: dict.fromkeys(run, 0.0) for name in MEASURES}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own imports
        for one in ir_measures.iter_calc(list(asked.values()), wanted, scored):
            values[names[str(one.measure)]][one.query_id] = float(one.value)
    return values


def difference(values: Mapping[str, float], others: Mapping[str, float]) -> Difference:
    """The mean difference over the same queries, its interval by the paired bootstrap, and p by randomisation.

    The test: Smucker, Allan, Carterette: A Comparison of Statistical Significance Tests for Information Retrieval
    Evaluation, CIKM 2007, doi 10.1145/1321440.1321528.

    Args:
        values: of one run, by query.
        others: of the other.
    """
    pairs = np.array([values[query] - others[query] for query in sorted(values)])
    low, high = interval(pairs.tolist())
    signs = np.random.default_rng(SEED).choice([-1.0, 1.0], size=(RESAMPLES, len(pairs)))
    as_large = np.abs((signs * pairs).mean(axis=1)) >= abs(pairs.mean()) - 1e-12
    # One more in both: what was seen is one of the outcomes.
    p = (int(as_large.sum()) + 1) / (RESAMPLES + 1)
    return Difference(float(pairs.mean()), low, high, p)


def area_under_curve(high: Sequence[float], low: Sequence[float]) -> float:
    """How often a value of the first kind is above one of the second, ties half: the area under the ROC curve."""
    above, below = np.array(high)[:, None], np.array(low)[None, :]
    return float(((above > below) + 0.5 * (above == below)).mean())


def area_interval(high: Sequence[float], low: Sequence[float]) -> tuple[float, float]:
    """The 95% interval of that area by the percentile bootstrap, each kind drawn by itself, seeded."""
    above, below = np.sort(high)[:, None], np.sort(low)[None, :]
    won = (above > below) + 0.5 * (above == below)
    random = np.random.default_rng(SEED)
    of_high, of_low = (random.multinomial(size, [1 / size] * size, size=RESAMPLES) for size in won.shape)
    return percentiles(((of_high @ won) * of_low).sum(axis=1) / won.size)


def weighted_kappa(pairs: Sequence[tuple[int, int]]) -> float:
    """Cohen's kappa with quadratic weights of two readers' grades (Cohen 1968, doi 10.1037/h0026256); 1: they agree.

    Args:
        pairs: the grades of both for the same things.
    """
    return float(_kappa(_counted(pairs)))


def kappa_interval(by_query: Sequence[Sequence[tuple[int, int]]]) -> tuple[float, float]:
    """The 95% interval of kappa by the percentile bootstrap over queries, as pairs of one are alike; seeded.

    Args:
        by_query: the grades of both for the pairs of each query.
    """
    counts = np.stack([_counted(pairs) for pairs in by_query])
    drawn = np.random.default_rng(SEED).integers(0, len(counts), size=(RESAMPLES, len(counts)))
    return percentiles(_kappa(counts[drawn].sum(axis=1)))


def _counted(pairs: Sequence[tuple[int, int]]) -> Counts:
    counts: Counts = np.zeros((HIGHEST + 1, HIGHEST + 1))
    for first, second in pairs:
        counts[first, second] += 1
    return counts


def _kappa(counts: Counts) -> Counts:
    """Kappa for each of the leading axes of counts by first and second grade; 1 where chance leaves no difference."""
    weights = np.subtract.outer(np.arange(HIGHEST + 1), np.arange(HIGHEST + 1)) ** 2
    by_chance = counts.sum(axis=-1)[..., :, None] * counts.sum(axis=-2)[..., None, :]
    expected = (weights * by_chance).sum(axis=(-2, -1))
    seen = (weights * counts).sum(axis=(-2, -1)) * counts.sum(axis=(-2, -1))
    apart: Counts = np.divide(seen, expected, out=np.zeros_like(expected), where=expected > 0)
    return 1 - apart
