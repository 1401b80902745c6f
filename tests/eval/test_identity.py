"""Identity resolution keeps what it reached on the labelled pairs, and a rule that is broken is noticed."""

from collections import Counter

import pytest

from eval.corpus import shipped_works
from eval.identity.__main__ import main
from eval.identity.pairs import read_pairs
from eval.identity.score import bound_without_errors, resolve
from eval.identity.suite import measure, without_names
from research_agent.sources import identity, likeness
from research_agent.sources.merging import works_of
from research_agent.sources.origin import OriginFile, OriginTable

LEAST_RECALL = 0.85  # 70 of 82 pairs, as of 2026-11-25
PAIRS = read_pairs()


def test_no_two_works_are_taken_for_one_and_few_are_missed():
    found = resolve(PAIRS)
    assert [outcome.pair.id for outcome in found.errors if outcome.joined] == []
    assert found.precision.value == 1
    assert found.recall.value >= LEAST_RECALL
    assert found.recall.low < found.recall.value < found.recall.high


@pytest.mark.parametrize(
    ("module", "rule", "broken"),
    [
        (likeness, "WORDS_ALIKE", 0.6),
        (likeness, "_LEAST_LETTERS", 0),
        (likeness, "_OF_ANOTHER_WORK", frozenset()),
        (likeness, "_languages_differ", lambda _one, _other: False),
        (identity, "may_be_one", lambda _one, _other: True),
        (identity, "_series", lambda _source: ""),
    ],
)
def test_a_broken_rule_takes_two_works_for_one(monkeypatch, module, rule, broken):
    monkeypatch.setattr(module, rule, broken)
    assert resolve(PAIRS).precision.value < 1


@pytest.mark.parametrize(
    ("module", "rule", "broken"),
    [
        (likeness, "WORDS_ALIKE", 1.01),
        (likeness, "unspelled", lambda word: word),
        (likeness, "EDITION_YEARS", range(1)),
        (likeness, "titles_alike", lambda _one, _other: "unlike"),
    ],
)
def test_a_rule_that_joins_nothing_misses_works(monkeypatch, module, rule, broken):
    likeness.taken_apart.cache_clear()
    monkeypatch.setattr(module, rule, broken)
    assert resolve(PAIRS).recall.value < LEAST_RECALL
    likeness.taken_apart.cache_clear()


def test_the_set_is_large_and_about_half_of_it_is_of_each_label():
    assert len(PAIRS) >= 150
    assert len({pair.id for pair in PAIRS}) == len(PAIRS)
    labels = Counter(pair.label for pair in PAIRS)
    assert 0.4 <= labels["same"] / len(PAIRS) <= 0.6


def test_works_of_one_subject_stay_apart_even_without_their_names():
    sides = without_names(shipped_works())
    assert len(works_of([side.candidate for side in sides], OriginTable(OriginFile()))) == len(sides) > 700


def test_the_suite_keeps_its_thresholds_and_shows_every_error():
    found = measure(PAIRS, shipped_works()[:20])
    assert found.met
    assert [failure.case for failure in found.failures] == [outcome.pair.id for outcome in resolve(PAIRS).errors]


def test_a_broken_rule_makes_the_suite_miss_a_threshold(monkeypatch):
    monkeypatch.setattr(likeness, "WORDS_ALIKE", 0.6)
    missed = [score.name for score in measure(PAIRS, shipped_works()[:20]).scores if not score.met]
    assert missed == ["precision: of the pairs that were joined, one work"]


def test_a_work_that_is_taken_for_another_makes_the_suite_miss_a_threshold():
    works = shipped_works()[:20]
    missed = [score.name for score in measure(PAIRS, [*works, works[0]]).scores if not score.met]
    assert missed == ["works of the corpus that stay apart without any of their names"]


def test_it_prints_every_error(capsys):
    assert main() == 0
    printed = capsys.readouterr().out
    assert "precision 1.000" in printed
    for outcome in resolve(PAIRS).errors:
        assert f"{outcome.pair.id}: " in printed


def test_without_an_error_the_exact_bound_is_told():
    assert bound_without_errors(70) == pytest.approx(0.958, abs=0.001)
    assert bound_without_errors(0) == 0
