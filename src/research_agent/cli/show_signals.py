"""Observed facts about a work in words: those that should alarm a reader apart from the others."""

from collections.abc import Iterable, Sequence
from typing import Final

from research_agent.model.source import Signal
from research_agent.sources.observed import RECORDED, observed_in_fields

_ALARMING: Final = ("retracted", "withdrawn", "concern", "obsoleted_by", "archived", "renamed_to")
_SAID_ELSEWHERE: Final = "indexed_by"
"""Who keeps a record of a work stands where it is said who told of it."""


def alarming(signals: Iterable[Signal]) -> list[Signal]:
    """Those that speak against using a work, or its name, as it is: retracted, obsoleted, archived ...; worst first."""
    given = list(signals)
    return [one for name in _ALARMING for one in given if one.name == name and one.value not in (False, None)]


def remarkable(signals: Iterable[Signal]) -> list[Signal]:
    """Those that somebody observed and a reader may want to know; not those that say how a record was put together."""
    return [
        one
        for one in signals
        if one.observed and one.name in RECORDED and one.name != _SAID_ELSEWHERE and not observed_in_fields(one)
    ]


def in_words(signal: Signal) -> str:
    """Name and value: "citations: 41", "retracted", "open access: no"."""
    value = "" if signal.value is True else f": {'no' if signal.value is False else signal.value}"
    return f"{signal.name.replace('_', ' ')}{value}"


def each_once(signals: Sequence[Signal]) -> dict[str, list[Signal]]:
    """Signals that say the same, by what they say, in the order in which it is said first."""
    said: dict[str, list[Signal]] = {}
    for one in signals:
        said.setdefault(in_words(one), []).append(one)
    return said
