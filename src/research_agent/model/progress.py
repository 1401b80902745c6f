"""What a long job tells while it runs, as values that a terminal, a log or a client can show."""

from collections.abc import Callable

from pydantic import Field

from research_agent.model.base import Record


class Step(Record):
    """How far one step of a job is."""

    name: str = Field(description='Stays the same while the step runs: "ingest", "domain 2".')
    text: str = Field(description="For people.")
    done: int = Field(ge=0, description="Units of work done; rises.")
    total: int = Field(ge=0, description="Units of work in all.")


Progress = Callable[[Step], None]


def unwatched(_: Step) -> None:
    """Progress that nobody watches."""
