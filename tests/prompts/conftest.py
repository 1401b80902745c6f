"""A small guide and rubric for tests of prompts."""

import pytest

from research_agent.model.guide import Category, Domain, Focus, Guide, Methodology, Span, Technology
from research_agent.model.radar import Criterion, Level, Rubric


def _category(name: str, rank: int) -> Category:
    return Category(
        id=name,
        name=name.capitalize(),
        description=f"What {name} is.",
        kinds=(),
        quota=Span(at_least=1, at_most=3),
        rank=rank,
    )


@pytest.fixture
def guide() -> Guide:
    return Guide(
        id="bees",
        title="Bees & <Hives>",
        overview="How bees keep warm.",
        audience=("Beekeepers",),
        stance=("Observe rather than intervene",),
        technologies=(Technology(group="Sensors", items=("thermocouple", "load cell"), note="with alternatives"),),
        methodology=Methodology(
            total=Span(at_least=2, at_most=6),
            categories=(_category("papers", 1), _category("books", 2), _category("logs", 2)),
            recent_since=2015,
            recent_share=0.5,
            entries_per_focus=1,
            entries_per_origin=2,
            origin_exempt=("papers",),
            production_entries=1,
        ),
        domains=(
            Domain(
                id="1",
                slug="winter",
                name="Winter",
                focus=(Focus(id="1.1", text="Clusters {{ and }} heat"), Focus(id="1.2", text="Food stores")),
            ),
            Domain(id="2", slug="summer", name="Summer", focus=(Focus(id="2.1", text="Fanning at the entrance"),)),
        ),
    )


@pytest.fixture
def rubric() -> Rubric:
    def criterion(name: str) -> Criterion:
        return Criterion(
            id=name,
            name=name.capitalize(),
            letter=name[0].upper(),
            questions=(f"What of {name}?",),
            levels=tuple(Level(value=n, word=f"word{n}", meaning=f"{name} at {n}.") for n in range(1, 6)),
            weight=0.2,
            signals=(),
        )

    names = ("rationale", "authority", "date", "accuracy", "relevance")
    return Rubric(id="test", name="Test reading", source="here", criteria=tuple(criterion(name) for name in names))
