"""Nearest passages within a filter.

Chroma's own filters read its metadata tables: on 100,000 passages they took 130 to 560 ms, and with them adding
takes 1.5 times as long. The catalogue knows what a filter leaves, so it says so: few passages are
compared exactly, more are named to Chroma by their ids, and a filter that leaves many is applied to what Chroma found.
"""

from math import ceil

import sqlalchemy as sa

from research_agent.library.catalogue import matching, passages_within
from research_agent.library.filters import OPEN
from research_agent.library.indexes import Scored, VectorIndex, Vectors
from research_agent.library.left import Left
from research_agent.library.relevance import in_order, nearest_exactly
from research_agent.library.state import Model
from research_agent.library.vectors import passage_vectors
from research_agent.model.library import Filter

MOST_EXACT = 1500
"""Passages up to which comparing all is quicker than asking Chroma for some of them: of 100,000, 1,000 took 10 ms
against Chroma's 26 ms, 4,000 took 50 ms against 12 ms (Chroma is slow where few are left)."""

_MANY = 0.15
"""Share of all passages from which on it is quicker to ask Chroma for more and apply the filter to what it found."""

_SPARE = 1.5
"""How much more than expected is asked for then: what is near a question shares more than its nearness."""


def nearest_within(
    connection: sa.Connection,
    index: VectorIndex,
    model: Model,
    vector: Vectors,
    *,
    where: Filter,
    left: Left,
    limit: int,
) -> list[Scored]:
    """The passages nearest to `vector`, (d,) float32 of unit length, that a filter leaves, best first.

    `left` says how many that are.

    Cosines are rounded: beyond that, one graph of the same passages differs from the next. (Computing those of the 100
    nearest from the catalogue's vectors takes 2.3 ms at 5,000 passages, a quarter of a search.) Where the filter leaves
    all, some of them may be gone from the catalogue.
    """
    if where == OPEN:
        return in_order(index.nearest(vector, limit))
    if left.passages <= MOST_EXACT:
        passages = passage_vectors(connection, model.fingerprint, where, model.dimension)
        return nearest_exactly(passages, vector, limit)
    if left.share >= _MANY:
        found = index.nearest(vector, ceil(_SPARE * limit / left.share))
        within = passages_within(connection, where, (scored.name for scored in found))
        if len(within) >= limit:
            return in_order([scored for scored in found if scored.name in within][:limit])
    return in_order(index.nearest(vector, limit, matching(connection, where)))
