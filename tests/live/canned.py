"""Services that answer out of a table, and candidates on clocks to fill it with (the small guide's third domain)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import anyio

from research_agent.live.services import Services, Told
from research_agent.model.candidate import Candidate, Provenance
from research_agent.model.search import ServiceOutcome
from research_agent.model.source import Signal
from research_agent.sources.connectors import Connector, Page, Query, connectors
from research_agent.sources.http.deadline import Deadline
from research_agent.sources.naming import Name, identify

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

Answer = Callable[[Query], Sequence[Candidate]]


class Canned(Services):
    """Services whose answers are given: candidates by the connector's name, or why there are none."""

    def __init__(
        self,
        answers: Mapping[str, Answer | Sequence[Candidate] | str] | None = None,
        *,
        among: Iterable[Connector] | None = None,
        dead: str = "",
        pages: Mapping[str, Candidate | str] | None = None,
        before: Callable[[str, Query], None] | None = None,
    ) -> None:
        self.connectors = tuple(connectors() if among is None else among)  # type: ignore[misc]  # final to others
        self.unloadable = ()  # type: ignore[misc]
        self.stand_ins = ""  # type: ignore[misc]
        self._answers = answers or {}
        self._dead = dead
        self._pages = pages or {}
        self._before = before
        self.asked: list[tuple[str, Query]] = []
        self.looked_up: list[str] = []

    async def search(
        self, name: str, query: Query, deadline: Deadline, on_page: Callable[[Page], None] = lambda _: None
    ) -> Told:
        self.asked.append((name, query))
        await anyio.sleep(0)
        if self._before:
            self._before(name, query)
        answer = self._answers.get(name, self._dead or ())
        if isinstance(answer, str):
            return Told((), self._outcome(name, "not_checked", answer, 0))
        found = tuple(answer(query) if callable(answer) else answer)
        return Told(found, self._outcome(name, "answered", "", len(found)))

    async def look_up(self, name: str, work: Name, deadline: Deadline) -> Told:
        self.looked_up.append(work[1])
        page = self._pages.get(work[1], self._dead)
        if isinstance(page, str):
            return Told((), self._outcome(name, "not_checked" if page else "answered", page, 0))
        return Told((page,), self._outcome(name, "answered", "", 1))

    def texts(self, name: str) -> list[str]:
        """What a service was asked, in order."""
        return [query.text for asked, query in self.asked if asked == name]

    def _outcome(self, name: str, state: Any, why: str, candidates: int) -> ServiceOutcome:
        title = self.connector(name).title
        return ServiceOutcome(service=name, title=title, state=state, why=why, asked=1, candidates=candidates)


def a_candidate(
    title: str,
    abstract: str = "",
    *,
    service: str = "crossref",
    url: str = "",
    doi: str | None = None,
    signals: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Candidate:
    """What a service says of a work; without an address it has one of its title."""
    slug = "-".join(title.lower().split())
    url = url or (f"https://doi.org/{doi}" if doi else f"https://example.org/{slug}")
    record = f"https://{service}.example/{slug}"
    usual: dict[str, Any] = {"kind": "paper", "authors": ("Jane Doe",), "year": 2020, "language": "en"}
    return Candidate(
        title=title,
        abstract=abstract,
        url=url,
        identifiers=identify(url, doi),
        signals=tuple(
            Signal(name=name, value=value, where=record, on=AT.date()) for name, value in (signals or {}).items()
        ),
        provenance=Provenance(
            service=service, address=f"https://{service}.example/?q=x", record=record, at=AT, raw='{"title": "x"}'
        ),
        **{**usual, **fields},
    )


PAPERS = (
    a_candidate(
        "Time, Clocks, and the Ordering of Events in a Distributed System",
        "Logical clocks order the events of a distributed system. A logical clock is a counter that each process "
        "raises between events and sends with its messages. The order that logical clocks give respects causality.",
        doi="10.1145/359545.359563",
        authors=("Leslie Lamport",),
        year=1978,
        signals={"citations": 12000},
    ),
    a_candidate(
        "Sizes of Vector Clocks and Version Vectors",
        "Vector clocks and version vectors grow with the number of processes. We compare the size of vector clocks "
        "with the size of version vectors in replicated stores.",
        doi="10.1145/1000.1001",
        authors=("Ada Vector",),
        year=2018,
    ),
    a_candidate(
        "Hybrid Clocks for Replicated Stores",
        "Hybrid clocks join logical clocks with physical time. We show how hybrid logical clocks bound their drift.",
        doi="10.1145/1000.1002",
        authors=("Sandeep Drift",),
        year=2019,
    ),
)
"""Three papers, one for each bullet."""

REPOSITORY = a_candidate(
    "vclock",
    "A library of vector clocks and version vectors for replicated data stores. "
    "Logical clocks and hybrid clocks are included.",
    service="github",
    url="https://github.com/clocks/vclock",
    kind="repository",
    authors=("clocks",),
    year=2024,
    updated="2024-05-01",
)
TALK = a_candidate(
    "Logical clocks explained",
    "This talk explains logical clocks, vector clocks and hybrid clocks with their size and their cost.",
    service="stack_exchange",
    url="https://conference.example/logical-clocks",
    kind="talk",
    authors=("Tess Teller",),
    year=2021,
)
POSTMORTEM = a_candidate(
    "Postmortem: version vectors that grew without bound",
    "In production the version vectors of our store grew to 4 MB for 3,000 requests per second. "
    "The vector clocks of removed nodes were never pruned from the version vectors.",
    service="hacker_news",
    url="https://engineering.store.example/version-vectors",
    kind="postmortem",
    authors=("Store Engineering",),
    year=2022,
)
STRANGER = a_candidate(
    "Bread baking at high altitude",
    "We study the rise of sourdough under low pressure. Loaves were baked at four altitudes.",
    doi="10.1145/1000.9999",
)
