"""What a look at a source's names and address showed: each check with what was seen, and what follows from all."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from research_agent.model.base import Record
from research_agent.model.source import ExistenceState, Signal

ComparedField = Literal["title", "authors", "year"]


class Difference(Record):
    """A fact that the record and whoever was asked tell differently."""

    field: ComparedField = Field(description="Which fact.")
    ours: str = Field(description="As the record has it.")
    theirs: str = Field(description="As it was seen.")


class NameCheck(Record):
    """What one name of a source leads to: a DOI, an arXiv id, an RFC, a repository, or its address."""

    scheme: Literal["doi", "arxiv", "rfc", "draft", "repository", "url"] = Field(description="What kind of name it is.")
    name: str = Field(description='In its normal form: "10.1145/3547276.3548519", "9110", an address.')
    state: ExistenceState = Field(
        description="verified: what answers under the name is this work; contradicted: it is another work, or its "
        "facts are others; unverifiable: nothing there shows either; not_checked: nobody could look."
    )
    service: str = Field(default="", description="Who told: name of the connector; empty: nobody did.")
    title: str = Field(default="", description="The service, as people write it.")
    seen: str = Field(default="", description="What was seen there: title, authors, year; empty: nothing.")
    where: str = Field(default="", description="Address at which it was seen.")
    at: datetime | None = Field(default=None, description="When, with its time zone; None: nobody looked.")
    why: str = Field(default="", description="What the state rests on, in one line.")
    differences: tuple[Difference, ...] = Field(default=(), description="Facts that differ, whatever the state.")
    dead: bool = Field(default=False, description="Of an address: whoever keeps it says that there is nothing there.")
    copy_at: str = Field(
        default="", description="Of an address that shows nothing: a copy in a web archive; empty: none is known."
    )


class Verification(Record):
    """What is known of one source after its names and its address were looked at."""

    source: str = Field(description="Id of the source.")
    title: str = Field(description="Its title.")
    state: ExistenceState = Field(
        description="verified: one of its names leads to this work; contradicted: none does, and one leads to another "
        "work; not_checked: none does, and not all could be looked at; unverifiable: all were, and none shows it."
    )
    why: str = Field(description="What follows from the checks, in one line.")
    checks: tuple[NameCheck, ...] = Field(description="Each name that was looked at.")
    signals: tuple[Signal, ...] = Field(
        default=(), description="Facts found on the way that bear on credibility: retracted, archived, obsoleted ..."
    )
    at: datetime = Field(description="When it was looked at, with its time zone.")

    @property
    def contradicted(self) -> tuple[NameCheck, ...]:
        """The names that lead to another work, or to other facts: to be mended in the record, whatever its state."""
        return tuple(check for check in self.checks if check.state == "contradicted")

    @property
    def complete(self) -> bool:
        """Whether every name could be looked at."""
        return all(check.state != "not_checked" for check in self.checks)


class VerificationReport(Record):
    """What a look at many sources showed."""

    at: datetime = Field(description="When it began, with its time zone.")
    verifications: tuple[Verification, ...] = Field(description="Of the sources that were looked at, by id.")
    earlier: int = Field(default=0, ge=0, description="Sources that an earlier look had settled, and were left alone.")
    earlier_against: tuple[str, ...] = Field(
        default=(),
        description="Ids of those of them of which that look showed that the record or the work is not to be relied "
        "on: a name that leads elsewhere, a retraction, a withdrawal.",
    )
    within_days: int = Field(default=0, ge=0, description="How many days such an earlier look counts.")
    left: int = Field(default=0, ge=0, description="Sources that were not begun when the time was up.")

    def of(self, state: ExistenceState) -> tuple[Verification, ...]:
        """Those of this state."""
        return tuple(one for one in self.verifications if one.state == state)

    @property
    def incomplete(self) -> bool:
        """Whether something could not be looked at: a service failed, or the time was up."""
        return bool(self.left) or any(not one.complete for one in self.verifications)
