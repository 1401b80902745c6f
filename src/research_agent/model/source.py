"""A source: one real work, what identifies it, how we know that it exists, where it serves."""

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from research_agent.model.base import Record
from research_agent.model.kinds import Kind


class Signal(Record):
    """One observed fact that bears on credibility, or that it was not observed."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description='"peer_reviewed", "retracted", "last_release".')
    value: bool | int | float | str | None = Field(description="What was seen; None: not observed.")
    where: str = Field(default="", description="Record field, address or file in which it was seen.")
    on: date | None = Field(default=None, description="When it was seen.")

    @property
    def observed(self) -> bool:
        """Whether somebody looked and saw a value."""
        return self.value is not None


class Identifiers(Record):
    """What a work can be recognised by, each in one normal form; absent where the work has none."""

    doi: str | None = Field(default=None, description='Lower case, no resolver: "10.1145/3547276.3548519".')
    arxiv: str | None = Field(default=None, description='No version: "2304.00228".')
    rfc: int | None = Field(default=None, description="Number of the RFC.")
    repository: str | None = Field(
        default=None,
        description="Host, owner, name and path; host, owner and name in lower case, the path in its own: "
        '"github.com/python/cpython/Lib/ssl.py".',
    )
    url: str | None = Field(default=None, description="Canonical address without fragment or tracking.")


ExistenceState = Literal["verified", "contradicted", "unverifiable", "not_checked"]
Extent = Literal["full", "abstract", "excerpt", "cited"]


_TOLD = {
    "full": "read in full",
    "abstract": "abstract read",
    "excerpt": "read in part",
    "cited": "cited, not read itself",
    "indexed": "recorded in an index, not read",
}


class Existence(Record):
    """What is known of a source's existence; "could not look" is never "does not exist"."""

    state: ExistenceState = Field(description="The verdict.")
    how: str = Field(
        description='"read": its text was seen, in whole or in part; "cited": found cited in another public file; '
        '"indexed": a service keeps a record of it.'
    )
    extent: Extent | None = Field(
        default=None,
        description="How much of the work was seen: all of it (of the page or file), its abstract, other parts (or of "
        "a copy), or only its citation elsewhere; None: whoever looked does not say.",
    )
    on: date | None = Field(default=None, description="When it was established.")
    where: str = Field(
        default="", description="Where it was seen: the work's own address, the copy that was read, or what cites it."
    )
    why: str = Field(default="", description="For not_checked and unverifiable: what stood in the way.")

    @property
    def told(self) -> str:
        """How the work is known, in words: "read in full", "recorded in an index, not read"; empty: nobody looked."""
        return _TOLD.get(self.extent or self.how, self.how)


class CodePattern(Record):
    """How the idea looks in code, in a sentence with the exact API names."""

    library: str = Field(description="Library whose API it names.")
    idea: str = Field(description="The pattern in a sentence.")


class KeyPoint(Record):
    """A short checkable fact of a source and where in it it stands; a plain text is one without its place."""

    text: str = Field(description="The fact.")
    where: str = Field(
        default="", description='Section, heading, file or page: "Section 4.2, Retry-After"; empty: nobody noted it.'
    )

    @model_validator(mode="before")
    @classmethod
    def _of_text(cls, value: object) -> object:
        return {"text": value} if isinstance(value, str) else value

    def __str__(self) -> str:
        return self.text


class Placement(Record):
    """How a source serves one domain of one guide: the angle from which it was read for it."""

    guide: str = Field(description="Id of the guide.")
    domain: str = Field(description="Id of the domain.")
    category: str = Field(description="Id of the category in that guide.")
    focus: tuple[str, ...] = Field(default=(), description="Focus bullets that a reader found covered.")
    summary: str = Field(description="What it establishes and what to take from it.")
    key_points: tuple[KeyPoint, ...] = Field(default=(), description="Short checkable facts.")
    code_pattern: CodePattern | None = Field(default=None, description="The pattern, where there is one.")


class Source(Record):
    """One real work. Two records of one work are one Source."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", description="Stable, readable name.")
    aliases: tuple[str, ...] = Field(default=(), description="Other ids under which the work is known here.")
    title: str = Field(min_length=1, description="As the work itself has it.")
    url: str = Field(description="Where a person opens it.")
    authors: tuple[str, ...] = Field(default=(), description="Names, or the organisation.")
    publisher: str = Field(default="", description="Journal, venue, site or organisation that published it.")
    origin: str = Field(description="Organisation or person behind it, whatever it is published under.")
    year: int | None = Field(
        default=None, description="Year of first publication, else of the last change; None: unknown."
    )
    published: date | None = Field(default=None, description="First publication, where seen.")
    updated: date | None = Field(default=None, description="Last change, where seen.")
    version: str | None = Field(default=None, description="Version or revision that was read.")
    language: str = Field(default="en", description="BCP 47 tag of its text.")
    kind: Kind = Field(description="What kind of work it is.")
    peer_reviewed: bool | None = Field(default=None, description="None: not observed.")
    identifiers: Identifiers = Field(default_factory=Identifiers, description="What it is recognised by.")
    existence: Existence = Field(description="How we know that it exists.")
    signals: tuple[Signal, ...] = Field(default=(), description="Further observed facts.")
    placements: tuple[Placement, ...] = Field(default=(), description="The domains that it serves.")

    def placement(self, guide: str, domain: str) -> Placement | None:
        """How it serves this domain, if it does."""
        for placement in self.placements:
            if placement.guide == guide and placement.domain == domain:
                return placement
        return None

    def signal(self, name: str) -> Signal:
        """The signal of this name; one that was not observed where the record has none.

        Of what several told, a finding comes before a "no", then the latest: that one service knows of no retraction
        takes back nothing of what another one knows.
        """
        told = [signal for signal in self.signals if signal.name == name]
        return max(told, key=_weight, default=None) or Signal(name=name, value=None)


def _weight(signal: Signal) -> tuple[bool, bool, date, str, str]:
    found = signal.observed and signal.value is not False
    return signal.observed, found, signal.on or date.min, signal.where, str(signal.value)
