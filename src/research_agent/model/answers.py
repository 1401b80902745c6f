"""What the public API answers besides bibliographies and prompts."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from research_agent.model.base import Record
from research_agent.model.guide import Category, Domain
from research_agent.model.library import IngestReport
from research_agent.model.problem import Problem
from research_agent.model.radar import Decision, Evaluation
from research_agent.model.state import StateWord


class DomainStatus(Record):
    """A domain and the state of its bibliography."""

    domain: Domain = Field(description="The domain.")
    sources: int = Field(ge=0, description="Sources in the library that serve it.")
    state: StateWord = Field(description="No bibliography yet, one with gaps, a whole one, or one of older inputs.")
    detail: str = Field(description="The gaps of a partial one; what to run for a stale one; what was not checked.")
    not_checked: tuple[str, ...] = Field(
        default=(),
        exclude_if=lambda titles: not titles,
        description="Titles of live services that its search could not look at, in whole or in part; left out: none.",
    )


class Holdings(Record):
    """What the library holds for a domain."""

    domain: Domain = Field(description="The domain.")
    categories: tuple[Category, ...] = Field(description="The guide's categories.")
    sources: int = Field(ge=0, description="Sources that serve it.")
    by_focus: dict[str, int] = Field(description="Sources by focus bullet that a reader found covered.")
    by_category: dict[str, int] = Field(description="Sources by category.")


class Why(Record):
    """Why a source is in a bibliography, or what kept it out."""

    source: str = Field(description="Id of the source.")
    title: str = Field(description="Its title.")
    domain: str = Field(description="Id of the domain.")
    chosen: bool = Field(description="Whether it is in.")
    reasons: tuple[str, ...] = Field(description="Needs that it fills, or the constraint or score that kept it out.")
    evaluation: Evaluation = Field(description="Its RADAR judgements for the domain.")


class Withdrawn(Record):
    """A person's decisions that were taken back."""

    source: str = Field(description="Id of the source.")
    domain: str = Field(description="Id of the domain.")
    decisions: tuple[Decision, ...] = Field(description="What was taken back; empty: there was none.")


class Added(Record):
    """What was taken in from a file of records."""

    report: IngestReport = Field(description="What changed in the library.")
    problems: tuple[Problem, ...] = Field(description="Lines that were left out; the good ones were kept.")


class Embedded(Record):
    """Vectors that were computed to ship with a corpus."""

    path: Path = Field(description="Their file.")
    texts: int = Field(ge=0, description="How many texts it holds.")
    embedder: str = Field(description="Name of the embedder.")


class Finding(Record):
    """One thing that the doctor looked at."""

    part: str = Field(description='"embedder".')
    state: Literal["fine", "attention", "broken"] = Field(description="Whether anything is to be done.")
    found: str = Field(description="What was found.")
    mend: str = Field(default="", description="What to do about it.")
