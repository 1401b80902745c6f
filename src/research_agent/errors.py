"""One tree of errors, so that a caller can catch at the height that they need.

Every message says what happened, what was kept and what to do about it; none needs a traceback.
"""

from collections.abc import Iterable
from typing import ClassVar

_LONGEST_NAME_SHOWN = 80


class ResearchAgentError(Exception):
    """Anything this package raises on purpose."""

    exit_code: ClassVar[int] = 1


class UsageError(ResearchAgentError):
    """The caller asked for something that can't be: mend the call."""

    exit_code = 2


class UnknownNameError(UsageError):
    """A domain, source, model, criterion or other name that does not exist here."""

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        """Name the thing, and the known names nearest to it (at most five)."""
        self.what, self.name = what, name
        names = list(dict.fromkeys(known))
        self.near = _nearest(name, names)
        if self.near:
            hint = "Did you mean " + ", ".join(self.near) + "?"
        elif names:
            hint = "Known: " + ", ".join(names[:12]) + (", ..." if len(names) > 12 else "") + "."
        else:
            hint = f"No {what} is known here yet."
        shown = name if len(name) <= _LONGEST_NAME_SHOWN else f"{name[:_LONGEST_NAME_SHOWN]}…"
        super().__init__(f"There is no {what} {shown!r}. {hint}")


class GuideError(UsageError):
    """A file that is not a guide, or a guide that contradicts itself."""


class RecordError(UsageError):
    """Lines of a corpus file that can't be read; names file and line of each."""


class DataError(ResearchAgentError):
    """A shipped file is missing or is not what its hash says."""

    exit_code = 3


class StoreError(ResearchAgentError):
    """The data directory, the catalogue or an index can't be used."""

    exit_code = 3


class StoreBusyError(StoreError):
    """Another process holds the store's write lock for longer than we may wait."""


class EmbeddingError(ResearchAgentError):
    """An embedding model could not be run or reached, or gave no vectors."""


class SolverError(ResearchAgentError):
    """The solver of the selection stopped without a proof."""


class OutputError(ResearchAgentError):
    """An output could not be written; says what was."""

    exit_code = 3


class NotAllowedError(ResearchAgentError):
    """Whoever asks may not do this."""


def _nearest(name: str, names: list[str]) -> list[str]:
    """The names most like this one, case and punctuation aside, at most five.

    A bare number is like no other name, nor is a text too long to be one.
    """
    from difflib import get_close_matches

    if name.strip().isdigit() or len(name) > _LONGEST_NAME_SHOWN:
        return []
    bare = {_letters_and_digits(candidate): candidate for candidate in reversed(names)}
    wanted = _letters_and_digits(name)
    near = get_close_matches(wanted, list(bare), n=5, cutoff=0.6)
    containing = [key for key in bare if len(wanted) > 2 and wanted in key]
    return list(dict.fromkeys(bare[key] for key in [*near, *sorted(containing, key=len)]))[:5]


def _letters_and_digits(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())
