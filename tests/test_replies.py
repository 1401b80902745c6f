"""What a model replied, counted and checked by code."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from research_agent import Guide, Workspace
from research_agent.errors import RecordError
from research_agent.model.bibliography import Bibliography
from research_agent.model.reply import ReplyReport
from research_agent.prompts.present import present_of
from research_agent.replies import check_reply

Damage = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def bibliography(shipped: Workspace) -> Bibliography:
    return shipped.research("2").bibliography


@pytest.fixture
def reply(bibliography: Bibliography, shipped: Workspace) -> dict[str, Any]:
    """The reply of a model that names exactly the entries of the bibliography."""
    names = {category.id: category.name for category in shipped.guide.methodology.categories}
    entries = [
        {
            "number": number,
            "category": names[entry.category],
            "title": entry.source.title,
            "authors": list(entry.source.authors),
            "year": entry.source.year,
            "publisher": entry.source.publisher,
            "address": entry.source.url,
            "doi": entry.source.identifiers.doi or "",
            "arxiv": entry.source.identifiers.arxiv or "",
            "rfc": f"RFC {entry.source.identifiers.rfc}" if entry.source.identifiers.rfc else "",
            "establishes": "What it establishes.",
            "focus": [{"question": focus, "contribution": "Something."} for focus in entry.evaluation.focus],
            "code_library": "",
            "code": "",
            "implementation": "",
            "production_evidence": "A case." if entry.evaluation.production else "",
            "ratings": [],
        }
        for number, entry in enumerate(bibliography.entries, start=1)
    ]
    return {"prompt": "abc", "entries": entries, "not_found": [], "agreements": [], "disagreements": []}


def _checked(shipped: Workspace, reply: object) -> ReplyReport:
    return shipped.check_reply("2", reply if isinstance(reply, str) else json.dumps(reply))


def _unmet(report: ReplyReport) -> set[str]:
    return {check.id for check in report.checks if not check.met}


def test_a_reply_that_names_the_entries_of_a_bibliography_holds_all_that_it_holds(
    shipped: Workspace, bibliography: Bibliography, reply: dict[str, Any]
) -> None:
    report = _checked(shipped, reply)
    assert report.problems == ()
    assert report.sound
    assert report.prompt == "abc"
    assert {one.state for one in report.found} == {"verified"}
    assert [one.source for one in report.found] == [entry.source.id for entry in bibliography.entries]
    assert {check.id: check.actual for check in report.checks} == {c.id: c.actual for c in bibliography.checks}


def test_words_and_fences_around_the_object_are_passed_over(shipped: Workspace, reply: dict[str, Any]) -> None:
    text = f"Here it is {{as asked}}:\n```json\n{json.dumps(reply)}\n```\nAnything else?"
    assert _checked(shipped, text) == _checked(shipped, reply)


def _another_doi(reply: dict[str, Any]) -> None:
    reply["entries"][0] |= {"doi": "10.1145/2408776.2408794", "address": "", "title": "Quite Another Work"}


def _a_twin(reply: dict[str, Any]) -> None:
    reply["entries"].append(reply["entries"][0] | {"number": 99})


def _an_unknown(reply: dict[str, Any]) -> None:
    reply["entries"][0] |= {
        "title": "Robust Clients",
        "address": "https://example.org/x",
        "doi": "",
        "arxiv": "",
        "rfc": "",
    }


def _nameless(reply: dict[str, Any]) -> None:
    reply["entries"][0] |= {"title": "Robust Clients", "address": "", "doi": "", "arxiv": "", "rfc": ""}


@pytest.mark.parametrize(
    ("damage", "state", "words"),
    [
        (_another_doi, "contradicted", "doi 10.1145/2408776.2408794 belongs to 'The Tail at Scale'"),
        (_an_unknown, "not_checked", "not in the library; nothing else was asked"),
        (_nameless, "unverifiable", "no address, DOI, arXiv id or RFC number"),
    ],
)
def test_an_entry_that_is_not_what_it_says_is_told_apart_from_one_that_nobody_looked_at(
    shipped: Workspace, reply: dict[str, Any], damage: Damage, state: str, words: str
) -> None:
    damage(reply)
    first = _checked(shipped, reply).found[0]
    assert first.state == state
    assert words in first.detail


def test_a_contradicted_entry_and_a_twin_count_for_nothing(
    shipped: Workspace, bibliography: Bibliography, reply: dict[str, Any]
) -> None:
    _a_twin(reply)
    report = _checked(shipped, reply)
    assert report.problems == ("entries 1 and 99 are one work; it counts once",)
    assert "--mode extend" not in str(report.next)
    (total,) = (check for check in report.checks if check.id == "total")
    assert total.actual == str(len(bibliography.entries))
    _another_doi(reply)
    report = _checked(shipped, reply)
    assert report.problems == ()
    (total,) = (check for check in report.checks if check.id == "total")
    assert total.actual == str(len(bibliography.entries))
    assert not report.sound
    assert any("entry 1:" in text for text in report.next)


def test_other_authors_and_years_than_the_record_has_are_said(shipped: Workspace, reply: dict[str, Any]) -> None:
    reply["entries"][0] |= {"authors": ["A. N. Invented"], "year": 1999}
    first = _checked(shipped, reply).found[0]
    assert first.state == "verified"
    assert "but its authors are" in first.detail
    assert "its year is" in first.detail


def test_what_the_counts_lack_is_named_and_a_gap_line_is_kept(shipped: Workspace, reply: dict[str, Any]) -> None:
    reply["entries"] = [entry for entry in reply["entries"] if entry["category"] != "Research"]
    reply["not_found"] = [{"what": "Research", "searched_for": "papers"}]
    report = _checked(shipped, reply)
    assert "category:research" in _unmet(report)
    assert report.not_found[0].what == "Research"
    assert "prompt 2 --mode extend" in report.next[-1]


def _foreign_question(reply: dict[str, Any]) -> None:
    reply["entries"][0]["focus"] = [{"question": "9.9", "contribution": "."}]


def _foreign_category(reply: dict[str, Any]) -> None:
    reply["entries"][0]["category"] = "Novels"


def _stray_agreement(reply: dict[str, Any]) -> None:
    reply["agreements"] = [{"text": "Retry.", "entries": [1, 77]}]


def _wrong_type(reply: dict[str, Any]) -> None:
    reply["entries"][0]["year"] = "soon"


def _no_title(reply: dict[str, Any]) -> None:
    del reply["entries"][0]["title"]


def _no_list(reply: dict[str, Any]) -> None:
    reply["agreements"] = "none"


def _no_object(reply: dict[str, Any]) -> None:
    reply["entries"][0] = "The Tail at Scale"


def _no_number(reply: dict[str, Any]) -> None:
    reply["entries"][0]["number"] = "one"


def _half_a_character(reply: dict[str, Any]) -> None:
    reply["prompt"] = "\ud800"
    reply["entries"][0]["doi"] = "\ud800"


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (_foreign_question, "entry 1: no question of the domain: 9.9"),
        (_foreign_category, "entry 1: 'Novels' is no category of the guide"),
        (_stray_agreement, "names entries that are not there: 77"),
        (_wrong_type, "entries 1: year:"),
        (_no_title, "entries 1: title:"),
        (_no_list, "agreements: a list is expected"),
        (_no_object, "entries 1: an object is expected"),
        (_no_number, "entries 1: number: a whole number is expected"),
        (_half_a_character, "entries 1: doi: it holds half a character"),
    ],
)
def test_what_can_not_be_used_is_named_and_the_rest_is_kept(
    shipped: Workspace, reply: dict[str, Any], damage: Damage, words: str
) -> None:
    damage(reply)
    report = _checked(shipped, reply)
    assert any(words in problem for problem in report.problems), report.problems
    assert len(report.found) >= len(reply["entries"]) - 1


def test_missing_texts_are_empty_and_further_fields_are_passed_over(shipped: Workspace, reply: dict[str, Any]) -> None:
    for name in ("doi", "arxiv", "rfc", "code", "ratings", "publisher", "year"):
        del reply["entries"][0][name]
    reply["entries"][0]["confidence"] = "high"
    reply["entries"][0]["authors"] = reply["entries"][0]["authors"][0]
    reply["entries"][0]["focus"][0] |= {"certainty": 1}
    report = _checked(shipped, reply)
    assert report.problems == ()
    assert report.found[0].state == "verified"


@pytest.mark.parametrize("text", ["", "no object", "{", '{"entries": ', '{"a": 1}', "[" * 5000, '{"x":' * 5000])
def test_a_reply_without_a_known_object_is_refused(shipped: Workspace, text: str) -> None:
    with pytest.raises(RecordError, match="No JSON object with checks or themes or additions or entries"):
        _checked(shipped, text)


@settings(max_examples=50, deadline=None)
@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["entries", "number", "title", "focus", "checks", "themes"]), inner)
        ),
        max_leaves=12,
    ),
    kind=st.sampled_from(["entries", "checks", "themes"]),
)
def test_any_json_gives_a_report_or_an_error_of_ours(
    shipped: Workspace, bibliography: Bibliography, value: object, kind: str
) -> None:
    domain = None if kind == "themes" else shipped.guide.domain("2")
    report = check_reply([json.dumps({kind: value})], shipped.guide, domain, (), [bibliography])
    assert report.guide == shipped.guide.id


def test_a_reply_that_is_cut_off_is_not_taken_for_what_stands_inside_it(
    shipped: Workspace, reply: dict[str, Any]
) -> None:
    practice = {"text": "Retry with jitter.", "questions": ["2.2"], "entries": ["a-key"]}
    guide = json.dumps({"themes": [{"heading": "Waiting", "practices": [practice, practice]}]})
    short = reply | {"entries": reply["entries"][:1], "agreements": [{"text": "Retry.", "entries": [1]}] * 2}
    for text in (guide[:-30], json.dumps(short)[:-60]):
        with pytest.raises(RecordError, match="No JSON object with checks or themes or additions or entries"):
            _checked(shipped, text)


def test_the_parts_of_a_chain_are_counted_together(shipped: Workspace, reply: dict[str, Any]) -> None:
    half = len(reply["entries"]) // 2
    renumbered = [entry | {"number": n} for n, entry in enumerate(reply["entries"][half:], start=1)]
    parts = [reply | {"entries": reply["entries"][:half]}, {"prompt": "def", "entries": renumbered}]
    report = shipped.check_reply("2", *map(json.dumps, parts))
    assert report.checks == _checked(shipped, reply).checks
    assert report.sound
    assert report.prompt == "abc, def"
    assert [one.label for one in report.found][half - 1 : half + 1] == [f"1.{half}", "2.1"]
    parts[1]["agreements"] = [{"text": "Retry.", "entries": [1, half + 1]}]
    stray = shipped.check_reply("2", *map(json.dumps, parts)).problems
    assert stray == (f"part 2: agreements: 'Retry.' names entries that are not there: {half + 1}",)
    twice = shipped.check_reply("2", json.dumps(reply), json.dumps(reply))
    assert "entries 1.1 and 2.1 are one work; it counts once" in twice.problems
    with pytest.raises(RecordError, match="different kinds"):
        shipped.check_reply("2", json.dumps(reply), '{"checks": []}')


def test_an_extension_is_counted_together_with_what_it_extends(
    shipped: Workspace, bibliography: Bibliography, reply: dict[str, Any]
) -> None:
    there = len(bibliography.entries)
    unnamed = dict.fromkeys(("doi", "arxiv", "rfc"), "")
    new = reply["entries"][0] | unnamed | {"number": there + 1, "title": "New", "address": "https://example.org/new"}
    said = [{"text": "Bound every wait.", "entries": [1, there + 1]}]
    report = _checked(shipped, {"prompt": "x", "additions": [new], "agreements": said})
    assert report.kind == "extension"
    assert report.problems == ()
    (total,) = (check for check in report.checks if check.id == "total")
    assert total.actual == str(there + 1)
    again = _checked(shipped, {"additions": [reply["entries"][0] | {"number": there + 1}]})
    assert again.problems == (f"entries 1 of the bibliography and {there + 1} are one work; it counts once",)


def test_an_extension_needs_what_it_extends(shipped_guide: Guide) -> None:
    with pytest.raises(RecordError, match="Make it first"):
        check_reply(['{"additions": []}'], shipped_guide, shipped_guide.domain("3"), (), ())


# Verifications


def _verdicts(bibliography: Bibliography, guide: Guide) -> list[dict[str, Any]]:
    words = {entry.number: ["verified"] * len(entry.claims) for entry in present_of(bibliography, guide).entries}
    return [
        {"number": number, "work": "verified", "claims": claims, "seen_instead": "", "why_not": ""}
        for number, claims in words.items()
    ]


def test_a_verification_is_held_against_the_bibliography(shipped: Workspace, bibliography: Bibliography) -> None:
    checks = _verdicts(bibliography, shipped.guide)
    report = _checked(shipped, {"prompt": "v", "checks": checks})
    assert report.sound
    assert [one.source for one in report.found] == [entry.source.id for entry in bibliography.entries]
    others = len(checks[1]["claims"]) - 1
    checks[1] |= {"claims": ["contradicted"] + ["Verified"] * others, "seen_instead": "three, on page 4"}
    checks[2] |= {"work": "not checked", "claims": [], "why_not": "paywall"}
    asked, given_ = len(checks[4]["claims"]), checks[4]["claims"].pop()
    assert given_ == "verified"
    del checks[3]
    checks += [checks[0], checks[0] | {"number": 400}]
    report = _checked(shipped, {"checks": checks})
    assert [one.state for one in report.found[:3]] == ["verified", "contradicted", "not_checked"]
    assert report.found[1].detail == f"claims: 1 contradicted, {others} verified; three, on page 4"
    assert report.problems == (
        f"check 5: {asked - 1} words for the entry's {asked} claims",
        "check 1: there are several for this entry; the first counts",
        "check 400: the bibliography has no entry of this number",
        "no check of entry 4",
    )
    assert "entry 2" in report.next[0]


def test_a_verification_of_one_category_lacks_nothing_of_the_others(
    shipped: Workspace, bibliography: Bibliography
) -> None:
    last = bibliography.entries[-1].category
    numbers = [number for number, entry in enumerate(bibliography.entries, start=1) if entry.category == last]
    checks = [row for row in _verdicts(bibliography, shipped.guide) if row["number"] in numbers]
    assert _checked(shipped, {"checks": checks}).problems == ()
    assert _checked(shipped, {"checks": checks[1:]}).problems == (f"no check of entry {numbers[0]}",)


def test_a_verification_needs_the_bibliography(shipped_guide: Guide) -> None:
    with pytest.raises(RecordError, match="make its bibliography first"):
        check_reply(['{"checks": []}'], shipped_guide, shipped_guide.domain("3"), (), ())


# Guides


def test_a_guide_names_entries_of_the_bibliographies_alone(shipped_guide: Guide, bibliography: Bibliography) -> None:
    key = bibliography.entries[0].source.id
    questions = [focus.id for domain in shipped_guide.domains for focus in domain.focus]
    practices = [
        {"text": "Bound every wait.", "questions": questions[:-1], "entries": [key]},
        {"text": "Guess.", "questions": ["99.9"], "entries": []},
        {"text": "Invent.", "questions": [], "entries": ["doe-2020-invented"]},
    ]
    text = json.dumps(
        {"themes": [{"heading": "Waiting", "practices": practices}], "not_found": [{"what": questions[-1]}]}
    )
    report = check_reply([text], shipped_guide, None, (), [bibliography])
    assert {one.label: one.state for one in report.found} == {key: "verified", "doe-2020-invented": "contradicted"}
    assert "rests on no entry: 'Guess.'" in report.problems
    assert any("99.9" in problem for problem in report.problems)
    assert report.checks[0].met
    report = check_reply([text.replace(questions[-1], "nothing")], shipped_guide, None, (), [bibliography])
    assert not report.checks[0].met
    assert questions[-1] in report.checks[0].actual


def test_a_bibliography_is_of_a_domain(shipped_guide: Guide) -> None:
    with pytest.raises(RecordError, match="Say of which domain"):
        check_reply(['{"entries": []}'], shipped_guide, None, (), ())
