"""One search: nearest vectors and best words, merged, a hit a source, without hits that say the same."""

from collections.abc import Iterable

import numpy as np

from research_agent.library.catalogue import passages_within, read_with_vectors
from research_agent.library.filters import OPEN
from research_agent.library.fusion import DEPTH, NEAR_DUPLICATE, RELEVANCE, Fused, diversify, fuse
from research_agent.library.indexes import IndexedPassage, Scored
from research_agent.library.nearest import nearest_within
from research_agent.library.passages import source_of
from research_agent.library.state import State
from research_agent.library.store import Store
from research_agent.model.library import Filter, Hit

DIVERSITY = 1 - RELEVANCE
"""Share of novelty in the choice of hits, 0 to 1."""

_CANDIDATES_PER_HIT = 4
"""Sources among which hits are chosen, for each hit: what ranks lower would not be chosen for its novelty anyway."""


def search(store: Store, state: State, query: str, *, where: Filter, limit: int, diversity: float) -> list[Hit]:
    """The sources that answer a question best; see `Library.search`. `state` is what `Store.ready` gave."""
    # A lone surrogate, which JSON can bring in, is no text that an index could look for.
    question = query.encode("utf-8", "replace").decode("utf-8")
    model = store.model(state)
    if model is None or not question.strip():
        return []
    vector = store.supply.of_questions([question])[0]
    with store.database.reading() as connection:
        left = store.counted.left(connection, state.generation, where)
        # What leaves all is looked at no further: both indexes answer sooner when nothing limits them.
        within = OPEN if left.all else where
        words = store.lexical.search(question, within, DEPTH)
        index = store.chroma(state, model)
        nearest = nearest_within(connection, index, model, vector, where=within, left=left, limit=DEPTH)
        candidates = _candidates(nearest, words, limit)
        held = read_with_vectors(connection, model.fingerprint, where, _ids(candidates))
        if len(held) < len(candidates):
            # An index that is behind names passages that are gone: others of these sources may be there.
            present = passages_within(connection, where, _ids((*nearest, *words)))
            candidates = _candidates(_of(nearest, present), _of(words, present), limit)
            held = read_with_vectors(connection, model.fingerprint, where, _ids(candidates))
    # A passage without a vector is like nothing else.
    nothing = np.zeros(model.dimension, dtype=np.float32)
    vectors = [held[found.passage_id].vector for found in candidates]
    chosen = diversify(
        _ids(candidates),
        [found.score for found in candidates],
        np.array([nothing if row is None else row for row in vectors], dtype=np.float32).reshape(-1, model.dimension),
        limit=limit,
        trade_off=1 - diversity,
        near_duplicate=NEAR_DUPLICATE if diversity else np.inf,
    )
    return [_hit(candidates[position], held[candidates[position].passage_id].passage) for position in chosen]


def _candidates(nearest: list[Scored], words: list[Scored], limit: int) -> list[Fused]:
    """The best passage of each source, best first."""
    best: dict[str, Fused] = {}
    for found in fuse(nearest, words):
        best.setdefault(source_of(found.passage_id), found)
    return list(best.values())[: limit * _CANDIDATES_PER_HIT]


def _ids(found: Iterable[Scored | Fused]) -> list[str]:
    return [one.passage_id for one in found]


def _of(found: list[Scored], present: set[str]) -> list[Scored]:
    return [scored for scored in found if scored.passage_id in present]


def _hit(found: Fused, item: IndexedPassage) -> Hit:
    return Hit(
        passage=item.passage,
        title=item.title,
        score=found.score,
        similarity=found.similarity,
        vector_rank=found.vector_rank,
        bm25=found.bm25,
        lexical_rank=found.lexical_rank,
    )
