"""How sure the records are that speak for a field of a work, and which of them are heard. Pure.

A work's fields may come from records of different standing: its title from one that somebody read, its publisher from
one that nobody checked. What is merged remembers that, as signals, so that a surer record that comes later still wins.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from research_agent.model.kinds import Kind
from research_agent.model.source import Placement, Signal, Source
from research_agent.sources.observed import IN_FIELD

EARLY_EDITIONS: Final[frozenset[Kind]] = frozenset({"preprint", "draft"})
"""Kinds of works that are published under another name, or as another kind, later."""
LESS_SURE: Final = "less_sure"
"""Name of the signals that say from what kind of record a field comes, where that is less sure than the work is."""

_SURETIES: Final = ("unverified", "cited", "read")
_EARLY: Final = ", early edition"


class Standing(NamedTuple):
    """How much the word of a record counts; more is heard first."""

    surety: int
    """2: somebody read the work; 1: found it cited; 0: nobody could or did look."""
    published: bool
    """Whether it describes a published edition; true where editions make no difference."""


def standing(record: Source, field: str, *, editions_alike: bool = False) -> Standing:
    """The standing of what a record says in a field: as it was kept when the record was merged, else the record's."""
    for signal in record.signals:
        if signal.name == LESS_SURE and signal.where == IN_FIELD + field:
            surety, early, _ = str(signal.value).partition(_EARLY)
            return Standing(_SURETIES.index(surety), not early)
    return _of_record(record, editions_alike=editions_alike)


def speakers(
    records: Sequence[Source], *fields: str, editions_alike: bool = False
) -> tuple[Sequence[Source], Standing]:
    """The records of highest standing that have one of these fields (all, where none has), and that standing.

    The fields are decided together and kept under the first one's name. `editions_alike`: an early edition's word
    counts as much as a published one's.
    """
    having = [r for r in records if any(getattr(r, field) not in (None, "", ()) for field in fields)] or records
    standings = [standing(record, fields[0], editions_alike=editions_alike) for record in having]
    best = max(standings)
    return [record for record, found in zip(having, standings, strict=True) if found == best], best


def standings_to_keep(merged: Source, standings: Mapping[str, Standing]) -> list[Signal]:
    """Signals for the fields that have another standing than the merged record itself."""
    return [
        Signal(
            name=LESS_SURE,
            value=_SURETIES[found.surety] + ("" if found.published else _EARLY),
            where=IN_FIELD + field,
        )
        for field, found in standings.items()
        if found not in (_of_record(merged), _of_record(merged, editions_alike=True))
    ]


def placement_field(placement: Placement) -> str:
    """The name under which the standing of a placement's text is kept."""
    return f"placements {placement.guide} {placement.domain}"


_STANDINGS: Final = {
    (surety, published): Standing(surety, published) for surety in range(3) for published in (False, True)
}


def _of_record(record: Source, *, editions_alike: bool = False) -> Standing:
    known = record.existence
    surety = 0 if known.state != "verified" else 2 if known.how == "read" else 1
    return _STANDINGS[surety, editions_alike or record.kind not in EARLY_EDITIONS]
