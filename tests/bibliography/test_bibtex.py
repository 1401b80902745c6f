"""BibTeX as we write it (bibtexparser) and as another library reads it (pybtex): nothing may be lost on the way."""

import calendar
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import BibliographyData, Entry, Person, parse_string

from research_agent.bibliography.bibtex import bibtex, protected_title, to_bibtex
from research_agent.bibliography.csl import CslItem, csl_item
from research_agent.model.kinds import KINDS
from tests.bibliography.works_to_cite import WORKS, work
from tests.examples import DEAR

_COMMANDS = {
    r"\textbackslash{}": "\\",
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    r"\textasciicircum{}": "^",
    r"\textasciitilde{}": "~",
}
_MONTHS = list(calendar.month_name)[1:]


def read(text: str) -> BibliographyData:
    return parse_string(text, "bibtex")


def plain(tex: str) -> str:
    """What TeX would print."""
    pattern = re.compile("|".join([*map(re.escape, _COMMANDS), r"\\([%#&_$])", r"[{}]"]))
    return pattern.sub(lambda found: _COMMANDS.get(found[0], found[1] or ""), tex)


def name_of(person: Person) -> dict[str, str]:
    """A person as CSL has them."""
    words = {
        "given": [*person.first_names, *person.middle_names],
        "non-dropping-particle": person.prelast_names,
        "family": person.last_names,
        "suffix": person.lineage_names,
    }
    return {part: plain(" ".join(texts)) for part, texts in words.items() if texts}


def issued_of(entry: Entry) -> list[int]:
    fields = entry.fields
    parts = [fields.get("year"), fields.get("month") and str(_MONTHS.index(fields["month"]) + 1), fields.get("day")]
    return [int(part) for part in parts if part]


def in_one_line(value: str) -> str:
    return " ".join(value.split())


@pytest.fixture(scope="module")
def everything() -> tuple[dict[str, CslItem], BibliographyData]:
    return {key: csl_item(source, key) for key, source in WORKS.items()}, read(to_bibtex(list(WORKS.values())))


def test_every_source_is_there_once_in_the_order_given(everything):
    items, library = everything
    assert list(library.entries) == list(items)


@pytest.mark.parametrize("key", WORKS)
def test_what_another_library_reads_is_what_the_item_said(everything, key):
    items, library = everything
    item, entry = items[key], library.entries[key]
    texts = {plain(value) for value in entry.fields.values()}
    assert plain(entry.fields["title"]) == item["title"]
    for field in ("container-title", "publisher", "volume", "issue", "genre", "version", "event-title", "DOI", "URL"):
        assert field not in item or item[field] in texts, field
    assert issued_of(entry) == item.get("issued", {}).get("date-parts", [[]])[0]
    accessed = item.get("accessed", {}).get("date-parts", [[]])[0]
    assert [int(part) for part in entry.fields.get("urldate", "").split("-") if part] == accessed
    if "number" in item and item["type"] != "article":
        assert f"{entry.fields['type']} {plain(entry.fields['number'])}".endswith(item["number"])
    if "archive_location" in item:
        assert (entry.fields["eprint"], entry.fields["archiveprefix"]) == (item["archive_location"], "arXiv")
    for person, name in zip(entry.persons["author"], item["author"], strict=True):
        if "literal" in name:
            assert plain(str(person)) == name["literal"]
            assert str(person).startswith("{")
        else:
            assert name_of(person) == name


@pytest.mark.parametrize(
    ("key", "entry_type"),
    [
        ("dean-2013-tail-at-scale", "article"),
        ("okur-2014-async-programming-csharp", "inproceedings"),
        ("gunther-2008-universal-scalability", "misc"),
        ("fielding-2000-rest-dissertation", "phdthesis"),
        ("rfc-9110-http-semantics-retries", "techreport"),
        ("sigelman-2010-dapper", "techreport"),
        ("httpx-async-support-docs", "online"),
        ("tenacity-repo", "software"),
        ("madden-2020-api-security-in-action", "book"),
        ("google-sre-cascading-failures", "incollection"),
        ("root-2019-advanced-asyncio", "misc"),
    ],
)
def test_works_have_the_entry_type_of_their_kind(everything, key, entry_type):
    assert everything[1].entries[key].type == entry_type


def test_an_rfc_is_a_numbered_report_of_its_series():
    source = work(id="rfc", kind="standard", title="RFC 9110: HTTP Semantics", rfc=9110, doi="10.17487/rfc9110")
    fields = read(to_bibtex([source])).entries["rfc"].fields
    assert (fields["type"], fields["number"], fields["doi"]) == ("RFC", "9110", "10.17487/rfc9110")


def test_a_missing_year_is_left_out():
    assert "year" not in read(to_bibtex([work(id="x", kind="book", title="T", year=None)])).entries["x"].fields


def test_the_text_is_unicode_and_tex_s_own_characters_are_commands():
    written = to_bibtex([work(id="x", kind="book", title="Größe 100% #1 & a_b $x ~ ^ \\ {y} Ł", publisher="É & Co")])
    assert r"Größe 100\% \#1 \& a\_b \$x" in written
    assert "Ł" in written
    fields = read(written).entries["x"].fields
    assert plain(fields["title"]) == "Größe 100% #1 & a_b $x ~ ^ \\ {y} Ł"
    assert plain(fields["publisher"]) == "É & Co"


def test_addresses_stay_as_they_are():
    url = "https://example.org/a_b%20c?x=1&y=~z#part"
    assert read(to_bibtex([work(id="x", kind="book", title="T", url=url)])).entries["x"].fields["url"] == url


def test_the_annotation_is_carried_where_reference_lists_do_not_print_it():
    item = csl_item(work(id="x", kind="book", title="T"), "x")
    fields = read(bibtex([item | {"abstract": "50% of it.", "note": "RADAR {lmu}", "keyword": "docs, 2.1"}])).entries[
        "x"
    ]
    assert plain(fields.fields["abstract"]) == "50% of it."
    assert plain(fields.fields["annote"]) == "RADAR {lmu}"
    assert fields.fields["keywords"] == "docs, 2.1"


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("The HTTP tail", "The {HTTP} tail"),
        ("Retries in Python and Go", "Retries in {Python} and {Go}"),
        ("The Tail at Scale", "The Tail at Scale"),
        ("PyPI outages", "{PyPI} outages"),
        ("Notes on C#", r"Notes on {C\#}"),
    ],
)
def test_capitals_that_a_style_may_not_change_are_braced(title, written):
    assert protected_title(title) == written


def test_the_same_sources_give_the_same_bytes():
    assert to_bibtex(list(WORKS.values())) == to_bibtex(list(WORKS.values()))


lines = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn"]), min_size=1, max_size=40)
texts = lines.filter(lambda text: bool(text.strip()))
parts = st.text(st.characters(categories=["Lu", "Ll", "Lo"]), min_size=2, max_size=10)


@DEAR
@given(st.sampled_from(KINDS), texts, lines)
def test_any_title_and_publisher_survive(kind, title, publisher):
    item = csl_item(work(id="x", kind=kind, title=title, publisher=publisher), "x")
    fields = read(bibtex([item])).entries["x"].fields
    assert plain(fields["title"]) == in_one_line(item["title"])
    for field in ("publisher", "container-title", "event-title"):
        assert field not in item or in_one_line(item[field]) in {plain(value) for value in fields.values()}


@DEAR
@given(
    st.lists(
        st.builds(
            lambda given_name, particle, family, suffix: (given_name, particle, family, suffix),
            parts.map(str.capitalize),
            st.sampled_from(["", "van", "van den", "de la"]),
            parts.map(str.capitalize),
            st.sampled_from(["", "Jr.", "III"]),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_names_survive_with_particles_and_suffixes(people):
    authors = tuple(" ".join(part for part in person if part) for person in people)
    item = csl_item(work(id="x", kind="book", title="T", authors=authors), "x")
    persons = read(bibtex([item])).entries["x"].persons["author"]
    assert [
        {"literal": plain(str(p))} if "literal" in n else name_of(p)
        for p, n in zip(persons, item["author"], strict=True)
    ] == item["author"]


@DEAR
@given(st.lists(texts, min_size=1, max_size=3))
def test_whatever_stands_for_an_author_is_one_author(authors):
    item = csl_item(work(id="x", kind="book", title="T", authors=tuple(authors)), "x")
    persons = read(bibtex([item])).entries["x"].persons["author"]
    assert len(persons) == len(authors)
    for person, name in zip(persons, item["author"], strict=True):
        if "literal" in name:
            assert plain(str(person)) == in_one_line(name["literal"])
