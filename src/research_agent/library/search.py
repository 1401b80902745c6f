"""One search: what is near a question and what has its words, merged; a hit a source, none that says the same."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from research_agent.library.catalogue import indexed, rows_of_passages, vectors_of_sources
from research_agent.library.filters import OPEN
from research_agent.library.fusion import (
    DEPTH,
    NEAR_DUPLICATE,
    RELEVANCE,
    Meanings,
    combined,
    cosines_of,
    diversify,
    fuse,
    meanings_of,
    nearness,
    with_feedback,
)
from research_agent.library.indexes import Scored, Vectors
from research_agent.library.nearest import nearest_within
from research_agent.library.passages import source_of
from research_agent.library.state import State
from research_agent.library.store import Store
from research_agent.model.library import Filter, Hit

DIVERSITY: Final = 1 - RELEVANCE
"""Share of novelty in the choice of hits, 0 to 1."""

_CANDIDATES_PER_HIT: Final = 3
"""Sources that are looked at whole, for each hit: what ranks lower in both lists would not be chosen anyway."""
_LEAST_CANDIDATES: Final = 30
"""However few hits are asked for: what is nearest to the best of them has to be among what is looked at."""


class _Candidate(NamedTuple):
    """A source, with the row of its passage that is nearest to the question."""

    source: str
    score: float
    nearest: int


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
        names = _candidates(nearest, words, limit)
        # By the catalogue, with the filter: an index that is behind names what is gone.
        held = meanings_of(
            store.remembered.vectors(connection, state.generation, model.fingerprint, names, model.dimension)
            if left.all
            else vectors_of_sources(connection, model.fingerprint, where, names, model.dimension)
        )
        cosines = cosines_of(vector, held)
        candidates = _ranked(vector, held, cosines, words)
        chosen = diversify(
            [one.source for one in candidates],
            [one.score for one in candidates],
            held.passages.vectors[[one.nearest for one in candidates]],
            limit=limit,
            trade_off=1 - diversity,
            near_duplicate=NEAR_DUPLICATE if diversity else np.inf,
        )
        hits = [candidates[position] for position in chosen]
        ids = held.passages.passages
        rows = rows_of_passages(connection, [ids[hit.nearest] for hit in hits])
    # One that another process removed since the vectors were read is gone.
    shown = [(hit, rows[ids[hit.nearest]], float(cosines[hit.nearest])) for hit in hits if ids[hit.nearest] in rows]
    return _hits(shown, nearest, words)


def _candidates(nearest: Sequence[Scored], words: Sequence[Scored], limit: int) -> list[str]:
    """The sources that are looked at whole."""
    of_sources = [Scored(source_of(name), score) for name, score in nearest]
    most = max(limit * _CANDIDATES_PER_HIT, _LEAST_CANDIDATES)
    return [found.name for found in fuse(of_sources, words)[:most]]


def _ranked(
    question: Vectors, held: Meanings, cosines: NDArray[np.float64], words: Sequence[Scored]
) -> list[_Candidate]:
    """Sources by all that is said of them, best first: for the question, and then with what the best of them add."""
    scores_of = dict(words)
    by_words = np.array([scores_of.get(name, 0.0) for name in held.sources])
    first = combined(nearness(question, held, cosines), by_words)
    drawn = with_feedback(question, held, first)
    scores = combined(nearness(drawn, held, cosines_of(drawn, held)), by_words)
    found = [
        _Candidate(name, float(score), begin + int(np.argmax(cosines[begin:end])))
        for name, score, (begin, end) in zip(held.sources, scores, held.spans, strict=True)
    ]
    return sorted(found, key=lambda one: (-one.score, one.source))


def _hits(
    shown: Sequence[tuple[_Candidate, Sequence[Any], float]],
    nearest: Sequence[Scored],
    words: Sequence[Scored],
) -> list[Hit]:
    by_meaning = {name: rank for rank, (name, _) in enumerate(nearest, start=1)}
    by_words = {name: (rank, score) for rank, (name, score) in enumerate(words, start=1)}
    found = []
    for hit, row, similarity in shown:
        item = indexed(row)
        lexical_rank, bm25 = by_words.get(hit.source, (None, None))
        found.append(
            Hit(
                passage=item.passage,
                title=item.title,
                score=hit.score,
                similarity=similarity,
                vector_rank=by_meaning.get(item.passage.id),
                bm25=bm25,
                lexical_rank=lexical_rank,
            )
        )
    return found
