"""What is typed in wrong, and what a machine does wrong: a clear error, nothing lost."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.command import run


@pytest.mark.parametrize(
    ("arguments", "near"),
    [
        (["research", "13"], "1, "),
        (["domain", "resilence-patterns"], "resilience-patterns"),
        (["prompt", "2", "--model", "cluade"], "claude"),
        (["source", "tenacity-doc"], "tenacity-docs"),
        (["research", "2", "--style", "apaa"], "apa"),
        (["research", "2", "--rubric", "lum"], "lmu"),
        (["search", "retry", "--category", "reserch"], "research"),
        (["search", "retry", "--kind", "papr"], "paper"),
        (["domains", "--guide", "python-rest-api-client"], "python-rest-api-clients"),
    ],
)
def test_an_unknown_name_is_refused_with_the_near_matches(filled_store: Path, arguments: list[str], near: str) -> None:
    done = run(*arguments, data=filled_store)
    assert done.code == 2
    assert near in done.err
    assert "Traceback" not in done.err
    assert done.out == ""


@pytest.mark.parametrize(
    ("arguments", "help_"),
    [
        (["corpus", "check", "--folder", "nowhere"], "There is no folder nowhere"),
        (["prompt", "all"], "--out FOLDER"),
        (["prompt", "2", "--model", "ALL"], "--out FOLDER"),
        (["prompt", "2", "--mode", "grounded", "--budget", "50"], "tokens without any candidate"),
        (["prompt", "2", "--budget", "50"], "more than the budget of 50"),
        (["profiles", "show", "clade"], "Did you mean claude"),
    ],
)
def test_what_can_not_be_done_says_what_would_help(filled_store: Path, arguments: list[str], help_: str) -> None:
    done = run(*arguments, data=filled_store)
    assert done.code == 2
    assert help_ in done.err
    assert done.out == ""


def test_an_error_is_json_where_json_was_asked_for(filled_store: Path) -> None:
    done = run("source", "nope", "--json", data=filled_store)
    assert json.loads(done.err)["error"] == "UnknownNameError"


def test_an_empty_query_is_refused(filled_store: Path) -> None:
    assert run("search", "  ", data=filled_store).code == 2


def test_a_query_is_never_syntax(filled_store: Path) -> None:
    # All in one, as each command is a process; the index's own tests take them one by one.
    queries = ('"unbalanced', "a AND (b OR", "title:*", "[TO]", "'; DROP TABLE source; --")
    assert run("search", " ".join(queries), "--json", data=filled_store).code == 0


def test_broken_lines_are_named_and_good_ones_kept(fresh_store: Path, tmp_path: Path) -> None:
    shutil.copytree(fresh_store, tmp_path / "store")
    good = {
        "id": "our-runbook-2026",
        "title": "How we time out",
        "url": "https://example.org/runbook",
        "authors": ["A. Person"],
        "publisher": "Example",
        "year": 2026,
        "kind": "engineering_blog",
        "domains": [2],
        "focus": ["2.3"],
        "summary": "Deadlines are passed down from the caller to each request.",
        "key_points": ["Every call has a deadline."],
    }
    lines = ["{not json", json.dumps(good), json.dumps(good | {"id": "x", "kind": "blog", "url": "ftp://x"})]
    file = tmp_path / "mine.jsonl"
    file.write_text("\n".join(lines))
    done = run("sources", "add", str(file), data=tmp_path / "store")
    assert done.code == 4
    assert "mine.jsonl:1" in done.out
    assert "mine.jsonl:3" in done.out
    assert "Added 1" in done.out
    shown = run("source", "our-runbook-2026", "--json", data=tmp_path / "store")
    assert shown.json["placements"][0]["focus"] == ["2.3"]
    again = run("sources", "add", "-", data=tmp_path / "store", stdin=json.dumps(good))
    assert (again.code, "unchanged 1" in again.out) == (0, True)
    found = run("search", "passing deadlines down", "-d", "2", "--json", data=tmp_path / "store")
    assert "our-runbook-2026" in [hit["passage"]["source"] for hit in found.json]


def test_a_file_that_is_no_guide_says_what_was_looked_for(tmp_path: Path) -> None:
    note = tmp_path / "shopping.md"
    note.write_text("# Shopping\n\n- milk\n- bread\n")
    done = run("guide", "import", str(note), data=tmp_path / "data")
    assert done.code == 2
    assert "domain" in done.err.lower()


def test_a_missing_file_is_an_error_of_one_line(tmp_path: Path, filled_store: Path) -> None:
    for arguments in (["guide", "import", "gone.md"], ["sources", "add", "gone.jsonl"], ["domains", "-g", "gone.yaml"]):
        done = run(*arguments, data=filled_store)
        assert done.code == 2, done
        assert "gone" in done.err


def test_a_data_directory_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("I am a file")
    done = run("domains", data=tmp_path / "data")
    assert done.code == 3
    assert "RESEARCH_AGENT_DATA_DIR" in done.err


def test_a_corrupt_catalogue_is_told_and_nothing_is_deleted(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    catalogue = data / "catalogue.sqlite3"
    catalogue.write_bytes(b"SQLite format 3\x00" + b"garbage" * 1000)
    before = catalogue.read_bytes()
    done = run("research", "2", "--out", str(tmp_path / "out"), data=data)
    assert done.code == 3
    assert "catalogue.sqlite3" in done.err
    assert "Traceback" not in done.err
    assert catalogue.read_bytes() == before


def test_the_doctor_finds_and_mends_a_lost_index(fresh_store: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    shutil.copytree(fresh_store, store)
    shutil.rmtree(store / "lexical")
    shutil.rmtree(store / "chroma")
    assert run("doctor", "--repair", data=store).code == 0
    hits = run("search", "circuit breaker", "--json", data=store).json
    assert hits[0]["vector_rank"] is not None
    assert hits[0]["lexical_rank"] is not None


def test_an_edited_result_is_kept_and_named(filled_store: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("research", "2", "--out", str(out), data=filled_store).code == 0
    edited = out / "02-resilience-patterns" / "bibliography.md"
    edited.write_text("my own words")
    done = run("research", "2", "--out", str(out), data=filled_store)
    assert "Kept" in done.out
    assert edited.read_text() == "my own words"
    assert (edited.parent / "bibliography.md.new").exists()


def test_help_teaches_exit_codes_and_first_steps(tmp_path: Path) -> None:
    done = run("--help", data=tmp_path)
    assert done.code == 0
    assert "Exit codes" in done.out
    assert run("--version", data=tmp_path).out.strip()
    assert run("reserch", data=tmp_path).code == 2


ESCAPES = "red \x1b[31m link \x1b]8;;http://evil\x1b\\ bell \x07 csi \x9b31m"


def test_no_control_character_of_a_record_or_a_guide_reaches_the_terminal(tmp_path: Path, fresh_store: Path) -> None:
    shutil.copytree(fresh_store, tmp_path / "store")
    record = {
        "id": "escape-artist",
        "title": f"Title {ESCAPES}",
        "url": "https://example.org/escape",
        "authors": [f"Author {ESCAPES}"],
        "kind": "tutorial",
        "domains": [2],
        "focus": ["2.1"],
        "summary": f"Circuit breaker summary {ESCAPES}",
        "key_points": [f"Point {ESCAPES}"],
    }
    assert run("sources", "add", "-", data=tmp_path / "store", stdin=json.dumps(record)).code == 0
    run("pin", "escape-artist", "-d", "2", "--reason", ESCAPES, data=tmp_path / "store")
    outputs = [
        run(*arguments, data=tmp_path / "store").out
        for arguments in (
            ["source", "escape-artist"],
            ["why", "escape-artist", "-d", "2"],
            ["research", "2", "--out", str(tmp_path / "out")],
        )
    ]
    outputs += [path.read_text() for path in (tmp_path / "out").rglob("bibliography.*") if path.suffix != ".json"]
    for text in outputs:
        assert not set(text) & set("\x1b\x07\x9b")


def test_a_wrong_call_is_json_where_json_was_asked_for(filled_store: Path) -> None:
    for arguments in (["domain", "-1"], ["research"], ["nope"], ["search", "x", "--limit", "0"]):
        done = run(*arguments, "--json", data=filled_store)
        assert done.code == 2
        assert done.out == ""
        assert json.loads(done.err)["message"]


def test_output_that_cannot_be_written_is_an_error_of_one_line(filled_store: Path) -> None:
    for arguments in (["domains"], ["domains", "--json"]):
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [str(Path(sys.executable).with_name("research-agent")), *arguments],
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                env={"RESEARCH_AGENT_DATA_DIR": str(filled_store)},
                check=False,
            )
        assert done.returncode == 3
        assert "No space left" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_terminal_that_knows_ascii_only_gets_codes(
    filled_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    done = run("research", "2", "--out", str(tmp_path), data=filled_store)
    assert done.code == 0, done.err


@pytest.mark.parametrize("value", ["inf", "nan", "-1"])
def test_a_setting_that_cannot_be_is_named(filled_store: Path, value: str) -> None:
    done = run("domains", data=filled_store, lock_wait=value)
    assert done.code == 2
    assert "RESEARCH_AGENT_LOCK_WAIT" in done.err


def test_years_the_wrong_way_round_are_refused(filled_store: Path) -> None:
    assert run("search", "x", "--since", "2024", "--until", "2020", data=filled_store).code == 2


def test_the_doctor_names_a_data_directory_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "afile").touch()
    done = run("doctor", "--json", data=tmp_path / "afile")
    assert done.code == 3
    assert {finding["part"]: finding["state"] for finding in done.json}["data directory"] == "broken"
