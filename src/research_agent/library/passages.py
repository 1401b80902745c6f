"""Cut a source into passages. Pure: the same source gives the same passages, ids and order."""

from collections.abc import Iterator

from research_agent.library.indexes import IndexedPassage
from research_agent.model.library import Part, Passage
from research_agent.model.source import Placement, Source


def embedding_text(title: str, passage: Passage) -> str:
    """The text whose vector stands for the passage: the source's title, a line break, the passage.

    A key point alone ("The default is three.") says too little to be found by meaning; the title gives it its subject.
    """
    return f"{title}\n{passage.text}"


def passages_of(source: Source) -> list[Passage]:
    """Its passages: for each placement the summary, each key point, and the code pattern ("library: idea")."""
    return [
        Passage(
            id=f"{source.id}/{placement.guide}/{placement.domain}/{part}/{position}",
            source=source.id,
            guide=placement.guide,
            domain=placement.domain,
            part=part,
            position=position,
            text=text,
            where=where,
        )
        for placement in source.placements
        for part, position, text, where in _parts(placement)
        if text.strip()
    ]


def source_of(passage_id: str) -> str:
    """The source of a passage, by its id."""
    return passage_id.partition("/")[0]


def indexed_passages(source: Source) -> list[IndexedPassage]:
    """Its passages with the fields that searches filter by."""
    category = {(placement.guide, placement.domain): placement.category for placement in source.placements}
    return [
        IndexedPassage(
            passage=passage,
            title=source.title,
            category=category[passage.guide, passage.domain],
            kind=source.kind,
            year=source.year,
            peer_reviewed=source.peer_reviewed,
        )
        for passage in passages_of(source)
    ]


def _parts(placement: Placement) -> Iterator[tuple[Part, int, str, str]]:
    yield "summary", 0, placement.summary, ""
    for position, point in enumerate(placement.key_points):
        yield "key_point", position, point.text, point.where
    if placement.code_pattern:
        yield "code_pattern", 0, f"{placement.code_pattern.library}: {placement.code_pattern.idea}", ""
