"""Selection problems for tests: builders with defaults, hypothesis strategies, and the answer by brute force."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

from hypothesis import strategies as st

from research_agent.bibliography.options import Option
from research_agent.bibliography.problem import NEAR_DUPLICATE
from research_agent.bibliography.select import Selection, select
from research_agent.model.guide import Category, Methodology, Preferences, Span


def category(name: str, at_least: int = 0, at_most: int = 9, rank: int = 1) -> Category:
    quota = Span(at_least=at_least, at_most=at_most)
    return Category(id=name, name=name.title(), description=name, kinds=(), quota=quota, rank=rank)


def methodology(*categories: Category, total: tuple[int, int] = (0, 9), **fields: Any) -> Methodology:
    """A methodology that asks for nothing but what is given."""
    defaults: dict[str, Any] = {
        "recent_since": 2021,
        "recent_share": 0.0,
        "entries_per_focus": 0,
        "entries_per_origin": 9,
        "production_entries": 0,
    }
    return Methodology(
        total=Span(at_least=total[0], at_most=total[1]),
        categories=categories or (category("papers"),),
        **(defaults | fields),
    )


def option(source: str, **fields: Any) -> Option:
    defaults: dict[str, Any] = {
        "title": f"Title of {source}",
        "category": "papers",
        "focus": frozenset(),
        "recent": True,
        "origin": f"origin of {source}",
        "production": False,
        "total": 3.0,
        "relevance": 0.5,
    }
    return Option(source=source, **(defaults | fields))


@dataclass(frozen=True)
class Instance:
    """Everything that `select` is called with."""

    options: tuple[Option, ...]
    methodology: Methodology
    focus_ids: tuple[str, ...]
    pins: tuple[str, ...]
    bans: tuple[str, ...]
    similar: Mapping[tuple[str, str], float]

    def select(self, options: Sequence[Option] | None = None, method: Methodology | None = None) -> Selection:
        return select(
            self.options if options is None else options,
            method or self.methodology,
            self.focus_ids,
            pins=self.pins,
            bans=self.bans,
            similar=self.similar,
        )


CATEGORIES = ("blogs", "docs", "papers")
BULLETS = ("1.1", "1.2")


@st.composite
def instances(draw: st.DrawFn, most: int = 9) -> Instance:
    """Small problems with every kind of constraint, often infeasible, with many ties."""
    names = [f"s{number}" for number in range(draw(st.integers(0, most)))]
    options = tuple(draw(_option(name, names)) for name in names)
    pairs = list(combinations(names, 2))
    similar = (
        draw(st.dictionaries(st.sampled_from(pairs), st.sampled_from([0.7, 0.75, 0.9]), max_size=4)) if pairs else {}
    )
    some = st.lists(st.sampled_from([*names, "unknown"]), max_size=3, unique=True)
    return Instance(
        options=options,
        methodology=draw(_methodologies()),
        focus_ids=draw(st.sampled_from([(), BULLETS[:1], BULLETS])),
        pins=tuple(draw(some)),
        bans=tuple(draw(st.lists(st.sampled_from([*names, "unknown"]), max_size=1))),
        similar=similar,
    )


@st.composite
def _option(draw: st.DrawFn, name: str, names: Sequence[str]) -> Option:
    return option(
        name,
        category=draw(st.sampled_from(CATEGORIES)),
        focus=frozenset(draw(st.sets(st.sampled_from(BULLETS)))),
        recent=draw(st.booleans()),
        origin=draw(st.sampled_from(["A", "B", "b ", "", f"own {name}"])),
        production=draw(st.integers(0, 3)) == 0,
        total=draw(st.sampled_from([1.0, 2.5, 2.55, 4.0])),
        relevance=draw(st.sampled_from([0.0, 0.25, 0.7])),
        foundational=draw(st.integers(0, 3)) == 0,
        successor=draw(st.sampled_from(["", "", "", "unknown", *(other for other in names if other > name)])),
        excluded=draw(st.sampled_from(["", "", "", "", "retracted"])),
    )


@st.composite
def _methodologies(draw: st.DrawFn) -> Methodology:
    def span(most: int) -> Span:
        low = draw(st.integers(0, most))
        return Span(at_least=low, at_most=draw(st.integers(max(low, 1), most + 1)))

    categories = tuple(
        Category(id=name, name=name, description="", kinds=(), quota=span(3), rank=draw(st.integers(1, 4)))
        for name in CATEGORIES
    )
    least, most = (sum(getattr(c.quota, side) for c in categories) for side in ("at_least", "at_most"))
    at_least = draw(st.integers(0, min(most, 6)))
    return Methodology(
        total=Span(at_least=at_least, at_most=draw(st.integers(max(at_least, least, 1), max(at_least, least) + 3))),
        categories=categories,
        recent_since=2021,
        recent_share=draw(st.sampled_from([0.0, 0.5, 0.6, 2 / 3, 1.0])),
        entries_per_focus=draw(st.integers(0, 2)),
        entries_per_origin=draw(st.integers(1, 2)),
        origin_exempt=draw(st.sampled_from([(), ("docs",)])),
        production_entries=draw(st.integers(0, 2)),
        preferences=Preferences(
            relevance=draw(st.sampled_from([0.0, 2.0])),
            hierarchy=draw(st.sampled_from([0.0, 0.4])),
            foundational=draw(st.sampled_from([0.0, 0.5])),
            diversity=draw(st.sampled_from([0.0, 0.5, 3.0])),
            newer=draw(st.sampled_from([0.0, 1.0])),
        ),
    )


Rank = tuple[tuple[int, ...], int, int]
"""How good a choice is, smaller is better: entries missing by priority, minus its value, minus its order."""


def brute_force(instance: Instance) -> tuple[Rank, set[frozenset[str]]]:
    """The best rank of all choices there are, and every choice that has it; written without the program's code."""
    ranked: dict[Rank, set[frozenset[str]]] = {}
    for choice in _choices(instance):
        rank = rank_of(instance, choice)
        if rank is not None:
            ranked.setdefault(rank, set()).add(frozenset(one.source for one in choice))
    best = min(ranked)
    return best, ranked[best]


def _choices(instance: Instance) -> Iterator[tuple[Option, ...]]:
    candidates = [one for one in instance.options if not one.excluded]
    for size in range(len(candidates) + 1):
        yield from combinations(candidates, size)


def rank_of(instance: Instance, choice: Sequence[Option]) -> Rank | None:
    """How good a choice is; None: it passes an upper limit."""
    method, ids = instance.methodology, {one.source for one in choice}
    sizes = {known.id: sum(one.category == known.id for one in choice) for known in method.categories}
    if ids & set(instance.bans) or len(choice) > method.total.at_most:
        return None
    if any(sizes[known.id] > known.quota.at_most for known in method.categories):
        return None
    origins = [one.origin.strip().lower() for one in choice if one.category not in method.origin_exempt]
    if any(origins.count(name) > method.entries_per_origin for name in origins if name):
        return None
    share = Fraction(method.recent_share).limit_denominator(1000)
    recent = sum(one.recent for one in choice)
    wanted = next(count for count in range(len(choice) + 1) if count >= share * len(choice))
    missing = (
        len(set(instance.pins) - ids),
        max(0, method.total.at_least - len(choice)),
        sum(max(0, known.quota.at_least - sizes[known.id]) for known in method.categories),
        sum(
            max(0, method.entries_per_focus - sum(bullet in one.focus for one in choice))
            for bullet in instance.focus_ids
        ),
        max(0, wanted - recent),
        max(0, method.production_entries - sum(one.production for one in choice)),
    )
    order = sorted(one.source for one in instance.options if not one.excluded)
    places = sum(len(order) - order.index(source) for source in ids)
    return missing, -_value(instance, choice), -places


def _value(instance: Instance, choice: Sequence[Option]) -> int:
    method = instance.methodology
    weights = method.preferences
    value = 0
    candidates = {one.source for one in instance.options if not one.excluded}
    for one in choice:
        rank = next(known.rank for known in method.categories if known.id == one.category)
        value += round(1000 * one.total) + round(1000 * weights.relevance * one.relevance)
        value += round(1000 * weights.hierarchy * (len(method.categories) - rank))
        value += round(1000 * weights.foundational) if one.foundational else 0
        value -= round(1000 * weights.newer) if one.successor in candidates else 0
    ids = {one.source for one in choice}
    near = {frozenset(pair) for pair, cosine in instance.similar.items() if cosine >= NEAR_DUPLICATE}
    return value - round(1000 * weights.diversity) * sum(pair <= ids for pair in near)
