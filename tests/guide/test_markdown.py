import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from research_agent.errors import GuideError
from research_agent.guide import import_guide
from research_agent.guide.document import read_blocks
from research_agent.model.guide import Guide, Span

BODY = "\n- First of all\n- Second to none\n"


def _import(text: str) -> Guide:
    return import_guide(text, name="notes.md")


def _refused(text: str) -> str:
    with pytest.raises(GuideError) as error:
        _import(text)
    return str(error.value)


# --- domains --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "marks", ["# {}", "## {}", "###### {}", "### **{}**", "**{}**", "__{}__", "{}\n---", "## {} ##"]
)
@pytest.mark.parametrize("form", ["Domain 7: Soil & Rain", "DOMAIN 07 - Soil & Rain", "Domain 7 \u2013 Soil & Rain"])
def test_a_domain_heading_is_known_in_its_variants(marks: str, form: str) -> None:
    guide = _import(marks.format(form) + "\n" + BODY)

    (domain,) = guide.domains
    assert (domain.id, domain.name, domain.slug, domain.completed) == ("7", "Soil & Rain", "soil-rain", False)
    assert [(bullet.id, bullet.text) for bullet in domain.focus] == [("7.1", "First of all"), ("7.2", "Second to none")]
    assert guide.provenance["domains.7"].origin == "read"


@pytest.mark.parametrize(
    ("state", "completed"),
    [
        (" ✅ COMPLETED", True),
        (" âœ… COMPLETED", True),
        (" ✅", True),
        (" ✔️ done", True),
        (" (completed)", True),
        (" [x]", True),
        (" [DONE]", True),
        (" — completed", True),
        (": finished", True),
        (" COMPLETED", True),
        (" ⏳ in progress", False),
        (" (pending)", False),
        (" - planned", False),
        ("", False),
    ],
)
def test_the_mark_of_a_done_domain_is_read_and_taken_off_the_name(state: str, completed: bool) -> None:
    for heading in (f"## Domain 2: Getting Work Done{state}", f"**Domain 2: Getting Work Done**{state}"):
        (domain,) = _import(heading + "\n" + BODY).domains

        assert (domain.name, domain.completed) == ("Getting Work Done", completed)


def test_a_status_line_marks_a_domain_as_done() -> None:
    first, second = _import(
        f"## Domain 1: Soil\n**Status:** completed\n{BODY}\n## Domain 2: Rain\nStatus: open\n{BODY}"
    ).domains

    assert (first.completed, second.completed) == (True, False)


@pytest.mark.parametrize(
    "focus",
    [
        "- One thing\n- Another thing",
        "* One thing\n* Another thing",
        "+ One thing\n+ Another thing",
        "1. One thing\n2. Another thing",
        "1) One thing\n2) Another thing",
        "• One thing\n• Another thing",
        "**Research Focus:**\n- One thing\n- Another thing",
        "#### Focus areas\n- One thing\n\n- Another thing",
        "Key questions:\n\n- One thing\n- Another thing",
        "**Focus:** One thing, another thing".replace("another", "Another"),
        "Research focus: One thing; Another thing.",
        "- **Focus:** One thing, Another thing",
        "What follows is what matters here:\n- One thing\n- Another thing",
        "Some words first.\n\n- *One* thing\n- Another **thing**",
        "- One\n  thing\n- Another thing",
        "**Libraries:**\n- none\n\n**Focus:**\n- One thing\n- Another thing\n\n**Notes:**\n- not this",
    ],
)
def test_focus_is_read_from_bullets_or_from_one_line(focus: str) -> None:
    (domain,) = _import(f"# Guide\n\n## Domain 1: Soil\n{focus}\n").domains

    assert [bullet.text for bullet in domain.focus] == ["One thing", "Another thing"]


def test_items_below_a_bullet_belong_to_it() -> None:
    (domain,) = _import("## Domain 1: Soil\n- Rain\n  - drizzle\n  - hail\n- Wells:\n  - depth\n").domains

    assert [bullet.text for bullet in domain.focus] == ["Rain: drizzle; hail", "Wells: depth"]


def test_names_with_underscores_and_angle_brackets_keep_them() -> None:
    (domain,) = _import("## Domain 1: Soil\n- Use of __slots__ and List<T>\n- `a_b` in _one word_\n").domains

    assert [bullet.text for bullet in domain.focus] == ["Use of __slots__ and List<T>", "`a_b` in one word"]


def test_numbered_headings_are_domains_below_a_heading_that_says_so_only() -> None:
    guide = _import(
        f"# Title\n## 1. Method\n- Careful\n## Domains\n### 1. Soil\n{BODY}\n### 2) Rain\n{BODY}\n## 3. End\n- x"
    )

    assert [(domain.id, domain.name) for domain in guide.domains] == [("1", "Soil"), ("2", "Rain")]


def test_a_list_can_hold_the_domains() -> None:
    guide = _import(
        "# Title\n\n## The domains\n\n"
        "1. **Soil**: sand, clay (wet), and loam\n2. **Rain** ✅\n   - Drizzle\n   - Hail\n"
    )

    soil, rain = guide.domains
    assert [bullet.text for bullet in soil.focus] == ["sand", "clay (wet)", "loam"]
    assert [bullet.text for bullet in rain.focus] == ["Drizzle", "Hail"]
    assert rain.completed


def test_names_without_latin_letters_get_a_slug_of_their_number() -> None:
    first, second = _import("## Domain 1: 土壌\n- 砂と粘土\n## Domain 2: Ä Ö\n- Größe\n").domains

    assert (first.slug, second.slug) == ("domain-1", "a-o")


def test_a_rule_right_below_a_paragraph_makes_it_no_heading() -> None:
    (domain,) = _import("### Domain 1: Soil\n**Focus:** sand, clay,\nand loam\n---\n").domains

    assert [bullet.text for bullet in domain.focus] == ["sand", "clay", "loam"]


# --- the rest of a guide --------------------------------------------------------------------------------------------

WHOLE = f"""\
---
tags: soil
---
# Soil and Water: A Research Guide

## Project Overview
What **soil** does with rain.

It has two parts:
- Above
- Below

## Audience
- Farmers
- Focus on use rather than on theory

## Technology Stack
- **Probes:** TDR, tensiometer (and look-alikes)
- Ground radar

## Method
- 10-12 sources per domain
- Source hierarchy: Official docs > Academic papers
- Papers since 2010 come first
- Careful reading

## Key Specifications
- Careful reading of every table
- Quote units

## Request
"Please write it for [model]."

## Domain 1: Soil
{BODY}
"""


def test_every_part_is_read_with_the_words_that_it_stands_on() -> None:
    guide = _import(WHOLE)

    assert (guide.id, guide.title) == ("soil-and-water", "Soil and Water: A Research Guide")
    assert guide.overview == "What soil does with rain.\n\n- Above\n- Below"
    assert guide.audience == ("Farmers",)
    assert guide.stance == ("Focus on use rather than on theory",)
    assert [(t.group, t.items, t.note) for t in guide.technologies] == [
        ("Probes", ("TDR", "tensiometer"), "and look-alikes"),
        ("Technology Stack", ("Ground radar",), ""),
    ]
    assert guide.specifications == ("Careful reading of every table", "Quote units")
    assert guide.request == "Please write it for [model]."
    assert guide.methodology.total == Span(at_least=10, at_most=12)
    assert guide.methodology.recent_since == 2010
    read = {path for path, part in guide.provenance.items() if part.origin == "read"}
    assert read == {
        "title",
        "overview",
        "audience",
        "stance",
        "technologies",
        "specifications",
        "request",
        "methodology.total",
        "methodology.recent_since",
        "methodology.categories.docs.rank",
        "methodology.categories.research.rank",
        "domains.1",
    }
    assert guide.provenance["methodology.total"].basis == "10-12 sources per domain"


def test_every_value_of_the_method_is_either_read_or_default() -> None:
    guide = _import(WHOLE)

    paths = {f"methodology.{name}" for name in type(guide.methodology).model_fields} - {"methodology.preferences"}
    paths |= {f"methodology.preferences.{name}" for name in type(guide.methodology.preferences).model_fields}
    paths |= {
        f"methodology.categories.{category.id}.{name}"
        for category in guide.methodology.categories
        for name in ("quota", "rank")
    }
    assert paths <= set(guide.provenance)
    assert all(part.basis for part in guide.provenance.values())


def test_named_categories_change_places_and_the_others_stay() -> None:
    ranks = {category.id: category.rank for category in _import(WHOLE).methodology.categories}

    assert ranks == {"docs": 1, "standards": 2, "research": 3, "engineering": 4, "code": 5, "community": 6}


def test_own_categories_bring_quotas_kinds_and_order() -> None:
    method = _import(
        f"# T\n## Source categories\n1. **Studies** (2-3): Measured. Kinds: paper, case studies.\n2. Logs (1)\n"
        f"## Hierarchy\n1. Logs\n2. Studies\n## Domain 1: Soil\n{BODY}"
    ).methodology

    studies, logs = method.categories
    assert (studies.id, studies.description, studies.kinds) == ("studies", "Measured.", ("paper", "case_study"))
    assert (studies.quota, logs.quota) == (Span(at_least=2, at_most=3), Span(at_least=1, at_most=1))
    assert (studies.rank, logs.rank) == (2, 1)
    assert method.total == Span(at_least=3, at_most=4)


# --- refusals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ["notes.md is no guide", "Looked for", "'## Domain 1: Name'", "no heading at all"]),
        (
            "# Shopping\n\n## Fruit\n- apples\n",
            ["line 5", "2 other headings", "'Shopping' (line 1)", "Nothing was kept"],
        ),
        (f"## Domain 1: A\n{BODY}\n## Domain 2: B\n\nNothing.\n", ["line 6", "stopped at domain 2, 'B'", "'Nothing.'"]),
        (f"## Domain 1: A\n{BODY}\n## Domain 1: B\n{BODY}", ["line 6", "the number 1", "line 1"]),
        (f"## Domain 1: A\n{BODY}\n## Domain 2: A\n{BODY}", ["line 6", "the name 'A'", "line 1"]),
        ("## Domain 1: A\n- C\n", ["line 2", "'C'", "too short"]),
        (f"## Domains (3 total)\n### Domain 1: A\n{BODY}", ["line 1", "announces 3 domains, but 1 were found"]),
    ],
)
def test_a_text_that_is_no_guide_is_told_what_was_looked_for_and_where(text: str, told: list[str]) -> None:
    message = _refused(text)

    assert all(words in message for words in told), message


@pytest.mark.parametrize(
    ("method", "told"),
    [
        (
            "- 25-30 sources per domain\n- 1-2 per category",
            ["contradict", "6 to 12 entries", "25 to 30", "1-2 per category"],
        ),
        ("- 25-30 sources per domain\n- 20-25 sources per domain", ["total is stated twice", "line 3", "line 4"]),
        ("- At least 10 sources per domain", ["line 3", "only one end"]),
        ("- 0-0 sources per domain", ["line 3", "'0-0 sources", "a bibliography of no entries"]),
        ("- Papers since 1800 come first\n- 160% of the papers since 2010", ["recent_share"]),
        ("### Source categories\n- Maps (0)", ["line 4", "the quota of 'Maps'", "a bibliography of no entries"]),
        ("### Source categories\n- Maps (3-1)", ["line 4", "the quota of 'Maps'", "runs backwards"]),
        ("- 4 source categories", ["line 3", "4 source categories", "6: Research"]),
        ("- Source hierarchy: Maps > Photographs > Letters", ["line 3", "'Maps' is none of the source categories"]),
        ("- Source hierarchy: Papers > Research > Docs", ["line 3", "'research' twice"]),
        ("### Source categories\n- Maps (some)", ["line 4", "quota 'some'"]),
        ("### Source categories\n- Maps (1-2). Kinds: mapp", ["line 4", "Maps"]),
        ("### Source categories\n- Maps (1-2): All. Kinds: papr", ["line 4", "no kind of source 'papr'", "paper"]),
        ("### Source categories\n- Maps (1-2)\n- maps", ["line 5", "stands twice"]),
        ("- At most 2 sources from one author, except maps", ["line 3", "'maps' is none"]),
    ],
)
def test_a_method_that_contradicts_itself_is_explained(method: str, told: list[str]) -> None:
    message = _refused(f"# T\n## Method\n{method}\n## Domain 1: Soil\n{BODY}")

    assert all(words in message for words in ["notes.md", *told]), message


# --- properties -----------------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        "# ", "## ", "### ", "**", "- ", "1. ", "  - ", "\n", "\n\n", "Domain 1: ", "Domain 2", "Domains", "✅", "âœ…",
        "Focus: ", "Research Focus:", "Method", "4-6 per category", "25-30 sources per domain", "2021+ sources",
        "Source hierarchy: A > B", "Source categories", "Kinds: paper", "(2-3)", "---", "===", "> ", "`", "etc.", ", ",
        "[x] ", "COMPLETED", "\u2028", "\x00", "\r", "\t", "Soil", "f\u0131ve sources per category",
        "<b>", "&amp;", "\ufeff",
    ]
)  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=200))
def test_any_text_is_a_guide_or_refused_with_its_name(text: str) -> None:
    try:
        told = f"notes.md gave {len(_import(text).domains)} domains"
    except GuideError as error:
        told = str(error)

    assert "notes.md" in told
    assert "0 domains" not in told


WORDS = st.lists(st.from_regex(r"[A-Z][a-z]{2,8}", fullmatch=True), min_size=1, max_size=4).map(" ".join)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(
            WORDS,
            st.lists(WORDS.filter(lambda w: len(w) > 2), min_size=1, max_size=5),
            st.booleans(),
            st.integers(0, 3),
        ),
        min_size=1,
        max_size=5,
        unique_by=lambda domain: domain[0].casefold(),
    )
)
def test_domains_written_in_any_mix_of_forms_come_back(domains: list[tuple[str, list[str], bool, int]]) -> None:
    forms = ["## Domain {n}: {name}", "### **Domain {n} - {name}**", "**Domain {n}: {name}**", "## {n}. {name}"]
    text = "# A guide\n\n# Domains\n"
    for number, (name, bullets, completed, form) in enumerate(domains, start=1):
        text += "\n" + forms[form].format(n=number, name=name) + (" ✅ COMPLETED" if completed else "") + "\n\n"
        text += f"**Focus:** {', '.join(bullets)}\n" if form % 2 else "".join(f"- {bullet}\n" for bullet in bullets)

    guide = _import(text)

    found = [(d.name, [bullet.text for bullet in d.focus], d.completed) for d in guide.domains]
    assert found == [(name, bullets, completed) for name, bullets, completed, _ in domains]


@settings(deadline=None, max_examples=100)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_blocks_come_in_the_order_of_their_lines(text: str) -> None:
    lines = [block.line for block in read_blocks(text)]

    assert lines == sorted(lines)
