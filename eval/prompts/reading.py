"""Read an assembled prompt as a stranger would: its sections, its lines, and what of its words is nobody's data."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from eval.prompts.cases import Asked

_HEADING: Final = re.compile(r"^## (.+)$")
_TAG: Final = re.compile(r"^<(/?)([a-z_]+)>$")
_MARK: Final = re.compile(r"^(?:[-*]\s+|\d+\.\s+)")
_JSON: Final = re.compile(r"^(JSON Schema|By example): (.*)$", re.MULTILINE)
_HIDDEN: Final = "·"
_SHORTEST_HIDDEN: Final = 3
"""Words of a text that is hidden as somebody's data: a shorter one may be a part of our own sentences."""


class Section(NamedTuple):
    """A section of a prompt."""

    role: str
    name: str
    text: str


class Reading(NamedTuple):
    """A prompt as it is read."""

    sections: tuple[Section, ...]
    outside: str
    """Words that stand in no section, marks that are of the other style, tags that don't close."""
    own: dict[str, str]
    """By section: its words in one line, with a dot for every text of guide, rubric and works."""
    forms: dict[str, str]
    """The JSON that tells the form of a reply, by its label."""

    def text(self, name: str) -> str:
        """The words of a section; empty: there is none."""
        return "\n".join(section.text for section in self.sections if section.name == name)

    def lines(self, name: str = "") -> list[str]:
        """The lines of a section (empty: of all) without list marks."""
        texts = (section.text for section in self.sections if not name or section.name == name)
        return [bare(line) for text in texts for line in text.splitlines() if line.strip()]

    def all_own(self) -> str:
        """Our words in all sections."""
        return " ".join(self.own.values())


def read(asked: Asked) -> Reading:
    """Read a prompt by the delimiters of its profile."""
    xml = asked.profile.delimiters == "xml"
    sections: list[Section] = []
    outside: list[str] = []
    for message in asked.prompt.messages:
        found, stray = (_tagged if xml else _headed)(message.content)
        sections += [Section(message.role, name, _plain(text, xml=xml)) for name, text in found]
        outside += stray
    whole = one_line(" ".join(section.text for section in sections))
    hidden = sorted((text for text in _texts(asked) if text in whole), key=lambda text: (-len(text), text))
    own = {section.name: _own(section.text, hidden) for section in sections}
    forms = {label: form for section in sections for label, form in _JSON.findall(section.text)}
    return Reading(tuple(sections), "\n".join(outside), own, forms)


def bare(line: str) -> str:
    """A line without its list mark and the backslash that keeps data from opening a block."""
    return _MARK.sub("", line.strip()).removeprefix("\\")


def one_line(text: str) -> str:
    """A text of a guide as it may stand in a prompt."""
    return " ".join(text.split())


def _tagged(content: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Sections between tags."""
    found: list[tuple[str, str]] = []
    stray: list[str] = []
    name, lines = "", list[str]()
    for line in content.splitlines():
        mark = _TAG.match(line)
        if mark and not mark[1] and not name:
            name, lines = mark[2], []
        elif mark and mark[1] and mark[2] == name:
            found.append((name, "\n".join(lines)))
            name = ""
        elif mark or _HEADING.match(line) or not name:
            stray += [line] if line.strip() else []
        else:
            lines.append(line)
    return found, [*stray, *([f"<{name}> is not closed"] if name else [])]


def _headed(content: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Sections under headings."""
    found: list[tuple[str, list[str]]] = []
    stray: list[str] = []
    for line in content.splitlines():
        mark = _HEADING.match(line)
        if mark:
            found.append((mark[1].lower().replace(" ", "_"), []))
        elif _TAG.match(line) or (line.strip() and not found):
            stray.append(line)
        elif found:
            found[-1][1].append(line)
    return [(name, "\n".join(lines)) for name, lines in found], stray


def _plain(text: str, *, xml: bool) -> str:
    """The words as they were before tags in them were made harmless."""
    return text.replace("&lt;", "<") if xml else text


def _own(text: str, hidden: Sequence[str]) -> str:
    words = one_line(_JSON.sub(r"\1: ", text))
    for data in hidden:
        words = words.replace(data, _HIDDEN)
    return words


def _texts(asked: Asked) -> set[str]:
    """Every longer text of guide, rubric and works."""
    return {line for text in _data(asked) if len((line := one_line(text)).split()) >= _SHORTEST_HIDDEN}


def _data(asked: Asked) -> Iterator[str]:
    guide = asked.guide
    yield from (guide.title, *re.split(r"\n\s*\n", guide.overview), *guide.audience, *guide.stance)
    yield from guide.specifications
    for technology in guide.technologies:
        yield from (technology.group, ", ".join(technology.items), technology.note)
    for domain in guide.domains:
        yield from (domain.name, *(focus.text for focus in domain.focus))
    for category in guide.methodology.categories:
        yield from (category.name, category.description)
    yield asked.rubric.name
    for criterion in asked.rubric.criteria:
        yield " ".join(criterion.questions)
        yield from (level.meaning for level in criterion.levels)
    yield from _of_works(asked)


def _of_works(asked: Asked) -> Iterator[str]:
    for one in asked.candidates:
        yield from (one.title, one.authors, one.summary, one.pattern, *one.key_points, ", ".join(one.ratings))
    if asked.present:
        yield from asked.present.gaps
        for entry in asked.present.entries:
            yield from (entry.title, entry.citation, entry.known, *entry.claims)


def missing(wanted: Iterable[str], there: Iterable[str]) -> list[str]:
    """Which lines are not there."""
    known = set(there)
    return [line for line in wanted if one_line(line) not in known]
