"""Write what an ingest changes into the catalogue: records, sources, passages, in the caller's transaction."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from research_agent.library.catalogue import PASSAGE, indexed
from research_agent.library.chunks import chunks
from research_agent.library.indexes import IndexedPassage
from research_agent.library.passages import embedding_text, indexed_passages
from research_agent.library.records import RecordPlan
from research_agent.library.resolution import Resolution
from research_agent.library.schema import (
    identity_key,
    origin,
    passage,
    placement,
    record,
    source,
    source_name,
    tombstone,
)
from research_agent.library.shipped import text_hash
from research_agent.library.vectors import CHUNK


class PassageChanges(NamedTuple):
    """Passages to write, new or anew, and ids of those to remove."""

    written: tuple[IndexedPassage, ...]
    removed: tuple[str, ...]


def passage_changes(connection: sa.Connection, resolution: Resolution) -> PassageChanges:
    """What differs between the passages of the works before and after."""
    held: dict[str, IndexedPassage] = {}
    for chunk in chunks(sorted(resolution.before), CHUNK):
        for row in connection.execute(sa.select(*PASSAGE).where(passage.c.source_id.in_(chunk))):
            held[row.id] = indexed(row)
    wanted = {item.passage.id: item for work in resolution.after for item in indexed_passages(work)}
    return PassageChanges(
        written=tuple(item for name, item in sorted(wanted.items()) if held.get(name) != item),
        removed=tuple(sorted(held.keys() - wanted.keys())),
    )


def write_records(
    connection: sa.Connection, name: str, fingerprint: str, plan: RecordPlan, resolution: Resolution
) -> None:
    """Write one origin's records, and the source of every record that was looked at again."""
    write_origin(connection, name, fingerprint)
    for chunk in chunks(plan.gone, CHUNK):
        connection.execute(sa.delete(record).where(record.c.origin == name, record.c.content_hash.in_(chunk)))
    new = {new.content_hash for new in plan.new}
    moved = [
        {"of": of, "digest": digest, "to": source_id}
        for (of, digest), source_id in resolution.source_of.items()
        if not (of == name and digest in new)
    ]
    if moved:
        connection.execute(
            sa.update(record)
            .where(record.c.origin == sa.bindparam("of"), record.c.content_hash == sa.bindparam("digest"))
            .values(source_id=sa.bindparam("to")),
            moved,
        )
    if plan.new:
        connection.execute(
            sa.insert(record),
            [
                {
                    "origin": name,
                    "content_hash": new.content_hash,
                    "name": new.source.id,
                    "body": new.body,
                    "source_id": resolution.source_of[name, new.content_hash],
                }
                for new in plan.new
            ],
        )


def write_origin(connection: sa.Connection, name: str, fingerprint: str) -> None:
    """Remember what an origin held as a whole."""
    updated = connection.execute(sa.update(origin).where(origin.c.name == name).values(fingerprint=fingerprint))
    if not updated.rowcount:
        connection.execute(sa.insert(origin), {"name": name, "fingerprint": fingerprint})


def write_sources(connection: sa.Connection, resolution: Resolution) -> None:
    """Replace the works that were looked at again, with their names, keys and placements."""
    for chunk in chunks(sorted(resolution.before), CHUNK):
        connection.execute(sa.delete(source).where(source.c.id.in_(chunk)))
    works = resolution.after
    _insert(connection, source, ({"id": work.id, "body": work.model_dump_json()} for work in works))
    _insert(
        connection,
        source_name,
        ({"name": name, "source_id": work.id} for work in works for name in dict.fromkeys((work.id, *work.aliases))),
    )
    _insert(
        connection,
        identity_key,
        ({"key": key, "source_id": work.id} for work in works for key in sorted(resolution.keys[work.id])),
    )
    _insert(
        connection,
        placement,
        (
            {"guide": p.guide, "domain": p.domain, "source_id": work.id, "category": p.category}
            for work in works
            for p in work.placements
        ),
    )


def write_passages(connection: sa.Connection, changes: PassageChanges, generation: int) -> None:
    """Write passages as of a generation; what was removed is remembered for indexes that still hold it."""
    for chunk in chunks([*changes.removed, *(item.passage.id for item in changes.written)], CHUNK):
        connection.execute(sa.delete(passage).where(passage.c.id.in_(chunk)))
        connection.execute(sa.delete(tombstone).where(tombstone.c.passage_id.in_(chunk)))
    _insert(connection, tombstone, ({"passage_id": name, "generation": generation} for name in changes.removed))
    _insert(connection, passage, (_row(item, generation) for item in changes.written))


def hashed_texts(passages: Sequence[IndexedPassage]) -> dict[bytes, str]:
    """The texts to embed, by hash."""
    texts = (embedding_text(item.title, item.passage) for item in passages)
    return {text_hash(text): text for text in texts}


def _row(item: IndexedPassage, generation: int) -> dict[str, object]:
    own = item.passage
    return {
        "id": own.id,
        "source_id": own.source,
        "guide": own.guide,
        "domain": own.domain,
        "part": own.part,
        "position": own.position,
        "text": own.text,
        "place": own.where,
        "title": item.title,
        "text_hash": text_hash(embedding_text(item.title, own)),
        "category": item.category,
        "kind": item.kind,
        "year": item.year,
        "peer_reviewed": item.peer_reviewed,
        "generation": generation,
    }


def _insert(connection: sa.Connection, table: sa.Table, rows: Iterable[dict[str, object]]) -> None:
    listed = list(rows)
    if listed:
        connection.execute(sa.insert(table), listed)
