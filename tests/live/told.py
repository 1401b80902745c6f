"""Services that answer what a test says, and works to verify."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from research_agent.live.services import Told
from research_agent.model.candidate import Candidate, Provenance
from research_agent.model.search import ServiceOutcome, ServiceState
from research_agent.model.source import Existence, Identifiers, Signal, Source
from research_agent.sources.connectors import Connector, connector
from research_agent.sources.http.deadline import Deadline
from research_agent.sources.naming import Name, identify

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
DOI = "10.1145/2408776.2408794"
ASKED = ("crossref", "datacite", "openalex", "arxiv", "ietf", "github", "web", "wayback")

PAPER = Source(
    id="dean-2013-tail",
    title="The Tail at Scale",
    url="https://doi.org/10.1145/2408776.2408794",
    authors=("Jeffrey Dean", "Luiz André Barroso"),
    origin="Jeffrey Dean",
    year=2013,
    kind="paper",
    identifiers=identify("https://doi.org/10.1145/2408776.2408794"),
    existence=Existence(state="verified", how="read", on=date(2026, 11, 1), where="https://example.org/tail.pdf"),
)
POST = Source(
    id="brooker-2015-jitter",
    title="Exponential Backoff And Jitter",
    url="https://clouds.example.org/blog/backoff-and-jitter",
    authors=("Marc Brooker",),
    origin="Clouds",
    year=2015,
    kind="engineering_blog",
    identifiers=Identifiers(url="https://clouds.example.org/blog/backoff-and-jitter"),
    existence=Existence(state="verified", how="read", on=date(2026, 11, 1)),
)
PROJECT = Source(
    id="loom",
    title="loom: retries for shuttles",
    url="https://github.com/lovelace/loom",
    authors=("lovelace",),
    origin="lovelace",
    kind="repository",
    identifiers=identify("https://github.com/lovelace/loom"),
    existence=Existence(state="verified", how="read", on=date(2026, 11, 1)),
)


def candidate(service: str, source: Source, **told: Any) -> Candidate:
    """What a service tells of a work: as the record has it, but for what is told otherwise."""
    fields: dict[str, Any] = {
        "title": source.title,
        "url": source.url,
        "identifiers": source.identifiers,
        "authors": source.authors,
        "year": source.year,
        "kind": source.kind,
        "provenance": Provenance(
            service=service,
            address=f"https://{service}.example.org/ask",
            record=f"https://{service}.example.org/record",
            at=NOW,
            raw="{}",
        ),
    }
    return Candidate(**{**fields, **told})


def fact(name: str, value: Any, service: str = "crossref") -> Signal:
    """A signal as a service tells it."""
    return Signal(name=name, value=value, where=f"https://{service}.example.org/record", on=NOW.date())


class Asked:
    """Services that answer as they are told to; those that were told nothing know nothing."""

    def __init__(
        self,
        answers: Mapping[tuple[str, str], Sequence[Candidate] | str] | None = None,
        names: Sequence[str] = ASKED,
        down: str = "",
    ) -> None:
        """Answer by service and name of the work: with candidates, or with why the service gave none.

        Args:
            answers: what they say.
            names: the services that there are.
            down: why none of them answers.
        """
        self._answers, self._down = dict(answers or {}), down
        self.connectors: tuple[Connector, ...] = tuple(map(connector, names))
        self.questions: list[tuple[str, Name]] = []

    async def look_up(self, name: str, work: Name, deadline: Deadline) -> Told:
        one = next(one for one in self.connectors if one.name == name)
        if deadline.remaining <= 0:
            return _told(one, (), "not_checked", "had not answered when the time was up")
        if one.look_up(work) is None:
            return _told(one, (), "not_asked", "it can't be asked this")
        self.questions.append((name, work))
        if self._down:
            return _told(one, (), "not_checked", self._down)
        answer = self._answers.get((name, work[1]), ())
        if isinstance(answer, str):
            return _told(one, (), "not_checked", answer)
        return _told(one, tuple(answer), "answered", "")

    def asked(self) -> list[str]:
        """The services that were asked, in that order."""
        return [service for service, _ in self.questions]


def _told(one: Connector, candidates: tuple[Candidate, ...], state: ServiceState, why: str) -> Told:
    outcome = ServiceOutcome(
        service=one.name, title=one.title, state=state, why=why, asked=1, candidates=len(candidates)
    )
    return Told(candidates, outcome)
