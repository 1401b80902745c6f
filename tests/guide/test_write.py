from pathlib import Path

import pytest
from hypothesis import given, settings

from research_agent.guide import guide_to_yaml, read_guide
from research_agent.guide.read import guide_of_yaml
from research_agent.model.guide import Guide
from research_agent.resources import resource
from tests.guide.strategies import guides


@settings(deadline=None, max_examples=40)
@given(guides())
def test_a_written_guide_reads_back_as_the_same_guide(guide: Guide) -> None:
    written = guide_to_yaml(guide)

    assert guide_of_yaml(written.encode(), "guide.yaml") == guide


@settings(deadline=None, max_examples=40)
@given(guides())
def test_writing_what_was_read_gives_the_same_bytes(guide: Guide) -> None:
    written = guide_to_yaml(guide)

    assert guide_to_yaml(guide_of_yaml(written.encode(), "guide.yaml")) == written


def test_long_text_is_folded_and_short_lists_stay_on_one_line() -> None:
    written = (Path(__file__).parents[2] / "corpus" / "guide.yaml").read_text(encoding="utf-8")

    assert "overview: >-\n  You are building" in written
    assert "kinds: [paper, preprint, thesis, report]" in written
    assert "      3: Timeout handling" in written
    assert max(len(line) for line in written.splitlines()) <= 120


@pytest.mark.parametrize("text", ["no", "2.10", "null", "~", "0o7", "- x", "# x", "a: b", " ", "1e3", "x\u2028y", "\t"])
def test_words_that_yaml_would_guess_at_come_back_as_they_were(text: str) -> None:
    guide = read_guide(resource("corpus", "guide.yaml"))
    changed = guide.model_copy(update={"audience": (text,), "title": text})
    changed = type(guide).model_validate(changed.model_dump())

    assert guide_of_yaml(guide_to_yaml(changed).encode(), "guide.yaml") == changed
