"""What a Markdown guide says of its project: overview, audience, stance, technologies, specifications, request."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from research_agent.guide.document import Block
from research_agent.guide.phrases import label_and_rest, split_list
from research_agent.guide.roles import Part, Role
from research_agent.model.guide import Provenance, Technology

_STANCE = re.compile(
    r"\brather than\b|\binstead of\b|^(?:focus|use|prefer|avoid|treat|emphasi[sz]e|do not|don't)\b", re.IGNORECASE
)
# Words after the last item of a line that tell what the items are for.
_PURPOSE = re.compile(r"(?P<item>\S+(?:\s\S+)??)\s+(?P<note>(?:for|with|including|as|where|when|to)\s.+)")
_TRAILING_NOTE = re.compile(r"(?P<items>.*\S)\s*\((?P<note>[^()]+)\)")
_AND_SO_ON = re.compile(r"(?:and\s+)?(?:etc\.?|others|more|similar|\.\.\.|…)", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“”„«](.{10,})[\"“”»]")

# Holding every line against every other takes time that grows with the square of their number.
_MOST_COMPARED = 1_000


class Project(NamedTuple):
    """What a guide says of its project."""

    overview: str
    audience: tuple[str, ...]
    stance: tuple[str, ...]
    technologies: tuple[Technology, ...]
    request: str
    provenance: dict[str, Provenance]


def read_project(parts: Sequence[Part]) -> Project:
    """The project in the guide's words; empty where it says nothing."""
    overview = _overview(parts)
    audience = [block.text for block in _blocks(parts, "audience") if not _STANCE.search(block.text)]
    stance = [block.text for block in _blocks(parts, "audience") if _STANCE.search(block.text)]
    of_readers: tuple[Role, ...] = ("audience",) if stance else ()
    stance += [block.text for block in _blocks(parts, "stance")]
    technologies = tuple(
        technology for part in parts if part.role == "technologies" for technology in _technologies(part)
    )
    request = next((_unquoted(block.text) for block in _blocks(parts, "request")), "")
    found: tuple[tuple[str, object, tuple[Role, ...]], ...] = (
        ("overview", overview, ("overview",)),
        ("audience", audience, ("audience",)),
        ("stance", stance, ("stance", *of_readers)),
        ("technologies", technologies, ("technologies",)),
        ("request", request, ("request",)),
    )
    provenance = {name: _below(parts, roles) for name, value, roles in found if value}
    return Project(overview, _once(audience), _once(stance), technologies, request, provenance)


def read_specifications(parts: Sequence[Part], turned: frozenset[int]) -> tuple[tuple[str, ...], Provenance | None]:
    """What every result must hold: the specifications, and those lines of the method that no number says.

    Args:
        parts: the sections.
        turned: lines of the method that were turned into numbers.
    """
    method = [block.text for block in _blocks(parts, "method") if block.line not in turned]
    listed = [block.text for block in _blocks(parts, "specifications")]
    kept = _once([*method, *listed])
    return kept, _below(parts, ("method", "specifications")) if kept else None


# --- parts ----------------------------------------------------------------------------------------------------------


def _blocks(parts: Sequence[Part], role: Role) -> Iterator[Block]:
    for part in parts:
        if part.role == role:
            yield from part.section.blocks


def _below(parts: Sequence[Part], roles: Sequence[Role]) -> Provenance:
    """Provenance of what is as long as a section: the headings that it stands below."""
    headings = [part.heading for part in parts if part.role in roles and part.section.blocks and part.heading]
    named = "; ".join(dict.fromkeys(headings))
    return Provenance(origin="read", basis=f"Below: {named}" if named else "Before the first heading.")


def _overview(parts: Sequence[Part]) -> str:
    """Its paragraphs, an empty line apart; the items of a list on lines of their own."""
    overview = ""
    before: Block | None = None
    for block in _blocks(parts, "overview"):
        in_list = before is not None and before.kind == block.kind == "item"
        text = f"- {block.text}" if block.kind == "item" else block.text
        overview += ("\n" if in_list else "\n\n" if before else "") + text
        before = block
    return overview


def _technologies(part: Part) -> Iterator[Technology]:
    unlabelled: list[str] = []
    for block in part.section.blocks:
        group, rest = label_and_rest(block.text)
        if group:
            yield _technology(group, rest)
        else:
            unlabelled.append(block.text)
    if unlabelled:
        yield Technology(group=part.heading, items=tuple(unlabelled))


def _technology(group: str, text: str) -> Technology:
    """`pencils, inks (and alternatives)`, `linen, cotton for canvases`: the items, and what is added in words."""
    notes: list[str] = []
    if match := _TRAILING_NOTE.fullmatch(text):
        text = match["items"]
        notes.append(match["note"].strip())
    items = list(split_list(text))
    if len(items) > 1 and _AND_SO_ON.fullmatch(items[-1]):
        notes.append(items.pop())
    if len(items) > 1 and (match := _PURPOSE.fullmatch(items[-1])):
        items[-1] = match["item"]
        notes.append(match["note"].strip())
    return Technology(group=group, items=tuple(items), note="; ".join(notes))


def _unquoted(text: str) -> str:
    match = _QUOTED.search(text)
    return match[1].strip() if match else text


def _once(lines: Sequence[str]) -> tuple[str, ...]:
    """The lines without those that another one says in full (of very many: equal ones), in the order of the text."""
    if len(lines) > _MOST_COMPARED:
        return tuple(dict.fromkeys(lines))
    kept: list[str] = []
    for line in lines:
        if not any(line.casefold() in other.casefold() for other in kept):
            kept = [other for other in kept if other.casefold() not in line.casefold()]
            kept.append(line)
    return tuple(kept)
