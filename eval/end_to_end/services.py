"""Services that answer out of the closed set, so that names can be looked up without a network."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from eval.end_to_end.cases import Saying
from research_agent.live.services import Told
from research_agent.model.candidate import Candidate, Provenance
from research_agent.model.search import ServiceOutcome, ServiceState
from research_agent.model.source import Signal
from research_agent.sources.connectors import Connector, connectors
from research_agent.sources.http.deadline import Deadline
from research_agent.sources.naming import Name, address_of, identify

AS_OF: Final = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
"""When everything happens: a year's turn must not look like a change of the program."""


class ClosedServices:
    """All connectors, of which each knows what the set says that it knows. No request leaves the process."""

    def __init__(self, answers: Sequence[Saying]) -> None:
        self.connectors: tuple[Connector, ...] = tuple(connectors())
        self._answers: Mapping[tuple[str, str], Saying] = {(one.service, one.name): one for one in answers}

    async def look_up(self, name: str, work: Name, deadline: Deadline) -> Told:  # noqa: ARG002 - nothing takes long
        """What a service says of one work."""
        service = next(one for one in self.connectors if one.name == name)
        if service.look_up(work) is None:
            return _told(service, "not_asked", "it can't be asked this")
        saying = self._answers.get((name, work[1]))
        if saying is None:
            return _told(service, "answered")
        if saying.down:
            return _told(service, "not_checked", saying.down)
        return _told(service, "answered", candidates=(_candidate(saying, work),))


def _candidate(saying: Saying, work: Name) -> Candidate:
    address = address_of(*work)
    record = f"https://{saying.service}.example/{saying.name}"
    return Candidate(
        title=saying.title,
        url=address,
        identifiers=identify(address),
        authors=saying.authors,
        year=saying.year,
        full_text=saying.copy_at,
        signals=tuple(
            Signal(name=name, value=value, where=record, on=AS_OF.date()) for name, value in _signals(saying).items()
        ),
        provenance=Provenance(service=saying.service, address=record, record=record, at=AS_OF, raw="{}"),
    )


def _signals(saying: Saying) -> Mapping[str, bool | int | str]:
    return {**saying.signals, **({"archived_copy": saying.copy_at} if saying.copy_at else {})}


def _told(service: Connector, state: ServiceState, why: str = "", candidates: tuple[Candidate, ...] = ()) -> Told:
    outcome = ServiceOutcome(
        service=service.name, title=service.title, state=state, why=why, asked=1, candidates=len(candidates)
    )
    return Told(candidates, outcome)
