"""Fill a method that a guide states in part with defaults, and say of each value that was filled in why it is so."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from research_agent.guide.defaults import Defaults
from research_agent.guide.method_form import METHOD_FIELDS, PREFERENCES
from research_agent.model.guide import Category, Methodology, Preferences, Provenance, Span
from research_agent.model.kinds import Kind

MOST_CATEGORIES = 100
"""More than any bibliography can present; what lists more is no guide."""


@dataclass(frozen=True)
class PartialCategory:
    """A category as far as a guide describes it; None: it does not say."""

    id: str
    name: str
    description: str | None = None
    kinds: tuple[Kind, ...] | None = None
    quota: Span | None = None
    rank: int | None = None


@dataclass(frozen=True)
class PartialMethod:
    """A method as far as a guide states it."""

    values: Mapping[str, object] = field(default_factory=dict)
    """Stated fields of `Methodology` other than categories and preferences."""
    preferences: Mapping[str, float] = field(default_factory=dict)
    categories: tuple[PartialCategory, ...] | None = None
    """The guide's own categories; None: it lists none."""
    quota: Span | None = None
    """A quota that the guide states for every category alike."""
    tiers: tuple[tuple[str, ...], ...] = ()
    """Ids of categories by the source hierarchy, most trusted first; ids within a tier are equals."""


class Completed(NamedTuple):
    """A whole method, and where each value that was filled in came from, by dotted path."""

    methodology: Methodology
    filled: dict[str, Provenance]


def complete(partial: PartialMethod, defaults: Defaults) -> Completed:
    """The whole method.

    Raises:
        ValidationError: what is stated contradicts itself.
    """
    filled: dict[str, str] = {}
    categories = _categories(partial, defaults, filled)
    categories = [c if c.quota else replace(c, quota=partial.quota) for c in categories]
    total, categories = _counts(partial, categories, defaults, filled)
    values: dict[str, object] = {"total": total}
    for name in METHOD_FIELDS:
        if name in partial.values:
            values[name] = partial.values[name]
        elif name == "origin_exempt":
            ids = {category.id for category in categories}
            values[name] = tuple(exempt for exempt in defaults.methodology.origin_exempt if exempt in ids)
            filled[name] = defaults.reasons[name] if values[name] else "The guide has no category of standards."
        elif name not in ("total", "categories", "preferences"):
            values[name] = getattr(defaults.methodology, name)
            filled[name] = defaults.reasons[name]
    methodology = Methodology.model_validate(
        {
            **values,
            "categories": _ranked(categories, partial.tiers, defaults, filled),
            "preferences": _preferences(partial.preferences, defaults, filled),
        }
    )
    provenance = {f"methodology.{path}": Provenance(origin="default", basis=why) for path, why in filled.items()}
    return Completed(methodology, provenance)


def _categories(partial: PartialMethod, defaults: Defaults, filled: dict[str, str]) -> list[PartialCategory]:
    """Which categories there are and what belongs to each; no quota and no rank is filled in."""
    if partial.categories is None:
        filled["categories"] = "It does not list its source categories; these cover what a field publishes."
        return [
            PartialCategory(id=c.id, name=c.name, description=c.description, kinds=c.kinds)
            for c in defaults.methodology.categories
        ]
    return [_described(category, defaults, filled) for category in partial.categories]


def _described(own: PartialCategory, defaults: Defaults, filled: dict[str, str]) -> PartialCategory:
    alike = defaults.named(own.name)
    kinds, description = own.kinds, own.description
    if kinds is None:
        kinds = alike.kinds if alike else ()
        filled[f"categories.{own.id}.kinds"] = (
            f"The kinds that usually count as {alike.name.lower()}, which the name suggests."
            if alike
            else "The name suggests none; a source is filed here where its record names the category."
        )
    if description is None:
        description = alike.description if alike and own.kinds is None else f"{own.name}."
        filled[f"categories.{own.id}.description"] = "The guide gives only the name."
    return replace(own, kinds=kinds, description=description)


def _counts(
    partial: PartialMethod, categories: Sequence[PartialCategory], defaults: Defaults, filled: dict[str, str]
) -> tuple[Span, list[PartialCategory]]:
    """The total and the quota of every category, so that what is filled in fits what is stated."""
    stated = partial.values.get("total")
    total = stated if isinstance(stated, Span) else defaults.methodology.total
    usual = {category.id: category.quota for category in defaults.methodology.categories}
    fallback = defaults.methodology.categories[0].quota
    missing = [category for category in categories if category.quota is None]
    quotas = {c.id: c.quota or usual.get(c.id, fallback) for c in categories}
    reasons = {
        c.id: defaults.reasons.get(f"categories.{c.id}.quota", "The usual quota of a category.") for c in missing
    }
    if stated is None:
        filled["total"] = defaults.reasons["total"]
    if not _fits(quotas.values(), total):
        if stated is None:
            total = Span(at_least=_least(quotas.values()), at_most=_most(quotas.values()))
            filled["total"] = "The sum of the categories' quotas."
        elif missing:
            given = [category.quota for category in categories if category.quota]
            share = _spread(total, given, len(missing))
            quotas |= {category.id: share for category in missing}
            reasons = {
                c.id: f"An even share of the total of {total.at_least} to {total.at_most} entries." for c in missing
            }
    filled |= {f"categories.{identity}.quota": why for identity, why in reasons.items()}
    return total, [replace(category, quota=quotas[category.id]) for category in categories]


def _fits(quotas: Iterable[Span], total: Span) -> bool:
    quotas = list(quotas)
    return _least(quotas) <= total.at_most and _most(quotas) >= total.at_least


def _least(quotas: Iterable[Span]) -> int:
    return sum(quota.at_least for quota in quotas)


def _most(quotas: Iterable[Span]) -> int:
    return sum(quota.at_most for quota in quotas)


def _spread(total: Span, given: Sequence[Span], places: int) -> Span:
    """The quota of each of `places` categories, so that all of them and the given ones can make up the total."""
    at_least = max(0, total.at_least - _most(given)) // places
    at_most = -(-max(0, total.at_most - _least(given)) // places)
    return Span(at_least=at_least, at_most=max(1, at_least, at_most))


def _ranked(
    categories: Sequence[PartialCategory],
    tiers: Sequence[Sequence[str]],
    defaults: Defaults,
    filled: dict[str, str],
) -> list[Category]:
    """Ranks by the guide's hierarchy; a category that it does not name keeps its usual place between the others."""
    usual = {category.id: category.rank for category in defaults.methodology.categories}
    known = all(category.id in usual for category in categories)
    order = sorted(categories, key=lambda c: usual[c.id]) if known else list(categories)
    named = [identity for tier in tiers for identity in tier]
    free = iter(named)
    places = [next(free) if category.id in named else category.id for category in order]
    tier_of = {identity: number for number, tier in enumerate(tiers) for identity in tier}
    ranks: dict[str, int] = {}
    for place, identity in enumerate(places):
        equal = next((other for other in ranks if other in tier_of and tier_of.get(identity) == tier_of[other]), None)
        ranks[identity] = ranks[equal] if equal else place + 1
    dense = {rank: number for number, rank in enumerate(sorted(set(ranks.values())), start=1)}
    for category in categories:
        if category.rank is None and category.id not in named:
            filled[f"categories.{category.id}.rank"] = (
                defaults.reasons[f"categories.{category.id}.rank"]
                if known
                else "The guide does not rank it; its place in the list counts."
            )
    return [
        Category.model_validate(
            {
                "id": category.id,
                "name": category.name,
                "description": category.description,
                "kinds": category.kinds,
                "quota": category.quota,
                "rank": category.rank or dense[ranks[category.id]],
            }
        )
        for category in categories
    ]


def _preferences(stated: Mapping[str, float], defaults: Defaults, filled: dict[str, str]) -> Preferences:
    usual = defaults.methodology.preferences
    for name in PREFERENCES:
        if name not in stated:
            filled[f"preferences.{name}"] = defaults.reasons[f"preferences.{name}"]
    return Preferences.model_validate({**usual.model_dump(), **stated})
