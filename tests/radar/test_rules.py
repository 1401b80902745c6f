"""The interpreter of rules: shifts, caps, floors, half steps, confidence."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from research_agent.model.source import Signal
from research_agent.radar.rules import CriterionRules, Effect, rule


def rules(*signals: Mapping[str, object], level: int = 3, highest: int = 5) -> CriterionRules:
    return CriterionRules.model_validate(
        {
            "base": [{"level": level, "highest": highest, "because": "A work"}],
            "signals": [{"evidence": "lateral", "weight": 1, **signal} for signal in signals],
        }
    )


def test_two_half_steps_move_a_level_and_one_alone_does_not() -> None:
    half = {"effects": [{"present": True, "shift": 0.5, "because": "seen"}]}
    both = rules({"name": "a", **half}, {"name": "b", **half})
    seen_once = [Signal(name="a", value=True), Signal(name="b", value=None)]
    seen_twice = [Signal(name="a", value=True), Signal(name="b", value=True)]

    assert rule(both, "paper", seen_once).level == 3
    assert rule(both, "paper", seen_twice).level == 4


def test_a_cap_beats_every_reason_to_go_higher() -> None:
    capped = rules(
        {"name": "good", "effects": [{"present": True, "shift": 2, "because": "good"}]},
        {"name": "landmark", "effects": [{"present": True, "floor": 4, "because": "landmark"}]},
        {"name": "retracted", "effects": [{"present": True, "cap": 1, "because": "retracted"}]},
    )
    signals = [Signal(name=name, value=True) for name in ("good", "landmark", "retracted")]

    assert rule(capped, "paper", signals).level == 1
    assert rule(capped, "paper", signals[:2]).level == 5


def test_a_kind_goes_no_higher_than_its_base_allows() -> None:
    good = {"name": "good", "effects": [{"present": True, "shift": 3, "because": "good"}]}

    assert rule(rules(good, level=2, highest=4), "talk", [Signal(name="good", value=True)]).level == 4


def test_a_count_of_one_is_not_a_yes() -> None:
    reviewed = rules({"name": "reviewed", "effects": [{"is": True, "shift": 1, "because": "yes"}]})

    assert rule(reviewed, "paper", [Signal(name="reviewed", value=1)]).level == 3
    assert rule(reviewed, "paper", [Signal(name="reviewed", value=True)]).level == 4


def test_the_first_effect_that_holds_counts() -> None:
    both = rules(
        {
            "name": "form",
            "effects": [
                {"is": ["Copy"], "shift": -1, "because": "a copy"},
                {"present": True, "shift": 1, "because": "some form"},
            ],
        }
    )

    assert rule(both, "paper", [Signal(name="form", value="copy")]).level == 2
    assert rule(both, "paper", [Signal(name="form", value="own_site")]).level == 4


def test_confidence_is_the_weighted_share_of_the_signals_that_were_observed() -> None:
    asked = rules({"name": "a", "weight": 3}, {"name": "b", "weight": 1}, {"name": "c", "weight": 1, "kinds": ["talk"]})
    ruling = rule(asked, "paper", [Signal(name="a", value=False), Signal(name="b", value=None)])

    assert ruling.confidence == 0.75
    assert ruling.not_observed == ("b",)


def test_a_signal_that_stands_in_for_another_is_asked_only_in_its_absence() -> None:
    asked = rules({"name": "declared"}, {"name": "near", "unless": "declared"})

    assert rule(asked, "paper", [Signal(name="declared", value=2)]).confidence == 1.0
    assert rule(asked, "paper", [Signal(name="near", value=0.4)]).not_observed == ("declared",)


@given(st.floats(-1, 40), st.floats(-1, 40))
def test_falling_bands_never_rise_with_the_value(one: float, other: float) -> None:
    effect = Effect.model_validate({"bands": [[0, 2], [1, 1], [3, 0], [7, -2]], "because": "dated"})
    low, high = sorted((one, other))
    early, late = effect.shift_for(low), effect.shift_for(high)

    if early is not None:
        assert late is not None
        assert late <= early


@pytest.mark.parametrize(
    ("effect", "said"),
    [
        ({"because": "no condition"}, "exactly one of"),
        ({"present": True, "is": 1, "because": "two"}, "exactly one of"),
        ({"bands": [[2, 1], [1, 0]], "because": "unsorted"}, "must rise"),
        ({"bands": [[0, 1], [1, 0], [2, 1]], "because": "up and down"}, "all rise or all fall"),
        ({"present": True, "because": "names {nothing_known}"}, "unknown placeholders"),
    ],
)
def test_a_rule_that_can_not_be_meant_is_refused(effect: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Effect.model_validate(effect)
