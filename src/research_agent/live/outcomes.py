"""What a service did, in one line: of one question, and of all that it was asked. Pure."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from research_agent.errors import (
    CircuitOpenError,
    ConnectorError,
    DeadlineExceededError,
    ResearchAgentError,
    UnreachableError,
)
from research_agent.model.search import ServiceOutcome, ServiceState
from research_agent.sources.http.reaching import no_way_to_it

OUT_OF_TIME: Final = "had not answered when the time was up"
NO_TURN: Final = "its limit allows no further question before the time is up"
NOTHING_FOR_IT: Final = "nothing was for it"
LEFT_ALONE: Final = "it failed too often, and was left alone for a while"

_HARDLY_ANY: Final = 1.0
"""Seconds: with more left, it is not the run's time that was missing but the service's turn, which is said apart."""
_LONGEST_LINE: Final = 300
"""Characters: an error's sentence with an address in it fits, what a service wrote into it does not run on."""
_MOST_REASONS: Final = 3
_GIVEN_UP: Final = ". It is not asked again: "
"""How an error goes on whose request was made several times; an outcome is one sentence."""
_QUERY: Final = re.compile(r"(?<=\S)\?[\w.%+-]+=\S+")
"""The query of an address: an index's names all the fields that it wants, which no reader does."""


def why_failed(error: ResearchAgentError, title: str, remaining: float) -> str:
    """Why a service gave no answer, in one line.

    Args:
        error: what asking it ended with.
        title: the service, as people know it.
        remaining: seconds that the run has left.
    """
    if isinstance(error, UnreachableError) and no_way_to_it(error):
        return unreachable(title)
    if isinstance(error, DeadlineExceededError):
        return OUT_OF_TIME if remaining < _HARDLY_ANY else NO_TURN
    if isinstance(error, CircuitOpenError):
        return LEFT_ALONE  # for how many seconds more differs by the question
    told = str(error)
    if isinstance(error, ConnectorError):
        told = told.removeprefix(f"{title}: ")  # the title stands beside the line
    return one_line(told.replace(_GIVEN_UP, "; it is not asked again: "))


def unreachable(title: str) -> str:
    """Why a service gave no answer that nobody could reach, in one line."""
    return f"no network: {title} could not be reached"


def one_line(text: str) -> str:
    """A text as one line without its last full stop and the queries of addresses, cut where it is too long for one."""
    line = _QUERY.sub("?…", " ".join(text.split())).removesuffix(".")
    return line if len(line) <= _LONGEST_LINE else f"{line[: _LONGEST_LINE - 1]}…"


def named_as_set(line: str, address: str) -> str:
    """A line with the whole address that a user set for a service where it names that address by its host alone.

    A host of one's own may be that of many services: "127.0.0.1:8900/crossref can't answer now (503)".
    """
    host = urlsplit(address).hostname
    if not host:
        return line
    whole = address.partition("://")[2].rstrip("/")
    return re.sub(rf"(?<![\w./:@-]){re.escape(host)}(?![\w.:/-])", lambda _: whole, line)


def merged(service: str, title: str, told: Sequence[ServiceOutcome], unasked: str = NOTHING_FOR_IT) -> ServiceOutcome:
    """What a service did with all its questions: answered only if it answered every one of them.

    Args:
        service: name of the connector.
        title: as people write it.
        told: an outcome for each question, in any order.
        unasked: why it was asked nothing, if no outcome says it.
    """
    put = [one for one in told if one.state != "not_asked"]
    reasons = Counter(one.why for one in put if one.why)
    if not put:
        return ServiceOutcome(
            service=service,
            title=title,
            state="not_asked",
            why=next((one.why for one in told if one.why), unasked),
        )
    return ServiceOutcome(
        service=service,
        title=title,
        state=_state_of([one.state for one in put]),
        why=_reasons(reasons, len(put)),
        asked=sum(one.asked for one in put),
        candidates=sum(one.candidates for one in put),
    )


def _state_of(states: Sequence[ServiceState]) -> ServiceState:
    return states[0] if len(set(states)) == 1 else "in_part"


def _reasons(reasons: Counter[str], questions: int) -> str:
    """The reasons, the commonest first, each with how many of the questions it stood in the way of.

    That a service was left alone is the consequence of the others, and comes after them.
    """
    told = sorted(reasons.items(), key=lambda one: (one[0] == LEFT_ALONE, -one[1], one[0]))
    if len(told) == 1 and told[0][1] == questions:
        return told[0][0]
    lines = [f"{count} of {_counted(questions)}: {why}" for why, count in told[:_MOST_REASONS]]
    others = len(told) - _MOST_REASONS
    return "; ".join([*lines, *([f"and {others} more reasons"] if others > 0 else [])])


def _counted(questions: int) -> str:
    return f"{questions} question{'' if questions == 1 else 's'}"
