"""A guide of another subject than the shipped one, and records for it."""

from typing import Any

import pytest

from research_agent.model.guide import Category, Domain, Focus, Guide, Methodology, Span
from research_agent.model.source import Source
from research_agent.resources import resource
from research_agent.sources.origin import Generic, Organisation, OriginFile, OriginTable
from research_agent.sources.records import read_pools


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
        "key_points": [
            {"text": "Wild yeast grows at four degrees.", "where": "Section 2"},
            {"text": "It rests below.", "where": "Abstract"},
        ],
        "peer_reviewed": True,
        "verified": {"how": "read", "seen": "full", "on": "2026-01-02"},
    }


@pytest.fixture(scope="session")
def shipped_guide() -> Guide:
    """The outline that the shipped pools were made for: twelve domains of seven bullets, six categories."""
    names = ("research", "standards", "docs", "engineering", "code", "community")
    return Guide(
        id="shipped",
        title="-",
        overview="-",
        methodology=Methodology(
            total=Span(at_least=25, at_most=30),
            categories=tuple(
                Category(id=n, name=n, description="-", kinds=(), quota=Span(at_least=4, at_most=6), rank=1)
                for n in names
            ),
            recent_since=2021,
            recent_share=0.6,
            entries_per_focus=2,
            entries_per_origin=3,
            production_entries=2,
        ),
        domains=tuple(
            Domain(
                id=f"{d}",
                slug=f"d{d}",
                name=f"D{d}",
                focus=tuple(Focus(id=f"{d}.{b}", text="---") for b in range(1, 8)),
            )
            for d in range(1, 13)
        ),
    )


@pytest.fixture(scope="session")
def shipped_sources(shipped_guide: Guide) -> tuple[Source, ...]:
    return read_pools(resource("corpus", "sources"), shipped_guide).require_all()
