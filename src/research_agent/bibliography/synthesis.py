"""Draw the holistic guide from the bibliographies of all domains, without a model: which points, and where.

Pure: the vectors are handed in, and no line is written here that is not a statement of a source's record.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from research_agent.bibliography.agreement import Alike, alike, differing
from research_agent.bibliography.citations import cite
from research_agent.bibliography.csl import csl_item
from research_agent.bibliography.focus_notes import ADEQUATE, worth_of
from research_agent.bibliography.statements import (
    as_sentence,
    is_publication_fact,
    says_what_happens,
    tells_of_the_work,
)
from research_agent.bibliography.themes import meeting_bullets
from research_agent.library.indexes import Vectors
from research_agent.model.bibliography import Bibliography, Entry
from research_agent.model.guide import Focus, Guide
from research_agent.model.library import Passage
from research_agent.model.source import Source
from research_agent.model.synthesis import (
    Agreement,
    BulletPractices,
    CitedSource,
    Disagreement,
    LibraryPatterns,
    Point,
    Practice,
    Synthesis,
    Theme,
)

POINTS_OF_A_BULLET: Final = 4
"""Points shown of one bullet; the rest is counted and stands in the bibliographies."""
POINTS_OF_A_WORK: Final = 2
"""Points that one work may have under one bullet."""
PATTERNS_OF_A_LIBRARY: Final = 6
"""Patterns shown of one library beside those that stand with bullets."""
WORTH: Final = 2.0
"""What a point's worth for its bullet (about 0.25 to 0.8) weighs beside the RADAR total of its entry (1 to 5)."""
ONE_STATEMENT: Final = 0.85
"""Cosine from which two points of one work, read for two domains, are one statement."""


class SynthesisMaterial(NamedTuple):
    """What the synthesis is drawn from beside the bibliographies."""

    passages: Sequence[Passage]  # of all domains; those of works that are no entries are ignored
    vectors: Vectors  # (passages, d) float32 of unit length, a row a passage
    bullets: Vectors  # (bullets, d) float32 of unit length, a row a bullet, in the order of the guide's domains


def synthesise(guide: Guide, bibliographies: Sequence[Bibliography], material: SynthesisMaterial) -> Synthesis:
    """The practices of all domains, grouped where their bullets meet, each with the entries that it rests on.

    A key point goes to the bullet that it says most about among those that its entry covers. Under a bullet the points
    are ranked by how many independent origins nearly say the same, then advice and behaviour before bare facts, then by
    the RADAR total of the entry and the worth for the bullet together; at most `POINTS_OF_A_WORK` of one work,
    `POINTS_OF_A_BULLET` in all.
    """
    bullets = [focus for domain in guide.domains for focus in domain.focus]
    pool = _pool(bullets, bibliographies, material)
    cosines = pool.vectors @ pool.vectors.T
    agreeing = alike(pool.points, cosines)
    support = _support(pool, agreeing)
    shown = {bullet.id: _bullet(bullet, pool, support) for bullet in bullets}
    covered_by = _covered_by(bibliographies)
    groups = meeting_bullets(bullets, material.bullets, covered_by)
    grouped = {bullet.id for group in groups for bullet in group.bullets}
    with_entries = {bibliography.domain for bibliography in bibliographies if bibliography.entries}
    return Synthesis(
        guide=guide.id,
        guide_title=guide.title,
        rubrics=tuple(sorted({bibliography.rubric for bibliography in bibliographies})),
        domains=tuple(domain.id for domain in guide.domains if domain.id in with_entries),
        themes=tuple(
            Theme(
                name=group.name,
                bullets=tuple(shown[bullet.id] for bullet in group.bullets),
                shared=_shared_works(group.bullets, covered_by),
            )
            for group in groups
        ),
        bullets=tuple(shown[bullet.id] for bullet in bullets if bullet.id not in grouped),
        libraries=_libraries(pool, shown.values()),
        agreements=_agreements(pool, agreeing),
        disagreements=tuple(
            Disagreement(
                left=pool.points[pair.left],
                right=pool.points[pair.right],
                kind=pair.kind,
                about=pair.about,
                similarity=pair.similarity,
            )
            for pair in differing(pool.points, cosines)
        ),
        sources=_cited(bibliographies),
        points=len(pool.points),
    )


@dataclass(frozen=True)
class _Pool:
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


def _pool(bullets: Sequence[Focus], bibliographies: Sequence[Bibliography], material: SynthesisMaterial) -> _Pool:
    entries = {(b.guide, b.domain, entry.source.id): entry for b in bibliographies for entry in b.entries}
    column = {bullet.id: index for index, bullet in enumerate(bullets)}
    by_id = {bullet.id: bullet for bullet in bullets}
    table = material.vectors @ material.bullets.T
    points: list[Point] = []
    rows: list[int] = []
    homes: list[tuple[str, float] | None] = []
    said: dict[str, list[int]] = {}
    for row, passage in sorted(enumerate(material.passages), key=lambda pair: pair[1].id):
        entry = entries.get((passage.guide, passage.domain, passage.source))
        if entry is None or not _is_a_point(passage):
            continue
        mine = said.setdefault(passage.source, [])
        if mine and float(np.max(material.vectors[mine] @ material.vectors[row])) >= ONE_STATEMENT:
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
    return _Pool(points, material.vectors[rows], homes)


def _is_a_point(passage: Passage) -> bool:
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
    )


def _support(pool: _Pool, agreeing: Iterable[Alike]) -> dict[int, list[int]]:
    """By row, the rows of other origins that nearly say the same: the nearest of each origin, nearest first."""
    support: dict[int, list[int]] = {}
    for pair in agreeing:
        for mine, other in ((pair.left, pair.right), (pair.right, pair.left)):
            found = support.setdefault(mine, [])
            if all(pool.points[other].origin != pool.points[row].origin for row in found):
                found.append(other)
    return support


def _bullet(bullet: Focus, pool: _Pool, support: Mapping[int, list[int]]) -> BulletPractices:
    def by_support(row: int) -> tuple[int, bool, tuple[float, str]]:
        return -len(support.get(row, ())), not says_what_happens(pool.points[row].text), pool.rank(row)

    candidates = sorted(pool.at(bullet.id, "key_point"), key=by_support)
    chosen: list[int] = []
    merged: set[int] = set()
    of_work: Counter[str] = Counter()
    for row in candidates:
        if (
            len(chosen) < POINTS_OF_A_BULLET
            and row not in merged
            and of_work[pool.points[row].source] < POINTS_OF_A_WORK
        ):
            chosen.append(row)
            of_work[pool.points[row].source] += 1
            merged.update(support.get(row, ()))
    patterns = pool.at(bullet.id, "code_pattern")
    practices = [
        Practice(point=pool.points[row], support=tuple(pool.points[other] for other in support.get(row, ())))
        for row in chosen
    ]
    return BulletPractices(
        focus=bullet.id,
        practices=tuple(practices),
        pattern=pool.points[patterns[0]] if patterns else None,
        left_out=len([row for row in candidates if row not in merged and row not in chosen]),
    )


def _libraries(pool: _Pool, shown: Iterable[BulletPractices]) -> tuple[LibraryPatterns, ...]:
    """Patterns by library, most first; those that stand with a bullet are named by the bullet only."""
    with_bullet = {bullet.pattern.passage: bullet.focus for bullet in shown if bullet.pattern}
    by_library: dict[str, list[int]] = {}
    for row, point in enumerate(pool.points):
        if point.part == "code_pattern":
            by_library.setdefault(point.library.casefold(), []).append(row)
    ordered = sorted(by_library.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return tuple(_library(pool, sorted(rows, key=pool.rank), with_bullet) for _, rows in ordered)


def _library(pool: _Pool, rows: Sequence[int], with_bullet: Mapping[str, str]) -> LibraryPatterns:
    points = [pool.points[row] for row in rows]
    free = [point for point in points if point.passage not in with_bullet]
    return LibraryPatterns(
        library=points[0].library,
        patterns=tuple(free[:PATTERNS_OF_A_LIBRARY]),
        with_bullets=tuple(with_bullet[point.passage] for point in points if point.passage in with_bullet),
        left_out=len(free[PATTERNS_OF_A_LIBRARY:]),
    )


def _agreements(pool: _Pool, agreeing: Sequence[Alike]) -> tuple[Agreement, ...]:
    """Pairs that hang together as one agreement, one point of each origin, most origins first."""
    groups: list[list[int]] = []
    lowest: list[float] = []
    for pair in agreeing:
        joined = [index for index, group in enumerate(groups) if pair.left in group or pair.right in group]
        if not joined:
            groups.append([])
            lowest.append(pair.similarity)
            joined = [len(groups) - 1]
        first, *others = joined
        groups[first] += [row for row in (pair.left, pair.right) if row not in groups[first]]
        lowest[first] = min(pair.similarity, *(lowest[index] for index in joined))
        for index in reversed(others):
            groups[first] += [row for row in groups.pop(index) if row not in groups[first]]
            lowest.pop(index)
    found = [
        Agreement(points=points, similarity=similarity)
        for group, similarity in zip(groups, lowest, strict=True)
        if len(points := _one_of_each_origin(pool, group)) > 1
    ]
    return tuple(sorted(found, key=lambda one: (-len(one.points), -one.similarity, one.points[0].passage)))


def _one_of_each_origin(pool: _Pool, rows: Iterable[int]) -> tuple[Point, ...]:
    best: dict[str, Point] = {}
    for row in sorted(rows, key=pool.rank):
        best.setdefault(pool.points[row].origin, pool.points[row])
    return tuple(best.values())


def _covered_by(bibliographies: Iterable[Bibliography]) -> dict[str, set[str]]:
    covered: dict[str, set[str]] = {}
    for bibliography in bibliographies:
        for entry in bibliography.entries:
            for focus in entry.evaluation.focus:
                covered.setdefault(focus, set()).add(entry.citation_key)
    return covered


def _shared_works(bullets: Sequence[Focus], covered_by: Mapping[str, set[str]]) -> tuple[str, ...]:
    """Works that cover bullets of at least two domains of a group."""
    domains: dict[str, set[str]] = {}
    for bullet in bullets:
        for work in covered_by.get(bullet.id, ()):
            domains.setdefault(work, set()).add(bullet.id.rpartition(".")[0])
    return tuple(sorted(work for work, found in domains.items() if len(found) > 1))


def _cited(bibliographies: Sequence[Bibliography]) -> tuple[CitedSource, ...]:
    """All works once, cited as one list: letters behind years ("2026a") are given anew, not taken from the domains."""
    sources: dict[str, Source] = {}
    domains: dict[str, list[str]] = {}
    for bibliography in bibliographies:
        for entry in bibliography.entries:
            sources.setdefault(entry.citation_key, entry.source)
            domains.setdefault(entry.citation_key, []).append(bibliography.domain)
    if not sources:
        return ()
    keys = sorted(sources)
    citations = cite([csl_item(sources[key], key) for key in keys], bibliographies[0].style)
    return tuple(
        CitedSource(citation_key=key, citation=citation, existence=sources[key].existence, domains=tuple(domains[key]))
        for key, citation in zip(keys, citations, strict=True)
    )
