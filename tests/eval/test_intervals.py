"""The order in which cases are kept moves no figure, and no bound of its interval."""

import random
from collections.abc import Sequence
from typing import TypeVar

from eval.identity.pairs import read_pairs
from eval.identity.score import resolve
from eval.radar.baselines import by_year
from eval.radar.cases import read_cases
from eval.radar.separation import separation
from eval.suite import interval

T = TypeVar("T")


def shuffled(cases: Sequence[T]) -> list[T]:
    return random.Random(7).sample(list(cases), len(cases))


def test_the_order_of_values_moves_no_bound():
    values = [random.Random(1).random() for _ in range(3)] + [0.0] * 20 + [1.0, 0.25, 0.5] * 5
    assert interval(shuffled(values)) == interval(values)


def test_the_order_of_labelled_works_moves_no_bound():
    cases = read_cases()
    scores = {case.id: by_year(case) for case in cases}
    for within in (False, True):
        found, again = (separation(held, scores, within_kinds=within) for held in (cases, shuffled(cases)))
        assert again.bounds == found.bounds


def test_the_order_of_labelled_pairs_moves_no_bound():
    pairs = read_pairs()
    found, again = resolve(pairs), resolve(shuffled(pairs))
    assert (again.precision, again.recall) == (found.precision, found.recall)
