"""Domain 2's open prompt for every profile, word for word; UPDATE_SNAPSHOTS=1 in the environment writes them anew."""

import json
import os
from pathlib import Path

import pytest

from research_agent.guides import load_guide
from research_agent.prompts import assemble_prompt, load_profile, profile_names
from research_agent.prompts.assemble import render_prompt
from research_agent.radar import load_rubric
from research_agent.resources import resource

SNAPSHOTS = Path(__file__).parent / "snapshots"


@pytest.mark.parametrize("name", profile_names())
def test_the_prompt_is_as_it_was_looked_at(name: str) -> None:
    guide = load_guide(resource("corpus", "guide.yaml"))
    prompt = assemble_prompt(guide, guide.domain("2"), load_rubric("lmu"), load_profile(name))
    settings = json.dumps(prompt.settings, indent=2, ensure_ascii=False)
    # Without its first lines, which tell how tokens were counted: that depends on what is installed.
    words = render_prompt(prompt).partition("\n\n")[2]
    made = f"{words}\n<!-- settings -->\n\n{settings}\n"
    path = SNAPSHOTS / f"{name}.md"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOTS.mkdir(exist_ok=True)
        path.write_text(made, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == made


def test_no_snapshot_is_of_a_profile_that_is_gone() -> None:
    assert {path.stem for path in SNAPSHOTS.glob("*.md")} == set(profile_names())
