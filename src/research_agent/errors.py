"""One tree of errors, so that a caller can catch at the height that they need.

Every message says what happened, what was kept and what to do about it; none needs a traceback.
"""

from collections.abc import Iterable
from typing import ClassVar


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
        from difflib import get_close_matches

        self.what, self.name = what, name
        names = list(dict.fromkeys(known))
        lowered = {candidate.lower(): candidate for candidate in reversed(names)}
        near = get_close_matches(name.lower(), list(lowered), n=5, cutoff=0.5)
        contained = [key for key in lowered if name and name.lower() in key]
        self.near = list(dict.fromkeys(lowered[key] for key in [*near, *contained]))[:5]
        if self.near:
            hint = "Did you mean " + ", ".join(self.near) + "?"
        elif names:
            hint = "Known: " + ", ".join(names[:12]) + (", ..." if len(names) > 12 else "") + "."
        else:
            hint = f"No {what} is known here yet."
        super().__init__(f"There is no {what} {name!r}. {hint}")


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
