"""A report that can't be written is told before a run that would be lost, and not after."""

import pytest

from eval import command
from eval.report import check_writable
from research_agent.cli.app import run as research_agent
from research_agent.errors import OutputError


def test_a_folder_that_cannot_be_written_is_refused_before_anything_runs(tmp_path, monkeypatch, capsys):
    def ran(*_, **__):
        raise AssertionError("suites ran, and what they found is lost")

    monkeypatch.setattr(command, "run_suites", ran)
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert research_agent(["eval", "identity", "--out", str(tmp_path / "file" / "report")]) != 0
    assert "Nothing was run" in capsys.readouterr().err


def test_a_folder_is_made_and_left_empty(tmp_path):
    check_writable(tmp_path / "a" / "b")
    assert list((tmp_path / "a" / "b").iterdir()) == []


def test_a_file_in_place_of_a_folder_is_told_with_what_to_do(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="--out"):
        check_writable(tmp_path / "file")
