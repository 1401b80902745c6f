"""Draw the holistic guide from the bibliographies of all domains, without a model: which points, and where.

Pure: the vectors are handed in, and no line is written here that is not a statement of a source's record.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from research_agent.bibliography.agreement import Alike, alike, differing, near, supporting
from research_agent.bibliography.citations import cite
from research_agent.bibliography.csl import csl_item
from research_agent.bibliography.points import Pool, is_a_point, pool_of
from research_agent.bibliography.search_report import live_searches
from research_agent.bibliography.statements import (
    as_sentence,
    says_what_happens,
)
from research_agent.bibliography.themes import meeting_bullets
from research_agent.library.indexes import Vectors
from research_agent.model.bibliography import Bibliography
from research_agent.model.guide import Focus, Guide
from research_agent.model.library import Passage
from research_agent.model.quotation import is_quoted
from research_agent.model.source import Source
from research_agent.model.synthesis import (
    Agreement,
    BulletPractices,
    CitedSource,
    Disagreement,
    LibraryPatterns,
    OutsidePoint,
    Point,
    Practice,
    SideBySide,
    Synthesis,
    Theme,
)

POINTS_OF_A_BULLET: Final = 4
"""Points shown of one bullet; the rest is counted and stands in the bibliographies."""
POINTS_OF_A_WORK: Final = 2
"""Points that one work may have under one bullet."""
PATTERNS_OF_A_LIBRARY: Final = 6
"""Patterns shown of one library beside those that stand with bullets."""
PAIRS_SIDE_BY_SIDE: Final = 25
"""Pairs shown side by side; read by eye on the shipped guide, 20 of the nearest 25 were worth comparing, and about
half of the seven that follow."""
PAIRS_OF_A_BULLET: Final = 2
"""Pairs side by side that one bullet may be home to; a point stands in one of them."""

_NOT_TO_BE_RELIED_ON: Final = ("retracted", "withdrawn")
"""Signals of a source that supports nothing; no bibliography has such an entry (COPE retraction guidelines, 2019)."""


class SynthesisMaterial(NamedTuple):
    """What the synthesis is drawn from beside the bibliographies."""

    passages: Sequence[Passage]  # of all domains; those of works that are no entries and not in `others` are ignored
    vectors: Vectors  # (passages, d) float32 of unit length, a row a passage
    bullets: Vectors  # (bullets, d) float32 of unit length, a row a bullet, in the order of the guide's domains
    others: Sequence[Source] = ()  # whose points may support those of entries although they are none; entries may be in


def synthesise(guide: Guide, bibliographies: Sequence[Bibliography], material: SynthesisMaterial) -> Synthesis:
    """The practices of all domains, grouped where their bullets meet, each with the entries that it rests on.

    A key point goes to the bullet that it says most about among those that its entry covers. Under a bullet the points
    are ranked by how many independent origins nearly say the same, then advice and behaviour before bare facts, then by
    the RADAR total of the entry and the worth for the bullet together; at most `POINTS_OF_A_WORK` of one work,
    `POINTS_OF_A_BULLET` in all. Support also comes from sources of the library that are no entries; they are named as
    such, and none of their points stands by itself.
    """
    bullets = [focus for domain in guide.domains for focus in domain.focus]
    pool = pool_of(bullets, bibliographies, material.passages, material.vectors, material.bullets)
    cosines = pool.vectors @ pool.vectors.T
    agreeing = alike(pool.points, cosines)
    support = _Support(_support(pool, agreeing), _outside_support(pool, bibliographies, material))
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
        agreements=_agreements(pool, agreeing, support.outside),
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
        side_by_side=_side_by_side(pool, cosines),
        sources=_cited(bibliographies),
        points=len(pool.points),
        searches=live_searches(bibliographies),
    )


def _support(pool: Pool, agreeing: Iterable[Alike]) -> dict[int, list[int]]:
    """By row, the rows of other origins that nearly say the same: the nearest of each origin, nearest first."""
    support: dict[int, list[int]] = {}
    for pair in agreeing:
        for mine, other in ((pair.left, pair.right), (pair.right, pair.left)):
            found = support.setdefault(mine, [])
            if all(pool.points[other].origin != pool.points[row].origin for row in found):
                found.append(other)
    return support


class _Found(NamedTuple):
    """A point outside of the bibliographies that says the same as a point of an entry."""

    point: OutsidePoint
    similarity: float


class _Support(NamedTuple):
    """By row of the pool, what says the same: rows of other entries, and points of sources that are no entries."""

    rows: Mapping[int, list[int]]
    outside: Mapping[int, list[_Found]]

    def of(self, pool: Pool, row: int) -> tuple[list[int], list[OutsidePoint]]:
        """The support of one row, one point of each origin, entries before others."""
        rows = self.rows.get(row, [])
        taken = [pool.points[other].origin for other in (row, *rows)]
        return rows, [found.point for found in _of_further_origins(self.outside.get(row, ()), taken)]


def _of_further_origins(found: Iterable[_Found], taken: Iterable[str]) -> list[_Found]:
    """The nearest of each origin that is not taken, nearest first."""
    origins = {origin.casefold() for origin in taken}
    further = []
    for one in sorted(found, key=lambda one: (-one.similarity, one.point.passage)):
        if one.point.origin.casefold() not in origins:
            origins.add(one.point.origin.casefold())
            further.append(one)
    return further


def _outside_support(
    pool: Pool, bibliographies: Iterable[Bibliography], material: SynthesisMaterial
) -> dict[int, list[_Found]]:
    """By row, the points of sources that are no entries of the domain they were read for and say the same."""
    entries = {(b.guide, b.domain, entry.source.id) for b in bibliographies for entry in b.entries}
    sources = {
        source.id: source
        for source in material.others
        if not any(source.signal(name).value for name in _NOT_TO_BE_RELIED_ON)
    }
    points: list[OutsidePoint] = []
    rows: list[int] = []
    for row, passage in enumerate(material.passages):
        source = sources.get(passage.source)
        if (
            source is not None
            and passage.part == "key_point"
            and (passage.guide, passage.domain, passage.source) not in entries
            and is_a_point(passage)
        ):
            points.append(_outside_point(passage, source))
            rows.append(row)
    found: dict[int, list[_Found]] = {}
    for pair in supporting(pool.points, points, pool.vectors @ material.vectors[rows].T):
        found.setdefault(pair.left, []).append(_Found(points[pair.right], pair.similarity))
    return found


def _outside_point(passage: Passage, source: Source) -> OutsidePoint:
    return OutsidePoint(
        text=as_sentence(passage.text),
        passage=passage.id,
        source=source.id,
        origin=source.origin,
        domain=passage.domain,
        title=source.title,
        url=source.url,
        existence=source.existence,
        quoted=is_quoted(passage.where),
    )


def _bullet(bullet: Focus, pool: Pool, support: _Support) -> BulletPractices:
    def by_support(row: int) -> tuple[int, bool, tuple[float, str]]:
        return (
            -sum(len(found) for found in support.of(pool, row)),
            not says_what_happens(pool.points[row].text),
            pool.rank(row),
        )

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
            merged.update(support.rows.get(row, ()))
    patterns = pool.at(bullet.id, "code_pattern")
    practices = []
    for row in chosen:
        rows, outside = support.of(pool, row)
        others = tuple(pool.points[other] for other in rows)
        practices.append(Practice(point=pool.points[row], support=others, outside=tuple(outside)))
    return BulletPractices(
        focus=bullet.id,
        practices=tuple(practices),
        pattern=pool.points[patterns[0]] if patterns else None,
        left_out=len([row for row in candidates if row not in merged and row not in chosen]),
    )


def _libraries(pool: Pool, shown: Iterable[BulletPractices]) -> tuple[LibraryPatterns, ...]:
    """Patterns by library, most first; those that stand with a bullet are named by the bullet only."""
    with_bullet = {bullet.pattern.passage: bullet.focus for bullet in shown if bullet.pattern}
    by_library: dict[str, list[int]] = {}
    for row, point in enumerate(pool.points):
        if point.part == "code_pattern":
            by_library.setdefault(point.library.casefold(), []).append(row)
    ordered = sorted(by_library.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return tuple(_library(pool, sorted(rows, key=pool.rank), with_bullet) for _, rows in ordered)


def _library(pool: Pool, rows: Sequence[int], with_bullet: Mapping[str, str]) -> LibraryPatterns:
    points = [pool.points[row] for row in rows]
    free = [point for point in points if point.passage not in with_bullet]
    return LibraryPatterns(
        library=points[0].library,
        patterns=tuple(free[:PATTERNS_OF_A_LIBRARY]),
        with_bullets=tuple(with_bullet[point.passage] for point in points if point.passage in with_bullet),
        left_out=len(free[PATTERNS_OF_A_LIBRARY:]),
    )


def _agreements(
    pool: Pool, agreeing: Sequence[Alike], outside: Mapping[int, Sequence[_Found]]
) -> tuple[Agreement, ...]:
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
    grouped = {row for group in groups for row in group}
    alone = [row for row in outside if row not in grouped]
    found = []
    for group, similarity in (*zip(groups, lowest, strict=True), *(([row], 1.0) for row in alone)):
        points = _one_of_each_origin(pool, group)
        heard = (one for row in group for one in outside.get(row, ()))
        further = _of_further_origins(heard, (point.origin for point in points))
        if len(points) + len(further) > 1:
            least = min([similarity, *(one.similarity for one in further)])
            found.append(Agreement(points=points, outside=tuple(one.point for one in further), similarity=least))

    def most_origins(one: Agreement) -> tuple[int, float, str]:
        return -len(one.points) - len(one.outside), -one.similarity, one.points[0].passage

    return tuple(sorted(found, key=most_origins))


def _one_of_each_origin(pool: Pool, rows: Iterable[int]) -> tuple[Point, ...]:
    best: dict[str, Point] = {}
    for row in sorted(rows, key=pool.rank):
        best.setdefault(pool.points[row].origin, pool.points[row])
    return tuple(best.values())


def _side_by_side(pool: Pool, cosines: NDArray[np.float32]) -> tuple[SideBySide, ...]:
    """The nearest pairs, a point in one of them only and `PAIRS_OF_A_BULLET` a bullet."""
    shown: list[SideBySide] = []
    taken: set[int] = set()
    of_bullet: Counter[str] = Counter()
    for pair in near(pool.points, cosines):
        homes = (pool.homes[row] for row in (pair.left, pair.right))
        focus = tuple(dict.fromkeys(home[0] for home in homes if home))
        if taken & {pair.left, pair.right} or any(of_bullet[one] >= PAIRS_OF_A_BULLET for one in focus):
            continue
        taken |= {pair.left, pair.right}
        of_bullet.update(focus)
        left, right = pool.points[pair.left], pool.points[pair.right]
        shown.append(
            SideBySide(left=left, right=right, focus=focus, observed=pair.observed, similarity=pair.similarity)
        )
        if len(shown) == PAIRS_SIDE_BY_SIDE:
            break
    return tuple(shown)


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
