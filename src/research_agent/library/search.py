"""One search: nearest vectors and best words, merged, a hit a source, without hits that say the same."""

import numpy as np
import sqlalchemy as sa

from research_agent.library.catalogue import matching_among, read_indexed
from research_agent.library.fusion import DEPTH, NEAR_DUPLICATE, RELEVANCE, Fused, diversify, fuse
from research_agent.library.indexes import IndexedPassage, Vectors
from research_agent.library.nearest import nearest_within
from research_agent.library.state import Model, read_state
from research_agent.library.store import Store
from research_agent.library.vectors import vectors_by_passage
from research_agent.model.library import Filter, Hit

DIVERSITY = 1 - RELEVANCE
"""Share of novelty in the choice of hits, 0 to 1."""

_CANDIDATES_PER_HIT = 4
"""Sources among which hits are chosen, for each hit: what ranks lower would not be chosen for its novelty anyway."""


def search(store: Store, query: str, where: Filter, limit: int, *, diversity: float) -> list[Hit]:
    """The sources that answer a question best; see `Library.search`."""
    # A lone surrogate, which JSON can bring in, is no text that an index could look for.
    question = query.encode("utf-8", "replace").decode("utf-8")
    with store.database.reading() as connection:
        state = read_state(connection)
        model = store.model(state)
    if model is None or not question.strip():
        return []
    vector = store.supply.of_questions([question])[0]
    words = store.lexical.search(question, where, DEPTH)
    with store.database.reading() as connection:
        nearest = nearest_within(connection, store.chroma(state, model), model, vector, where=where, limit=DEPTH)
        present = matching_among(connection, where, (scored.passage_id for scored in words))
        fused = fuse(nearest, [scored for scored in words if scored.passage_id in present])
        passages = read_indexed(connection, (found.passage_id for found in fused))
        candidates = _best_by_source(fused, passages)[: limit * _CANDIDATES_PER_HIT]
        vectors = _vectors(connection, model, candidates)
    chosen = diversify(
        [found.passage_id for found in candidates],
        [found.score for found in candidates],
        vectors,
        limit=limit,
        trade_off=1 - diversity,
        near_duplicate=NEAR_DUPLICATE if diversity else np.inf,
    )
    return [_hit(candidates[position], passages[candidates[position].passage_id]) for position in chosen]


def _best_by_source(fused: list[Fused], passages: dict[str, IndexedPassage]) -> list[Fused]:
    best: dict[str, Fused] = {}
    for found in fused:
        if found.passage_id in passages:
            best.setdefault(passages[found.passage_id].passage.source, found)
    return list(best.values())


def _vectors(connection: sa.Connection, model: Model, candidates: list[Fused]) -> Vectors:
    """A row a candidate; zeros, which are like nothing, for a passage without a vector."""
    ids = [found.passage_id for found in candidates]
    held = vectors_by_passage(connection, model.fingerprint, ids)
    nothing = np.zeros(model.dimension, dtype=np.float32)
    return np.array([held.get(passage_id, nothing) for passage_id in ids], dtype=np.float32).reshape(
        len(ids), model.dimension
    )


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
