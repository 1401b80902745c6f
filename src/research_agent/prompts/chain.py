"""Split the request for a bibliography into a chain of prompts, one a category, that together meet the method. Pure.

Each part asks for a narrowed method. Whatever meets every part meets the whole: the parts' quotas add up to the total,
a share that each part has the whole has, and coverage and evidence from production are dealt out. Only the limit on
origins can't be dealt out without forbidding what the method allows: a part asks for its share of it, rounded up, and
`replies` counts it over all parts.
"""

from collections.abc import Sequence
from typing import NamedTuple

from research_agent.errors import UsageError
from research_agent.model.guide import Category, Domain, Guide, Methodology, Span
from research_agent.model.prompt import Candidate, Part, Present


class Link(NamedTuple):
    """One part of a chain with what comes along in its prompt."""

    part: Part
    candidates: tuple[Candidate, ...]
    present: Present | None


def chain_of(
    guide: Guide, domain: Domain, candidates: Sequence[Candidate] = (), present: Present | None = None
) -> tuple[Link, ...]:
    """The parts in the order of the method's categories.

    Args:
        guide: whose method is split.
        domain: whose bullets are dealt out.
        candidates: of a grounded prompt; each goes to the part of its category, and a bullet to parts that have
            candidates for it. A part without candidates is left out, as nothing can be listed there.
        present: the entries to check; each goes to the part of its category, and a part without entries is left out.

    Raises:
        UsageError: there is one category only, so nothing to split by.
    """
    method = guide.methodology
    if len(method.categories) == 1:
        raise UsageError("The guide has one category of sources, so there is nothing to split by. Leave out --split.")
    covers = _covers(domain, method, candidates)
    links: list[Link] = []
    for category in method.categories:
        entries = _present_of(present, category)
        own = tuple(one for one in candidates if one.category == category.name)
        if (present is None or entries is not None) and (own or not candidates):
            part = Part(number=len(links) + 1, of=1, category=category.id, covers=covers[category.id])
            links.append(Link(part, own, entries))
    return tuple(link._replace(part=link.part.model_copy(update={"of": len(links)})) for link in links)


def narrowed(guide: Guide, part: Part) -> Guide:
    """The guide with the method of one part: one category, its share of the total and of the limits."""
    method = guide.methodology
    category, quota = method.category(part.category), _quotas(method)[part.category]
    own = method.model_copy(
        update={
            "total": quota,
            "categories": (category.model_copy(update={"quota": quota}),),
            "entries_per_focus": 0,
            "entries_per_origin": -(-method.entries_per_origin // len(method.categories)),
            "origin_exempt": tuple(exempt for exempt in method.origin_exempt if exempt == category.id),
            "production_entries": _production(method)[category.id],
        }
    )
    return guide.model_copy(update={"methodology": own})


def _quotas(method: Methodology) -> dict[str, Span]:
    """Quotas within the method's whose sums lie within the total; counts go to the first categories first."""
    low = {category.id: category.quota.at_least for category in method.categories}
    high = {category.id: category.quota.at_most for category in method.categories}
    while sum(low.values()) < method.total.at_least:
        name = max(low, key=lambda one: high[one] - low[one])
        low[name] += 1
    while sum(high.values()) > method.total.at_most:
        name = max(reversed(high), key=lambda one: high[one] - low[one])
        high[name] -= 1
    return {name: Span(at_least=low[name], at_most=high[name]) for name in low}


def _covers(domain: Domain, method: Methodology, candidates: Sequence[Candidate]) -> dict[str, dict[str, int]]:
    """Which part covers which bullet how often: the parts with most candidates for it, then those with least to do."""
    names = {category.name: category.id for category in method.categories}
    load = {category.id: 0 for category in method.categories}
    dealt: dict[str, dict[str, int]] = {category.id: {} for category in method.categories}
    for focus in domain.focus:
        supply = dict.fromkeys(load, 0)
        for one in candidates:
            if focus.id in one.focus and one.category in names:
                supply[names[one.category]] += 1
        for _ in range(method.entries_per_focus):
            taken = {name: dealt[name].get(focus.id, 0) for name in load}
            chosen = min(load, key=lambda name: (taken[name], supply[name] <= taken[name], load[name]))
            dealt[chosen][focus.id] = taken[chosen] + 1
            load[chosen] += 1
    return dealt


def _production(method: Methodology) -> dict[str, int]:
    """Evidence from production by part, the least trusted categories first: there practitioners report."""
    order = sorted(method.categories, key=lambda category: -category.rank)
    dealt = dict.fromkeys((category.id for category in method.categories), 0)
    for number in range(method.production_entries):
        dealt[order[number % len(order)].id] += 1
    return dealt


def _present_of(present: Present | None, category: Category) -> Present | None:
    if present is None:
        return None
    entries = tuple(entry for entry in present.entries if entry.category == category.name)
    return Present(entries=entries) if entries else None
