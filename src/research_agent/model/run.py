"""A run that outlives the call that asked for it: what it is made from, how far it is, where its result lies."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from research_agent.model.base import Record
from research_agent.model.search import ServiceOutcome

ALL_DOMAINS = "all"
"""In a request: every domain of the guide, in its order."""

RunState = Literal["queued", "running", "done", "failed", "cancelled"]


class RunRequest(Record):
    """What a run is made from, beside the library and what services tell: nothing else decides its result."""

    domain: str = Field(description='Number, slug or name of a domain; "all": every domain of the guide.')
    guide: str = Field(default="", description="Id of a guide; empty: the guide of the open workspace.")
    model: str = Field(default="", description="Model profile of the prompts; empty: that of the settings.")
    style: str = Field(default="", description="Citation style; empty: that of the settings.")
    rubric: str = Field(default="", description="Reading of RADAR; empty: that of the settings, or the guide's own.")
    live: bool = Field(
        default=False,
        exclude_if=lambda live: not live,
        description="Whether services are asked for more sources first. Then the result rests on what they tell: asked "
        "again within the same hour it is the same run.",
    )


class RunProgress(Record):
    """How far a run is; it never falls, also when a run is taken up again."""

    done: int = Field(ge=0, description="Steps done; rises.")
    total: int = Field(ge=1, description="Steps in all.")
    text: str = Field(description="The step it is at, for people.")


class RunError(Record):
    """Why a run failed."""

    kind: str = Field(description='Name of the error: "StoreError", "SolverError".')
    message: str = Field(description="What happened, what was kept and what to do.")


class RunPart(Record):
    """One domain of a run that is finished."""

    domain: str = Field(description="Id of the domain.")
    bibliography: str = Field(description="Id of its bibliography in the library's history.")
    as_asked: bool = Field(
        description="Whether it was made from what was there when the run was asked for; "
        "otherwise a source, a decision, the guide or this program changed in between."
    )
    not_checked: tuple[ServiceOutcome, ...] = Field(
        default=(),
        exclude_if=lambda failed: not failed,
        description="Of a live run: services that could not be looked at, in whole or in part, over all rounds of the "
        "search; nothing is known of what only they hold. Left out: all that were asked answered, or none was.",
    )


class RunStatus(Record):
    """A run as it is now."""

    id: str = Field(description="Its handle: a hash of the request and of all in the library that the result rests on.")
    request: RunRequest = Field(description="What was asked for, with every blank filled in.")
    state: RunState = Field(description="queued and running end as one of done, failed and cancelled.")
    progress: RunProgress = Field(description="How far it is.")
    created: datetime = Field(description="When it was asked for (UTC); anew, after it had failed or was cancelled.")
    started: datetime | None = Field(default=None, description="When it was last begun (UTC); None: not yet.")
    ended: datetime | None = Field(default=None, description="When it ended (UTC); None: it did not.")
    attempts: int = Field(ge=0, description="How many times it was begun: again after its process ended.")
    executor: str = Field(default="", description="HOST/PROCESS/TOKEN of the process that runs it; empty: none does.")
    cancelling: bool = Field(default=False, description="Whether it is asked to stop and has not yet.")
    error: RunError | None = Field(default=None, description="Why it failed; None: it did not.")
    parts: tuple[RunPart, ...] = Field(
        default=(), description="The finished domains and where each result lies; all of them once it is done."
    )

    @property
    def final(self) -> bool:
        """Whether nothing more happens unless it is started anew."""
        return self.state in ("done", "failed", "cancelled")

    @property
    def as_asked(self) -> bool:
        """Whether all that is finished was made from what was there when the run was asked for."""
        return all(part.as_asked for part in self.parts)
