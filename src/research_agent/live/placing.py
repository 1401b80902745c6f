"""Give works that services told of their place in a domain, or leave them out with the reason. Pure but for cosines.

A placement of these says where a work is filed and what its own abstract says, word for word; which bullets it covers
is left to the cosines of its passages, and nobody's summary is made up for it.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from research_agent.live.abstracts import key_points_of
from research_agent.live.holdings import Holdings
from research_agent.model.guide import Domain, Guide
from research_agent.model.source import KeyPoint, Placement, Source
from research_agent.radar.relevance import COVERS
from research_agent.sources.merging import FoundWork

NEAR: Final = COVERS
"""Least cosine of title and abstract with a bullet: nobody declared which bullets a live source covers, and below this
one it covers none. Of 100 summaries with which a reader placed a shipped work in a domain 58 pass there, and 6 in a
domain in which nobody placed the work (`python -m benchmarks live-nearness`)."""

MOST_READ: Final = 240
"""Works whose abstracts are compared with the bullets in a round, those that services rank highest first. The embedded
model reads 20 to 50 of them in a second, and what ten services put behind that many is seldom on the matter."""

ROOM: Final = 4
"""Works that are taken in for each entry that a category may have, the nearest first: enough for the limits on years,
bullets and origins to choose from."""

_LONGEST_READ: Final = 600
"""Characters of an abstract that are compared: its first half says what it is about, and time grows with the text."""
_NOTICE: Final = re.compile(
    r"^(?:retraction|withdrawal|expression of concern|erratum|errata|corrigendum|(?:author |publisher )?correction)"
    r"(?: note| notice)?\s*(?::|to\b|\(|$)",
    re.IGNORECASE,
)

Cosines = Callable[[Sequence[str]], Sequence[float]]
"""Of each text the cosine with the bullet that it comes nearest, -1 to 1."""


class Placed(NamedTuple):
    """A work that is to be taken in."""

    source: Source
    work: FoundWork
    new: bool
    """Whether the library did not hold it before."""


class LeftOut(NamedTuple):
    """A work that is not, and why."""

    title: str
    url: str
    why: str


class Placing(NamedTuple):
    """What becomes of the works of a round."""

    placed: tuple[Placed, ...]
    left_out: tuple[LeftOut, ...]


class _Read(NamedTuple):
    """A work on its way to a placement."""

    work: FoundWork
    score: float
    held: Source | None
    category: str
    points: tuple[KeyPoint, ...]
    cosine: float = 0.0


def place(
    works: Sequence[FoundWork],
    scores: Sequence[float],
    guide: Guide,
    domain: Domain,
    *,
    holdings: Holdings,
    cosines: Cosines,
) -> Placing:
    """Which of the works are taken in for a domain, with their placements.

    A work that the library holds for the domain by a reader's hand only gets what services say of it (citations, a
    retraction); the reader's text stays as it is.

    Args:
        works: what services told of, one each.
        scores: how high services rank each of them; more is better.
        guide: whose methodology files kinds of works under categories.
        domain: for which they were sought.
        holdings: the works that the library holds.
        cosines: compares texts with the bullets.
    """
    placed: list[Placed] = []
    left: list[LeftOut] = []
    readable: list[_Read] = []
    for work, score in zip(works, scores, strict=True):
        held = holdings.of(work.source)
        if held is not None and holdings.curated(held, guide, domain):
            placed.append(Placed(holdings.continued(work.source, held, guide, None), work, new=False))
            continue
        kind = holdings.kind_of(work.source, held)
        category = guide.methodology.category_of_kind(kind)
        points = key_points_of(work.abstract, work.abstract_from)
        if category is None:
            left.append(_left(work, f"the guide has no category for a work of the kind {kind}"))
        elif why := _unreadable(work, points):
            left.append(_left(work, why))
        else:
            readable.append(_Read(work, score, held, category.id, points))
    near, far = _compared(readable, cosines)
    kept, crowded = _roomy(near, guide)
    for read in kept:
        placement = _placement(read, guide, domain)
        source = holdings.continued(read.work.source, read.held, guide, placement)
        placed.append(Placed(source, read.work, new=read.held is None))
    return Placing(_with_ids(placed, holdings), (*left, *far, *crowded))


def _unreadable(work: FoundWork, points: Sequence[KeyPoint]) -> str:
    """Why nothing could be said of a work; empty: something can."""
    if _NOTICE.match(work.source.title):
        return "it is a notice about another work"
    if points:
        return ""
    vouched = work.source.existence.state == "verified"
    return "no service has a sentence of its text" if vouched else "it is a mere link, without a sentence of its text"


def _compared(readable: Sequence[_Read], cosines: Cosines) -> tuple[list[_Read], list[LeftOut]]:
    """The works that come near a bullet, and the others."""
    ranked = sorted(readable, key=lambda read: (-read.score, read.work.source.id))
    left = [_left(read.work, f"services rank {MOST_READ} other works before it") for read in ranked[MOST_READ:]]
    ranked = ranked[:MOST_READ]
    near = []
    for read, cosine in zip(ranked, cosines([text_of(read.work) for read in ranked]), strict=True):
        if cosine >= NEAR:
            near.append(read._replace(cosine=cosine))
        else:
            left.append(_left(read.work, f"it comes near no bullet: {cosine:.3f} at most, {NEAR} is the least"))
    return near, left


def _roomy(near: Sequence[_Read], guide: Guide) -> tuple[list[_Read], list[LeftOut]]:
    """As many works of each category as there is room for, the nearest first, and the others."""
    room = Counter({category.id: ROOM * category.quota.at_most for category in guide.methodology.categories})
    kept, left = [], []
    for read in sorted(near, key=lambda read: (-read.cosine, read.work.source.id)):
        if room[read.category] > 0:
            room[read.category] -= 1
            kept.append(read)
        else:
            left.append(_left(read.work, "other works of its category come nearer"))
    return kept, left


def text_of(work: FoundWork) -> str:
    """What is compared of a work."""
    return as_compared(work.source.title, work.abstract)


def as_compared(title: str, abstract: str) -> str:
    """Title and abstract as they are compared: the form in which passages are embedded, the title above the words."""
    return f"{title}\n{abstract[:_LONGEST_READ]}"


def _placement(read: _Read, guide: Guide, domain: Domain) -> Placement:
    return Placement(guide=guide.id, domain=domain.id, category=read.category, summary="", key_points=read.points)


def _with_ids(placed: Sequence[Placed], holdings: Holdings) -> tuple[Placed, ...]:
    """Each work under an id that is no other's: of two works with one id the later one has its address in it."""
    taken: set[str] = set()
    found = []
    for one in placed:
        source = one.source
        if source.id in taken or (one.new and holdings.has(source.id)):
            source = holdings.renamed(source)
        taken.add(source.id)
        found.append(one._replace(source=source))
    return tuple(found)


def _left(work: FoundWork, why: str) -> LeftOut:
    return LeftOut(work.source.title, work.source.url, why)
