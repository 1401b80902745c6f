"""Find where focus bullets of different domains meet. Pure; the vectors are handed in."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from research_agent.model.guide import Focus

Table = NDArray[np.float64]

MEETS: Final = 0.55
"""Mean nearness from which two groups of bullets become one.

Read off the shipped guide: at 0.55 its 84 bullets form 13 groups over several domains, of which 8 have works in common
and make themes of one subject each; at 0.50 bullets of different subjects join, at 0.60 two bullets on one subject in
other words stay apart."""
SHARED_ENTRIES: Final = 0.3
"""What it is worth that the smaller of two bullets has all its entries in common with the other."""


class Group(NamedTuple):
    """Bullets that meet."""

    name: str  # the text of the bullet nearest to the others
    bullets: tuple[Focus, ...]  # in the order they were handed in


def meeting_bullets(
    bullets: Sequence[Focus], vectors: NDArray[np.float32], covered_by: Mapping[str, AbstractSet[str]]
) -> list[Group]:
    """Groups of bullets of at least two domains, in the order of their first bullets.

    Average-linkage agglomeration (Sokal and Michener 1958): the two nearest groups become one as long as their mean
    nearness is at least `MEETS`; of equally near pairs the one that stands first. Nearness is the cosine of two bullets
    plus `SHARED_ENTRIES` times the share of entries that the smaller has in common with the other.

    Words alone do not make a theme ("session" is one thing to a connection pool and another to a log-in): of a group,
    the bullets of a domain stay only if a work covers one of them and one of another domain's.

    Args:
        bullets: of all domains.
        vectors: (n, d) float32 of unit length, a row a bullet.
        covered_by: ids of the works that cover a bullet, by its id.
    """
    near = _nearness(bullets, vectors, covered_by)
    borne_out = (_borne_out(members, bullets, covered_by) for members in _agglomerated(near))
    return [
        Group(bullets[_central(near, members)].text, tuple(bullets[member] for member in members))
        for members in sorted(filter(None, borne_out))
    ]


def _borne_out(members: list[int], bullets: Sequence[Focus], covered_by: Mapping[str, AbstractSet[str]]) -> list[int]:
    """The members whose domains share a work with another domain of the group; empty: none do."""
    works: dict[str, set[str]] = {}
    for member in members:
        works.setdefault(_domain(bullets[member]), set()).update(covered_by.get(bullets[member].id, ()))
    sharing = {
        domain
        for domain, mine in works.items()
        if any(mine & others for other, others in works.items() if other != domain)
    }
    return [member for member in members if _domain(bullets[member]) in sharing]


def _nearness(
    bullets: Sequence[Focus], vectors: NDArray[np.float32], covered_by: Mapping[str, AbstractSet[str]]
) -> Table:
    works = sorted({work for found in covered_by.values() for work in found})
    column = {work: index for index, work in enumerate(works)}
    covers = np.zeros((len(bullets), len(works)))
    for row, bullet in enumerate(bullets):
        covers[row, [column[work] for work in covered_by.get(bullet.id, ())]] = 1.0
    sizes = covers.sum(axis=1)
    smaller = np.maximum(np.minimum(sizes[:, None], sizes[None, :]), 1.0)
    cosines = vectors.astype(np.float64) @ vectors.astype(np.float64).T
    nearness: Table = cosines + SHARED_ENTRIES * (covers @ covers.T) / smaller
    return nearness


def _agglomerated(near: Table) -> list[list[int]]:
    """Groups of rows, each rising. `sums` holds the summed nearness of every two groups: their means follow."""
    groups: list[list[int]] = [[row] for row in range(len(near))]
    sums = near.copy()
    while len(groups) > 1:
        sizes = np.array([len(group) for group in groups], dtype=np.float64)
        means = np.round(sums / np.outer(sizes, sizes), 9)
        means[np.tril_indices(len(groups))] = -np.inf
        first, second = divmod(int(np.argmax(means)), len(groups))
        if means[first, second] < MEETS:
            break
        sums[first] += sums[second]
        sums[:, first] += sums[:, second]
        sums = np.delete(np.delete(sums, second, axis=0), second, axis=1)
        groups[first] = sorted(groups[first] + groups.pop(second))
    return groups


def _central(near: Table, members: list[int]) -> int:
    """The member nearest to the others, on the mean; the first of several."""
    within = np.round(near[np.ix_(members, members)].sum(axis=1), 9)
    return members[int(np.argmax(within))]


def _domain(bullet: Focus) -> str:
    return bullet.id.rpartition(".")[0]
