"""Find a guide's domains and their focus bullets among the blocks of a Markdown text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pydantic import ValidationError

from research_agent.errors import GuideError
from research_agent.guide.document import LABEL, Block
from research_agent.guide.domain_headings import DomainHeading, name_and_state, read_domain_heading, read_state
from research_agent.guide.nodes import describe_fault
from research_agent.guide.phrases import label_and_rest, split_list
from research_agent.guide.slugs import slug
from research_agent.model.guide import LONGEST_SLUG, Domain, Focus, Provenance

_DOMAIN_LIST = re.compile(r"\bdomains\b|\bdomain list\b", re.IGNORECASE)
_DECLARED = re.compile(
    r"\((\d{1,4})(?:\s+(?:in\s+)?total|\s+domains)?\)|\b(\d{1,4})\s+(?:[\w-]+\s+){0,2}domains\b", re.IGNORECASE
)
_FOCUS = re.compile(
    r"(?:(?:research|key|main|core|guiding)\s+)*"
    r"(?:focus(?:\s+(?:areas?|points?|bullets?|topics?|questions?))?|questions?|topics?)",
    re.IGNORECASE,
)
_SHORTEST_BULLET = 2
_LOOKED_FOR = "headings such as '## Domain 1: Name', or numbered ones below a heading 'Domains'"


class DomainReading(NamedTuple):
    """The domains of a text, and what stands outside them."""

    domains: tuple[Domain, ...]
    provenance: dict[str, Provenance]
    rest: tuple[Block, ...]


def read_domains(blocks: Sequence[Block], file: str, lines: int) -> DomainReading:
    """The domains, in the order of the text.

    Args:
        blocks: the whole text.
        file: its name, for errors.
        lines: how many lines it has.

    Raises:
        GuideError: there are none, one has no focus, two are the same, or a heading announces another number of them.
    """
    found = list(_under_headings(blocks)) or list(_in_lists(blocks))
    if not found:
        raise GuideError(_no_guide(blocks, file, lines))
    domains: list[Domain] = []
    provenance: dict[str, Provenance] = {}
    taken: dict[str, _Found] = {}
    slugs: set[str] = set()
    for position, one in enumerate(found, start=1):
        domain = _domain(one, position, file, slugs)
        slugs.add(domain.slug)
        for key in (f"the number {domain.id}", f"the name {domain.name!r}"):
            if (other := taken.setdefault(key.casefold(), one)) is not one:
                raise GuideError(
                    f"{file}, line {one.block.line}: a second domain has {key}; the first stands on line "
                    f"{other.block.line}. Give each its own."
                )
        domains.append(domain)
        provenance[f"domains.{domain.id}"] = Provenance(origin="read", basis=one.block.text)
    _check_number(blocks, len(domains), file)
    inside = {number for one in found for number in one.positions}
    rest = tuple(block for number, block in enumerate(blocks) if number not in inside)
    return DomainReading(tuple(domains), provenance, rest)


# --- where domains stand --------------------------------------------------------------------------------------------


@dataclass
class _Found:
    """A domain as it stands in the text."""

    block: Block
    heading: DomainHeading
    positions: range
    inside: Sequence[Block]


def _under_headings(blocks: Sequence[Block]) -> Iterator[_Found]:
    starts = dict(_domain_headings(blocks))
    for number, heading in starts.items():
        end = number + 1
        while end < len(blocks) and end not in starts and not _ends(blocks[end], blocks[number]):
            end += 1
        yield _Found(blocks[number], heading, range(number, end), blocks[number + 1 : end])


def _domain_headings(blocks: Sequence[Block]) -> Iterator[tuple[int, DomainHeading]]:
    above: list[Block] = []
    for number, block in enumerate(blocks):
        if block.kind != "heading":
            continue
        above = [higher for higher in above if higher.level < block.level]
        heading = read_domain_heading(block.text)
        in_list = any(_DOMAIN_LIST.search(higher.text) for higher in above if not _is_title(higher, blocks))
        if heading and (heading.explicit or in_list or _has_focus_label(blocks, number)):
            yield number, heading
        else:
            above.append(block)


def _is_title(block: Block, blocks: Sequence[Block]) -> bool:
    return block.level == 1 and block is next(b for b in blocks if b.kind == "heading")


def _has_focus_label(blocks: Sequence[Block], number: int) -> bool:
    """Whether the first thing below this heading is labelled as its focus."""
    following = blocks[number + 1] if number + 1 < len(blocks) else None
    if following is None:
        return False
    label = following.text if following.kind == "heading" else label_and_rest(following.text)[0]
    return _is_focus(label)


def _ends(block: Block, start: Block) -> bool:
    """Whether this block stands outside the domain that `start` heads: a heading as high or higher."""
    return block.kind == "heading" and block.level <= min(start.level, LABEL - 1)


def _in_lists(blocks: Sequence[Block]) -> Iterator[_Found]:
    """Domains as items of a list below a heading 'Domains': `1. Name: focus, focus`, or with items below each."""
    listed = False
    for number, block in enumerate(blocks):
        if block.kind == "heading":
            listed = bool(_DOMAIN_LIST.search(block.text)) and not _is_title(block, blocks)
        elif listed and block.kind == "item" and block.level == 1:
            label, rest = label_and_rest(block.text)
            name = label or block.text.rstrip(":")
            bare, completed = name_and_state(name)
            heading = read_domain_heading(name) or DomainHeading(block.number, bare, completed, explicit=False)
            end = number + 1
            while end < len(blocks) and blocks[end].kind == "item" and blocks[end].level > 1:
                end += 1
            below = [child._replace(level=child.level - 1) for child in blocks[number + 1 : end]]
            focus = [Block("paragraph", f"Focus: {rest}", block.line, 0)] if label else []
            yield _Found(block._replace(text=name), heading, range(number, end), [*focus, *below])


# --- what stands in a domain ----------------------------------------------------------------------------------------


def _domain(found: _Found, position: int, file: str, slugs: set[str]) -> Domain:
    name, number = found.heading.name, found.heading.number or str(position)
    bullets = list(_bullets(found.inside))
    if not bullets:
        raise GuideError(
            f"{file}, line {found.block.line}: reading stopped at domain {number}, {name!r}, which has no focus. "
            "Looked below its heading for a list of bullets or a line such as 'Focus: first, second, third'; "
            f"found {_summary(found.inside)}. Nothing was kept."
        )
    for bullet in bullets:
        if len(bullet.text) < _SHORTEST_BULLET:
            raise GuideError(
                f"{file}, line {bullet.line}: the focus bullet {bullet.text!r} of domain {number} is too short to "
                f"search for; it needs {_SHORTEST_BULLET} characters or more."
            )
    states = [state for block in found.inside if (state := read_state(block.text)) is not None]
    short = slug(name)
    try:
        return Domain(
            id=number,
            slug=short if short and short not in slugs else _numbered(short, number),
            name=name,
            completed=found.heading.completed or any(states),
            focus=tuple(Focus(id=f"{number}.{n}", text=bullet.text) for n, bullet in enumerate(bullets, start=1)),
        )
    except ValidationError as error:
        raise GuideError(
            f"{file}, line {found.block.line}: domain {number}: {describe_fault(error)}. Nothing was kept."
        ) from error


def _numbered(short: str, number: str) -> str:
    """The slug of a domain whose name gives none of its own: `wells-domain-2`, or `domain-2`."""
    ending = f"domain-{slug(number)}"
    begun = short[: LONGEST_SLUG - len(ending) - 1].strip("-")
    return f"{begun}-{ending}" if begun else ending


@dataclass
class _Group:
    """Items under one label of a domain."""

    label: str
    items: list[Block] = field(default_factory=list)


def _bullets(blocks: Sequence[Block]) -> list[Block]:
    """The items labelled as focus; without such a label those under none, else those under the first one."""
    groups = list(_groups(blocks))
    labelled = [item for group in groups if _is_focus(group.label) for item in group.items]
    plain = [item for group in groups if not group.label for item in group.items]
    return labelled or plain or next((group.items for group in groups if group.items), [])


def _groups(blocks: Sequence[Block]) -> Iterator[_Group]:
    group = _Group("")
    for block in blocks:
        label, rest = label_and_rest(block.text)
        if block.kind == "heading":
            yield group
            group = _Group(block.text)
        elif _is_focus(label):
            yield group
            group = _Group(label, [block._replace(text=phrase) for phrase in split_list(rest)])
        elif block.kind == "item" and read_state(block.text) is None:
            if block.level > 1 and group.items:
                group.items[-1] = _joined(group.items[-1], block)
            else:
                group.items.append(block)
    yield group


def _joined(item: Block, below: Block) -> Block:
    """An item with one that stands below it: `Retries: backoff; budgets`."""
    joint = " " if item.text.endswith(":") else "; " if item.number == "joined" else ": "
    return item._replace(text=f"{item.text}{joint}{below.text}", number="joined")


def _is_focus(label: str) -> bool:
    return bool(_FOCUS.fullmatch(label.rstrip(": ")))


# --- what to say of a text that is no guide -------------------------------------------------------------------------


def _check_number(blocks: Sequence[Block], found: int, file: str) -> None:
    for block in blocks:
        if block.kind == "heading" and _DOMAIN_LIST.search(block.text) and (match := _DECLARED.search(block.text)):
            declared = int(match[1] or match[2])
            if declared != found:
                raise GuideError(
                    f"{file}, line {block.line}: the heading {block.text!r} announces {declared} domains, but "
                    f"{found} were found. Looked for {_LOOKED_FOR}. Mend the number or the headings."
                )


def _no_guide(blocks: Sequence[Block], file: str, lines: int) -> str:
    headings = [block for block in blocks if block.kind == "heading"]
    shown = ", ".join(f"{heading.text[:40]!r} (line {heading.line})" for heading in headings[:5])
    seen = f"{len(headings)} other headings: {shown}" if headings else "no heading at all"
    return (
        f"{file} is no guide: read to its end, line {lines}, without finding a domain. Looked for {_LOOKED_FOR}; "
        f"found {seen}. Nothing was kept. docs/guide-format.md shows what a guide looks like."
    )


def _summary(blocks: Sequence[Block]) -> str:
    if not blocks:
        return "nothing"
    return f"{blocks[0].text[:60]!r} on line {blocks[0].line}"
