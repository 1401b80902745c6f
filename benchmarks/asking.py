"""Ask one service one question, in a process of its own whose memory is measured (`live`)."""

import sys
from pathlib import Path

import anyio

from research_agent.live.services import Services
from research_agent.settings import Settings
from research_agent.sources.connectors import Query
from research_agent.sources.http.deadline import Deadline

SECONDS = 60.0


async def ask(address: str, service: str, folder: str) -> str:
    """What came of it: "answered", "not_checked"."""
    async with Services.open(Settings(stand_ins=address, data_dir=Path(folder)), only=[service]) as services:
        told = await services.search(service, Query(text="retry"), Deadline.after(SECONDS))
        return told.outcome.state


if __name__ == "__main__":
    address, service, expected, folder = sys.argv[1:]
    came = anyio.run(ask, address, service, folder)
    sys.exit(None if came == expected else f"{service}: {came} where {expected} was expected")
