"""A guide: the research project, its method as data, its domains and their focus bullets."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from research_agent.errors import UnknownNameError
from research_agent.model.base import Record
from research_agent.model.kinds import Kind

LONGEST_SLUG = 64
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
# Ids and slugs become names of files and folders, so nothing in them may lead to another place.
DOMAIN_ID = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$"
FOCUS_ID = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}\.[0-9]{1,4}$"


class Focus(Record):
    """One numbered research-focus bullet of a domain."""

    id: str = Field(pattern=FOCUS_ID, description='Domain and number: "2.3".')
    text: str = Field(min_length=2, description="The bullet, word for word as the guide has it.")


class Domain(Record):
    """One domain of a guide."""

    id: str = Field(pattern=DOMAIN_ID, description='How people refer to it: "2".')
    slug: str = Field(pattern=SLUG, max_length=LONGEST_SLUG, description='"field-methods".')
    name: str = Field(min_length=1, description="As the guide writes it.")
    completed: bool = Field(default=False, description="The guide marks it as done already.")
    focus: tuple[Focus, ...] = Field(min_length=1, description="Its bullets, in order.")

    @property
    def folder(self) -> str:
        """The name of its output folder, sortable: `02-field-methods`."""
        return f"{self.id.zfill(2)}-{self.slug}"

    def bullet(self, focus_id: str) -> Focus:
        """The bullet with this id.

        Raises:
            UnknownNameError: the domain has no such bullet.
        """
        for focus in self.focus:
            if focus.id == focus_id:
                return focus
        raise UnknownNameError("focus bullet", focus_id, (focus.id for focus in self.focus))


class Span(Record):
    """An inclusive range of counts."""

    at_least: int = Field(ge=0, description="Lowest count that meets it.")
    at_most: int = Field(ge=0, description="Highest count that meets it.")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.at_most < self.at_least:
            raise ValueError(f"at_most {self.at_most} is below at_least {self.at_least}")
        return self


def some_entries(span: Span) -> Span:
    """The range, if it leaves room for an entry.

    Raises:
        ValueError: it is 0 to 0.
    """
    if span.at_most < 1:
        raise ValueError("0 at most would be a bibliography of no entries: 1 at most is the least")
    return span


EntrySpan = Annotated[Span, AfterValidator(some_entries)]


class Category(Record):
    """One source category: what belongs to it, how many are wanted, its place in the hierarchy."""

    id: str = Field(pattern=SLUG, max_length=LONGEST_SLUG, description='"research".')
    name: str = Field(description="Heading in a bibliography.")
    description: str = Field(description="What belongs here, in a sentence.")
    kinds: tuple[Kind, ...] = Field(description="Kinds of source filed here when a record names no category.")
    quota: EntrySpan = Field(description="How many entries of it a bibliography holds.")
    rank: int = Field(ge=1, description="Place in the source hierarchy, 1 the most trusted; ties allowed.")


class Preferences(Record):
    """Weights of what selection would like but may give up, in RADAR points (the total runs 1 to 5)."""

    relevance: float = Field(default=2.0, ge=0, description="Points for a relevance of 1.0 to the domain.")
    hierarchy: float = Field(default=0.4, ge=0, description="Points that one step of category rank is worth.")
    foundational: float = Field(
        default=0.5, ge=0, description="Points for a work with a sourced reason to be foundational."
    )
    diversity: float = Field(
        default=0.5, ge=0, description="Points lost for a pair of entries that nearly say the same."
    )
    newer: float = Field(
        default=1.0, ge=0, description="Points lost for a work where the one that replaces it is a candidate as well."
    )


class Methodology(Record):
    """The guide's method as data. Constraints are kept or reported as gaps; preferences are weighed."""

    total: EntrySpan = Field(description="Entries of a bibliography.")
    categories: tuple[Category, ...] = Field(min_length=1, description="In the order of presentation.")
    recent_since: int = Field(ge=1900, le=2100, description="First year that counts as recent.")
    recent_share: float = Field(ge=0, le=1, description="Least share of recent entries, 0 to 1.")
    entries_per_focus: int = Field(ge=0, description="Least number of entries for every focus bullet.")
    entries_per_origin: int = Field(ge=1, description="Most entries of one organisation or author.")
    origin_exempt: tuple[str, ...] = Field(
        default=(), description="Ids of categories that the limit on origins leaves out."
    )
    production_entries: int = Field(ge=0, description="Least number of entries with evidence from production.")
    rubric: str = Field(default="lmu", description="Which reading of RADAR scores the sources.")
    preferences: Preferences = Field(default_factory=Preferences, description="What is weighed, not required.")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        ids = [category.id for category in self.categories]
        if len(ids) != len(set(ids)):
            raise ValueError("a category stands twice")
        unknown = set(self.origin_exempt) - set(ids)
        if unknown:
            raise ValueError(f"origin_exempt names unknown categories: {sorted(unknown)}")
        least = sum(category.quota.at_least for category in self.categories)
        most = sum(category.quota.at_most for category in self.categories)
        if least > self.total.at_most or most < self.total.at_least:
            raise ValueError(
                f"the category quotas allow {least} to {most} entries, "
                f"the total asks for {self.total.at_least} to {self.total.at_most}"
            )
        return self

    def category(self, category_id: str) -> Category:
        """The category with this id.

        Raises:
            UnknownNameError: the methodology has no such category.
        """
        for category in self.categories:
            if category.id == category_id:
                return category
        raise UnknownNameError("category", category_id, (category.id for category in self.categories))

    def category_of_kind(self, kind: Kind) -> Category | None:
        """Where a source of this kind is filed when its record names no category."""
        return next((category for category in self.categories if kind in category.kinds), None)


class Technology(Record):
    """One line of the technology stack."""

    group: str = Field(description='"HTTP clients".')
    items: tuple[str, ...] = Field(description="Library or technology names, as the guide writes them.")
    note: str = Field(default="", description="What the guide adds in words.")


class Provenance(Record):
    """Where one part of a guide came from."""

    origin: Literal["read", "default"] = Field(description="Read in the guide's file, or our default.")
    basis: str = Field(description="The words that it was read from, or why this is the default.")


class Guide(Record):
    """A research project."""

    id: str = Field(pattern=SLUG, max_length=LONGEST_SLUG, description="Short name, a slug.")
    title: str = Field(description="As its author wrote it.")
    overview: str = Field(description="What the project is and for whom, in prose.")
    audience: tuple[str, ...] = Field(default=(), description="Who reads the result and in which setting.")
    stance: tuple[str, ...] = Field(
        default=(), description="How to treat the subject: use rather than build, and the like."
    )
    technologies: tuple[Technology, ...] = Field(default=(), description="The technology stack.")
    specifications: tuple[str, ...] = Field(
        default=(), description="What every result must hold, in the author's words."
    )
    request: str = Field(default="", description="The sentence with which the author asks for a domain's prompt.")
    methodology: Methodology = Field(description="The method as data.")
    domains: tuple[Domain, ...] = Field(min_length=1, description="In order.")
    provenance: dict[str, Provenance] = Field(
        default_factory=dict,
        description='Where each part came from, by dotted path ("methodology.total", "domains.2").',
    )

    @model_validator(mode="after")
    def _unique(self) -> Self:
        for what, names in (
            ("domain id", [domain.id for domain in self.domains]),
            ("domain slug", [domain.slug for domain in self.domains]),
            ("focus id", [focus.id for domain in self.domains for focus in domain.focus]),
        ):
            if len(names) != len(set(names)):
                raise ValueError(f"a {what} stands twice")
        for domain in self.domains:
            for focus in domain.focus:
                if focus.id.rpartition(".")[0] != domain.id:
                    raise ValueError(f"focus {focus.id} stands in domain {domain.id}")
        return self

    def domain(self, name: str) -> Domain:
        """The domain with this id, slug, folder or name (case does not matter).

        Raises:
            UnknownNameError: with the near matches.
        """
        wanted = name.strip().lower()
        for domain in self.domains:
            if wanted in (domain.id.lower(), domain.slug, domain.folder, domain.name.lower()):
                return domain
        known = [known for domain in self.domains for known in (domain.id, domain.slug)]
        raise UnknownNameError("domain", name, known)
