"""Reading pools: the good lines are kept, the bad ones named by file, line and field."""

import io
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.errors import RecordError
from research_agent.model.guide import Guide
from research_agent.sources.evidence import production_evidence
from research_agent.sources.identity import resolve
from research_agent.sources.origin import OriginTable
from research_agent.sources.record_format import BadRecordError, parse_date, parse_line
from research_agent.sources.records import PoolReading, read_pool, read_pools


def _lines(*records: dict[str, Any] | str) -> str:
    return "\n".join(record if isinstance(record, str) else json.dumps(record) for record in records)


def _read(guide: Guide, origins: OriginTable, *records: dict[str, Any] | str, name: str = "added.jsonl") -> PoolReading:
    stream = io.StringIO(_lines(*records))
    stream.name = name
    return read_pool(stream, guide=guide, origins=origins)


def test_a_record_becomes_a_source_with_all_it_says(guide, origins, record):
    reading = _read(guide, origins, record)
    assert not reading.problems
    (source,) = reading.sources
    assert (source.id, source.title, source.year) == ("doe-2022-wild-yeast", "Wild Yeast in Winter", 2022)
    assert (source.published, source.updated) == (date(2022, 3, 4), None)
    assert source.origin == "Jane Doe"
    assert source.identifiers.doi == "10.1234/bread.5"
    assert (source.existence.state, source.existence.how, source.existence.on) == ("verified", "read", date(2026, 1, 2))
    assert source.existence.where == record["url"]
    assert source.signal("peer_reviewed").value is True


def test_a_pool_of_no_domain_places_a_record_in_each_of_its_domains(guide, origins, record):
    (source,) = _read(guide, origins, record).sources
    assert [(p.domain, p.focus, p.category) for p in source.placements] == [
        ("1", (), "science"),
        ("2", ("2.1", "2.2"), "science"),
    ]


def test_a_domains_own_pool_places_a_record_there_and_where_its_focus_says(guide, origins, record):
    record["domains"] = [1, 2, 3]
    (source,) = _read(guide, origins, record, name="pools/03-ovens.jsonl").sources
    assert [(p.domain, p.focus) for p in source.placements] == [("2", ("2.1", "2.2")), ("3", ())]


def test_a_file_that_merely_begins_with_a_number_is_no_domains_pool(guide, origins, record):
    (source,) = _read(guide, origins, record, name="2024-finds.jsonl").sources
    assert [p.domain for p in source.placements] == ["1", "2"]


def test_a_bare_record_of_a_user_is_accepted(guide, origins):
    bare = {
        "title": "Steam in the Oven",
        "url": "https://adabakes.example/steam",
        "kind": "tutorial",
        "domains": ["ovens"],
    }
    (source,) = _read(guide, origins, {**bare, "authors": ["Ada Baker"], "year": 2020}).sources
    assert source.id == "baker-2020-steam-in-the-oven"
    assert source.existence.state == "not_checked"
    assert source.existence.why
    assert [(p.domain, p.focus, p.summary, p.category) for p in source.placements] == [("3", (), "", "craft")]


def test_a_point_carries_its_place_and_a_plain_text_has_none(guide, origins, record):
    record["key_points"] = ["It grows.", {"text": "It rests.", "where": "Section 2"}]
    (source,) = _read(guide, origins, record).sources
    assert [(p.text, p.where) for p in source.placements[0].key_points] == [
        ("It grows.", ""),
        ("It rests.", "Section 2"),
    ]


def test_an_angle_speaks_for_its_domains_and_the_record_for_the_others(guide, origins, record):
    record["domains"] = [1, 2, 3]
    record["code_pattern"] = {"library": "dough", "idea": "Knead."}
    record["angles"] = [{"domains": [1, "3"], "summary": "For bakers of flat bread."}]
    (source,) = _read(guide, origins, record).sources
    told = {p.domain: (p.summary, len(p.key_points), p.code_pattern is not None) for p in source.placements}
    flat = ("For bakers of flat bread.", 0, False)
    assert told == {"1": flat, "2": ("Yeast grows.", 2, True), "3": flat}


def test_former_ids_and_further_addresses_stay_the_works(guide, origins, record):
    record["aliases"] = ["wild-yeast", record["id"]]
    record["also_at"] = ["https://example.org/yeast.pdf"]
    (source,) = _read(guide, origins, record).sources
    assert source.aliases == ("wild-yeast",)
    other = {
        "id": "found-again",
        "title": "Yeast",
        "url": "https://example.org/yeast.pdf",
        "kind": "paper",
        "domains": [2],
    }
    (merged,) = resolve([source, *_read(guide, origins, other).sources])
    assert {merged.id, *merged.aliases} == {"doe-2022-wild-yeast", "wild-yeast", "found-again"}


def test_how_much_was_seen_and_in_which_copy(guide, origins, record):
    record["verified"] |= {"seen": "excerpt", "at": "github.com/doe/yeast notes.md @ 1a2b3c4"}
    (source,) = _read(guide, origins, record).sources
    assert (source.existence.extent, source.existence.where) == ("excerpt", "github.com/doe/yeast notes.md @ 1a2b3c4")
    assert source.existence.told == "read in part"
    record["verified"] = {"how": "cited", "on": "2026-01-02", "cited_in": "https://example.org/list"}
    (source,) = _read(guide, origins, record).sources
    assert (source.existence.extent, source.existence.told) == ("cited", "cited, not read itself")


def test_observed_facts_and_relations_become_signals_with_place_and_day(guide, origins, record):
    record["signals"] = [
        {"name": "last_release", "value": "9.1 (2026-02-07)", "where": "https://example.org/r", "on": "2026-03-01"},
        {"name": "archived", "value": False, "where": "README"},
    ]
    record |= {"cites": ["another-work"], "superseded_by": ["RFC 9999"]}
    (source,) = _read(guide, origins, record).sources
    assert source.signal("last_release").on == date(2026, 3, 1)
    assert (source.signal("archived").value, source.signal("archived").on) == (False, date(2026, 1, 2))
    assert source.signal("cites").value == "another-work"
    assert (source.signal("superseded_by").value, source.signal("superseded_by").where) == ("RFC 9999", record["url"])


def test_a_noted_status_says_more_than_the_kind(guide, origins, record):
    record |= {"kind": "standard", "signals": [{"name": "standard_status", "value": "historic", "where": "Header"}]}
    (source,) = _read(guide, origins, record).sources
    assert [signal.value for signal in source.signals if signal.name == "standard_status"] == ["historic"]


def test_what_a_reader_noted_of_production_is_quoted_first(guide, origins, record):
    record["signals"] = [{"name": "production", "value": "It fed 40 bakeries.", "where": "Section 5"}]
    (source,) = _read(guide, origins, record).sources
    assert production_evidence(source, source.placements[0]) == 'figures from production: "It fed 40 bakeries"'


def test_a_date_without_a_day_is_kept_as_what_it_is(guide, origins, record):
    (source,) = _read(guide, origins, {**record, "published": "2022-03"}).sources
    assert source.published is None
    assert source.signal("published_in").value == "2022-03"


def test_what_only_cites_a_work_stands_where_it_was_seen(guide, origins, record):
    record["verified"] = {"how": "cited", "on": "2026-01-02", "cited_in": "https://example.org/list"}
    (source,) = _read(guide, origins, record).sources
    assert (source.existence.how, source.existence.where) == ("cited", "https://example.org/list")


def test_a_reason_to_be_foundational_is_kept_with_the_address_that_says_so(guide, origins, record):
    reason = "Later studies of starters begin with its method."
    record["foundational"] = {"reason": reason, "where": "https://example.org/history", "on": "2026-01-03"}
    (source,) = _read(guide, origins, record).sources
    signal = source.signal("foundational")
    assert (signal.value, signal.where, signal.on) == (reason, "https://example.org/history", date(2026, 1, 3))


def test_a_record_without_a_reason_is_not_foundational(guide, origins, record):
    (source,) = _read(guide, origins, record).sources
    assert not source.signal("foundational").observed


def test_a_work_keeps_the_reason_that_one_of_its_records_gives(guide, origins, record, tmp_path):
    reason = {"reason": "Later studies begin with it.", "where": "https://example.org/history", "on": "2026-01-03"}
    (tmp_path / "01-flour.jsonl").write_text(_lines({**record, "title": "Wild Yeast", "focus": ["1.1"]}))
    (tmp_path / "02-fermentation.jsonl").write_text(_lines({**record, "foundational": reason}))
    (source,) = read_pools(tmp_path, guide, origins).require_all()
    assert source.signal("foundational").value == reason["reason"]


def test_records_of_another_guide_are_told_that_this_guide_lacks_their_domain(guide, origins, record, tmp_path):
    (tmp_path / "pool.jsonl").write_text(_lines({**record, "domains": ["brewing"], "focus": ["7.1"]}))
    reading = read_pools(tmp_path, guide, origins)
    assert not reading.sources
    assert [problem.field for problem in reading.problems] == ["domains", "focus"]
    assert "no domain 'brewing'" in reading.problems[0].message
    assert "no focus bullet '7.1'" in reading.problems[1].message


_REASON = {"reason": "Later studies begin with it.", "where": "https://example.org/history", "on": "2026-01-03"}


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"kind": "papre"}, "kind", "Did you mean paper"),
        ({"category": "sciense"}, "category", "Did you mean science"),
        ({"domains": ["fermentatoin"]}, "domains", "Did you mean fermentation"),
        ({"domains": []}, "domains", "names no domain"),
        ({"focus": ["2.3"]}, "focus", "no focus bullet '2.3'"),
        ({"focus": ["3.1"]}, "focus", "domain 3"),
        ({"url": "example.org/x"}, "url", "no address"),
        ({"url": "https://user:secret@example.org/x"}, "url", "no address"),
        ({"doi": "11.1/x"}, "doi", "no DOI"),
        ({"doi": "10.1234/other"}, "doi", "not the DOI of the address"),
        ({"arxiv_id": "22.1"}, "arxiv_id", "no arXiv id"),
        ({"published": "4 March 2022"}, "published", "no date"),
        ({"updated": "2022-02-30"}, "updated", "no date"),
        ({"published": "٢٠٢١-٠٢"}, "published", "no date"),
        ({"published": "2022-02\n-"}, "published", "no date"),
        ({"published": "2101-01-01"}, "published", "2100 is the last year"),
        ({"verified": {"how": "read", "on": "9999-12-31"}}, "verified.on", "2100 is the last year"),
        ({"year": 2101}, "year", "2100"),
        ({"id": "abc\n"}, "id", "lower-case"),
        ({"title": "sur \ud800 here"}, "title", "sur"),
        ({"summary": "\ud800"}, "summary", "string"),
        ({"year": "2022"}, "year", "integer"),
        ({"year": True}, "year", "integer"),
        ({"authors": "Jane Doe"}, "authors", "list"),
        ({"key_points": ["a", 2]}, "key_points.1", "text"),
        ({"titel": "x"}, "titel", "Did you mean title"),
        ({"code_pattern": {"library": "x", "ideas": "y", "idea": "z"}}, "code_pattern.ideas", "Did you mean idea"),
        ({"code_pattern": {"library": "x"}}, "code_pattern.idea", "missing"),
        ({"verified": {"how": "seen", "on": "2026-01-02"}}, "verified.how", "read"),
        ({"verified": {"how": "read", "on": "2026"}}, "verified.on", "YYYY-MM-DD"),
        ({"verified": {"how": "cited", "on": "2026-01-02"}}, "verified.cited_in", "missing"),
        ({"foundational": {**_REASON, "reason": "A classic."}}, "foundational.reason", "has 2 words; 5 to 40"),
        ({"foundational": {**_REASON, "reason": "word " * 41}}, "foundational.reason", "has 41 words"),
        ({"foundational": {**_REASON, "where": "the library"}}, "foundational.where", "no address"),
        ({"foundational": {**_REASON, "on": "2026"}}, "foundational.on", "YYYY-MM-DD"),
        ({"foundational": {**_REASON, "whence": "x"}}, "foundational.whence", "Did you mean where"),
        ({"foundational": {"reason": _REASON["reason"]}}, "foundational.where", "missing"),
        ({"aliases": ["Doe 2022"]}, "aliases.0", "lower-case"),
        ({"also_at": ["example.org"]}, "also_at", "no address"),
        ({"key_points": [{"text": "a", "were": "b"}]}, "key_points.0.were", "Did you mean where"),
        ({"angles": [{"domains": [3]}]}, "angles.0.domains", "none of the record's"),
        ({"angles": [{"domains": [9]}]}, "angles.0.domains", "9"),
        ({"angles": [{"domains": [1]}, {"domains": [1]}]}, "angles.1.domains", "an angle already"),
        ({"angles": [{"domains": []}]}, "angles.0.domains", "at least 1"),
        ({"angles": [{"domains": [1], "sumary": "x"}]}, "angles.0.sumary", "Did you mean summary"),
        (
            {"verified": {"how": "read", "seen": "cited", "on": "2026-01-02"}},
            "verified.seen",
            "is cited, but how is read",
        ),
        ({"verified": {"how": "read", "seen": "all", "on": "2026-01-02"}}, "verified.seen", "full"),
        ({"signals": [{"name": "archive", "value": True, "where": "x"}]}, "signals.0.name", "Did you mean archived"),
        ({"signals": [{"name": "archived", "value": [], "where": "x"}]}, "signals.0.value", "true or false"),
        ({"signals": [{"name": "archived", "value": True}]}, "signals.0.where", "missing"),
        ({"signals": [{"name": "archived", "value": True, "where": "x", "on": "2026"}]}, "signals.0.on", "YYYY-MM-DD"),
        ({"cites": ["Doe 2022"]}, "cites.0", "lower-case"),
        ({"id": "Doe 2022"}, "id", "lower-case"),
        ({"title": "  "}, "title", "at least 1"),
        ({"language": "english!"}, "language", "pattern"),
    ],
)
def test_a_wrong_field_is_named_and_the_other_lines_are_kept(guide, origins, record, change, field, words):
    good = {**record, "id": "good"}
    reading = _read(guide, origins, good, {**record, **change}, {**good, "id": "also-good"})
    assert [source.id for source in reading.sources] == ["good", "also-good"]
    (problem,) = [p for p in reading.problems if p.field == field]
    assert (problem.file, problem.line) == ("added.jsonl", 2)
    assert words in problem.message


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "not JSON"),
        ('{"title": "x"} trailing', "not JSON"),
        ("[1]", "a list"),
        ('"text"', "a str"),
        ('{"year": NaN}', "NaN"),
        ('{"title": "a", "title": "b"}', "stands twice"),
        ("[" * 100_000, "not"),
        ('{"year": ' + "1" * 5000 + "}", "not JSON that can be read"),
        ('{"\\ud800": 1, "\\ud800": 2}', "stands twice"),
        ("x" * 1_000_001, "1,000,001 characters"),
    ],
)
def test_a_line_that_is_no_record_is_named(guide, origins, record, line, words):
    reading = _read(guide, origins, line, record)
    assert len(reading.sources) == 1
    assert reading.problems[0].line == 1
    assert words in reading.problems[0].message


_ESCAPES = ["\x1b[31m", "\x1b]8;;https://evil.example\x07", "\x07", "\x9b2J", "\x7f", "\r", "\x00"]


@pytest.mark.parametrize("escape", _ESCAPES, ids=repr)
def test_no_control_character_survives_and_none_costs_the_line(guide, origins, record, escape):
    one_line = f"a {escape}\n b"
    record |= {
        "title": one_line,
        "authors": [one_line],
        "publisher": one_line,
        "version": one_line,
        "summary": f"First.\nSecond{escape}.",
        "key_points": [one_line],
        "code_pattern": {"library": one_line, "idea": one_line},
        "foundational": {**_REASON, "reason": f"Later studies {escape} all begin with it."},
        "verified": {"how": "cited", "on": "2026-01-02", "cited_in": f"a list {escape}"},
    }
    reading = _read(guide, origins, record)
    (source,) = reading.require_all()
    told = json.dumps(source.model_dump(mode="json"), ensure_ascii=False)
    assert not {character for character in told if ord(character) < 32 or 127 <= ord(character) < 160}
    assert "\n" in source.placements[0].summary
    for text in (
        source.title,
        *source.authors,
        source.publisher,
        source.version,
        *map(str, source.placements[0].key_points),
    ):
        assert text
        assert "\n" not in text


def test_an_id_names_one_work_of_an_added_file(guide, origins, record):
    other = {**record, "url": "https://doi.org/10.1234/other", "title": "Something Else Entirely"}
    reading = _read(
        guide, origins, record, other, {**other, "url": "https://doi.org/10.1234/third", "title": "A Third"}
    )
    assert [source.title for source in reading.sources] == ["Wild Yeast in Winter"]
    assert [(problem.line, problem.field) for problem in reading.problems] == [(2, "id"), (3, "id")]
    assert "already names another work at added.jsonl:1" in reading.problems[0].message


def test_two_accounts_of_one_work_in_an_added_file_are_both_kept(guide, origins, record):
    reading = _read(guide, origins, record, {**record, "domains": [1], "focus": ["1.1"]})
    assert len(reading.require_all()) == 2


def test_every_fault_of_a_line_is_told_at_once(guide, origins, record):
    reading = _read(guide, origins, {**record, "kind": "x", "url": "y", "published": "z"})
    assert {problem.field for problem in reading.problems} == {"kind", "url", "published"}
    assert "added.jsonl:1: url: " in "\n".join(map(str, reading.problems))


def test_bytes_that_are_not_utf8_spoil_their_own_line_only(guide, origins, record):
    data = (
        b"\xef\xbb\xbf"
        + json.dumps(record).encode()
        + b"\r\n\r\n\xff\xfe\n"
        + json.dumps({**record, "id": "b"}).encode()
    )
    reading = read_pool(io.BytesIO(data), guide=guide, origins=origins)
    assert [source.id for source in reading.sources] == ["doe-2022-wild-yeast", "b"]
    assert [(problem.file, problem.line) for problem in reading.problems] == [("<stream>", 3)]


def test_only_a_line_feed_ends_a_line(guide, origins, record):
    record["title"] = "One\u2028Line"
    reading = read_pool(io.StringIO(json.dumps(record, ensure_ascii=False)), guide=guide, origins=origins)
    assert reading.sources[0].title == "One Line"


def test_a_file_that_is_not_there_is_said_to_be_unreadable(guide, origins, tmp_path):
    with pytest.raises(RecordError, match="Can't read"):
        read_pool(tmp_path / "none.jsonl", guide=guide, origins=origins)


def test_a_folder_without_pools_holds_nothing(guide, origins, tmp_path):
    assert read_pools(tmp_path / "none", guide, origins).sources == ()


def test_one_work_in_two_pools_is_one_source_with_two_placements(guide, origins, record, tmp_path):
    here = {**record, "domains": [1], "focus": ["1.1"], "id": "wild-yeast"}
    there = {**record, "domains": [2], "focus": ["2.1"], "id": "doe-2022-wild-yeast"}
    (tmp_path / "01-flour.jsonl").write_text(_lines(here))
    (tmp_path / "02-fermentation.jsonl").write_text(_lines(there))
    reading = read_pools(tmp_path, guide, origins)
    (source,) = reading.require_all()
    assert (source.id, source.aliases) == ("wild-yeast", ("doe-2022-wild-yeast",))
    assert [(p.domain, p.focus) for p in source.placements] == [("1", ("1.1",)), ("2", ("2.1",))]


def test_an_id_names_one_work(guide, origins, record, tmp_path):
    other = {**record, "url": "https://doi.org/10.1234/other", "title": "Something Else Entirely"}
    (tmp_path / "01-flour.jsonl").write_text(_lines(record, {**record, "id": "third", "url": "https://a.example/"}))
    (tmp_path / "02-fermentation.jsonl").write_text(_lines(other))
    reading = read_pools(tmp_path, guide, origins)
    assert "Something Else Entirely" not in {source.title for source in reading.sources}
    (problem,) = reading.problems
    assert (problem.line, problem.field) == (1, "id")
    assert problem.file.endswith("02-fermentation.jsonl")
    assert "01-flour.jsonl:1" in problem.message
    with pytest.raises(RecordError, match=r"02-fermentation\.jsonl:1: id"):
        reading.require_all()


def test_reading_twice_gives_the_same_bytes(guide, origins, record, tmp_path):
    (tmp_path / "01-flour.jsonl").write_text(_lines(record, {**record, "id": "b", "url": "https://a.example/x"}))
    first, second = (read_pools(tmp_path, guide, origins).model_dump_json() for _ in range(2))
    assert first == second


@given(st.binary(max_size=60) | st.text(max_size=60))
def test_any_line_is_a_record_or_said_not_to_be(line):
    with pytest.raises(BadRecordError) as caught:
        parse_line(line)
    assert caught.value.faults


@given(st.dates(max_value=date(2100, 12, 31)))
def test_a_full_date_is_read_and_a_shorter_one_kept(day):
    text = day.isoformat()
    assert parse_date(text) == (day, None)
    assert parse_date(text[:7]) == (None, text[:7])
    assert parse_date(text[:4]) == (None, text[:4])
