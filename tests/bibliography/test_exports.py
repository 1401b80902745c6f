"""A bibliography's exports: annotated, readable by other libraries, merged without duplicates."""

import json
from datetime import date

import pytest
from citeproc.source.json import CiteProcJSON
from pybtex.database import parse_string

from research_agent.bibliography.exports import FORMATS, export, merged_bibtex
from research_agent.errors import UnknownNameError
from research_agent.model.bibliography import Annotation, Bibliography, Claim, Entry
from research_agent.model.radar import Evaluation, Judgement
from research_agent.model.source import Existence, Placement, Source
from tests.bibliography.test_ris import read as read_ris
from tests.bibliography.works_to_cite import WORKS

CRITERIA = ("rationale", "authority", "date", "accuracy", "relevance")


def entry(source: Source, domain: str = "2", summary: str = "", total: float = 3.8) -> Entry:
    judgements = tuple(
        Judgement(criterion=name, level=4, word="strong", reason="Seen.", judge="rules", confidence=0.5)
        for name in CRITERIA
    )
    if summary:
        placement = Placement(guide="rest", domain=domain, category="research", summary=summary)
        source = source.model_copy(update={"placements": (*source.placements, placement)})
    return Entry(
        source=source,
        category="research",
        evaluation=Evaluation(
            source=source.id,
            guide="rest",
            domain=domain,
            rubric="lmu",
            judgements=judgements,
            total=total,
            relevance=0.5,
            focus=(f"{domain}.1", f"{domain}.3"),
        ),
        annotation=Annotation(establishes=(Claim(text="It holds."), Claim(text="And lasts."))),
        citation="A citation.",
        citation_key=source.id,
    )


def bibliography(domain: str, *entries: Entry) -> Bibliography:
    return Bibliography(
        guide="rest",
        guide_title="REST",
        domain=domain,
        domain_name="Domain",
        rubric="lmu",
        style="apa",
        as_of=2026,
        inputs="0",
        status="optimal",
        objective=1.0,
        entries=entries,
        checks=(),
    )


TAIL, RFC = WORKS["dean-2013-tail-at-scale"], WORKS["rfc-9110-http-semantics-retries"]


def test_each_format_is_written_under_its_ending():
    assert tuple(export([entry(TAIL)])) == FORMATS == (".bib", ".ris", ".csl.json")
    assert tuple(export([entry(TAIL)], [".ris"])) == (".ris",)


def test_an_unknown_format_lists_the_known():
    with pytest.raises(UnknownNameError, match=r"\.ris"):
        export([entry(TAIL)], [".rs"])


def test_csl_json_is_read_by_another_library_with_all_its_fields():
    entries = [entry(source) for source in WORKS.values()]
    items = json.loads(export(entries)[".csl.json"])
    with pytest.warns(UserWarning, match="unsupported"):  # event-title is of CSL 1.0.2, younger than the reader
        read = CiteProcJSON(items)
    assert list(read) == list(WORKS)
    for item in items:
        reference = read[item["id"]]
        assert reference.type == item["type"]
        assert str(reference.title) == item["title"]
        assert [dict(name) for name in reference["author"]] == item["author"]
        assert set(reference) == {field.replace("-", "_") for field in item} - {"id"} | {"key"}


def test_the_annotation_goes_into_every_format():
    files = export([entry(RFC, summary="What a client must know.")])
    note = (
        "RADAR (lmu) for domain 2 of rest: 3.80 of 5; rationale strong (4), authority strong (4), date strong (4), "
        "accuracy strong (4), relevance strong (4). Existence verified: read 2026-11-23 at https://example.org/list."
    )
    bib = parse_string(files[".bib"], "bibtex").entries[RFC.id].fields
    (ris,) = read_ris(files[".ris"])
    (csl,) = json.loads(files[".csl.json"])
    assert bib["abstract"] == ris["AB"][0] == csl["abstract"] == "What a client must know."
    assert bib["annote"] == ris["N1"][0] == csl["note"] == note
    assert bib["keywords"] == ", ".join(ris["KW"]) == csl["keyword"] == "research, 2.1, 2.3"


def test_without_a_summary_for_the_domain_the_annotation_s_claims_are_the_abstract():
    (csl,) = json.loads(export([entry(TAIL)])[".csl.json"])
    assert csl["abstract"] == "It holds. And lasts."


@pytest.mark.parametrize(
    ("existence", "said"),
    [
        (
            Existence(state="not_checked", how="nobody looked", why="no network"),
            "not checked: nobody looked (no network).",
        ),
        (
            Existence(state="verified", how="cited", on=date(2026, 11, 23), where="https://example.org/list"),
            "verified: found cited 2026-11-23 at https://example.org/list.",
        ),
        (Existence(state="unverifiable", how="paywall", why="no access"), "unverifiable: paywall (no access)."),
    ],
)
def test_what_is_known_of_a_works_existence_is_said_as_it_is(existence, said):
    (csl,) = json.loads(export([entry(TAIL.model_copy(update={"existence": existence}))])[".csl.json"])
    assert csl["note"].endswith(f"Existence {said}")


def test_a_merged_file_has_every_work_once_sorted_by_key():
    first = bibliography("2", entry(TAIL, "2", "Seen from two."), entry(RFC, "2"))
    second = bibliography("10", entry(WORKS["tenacity-repo"], "10"), entry(TAIL, "10", "Seen from ten.", total=4.5))
    library = parse_string(merged_bibtex([first, second]), "bibtex")
    assert list(library.entries) == ["dean-2013-tail-at-scale", "rfc-9110-http-semantics-retries", "tenacity-repo"]
    fields = library.entries["dean-2013-tail-at-scale"].fields
    assert fields["abstract"] == "Seen from two."
    assert fields["keywords"] == "research, 2.1, 2.3, 10.1, 10.3"
    assert "domain 2 of rest: 3.80" in fields["annote"]
    assert "domain 10 of rest: 4.50" in fields["annote"]
    assert fields["annote"].count("Existence") == 1


def test_a_merged_file_does_not_depend_on_the_order_of_the_domains_but_for_its_annotations():
    one, two = bibliography("2", entry(TAIL)), bibliography("10", entry(RFC, "10"))
    assert merged_bibtex([one, two]) == merged_bibtex([two, one])


def test_no_bibliographies_are_an_empty_file():
    assert merged_bibtex([]) == ""


def test_the_same_entries_give_the_same_bytes():
    entries = [entry(source) for source in WORKS.values()]
    assert export(entries) == export(entries)
