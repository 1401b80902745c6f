"""Signals that services can tell, each under one name whichever service tells it. Pure.

Those of `sources.observed.RECORDED` keep their names and meanings there; the others are described here.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from research_agent.model.source import Signal

TOLD_BY_SERVICES: Final[Mapping[str, str]] = {
    "age_guessed": "the day that a search engine takes for the page's",
    "answered": "true: an answer was accepted or voted up",
    "answers": "how many answers or comments it got, as of the day",
    "archived_copy": "address of a copy in a web archive",
    "archived_on": "day of that copy",
    "closed": "why its forum closed it",
    "concern": "the notice that expresses concern about it",
    "corrected_by": "the notices that correct it",
    "dependents": "how many packages depend on it, as of the day",
    "discussed_at": "address of a discussion of it",
    "downloads": "how often it was downloaded, in the time that the value names",
    "draft_state": "where a draft stands: active, expired, replaced",
    "forked": "true: it is a copy of another repository",
    "indexed_by": "the service that keeps a record of it",
    "notice_of": "the work that it corrects or retracts: it is the notice, not the work",
    "open_access": "true: the whole text is free to read",
    "same_work_as": "DOIs of other manifestations of it, such as its preprint",
    "stars": "how many people marked it, as of the day",
    "venue": "journal, proceedings or series in which it stands",
    "votes": "points that readers gave it, as of the day",
    "withdrawn": "true: its authors withdrew it",
}
"""Signals that are not among those of `sources.observed`, each with what its value says."""


class Seen:
    """Collects the signals of one record: all with the same place and day, and only what was said."""

    def __init__(self, where: str, on: date) -> None:
        """Start with none.

        Args:
            where: address of the record in which they are seen.
            on: the day.
        """
        self._where, self._on = where, on
        self._signals: list[Signal] = []

    def add(self, name: str, value: bool | float | str | None, *, where: str = "") -> None:
        """Add a signal, unless the service said nothing (None or an empty text)."""
        if value is not None and value != "":
            self._signals.append(Signal(name=name, value=value, where=where or self._where, on=self._on))

    def all(self) -> tuple[Signal, ...]:
        """The signals, in the order in which they were added."""
        return tuple(self._signals)
