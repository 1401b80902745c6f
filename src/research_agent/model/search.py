"""What a search of live sources asked, what came of it, what could not be asked, and what was taken in."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from research_agent.model.base import Record

ServiceState = Literal["answered", "in_part", "not_checked", "not_asked"]


class PlannedQuery(Record):
    """One question to services, and what it is asked for."""

    text: str = Field(min_length=1, max_length=1_000, description='Words; "in quotes" they are a phrase.')
    services: tuple[str, ...] = Field(description='Names of the connectors that are asked it: "crossref".')
    focus: str = Field(default="", description="Id of the focus bullet that it is for; empty: the whole domain.")
    category: str = Field(default="", description="Id of the category that it is for; empty: any.")
    since: int | None = Field(default=None, ge=1400, le=2100, description="Earliest year; None: any.")


class ServiceOutcome(Record):
    """What one service answered to all that it was asked in a round."""

    service: str = Field(description="Name of the connector.")
    title: str = Field(description="As people write it.")
    state: ServiceState = Field(
        description="answered: to all it was asked; in_part: to some of it, or it said itself that its answer is "
        "incomplete; not_checked: to nothing, so nothing is known; not_asked: it has no key or address, or nothing "
        "was for it."
    )
    why: str = Field(default="", description="What stood in the way, in one line; empty: nothing did.")
    asked: int = Field(default=0, ge=0, description="Questions that were put to it.")
    candidates: int = Field(default=0, ge=0, description="Candidates that it told of.")


class Round(Record):
    """One round of a search: its questions, what they brought, and what is still missing."""

    number: int = Field(ge=1, description="From 1.")
    queries: tuple[PlannedQuery, ...] = Field(description="What was asked.")
    services: tuple[ServiceOutcome, ...] = Field(description="What each service did, in the registry's order.")
    candidates: int = Field(ge=0, description="What services told of, before it was known which are one work.")
    works: int = Field(ge=0, description="Different works among them.")
    added: int = Field(ge=0, description="Works that the library did not hold before.")
    left_out: int = Field(default=0, ge=0, description="Works that come near no bullet, or have no place in the guide.")
    chosen: int = Field(default=0, ge=0, description="Works of this round that are in the bibliography after it.")
    gaps: tuple[str, ...] = Field(default=(), description="What the bibliography still misses after it, in words.")


class Search(Record):
    """A search of live sources for one domain, round by round."""

    at: datetime = Field(description="When it began, with its time zone.")
    rounds: tuple[Round, ...] = Field(description="At most three.")
    ended: str = Field(default="", description="Why there was no further round, in one line.")
    stand_ins: str = Field(
        default="",
        exclude_if=lambda address: not address,
        description="Address of stand-ins that were asked in the place of all services, whose answers prove nothing; "
        "left out: the services themselves were.",
    )

    @property
    def not_checked(self) -> tuple[ServiceOutcome, ...]:
        """Services that failed in a round, in part or in whole, the last failure of each; in their order."""
        failed = {one.service: one for each in self.rounds for one in each.services if one.state in _FAILED}
        return tuple(failed.values())


_FAILED = ("in_part", "not_checked")


class PlacedIn(Record):
    """A domain that a work now serves."""

    domain: str = Field(description="Id of the domain.")
    category: str = Field(description="Id of the category that it is filed under there.")
    cosine: float | None = Field(
        default=None, description="Nearness of its text to the nearest bullet, -1 to 1; None: it has no text."
    )
    curated: bool = Field(default=False, description="A reader's text of it was there already, and stays.")


class TakenIn(Record):
    """What became of a work."""

    source: str = Field(description="Id under which the library holds it; empty: it was not taken in.")
    new: bool = Field(description="Whether the library did not hold it before.")
    placed: tuple[PlacedIn, ...] = Field(description="The domains that it was taken in for, the nearest first.")
    serves: tuple[str, ...] = Field(default=(), description="Ids of the guide's domains that it served before.")
    why: str = Field(default="", description="Why it serves none of the guide's domains; empty: it does.")
