"""Judges that are models: their biases and their calibration are found where they are, and not where there are none."""

import json
from dataclasses import replace
from typing import Literal, TypeVar

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from eval.radar import __main__ as command
from eval.radar import simulated
from eval.radar.cases import label_signals, read_cases
from eval.radar.judges import (
    Comparison,
    PositionBias,
    Share,
    Verdict,
    calibration,
    judge_scores,
    position_bias,
    read_recordings,
    reliability,
    self_consistency,
    verbosity_bias,
)
from eval.radar.questions import Question, answered, questions
from eval.radar.simulated import HABITS, TOO_SURE, UNBIASED, Habits, diagrams, found_of, recordings
from eval.radar.suite import instruments
from eval.suite import Bin, Reliability
from research_agent.errors import DataError

Measure = TypeVar("Measure")
CASES = read_cases()
FIRST = next(questions(CASES))

# Measures


def taken(measure: Measure | None) -> Measure:
    assert measure is not None
    return measure


def compared(
    first: str,
    second: str,
    chosen: Literal["first", "second", "tie"],
    *,
    words: tuple[int, int] = (100, 100),
    run: int = 1,
    judge: str = "model",
) -> Comparison:
    return Comparison(
        form="comparison",
        judge=judge,
        run=run,
        first=first,
        second=second,
        first_words=words[0],
        second_words=words[1],
        chosen=chosen,
    )


def said(case: str, credible: bool, confidence: float = 0.9, *, run: int = 1, judge: str = "model") -> Verdict:
    return Verdict(form="verdict", judge=judge, run=run, case=case, credible=credible, confidence=confidence)


def test_a_judge_that_takes_whatever_stands_first_has_a_position_bias():
    always_first = [compared("a", "b", "first"), compared("b", "a", "first")]
    steady = [compared("c", "d", "first"), compared("d", "c", "second")]
    found = taken(position_bias([*always_first, *steady]))
    assert (found.consistent.value, found.to_first.value, found.to_second.value) == (0.5, 0.5, 0)
    assert found.consistent.cases == 2
    assert position_bias([compared("a", "b", "first")]) is None, "it was asked in one order only"
    assert taken(position_bias([compared("a", "b", "tie"), compared("b", "a", "tie")])).consistent.value == 1
    assert position_bias([compared("a", "b", "first"), compared("b", "a", "second", run=2)]) is None


def test_a_judge_that_takes_the_longer_of_two_alike_has_a_verbosity_bias():
    labels = {"a": True, "b": True, "c": False}
    longer = [compared("a", "b", "first", words=(200, 50)), compared("b", "a", "second", words=(50, 200))]
    assert taken(verbosity_bias(longer, labels)).value == 1
    assert taken(
        verbosity_bias([*longer, compared("a", "b", "second", words=(90, 10))], labels)
    ).value == pytest.approx(2 / 3)
    decides_nothing = [
        compared("a", "c", "first", words=(200, 50)),
        compared("a", "b", "tie", words=(200, 50)),
        compared("a", "b", "first"),
    ]
    assert verbosity_bias(decides_nothing, labels) is None


def test_self_consistency_is_the_share_of_runs_that_agree():
    asked = [said("a", True, run=1), said("a", True, run=2), said("a", False, run=3), said("b", True)]
    assert taken(self_consistency(asked)).value == pytest.approx(1 / 3)
    assert taken(self_consistency([*asked, said("b", True, run=2)])).value == pytest.approx((1 / 3 + 1) / 2)
    assert self_consistency([said("a", True), said("b", True)]) is None
    assert self_consistency([compared("a", "b", "first"), compared("b", "a", "second")]) is None, "two questions"


def test_a_judge_that_is_right_as_often_as_it_is_sure_is_calibrated():
    labels = {"a": True}
    calibrated = [said("a", True, 0.75, run=run) for run in (1, 2, 3)] + [said("a", False, 0.75, run=4)]
    found = taken(calibration(calibrated, labels))
    assert found.error == pytest.approx(0)
    assert [(bar.low, bar.high, bar.cases, bar.accuracy) for bar in found.bins] == [(0.7, 0.8, 4, 0.75)]


def test_the_calibration_error_weighs_bins_by_their_verdicts():
    labels = {"a": True}
    sure_and_wrong = [said("a", False, 1.0, run=run) for run in (1, 2, 3)]
    found = taken(calibration([*sure_and_wrong, said("a", True, 0.5, run=4)], labels))
    assert found.error == pytest.approx((3 * 1.0 + 1 * 0.5) / 4)
    assert found.bins[-1].high == 1
    assert calibration([], labels) is None


def test_recorded_judgements_become_scores_of_their_judge(tmp_path):
    recorded = [
        said("rfc-9110", True, 0.8),
        said("rfc-9110", True, 0.8, run=2),
        said("rfc-2616", True, 0.8),
        compared("rfc-9110", "rfc-2616", "first"),
        compared("rfc-2616", "rfc-9110", "second"),
        said("rfc-9110", False, judge="another"),
    ]
    (tmp_path / "one.jsonl").write_text("".join(one.model_dump_json() + "\n" for one in recorded), encoding="utf-8")
    assert read_recordings(tmp_path) == recorded
    scores = {score.name: score for score in judge_scores(read_recordings(tmp_path), CASES)}
    assert scores["model: same choice in both orders"].value == 1
    assert scores["model: same answer when asked again"].value == 1
    assert scores["model: expected calibration error"].value == pytest.approx(0.8 - 2 / 3)
    assert scores["another: expected calibration error"].value == pytest.approx(0.9)
    assert scores["model: verdicts that are right"].value == pytest.approx(2 / 3)
    assert "another: same answer when asked again" not in scores


def test_without_recordings_nothing_is_told_and_a_bad_line_is_named(tmp_path):
    assert read_recordings(tmp_path / "none") == []
    assert judge_scores([], CASES) == []
    (tmp_path / "bad.jsonl").write_text('{"form": "verdict"}\n', encoding="utf-8")
    with pytest.raises(DataError, match=r"bad\.jsonl, line 1"):
        read_recordings(tmp_path)
    with pytest.raises(DataError, match="no-such-case"):
        judge_scores([said("no-such-case", True)], CASES)


def test_a_recorded_judge_has_a_diagram_that_a_report_can_draw():
    recorded = [said("rfc-9110", True, 0.8), said("rfc-2616", True, 0.95), said("rfc-2616", True, 1.0, run=2)]
    (found,) = reliability([*recorded, compared("rfc-9110", "rfc-2616", "first", judge="only compares")], CASES)
    assert found.judge == "model"
    assert found.error == pytest.approx((0.2 + 2 * 0.975) / 3)
    assert found.bins == (
        Bin(low=0.8, high=0.9, cases=1, confidence=0.8, accuracy=1),
        Bin(low=0.9, high=1, cases=2, confidence=0.975, accuracy=0),
    )
    assert Reliability.model_validate_json(found.model_dump_json()) == found


# Questions


def test_every_work_is_asked_three_times_and_every_pair_in_both_orders():
    asked = list(questions(CASES))
    verdicts = [one.cases for one in asked if one.form == "verdict"]
    pairs = [one.cases for one in asked if one.form == "comparison"]
    assert {verdicts.count((case.id,)) for case in CASES} == {3}
    assert len(set(pairs)) == len(pairs)
    assert {(second, first) for first, second in pairs} == set(pairs)


def test_pairs_are_of_one_kind_and_some_of_one_label_and_some_of_two():
    by_id = {case.id: case for case in CASES}
    pairs = [[by_id[name] for name in one.cases] for one in questions(CASES) if one.form == "comparison"]
    assert all(one.facts.kind == other.facts.kind for one, other in pairs)
    assert min(sum(one.label == other.label for one, other in pairs) / len(pairs), 0.5) > 0.3
    assert any(one.label != other.label for one, other in pairs)


def test_of_each_pair_one_record_is_long_and_it_is_as_often_the_first():
    words = [one.words for one in questions(CASES) if one.form == "comparison"]
    assert all(max(of) > 2 * min(of) for of in words)
    assert sum(first > second for first, second in words) * 2 == len(words)


def test_no_question_tells_a_signal_that_gave_a_label_nor_the_reason():
    hidden = label_signals(CASES)
    by_id = {case.id: case for case in CASES}
    for question in questions(CASES):
        for case in (by_id[name] for name in question.cases):
            record = question.prompt[question.prompt.index("<record") : question.prompt.rindex("</record>")]
            assert case.facts.title in record
            assert case.reason not in record
            assert not [name for name in hidden[case.facts.kind] if f"{name}: " in record]


def test_a_reply_becomes_a_recording_and_another_one_is_refused():
    verdict, *_, comparison = questions(CASES)
    recorded = answered(verdict, '```json\n{"credible": true, "confidence": 0.7}\n```', "model")
    assert recorded == said(verdict.cases[0], True, 0.7)
    chosen = answered(comparison, '{"chosen": "second"}', "model")
    (first, second), (first_words, second_words) = comparison.cases, comparison.words
    assert chosen == compared(first, second, "second", words=(first_words, second_words))
    for reply in ("I would rather not.", '{"credible": "perhaps"}', "[]", '{"chosen": "first", "case": "rfc-9110"}'):
        with pytest.raises(DataError, match=verdict.cases[0]):
            answered(verdict, reply, "model")


@given(st.text() | st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists).map(json.dumps))
@example("[" * 100_000)
@example('{"credible": true, "confidence": NaN}')
@example('{"credible": true, "confidence": 1.5}')
@example('{"credible": true, "confidence": 0.5, "form": "comparison"}')
def test_whatever_a_model_replies_is_an_answer_or_is_refused(reply):
    with pytest.raises(DataError, match="did not answer"):
        answered(FIRST, reply, "model")


def test_the_command_prints_every_question(capsys):
    assert command.main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [Question.model_validate_json(line) for line in lines] == list(questions(CASES))


# Simulated judges


def measured(habits: Habits) -> dict[str, float]:
    return {found.measure: found.value for found in found_of(habits)}


def test_a_judge_without_a_bias_shows_none():
    found = measured(UNBIASED)
    assert found["same choice in both orders"] == 1
    assert found["first one chosen in both orders"] == 0
    assert found["longer one chosen of two alike"] == pytest.approx(0.5, abs=0.05)
    assert found["same answer when asked again"] == 1
    assert found["calibration error"] < 0.05


@pytest.mark.parametrize("habits", HABITS, ids=lambda habits: habits.judge)
def test_a_bias_is_found_as_large_as_it_was_built_in(habits):
    for found in found_of(habits):
        assert found.value == pytest.approx(found.due, abs=0.05), found.measure


@pytest.mark.parametrize(
    ("habits", "measure", "rises"),
    [
        (lambda size: replace(UNBIASED, to_first=size), "first one chosen in both orders", True),
        (lambda size: replace(UNBIASED, to_longer=size), "longer one chosen of two alike", True),
        (lambda size: replace(UNBIASED, wavering=size), "same answer when asked again", False),
        (lambda size: replace(UNBIASED, too_sure=size), "calibration error", True),
    ],
)
def test_the_larger_the_bias_the_further_its_measure(habits, measure, rises):
    values = [measured(habits(size))[measure] for size in (0.0, 0.1, 0.2)]
    assert values == sorted(values, reverse=not rises)
    assert len(set(values)) == len(values)


def test_the_same_seed_gives_the_same_recordings_and_their_order_does_not_matter():
    assert recordings(TOO_SURE) == recordings(TOO_SURE)
    assert recordings(TOO_SURE) != recordings(TOO_SURE, seed=1)
    verdicts = [one for one in recordings(TOO_SURE) if isinstance(one, Verdict)]
    there, back = (taken(calibration(some, simulated.labels())) for some in (verdicts, verdicts[::-1]))
    assert there.error == pytest.approx(back.error)
    assert [bar.cases for bar in there.bins] == [bar.cases for bar in back.bins]


def test_the_diagrams_show_who_is_too_sure():
    calibrated, too_sure = diagrams()
    assert all(abs(bar.accuracy - bar.confidence) < 0.05 for bar in calibrated.bins)
    assert all(0.15 < bar.confidence - bar.accuracy < 0.25 for bar in too_sure.bins)
    assert "simulated" in calibrated.judge
    assert "simulated" in too_sure.judge


# Measures that are broken


def sees_no_position(comparisons: list[Comparison]) -> PositionBias:
    steady, none = Share(1, 1, 1, len(comparisons)), Share(0, 0, 0, len(comparisons))
    return PositionBias(steady, none, none)


def believes_the_judge(verdicts: list[Verdict], labels: dict[str, bool]) -> Reliability:
    found = taken(calibration(verdicts, labels))
    return found.model_copy(update={"error": 0.0})


def test_measures_that_are_sound_meet_their_thresholds():
    assert instruments().met


@pytest.mark.parametrize(
    ("measure", "broken"),
    [
        ("position_bias", sees_no_position),
        ("verbosity_bias", lambda comparisons, labels: Share(0.5, 0.5, 0.5, len(comparisons))),
        ("self_consistency", lambda recorded: Share(1, 1, 1, len(recorded))),
        ("calibration", believes_the_judge),
    ],
)
def test_a_measure_that_sees_nothing_is_noticed(measure, broken, monkeypatch):
    monkeypatch.setattr(simulated, measure, broken)
    assert not instruments().met
