"""What is kept for each host or service: made when first asked for, the longest unused forgotten."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Generic, TypeVar

Kept = TypeVar("Kept")

MOST_KEPT: Final = 2_000
"""A long-lived service meets thousands of hosts; what is kept of one is about a kilobyte."""


class PerHost(Generic[Kept]):
    """A value for each name."""

    def __init__(self, *, most: int = MOST_KEPT) -> None:
        """Keep at most so many."""
        self._most = most
        self._kept: OrderedDict[str, Kept] = OrderedDict()

    def of(self, name: str, make: Callable[[], Kept]) -> Kept:
        """What is kept under this name, made now where nothing is."""
        if name not in self._kept:
            self._kept[name] = make()
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        self._kept.move_to_end(name)
        return self._kept[name]
