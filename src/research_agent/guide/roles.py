"""What a section of a Markdown guide is about, by its heading: the method, the audience, the technology stack ..."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from research_agent.guide.document import Block, Section, sections_of

Role = Literal[
    "overview", "audience", "stance", "technologies", "categories", "hierarchy", "method", "specifications", "request"
]

# The first that matches counts: "Source Categories" is about categories, though "source" could be the method.
_ROLES: tuple[tuple[Role, str], ...] = (
    ("categories", r"\bcategor(?:y|ies)\b"),
    ("hierarchy", r"\bhierarchy\b|\border of trust\b"),
    ("method", r"\bmethod(?:s|ology)?\b|\brequest format\b|\bapproach\b|\bconstraints?\b|\bcriteria\b|\brules\b"),
    ("request", r"\brequest\b"),
    ("specifications", r"\bspecifications?\b|\brequirements?\b|\bspecs\b"),
    ("technologies", r"\btechnolog(?:y|ies)\b|\bstack\b|\btools\b|\blibraries\b"),
    ("audience", r"\baudience\b|\breaders?\b"),
    ("stance", r"\bstance\b|\bprinciples?\b|\bperspective\b"),
    ("overview", r"\boverview\b|\bintroduction\b|\babout\b|\bbackground\b|\bpurpose\b|\bgoals?\b|\babstract\b"),
)


class Part(NamedTuple):
    """A section with what it is about."""

    role: Role | None
    section: Section

    @property
    def heading(self) -> str:
        """The words of its heading, without numbering."""
        text = self.section.heading.text if self.section.heading else ""
        return re.sub(r"^\d+(?:\.\d+)*[.)]?\s+", "", text).rstrip(":")


def parts_of(blocks: Sequence[Block], title: Block | None) -> list[Part]:
    """The sections, each with its own role or that of the nearest heading above it; the title gives none."""
    return [Part(_role(section, title), section) for section in sections_of(blocks)]


def _role(section: Section, title: Block | None) -> Role | None:
    for heading in _from_inside(section):
        if heading is title:
            continue
        for role, words in _ROLES:
            if re.search(words, heading.text, re.IGNORECASE):
                return role
    # What stands below the title and before the next heading introduces the whole.
    return "overview" if section.heading is title else None


def _from_inside(section: Section) -> Iterator[Block]:
    if section.heading:
        yield section.heading
    yield from reversed(section.above)
