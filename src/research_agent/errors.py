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


class BudgetSpentError(ResearchAgentError):
    """What may be spent is too little for one more question; nothing was asked."""

    exit_code = 4

    def __init__(self, spent_usd: float, most_usd: float) -> None:
        """Say what was spent and what may be, in US dollars."""
        self.spent_usd, self.most_usd = spent_usd, most_usd
        super().__init__(
            f"The budget of {most_usd:.2f} USD has no room for one more question: {spent_usd:.4f} USD are spent, "
            "answers under way not counted. What was answered is kept. Allow more to go on."
        )


class ConnectorError(ResearchAgentError):
    """A service did not answer as its documentation says; whoever asked knows nothing yet."""

    exit_code = 4

    def __init__(self, service: str, came: str, *, status: int | None = None) -> None:
        """Say what came.

        Args:
            service: name of the service, as people know it.
            came: what came, and what was expected.
            status: HTTP status of the answer.
        """
        self.service, self.status = service, status
        super().__init__(f"{service}: {came}")


class ServiceBusyError(ConnectorError):
    """The service asks for patience: too many requests, or no room at the moment."""

    def __init__(
        self, service: str, came: str, *, status: int | None = None, wait_seconds: float | None = None
    ) -> None:
        """Say what came, and for how many seconds the service asks to be left alone (None: it does not say)."""
        self.wait_seconds = wait_seconds
        super().__init__(service, came, status=status)


class ServiceDownError(ConnectorError):
    """The service failed on its own side (5xx)."""


class ServiceRefusedError(ConnectorError):
    """The service does not take the request: a missing key, a spent budget, or a query that it can't read."""


class DeclinedError(ServiceRefusedError):
    """A model declined to answer this question; others it may answer."""


class AnswerError(ConnectorError):
    """The answer is not what the service documents: cut off, another format, another shape, too large."""


class NotAllowedError(ResearchAgentError):
    """Whoever asks may not do this."""


class NetworkError(ResearchAgentError):
    """The network gave no usable answer: what asked for it is "not checked", never "not found"."""

    exit_code = 4

    def __init__(self, message: str, *, passing: bool = False, retry_after: float | None = None) -> None:
        """Say what happened.

        Args:
            message: What happened, what was kept and what to do.
            passing: Whether the same request may succeed if it is made again.
            retry_after: Seconds after which the service wants to be asked again; None: it did not say.
        """
        super().__init__(message)
        self.passing, self.retry_after = passing, retry_after


class UnreachableError(NetworkError):
    """No connection: no such name, refused, reset, broken off, or a certificate that does not hold."""


class TimedOutError(NetworkError):
    """An attempt took longer than it may."""


class DeadlineExceededError(NetworkError):
    """The time that the whole run was given is up, or too short for one more attempt."""


class CircuitOpenError(NetworkError):
    """The host failed so often of late that it is left alone for a while."""


class RateLimitedError(NetworkError):
    """The service asked for fewer requests (429)."""


class ServiceFailedError(NetworkError):
    """The service answered that it can't answer now (a 5xx, or 408 or 425)."""


class TooLargeError(NetworkError):
    """An answer is larger than we take, as it comes or when it is unpacked; nothing of it was kept."""


class UnexpectedContentError(NetworkError):
    """An answer is not of a kind that was asked for, or can't be unpacked."""


class RedirectError(NetworkError):
    """An answer leads elsewhere too often, in a circle, or to nowhere."""


class NotPublicError(NetworkError):
    """An address that is not on the public internet, or not one of a web page; nothing was sent to it."""


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
