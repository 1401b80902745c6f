"""A guide of another subject, with its own categories and numbers, is read as well as the shipped one."""

from pathlib import Path

import pytest

from research_agent.guide import import_guide
from research_agent.guides import load_guide
from research_agent.model.guide import Guide, Span
from research_agent.sources.records import read_pools

FOLDER = Path(__file__).parents[1] / "fixtures" / "small_guide"


@pytest.fixture(scope="module")
def guide() -> Guide:
    return load_guide(FOLDER / "guide.md")


def test_its_domains_and_bullets_are_read(guide: Guide) -> None:
    assert [(d.folder, d.completed, len(d.focus)) for d in guide.domains] == [
        ("01-consensus", True, 4),
        ("02-convergent-data-types", False, 3),
        ("03-clocks-and-causality", False, 3),
    ]
    assert guide.domains[2].bullet("3.2").text == "vector clocks and version vectors (with their size)"


def test_its_method_replaces_the_default_where_it_speaks(guide: Guide) -> None:
    method = guide.methodology

    assert method.total == Span(at_least=6, at_most=9)
    assert {c.id: (c.quota.at_least, c.quota.at_most, c.rank) for c in method.categories} == {
        "papers": (2, 3, 1),
        "manuals": (1, 2, 2),
        "field-reports": (1, 3, 3),
        "teaching": (1, 2, 3),
    }
    assert (method.recent_since, method.recent_share) == (2015, 0.5)
    assert (method.entries_per_focus, method.entries_per_origin, method.production_entries) == (1, 2, 1)
    assert method.origin_exempt == ("manuals",)
    defaults = {path for path, part in guide.provenance.items() if part.origin == "default"}
    assert defaults == {
        "id",
        "methodology.rubric",
        *(f"methodology.preferences.{name}" for name in type(method.preferences).model_fields),
    }


def test_its_pools_are_good_records_of_works_that_were_seen(guide: Guide) -> None:
    reading = read_pools(FOLDER / "sources", guide)

    assert reading.problems == ()
    assert all(source.existence.state == "verified" for source in reading.sources)
    served = {placement.domain for source in reading.sources for placement in source.placements}
    assert served == {"1", "2"}


def test_its_pools_cover_the_bullets_of_two_domains_and_none_of_the_third(guide: Guide) -> None:
    sources = read_pools(FOLDER / "sources", guide).sources
    covered = {bullet for source in sources for placement in source.placements for bullet in placement.focus}

    assert covered == {bullet.id for domain in guide.domains[:2] for bullet in domain.focus}


def test_reading_it_twice_gives_equal_guides(guide: Guide) -> None:
    text = (FOLDER / "guide.md").read_text(encoding="utf-8")

    assert import_guide(text, name="other.md") == guide
