"""A candidate: a work as one service told of it for a query, before anybody decided which works are the same.

A field that the service does not speak of is empty or None; nothing is inferred from its absence.
"""

from datetime import datetime

from pydantic import Field

from research_agent.model.base import Record
from research_agent.model.kinds import Kind
from research_agent.model.source import Extent, Identifiers, Signal


class Provenance(Record):
    """Where a candidate comes from, so that anybody can ask the same question again."""

    service: str = Field(description='Name of the connector: "crossref".')
    address: str = Field(description="Address that was asked, without keys.")
    record: str = Field(default="", description="Address of the one record at the service, where it has one.")
    at: datetime = Field(description="When the answer came, with its time zone.")
    raw: str = Field(
        description="The record as the service sent it: its JSON or XML, written out again; of a page its main text."
    )
    licence: str = Field(default="", description='Licence of the metadata: "CC0-1.0"; empty: the service names none.')


class Candidate(Record):
    """What one service says of one work."""

    title: str = Field(default="", description="Without markup, in one line; empty: an archive knows no titles.")
    url: str = Field(description="Where a person opens it.")
    also_at: tuple[str, ...] = Field(default=(), description="Further addresses of the same work.")
    identifiers: Identifiers = Field(default_factory=Identifiers, description="What it is recognised by.")
    authors: tuple[str, ...] = Field(default=(), description="Names or organisations, in the service's order.")
    publisher: str = Field(default="", description="House, organisation or site that publishes it.")
    venue: str = Field(default="", description="Journal, proceedings, series or forum in which it stands.")
    kind: Kind | None = Field(default=None, description="What kind of work it is; None: the service does not say.")
    year: int | None = Field(default=None, description="Year of publication.")
    published: str | None = Field(
        default=None,
        pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$",
        description='First publication as exactly as it is known: "2022", "2022-06" or "2022-06-09".',
    )
    updated: str | None = Field(
        default=None, pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$", description="Last change, as exactly as it is known."
    )
    version: str | None = Field(default=None, description="Version that the service describes.")
    language: str | None = Field(default=None, description="BCP 47 tag.")
    abstract: str = Field(default="", description="Abstract, description or excerpt, without markup.")
    open_access: bool | None = Field(default=None, description="Whether the whole text is free to read.")
    full_text: str = Field(default="", description="Address of the whole text, where the service gives one.")
    licence: str = Field(default="", description="Licence of the work itself, as the service writes it.")
    signals: tuple[Signal, ...] = Field(default=(), description="Observed facts that bear on credibility.")
    vouched: bool = Field(
        default=True,
        description="Whether the service keeps a record of the work itself; False: it merely links to an address.",
    )
    opened: bool = Field(
        default=False, description="Whether our code fetched what stands at the address, and has no record of it alone."
    )
    extent: Extent | None = Field(
        default=None, description="Of what was opened: how much of the work's text was read; None: none of it."
    )
    provenance: Provenance = Field(description="Where it comes from.")
