"""`research-agent eval`: its table, its exit codes, where it finds the suites; and nothing else depends on them."""

import ast
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from eval import baselines, command, trust
from eval.running import Run, SuiteFolder, run_suites
from eval.suite import Score, SuiteResult
from research_agent.cli import evaluating
from research_agent.cli.app import run
from tests.eval.trials import trial_suites

ROOT = Path(__file__).parents[1]


@pytest.fixture
def trial(tmp_path, monkeypatch):
    """Suites of the test's own, with baselines, report and trust page of its own."""
    monkeypatch.setattr(command, "SUITES", trial_suites(tmp_path, "met", "missed", "raising"))
    monkeypatch.setattr(command, "run_suites", _within(tmp_path))
    monkeypatch.setattr(command, "FOLDER", tmp_path / "report")
    monkeypatch.setattr(command, "read_baselines", lambda: baselines.read_baselines(tmp_path / "baselines.json"))
    monkeypatch.setattr(
        command, "write_baselines", lambda held: baselines.write_baselines(held, tmp_path / "baselines.json")
    )
    monkeypatch.setattr(trust, "write", lambda: (tmp_path / "trust.md").write_text("made", encoding="utf-8"))
    return tmp_path


def _within(root: Path) -> Callable[..., Run]:
    return lambda names, **more: run_suites(names, suites=SuiteFolder(root, "trial"), **more)


def test_a_run_that_keeps_its_thresholds_ends_with_0_and_prints_the_figure(trial, capsys):
    assert run(["eval", "met"]) == 0
    printed = capsys.readouterr().out
    assert "0.900 (0.800 to 1)" in printed
    assert "≥ 0.700" in printed
    assert "1 thresholds kept, 0 missed" in printed
    assert (trial / "report" / "index.html").exists()


def test_a_missed_threshold_ends_with_1_and_shows_the_case(trial, capsys):
    assert run(["eval", "missed", "met"]) == 1
    printed = " ".join(capsys.readouterr().out.split())
    assert "Missed missed: share is 0.400 (0.300 to 0.500), at least 0.700 is asked" in printed
    assert "case-7: one work was expected, two works came" in printed
    assert "0.900" in printed, "the other suite's figures stand there as well"


def test_a_suite_that_fails_to_run_ends_with_1_and_the_others_are_told(trial, capsys):
    assert run(["eval", "met", "raising"]) == 1
    printed = capsys.readouterr().out
    assert "raising failed to run: RuntimeError: no data" in printed
    assert "0.900" in printed


def test_an_unknown_suite_ends_with_2_and_names_the_nearest(capsys):
    assert run(["eval", "radr"]) == 2
    assert "Did you mean radar?" in capsys.readouterr().err


def test_json_holds_what_the_report_holds(trial, capsys):
    assert run(["eval", "missed", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told == json.loads((trial / "report" / "results.json").read_text(encoding="utf-8"))
    assert told["suites"][0]["scores"][0]["met"] is False


def test_an_accepted_run_is_what_the_next_is_compared_with(trial, capsys):
    assert run(["eval", "met", "--accept"]) == 0
    assert "Accepted" in capsys.readouterr().out
    assert (trial / "trust.md").read_text(encoding="utf-8") == "made"
    suite = trial / "trial" / "met" / "suite.py"
    suite.write_text(suite.read_text(encoding="utf-8").replace("value=0.9, low=0.8", "value=0.95, low=0.92"))
    assert run(["eval", "met"]) == 0
    assert "+0.050 better" in capsys.readouterr().out


def test_a_run_that_misses_is_not_accepted(trial, capsys):
    assert run(["eval", "missed", "--accept"]) == 2
    assert "Not accepted: missed" in " ".join(capsys.readouterr().err.split())
    assert not (trial / "baselines.json").exists()


def test_suites_are_listed_with_what_they_ask(capsys):
    assert run(["eval", "--list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert {"suite": "identity", "asks": "are two records of one work taken for one, and two works for two?"} in listed


def test_a_collection_of_ones_own_is_measured_in_place_of_the_suite(trial, monkeypatch, capsys):
    beir = ModuleType("eval.retrieval.beir")

    def measured(folder, *, progress):
        score = Score(name=f"nDCG@10 on {folder.name}", value=0.64, low=0.6, high=0.7, cases=300)
        return SuiteResult(suite="retrieval", title="Does search find it?", scores=(score,))

    vars(beir)["run"] = measured
    monkeypatch.setitem(sys.modules, "eval.retrieval.beir", beir)
    assert run(["eval", "retrieval", "--beir", str(trial / "scifact"), "--all"]) == 0
    assert "0.640 (0.600 to 0.700)" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["--beir", "folder"], ["radar", "--beir", "folder"]])
def test_a_collection_goes_with_retrieval_alone(arguments, capsys):
    assert run(["eval", *arguments]) == 2
    assert "--beir goes with one suite" in capsys.readouterr().err


def test_without_a_repository_one_line_says_where_the_suites_are(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(evaluating, "__file__", str(tmp_path / "lib" / "research_agent" / "cli" / "evaluating.py"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "eval").mkdir()
    (tmp_path / "eval" / "command.py").write_text("raise SystemExit('a stranger's program ran')", encoding="utf-8")
    assert run(["eval"]) == 2
    assert "run this in a checkout of it" in " ".join(capsys.readouterr().err.split())


def test_installed_elsewhere_the_checkout_in_the_current_folder_is_used(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(evaluating, "__file__", str(tmp_path / "lib" / "research_agent" / "cli" / "evaluating.py"))
    monkeypatch.chdir(ROOT)
    assert run(["eval", "--list"]) == 0
    assert "identity" in capsys.readouterr().out


def test_help_imports_no_suite():
    program = (
        "import sys; from research_agent.cli.app import run; run(['eval', '--help']); "
        "print(sorted({'eval', 'numpy', 'research_agent.model.base'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.rstrip().endswith("[]")


def test_the_package_imports_no_suite():
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sorted((ROOT / "src").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([one.name for one in node.names] if isinstance(node, ast.Import) else [node.module or ""])
        if name.partition(".")[0] == "eval"
    ]
    assert found == []


def test_the_module_does_the_same_as_the_command():
    done = subprocess.run(
        [sys.executable, "-m", "eval", "--list"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert "identity" in done.stdout
