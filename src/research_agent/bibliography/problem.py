"""A selection problem: candidates, what is required of a choice, and what a choice is worth in exact integers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Literal, get_args

from research_agent.bibliography.options import Option, by_id
from research_agent.errors import UsageError
from research_agent.model.guide import Methodology

Level = Literal["pin", "total", "category", "focus", "recent", "production"]
LEVELS: tuple[Level, ...] = get_args(Level)
"""What may be missed where it can't be met, in order of priority: a lower one is missed to any extent
before a higher one is missed by one more entry. A person's word comes first; then the size of the result;
then that every kind of source and every question has its share; the age and the kind of evidence last."""

Preference = Literal["hierarchy", "foundational", "diversity", "newer"]
PREFERENCES: tuple[Preference, ...] = get_args(Preference)

POINT = 1000
"""Units to a point: values are kept in thousandths, so that sums are exact and equal means equal."""

NEAR_DUPLICATE = 0.75
"""Cosine of their summaries from which two sources nearly say the same. Under the shipped embedder the median
pair of a domain has 0.31 to 0.42, the 99th percentile 0.63 to 0.69; from 0.75 there are two pairs in a pool of
66, by their titles a tool with its tutorial, a document with its successor or two papers on one finding."""

BANNED = "banned"
"""How the reason begins of a candidate that is excluded for no other reason than a person's ban."""

_SHARE_DENOMINATOR = 1000  # finer than any share that people write, and keeps coefficients small


@dataclass(frozen=True, slots=True)
class Requirement:
    """How many of some candidates a choice must hold, or may.

    Attributes:
        id: id of its check.
        members: ids of the candidates that count.
        level: its priority when it can't be met; None: it has an upper limit only.
        at_least: least number of members; may be missed, at the price of a gap.
        share: least share of all entries that are members, 0 to 1; may be missed likewise.
        at_most: most members; never passed.
    """

    id: str
    members: frozenset[str]
    level: Level | None = None
    at_least: int = 0
    share: Fraction = Fraction(0)
    at_most: int | None = None

    def needed(self, entries: int) -> int:
        """Least number of members in a choice of so many entries."""
        return max(self.at_least, -(-self.share.numerator * entries // self.share.denominator))

    def missing(self, count: int, entries: int) -> int:
        """How many members are missing when `count` of `entries` are."""
        return max(0, self.needed(entries) - count)


@dataclass(frozen=True)
class Problem:
    """Everything that a selection depends on, in an order of its own: input order makes no difference.

    Attributes:
        options: every candidate, by id.
        methodology: constraints and preferences.
        focus_ids: the domain's bullets, in order.
        pins: ids that a person wants in.
        bans: ids that a person wants out; a ban beats a pin.
        pairs: pairs of ids (ordered) that nearly say the same.
    """

    options: tuple[Option, ...]
    methodology: Methodology
    focus_ids: tuple[str, ...]
    pins: tuple[str, ...]
    bans: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]

    @classmethod
    def of(
        cls,
        options: Sequence[Option],
        methodology: Methodology,
        focus_ids: Sequence[str],
        *,
        pins: Collection[str] = (),
        bans: Collection[str] = (),
        similar: Mapping[tuple[str, str], float] | None = None,
    ) -> "Problem":
        """Bring the inputs into their own order.

        Raises:
            UsageError: a source stands twice, or a source without a reason to be excluded has a category
                that the methodology does not have.
        """
        categories = {category.id for category in methodology.categories}
        found = by_id(options)
        for option in options:
            if not option.excluded and option.category not in categories:
                raise UsageError(
                    f"{option.source} is filed under {option.category!r}, which is no category of this guide "
                    f"({', '.join(sorted(categories))}). File it under one of them, or exclude it with a reason."
                )
        banned = frozenset(bans)
        eligible = {option.source for option in options if _may_stand(option, banned, categories)}
        pairs = {
            (min(pair), max(pair))
            for pair, similarity in (similar or {}).items()
            if similarity >= NEAR_DUPLICATE and pair[0] != pair[1] and eligible.issuperset(pair)
        }
        return cls(
            options=tuple(found[source] for source in sorted(found)),
            methodology=methodology,
            focus_ids=tuple(dict.fromkeys(focus_ids)),
            pins=tuple(sorted(set(pins))),
            bans=tuple(sorted(set(bans))),
            pairs=tuple(sorted(pairs)),
        )

    @cached_property
    def by_id(self) -> dict[str, Option]:
        """Every candidate by id."""
        return by_id(self.options)

    @cached_property
    def eligible(self) -> tuple[Option, ...]:
        """Candidates that nothing but a person's ban excludes, by id; a row keeps the banned ones out.

        They are part of the program so that the price of a ban can be told.
        """
        categories = {category.id for category in self.methodology.categories}
        return tuple(option for option in self.options if _may_stand(option, self.bans, categories))

    @cached_property
    def _eligible_ids(self) -> frozenset[str]:
        return frozenset(option.source for option in self.eligible)

    @cached_property
    def requirements(self) -> tuple[Requirement, ...]:
        """Every constraint, in the order of their priority; the upper limits on origins and the bans last."""
        return tuple(_requirements(self))

    @cached_property
    def neighbours(self) -> dict[str, frozenset[str]]:
        """For every candidate in a pair, those that nearly say the same."""
        found: dict[str, set[str]] = {}
        for one, other in self.pairs:
            found.setdefault(one, set()).add(other)
            found.setdefault(other, set()).add(one)
        return {source: frozenset(others) for source, others in found.items()}

    @cached_property
    def pair_penalty(self) -> int:
        """Thousandths of a point lost for two entries that nearly say the same."""
        return thousandths(self.methodology.preferences.diversity)

    def worth(self, option: Option, without: str = "") -> int:
        """What one entry adds to the value of a choice, in thousandths of a point.

        Args:
            option: the candidate.
            without: a preference to leave out of the account.
        """
        preferences = self.methodology.preferences
        worth = thousandths(option.total) + thousandths(preferences.relevance * option.relevance)
        if without != "hierarchy":
            worth += thousandths(preferences.hierarchy * self.steps(option.category))
        if without != "foundational" and option.foundational:
            worth += thousandths(preferences.foundational)
        if without != "newer" and option.successor in self._eligible_ids:
            worth -= thousandths(preferences.newer)
        return worth

    def steps(self, category_id: str) -> int:
        """Steps of this category above the lowest place in the hierarchy.

        Counted from the number of categories and not from the lowest rank that is used, so that
        raising one category changes no other one's points.
        """
        return len(self.methodology.categories) - self.methodology.category(category_id).rank

    def value(self, chosen: Collection[str], without: str = "") -> int:
        """The value of a choice in thousandths of a point, without one preference if so asked."""
        value = sum(self.worth(self.by_id[source], without) for source in chosen)
        if without != "diversity":
            value -= self.pair_penalty * sum(one in chosen and other in chosen for one, other in self.pairs)
        return value

    def missed(self, chosen: Collection[str], without: Collection[str] = ()) -> dict[Level, int]:
        """Entries missing at each level, the requirements with these ids left out of the account."""
        missed = dict.fromkeys(LEVELS, 0)
        for requirement in self.requirements:
            if requirement.level is not None and requirement.id not in without:
                count = len(requirement.members.intersection(chosen))
                missed[requirement.level] += requirement.missing(count, len(chosen))
        return missed


def thousandths(points: float) -> int:
    """Points in whole thousandths."""
    return round(points * POINT)


def share_of(methodology: Methodology) -> Fraction:
    """The recent share as the fraction that is meant: 0.6 is 3/5 and 0.6666667 is 2/3."""
    return Fraction(methodology.recent_share).limit_denominator(_SHARE_DENOMINATOR)


def origin_key(option: Option) -> str:
    """What counts as the same origin: the name, whatever its case and spaces."""
    return " ".join(option.origin.casefold().split())


def _may_stand(option: Option, bans: Collection[str], categories: Collection[str]) -> bool:
    """Whether nothing but a ban excludes it; an evaluation gives the ban as the reason when it is the only one."""
    only_banned = option.source in bans and option.excluded.startswith(BANNED)
    return option.category in categories and (not option.excluded or only_banned)


def _requirements(problem: Problem) -> list[Requirement]:
    method, eligible = problem.methodology, problem.eligible
    everything = frozenset(option.source for option in eligible)

    def those(*, category: str = "", focus: str = "") -> frozenset[str]:
        return frozenset(
            option.source
            for option in eligible
            if (not category or option.category == category) and (not focus or focus in option.focus)
        )

    found = [Requirement(f"pin:{pin}", everything & {pin}, "pin", at_least=1) for pin in problem.pins]
    found.append(Requirement("total", everything, "total", method.total.at_least, at_most=method.total.at_most))
    for category in method.categories:
        members = those(category=category.id)
        quota = category.quota
        found.append(Requirement(f"category:{category.id}", members, "category", quota.at_least, at_most=quota.at_most))
    found += [
        Requirement(f"focus:{focus}", those(focus=focus), "focus", method.entries_per_focus)
        for focus in problem.focus_ids
    ]
    recent = frozenset(option.source for option in eligible if option.recent)
    found.append(Requirement("recent", recent, "recent", share=share_of(method)))
    production = frozenset(option.source for option in eligible if option.production)
    found.append(Requirement("production", production, "production", method.production_entries))
    found.extend(_origin_limits(problem))
    found.extend(Requirement(f"ban:{ban}", everything & {ban}, at_most=0) for ban in problem.bans)
    return found


def _origin_limits(problem: Problem) -> list[Requirement]:
    """A limit for every origin that has more candidates than it allows."""
    method = problem.methodology
    origins: dict[str, list[Option]] = {}
    for option in problem.eligible:
        key = origin_key(option)
        if key and option.category not in method.origin_exempt:
            origins.setdefault(key, []).append(option)
    return [
        Requirement(
            f"origin:{members[0].origin}",
            frozenset(option.source for option in members),
            at_most=method.entries_per_origin,
        )
        for _, members in sorted(origins.items())
        if len(members) > method.entries_per_origin
    ]
