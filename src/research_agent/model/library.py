"""What the library keeps and answers: passages, filters, hits."""

from typing import Literal

from pydantic import Field

from research_agent.model.base import Record
from research_agent.model.kinds import Kind

Part = Literal["summary", "key_point", "code_pattern"]


class Passage(Record):
    """A piece of a source's text that is embedded and searched; knows its source and position."""

    id: str = Field(description='Source, guide, domain, part and position: "parser-docs/guide/2/key_point/1".')
    source: str = Field(description="Id of the source.")
    guide: str = Field(description="Id of the guide for which it was read.")
    domain: str = Field(description="Id of the domain for which it was read.")
    part: Part = Field(description="Which part of the record it is.")
    position: int = Field(ge=0, description="Index within the part, from 0.")
    text: str = Field(description="The words themselves.")
    where: str = Field(default="", description="Where in the source it stands; empty: nobody noted it.")


class Filter(Record):
    """What to search in; None leaves a field open."""

    guide: str | None = Field(default=None, description="Passages read for this guide.")
    domain: str | None = Field(default=None, description="Passages read for this domain.")
    category: str | None = Field(default=None, description="Sources filed under this category.")
    kinds: tuple[Kind, ...] = Field(default=(), description="Sources of one of these kinds; empty: any.")
    since: int | None = Field(default=None, description="First year, inclusive; drops sources without a year.")
    until: int | None = Field(default=None, description="Last year, inclusive; drops sources without a year.")
    peer_reviewed: bool | None = Field(default=None, description="Only reviewed (or only unreviewed) sources.")


class Hit(Record):
    """One answer to a search, with its explanation."""

    passage: Passage = Field(description="The passage of the source that answers best.")
    title: str = Field(description="Title of the source.")
    score: float = Field(description="Fused score, higher is better; comparable within one answer only.")
    similarity: float = Field(description="Cosine of the passage to the query, -1 to 1; 0 for one without a vector.")
    vector_rank: int | None = Field(
        description="Place of the passage among the nearest of all, from 1; None: not among the first 100."
    )
    bm25: float | None = Field(
        description="BM25 score of all that is said of the source; None: not among the first 100 by words."
    )
    lexical_rank: int | None = Field(description="Place of the source by words, from 1.")


class IngestReport(Record):
    """What one ingest changed."""

    added: int = Field(description="Sources that are new.")
    changed: int = Field(description="Sources whose content changed.")
    unchanged: int = Field(description="Sources that were there already, byte for byte.")
    removed: int = Field(description="Sources that the same origin no longer holds.")
    passages_added: int = Field(description="Passages written to the indexes.")
    embedded: int = Field(description="Passages whose vector had to be computed, not found in a cache.")
    generation: int = Field(description="The store's generation after it.")
