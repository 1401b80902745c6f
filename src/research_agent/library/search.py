"""One search: nearest vectors and best words, merged, a hit a source, without hits that say the same."""

import numpy as np
import sqlalchemy as sa

from research_agent.library.catalogue import read_indexed, sources_within
from research_agent.library.fusion import DEPTH, NEAR_DUPLICATE, RELEVANCE, Fused, diversify, fuse
from research_agent.library.indexes import IndexedPassage, Scored, Vectors
from research_agent.library.nearest import nearest_within
from research_agent.library.state import Model, State
from research_agent.library.store import Store
from research_agent.library.vectors import vectors_by_passage
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
    words = store.lexical.search(question, where, DEPTH)
    with store.database.reading() as connection:
        nearest = nearest_within(connection, store.chroma(state, model), model, vector, where=where, limit=DEPTH)
        # An index that is behind may still name passages that are gone.
        sources = sources_within(connection, where, (scored.passage_id for scored in (*nearest, *words)))
        fused = fuse(_present(nearest, sources), _present(words, sources))
        candidates = _best_by_source(fused, sources)[: limit * _CANDIDATES_PER_HIT]
        vectors = _vectors(connection, model, candidates)
        chosen = diversify(
            [found.passage_id for found in candidates],
            [found.score for found in candidates],
            vectors,
            limit=limit,
            trade_off=1 - diversity,
            near_duplicate=NEAR_DUPLICATE if diversity else np.inf,
        )
        hits = [candidates[position] for position in chosen]
        passages = read_indexed(connection, (found.passage_id for found in hits))
    return [_hit(found, passages[found.passage_id]) for found in hits]


def _present(found: list[Scored], sources: dict[str, str]) -> list[Scored]:
    return [scored for scored in found if scored.passage_id in sources]


def _best_by_source(fused: list[Fused], sources: dict[str, str]) -> list[Fused]:
    best: dict[str, Fused] = {}
    for found in fused:
        best.setdefault(sources[found.passage_id], found)
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
