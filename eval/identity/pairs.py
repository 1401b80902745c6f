"""Read the labelled pairs, and make candidates of them as services would tell them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from pydantic import Field

from research_agent.model.base import Record
from research_agent.model.candidate import Candidate, Provenance
from research_agent.model.kinds import Kind
from research_agent.model.source import Signal
from research_agent.sources.naming import identify

FILE: Final = Path(__file__).with_name("pairs.jsonl")
_AT: Final = datetime(2026, 11, 25, tzinfo=UTC)

Label = Literal["same", "different"]


class Side(Record):
    """A record as a service tells it; a field that is left out is one of which it says nothing."""

    service: str = Field(description="Name of the connector.")
    title: str = Field(min_length=1)
    url: str = Field(description="Its address; invented ones lie under .example.")
    authors: tuple[str, ...] = ()
    year: int | None = None
    kind: Kind | None = None
    doi: str | None = None
    venue: str = ""
    publisher: str = ""
    language: str | None = None
    also_at: tuple[str, ...] = ()
    signals: dict[str, bool | str] = Field(default_factory=dict)
    vouched: bool = True

    @property
    def candidate(self) -> Candidate:
        """The candidate that the service's connector would make of it."""
        return Candidate(
            title=self.title,
            url=self.url,
            also_at=self.also_at,
            identifiers=identify(self.url, self.doi),
            authors=self.authors,
            publisher=self.publisher,
            venue=self.venue,
            kind=self.kind,
            year=self.year,
            language=self.language,
            signals=tuple(
                Signal(name=name, value=value, where=self.url, on=_AT.date()) for name, value in self.signals.items()
            ),
            vouched=self.vouched,
            provenance=Provenance(service=self.service, address=self.url, record=self.url, at=_AT, raw="{}"),
        )


class Pair(Record):
    """Two records, with whether they tell of one work."""

    id: str = Field(pattern=r"^[a-z]+-\d{2}$", description="Its group and number.")
    label: Label
    made: Literal["fact", "respelt", "invented"] = Field(
        description="fact: two records of real works as they are; respelt: of a real work, one with a field changed by "
        "hand; invented: of works that are made up, for a pattern."
    )
    why: str = Field(min_length=1, description="Why the label is right.")
    one: Side
    other: Side

    @property
    def group(self) -> str:
        """What makes it hard: "preprint", "edition" ..."""
        return self.id.rpartition("-")[0]


def read_pairs(path: Path = FILE) -> list[Pair]:
    """All pairs, in the file's order."""
    return [Pair.model_validate_json(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
