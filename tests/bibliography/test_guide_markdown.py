"""What a person reads of the holistic guide."""

import re

from research_agent.bibliography.guide_markdown import render_guide
from research_agent.model.source import Existence
from research_agent.model.synthesis import (
    Agreement,
    BulletPractices,
    CitedSource,
    Disagreement,
    LibraryPatterns,
    OutsidePoint,
    Point,
    Practice,
    SideBySide,
    Synthesis,
    Theme,
)
from tests.bibliography.annotated import GUIDE, READ_ON, guide, html


def point(text: str, source: str = "one", domain: str = "2", library: str = "") -> Point:
    return Point(
        text=text,
        part="code_pattern" if library else "key_point",
        library=library,
        passage=f"{source}/p",
        source=source,
        citation_key=source,
        origin=source,
        domain=domain,
        total=4.25,
    )


READ = Existence(state="verified", how="read", on=READ_ON, where="https://example.org/one")
CITED = Existence(state="verified", how="cited", where="https://example.org/list")
DEADLINES, TIMEOUTS = point("Deadlines shrink."), point("Timeouts | add up.", "two", "7")
PATTERN = point("Wrap it in `fail_after(10)`.", "one", library="anyio")
KEPT = OutsidePoint(
    text="Deadlines get shorter.",
    passage="kept/p",
    source="kept",
    origin="kept",
    domain="7",
    title="Kept [aside]",
    url="https://example.org/kept",
    existence=CITED,
)
WHOLE = Synthesis(
    guide=GUIDE,
    guide_title="A guide to clients",
    rubrics=("lmu",),
    domains=("2", "7"),
    themes=(
        Theme(
            name="Timeouts and deadlines under load",
            bullets=(
                BulletPractices(
                    focus="2.3",
                    practices=(Practice(point=DEADLINES, support=(TIMEOUTS,), outside=(KEPT,)),),
                    pattern=PATTERN,
                    left_out=3,
                ),
                BulletPractices(focus="7.1"),
            ),
            shared=("one",),
        ),
    ),
    bullets=(BulletPractices(focus="2.4", practices=(Practice(point=point("Pools are split.")),)),),
    libraries=(
        LibraryPatterns(
            library="anyio", patterns=(point("Use a limiter.", library="anyio"),), with_bullets=("2.3",), left_out=2
        ),
    ),
    agreements=(Agreement(points=(DEADLINES, TIMEOUTS), outside=(KEPT,), similarity=0.9),),
    disagreements=(
        Disagreement(left=DEADLINES, right=TIMEOUTS, kind="value", about=("5 s", "10 | s"), similarity=0.8),
    ),
    side_by_side=(
        SideBySide(left=DEADLINES, right=TIMEOUTS, focus=("2.3", "7.1"), observed=("one denies",), similarity=0.6),
        SideBySide(left=PATTERN, right=TIMEOUTS, similarity=0.5),
    ),
    sources=(
        CitedSource(citation_key="one", citation="Lovelace, A. (2024). One.", existence=READ, domains=("2", "7")),
        CitedSource(citation_key="two", citation="Two.", existence=CITED, domains=("7",)),
    ),
    points=9,
)


def rendered(synthesis: Synthesis = WHOLE) -> str:
    return render_guide(synthesis, guide())


def test_every_line_of_advice_names_the_entry_that_it_rests_on() -> None:
    text = rendered()
    for said, key, folder in (
        ("Deadlines shrink.", "one", "02-resilience-patterns"),
        ("Pools are split.", "one", "02-resilience-patterns"),
        ("Use a limiter.", "one", "02-resilience-patterns"),
    ):
        assert f"- {said} ([{key}]({folder}/bibliography.md#{key}), 4.25)" in text


def test_the_opening_says_whose_words_these_are_and_which_works_nobody_read() -> None:
    opening = rendered().split("## Contents")[0]
    assert "a key point or a code pattern from the record of the work named behind it" in opening
    assert "not a quotation of the work" in opening
    assert "1 of the works was found cited and not read" in opening
    read_only = WHOLE.model_copy(update={"sources": WHOLE.sources[:1]})
    assert "not read" not in rendered(read_only).split("## Contents")[0]


def test_the_reading_of_radar_is_named_beside_its_totals() -> None:
    assert "its RADAR total (reading: lmu), 1 to 5" in rendered()


def test_a_work_that_nobody_read_is_marked_in_the_list_of_sources() -> None:
    assert "- `two`: Two. Cited, not read itself. In:" in rendered()


def test_what_other_origins_say_stands_beside_the_point() -> None:
    other = "([two](07-concurrency-management/bibliography.md#two), 4.25, cited, not read)"
    assert f"4.25) Likewise: Timeouts \\| add up. {other}" in rendered()


def test_links_within_the_guide_have_a_place_to_go() -> None:
    page = html(rendered())
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert {
        "themes",
        "domains",
        "patterns",
        "agreements",
        "disagreements",
        "side-by-side",
        "focus-2.3",
        "focus-7.1",
    } <= targets
    assert targets <= set(re.findall(r'<a id="([^"]+)">', page))


def test_themes_name_their_domains_and_the_works_that_serve_several() -> None:
    text = rendered()
    assert "Bullets of Resilience Patterns and Concurrency Management meet here." in text
    assert "Works that serve several of them: [one](02-resilience-patterns/bibliography.md#one)." in text


def test_a_bullet_of_which_no_point_speaks_says_so() -> None:
    assert "No point of an entry speaks of it by itself." in rendered()


def test_what_is_left_out_is_counted_and_linked() -> None:
    text = rendered()
    assert "[3 further points](02-resilience-patterns/bibliography.md) in the bibliography." in text
    assert "- 2 more in the bibliographies." in text


def test_patterns_of_a_library_refer_to_those_above() -> None:
    assert "- Above: [2.3 Timeout handling and deadline propagation](#focus-2.3)." in rendered()


def test_disagreements_stand_side_by_side() -> None:
    page = html(rendered())
    table = page[page.index("One says") :]
    cells = re.findall(r"<td>(.*?)</td>", table[: table.index("</table>")])
    assert len(cells) == 3
    assert "Deadlines shrink." in cells[0]
    assert "Timeouts | add up." in cells[1]
    assert cells[2] == "values: 5 s, 10 | s"


def test_sources_are_listed_with_every_domain_that_holds_them() -> None:
    assert (
        "- `one`: Lovelace, A. (2024). One. Read 2026-11-23. In: "
        "[domain 2](02-resilience-patterns/bibliography.md#one), "
        "[domain 7](07-concurrency-management/bibliography.md#one)."
    ) in rendered()


def test_sections_without_content_are_left_out() -> None:
    text = rendered(
        WHOLE.model_copy(
            update={"agreements": (), "disagreements": (), "libraries": (), "themes": (), "side_by_side": ()}
        )
    )
    for heading in ("Where domains meet", "Code patterns", "Where independent", "Where sources differ", "Side by side"):
        assert heading not in text


def test_a_guide_without_entries_says_so() -> None:
    text = rendered(Synthesis(guide=GUIDE, guide_title="A guide to clients", domains=()))
    assert "There are no entries yet, so there is no guide yet." in text


def test_text_of_sources_cannot_act_as_markup() -> None:
    hostile = Practice(point=point("<script>alert(1)</script> [x](javascript:alert(1))"))
    page = html(rendered(WHOLE.model_copy(update={"bullets": (BulletPractices(focus="2.4", practices=(hostile,)),)})))
    assert "<script" not in page
    assert 'href="javascript' not in page


def test_a_work_that_is_no_entry_is_marked_with_its_title_and_address() -> None:
    mark = "Deadlines get shorter. ([Kept \\[aside\\]](https://example.org/kept), not among the entries of domain 7"
    assert rendered().count(mark + ", cited, not read)") == 2  # beside the point and among the agreements
    opening = rendered().split("## Contents")[0]
    assert "1 point comes from works of the library that were not chosen for the domain" in opening
    assert "Drawn from 2 works" in opening


def test_a_guide_without_support_from_outside_speaks_of_none() -> None:
    bare = WHOLE.model_copy(update={"agreements": (), "themes": ()})
    assert "not chosen for the domain" not in rendered(bare)


def test_pairs_stand_one_under_the_other_and_claim_no_agreement() -> None:
    section = rendered().split("## Side by side")[1].split("## Sources")[0]
    assert "whether they agree, differ or complete each other is for the reader to say" in section
    lines = [line for line in section.splitlines() if line.lstrip().startswith("-")]
    assert lines[0].endswith(": one denies")
    assert lines[1].startswith("    - Deadlines shrink. ([one]")
    assert lines[2].startswith("    - Timeouts \\| add up. ([two]")
    assert lines[3] == "- Resilience Patterns; Concurrency Management"
