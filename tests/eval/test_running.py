"""Suites are run apart: one that breaks is told and harms no other, and neither order nor settings move a figure."""

import pytest

from eval import running
from eval.datasets import data_files, data_hash
from eval.running import SUITES, SuiteFolder, circumstances, run_suites
from eval.suite import Score
from research_agent.errors import UnknownNameError
from tests.eval.trials import trial_suites

BROKEN = {
    "raising": "RuntimeError: no data",
    "dying": "ended with 9",
    "without_threshold": "none of its figures has a threshold",
    "same_names": "share a name",
    "under_another_name": "registers no suite",
}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What became of good suites beside broken ones, by name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RESEARCH_AGENT_STYLE", "ieee")
        names = ["met", "missed", "skipped", "chatty", "surroundings", *BROKEN]
        run = run_suites(names, suites=trial_suites(tmp_path_factory.mktemp("suites")))
    return {ran.suite: ran for ran in run.suites}


def test_suites_beside_broken_ones_still_give_their_figures(found):
    assert {name for name, ran in found.items() if ran.result} == set(found) - set(BROKEN)
    assert found["met"].met
    assert not found["missed"].met
    assert [score.name for score in found["missed"].missed] == ["share"]
    assert list(found) == sorted(found)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_suite_is_an_error_of_its_own_that_says_why(found, name):
    assert found[name].result is None
    assert not found[name].met
    assert BROKEN[name] in found[name].error


def test_a_suite_that_was_skipped_says_why_and_misses_nothing(found):
    assert found["skipped"].result.skipped == "there is no key"
    assert found["skipped"].met


def test_what_a_suite_prints_is_not_taken_for_its_result(found):
    assert found["chatty"].met


def test_nobodys_settings_reach_a_suite(found):
    assert found["surroundings"].met


def test_a_suite_that_hangs_is_stopped_and_told(tmp_path):
    run = run_suites(["hanging"], suites=trial_suites(tmp_path, "hanging"), limit_seconds=1)
    assert "stopped after 1 seconds" in run.suites[0].error
    assert not run.met


def test_the_order_of_suites_moves_no_figure(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "AT_ONCE", 1)
    suites = trial_suites(tmp_path, "seeded", "seeded_too")
    steps: list[str] = []
    orders = [{"seeded": 1.0, "seeded_too": 2.0}, {"seeded": 2.0, "seeded_too": 1.0}]
    runs = [
        run_suites(suites.names(), suites=suites, lasted=lasted, progress=lambda step: steps.append(step.text))
        for lasted in orders
    ]
    assert [text for text in steps if "ended" in text] == [
        f"suites: {name} ended" for name in ("seeded_too", "seeded", "seeded", "seeded_too")
    ]
    first, second = ([ran.result for ran in run.suites] for run in runs)
    assert None not in first
    assert first == second


def test_an_unknown_suite_is_named_with_the_nearest():
    with pytest.raises(UnknownNameError, match="Did you mean radar"):
        SUITES.known(["radr"])


def test_each_suite_runs_once_and_none_asked_for_means_all(tmp_path):
    suites = trial_suites(tmp_path, "met", "missed")
    assert suites.known(["missed", "missed"]) == ["missed"]
    assert suites.known([]) == ["met", "missed"]


def test_every_suite_says_what_it_asks_without_being_imported(tmp_path):
    asked = dict(SUITES.questions())
    assert asked.keys() == set(SUITES.names())
    assert all(asked.values())
    assert dict(trial_suites(tmp_path, "raising").questions()) == {"raising": "does its error harm others?"}


def test_every_suite_stands_in_the_readme_and_has_its_own():
    read = (SUITES.root / "eval" / "README.md").read_text(encoding="utf-8")
    assert [name for name in SUITES.names() if f"]({name}/README.md)" not in read] == []
    assert [name for name in SUITES.names() if not (SUITES.folder(name) / "README.md").is_file()] == []


def test_a_threshold_over_no_case_is_missed():
    assert not Score(name="share", value=1.0, cases=0, at_least=1.0).met
    assert not Score(name="errors", value=0.0, cases=0, at_most=0.0).met
    assert Score(name="a part that was skipped", value=0.0, cases=0).met


@pytest.mark.parametrize(("value", "met"), [(0.49, False), (0.5, True), (0.7, True), (0.71, False)])
def test_a_figure_keeps_both_of_its_thresholds(value, met):
    assert Score(name="share", value=value, cases=3, at_least=0.5, at_most=0.7).met is met


def test_a_figure_whose_interval_reaches_its_floor_is_at_it():
    score = Score(name="AUC", value=0.6, low=0.49, high=0.7, cases=30, chance=0.5)
    assert score.at_its_floor
    assert not score.model_copy(update={"low": 0.51}).at_its_floor
    assert not score.model_copy(update={"chance": None}).at_its_floor


def test_data_are_counted_and_hashed_without_programs_and_descriptions(tmp_path):
    (tmp_path / "golden").mkdir()
    (tmp_path / "pairs.jsonl").write_text('{"id": 1}\n\n{"id": 2}\n', encoding="utf-8")
    (tmp_path / "golden" / "1.json").write_text("{}", encoding="utf-8")
    for name in ("suite.py", "README.md", ".cache"):
        (tmp_path / name).write_text("no data", encoding="utf-8")
    before = data_files(tmp_path)
    assert [(file.name, file.items) for file in before] == [("golden/1.json", None), ("pairs.jsonl", 2)]
    (tmp_path / "golden" / "1.json").write_text("[]", encoding="utf-8")
    assert data_hash(data_files(tmp_path)) != data_hash(before)
    assert data_hash(()) == ""


def test_outside_of_a_repository_the_commit_is_not_known(tmp_path):
    assert circumstances(tmp_path).commit == "not known"


def test_the_folder_of_real_suites_is_the_default():
    assert SuiteFolder() == SUITES
    assert (SUITES.folder("identity") / "suite.py").is_file()
