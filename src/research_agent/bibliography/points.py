"""The points of all entries, each with the bullet that it says most about: what the guide is drawn from. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from research_agent.bibliography.focus_notes import ADEQUATE, worth_of
from research_agent.bibliography.statements import as_sentence, is_publication_fact, tells_of_the_work
from research_agent.library.indexes import Vectors
from research_agent.model.bibliography import Bibliography, Entry
from research_agent.model.guide import Focus
from research_agent.model.library import Passage
from research_agent.model.quotation import is_quoted
from research_agent.model.synthesis import Point

WORTH: Final = 2.0
"""What a point's worth for its bullet (about 0.25 to 0.8) weighs beside the RADAR total of its entry (1 to 5)."""
ONE_STATEMENT: Final = 0.85
"""Cosine from which two points of one work, read for two domains, are one statement."""


@dataclass(frozen=True)
class Pool:
    """The points of all entries, a row each.

    Attributes:
        points: key points and patterns, without those that only tell of the work or repeat another of the same work.
        vectors: (n, d), a row a point.
        homes: the bullet that a point says most about, and its worth there; None: it says little about any.
    """

    points: list[Point]
    vectors: Vectors
    homes: list[tuple[str, float] | None]

    def at(self, bullet: str, part: str) -> list[int]:
        """The rows of this part that belong to a bullet, the best first, support aside."""
        rows = [
            row for row, home in enumerate(self.homes) if home and home[0] == bullet and self.points[row].part == part
        ]
        return sorted(rows, key=self.rank)

    def rank(self, row: int) -> tuple[float, str]:
        """A sort key: RADAR total and worth for the bullet, then the passage's id."""
        home = self.homes[row]
        return -round(self.points[row].total + WORTH * (home[1] if home else 0.0), 6), self.points[row].passage


def pool_of(
    bullets: Sequence[Focus],
    bibliographies: Sequence[Bibliography],
    passages: Sequence[Passage],
    vectors: Vectors,
    bullet_vectors: Vectors,
) -> Pool:
    """The points of all entries, in the order of their passages' ids.

    Args:
        bullets: of all domains, in the order of the guide.
        bibliographies: whose entries are weighed.
        passages: of all domains; those of works that are no entries are ignored.
        vectors: (passages, d) float32 of unit length, a row a passage.
        bullet_vectors: (bullets, d) float32 of unit length, a row a bullet.
    """
    entries = {(b.guide, b.domain, entry.source.id): entry for b in bibliographies for entry in b.entries}
    column = {bullet.id: index for index, bullet in enumerate(bullets)}
    by_id = {bullet.id: bullet for bullet in bullets}
    table = vectors @ bullet_vectors.T
    points: list[Point] = []
    rows: list[int] = []
    homes: list[tuple[str, float] | None] = []
    said: dict[str, list[int]] = {}
    for row, passage in sorted(enumerate(passages), key=lambda pair: pair[1].id):
        entry = entries.get((passage.guide, passage.domain, passage.source))
        if entry is None or not is_a_point(passage):
            continue
        mine = said.setdefault(passage.source, [])
        if mine and float(np.max(vectors[mine] @ vectors[row])) >= ONE_STATEMENT:
            continue
        mine.append(row)
        rows.append(row)
        points.append(_point(passage, entry))
        worths = [
            (worth_of(by_id[focus].text, passage.text, float(table[row, column[focus]])), focus)
            for focus in entry.evaluation.focus
            if focus in column
        ]
        worth, focus = min(worths, key=lambda pair: (-pair[0], column[pair[1]]), default=(0.0, ""))
        homes.append((focus, worth) if worth >= ADEQUATE else None)
    return Pool(points, vectors[rows], homes)


def is_a_point(passage: Passage) -> bool:
    """Whether a passage is a key point or a pattern, and does not only tell of its work."""
    if passage.part == "key_point":
        return not (is_publication_fact(passage.text) or tells_of_the_work(passage.text))
    return passage.part == "code_pattern"


def _point(passage: Passage, entry: Entry) -> Point:
    pattern = entry.annotation.code_pattern
    is_pattern = passage.part == "code_pattern"
    return Point(
        text=as_sentence(pattern.idea if is_pattern and pattern else passage.text),
        part="code_pattern" if is_pattern else "key_point",
        library=pattern.library if is_pattern and pattern else "",
        passage=passage.id,
        source=entry.source.id,
        citation_key=entry.citation_key,
        origin=entry.source.origin,
        domain=passage.domain,
        total=entry.evaluation.total,
        quoted=not is_pattern and is_quoted(passage.where),
    )
