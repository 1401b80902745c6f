"""What changed between two bibliographies of one domain, and why."""

from typing import Literal

from pydantic import Field

from research_agent.model.base import Record

InputKind = Literal[
    "decision", "new_source", "source_gone", "record", "methodology", "rubric", "year", "style", "guide", "other"
]


class InputChange(Record):
    """One change in what a bibliography is made from, as far as the two bibliographies show it."""

    kind: InputKind = Field(description="What kind of input it is.")
    subject: str = Field(description="Id of the source or constraint, or what it is about.")
    text: str = Field(description="For people.")


class JudgementChange(Record):
    """A criterion that is judged otherwise."""

    criterion: str = Field(description="Id of the criterion.")
    before: int = Field(description="Level before, 1 to 5.")
    after: int = Field(description="Level after, 1 to 5.")
    why: str = Field(description="Who judges so now, and the reason.")


class EntryMove(Record):
    """An entry that came or went."""

    source: str = Field(description="Id of the source.")
    title: str = Field(description="Its title.")
    category: str = Field(description="Id of its category.")
    total: float = Field(description="Its RADAR total where it stands or stood, 1 to 5.")
    why: str = Field(description="What brought it in, or put it out.")


class EntryChange(Record):
    """An entry that stayed and is not what it was."""

    source: str = Field(description="Id of the source.")
    title: str = Field(description="Its title, now.")
    total_before: float = Field(description="RADAR total before, 1 to 5.")
    total_after: float = Field(description="RADAR total after, 1 to 5.")
    relevance_before: float = Field(description="Relevance before, 0 to 1.")
    relevance_after: float = Field(description="Relevance after, 0 to 1.")
    judgements: tuple[JudgementChange, ...] = Field(default=(), description="Criteria that are judged otherwise.")
    category_before: str = Field(description="Id of its category before.")
    category_after: str = Field(description="Id of its category after.")
    why: str = Field(description="What changed, in one line.")


class ConstraintChange(Record):
    """A constraint that asks for something else, or that is met otherwise."""

    check: str = Field(description="Id of the constraint.")
    text: str = Field(description="The constraint for people.")
    before: str = Field(description='What it asked and what there was: "at least 2: 3, met"; empty: not asked.')
    after: str = Field(description="The same, now; empty: not asked any more.")
    met_before: bool | None = Field(description="Whether it held; None: not asked.")
    met_after: bool | None = Field(description="Whether it holds; None: not asked any more.")


class Difference(Record):
    """Everything that differs between two bibliographies of one domain."""

    guide: str = Field(description="Id of the guide.")
    domain: str = Field(description="Id of the domain.")
    same_inputs: bool = Field(description="Both were made from the same inputs.")
    added: tuple[EntryMove, ...] = Field(default=(), description="Entries that came, in their new order.")
    removed: tuple[EntryMove, ...] = Field(default=(), description="Entries that went, in their old order.")
    changed: tuple[EntryChange, ...] = Field(default=(), description="Entries that stayed with other scores.")
    kept: int = Field(ge=0, description="Entries that stayed, the changed ones among them.")
    constraints: tuple[ConstraintChange, ...] = Field(default=(), description="Constraints that differ.")
    inputs: tuple[InputChange, ...] = Field(default=(), description="Inputs that changed and explain the rest.")
    objective_before: float = Field(description="Points before.")
    objective_after: float = Field(description="Points after; comparable only where methodology and rubric are.")

    @property
    def nothing(self) -> bool:
        """Whether nothing that a reader sees differs."""
        return not (self.added or self.removed or self.changed or self.constraints or self.inputs)
