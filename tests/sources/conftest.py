"""A guide of another subject than the shipped one, and records for it."""

from typing import Any

import pytest

from research_agent.model.guide import Category, Domain, Focus, Guide, Methodology, Span
from research_agent.sources.origin import Generic, Organisation, OriginFile, OriginTable


def _domain(number: str, slug: str, *bullets: str) -> Domain:
    focus = tuple(Focus(id=f"{number}.{i}", text=text) for i, text in enumerate(bullets, start=1))
    return Domain(id=number, slug=slug, name=slug.title(), focus=focus)


@pytest.fixture(scope="session")
def guide() -> Guide:
    span = Span(at_least=1, at_most=3)
    return Guide(
        id="bread",
        title="Bread",
        overview="How to bake it.",
        methodology=Methodology(
            total=Span(at_least=2, at_most=6),
            categories=(
                Category(
                    id="science", name="Science", description="-", kinds=("paper", "preprint"), quota=span, rank=1
                ),
                Category(
                    id="craft", name="Craft", description="-", kinds=("tutorial", "official_docs"), quota=span, rank=2
                ),
            ),
            recent_since=2021,
            recent_share=0.5,
            entries_per_focus=1,
            entries_per_origin=2,
            production_entries=0,
        ),
        domains=(
            _domain("1", "flour", "Milling", "Protein content"),
            _domain("2", "fermentation", "Wild yeast", "Temperature"),
            _domain("3", "ovens", "Steam"),
        ),
    )


@pytest.fixture(scope="session")
def origins() -> OriginTable:
    return OriginTable(
        OriginFile(
            origins={
                "Mill Society": Organisation(
                    hosts=("mills.example.org",),
                    repositories=("github.com/mill-society",),
                    names=("Society of Mills", "Mill Society contributors"),
                ),
                "Ada Baker": Organisation(hosts=("adabakes.example",), names=("A. Baker",)),
            },
            generic=Generic(hosts=("github.io", "readthedocs.io", "video.example"), names=("Press of Everybody",)),
        )
    )


@pytest.fixture
def record() -> dict[str, Any]:
    """A complete record; a test changes what it is about."""
    return {
        "id": "doe-2022-wild-yeast",
        "title": "Wild Yeast in Winter",
        "url": "https://doi.org/10.1234/bread.5",
        "authors": ["Jane Doe", "Juan Pérez"],
        "publisher": "Journal of Bread",
        "year": 2022,
        "published": "2022-03-04",
        "kind": "paper",
        "category": "science",
        "domains": [2, 1],
        "focus": ["2.1", "2.2"],
        "summary": "Yeast grows.",
        "key_points": ["It grows.", "It rests."],
        "peer_reviewed": True,
        "verified": {"how": "read", "on": "2026-01-02"},
    }
