"""The page of a bibliography, as text: what stands in it, what it links to, what it lets run."""

import base64
import hashlib
import re

import pytest

from research_agent import Guide, Workspace
from research_agent.model.bibliography import Bibliography
from research_agent.page import FILES_BESIDE, render_page
from research_agent.radar import load_rubric
from tests.bibliography.annotated import bibliography, guide, rubric
from tests.page.material import GAPPY, HOSTILE_WORDS, THREE, Document, hostile, page


@pytest.fixture(scope="module")
def shipped_bibliography(shipped: Workspace) -> Bibliography:
    return shipped.research("2").bibliography


def test_the_same_input_gives_the_same_bytes() -> None:
    again = Bibliography.model_validate_json(GAPPY.model_dump_json())
    assert page(again).encode() == page().encode()


def test_all_that_an_annotation_says_and_where_it_stands_is_on_the_page(
    shipped_bibliography: Bibliography, shipped_guide: Guide
) -> None:
    made = render_page(shipped_bibliography, shipped_guide, load_rubric("lmu"), links=FILES_BESIDE)
    shown = _bare(Document(made).text)
    for entry in shipped_bibliography.entries:
        annotation = entry.annotation
        pattern = annotation.code_pattern
        told = f"{pattern.library}: {pattern.idea}" if pattern else ""
        notes = [note.claim for note in annotation.for_focus]
        for claim in (*annotation.establishes, *notes, *annotation.in_production, *annotation.limits):
            if told and claim.text.startswith(told):
                continue  # told as the pattern, below
            placed = f"{claim.text} ({claim.where})" if claim.where else claim.text
            assert _bare(placed) in shown, claim
        if pattern:
            assert _bare(f"Pattern with {pattern.library}") in shown
            assert _bare(pattern.idea) in shown
        for judgement in entry.evaluation.judgements:
            assert _bare(f"{judgement.level} {judgement.word}") in shown
            assert _bare(judgement.reason) in shown
    for left_out in shipped_bibliography.excluded:
        assert _bare(left_out.reason[1:]) in shown  # it begins with a capital here


def _bare(words: str) -> str:
    """Without white space and back quotes, which the page turns into layout and code."""
    return re.sub(r"[\s`]", "", words)


def test_a_bibliography_of_thirty_stays_a_small_file(shipped_bibliography: Bibliography, shipped_guide: Guide) -> None:
    made = render_page(shipped_bibliography, shipped_guide, load_rubric("lmu"), links=FILES_BESIDE)
    assert len(shipped_bibliography.entries) == 30
    assert len(made.encode()) < 400_000


def test_the_proof_comes_first_with_each_constraint_and_each_gap() -> None:
    text = Document(page()).text
    assert "2 of 3 constraints hold, 1 gap named" in text
    assert "Missed: Entries in Official documentation 1 asked: 4 to 6" in text
    assert "Holds: Entries for 2.3 Timeout handling and deadline propagation 1 asked: at least 1" in text
    assert "docs: 1 of 4. 3 entries short. All were weighed." in text
    assert text.index("docs: 1 of 4.") < text.index("What it establishes")


def test_a_level_is_a_number_and_a_word_beside_its_bar() -> None:
    html = page()
    assert "Date 2 weak Confidence 30%. Reason for date." in Document(html).text
    assert '<span class="meter level-2" aria-hidden="true"></span>' in html


def test_a_low_confidence_stands_beside_its_level_and_a_high_one_does_not() -> None:
    assert Document(page()).text.count("Confidence 30%.") == 1
    assert "Confidence 80%" not in Document(page()).text


def test_a_work_that_nobody_read_is_said_to_be_cited() -> None:
    assert "Cited 2026-11-23 by https://example.org/list, not read itself." in Document(page()).text


def test_a_pattern_names_the_bullets_that_it_serves_and_is_not_told_twice() -> None:
    text = Document(page()).text
    assert text.count("Combine retry_if_exception_type") == 1
    assert "Pattern with tenacity" in text


def test_what_was_left_out_stands_best_first_with_its_reason() -> None:
    text = Document(page()).text
    assert text.index("A near miss") < text.index("A weak one")
    assert "3.90 Official documentation It would lose 0.1." in text


def test_the_files_beside_are_linked_and_none_where_none_were_named() -> None:
    assert set(FILES_BESIDE.values()) <= set(Document(page()).links)
    alone = render_page(GAPPY, guide(), rubric())
    assert "The same entries as" not in Document(alone).text
    assert not [link for link in Document(alone).links if not link.startswith(("#", "https://"))]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//example.org/x", "\\\\host\\x"])
def test_a_file_beside_is_a_relative_name_or_on_the_web(address: str) -> None:
    assert address not in Document(page(RIS=address)).links
    assert "https://example.org/x.ris" in Document(page(RIS="https://example.org/x.ris")).links


def test_every_link_leads_to_the_web_or_to_a_file_beside_or_into_the_page() -> None:
    for html in (page(), page(hostile())):
        document = Document(html)
        for link in document.links:
            assert link.startswith(("https://", "http://")) or link in FILES_BESIDE.values() or link[1:] in document.ids


def test_no_id_stands_twice() -> None:
    ids = Document(page()).ids
    assert sorted(ids) == sorted(set(ids))


def test_hostile_words_stay_words() -> None:
    document = Document(page(hostile()))
    for words in HOSTILE_WORDS:
        assert _bare(words) in _bare(document.words)
    assert {tag for tag, _ in document.elements} <= {tag for tag, _ in Document(page()).elements} | {"b", "bdi"}
    assert not [name for _, found in document.elements for name in found if name.startswith("on") or name == "style"]
    assert len([tag for tag, _ in document.elements if tag in {"script", "style"}]) == 2


def test_the_policy_lets_the_inlined_style_and_script_run_and_nothing_load() -> None:
    document = Document(page())
    policies = [
        found["content"] for tag, found in document.elements if found.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policies == [
        f"default-src 'none'; style-src '{_hash(document.inlined['style'])}'; "
        f"script-src '{_hash(document.inlined['script'])}'; base-uri 'none'; form-action 'none'"
    ]


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_the_page_names_nothing_to_load_and_nothing_to_store() -> None:
    document = Document(page())
    assert not [found for _, found in document.elements if "src" in found]
    assert not [tag for tag, _ in document.elements if tag in {"link", "img", "iframe", "object", "base"}]
    assert "url(" not in document.inlined["style"]
    assert "@import" not in document.inlined["style"]
    for forbidden in ("localStorage", "sessionStorage", "cookie", "fetch(", "XMLHttpRequest", "innerHTML", "eval("):
        assert forbidden not in document.inlined["script"]


def test_an_empty_bibliography_says_so_and_offers_no_filters() -> None:
    text = Document(page(bibliography(status="empty", checks=()))).text
    assert "There are no candidates, so there are no entries." in text
    assert "Research focus" not in text


def test_entries_stand_in_the_order_of_the_guides_categories_and_are_numbered_through() -> None:
    shuffled = GAPPY.model_copy(update={"entries": (THREE[1], THREE[2], THREE[0])})
    assert re.findall(r'<article class="entry" id="([^"]+)"', page(shuffled)) == [
        "old-paper",
        "tenacity-docs",
        "breaker-repo",
    ]
    assert re.findall(r'data-entry="(\d+)"', page(shuffled)) == ["1", "2", "3"]


def test_a_title_in_another_language_names_it() -> None:
    other = THREE[0].model_copy(update={"source": THREE[0].source.model_copy(update={"language": "de"})})
    assert '<a dir="auto" lang="de" href="https://example.org/old-paper">' in page(bibliography(other))
