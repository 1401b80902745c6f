"""Read a guide in Markdown as people write it; `docs/guide-format.md` says what is read and what is filled in."""

from collections.abc import Sequence
from pathlib import PurePath

from pydantic import ValidationError

from research_agent.errors import GuideError
from research_agent.guide.complete import complete
from research_agent.guide.defaults import Defaults, default_methodology
from research_agent.guide.document import Block, read_blocks, repair
from research_agent.guide.domains import read_domains
from research_agent.guide.files import check_length
from research_agent.guide.method import MethodReading, read_method
from research_agent.guide.names import guide_id
from research_agent.guide.nodes import describe_fault
from research_agent.guide.project import read_project, read_specifications
from research_agent.guide.roles import parts_of
from research_agent.model.guide import Guide, Methodology, Provenance
from research_agent.model.text import without_controls


def import_guide(text: str, *, name: str, defaults: Defaults | None = None) -> Guide:
    """The guide in a Markdown text.

    Everything that was read has a provenance "read" with its words; everything else "default" with the reason.

    Args:
        text: the Markdown; wrongly decoded characters in it are put right.
        name: what people know the file by, for errors and where the text has no title.
        defaults: the method where the guide does not say otherwise; the shipped one unless given.

    Raises:
        GuideError: the text is no guide or contradicts itself; says what was looked for, what was found, and the line.
    """
    check_length(text, name)
    defaults = defaults or default_methodology()
    text = repair(text)
    blocks = read_blocks(text)
    reading = read_domains(blocks, name, text.count("\n") + 1)
    title_block = _title_block(reading.rest)
    parts = parts_of(reading.rest, title_block)
    project = read_project(parts)
    method = read_method(parts, defaults, name)
    specifications, specified = read_specifications(parts, method.turned)
    methodology, provenance = _complete(method, defaults, name)

    title = title_block.text if title_block else without_controls(PurePath(name).stem or name)
    identity, made = guide_id(title, PurePath(name), short=True)
    origin_of_title = (
        Provenance(origin="read", basis=title_block.text)
        if title_block
        else Provenance(origin="default", basis="The text has no title; this is the name of its file.")
    )
    described = {
        "id": made,
        "title": origin_of_title,
        **project.provenance,
        **({"specifications": specified} if specified else {}),
    }
    try:
        return Guide(
            id=identity,
            title=title,
            overview=project.overview,
            audience=project.audience,
            stance=project.stance,
            technologies=project.technologies,
            specifications=specifications,
            request=project.request,
            methodology=methodology,
            domains=reading.domains,
            provenance={**described, **provenance, **reading.provenance},
        )
    except ValidationError as error:
        raise GuideError(f"{name} is no guide: {describe_fault(error)}. Nothing was kept.") from error


def _title_block(blocks: Sequence[Block]) -> Block | None:
    """The first heading of the highest level that the text has, if it stands before all others."""
    headings = [block for block in blocks if block.kind == "heading"]
    if not headings or headings[0].level != 1:
        return None
    return headings[0]


def _complete(method: MethodReading, defaults: Defaults, name: str) -> tuple[Methodology, dict[str, Provenance]]:
    """The whole method with the provenance of every value, in the order of the method's fields."""
    try:
        methodology, filled = complete(method.partial, defaults)
    except ValidationError as error:
        read = [f"{path.removeprefix('methodology.')}: {part.basis!r}" for path, part in method.provenance.items()]
        stated = "; ".join(dict.fromkeys(read)) or "nothing"
        raise GuideError(
            f"{name}: the numbers of the method contradict each other: {describe_fault(error)}. Read: {stated}. "
            "Mend one of them; nothing was kept."
        ) from error
    for path, words in method.asked.items():
        if path in filled:
            filled[path] = Provenance(origin="default", basis=f"The guide's words are {words!r}. {filled[path].basis}")
    return methodology, {**method.provenance, **filled}
