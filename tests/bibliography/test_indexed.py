"""A work of which a service keeps a record and that nobody read says so in every output."""

import json
from datetime import date

from research_agent.bibliography.csl import csl_item
from research_agent.bibliography.exports import export
from research_agent.bibliography.guide_markdown import render_guide
from research_agent.bibliography.limits import limits_of
from research_agent.bibliography.markdown import render_bibliography
from research_agent.bibliography.report import known_of
from research_agent.model.source import Existence, Signal
from research_agent.model.synthesis import Synthesis
from tests.bibliography.annotated import TENACITY, bibliography, entry, evaluation, guide, rubric, source
from tests.page.material import SYNTHESIS, Document, guide_page, page

RECORD = "https://api.crossref.org/v1/works/10.1000/hedges"
INDEXED = Existence(state="verified", how="indexed", on=date(2026, 11, 25), where=RECORD)
SEEN = entry(TENACITY, "seen", existence=INDEXED)
READ = entry(TENACITY, "read")


def synthesis() -> Synthesis:
    """The guide of the page's tests, with what was found cited there found in an index instead."""
    return Synthesis.model_validate_json(SYNTHESIS.model_dump_json().replace('"how":"cited"', '"how":"indexed"'))


def test_the_state_in_words() -> None:
    assert INDEXED.told == "recorded in an index, not read"
    assert known_of(INDEXED) == "indexed 2026-11-25, not read itself"


def test_an_entry_names_the_record_that_it_is_known_from() -> None:
    text = render_bibliography(bibliography(SEEN, READ), guide(), rubric())
    assert f"**indexed** 2026-11-25 at <{RECORD}>, not read itself" in text
    assert "**indexed** means that a service keeps a record of it" in text
    assert "**Limits.** Not read; known from its record at" in text


def test_the_word_is_explained_only_where_it_stands() -> None:
    assert "indexed" not in render_bibliography(bibliography(READ), guide(), rubric())


def test_what_a_look_at_its_names_showed_stands_beside_its_existence() -> None:
    seen = Signal(name="verification", value="contradicted", where=RECORD, on=date(2026, 11, 25))
    looked = entry(TENACITY, "looked", signals=(seen,))
    text = render_bibliography(bibliography(looked, READ), guide(), rubric())
    assert text.count("looked up 2026-11-25: contradicted") == 1
    assert "Looked up 2026-11-25: contradicted." in Document(page(bibliography(looked))).text
    (csl,) = json.loads(export([looked])[".csl.json"])
    assert csl["note"].endswith("Looked up 2026-11-25: contradicted.")


def test_its_limit_is_that_nobody_read_it() -> None:
    claims = limits_of(source(TENACITY, "seen", existence=INDEXED), evaluation(TENACITY, "seen"))
    assert [(claim.text, claim.basis) for claim in claims] == [
        (f"Not read; known from its record at {RECORD}.", "record")
    ]


def test_exports_say_where_it_was_found_and_no_day_of_access() -> None:
    (csl,) = json.loads(export([SEEN])[".csl.json"])
    assert csl["note"].endswith(f"Existence verified: recorded in an index 2026-11-25 at {RECORD}.")
    assert "accessed" not in csl_item(SEEN.source, "seen")
    assert "accessed" in csl_item(READ.source, "read")


def test_the_guide_marks_its_points() -> None:
    text = render_guide(synthesis(), guide())
    assert ", 4.25, indexed, not read)" in text
    assert "1 of the works is recorded in an index and not read" in text
    assert "found cited" not in text


def test_the_guides_page_marks_its_points() -> None:
    text = Document(guide_page(synthesis())).text
    assert "Timeouts add up. two 4.25 indexed, not read" in text
    assert (
        "1 of the works is recorded in an index and not read, so that its points are sentences of its abstract" in text
    )
    assert "found cited" not in text
