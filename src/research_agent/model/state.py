"""How far the bibliography of one domain is."""

from typing import Literal

from pydantic import Field

from research_agent.model.base import Record
from research_agent.model.bibliography import Gap

StateWord = Literal["none", "partial", "complete", "stale"]


class DomainState(Record):
    """The state of one domain's bibliography."""

    state: StateWord = Field(
        description="none: there is none yet; partial: it has gaps; complete: every constraint holds; "
        "stale: what it was made from has changed since."
    )
    gaps: tuple[Gap, ...] = Field(default=(), description="Its gaps, as of when it was made.")
    not_checked: tuple[str, ...] = Field(
        default=(), description="Titles of live services that its search could not look at, in whole or in part."
    )
    text: str = Field(description="For people.")
