"""Collect the signals of a service's record, under the names and meanings of `sources.observed.RECORDED`. Pure."""

from datetime import date

from research_agent.model.source import Signal


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
