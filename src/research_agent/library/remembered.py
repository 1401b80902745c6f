"""The vectors of sources that searches looked at, kept while the store stays as it is.

To read those of 30 sources takes 3 ms, a quarter of a search; most searches of a corpus look at the same few hundred.
"""

from itertools import chain
from typing import Final

import numpy as np
import sqlalchemy as sa

from research_agent.library.catalogue import vectors_of_sources
from research_agent.library.filters import OPEN
from research_agent.library.vectors import PassageVectors

_MOST_REMEMBERED: Final = 8_000
"""Passages; 12 MB of 384 numbers each. Whoever looks at more begins anew."""


class Remembered:
    """The vectors of one generation of a store. Threads may share it: at worst both read."""

    def __init__(self) -> None:
        self._known: tuple[tuple[int, str], dict[str, PassageVectors]] = ((-1, ""), {})

    def vectors(
        self, connection: sa.Connection, generation: int, model: str, sources: list[str], dimension: int
    ) -> PassageVectors:
        """The vectors of these sources' passages, as the catalogue is at `generation`; see `vectors_of_sources`."""
        of, known = self._known
        held = sum(len(one.passages) for one in known.values())
        if of != (generation, model) or held > _MOST_REMEMBERED:
            known = {}
            self._known = ((generation, model), known)
        lacking = [name for name in sources if name not in known]
        if lacking:
            known.update(_by_source(vectors_of_sources(connection, model, OPEN, lacking, dimension), lacking))
        return _together([known[name] for name in sorted(sources)], dimension)


def _by_source(found: PassageVectors, sources: list[str]) -> dict[str, PassageVectors]:
    rows: dict[str, list[int]] = {name: [] for name in sources}
    for row, name in enumerate(found.sources):
        rows[name].append(row)
    return {
        name: PassageVectors(
            tuple(found.passages[row] for row in of),
            (name,) * len(of),
            tuple(found.parts[row] for row in of),
            found.vectors[of],
        )
        for name, of in rows.items()
    }


def _together(parts: list[PassageVectors], dimension: int) -> PassageVectors:
    vectors = [part.vectors for part in parts] or [np.empty((0, dimension), dtype=np.float32)]
    return PassageVectors(
        tuple(chain.from_iterable(part.passages for part in parts)),
        tuple(chain.from_iterable(part.sources for part in parts)),
        tuple(chain.from_iterable(part.parts for part in parts)),
        np.concatenate(vectors),
    )
