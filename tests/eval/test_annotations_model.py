"""A model that judges: asked where there is a key, read where its answers are recorded, and never asked twice."""

import json
import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from eval.annotations import suite
from eval.annotations.by_model import by_model
from eval.annotations.checker import Verdict
from eval.annotations.floor import floor
from eval.annotations.judging import ModelJudge, ModelMissingError, model_judge
from eval.annotations.pairs import Pair, read_pairs
from eval.annotations.recordings import file_of, read_recordings
from eval.annotations.scoring import Outcome
from eval.asking import AT_ONCE
from eval.models import DEFAULT_MODEL, KEY, Asking
from eval.running import run_suites
from eval.suite import Score, SuiteResult
from research_agent.claude import Budget, open_claude
from research_agent.errors import DataError
from stand_ins.behaviour import Behaviour
from stand_ins.claude import KEY as KNOWN_KEY
from stand_ins.claude import Failing, StandInClaude, Stopping, serving_claude
from tests.eval.trials import trial_suites

PAIRS = [pair for pair in read_pairs() if pair.split == "report"]
LABELS = {(pair.claim, pair.evidence): pair.label for pair in PAIRS}
SOME = PAIRS[::4]
CHECKED = [Outcome(pair.source, pair.kind, pair.origin, pair.label, "supported") for pair in SOME]
FEW = [(pair.claim, pair.evidence) for pair in PAIRS[:5]]


def asked_of(body: Mapping[str, Any]) -> tuple[str, str]:
    """The claim and the record that a request holds."""
    text = body["messages"][0]["content"]
    record = text.partition("<record>\n")[2].partition("\n</record>")[0]
    return text.partition("<claim>\n")[2].partition("\n</claim>")[0], record


def knowing(body: Mapping[str, Any]) -> dict[str, str]:
    """Whoever knows the labels."""
    claim, record = asked_of(body)
    return {"quote": record[:30], "reason": "it is labelled so", "verdict": LABELS[claim, record]}


def guessing(body: Mapping[str, Any]) -> dict[str, str]:
    """Whoever guesses, and quotes what is not there."""
    claim, _ = asked_of(body)
    verdict = random.Random(claim).choice(["supported", "unsupported", "contradicted"])
    return {"quote": "words of nobody", "reason": "a guess", "verdict": verdict.capitalize()}


@contextmanager
def judge_at(
    answer: Callable[..., Any], folder: Path, *, most_usd: float = 1.0, behaviour: Behaviour | None = None
) -> Iterator[tuple[ModelJudge, StandInClaude]]:
    with serving_claude(answer, behaviour) as there:
        opening = lambda: open_claude(KNOWN_KEY, Budget(most_usd), address=there.address)  # noqa: E731
        yield ModelJudge(DEFAULT_MODEL, opening, folder), there


def values(scores: Sequence[Score]) -> dict[str, float]:
    return {score.name: score.value for score in scores}


def test_a_model_that_is_right_has_an_f1_of_1_and_one_that_guesses_has_not(tmp_path):
    with judge_at(knowing, tmp_path / "right") as (judge, there):
        right = by_model(judge, SOME, CHECKED, [])
        assert len(there.asked) == len(SOME)
    with judge_at(guessing, tmp_path / "guess") as (judge, _):
        guessed = by_model(judge, SOME, CHECKED, [])
    mean, quotes = f"F1, {DEFAULT_MODEL}, mean of the labels", f"quotes of {DEFAULT_MODEL} that stand in the record"
    assert values(right.scores)[mean] == 1
    assert values(right.scores)[quotes] == 1
    assert not right.failures
    assert values(guessed.scores)[mean] < 0.45
    assert values(guessed.scores)[quotes] == 0
    assert len(guessed.failures) > len(SOME) / 2
    assert right.cost_usd > 0


def test_no_claim_gives_away_another_and_none_its_label(tmp_path):
    with judge_at(knowing, tmp_path) as (judge, there):
        judge.judge(FEW)
    for body in there.asked:
        claim, _ = asked_of(body)
        text = json.dumps(body["messages"])
        others = [other for other, record in FEW if other != claim and other not in record]
        assert not any(json.dumps(other)[1:-1] in text for other in others)
        assert not any(pair.id in text for pair in PAIRS)


def test_what_was_answered_is_not_asked_again_and_its_cost_is_still_told(tmp_path):
    with judge_at(knowing, tmp_path) as (judge, there):
        first = judge.judge(FEW)
        assert judge.judge(FEW) == first
        assert len(there.asked) == len(FEW)
    replayed = ModelJudge(DEFAULT_MODEL, None, tmp_path)
    assert replayed.judge(FEW) == first
    assert replayed.cost_usd == pytest.approx(judge.cost_usd)
    assert judge.cost_usd > 0


def test_where_money_ends_what_came_is_kept_and_the_next_run_goes_on(tmp_path):
    with judge_at(knowing, tmp_path, most_usd=0.006) as (judge, there):
        with pytest.raises(ModelMissingError, match=r"budget of 0\.01 USD"):
            judge.judge(FEW)
        kept = len(read_recordings(file_of(DEFAULT_MODEL, tmp_path)))
        assert 1 <= kept < len(FEW)
        assert len(there.asked) == kept, "every answer that was paid for is kept"
    with judge_at(knowing, tmp_path) as (judge, there):
        judge.judge(FEW)
        assert len(there.asked) == len(FEW) - kept


def test_a_claim_on_which_it_declines_counts_as_unsupported_and_is_told(tmp_path):
    claim, _ = FEW[0]
    with judge_at(lambda body: Stopping("refusal") if asked_of(body)[0] == claim else knowing(body), tmp_path) as (
        judge,
        there,
    ):
        first, *others = judge.judge(FEW)
        assert len(there.asked) == len(FEW)
    assert first.label == "unsupported"
    assert "declined" in first.reason
    assert not any("no verdict" in other.reason for other in others)
    assert judge.verdicts == [0, 1, 1, 1, 1]


def test_a_failing_service_loses_no_answer(tmp_path):
    behaviour = Behaviour(failing=0.3, faults=("500", "reset"), seed=1)
    with judge_at(knowing, tmp_path, behaviour=behaviour) as (judge, _):
        assert [verdict.label for verdict in judge.judge(FEW)] == [LABELS[one] for one in FEW]


def test_a_key_that_is_refused_ends_the_asking_and_is_told_as_a_leak(tmp_path):
    with judge_at(lambda _: Failing(401, "authentication_error"), tmp_path) as (judge, there):
        told = by_model(judge, SOME, CHECKED, [])
    assert len(there.asked) <= AT_ONCE
    assert any("judged nothing" in leak and "ANTHROPIC_API_KEY" in leak for leak in told.leaks)
    assert not any(score.name.startswith("F1") for score in told.scores)


def test_without_its_package_no_model_judges_and_it_is_said_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "anthropic", None)
    with judge_at(knowing, tmp_path) as (judge, _):
        told = by_model(judge, SOME, CHECKED, [])
    assert any("research-agent-mcp[claude]" in leak for leak in told.leaks)


def test_an_answer_that_was_being_written_when_the_power_went_is_asked_for_again(tmp_path):
    with judge_at(knowing, tmp_path) as (judge, _):
        judge.judge(FEW)
    path = file_of(DEFAULT_MODEL, tmp_path)
    path.write_bytes(path.read_bytes()[:-20])
    with judge_at(knowing, tmp_path) as (judge, there):
        judge.judge(FEW)
        assert len(there.asked) == 1
    assert len(read_recordings(path)) == len(FEW)


def test_a_broken_recording_is_named_by_file_and_line(tmp_path):
    path = file_of(DEFAULT_MODEL, tmp_path)
    path.write_text('{"question": "short"}\n', encoding="utf-8")
    with pytest.raises(DataError, match=r"claude-haiku-5-5.jsonl, line 1"):
        ModelJudge(DEFAULT_MODEL, None, tmp_path)


@pytest.mark.parametrize(
    ("asking", "reason"), [(Asking(), "none was asked for"), (Asking(DEFAULT_MODEL), f"there is no {KEY}")]
)
def test_why_no_model_judges_is_told(monkeypatch, tmp_path, asking, reason):
    for name, value in asking.environment().items():
        monkeypatch.setenv(name, value)
    assert model_judge(tmp_path) == reason
    (told,) = by_model(reason, SOME, CHECKED, []).scores
    assert told.note == f"skipped: {reason}"
    assert not told.measured


def test_recorded_answers_are_read_without_a_key_and_those_that_lack_are_counted(monkeypatch, tmp_path):
    with judge_at(knowing, tmp_path) as (judge, _):
        judge.judge(FEW)
    for name, value in Asking(DEFAULT_MODEL).environment().items():
        monkeypatch.setenv(name, value)
    recorded = model_judge(tmp_path)
    assert isinstance(recorded, ModelJudge)
    assert len(recorded.judge(FEW)) == len(FEW)
    with pytest.raises(ModelMissingError, match=f"no {KEY}, and 2 answers are not recorded"):
        recorded.judge([(pair.claim, pair.evidence) for pair in PAIRS[5:7]])


class Checking:
    """A checker that takes no time, in the place of the suite's."""

    def judge(self, asked):
        return [Verdict(floor(claim, record), "by words") for claim, record in asked]


def test_the_suite_tells_what_the_model_finds_of_the_annotations(monkeypatch, shipped, tmp_path):
    def holds(body: Mapping[str, Any]) -> dict[str, str]:
        claim, record = asked_of(body)
        return {"quote": claim, "reason": "", "verdict": "supported" if claim.rstrip(".") in record else "unsupported"}

    with judge_at(holds, tmp_path) as (judge, _):
        monkeypatch.setattr(suite, "model_judge", lambda: judge)
        result: SuiteResult = suite.measure(Checking(), shipped, ["2"])
    told = values(result.scores)
    assert told[f"recall of citations, {DEFAULT_MODEL}"] == 1
    assert told[f"precision of citations, {DEFAULT_MODEL}"] == 1
    assert told[f"sentences supported by a passage of another source, {DEFAULT_MODEL}"] == 0
    assert result.cost_usd == pytest.approx(judge.cost_usd)
    assert not any(score.note.startswith("skipped") for score in result.scores)


def test_with_a_key_the_model_is_asked_where_the_environment_says(monkeypatch, tmp_path):
    with serving_claude(knowing) as there:
        for name, value in {
            KEY: KNOWN_KEY,
            "ANTHROPIC_BASE_URL": there.address,
            **Asking(DEFAULT_MODEL).environment(),
        }.items():
            monkeypatch.setenv(name, value)
        judge = model_judge(tmp_path)
        assert isinstance(judge, ModelJudge)
        assert [verdict.label for verdict in judge.judge(FEW)] == [LABELS[one] for one in FEW]


def test_the_budget_is_one_for_all_that_a_suite_asks(monkeypatch, tmp_path):
    with serving_claude(knowing) as there:
        asking = Asking(DEFAULT_MODEL, most_usd=0.0065)  # an answer costs 0.0001 here; 0.005 are set aside for it
        for name, value in {KEY: KNOWN_KEY, "ANTHROPIC_BASE_URL": there.address, **asking.environment()}.items():
            monkeypatch.setenv(name, value)
        judge = model_judge(tmp_path)
        assert isinstance(judge, ModelJudge)

        def judge_one_after_another() -> None:
            for pair in PAIRS:
                judge.judge([(pair.claim, pair.evidence)])

        with pytest.raises(ModelMissingError, match="budget"):
            judge_one_after_another()
    assert judge.cost_usd < asking.most_usd


def test_a_run_hands_on_which_model_may_be_asked_and_for_how_much(tmp_path):
    run = run_suites(["asking"], suites=trial_suites(tmp_path, "asking"), asking=Asking("claude-opus-5-5", 0.25))
    assert run.suites[0].result is not None, run.suites[0].error
    assert run.suites[0].result.leaks == ("claude-opus-5-5 for 0.25",)


def test_pairs_are_asked_about_with_their_own_evidence(tmp_path):
    with judge_at(knowing, tmp_path) as (judge, there):
        judge.judge(FEW)
    assert sorted(map(asked_of, there.asked)) == sorted(FEW)
    assert isinstance(PAIRS[0], Pair)
