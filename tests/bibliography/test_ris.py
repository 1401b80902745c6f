"""RIS as we write it (rispy), read back by a strict reader of the specification."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.bibliography.csl import csl_item
from research_agent.bibliography.ris import ris, to_ris
from research_agent.model.kinds import KINDS
from tests.bibliography.works_to_cite import WORKS, work
from tests.examples import DEAR

Record = dict[str, list[str]]


def read(text: str) -> list[Record]:
    """Records of a RIS file by the specification: `TT  - value` lines, TY first, ER last, blank lines between."""
    records: list[Record] = []
    current: Record | None = None
    for line in text.split("\n"):
        if not line:
            assert current is None, "a blank line within a record"
            continue
        found = re.fullmatch(r"([A-Z][A-Z0-9])  - (.*)", line)
        assert found, f"no RIS line: {line!r}"
        tag, value = found.groups()
        if tag == "TY":
            assert current is None, "TY before ER"
            current = {}
        assert current is not None, "a tag outside a record"
        if tag == "ER":
            assert not value
            records.append(current)
            current = None
        else:
            current.setdefault(tag, []).append(value)
    assert current is None, "the last record has no ER"
    return records


def in_one_line(value: str) -> str:
    return " ".join(value.split())


def name_of(name: dict[str, str]) -> str:
    family = " ".join(filter(None, [name.get("non-dropping-particle"), name.get("family")]))
    return name.get("literal") or ", ".join(filter(None, [family, name.get("given"), name.get("suffix")]))


@pytest.fixture(scope="module")
def records() -> dict[str, Record]:
    return {record["ID"][0]: record for record in read(to_ris(list(WORKS.values())))}


def test_every_source_is_there_once_in_the_order_given(records):
    assert list(records) == list(WORKS)


@pytest.mark.parametrize("key", WORKS)
def test_nothing_of_the_item_is_lost(records, key):
    item, record = csl_item(WORKS[key], key), records[key]
    assert record["TI"] == [item["title"]]
    assert record.get("AU", []) == [name_of(name) for name in item.get("author", ())]
    tags = {
        "publisher": "PB",
        "volume": "VL",
        "issue": "IS",
        "version": "ET",
        "genre": "M3",
        "number": "M1",
        "chapter-number": "SE",
        "DOI": "DO",
        "URL": "UR",
        "language": "LA",
        "container-title": "T2",
    }
    for field, tag in tags.items():
        assert field not in item or record[tag] == [item[field]], field
    if "event-title" in item:
        assert record["T2"] == [item["event-title"]]
    if "archive_location" in item:
        assert record["AN"] == [f"arXiv:{item['archive_location']}"]
    issued = item.get("issued", {}).get("date-parts", [[]])[0]
    assert record.get("PY", []) == ([f"{issued[0]}"] if issued else [])
    if len(issued) > 1:
        assert [int(part) for part in record["DA"][0].split("/") if part] == issued
    accessed = item.get("accessed", {}).get("date-parts", [[]])[0]
    assert [int(part) for part in "".join(record.get("Y2", [])).split("/") if part] == accessed


@pytest.mark.parametrize(
    ("key", "reference_type"),
    [
        ("dean-2013-tail-at-scale", "JOUR"),
        ("okur-2014-async-programming-csharp", "CPAPER"),
        ("gunther-2008-universal-scalability", "UNPB"),
        ("fielding-2000-rest-dissertation", "THES"),
        ("sigelman-2010-dapper", "RPRT"),
        ("rfc-9110-http-semantics-retries", "STAND"),
        ("httpx-async-support-docs", "ELEC"),
        ("brooker-2022-fixing-retries-token-buckets", "BLOG"),
        ("tenacity-repo", "COMP"),
        ("root-2019-advanced-asyncio", "SLIDE"),
        ("schlawack-master-flaky-systems-retries-python", "VIDEO"),
        ("madden-2020-api-security-in-action", "BOOK"),
        ("google-sre-cascading-failures", "CHAP"),
    ],
)
def test_works_have_the_type_of_their_kind(records, key, reference_type):
    assert records[key]["TY"] == [reference_type]


def test_the_annotation_stands_in_abstract_note_and_keywords():
    item = csl_item(work(id="x", kind="book", title="T"), "x")
    (record,) = read(ris([item | {"abstract": "Two\nlines", "note": "RADAR", "keyword": "docs, 2.1"}]))
    assert (record["AB"], record["N1"], record["KW"]) == (["Two lines"], ["RADAR"], ["docs", "2.1"])


def test_another_library_reads_the_same_values():
    library = pytest.importorskip("RISparser", reason="the reader of another library is not installed")
    sources = list(WORKS.values())
    for theirs, ours in zip(library.read(to_ris(sources).split("\n")), read(to_ris(sources)), strict=True):
        for tag, values in ours.items():
            value = theirs[library.TAG_KEY_MAPPING[tag]]
            assert (value if isinstance(value, list) else [value]) == values, tag


def test_no_sources_are_an_empty_file():
    assert to_ris([]).strip() == ""


lines = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn"]), min_size=1, max_size=40)
texts = lines.filter(lambda text: bool(text.strip()))


@DEAR
@given(st.sampled_from(KINDS), texts, lines, st.lists(texts, max_size=3))
def test_any_text_survives(kind, title, publisher, authors):
    item = csl_item(work(id="x", kind=kind, title=title, publisher=publisher, authors=tuple(authors)), "x")
    (record,) = read(ris([item]))
    assert record["TI"] == [in_one_line(item["title"])]
    assert record.get("AU", []) == [in_one_line(name_of(name)) for name in item.get("author", ())]
    for field, tag in (("publisher", "PB"), ("container-title", "T2")):
        if in_one_line(item.get(field, "")):
            assert record[tag] == [in_one_line(item[field])]
