"""Check works against each other: names that are spelled two ways, relations that lead nowhere, wording that recurs."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from research_agent.model.source import Source
from research_agent.sources.observed import CITES

COPIED_WORDS = 10
"""Words in a row that no two works' records may share: a sentence of one, or its bigger half, in the other."""
BOILERPLATE_WORDS = 7
BOILERPLATE_WORKS = 4
"""Words in a row that so many works' records may not share: a phrase that whoever wrote them falls back on."""


class Finding(NamedTuple):
    """What is wrong with a work among others."""

    work: str  # id
    field: str
    message: str


def inconsistencies(works: Sequence[Source]) -> Iterator[Finding]:
    """Every finding, by check and then by work."""
    yield from spelled_twice(works)
    yield from dangling(works)
    yield from copied(works)
    yield from boilerplate(works)


def spelled_twice(works: Sequence[Source]) -> Iterator[Finding]:
    """Publishers, origins and authors that differ from another work's in case, accents or punctuation alone."""
    named: dict[str, Callable[[Source], Iterable[str]]] = {
        "publisher": lambda work: (work.publisher,),
        "origin": lambda work: (work.origin,),
        "authors": lambda work: work.authors,
    }
    for field, names_of in named.items():
        first: dict[str, tuple[str, str]] = {}
        for work in works:
            for name in filter(None, names_of(work)):
                known, where = first.setdefault(_bare(name), (name, work.id))
                if known != name:
                    yield Finding(work.id, field, f'"{name}" is "{known}" in {where}: write it in one way')


def dangling(works: Sequence[Source]) -> Iterator[Finding]:
    """Ids under `cites` that are no work here, and works that cite themselves."""
    known = {name: work.id for work in works for name in (work.id, *work.aliases)}
    for work in works:
        for signal in work.signals:
            if signal.name == CITES and known.get(str(signal.value)) in (None, work.id):
                yield Finding(work.id, CITES, f"{signal.value} is no other work of these pools")


def copied(works: Sequence[Source]) -> Iterator[Finding]:
    """Pairs of works whose records share a run of `COPIED_WORDS`."""
    told: set[tuple[str, str]] = set()
    for run, holders in _shared_runs(works, COPIED_WORDS, least=2):
        for one, other in combinations(holders, 2):
            if (one, other) not in told:
                told.add((one, other))
                yield Finding(other, "summary", f'"{run}" stands in {one} as well: say it in words of its own')


def boilerplate(works: Sequence[Source]) -> Iterator[Finding]:
    """Runs of `BOILERPLATE_WORDS` in `BOILERPLATE_WORKS` records or more."""
    for run, holders in _shared_runs(works, BOILERPLATE_WORDS, least=BOILERPLATE_WORKS):
        yield Finding(holders[0], "summary", f'"{run}" stands in {len(holders)} records: say it otherwise')


def _shared_runs(works: Sequence[Source], length: int, *, least: int) -> list[tuple[str, list[str]]]:
    holders: dict[str, set[str]] = defaultdict(set)
    for work in works:
        for text in _texts(work):
            words = re.findall(r"[\w'-]+", text.casefold())
            for start in range(len(words) - length + 1):
                holders[" ".join(words[start : start + length])].add(work.id)
    return sorted((run, sorted(found)) for run, found in holders.items() if len(found) >= least)


def _texts(work: Source) -> Iterator[str]:
    for placement in work.placements:
        yield placement.summary
        yield from (point.text for point in placement.key_points)


def _bare(name: str) -> str:
    """A name without case, accents, punctuation and spaces."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(character for character in decomposed if character.isalnum())
