"""Prompts and replies by the command line."""

import json
from pathlib import Path

import pytest

from tests.e2e.command import run


def test_a_chain_lies_in_the_domains_folder_with_an_index(filled_store: Path, tmp_path: Path) -> None:
    done = run("prompt", "2", "--model", "llama", "--split", "--out", str(tmp_path), data=filled_store)
    assert done.code == 0
    folder = tmp_path / "02-resilience-patterns"
    assert sorted(path.name for path in folder.glob("prompt*")) == [f"prompt.llama.part-{n}.md" for n in range(1, 7)]
    assert "open, part 3 of 6" in (tmp_path / "prompts.md").read_text(encoding="utf-8")
    assert "This is part 3 of 6" in (folder / "prompt.llama.part-3.md").read_text(encoding="utf-8")


def test_a_prompt_for_json_carries_its_schema_in_the_settings(filled_store: Path, tmp_path: Path) -> None:
    done = run("prompt", "2", "--model", "gpt", "--reply", "json", "--out", str(tmp_path), data=filled_store)
    assert done.code == 0
    folder = tmp_path / "02-resilience-patterns"
    settings = json.loads((folder / "prompt.gpt.json.settings.json").read_text(encoding="utf-8"))
    version = settings["text"]["format"]["schema"]["properties"]["prompt"]["enum"][0]
    assert f"<!-- Prompt {version} for gpt (open, JSON)" in (folder / "prompt.gpt.json.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["prompt", "2", "--split"], "Several prompts go into a folder"),
        (["prompt", "2", "--mode", "synthesize"], "prompt all --mode synthesize"),
        (["prompt", "2", "--mode", "extend", "--split", "--json"], "Leave out --split"),
        (["prompt", "2", "--reply", "yaml"], "'markdown', 'json'"),
        (["prompt", "2", "--budget", "100"], "more than the budget of 100"),
        (["reply", "2", "no-such-file.json"], "can't be read as text"),
        (["reply", "22", "-"], "There is no domain"),
    ],
)
def test_what_can_not_be_is_refused_with_what_to_do(filled_store: Path, arguments: list[str], words: str) -> None:
    done = run(*arguments, data=filled_store)
    assert done.code == 2
    assert words in " ".join(done.err.split())
    assert "Traceback" not in done.err


def test_a_reply_is_checked_from_a_file(filled_store: Path, tmp_path: Path) -> None:
    entry = {
        "number": 1,
        "category": "Research",
        "title": "An Invented Title",
        "doi": "10.1145/2408776.2408794",
        "focus": [{"question": "2.2", "contribution": "."}],
    }
    reply = tmp_path / "reply.md"
    reply.write_text(f"Gladly!\n```json\n{json.dumps({'entries': [entry]})}\n```\n", encoding="utf-8")
    done = run("reply", "2", str(reply), "--json", data=filled_store)
    assert done.code == 4
    (found,) = done.json["found"]
    assert found["state"] == "contradicted"
    assert "The Tail at Scale" in found["detail"]
    shown = run("reply", "2", str(reply), data=filled_store)
    assert "1 contradicted" in shown.out
    assert "Not met Entries: 25 to 30 needed, 0 there" in " ".join(shown.out.split())
