"""References in APA 7, IEEE and Chicago 17: goldens by kind and style, and the rules that hold for every list."""

import random
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from research_agent.bibliography.citations import STYLES, cite, reference_order, year_suffixes
from research_agent.bibliography.csl import CslItem, csl_item
from research_agent.errors import UnknownNameError
from research_agent.model.kinds import KINDS
from research_agent.model.source import Source
from tests.bibliography.works_to_cite import WORKS, work
from tests.examples import DEAR

GOLDENS: dict[str, dict[str, str]] = yaml.safe_load(
    (Path(__file__).parent / "references.yaml").read_text(encoding="utf-8")
)


def items(*sources: Source) -> list[CslItem]:
    return [csl_item(source, source.id) for source in sources]


def one(source: Source, style: str, markup: str = "text") -> str:
    (reference,) = cite(items(source), style, markup)  # type: ignore[arg-type]  # the parameter is a literal
    return reference


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("work_id", GOLDENS)
def test_a_reference_reads_as_the_manual_has_it(work_id, style):
    assert one(WORKS[work_id], style, "markdown") == GOLDENS[work_id][style], GOLDENS[work_id]["rule"]


def test_every_kind_of_work_has_a_golden():
    assert {WORKS[work_id].kind for work_id in GOLDENS} == set(KINDS)
    assert set(GOLDENS) == set(WORKS)


def test_styles_are_named_in_any_case_and_an_unknown_one_lists_the_known():
    assert cite(items(WORKS["tenacity-repo"]), "APA") == cite(items(WORKS["tenacity-repo"]), "apa")
    with pytest.raises(UnknownNameError, match="apa, ieee, chicago"):
        cite([], "turabian")


def test_no_items_are_no_references():
    assert all(cite([], style) == [] for style in STYLES)


@pytest.mark.parametrize("style", STYLES)
def test_references_come_in_the_order_of_their_items(style):
    shuffled = list(WORKS.values())
    random.Random(7).shuffle(shuffled)
    in_order = dict(zip(WORKS, cite(items(*WORKS.values()), style), strict=True))
    assert cite(items(*shuffled), style) == [in_order[source.id] for source in shuffled]


# --- several works of the same authors and year ---------------------------------------------------------------------

A = work(id="a", kind="book", title="Zebras", publisher="Press", year=2024)
B = work(id="b", kind="book", title="The Antelopes", publisher="Press", year=2024)
C = work(id="c", kind="book", title="Bears", publisher="Press", year=2023)
UNDATED = [work(id=f"u{n}", kind="official_docs", title=title, year=None) for n, title in enumerate(["Two", "One"])]


def test_same_authors_and_year_are_told_apart_by_letters_in_the_order_of_titles_without_articles():
    assert year_suffixes(items(A, B, C), "apa") == ["b", "a", ""]
    assert "(2024b)" in cite(items(A, B, C), "apa")[0]
    assert " 2024a. " in cite(items(A, B, C), "chicago")[1]
    assert "(2023)" in cite(items(A, B, C), "apa")[2]


def test_apa_gives_the_letters_by_date_first_and_chicago_by_title():
    early = work(id="early", kind="community_post", title="Zebras", publisher="Log", year=2024, published="2024-02-03")
    late = work(id="late", kind="community_post", title="Bears", publisher="Log", year=2024, published="2024-05-06")
    assert year_suffixes(items(early, late), "apa") == ["a", "b"]
    assert year_suffixes(items(early, late), "chicago") == ["b", "a"]


def test_undated_works_get_their_letter_after_a_hyphen():
    assert [reference.split("(")[1].split(")")[0] for reference in cite(items(*UNDATED), "apa")] == ["n.d.-b", "n.d.-a"]
    assert " n.d.-b. " in cite(items(*UNDATED), "chicago")[0]


def test_ieee_numbers_its_list_and_needs_no_letters():
    assert year_suffixes(items(A, B), "ieee") == ["", ""]


def test_more_than_twenty_six_works_go_on_with_two_letters():
    many = items(*(work(id=f"w{n:02}", kind="book", title=f"Title {n:02}") for n in range(28)))
    assert year_suffixes(many, "apa")[25:] == ["z", "aa", "ab"]


def test_a_work_alone_has_no_letter():
    assert "(2024)" in one(A, "apa")


# --- the order of a reference list ----------------------------------------------------------------------------------


def test_a_reference_list_is_ordered_by_author_year_and_title():
    van = work(id="v", kind="book", title="Ants", authors=("Vera van Dyke",), year=2020)
    organisation = work(id="o", kind="book", title="Bees", authors=("Crow Foundation",), year=2020)
    listed = [A, van, B, organisation, C, UNDATED[0]]
    assert [listed[p].id for p in reference_order(items(*listed), "apa")] == ["o", "v", "u0", "c", "b", "a"]
    assert [listed[p].id for p in reference_order(items(*listed), "chicago")] == ["o", "v", "c", "b", "a", "u0"]
    assert reference_order(items(*listed), "ieee") == [0, 1, 2, 3, 4, 5]


# --- what citeproc-py leaves undone ---------------------------------------------------------------------------------


def test_a_work_without_authors_starts_with_its_title():
    anonymous = work(id="x", kind="official_docs", title="Guide", authors=(), publisher="Site", year=2024)
    assert one(anonymous, "apa", "markdown") == "*Guide*. (2024). Site. https://example.org/work"
    assert one(anonymous, "chicago").startswith("“Guide.” 2024. Site. ")
    assert one(anonymous, "ieee").startswith("“Guide.” Site. Accessed: Nov. 23, 2026. ")


def test_a_publisher_that_is_the_author_is_not_said_twice():
    own = work(id="x", kind="report", title="Findings", authors=("Acme Foundation",), publisher="Acme Foundation")
    for style in STYLES:
        assert one(own, style).count("Acme Foundation") == 1


def test_a_blog_post_of_the_author_s_own_site_is_a_web_page_in_italics():
    own = work(id="x", kind="engineering_blog", title="Post", authors=("Acme Labs",), publisher="Acme Labs")
    assert one(own, "apa", "markdown") == "Acme Labs. (2024). *Post*. https://example.org/work"


@pytest.mark.parametrize("ending", ["?", "!"])
def test_a_title_that_ends_a_sentence_gets_no_second_mark(ending):
    asked = work(id="x", kind="paper", title=f"Does it scale{ending}", publisher="Journal of Scale")
    assert f"Does it scale{ending} *Journal" in one(asked, "apa", "markdown")
    assert f"“Does it scale{ending}” *Journal" in one(asked, "ieee", "markdown")
    assert f"“Does it scale{ending}” *Journal" in one(asked, "chicago", "markdown")


def test_an_abbreviation_at_the_end_gets_no_second_period_and_an_ellipsis_keeps_its_three():
    company = work(id="x", kind="book", title="On Waiting...", authors=("Docker, Inc.",), publisher="Foo Ltd.")
    assert one(company, "apa") == "Docker, Inc. (2024). On Waiting... Foo Ltd. https://example.org/work"


def test_two_dots_within_an_address_stay():
    compare = work(id="x", kind="official_docs", title="Diff", url="https://example.org/compare/v1..v2", year=2024)
    for style in STYLES:
        assert "https://example.org/compare/v1..v2" in one(compare, style)


def test_a_suffix_and_initials_stand_where_the_manual_wants_them():
    junior = work(id="x", kind="book", title="T", authors=("Martin Luther King Jr.", "Jean-Paul Sartre"))
    assert one(junior, "apa").startswith("King, M. L., Jr., & Sartre, J.-P. (2024).")
    assert one(junior, "ieee").startswith("M. L. King Jr. and J.-P. Sartre, ")
    assert one(junior, "chicago").startswith("King, Martin Luther, Jr., and Jean-Paul Sartre. 2024.")


def test_more_than_twenty_authors_are_cut_before_the_last_in_apa():
    crowd = work(id="x", kind="book", title="T", authors=tuple(f"Ann B{chr(97 + n)}son" for n in range(22)))
    reference = one(crowd, "apa")
    assert "Bsson, A., … Bvson, A. (2024)" in reference
    assert "Btson" not in reference


def test_markup_in_titles_is_text():
    risky = work(id="x", kind="book", title="a*b_c <T> `x` & [y](z) _end_")
    assert "a*b_c <T> `x` & [y](z) _end_" in one(risky, "apa", "text")
    assert r"*a\*b_c \<T\> \`x\` & [y\](z) \_end\_*" in one(risky, "apa", "markdown")
    assert "<i>a*b_c &lt;T&gt; `x` &amp; [y](z) _end_</i>" in one(risky, "apa", "html")


@pytest.mark.filterwarnings("error:XML file didn't pass schema validation")
def test_the_shipped_styles_are_valid_csl_and_name_their_licence():
    from citeproc import CitationStylesStyle

    folder = Path(__file__).parents[2] / "src" / "research_agent" / "bibliography" / "styles"
    styles = sorted(folder.glob("*.csl"))
    assert len(styles) == len(STYLES)
    for style in styles:
        CitationStylesStyle(str(style), validate=True)
        (rights,) = ET.parse(style).iter("{http://purl.org/net/xbiblio/csl}rights")
        assert rights.get("license") == "http://creativecommons.org/licenses/by-sa/3.0/"


# --- whatever the record --------------------------------------------------------------------------------------------

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn"]), min_size=1, max_size=25)
texts = words.filter(lambda text: bool(text.strip()))
sources = st.builds(
    work,
    id=st.just("x"),
    kind=st.sampled_from(KINDS),
    title=texts,
    authors=st.lists(texts, max_size=3).map(tuple),
    publisher=words,
    year=st.none() | st.integers(1900, 2030),
    version=st.none() | st.just("1.2.3"),
)


@DEAR
@given(sources, st.sampled_from(STYLES))
def test_any_record_gives_one_line_with_its_address_and_no_leftovers(source, style):
    reference = one(source, style)
    assert reference == " ".join(reference.split())
    assert source.kind == "preprint" or "https://example.org/work" in reference
    assert not {"None", "[object"} & {word for word in reference.split() if word not in source.title.split()} - {
        word for text in (*source.authors, source.publisher) for word in text.split()
    }
    assert not set(reference) & {"\ue000", "\ue001", "\ue002", "\ue003"}
    assert reference.count("n.d.") <= 1 + sum(
        t.count("n.d.") for t in (source.title, source.publisher, *source.authors)
    )
