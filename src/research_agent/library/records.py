"""What an ingest changes among one origin's records. Pure, but for reading what the origin held before."""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

import sqlalchemy as sa

from research_agent.library.schema import record
from research_agent.model.source import Source

_HASH_CHARACTERS = 32


class NewRecord(NamedTuple):
    """A record as its origin says it, with the hash of its content."""

    content_hash: str
    source: Source
    body: str


class RecordPlan(NamedTuple):
    """The records to write and to remove, and the counts to report."""

    new: tuple[NewRecord, ...]
    gone: tuple[str, ...]
    """Content hashes."""
    added: int
    changed: int
    unchanged: int
    removed: int

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.new and not self.gone


def held_records(connection: sa.Connection, origin: str) -> dict[str, str]:
    """What the origin held when it was last taken in: the record's own id by content hash."""
    rows = connection.execute(sa.select(record.c.content_hash, record.c.name).where(record.c.origin == origin))
    return {row.content_hash: row.name for row in rows}


def plan_records(held: dict[str, str], incoming: Iterable[Source], *, replace: bool) -> RecordPlan:
    """Compare an origin's records with those that it has now.

    Args:
        held: id by content hash, as `held_records` gives them.
        incoming: what the origin says now; equal records count once.
        replace: whether what it no longer says is removed. Otherwise it only grows: a record replaces the one of the
            same id, and the others stay.
    """
    arriving = {new.content_hash: new for new in map(_hashed, incoming)}
    names = {new.source.id for new in arriving.values()}
    held_names = set(held.values())
    new = tuple(new for content_hash, new in arriving.items() if content_hash not in held)
    gone = tuple(
        content_hash
        for content_hash, name in held.items()
        if content_hash not in arriving and (replace or name in names)
    )
    new_names = {record.source.id for record in new}
    return RecordPlan(
        new=new,
        gone=gone,
        added=len(new_names - held_names),
        changed=len(new_names & held_names),
        unchanged=len((names & held_names) - new_names),
        removed=len({held[content_hash] for content_hash in gone} - names),
    )


def fingerprint_of(hashes: Iterable[str]) -> str:
    """One hash for a set of content hashes."""
    return hashlib.sha256("\n".join(sorted(hashes)).encode()).hexdigest()[:_HASH_CHARACTERS]


def _hashed(source: Source) -> NewRecord:
    body = source.model_dump_json()
    return NewRecord(hashlib.sha256(body.encode()).hexdigest()[:_HASH_CHARACTERS], source, body)
