"""The signals that a record's own fields yield. Pure; what has to be looked up elsewhere is not observed here."""

from typing import Final

from research_agent.model.source import Signal, Source

ALSO_AT: Final = "also_at"
"""Name of the signals that hold further addresses of a work, in normal form."""
PUBLISHED_IN: Final = "published_in"
"""Name of the signal that holds a month of publication ("2022-06") where the day was not seen."""
UPDATED_IN: Final = "updated_in"
"""The same of the last change."""
FOUNDATIONAL: Final = "foundational"
"""Name of the signals that hold a reason why later work rests on this one, each with the address that says so."""

IN_FIELD: Final = "record field "
"""How the places begin of signals that follow from a record's own fields."""


def recorded_signals(source: Source) -> tuple[Signal, ...]:
    """What the fields say of credibility, each with the field and the day on which the record was checked.

    `peer_reviewed` (true or false), `standard_status` ("standard" or "draft", for those kinds), `version`. A field
    that is empty yields nothing: not observed.
    """
    on = source.existence.on
    seen: list[Signal] = []
    if source.peer_reviewed is not None:
        seen.append(Signal(name="peer_reviewed", value=source.peer_reviewed, where=IN_FIELD + "peer_reviewed", on=on))
    if source.kind in ("standard", "draft"):
        seen.append(Signal(name="standard_status", value=source.kind, where=IN_FIELD + "kind", on=on))
    if source.version:
        seen.append(Signal(name="version", value=source.version, where=IN_FIELD + "version", on=on))
    return tuple(seen)


def observed_in_fields(signal: Signal) -> bool:
    """Whether this signal follows from the record's fields, so that it is made anew when they change."""
    return signal.where.startswith(IN_FIELD)
