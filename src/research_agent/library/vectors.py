"""The vector cache: every vector ever computed, by model and text. Nothing here knows how they are computed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import sqlalchemy as sa

from research_agent.library.chunks import chunks
from research_agent.library.filters import conditions, written_after
from research_agent.library.indexes import Vectors
from research_agent.library.schema import passage, vector
from research_agent.model.library import Filter

# Databases limit the parameters of a statement (SQLite 32,766); shorter lists also compile faster.
CHUNK = 1000
_STORED = np.dtype("<f4")
_KEPT = sa.select(vector.c.text_hash, vector.c.vector).where(
    vector.c.model == sa.bindparam("model"), vector.c.text_hash.in_(sa.bindparam("hashes", expanding=True))
)


class PassageVectors(NamedTuple):
    """Passages in the order of their ids, with their sources and vectors: (n, d) float32, a row a passage."""

    passages: tuple[str, ...]
    sources: tuple[str, ...]
    parts: tuple[str, ...]
    vectors: Vectors


def kept_vectors(connection: sa.Connection, model: str, hashes: Iterable[bytes]) -> dict[bytes, Vectors]:
    """The vectors of this model (its fingerprint) that the cache holds, each (d,) float32, by text hash."""
    found: dict[bytes, Vectors] = {}
    for chunk in chunks(dict.fromkeys(hashes), CHUNK):
        rows = connection.execute(_KEPT, {"model": model, "hashes": chunk})
        found.update((text_hash, decoded(blob)) for text_hash, blob in rows)
    return found


def missing_hashes(connection: sa.Connection, model: str, hashes: Iterable[bytes]) -> list[bytes]:
    """The text hashes, once each and in their order, for which the cache has no vector of this model."""
    wanted = list(dict.fromkeys(hashes))
    found: set[bytes] = set()
    for chunk in chunks(wanted, CHUNK):
        found.update(
            connection.execute(
                sa.select(vector.c.text_hash).where(vector.c.model == model, vector.c.text_hash.in_(chunk))
            ).scalars()
        )
    return [text_hash for text_hash in wanted if text_hash not in found]


def keep_vectors(connection: sa.Connection, model: str, vectors: Mapping[bytes, Vectors]) -> None:
    """Add vectors to the cache; those that are there stay as they are."""
    rows = [
        {"model": model, "text_hash": text_hash, "vector": encoded(vectors[text_hash])}
        for text_hash in missing_hashes(connection, model, vectors)
    ]
    if rows:
        connection.execute(sa.insert(vector), rows)


def passage_vectors(connection: sa.Connection, model: str, where: Filter, dimension: int) -> PassageVectors:
    """The vectors of the passages that a filter leaves, by id."""
    # The filter's index names the passages; asked at once, the database would read all rows for a filter by year.
    left = passage.alias()
    rows = connection.execute(
        sa.select(left.c.id, left.c.source_id, left.c.part, vector.c.vector)
        .join(vector, sa.and_(vector.c.text_hash == left.c.text_hash, vector.c.model == model))
        .where(left.c.id.in_(sa.select(passage.c.id).where(*conditions(where))))
    ).all()
    # By code point, as Python sorts: databases have other ideas of order. As plain tuples, which sort twice as fast.
    passages, sources, parts, blobs = (
        zip(*sorted(map(tuple, rows), key=itemgetter(0)), strict=True) if rows else [()] * 4
    )
    return PassageVectors(passages, sources, parts, stacked(blobs, dimension))


def changed_vectors(
    connection: sa.Connection, model: str, since: int, dimension: int, batch: int
) -> Iterator[tuple[Sequence[str], Vectors]]:
    """Ids and vectors of the passages written after generation `since`, in the order of ids, `batch` at a time."""
    last = ""
    while True:
        rows = connection.execute(
            sa.select(passage.c.id, vector.c.vector)
            .join(vector, sa.and_(vector.c.text_hash == passage.c.text_hash, vector.c.model == model))
            .where(*written_after(since), passage.c.id > last)
            .order_by(passage.c.id)
            .limit(batch)
        ).all()
        if not rows:
            return
        yield [row[0] for row in rows], stacked([row[1] for row in rows], dimension)
        last = rows[-1][0]


def encoded(row: Vectors) -> bytes:
    """A vector as it is stored."""
    return np.ascontiguousarray(row, dtype=_STORED).tobytes()


def decoded(blob: bytes) -> Vectors:
    """A stored vector, (d,) float32, read-only."""
    return np.frombuffer(blob, dtype=_STORED).astype(np.float32, copy=False)


def stacked(blobs: Sequence[bytes], dimension: int) -> Vectors:
    """Stored vectors as rows of one (n, d) float32 array."""
    return np.frombuffer(b"".join(blobs), dtype=_STORED).astype(np.float32, copy=False).reshape(-1, dimension)
