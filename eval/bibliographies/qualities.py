"""What makes a bibliography good beside its constraints: known works, no work twice, hierarchy, diversity. Pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from statistics import mean

from eval.bibliographies.counting import Records
from eval.bibliographies.demands import Demands
from eval.bibliographies.making import Made
from research_agent.errors import UnknownNameError
from research_agent.model.bibliography import Entry
from research_agent.model.source import Source
from research_agent.sources import resolve

Catalogue = Callable[[str], Source]
"""The work of an id; raises UnknownNameError where there is none."""


def unproven(entry: Entry, catalogue: Catalogue, records: Records) -> str:
    """Why an entry can't be traced to a work that somebody saw; empty: it can.

    It has to be the catalogue's work of that id, to stand in a pool, and the record has to tell when it was read or
    found cited, and where.
    """
    source = entry.source
    try:
        held = catalogue(source.id)
    except UnknownNameError:
        return "the catalogue holds no such work"
    if held != source:
        return "the catalogue's work of this id is another one"
    record = records.get(source.id)
    if record is None:
        return "no pool holds a record of it"
    seen = record.fields.get("verified") or {}
    where = seen.get("cited_in") if seen.get("how") == "cited" else seen.get("at")
    if not (seen.get("on") and where):
        return f"its record ({record.place}) does not say when and where it was seen"
    same = (source.title, source.url) == (record.fields["title"], record.fields["url"])
    return "" if same else f"title or address are not those of its record ({record.place})"


def stand_twice(sources: Sequence[Source]) -> list[tuple[str, str]]:
    """Pairs of ids that are one work: by the program's identity, and by names and titles compared without it."""
    found = set()
    for work in resolve(sources):
        ids = sorted(source.id for source in sources if source.id in (work.id, *work.aliases))
        found |= {(ids[0], other) for other in ids[1:]}
    by_name: dict[str, set[str]] = defaultdict(set)
    for source in sources:
        for name in _plain_names(source):
            by_name[name].add(source.id)
    for named_alike in by_name.values():
        first, *others = sorted(named_alike)
        found |= {(first, other) for other in others}
    if len({source.id for source in sources}) < len(sources):
        found |= {(name, name) for name, times in Counter(source.id for source in sources).items() if times > 1}
    return sorted(found)


def _plain_names(source: Source) -> Iterator[str]:
    """Its address without scheme and its title with its first author, by letters and figures alone."""
    yield f"address {re.sub(r'^https?://(www[.])?', '', source.url.casefold()).rstrip('/')}"
    if source.authors:
        yield f"title {_letters(source.title)} by {_letters(source.authors[0])}"


def upward(made: Made, demands: Demands) -> tuple[int, int]:
    """Of the entries beyond the least quotas, how many stand as high in the hierarchy as could be, and how many are.

    As could be: the highest category is filled to its most first, then the next one, as far as candidates reach.
    """
    chosen = Counter(entry.category for entry in made.entries)
    able = Counter(option.category for option in made.problem.eligible)
    beyond = {one.id: max(0, chosen[one.id] - one.quota.least) for one in demands.categories}
    left, high = sum(beyond.values()), 0
    total = left
    for one in sorted(demands.categories, key=lambda one: one.rank):
        room = min(left, max(0, min(one.quota.most, able[one.id]) - one.quota.least))
        high += min(room, beyond[one.id])
        left -= room
    return high, total


def lift(made: Made) -> list[float]:
    """By category, how many points of RADAR's total the chosen stand above the candidates that were passed over."""
    chosen = {entry.source.id for entry in made.entries}
    found = []
    for category in sorted({entry.category for entry in made.entries}):
        options = [option for option in made.problem.eligible if option.category == category]
        taken = [option.total for option in options if option.source in chosen]
        passed = [option.total for option in options if option.source not in chosen]
        if taken and passed:
            found.append(mean(taken) - mean(passed))
    return found


def out_of_order(made: Made, demands: Demands) -> list[str]:
    """Ids of entries that stand behind a lower category, or behind one of their own that is worth less."""
    rank = {one.id: place for place, one in enumerate(demands.categories)}
    keys = [
        (rank[entry.category], -made.problem.worth(made.problem.by_id[entry.source.id]))
        for entry in made.entries
        if entry.source.id in made.problem.by_id
    ]
    return [
        entry.source.id
        for entry, before, key in zip(made.entries[1:], keys[:-1], keys[1:], strict=False)
        if key < before
    ]


def effective_number(names: Iterable[str]) -> float:
    """How many equally frequent names would be as diverse: 1 / sum of squared shares; 0 without any.

    Hill's number of order 2 (Hill 1973, doi 10.2307/1934352), the inverse of Simpson's index of concentration (Simpson
    1949, doi 10.1038/163688a0).
    """
    counts = Counter(names)
    squares = sum(times**2 for times in counts.values())
    return counts.total() ** 2 / squares if squares else 0.0


def largest_share(names: Iterable[str]) -> tuple[str, float]:
    """The most frequent name and its share, 0 to 1; the first in the alphabet among equals."""
    counts = Counter(names)
    if not counts:
        return "", 0.0
    name, times = min(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return name, times / counts.total()


def _letters(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
