"""Which works replace which: by what either of two records says. Pure."""

import re
from collections.abc import Iterable

from research_agent.model.source import Source
from research_agent.sources.observed import SUPERSEDED_BY, SUPERSEDES

_RFC = re.compile(r"RFC ?(\d+)", re.IGNORECASE)


def successors(works: Iterable[Source]) -> dict[str, Source]:
    """By the id of each work that another one of these replaces, the work that does (the latest of several).

    A record names the other work by id, alias, or RFC number; a name that is none of these works' replaces nothing
    here. Of two works that claim to replace each other, neither does.
    """
    listed = sorted(works, key=lambda work: work.id)
    by_name = {name: work for work in listed for name in (*work.aliases, work.id)}
    by_rfc = {work.identifiers.rfc: work for work in listed if work.identifiers.rfc}
    pairs: set[tuple[str, str]] = set()  # the replaced, the one that replaces it
    for work in listed:
        for signal in work.signals:
            if signal.name not in (SUPERSEDES, SUPERSEDED_BY):
                continue
            number = _RFC.fullmatch(str(signal.value))
            other = by_rfc.get(int(number[1])) if number else by_name.get(str(signal.value))
            if other is not None and other.id != work.id:
                pairs.add((other.id, work.id) if signal.name == SUPERSEDES else (work.id, other.id))
    found: dict[str, Source] = {}
    for old, new in sorted(pairs):
        if (new, old) not in pairs:
            found[old] = max(found.get(old, by_name[new]), by_name[new], key=lambda work: (work.year or 0, work.id))
    return found
