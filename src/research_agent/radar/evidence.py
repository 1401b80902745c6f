"""What a library says of a source beside its record: nearness to bullets, stack, corroboration, authors' other works.

Values that are handed to the judge. The builders are pure and take what a library already holds.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from research_agent.model.guide import Domain, Guide
from research_agent.model.library import Passage
from research_agent.model.source import Placement, Source
from research_agent.radar.authorities import words
from research_agent.radar.sameness import SAYS_THE_SAME, says_the_same
from research_agent.sources.succession import successors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

_ESTABLISHED_KINDS = ("standard", "paper", "report", "thesis")
# fmt: off
_CROWD = frozenset(
    {"authority", "authors", "community", "contributors", "developers", "editors", "engineering",
     "foundation", "group", "index", "initiative", "labs", "maintainers", "members", "project", "reviewers",
     "se", "series", "society", "software", "team", "technologies", "university", "users", "working"}
)
# fmt: on
_LONGEST_NAME = 5  # words; longer ones are departments and groups


class BulletMatch(NamedTuple):
    """How near a source comes to one focus bullet."""

    focus: str  # id of the bullet
    similarity: float  # cosine of its nearest passage, -1 to 1
    passage: str  # id of that passage
    facts: float | None = None  # cosine of its nearest key point; None: it has none, or nobody looked


class AuthorWork(NamedTuple):
    """An established work by an author of the source, held in the same library."""

    author: str
    source: str  # id of that work
    title: str


class DomainEvidence(NamedTuple):
    """What was found of one source for one domain. None: nobody looked; empty: looked, and found nothing."""

    matches: tuple[BulletMatch, ...] | None = None
    stack: tuple[str, ...] | None = None  # names of the guide's technologies that it was read for
    production: str | None = None  # what it carries from production
    corroborated_by: tuple[str, ...] | None = None  # ids of sources of other origins that say the same
    author_works: tuple[AuthorWork, ...] | None = None
    successor: tuple[str, str] | None = None  # id and title of the work of the same library that replaces it

    def match(self, focus: str) -> BulletMatch | None:
        """The match of this bullet."""
        return next((match for match in self.matches or () if match.focus == focus), None)


NOTHING_GATHERED = DomainEvidence()


def gather_evidence(
    guide: Guide,
    domain: Domain,
    sources: Sequence[Source],
    *,
    passages: Sequence[Passage],
    vectors: "Vectors",
    bullets: "Vectors",
    production: Mapping[str, str],
    library: Sequence[Source] = (),
) -> dict[str, DomainEvidence]:
    """The evidence of every source of a domain, by its id.

    Args:
        guide: whose technologies are looked for.
        domain: whose bullets are matched.
        sources: the sources of the domain.
        passages: their passages in this domain, in any order.
        vectors: (n, d) float32 of unit length, a row a passage.
        bullets: (m, d) float32 of unit length, a row a focus bullet of the domain, in order.
        production: by source id, what evidence from production it carries; "": looked, none.
        library: all sources in which other works of the authors and newer works are looked for; empty: `sources`.
    """
    origins = {source.id: source.origin for source in sources}
    by_source: dict[str, list[int]] = {source.id: [] for source in sources}
    for row, passage in enumerate(passages):
        if passage.source in by_source:
            by_source[passage.source].append(row)
    near = corroboration(passages, vectors, origins)
    works = author_works(sources, library or sources)
    newer = successors(library or sources)
    found = {}
    for source in sources:
        rows, placement = by_source[source.id], source.placement(guide.id, domain.id)
        found[source.id] = DomainEvidence(
            matches=bullet_matches(domain, [passages[row] for row in rows], vectors[rows] @ bullets.T)
            if rows
            else None,
            stack=stack_names(guide, placement) if placement else None,
            production=production.get(source.id),
            corroborated_by=near[source.id] if rows else None,
            author_works=works[source.id],
            successor=(newer[source.id].id, newer[source.id].title) if source.id in newer else None,
        )
    return found


def bullet_matches(domain: Domain, passages: Sequence[Passage], cosines: "Vectors") -> tuple[BulletMatch, ...]:
    """The best match of every bullet; `cosines` is (passages, bullets). Ties go to the lower passage id."""
    matches = []
    for column, focus in enumerate(domain.focus):
        scored = [(round(float(cosines[row, column]), 6), passage) for row, passage in enumerate(passages)]
        if not scored:
            continue
        similarity, passage = min(scored, key=lambda pair: (-pair[0], pair[1].id))
        facts = max((score for score, passage in scored if passage.part == "key_point"), default=None)
        matches.append(BulletMatch(focus.id, similarity, passage.id, facts))
    return tuple(matches)


def stack_names(guide: Guide, placement: Placement) -> tuple[str, ...]:
    """The guide's technologies that a work was read for, in the guide's order; case and punctuation do not matter.

    Looked for in the summary, the key points and the code pattern: what its reader noted, not what the work says. An
    item with a version ("loom v2") is found by its name alone as well: records name libraries, not always versions.
    """
    pattern = placement.code_pattern
    points = (point.text for point in placement.key_points)
    texts = [placement.summary, *points, *((pattern.library, pattern.idea) if pattern else ())]
    held = " ".join((" ", *(" ".join(words(text)) for text in texts), " "))
    found = []
    for item in (item for technology in guide.technologies for item in technology.items):
        name = tuple(word for word in words(item) if not re.fullmatch(r"v?\d+", word))
        if name and f" {' '.join(name)} " in held and item not in found:
            found.append(item)
    return tuple(found)


def corroboration(
    passages: Sequence[Passage], vectors: "Vectors", origins: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """By source id, the sources of other origins with a key point that says the same; one an origin, nearest first.

    `sameness.says_the_same` decides. Summaries are left out: their wording is the record's, not the work's. Sources of
    one origin do not corroborate each other.

    Args:
        passages: the passages of a domain.
        vectors: (n, d) float32 of unit length, a row a passage.
        origins: by source id, who is behind it.
    """
    import numpy as np

    rows = [row for row, passage in enumerate(passages) if passage.source in origins and passage.part == "key_point"]
    cosines = vectors[rows] @ vectors[rows].T
    best: dict[str, dict[str, tuple[float, str]]] = {source: {} for source in origins}
    for left, right in np.argwhere(cosines >= SAYS_THE_SAME).tolist():
        point, like = passages[rows[left]], passages[rows[right]]
        mine, other = point.source, like.source
        origin, cosine = origins[other].casefold(), float(cosines[left, right])
        if mine == other or origin == origins[mine].casefold() or not says_the_same(point.text, like.text, cosine):
            continue
        nearness = (-round(cosine, 6), other)
        best[mine][origin] = min(nearness, best[mine].get(origin, nearness))
    return {source: tuple(other for _, other in sorted(found.values())) for source, found in best.items()}


def author_works(sources: Iterable[Source], library: Iterable[Source]) -> dict[str, tuple[AuthorWork, ...]]:
    """By source id, the standards and reviewed works that its named authors wrote besides, by author and id."""
    by_author: dict[tuple[str, ...], list[Source]] = {}
    for work in library:
        if work.kind in _ESTABLISHED_KINDS and (work.kind == "standard" or work.peer_reviewed):
            for author in filter(is_person, work.authors):
                by_author.setdefault(words(author), []).append(work)
    return {
        source.id: tuple(
            AuthorWork(author, work.id, work.title)
            for author in filter(is_person, source.authors)
            for work in sorted(by_author.get(words(author), ()), key=lambda work: work.id)
            if work.id != source.id and source.id not in work.aliases
        )
        for source in sources
    }


def is_person(author: str) -> bool:
    """Whether an author is written like a person: two to five words, none of which speaks of a group."""
    name = words(author)
    return (
        " " in author
        and 2 <= len(name) <= _LONGEST_NAME
        and not _CROWD & set(name)
        and not any(part.isdigit() for part in name)
    )
