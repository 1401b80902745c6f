"""From the shipped guide to bibliographies of all domains: every promise, checked on the results."""

import json
from collections import Counter
from pathlib import Path

import pytest

from research_agent import Research, Workspace
from research_agent.bibliography.repetition import repeated_runs
from research_agent.prompts import profile_names
from tests.conftest import NOW

FILES = {
    "bibliography.md",
    "bibliography.html",
    "bibliography.json",
    "bibliography.bib",
    "bibliography.ris",
    "bibliography.csl.json",
    "prompt.claude.md",
    "prompt.claude.settings.json",
}


@pytest.fixture(scope="module")
def results(shipped: Workspace) -> tuple[Research, ...]:
    return shipped.research_all()


def test_all_twelve_domains_meet_every_constraint(results: tuple[Research, ...]) -> None:
    assert len(results) == 12
    unmet = [(r.bibliography.domain, c.id, c.actual) for r in results for c in r.bibliography.checks if not c.met]
    assert unmet == []
    assert {r.bibliography.status for r in results} == {"optimal"}


def test_the_method_holds_when_counted_by_hand(shipped: Workspace, results: tuple[Research, ...]) -> None:
    """Counted on the written JSON, from the guide's own numbers, with none of the program's counting."""
    for research in results:
        document = json.loads(research.bibliography.model_dump_json())
        entries = document["entries"]
        domain = document["domain"]
        assert 25 <= len(entries) <= 30
        assert all(4 <= count <= 6 for count in Counter(entry["category"] for entry in entries).values())
        assert len({entry["category"] for entry in entries}) == 6
        assert sum((entry["source"]["year"] or 0) >= 2021 for entry in entries) >= 0.6 * len(entries)
        for bullet in range(1, 8):
            assert sum(f"{domain}.{bullet}" in entry["evaluation"]["focus"] for entry in entries) >= 2
        outside = Counter(entry["source"]["origin"] for entry in entries if entry["category"] != "standards")
        assert max(outside.values()) <= 3
        assert sum(bool(entry["evaluation"]["production"]) for entry in entries) >= 2
        assert len({entry["source"]["id"] for entry in entries}) == len(entries)
        assert all(check["met"] for check in document["checks"])


def test_every_entry_stands_in_the_catalogue_with_its_provenance(
    shipped: Workspace, results: tuple[Research, ...]
) -> None:
    for research in results:
        for entry in research.bibliography.entries:
            assert shipped.source(entry.source.id) == entry.source
            assert entry.source.existence.state == "verified"
            assert entry.source.existence.where
            assert entry.source.existence.on is not None


def test_every_judgement_has_a_reason_and_names_what_it_rests_on(results: tuple[Research, ...]) -> None:
    for research in results:
        for entry in research.bibliography.entries:
            for judgement in entry.evaluation.judgements:
                assert judgement.reason
                assert judgement.signals or judgement.not_observed
                assert all(signal.value is not None and signal.where for signal in judgement.signals)


def test_every_claim_names_a_passage_that_is_there_or_another_basis(
    shipped: Workspace, results: tuple[Research, ...]
) -> None:
    for research in results:
        bibliography = research.bibliography
        there = {
            passage.id for passage in shipped.library.passages(guide=bibliography.guide, domain=bibliography.domain)
        }
        for entry in bibliography.entries:
            annotation = entry.annotation
            claims = [
                *annotation.establishes,
                *(note.claim for note in annotation.for_focus),
                *annotation.in_production,
                *annotation.limits,
            ]
            assert claims
            for claim in claims:
                assert set(claim.passages) <= there
                assert claim.passages or claim.basis != "passage"


def test_no_annotation_repeats_another(results: tuple[Research, ...]) -> None:
    for research in results:
        entries = research.bibliography.entries
        names = [name for entry in entries for name in (entry.source.title, *entry.source.authors, entry.source.origin)]
        assert repeated_runs([entry.annotation for entry in entries], names) == []


def test_every_prompt_passes_its_checks(results: tuple[Research, ...]) -> None:
    failed = [(r.prompt.domain, c.id, c.detail) for r in results for c in r.prompt.checks if not c.passed]
    assert failed == []


def test_the_same_inputs_give_the_same_bytes_on_another_store(
    shipped: Workspace, results: tuple[Research, ...], tmp_path: Path
) -> None:
    some = results[:3]  # of twelve, for the time that it takes
    first = shipped.write_all(some, tmp_path / "first")
    with Workspace.open(
        shipped.settings.model_copy(update={"data_dir": tmp_path / "fresh"}), clock=lambda: NOW
    ) as fresh:
        again = [fresh.research(one.bibliography.domain) for one in some]
        fresh.write_all(again, tmp_path / "second")
    assert {file.path.name for file in first} == FILES | {"index.md", "all.bib", "guide.md", "guide.html"}
    for file in first:
        other = tmp_path / "second" / file.path.relative_to(tmp_path / "first")
        assert other.read_bytes() == file.path.read_bytes(), file.path.name


def test_the_counts_of_the_readme_are_these(shipped: Workspace, results: tuple[Research, ...]) -> None:
    entries = [entry for research in results for entry in research.bibliography.entries]
    works = shipped.library.sources(shipped.guide.id)
    extents = Counter(work.existence.extent for work in works)
    points = {(work.id, p.text) for work in works for placement in work.placements for p in placement.key_points}
    counts = {
        f"each of the {len(points):,} key points says where in its source it stands",
        f"{extents['full']} of its {len(works)} works in full, the others in part, by abstract or ({extents['cited']})",
        f"Prompts for {len(profile_names())} model families and variants",
        f"{sum(len(r.bibliography.checks) for r in results)} in all, hold",
        f"{sum(len(entry.evaluation.judgements) for entry in entries):,} over the twelve domains",
        f"{len(works)} works, each read or found cited",
    }
    readme = " ".join((Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8").split())
    assert {count for count in counts if count not in readme} == set()
