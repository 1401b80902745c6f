import pytest

from research_agent.guide import sentences
from research_agent.model.guide import Span


def _span(low: int, high: int) -> Span:
    return Span(at_least=low, at_most=high)


@pytest.mark.parametrize(
    ("sentence", "total", "quota"),
    [
        ("25-30 high-quality sources per domain (4-6 per category within each domain)", (25, 30), (4, 6)),
        ("4-6 sources per category (25-30 total sources)", (25, 30), (4, 6)),
        ("6 \u2013 9 entries per domain, 1 to 3 in each category", (6, 9), (1, 3)),
        ("Between six to nine works in total", (6, 9), None),
        ("12 sources for each domain", (12, 12), None),
        ("Per category: 2-3", None, (2, 3)),
        ("Every bibliography cites 3-4 sources per focus bullet", None, None),
        ("2021-2025 sources are preferred", None, None),
        ("Two sources agree", None, None),
        ("6 source categories", None, None),
    ],
)
def test_counts_are_told_apart(sentence: str, total: tuple[int, int] | None, quota: tuple[int, int] | None) -> None:
    assert sentences.total(sentence) == (_span(*total) if total else None)
    assert sentences.quota(sentence) == (_span(*quota) if quota else None)


@pytest.mark.parametrize("sentence", ["At least 10 sources per domain", "30-25 sources per domain"])
def test_half_a_range_is_not_guessed(sentence: str) -> None:
    with pytest.raises(sentences.RangeError):
        sentences.total(sentence)


@pytest.mark.parametrize(
    ("sentence", "year", "share"),
    [
        ("Prioritize 2021+ sources but include foundational works", 2021, None),
        ("At least 50% of the sources from 2015 or later", 2015, 0.5),
        ("Papers published after 2017", 2018, None),
        ("Sources since 1990, 75 percent of them", 1990, 0.75),
        ("Recent literature (2019-2024)", 2019, None),
        ("2020 to present: recent work", 2020, None),
        ("The town has planted trees since 1990", None, None),
        ("At least 50% of the sources are papers", None, None),
    ],
)
def test_years_count_only_where_sources_are_spoken_of(sentence: str, year: int | None, share: float | None) -> None:
    assert sentences.recent_since(sentence) == year
    assert sentences.recent_share(sentence) == share


@pytest.mark.parametrize(
    ("sentence", "tiers"),
    [
        ("Source hierarchy: A papers > B docs > C", (("A papers",), ("B docs",), ("C",))),
        ("Papers > Docs = Standards > Posts.", (("Papers",), ("Docs", "Standards"), ("Posts",))),
        ("Order of trust: maps → photographs", (("maps",), ("photographs",))),
        ("Prefer papers with > 100 citations", None),
        ("No hierarchy at all", None),
    ],
)
def test_a_hierarchy_is_read_in_its_order(sentence: str, tiers: tuple[tuple[str, ...], ...] | None) -> None:
    assert sentences.hierarchy(sentence) == tiers


def test_limits_are_read_from_their_sentences() -> None:
    assert sentences.entries_per_focus("At least two sources for every focus bullet") == 2
    assert sentences.entries_per_focus("At least two sources") is None
    origin = "At most three entries from one organisation, except standards and maps"
    assert sentences.entries_per_origin(origin) == 3
    assert sentences.exempt_from_origin(origin) == ("standards", "maps")
    assert sentences.exempt_from_origin("All sources except maps") is None
    assert sentences.production_entries("At least two sources with evidence from production") == 2
    assert sentences.category_count("A bibliography with 6 source categories") == 6
    assert sentences.category_count("4-6 categories") is None
    assert sentences.rubric("Use RADAR in the reading of Mandalios") == "mandalios"
    assert sentences.rubric("RADAR credibility framework") is None
