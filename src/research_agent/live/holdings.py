"""The works that a library holds, as a search meets them again: whose text they have, and what becomes of a new record.

An origin keeps one record of each id. So a record that replaces an earlier one of a search carries on what that said
and the new one does not: nothing that a search brought is lost by the next. Pure.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import date
from hashlib import sha256
from typing import Final

from research_agent.model.guide import Domain, Guide
from research_agent.model.kinds import KINDS, Kind
from research_agent.model.source import Placement, Signal, Source
from research_agent.sources.identity import identity_keys, merge, resolve

KIND_GIVEN: Final = "kind_given"
"""Name of the signal that holds the kind that a person said a work is, where services can't know."""

_A_PERSON: Final = "said when it was added"
_SUFFIX_CHARACTERS: Final = 6
_BESIDE: Final = "a reader's record of it is there and says how the work is known"


class Holdings:
    """Works by what they are recognised by."""

    def __init__(self, sources: Iterable[Source], records: Callable[[str], Collection[str]]) -> None:
        """Index the works.

        Args:
            sources: all that the library holds, one a work.
            records: for a source's id the addresses of the records that services told of it.
        """
        self._records = records
        self._by_key: dict[str, list[Source]] = defaultdict(list)
        self._names: set[str] = set()
        for source in sources:
            self._names.update((source.id, *source.aliases))
            for key in identity_keys(source):
                self._by_key[key].append(source)

    def of(self, source: Source) -> Source | None:
        """The held work that a record describes; None: it is held by nobody here."""
        candidates = {held.id: held for key in identity_keys(source) for held in self._by_key.get(key, ())}
        bare = source.model_copy(update={"placements": ()})
        return next(
            (held for _, held in sorted(candidates.items()) if len(resolve([held, _named(bare, held)])) == 1), None
        )

    def has(self, name: str) -> bool:
        """Whether a work of this id or alias is held."""
        return name in self._names

    def curated(self, held: Source, guide: Guide, domain: Domain) -> bool:
        """Whether a reader placed the work in the domain, so that its text is theirs."""
        placement = held.placement(guide.id, domain.id)
        return placement is not None and not _of_a_search(placement)

    def continued(self, source: Source, held: Source | None, guide: Guide, placement: Placement | None) -> Source:
        """The record to take in: what services say now, and what searches brought of the same work before.

        Args:
            source: what services say of the work.
            held: the work as the library holds it; None: it does not.
            guide: whose searches are meant.
            placement: of the work in the domain that was searched; None: it has a reader's there, which stays.
        """
        if held is None:
            return source.model_copy(update={"placements": (placement,) if placement else ()})
        given = _kind_given(held)
        earlier = [one for one in held.placements if one.guide == guide.id and _of_a_search(one)]
        places = {(one.guide, one.domain): one for one in earlier}
        if placement is not None and (placement.key_points or (placement.guide, placement.domain) not in places):
            places[placement.guide, placement.domain] = placement
        record = _as_before(source, held, self._records(held.id)).model_copy(
            update={"id": held.id, "aliases": (), "placements": tuple(places[key] for key in sorted(places))}
        )
        return self.of_kind(record, given[0], given[1]) if given else record

    def kind_of(self, source: Source, held: Source | None) -> Kind:
        """What a work is: by the word of the person who added it where there is one, else as services say."""
        given = _kind_given(held) if held else None
        return given[0] if given else source.kind

    def of_kind(self, source: Source, kind: Kind, said_on: date | None) -> Source:
        """The record as one of the kind that a person says it is, which is noted, so that no service takes it back."""
        noted = Signal(name=KIND_GIVEN, value=kind, where=_A_PERSON, on=said_on)
        others = [one for one in source.signals if one.name != KIND_GIVEN]
        return source.model_copy(update={"kind": kind, "signals": _in_order([*others, noted])})

    def renamed(self, source: Source) -> Source:
        """The record under an id that follows from its address, as another work has its own."""
        suffix = sha256(source.url.encode()).hexdigest()[:_SUFFIX_CHARACTERS]
        return source.model_copy(update={"id": f"{source.id}-{suffix}"})


def _as_before(source: Source, held: Source, records: Collection[str]) -> Source:
    """What services say now, with what they said before and say no longer: one that is silent today takes nothing back.

    Of a work that nobody but searches knows, all of it is theirs. Of another one only the signals that were seen in
    their records are: the rest is its reader's, who may mend it. Beside a reader's record that of a search counts as
    one that nobody made sure of, so that it adds what that lacks and changes nothing that it says.
    """
    if held.placements and all(map(_of_a_search, held.placements)):
        return merge([_named(held.model_copy(update={"placements": ()}), source), source])
    told = {(signal.name, signal.where) for signal in source.signals}
    before = [one for one in held.signals if one.where in records and (one.name, one.where) not in told]
    beside = {"state": "not_checked", "how": "", "extent": None, "why": _BESIDE}
    return source.model_copy(
        update={
            "signals": _in_order([*source.signals, *before]),
            "existence": source.existence.model_copy(update=beside),
            "version": None,  # the one that was read, which its reader knows
        }
    )


def _in_order(signals: Iterable[Signal]) -> tuple[Signal, ...]:
    return tuple(sorted(signals, key=lambda one: (one.name, one.where, repr(one.value))))


def _kind_given(held: Source) -> tuple[Kind, date | None] | None:
    """What a person said the work is, and when; None: nobody did."""
    noted = held.signal(KIND_GIVEN)
    return next(((kind, noted.on) for kind in KINDS if kind == noted.value), None)


def _of_a_search(placement: Placement) -> bool:
    """Whether a search made this placement: nobody of ours summarised the work."""
    return not placement.summary


def _named(source: Source, as_one: Source) -> Source:
    """The record under another one's id, so that ids have no say in what is one work."""
    return source.model_copy(update={"id": as_one.id, "aliases": as_one.aliases})
