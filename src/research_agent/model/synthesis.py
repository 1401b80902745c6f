"""The holistic guide: what the bibliographies of all domains say together, every line with the entries it rests on."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from research_agent.model.base import Record
from research_agent.model.search import ServiceOutcome
from research_agent.model.source import Existence


class Point(Record):
    """One statement of the record of one entry: a key point or a code pattern."""

    text: str = Field(min_length=1, description="The statement.")
    part: Literal["key_point", "code_pattern"] = Field(description="Which part of the record it is.")
    library: str = Field(default="", description="For a code pattern: the library whose API it names.")
    passage: str = Field(description="Id of the passage that holds it.")
    source: str = Field(description="Id of the source.")
    citation_key: str = Field(description="Key of the entry.")
    origin: str = Field(description="Who is behind the source; points of one origin support nothing of each other.")
    domain: str = Field(description="Id of the domain in whose bibliography the entry stands.")
    total: float = Field(description="RADAR total of the entry there, 1 to 5.")
    quoted: bool = Field(
        default=False,
        exclude_if=lambda quoted: not quoted,
        description="Whether it is in the source's own words, which are shown in quotation marks; left out: it is not.",
    )


class OutsidePoint(Record):
    """A key point of a source of the library that serves the guide and is no entry of the domain it was read for."""

    text: str = Field(min_length=1, description="The statement.")
    part: Literal["key_point"] = Field(default="key_point", description="Which part of the record it is.")
    passage: str = Field(description="Id of the passage that holds it.")
    source: str = Field(description="Id of the source.")
    origin: str = Field(description="Who is behind the source.")
    domain: str = Field(description="Id of the domain for which it was read and whose bibliography lacks it.")
    title: str = Field(description="Title of the source.")
    url: str = Field(description="Where a person opens the source.")
    existence: Existence = Field(description="How we know that the source exists.")
    quoted: bool = Field(
        default=False,
        exclude_if=lambda quoted: not quoted,
        description="Whether it is in the source's own words, which are shown in quotation marks; left out: it is not.",
    )


class Practice(Record):
    """A point that was chosen for a bullet, with the points of independent origins that nearly say the same."""

    point: Point = Field(description="The statement that stands for all of them.")
    support: tuple[Point, ...] = Field(default=(), description="One point of each other origin, nearest first.")
    outside: tuple[OutsidePoint, ...] = Field(
        default=(), description="One point of each further origin, of sources that are no entries; nearest first."
    )


class BulletPractices(Record):
    """What the entries say of one focus bullet."""

    focus: str = Field(description="Id of the bullet.")
    practices: tuple[Practice, ...] = Field(default=(), description="Best supported first.")
    pattern: Point | None = Field(default=None, description="The code pattern that comes nearest to it.")
    left_out: int = Field(default=0, ge=0, description="Further points of entries that cover it.")


class Theme(Record):
    """Focus bullets of several domains that meet."""

    name: str = Field(description="The text of the bullet that is nearest to the others.")
    bullets: tuple[BulletPractices, ...] = Field(min_length=1, description="In the order of the guide.")
    shared: tuple[str, ...] = Field(default=(), description="Citation keys of works that cover bullets of two domains.")


class LibraryPatterns(Record):
    """Code patterns of one library."""

    library: str = Field(description="As the records name it.")
    patterns: tuple[Point, ...] = Field(default=(), description="Those that stand with no bullet, best first.")
    with_bullets: tuple[str, ...] = Field(default=(), description="Ids of the bullets with which another one stands.")
    left_out: int = Field(default=0, ge=0, description="Further patterns in the bibliographies.")


class Agreement(Record):
    """Points of independent origins that nearly say the same."""

    points: tuple[Point, ...] = Field(min_length=1, description="Of entries: one of each origin, the best first.")
    outside: tuple[OutsidePoint, ...] = Field(
        default=(), description="Of sources that are no entries: one of each further origin, nearest first."
    )
    similarity: float = Field(description="Lowest cosine of the pairs that make it up, -1 to 1.")


class Disagreement(Record):
    """Two points of independent origins on nearly the same that may not go together: a reader has to check."""

    left: Point = Field(description="One of them.")
    right: Point = Field(description="The other.")
    kind: Literal["value", "polarity"] = Field(
        description="value: other defaults; polarity: one denies what the other says."
    )
    about: tuple[str, ...] = Field(description="The figures, or the words in which they meet.")
    similarity: float = Field(description="Cosine, -1 to 1.")


class SideBySide(Record):
    """Two points of independent origins with near wording: whether they agree, differ or add up is left open."""

    left: Point = Field(description="One of them.")
    right: Point = Field(description="The other.")
    focus: tuple[str, ...] = Field(default=(), description="Ids of the bullets that the two say most about.")
    observed: tuple[Literal["figures differ", "one denies"], ...] = Field(
        default=(), description="What their words and figures show; no verdict."
    )
    similarity: float = Field(description="Cosine, -1 to 1.")


class CitedSource(Record):
    """A work that a line of the guide rests on."""

    citation_key: str = Field(description="Its key.")
    citation: str = Field(description="Its reference, plain text; letters behind years are those of this list.")
    existence: Existence = Field(description="How we know that it exists.")
    domains: tuple[str, ...] = Field(description="Ids of the domains in whose bibliographies it stands.")


class LiveSearch(Record):
    """That live sources were searched for a domain, and what could not be looked at there."""

    domain: str = Field(description="Id of the domain.")
    at: datetime = Field(description="When the search began, with its time zone.")
    failed: tuple[ServiceOutcome, ...] = Field(
        default=(), description="Services that were not checked, or in part only, in all its rounds together."
    )


class Synthesis(Record):
    """Practices across the domains. Every line is a statement of a source's record; none is written for it."""

    schema_version: Literal[1] = Field(default=1, description="Version of this format.")
    guide: str = Field(description="Id of the guide.")
    guide_title: str = Field(description="Title of the guide.")
    rubrics: tuple[str, ...] = Field(default=(), description="The readings of RADAR behind the totals.")
    domains: tuple[str, ...] = Field(description="Ids of the domains that have entries, in order.")
    themes: tuple[Theme, ...] = Field(default=(), description="Where bullets of different domains meet.")
    bullets: tuple[BulletPractices, ...] = Field(default=(), description="Those that meet no other, in order.")
    libraries: tuple[LibraryPatterns, ...] = Field(default=(), description="Most patterns first.")
    agreements: tuple[Agreement, ...] = Field(default=(), description="Most origins first.")
    disagreements: tuple[Disagreement, ...] = Field(default=(), description="Nearest first.")
    side_by_side: tuple[SideBySide, ...] = Field(default=(), description="Nearest in wording first.")
    sources: tuple[CitedSource, ...] = Field(default=(), description="By citation key.")
    points: int = Field(default=0, ge=0, description="Key points and patterns of all entries that were weighed.")
    searches: tuple[LiveSearch, ...] = Field(
        default=(),
        exclude_if=lambda searches: not searches,
        description="The domains for which live sources were searched; left out: there is none.",
    )

    @property
    def has_quotations(self) -> bool:
        """Whether a statement in it is in its source's own words."""
        bullets = (*(bullet for theme in self.themes for bullet in theme.bullets), *self.bullets)
        shown: list[Point | OutsidePoint] = []
        for practice in (practice for bullet in bullets for practice in bullet.practices):
            shown += [practice.point, *practice.support, *practice.outside]
        for agreement in self.agreements:
            shown += [*agreement.points, *agreement.outside]
        shown += [point for pair in self.disagreements for point in (pair.left, pair.right)]
        shown += [point for pair in self.side_by_side for point in (pair.left, pair.right)]
        return any(point.quoted for point in shown)
