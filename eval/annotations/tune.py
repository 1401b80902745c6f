"""Choose the thresholds of checker and floor on the tune half: `python -m eval.annotations.tune` prints the best.

One threshold at a time over a coarse grid, until none gets better (coordinate ascent): the grid is coarse because the
half is small, and a threshold that wins by one pair means nothing. Nothing is written; who changes them reads this.
"""

import sys
from collections.abc import Mapping, Sequence
from typing import Final

from eval.annotations import floor
from eval.annotations.checker import THRESHOLDS, Checker, Thresholds
from eval.annotations.pairs import Label, Pair, read_pairs
from eval.annotations.scoring import Counts, Outcome, counted, macro_f1, precision
from eval.annotations.vectors import VectorSource
from research_agent.library.embedder import open_embedder

GRID: Final[Mapping[str, Sequence[float]]] = {
    "near": (0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7),
    "denied": (0.3, 0.4, 0.5, 0.6, 0.7, 0.8),
    "aligned": (0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9),
    "supported": (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6),
    "cosine_weight": (0.4, 0.5, 0.6, 0.7, 0.8),
    "absolute": (0.0, 0.3, 0.45, 0.6, 0.75),
    "hedged": (0.3, 0.45, 0.6, 0.75, 0.9),
}
LEAST_PRECISION: Final = 0.85
"""Of "supported": a claim let through that the record does not make costs more than a reader asked once too often."""
FLOORS: Final = tuple(step / 100 for step in range(30, 100, 5))


def main() -> int:
    """Print what is best on the tune half, and what the present values give there."""
    pairs = [pair for pair in read_pairs() if pair.split == "tune"]
    vectors = VectorSource(open_embedder("minilm"))
    print(f"present {_reached(pairs, vectors, THRESHOLDS):.3f}  {THRESHOLDS}")
    best = best_thresholds(pairs, vectors)
    print(f"best    {_reached(pairs, vectors, best):.3f}  {best}")
    reached = {at: float(macro_f1(_counts(pairs, _floor(pairs, at)))) for at in FLOORS}
    at = max(reached, key=lambda share: reached[share])
    print(f"floor   {reached[at]:.3f}  supported from {at} (present: {floor.SUPPORTED_FROM})")
    return 0


def best_thresholds(pairs: Sequence[Pair], vectors: VectorSource) -> Thresholds:
    """The thresholds with the highest macro F1 at `LEAST_PRECISION` that one change at a time leads to."""
    best, reached = THRESHOLDS, _reached(pairs, vectors, THRESHOLDS)
    improved = True
    while improved:
        improved = False
        for name, values in GRID.items():
            for value in values:
                tried = best._replace(**{name: value})
                if (came := _reached(pairs, vectors, tried)) > reached:
                    best, reached, improved = tried, came, True
    return best


def _reached(pairs: Sequence[Pair], vectors: VectorSource, thresholds: Thresholds) -> float:
    verdicts = Checker(vectors, thresholds).judge([(pair.claim, pair.evidence) for pair in pairs])
    counts = _counts(pairs, [verdict.label for verdict in verdicts])
    return float(macro_f1(counts) + min(0.0, float(precision("supported")(counts)) - LEAST_PRECISION))


def _counts(pairs: Sequence[Pair], came: Sequence[Label]) -> Counts:
    return counted(
        [
            Outcome(pair.source, pair.kind, pair.origin, pair.label, label)
            for pair, label in zip(pairs, came, strict=True)
        ]
    )


def _floor(pairs: Sequence[Pair], at: float) -> list[Label]:
    return ["supported" if floor.share_of_words(pair.claim, pair.evidence) >= at else "unsupported" for pair in pairs]


if __name__ == "__main__":
    sys.exit(main())
