"""A bibliography: selected sources with scores and annotations, and the proof that it meets the method."""

from typing import Literal

from pydantic import Field

from research_agent.model.base import Record
from research_agent.model.radar import Evaluation
from research_agent.model.search import Search
from research_agent.model.source import CodePattern, Source


class Claim(Record):
    """One sentence or line of an annotation, and the passages that it rests on."""

    text: str = Field(min_length=1, description="The sentence.")
    passages: tuple[str, ...] = Field(default=(), description="Ids of the passages that support it.")
    where: str = Field(
        default="", description='Where in the source it stands: "Section 4.2, Retry-After"; empty: nobody noted it.'
    )
    basis: Literal["passage", "judgement", "record"] = Field(
        default="passage", description="What backs it: passages, a RADAR judgement, or a field of the record."
    )


class FocusNote(Record):
    """What a source means for one focus bullet."""

    focus: str = Field(description="Id of the bullet.")
    claim: Claim = Field(description="What it says there.")


class Annotation(Record):
    """What is written about a source; every claim points to what it rests on."""

    establishes: tuple[Claim, ...] = Field(description="What it establishes.")
    for_focus: tuple[FocusNote, ...] = Field(default=(), description="What it means for each bullet that it covers.")
    in_production: tuple[Claim, ...] = Field(default=(), description="How to use it in production.")
    limits: tuple[Claim, ...] = Field(default=(), description="What it does not give, from the judgements.")
    code_pattern: CodePattern | None = Field(default=None, description="The pattern, where there is one.")


class Entry(Record):
    """A selected source with its scores and annotation."""

    source: Source = Field(description="The work.")
    category: str = Field(description="Id of its category.")
    evaluation: Evaluation = Field(description="Its RADAR judgements.")
    annotation: Annotation = Field(description="What is said of it.")
    citation: str = Field(description="The reference in the bibliography's citation style, plain text.")
    citation_key: str = Field(description="Key in BibTeX; stable over runs and domains.")
    reasons: tuple[str, ...] = Field(default=(), description="Why it was chosen: needs that it fills, pins, rank.")


class Check(Record):
    """One constraint, what it asks and what the bibliography has."""

    id: str = Field(description='"category:research", "total", "recent", "focus:2.3", "origin:IETF", "production".')
    text: str = Field(description="The constraint for people.")
    required: str = Field(description='"4 to 6", "at least 2", "at least 60%".')
    actual: str = Field(description="What there is.")
    met: bool = Field(description="Whether it holds.")


class Gap(Record):
    """A constraint that the candidates can't meet, and by how little it is missed."""

    check: str = Field(description="Id of the constraint.")
    eligible: int = Field(ge=0, description="Candidates that could serve it.")
    needed: int = Field(ge=0, description="What the constraint asks.")
    missing: int = Field(ge=1, description="Entries missing in the best bibliography.")
    text: str = Field(description='"research: 3 eligible, 4 needed".')
    tried: str = Field(description="What was done before it was called a gap.")


class PreferenceCost(Record):
    """What one preference or decision cost, against the best bibliography without it."""

    preference: str = Field(
        description='"hierarchy", "foundational", "diversity", "recent", "focus", "origin", "production", "pin:ID" ...'
    )
    cost: float = Field(
        description="Points (RADAR, relevance and the other preferences) given up, summed over entries; 0: nothing."
    )
    text: str = Field(description="For people.")


class Exclusion(Record):
    """A candidate that was not chosen, and why."""

    source: str = Field(description="Id of the source.")
    title: str = Field(description="Its title.")
    category: str = Field(description="Its category.")
    total: float = Field(description="Its RADAR total, 1 to 5.")
    reason: str = Field(description="Which constraint or score kept it out.")


class Bibliography(Record):
    """The entries of one domain with the constraint report and the gaps."""

    schema_version: Literal[1] = Field(default=1, description="Version of this format.")
    guide: str = Field(description="Id of the guide.")
    guide_title: str = Field(description="Title of the guide.")
    domain: str = Field(description="Id of the domain.")
    domain_name: str = Field(description="Name of the domain.")
    rubric: str = Field(description="Which reading of RADAR.")
    style: str = Field(description="Citation style of the references.")
    as_of: int = Field(description="Calendar year as of which Date was judged.")
    inputs: str = Field(description="Fingerprint of everything that it was made from.")
    status: Literal["optimal", "best_with_gaps", "empty"] = Field(
        description="All constraints hold and no better choice exists; or the least shortfall; or no candidates."
    )
    objective: float = Field(description="RADAR totals, relevance and preferences, summed over entries.")
    entries: tuple[Entry, ...] = Field(description="Grouped by category in the methodology's order, best first.")
    checks: tuple[Check, ...] = Field(description="Every constraint.")
    gaps: tuple[Gap, ...] = Field(default=(), description="Those that could not be met.")
    preference_costs: tuple[PreferenceCost, ...] = Field(default=(), description="What preferences cost.")
    excluded: tuple[Exclusion, ...] = Field(default=(), description="Candidates that were not chosen.")
    search: Search | None = Field(
        default=None,
        exclude_if=lambda search: search is None,
        description="How live sources were searched before it was made; left out: they were not.",
    )

    @property
    def all_checked(self) -> bool:
        """Whether every service that was to be asked for sources answered; a search of none is no failure."""
        return self.search is None or not self.search.not_checked

    @property
    def complete(self) -> bool:
        """Whether every constraint holds."""
        return bool(self.entries) and all(check.met for check in self.checks)

    def entry(self, source: str) -> Entry | None:
        """The entry of this source (id or alias), if it was chosen."""
        for entry in self.entries:
            if source == entry.source.id or source in entry.source.aliases:
                return entry
        return None
