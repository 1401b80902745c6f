"""Two readers who grade without looking are noticed: agreement falls below its threshold."""

import random
from pathlib import Path

import pytest

from eval.retrieval import suite
from eval.retrieval.grades import SECOND, read_grades
from eval.suite import Score


def of_agreement() -> Score:
    return next(score for score in suite._readers() if "kappa" in score.name)


def test_the_readers_agree_well_enough():
    assert of_agreement().met


@pytest.mark.parametrize("share", [0.3, 1.0])
def test_a_second_reader_who_tosses_coins_is_noticed(monkeypatch, share):
    chance = random.Random(7)

    def tossing(path: Path) -> dict[str, dict[str, int]]:
        grades = read_grades(path)
        if path != SECOND:
            return grades
        return {
            query: {name: chance.choice([0, 1, 2, 3]) if chance.random() < share else one for name, one in held.items()}
            for query, held in grades.items()
        }

    monkeypatch.setattr(suite, "read_grades", tossing)
    assert not of_agreement().met
