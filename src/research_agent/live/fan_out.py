"""All questions to all services at once: results come as they come, and nobody waits for the slowest.

A service takes as many questions at a time as its limit says; the others of its line wait, in the order of the plan.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import anyio

from research_agent.live.first_error import first_error
from research_agent.live.outcomes import NOTHING_FOR_IT, merged
from research_agent.live.services import Services, Told
from research_agent.model.progress import Progress, Step, unwatched
from research_agent.model.search import PlannedQuery, ServiceOutcome
from research_agent.sources.connectors import Connector, Page, Query
from research_agent.sources.http.deadline import Deadline

OnTold = Callable[[PlannedQuery, Told], None]


def _unheard(_: PlannedQuery, __: Told) -> None:
    """Results that nobody takes as they come."""


async def fan_out(
    services: Services,
    queries: Sequence[PlannedQuery],
    deadline: Deadline,
    on_told: OnTold = _unheard,
    progress: Progress = unwatched,
    *,
    wanted: int | None = None,
) -> tuple[ServiceOutcome, ...]:
    """Put each query to each service that it names; ends when all have answered, or when the time is up.

    Both callbacks are called in the caller's event loop, one after another. What they raise ends the fan-out and is
    raised as it is. A cancelled fan-out leaves no task and no connection behind.

    Args:
        services: who can be asked. What a query names and is not among them is left out.
        queries: in the order in which each service is asked them.
        deadline: when the run ends; what is unfinished then is "not checked", what came by then is kept.
        on_told: takes what one service told to one query, as soon as it did.
        progress: is told of each service how many of its questions are done.
        wanted: candidates of each service to each query after which it is asked for no more; None: `Query`'s own.

    Returns:
        What each service did with all its questions, in the registry's order; services without any as "not asked".
    """
    lines = [
        _Line(
            one,
            [query for query in queries if one.name in query.services],
            on_told,
            progress,
            unasked=services.why_unasked(one.name) or NOTHING_FOR_IT,
        )
        for one in services.connectors
    ]
    with first_error():
        async with anyio.create_task_group() as tasks:
            for line in lines:
                for _ in range(min(services.at_once(line.connector.name), len(line.queries))):
                    tasks.start_soon(line.work, services, deadline, wanted)
    return (*(line.outcome for line in lines), *services.unloadable)


@dataclass
class _Line:
    """One service with its questions, of which as many are under way as there are tasks at work on it."""

    connector: Connector
    queries: Sequence[PlannedQuery]
    on_told: OnTold
    progress: Progress
    unasked: str
    told: list[ServiceOutcome] = field(default_factory=list)
    candidates: int = 0

    def __post_init__(self) -> None:
        self._waiting: Iterator[PlannedQuery] = iter(self.queries)

    @property
    def outcome(self) -> ServiceOutcome:
        """What the service did with all of it."""
        return merged(self.connector.name, self.connector.title, self.told, self.unasked)

    async def work(self, services: Services, deadline: Deadline, wanted: int | None) -> None:
        """Ask one question after another, until none is left."""
        for planned in self._waiting:
            told = await services.search(self.connector.name, _query(planned, wanted), deadline, self._came)
            self.told.append(told.outcome)
            self._say()
            self.on_told(planned, told)

    def _came(self, page: Page) -> None:
        self.candidates += len(page.candidates)
        self._say()

    def _say(self) -> None:
        text = f"{self.connector.title}: {self.candidates} found"
        outcome = self.outcome if self.told else None
        if outcome and outcome.state in {"not_checked", "not_asked"}:
            text = f"{self.connector.title}: {outcome.state.replace('_', ' ')}, {outcome.why}"
        self.progress(
            Step(name=f"search {self.connector.name}", text=text, done=len(self.told), total=len(self.queries))
        )


def _query(planned: PlannedQuery, wanted: int | None) -> Query:
    usual = Query(text=planned.text, since=planned.since)
    return usual.model_copy(update={"wanted": wanted}) if wanted else usual
