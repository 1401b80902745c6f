"""Estimates of retrieval have an interval: the area by which answerable questions are told, and the readers' kappa."""

import random

import numpy as np
import pytest

from eval.identity.pairs import read_pairs
from eval.identity.suite import measure
from eval.retrieval.measures import area_interval, area_under_curve, kappa_interval, weighted_kappa
from eval.suite import RESAMPLES, SEED

CHANCE = random.Random(3)
HIGH = [CHANCE.gauss(0.6, 0.2) for _ in range(40)]
LOW = [CHANCE.gauss(0.4, 0.2) for _ in range(15)]
BY_QUERY = [[(grade, grade if CHANCE.random() < 0.8 else 0) for grade in (0, 1, 2, 3)] for _ in range(12)]


def test_an_area_lies_in_its_interval_and_more_cases_narrow_it():
    low, high = area_interval(HIGH, LOW)
    assert low < area_under_curve(HIGH, LOW) < high
    more = area_interval(HIGH * 4, LOW * 4)
    assert more[1] - more[0] < 0.7 * (high - low)
    assert area_interval(HIGH[::-1], LOW[::-1]) == (low, high)


def test_an_area_that_is_chance_has_a_half_in_its_interval():
    low, high = area_interval(HIGH, HIGH)
    assert low < 0.5 < high


def test_the_interval_of_kappa_is_that_of_queries_drawn_whole():
    drawn = np.random.default_rng(SEED).integers(0, len(BY_QUERY), size=(RESAMPLES, len(BY_QUERY)))
    slowly = [weighted_kappa([pair for row in rows for pair in BY_QUERY[row]]) for rows in drawn]
    assert kappa_interval(BY_QUERY) == pytest.approx(np.quantile(slowly, [0.025, 0.975]))


def test_every_share_of_a_few_pairs_says_how_little_it_tells():
    groups = [score for score in measure(read_pairs(), ()).scores if score.name.startswith("told rightly")]
    assert groups
    assert all(score.low is not None and score.low < score.value for score in groups)
