"""Stand-ins for a module's tests, and a client that asks them without waiting for anybody's limits."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

import anyio
import pytest

from research_agent.sources.connectors import Access, Ask, Connector, Page, answer_of, call_of, connector, exchange
from research_agent.sources.http.client import HttpClient
from research_agent.sources.http.deadline import Deadline
from research_agent.sources.http.politeness import Politeness
from stand_ins import StandIns, serving

Driving = Callable[[Connector, Ask | None, int], Sequence[Page]]


@pytest.fixture(scope="session")
def stand_ins() -> Iterator[StandIns]:
    with serving() as started:
        yield started


def asked_at(stand_ins: StandIns, name: str) -> Connector:
    """The connector, pointed at its stand-in."""
    return connector(name, Access(key="any", contact="ada@example.org", base=f"{stand_ins.address}/{name}"))


def drive(service: Connector, first: Ask | None, wanted: int = 10_000) -> list[Page]:
    """All pages of what a connector asks, over HTTP."""

    async def at_once(_: float) -> None:
        await anyio.sleep(0)

    async def driven() -> list[Page]:
        assert first is not None
        flow = exchange(service, first, wanted)
        async with HttpClient.open(own_services=[first.address], politeness=Politeness(), sleep=at_once) as client:
            ask = next(flow)
            try:
                while True:
                    came = await client.fetch(call_of(ask, service.limit), Deadline.after(60))
                    ask = flow.send(answer_of(ask, came, datetime.now(UTC)))
            except StopIteration as end:
                pages: list[Page] = end.value
                return pages

    return anyio.run(driven)
