"""The works that the stand-ins tell of: those of the shipped corpus, and some of their own that nobody wrote.

What the corpus does not say of a real work (citations, votes, stars) no stand-in says either; the works of its own have
such numbers, and "Stand-in" in every field that can hold it.
"""

import hashlib
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Final

from research_agent.guides import find_guide
from research_agent.model.kinds import Kind
from research_agent.model.source import Source
from research_agent.settings import Settings
from research_agent.sources import read_pool, read_pools
from research_agent.sources.naming import normal_url

OWN_WORKS: Final = Path(__file__).with_name("works.jsonl")
"""Records of works that do not exist, in the format of the corpus."""
_IN_TITLE: Final = 3
"""What a word in the title is worth, against one in the text."""
_MATCHING: Final = 0.5
"""Share of a query's words that a work must have."""
_WORD = re.compile(r"\w+")
_HEXADECIMAL: Final = 16
_LEAST_NUMBER: Final = 10**8


@dataclass(frozen=True, eq=False)
class Work:
    """A work, as its record says."""

    source: Source
    own: bool
    """Whether it is a stand-in's invention."""

    @cached_property
    def text(self) -> str:
        """What stands for its abstract: the record's summary."""
        return next((placement.summary for placement in self.source.placements), "")

    @cached_property
    def number(self) -> int:
        """A number of nine figures that belongs to it, where a service numbers its records."""
        return _LEAST_NUMBER + int(self.digest, _HEXADECIMAL) % (9 * _LEAST_NUMBER)

    @cached_property
    def digest(self) -> str:
        """Forty hexadecimal figures that belong to it."""
        return hashlib.sha1(self.source.id.encode(), usedforsecurity=False).hexdigest()

    @cached_property
    def day(self) -> str:
        """First publication (or, without one, last change) as exactly as it is known: "2022", "2022-06" or a day."""
        source = self.source
        exact = source.published or (source.updated if self.said("published_in") is None else None)
        return exact.isoformat() if exact else str(self.said("published_in") or source.year or "")

    @property
    def day_or_new_year(self) -> date:
        """The same as a day, for services that know nothing less exact."""
        year, month, day = ([int(part) for part in self.day.split("-")] + [1, 1])[:3] if self.day else (1970, 1, 1)
        return date(year, month, day)

    @property
    def second(self) -> int:
        """The same in seconds of the epoch."""
        day = self.day_or_new_year
        return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())

    @property
    def changed(self) -> date:
        """Its last change, or where none is known its publication."""
        return self.source.updated or self.day_or_new_year

    def said(self, signal: str) -> bool | int | float | str | None:
        """The value of a signal of the record; None: it has none."""
        return self.source.signal(signal).value

    def number_said(self, signal: str) -> int | None:
        """The number that a signal of the record holds; None: it has none."""
        value = self.said(signal)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    @property
    def popularity(self) -> int | None:
        """How often it is cited, starred or voted for, in each service's word; None: the record does not say."""
        return self.number_said("citations")

    @cached_property
    def _title_words(self) -> frozenset[str]:
        return frozenset(_words(self.source.title))

    @cached_property
    def _text_words(self) -> frozenset[str]:
        return frozenset(_words(self.text))

    def worth(self, words: Sequence[str]) -> float:
        """How well it matches the words of a query; 0: it lacks more of them than a match may."""
        had = [_IN_TITLE * (word in self._title_words) + (word in self._text_words) for word in words]
        matched = sum(1 for one in had if one)
        return sum(had) if words and matched >= math.ceil(_MATCHING * len(words)) else 0


@dataclass(frozen=True)
class Catalogue:
    """All works, found by words and by name."""

    works: tuple[Work, ...]
    _by_address: dict[str, Work] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for work in self.works:
            self._by_address.setdefault(normal_url(work.source.url), work)

    def best(
        self, query: str, known: Callable[[Work], object] = lambda _: True, *, since: int | None = None
    ) -> list[Work]:
        """The works of those that a service knows which match the words of a query, the best first.

        Args:
            query: words; what else stands in it is ignored.
            known: whether the service knows a work.
            since: earliest year; None: any.
        """
        words = list(dict.fromkeys(_words(query)))
        ranked = [
            (-worth, place, work)
            for place, work in enumerate(self.works)
            if known(work) and (since is None or (work.source.year or 0) >= since) and (worth := work.worth(words))
        ]
        return [work for *_, work in sorted(ranked, key=lambda one: one[:2])]

    def of(self, known: Callable[[Work], object]) -> list[Work]:
        """The works that a service knows."""
        return [work for work in self.works if known(work)]

    def at(self, address: str) -> Work | None:
        """The work at an address, however that is spelled; None: there is none."""
        return self._by_address.get(normal_url(address))

    def one(self, matches: Callable[[Work], bool]) -> Work | None:
        """The first work for which this is so; None: there is none."""
        return next(filter(matches, self.works), None)


@cache
def catalogue() -> Catalogue:
    """The works of the shipped corpus and the stand-ins' own; read once, which takes about a second."""
    found = find_guide(Settings(guide=""))
    shipped = read_pools(found.pools, found.guide).sources
    return Catalogue((*_works(own_sources(), own=True), *_works(shipped, own=False)))


def own_sources() -> tuple[Source, ...]:
    """The stand-ins' own works.

    Raises:
        RecordError: a record can't be read.
    """
    return read_pool(OWN_WORKS, guide=find_guide(Settings(guide="")).guide).require_all()


def of_kinds(*kinds: Kind) -> Callable[[Work], bool]:
    """Whether a work is of one of these kinds."""
    return lambda work: work.source.kind in kinds


def _works(sources: Iterable[Source], *, own: bool) -> list[Work]:
    return [Work(source, own) for source in sources]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
