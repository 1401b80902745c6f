"""Claude's judgements are recorded as they come, once, in a form that the measures of judges read."""

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from eval.models import DEFAULT_MODEL, KEY
from eval.radar.__main__ import main
from eval.radar.cases import read_cases
from eval.radar.judges import judge_scores, read_recordings
from eval.radar.questions import questions
from eval.radar.recording import record
from research_agent.claude import Budget, open_claude
from stand_ins.claude import KEY as KNOWN_KEY
from stand_ins.claude import Answering, Reply, Stopping, serving_claude

CASES = read_cases()
VERDICTS = [question for question in questions(CASES) if question.form == "verdict"][:6]
COMPARISONS = [question for question in questions(CASES) if question.form == "comparison"][:4]
ASKED = [*VERDICTS, *COMPARISONS]


def trusting(body: Mapping[str, Any]) -> Reply:
    """Whoever believes everything, and whatever stands first most of all."""
    fields = body["output_config"]["format"]["schema"]["properties"]
    return {"chosen": "first"} if "chosen" in fields else {"credible": True, "confidence": 0.9}


def recorded_at(
    answer: Answering, folder: Path, *, most_usd: float = 1.0
) -> tuple[tuple[int, list[str]], list[Mapping[str, Any]]]:
    with serving_claude(answer) as there:
        opening = lambda: open_claude(KNOWN_KEY, Budget(most_usd), address=there.address)  # noqa: E731
        return record(ASKED, DEFAULT_MODEL, opening, folder), there.asked


def test_answers_become_recordings_that_the_measures_read(tmp_path):
    (count, faults), asked = recorded_at(trusting, tmp_path)
    assert (count, faults) == (len(ASKED), [])
    assert sorted(body["messages"][0]["content"] for body in asked) == sorted(one.prompt for one in ASKED)
    told = {score.name: score.value for score in judge_scores(read_recordings(tmp_path), CASES)}
    assert told[f"{DEFAULT_MODEL}: first one chosen in both orders"] == 1
    assert told[f"{DEFAULT_MODEL}: same answer when asked again"] == 1
    assert all(one.cost_usd > 0 for one in read_recordings(tmp_path))


def test_nothing_is_asked_twice_and_a_line_that_was_torn_is_asked_again(tmp_path):
    recorded_at(trusting, tmp_path)
    path = tmp_path / f"{DEFAULT_MODEL}.jsonl"
    path.write_bytes(path.read_bytes()[:-5])
    (count, _), asked = recorded_at(trusting, tmp_path)
    assert count == len(asked) == 1
    assert len(read_recordings(tmp_path)) == len(ASKED)


def test_what_a_model_declines_is_told_and_left_out(tmp_path):
    numbers = itertools.count()
    (count, faults), _ = recorded_at(
        lambda body: Stopping("refusal") if next(numbers) == 0 else trusting(body), tmp_path
    )
    assert count == len(ASKED) - 1
    assert len(faults) == 1
    assert "declined" in faults[0]


def test_where_money_ends_it_is_said_how_many_are_missing(tmp_path):
    (count, faults), _ = recorded_at(trusting, tmp_path, most_usd=0.006)
    assert count < len(ASKED)
    assert f"{len(ASKED) - count} of {len(ASKED)} answers are missing" in faults[0]


@pytest.mark.parametrize(
    ("arguments", "told"), [(["record"], KEY), (["record", "--model", "claude-hiku"], "claude-haiku-5-5")]
)
def test_without_a_key_or_with_an_unknown_model_nothing_is_asked(arguments, told, capsys):
    assert main(arguments) == 2
    assert told in capsys.readouterr().err
