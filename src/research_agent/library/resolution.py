"""Resolve only the works that an ingest can touch: those which share a key or a name with a record that comes or goes.

`sources.identity` decides what is one work; here is who has to be asked.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

import sqlalchemy as sa

from research_agent.library.chunks import chunks
from research_agent.library.records import RecordPlan
from research_agent.library.schema import identity_key, record
from research_agent.library.vectors import CHUNK
from research_agent.model.source import Source
from research_agent.sources.identity import identity_keys, resolve

CORPUS = "corpus:"
"""How the names of origins begin that ship with a guide; in a dispute over an id they come before the others."""

_SUFFIX_CHARACTERS = 6


class OwnedRecord(NamedTuple):
    """A record with where it came from."""

    origin: str
    content_hash: str
    source: Source
    keys: frozenset[str]
    """Its identity keys and the names that it goes by."""


class Work(NamedTuple):
    """A resolved work with its keys and names."""

    source: Source
    keys: frozenset[str]


class Resolution(NamedTuple):
    """The works that were looked at again, before and after."""

    before: frozenset[str]
    """Ids of the sources that are replaced."""
    after: tuple[Source, ...]
    source_of: Mapping[tuple[str, str], str]
    """For each record concerned, by origin and content hash: id of the source that it belongs to."""
    keys: Mapping[str, frozenset[str]]
    """For each source: its keys, by which a later ingest finds it."""


def resolve_affected(connection: sa.Connection, origin: str, plan: RecordPlan) -> Resolution:
    """Resolve the records of a plan together with all others that they may meet.

    The result is the same as resolving all records of the store at once.
    """
    coming = [OwnedRecord(origin, new.content_hash, new.source, _keys(new.source)) for new in plan.new]
    leaving = {(origin, content_hash) for content_hash in plan.gone}
    keys = {key for owned in coming for key in owned.keys}
    before = _sources_of(connection, origin, plan.gone)
    while True:
        before = _closed(connection, before, keys)
        staying = [o for o in _records_of(connection, before) if (o.origin, o.content_hash) not in leaving]
        records = [*staying, *coming]
        works = [Work(work, _keys(work)) for work in resolve(owned.source for owned in records)]
        # A work may have a key that none of its records has (a title of one with the year of another).
        keys.update(key for work in works for key in work.keys)
        if _closed(connection, before, keys) == before:
            return _named(before, works, records)


def _keys(source: Source) -> frozenset[str]:
    return frozenset((*identity_keys(source), *(f"name:{name}" for name in (source.id, *source.aliases))))


def _named(before: set[str], works: Sequence[Work], records: Sequence[OwnedRecord]) -> Resolution:
    """Give every work an id of its own, and find the work of each record."""
    holders: dict[str, list[int]] = defaultdict(list)
    for index, work in enumerate(works):
        for key in work.keys:
            holders[key].append(index)
    owner = {(owned.origin, owned.content_hash): _best_match(owned.keys, holders) for owned in records}
    shipped = {index for (origin, _), index in owner.items() if origin.startswith(CORPUS)}
    final = [work.source for work in works]
    claims: dict[str, list[int]] = defaultdict(list)
    for index, source in enumerate(final):
        claims[source.id].append(index)
    for claimants in claims.values():
        _, *others = sorted(claimants, key=lambda index: (index not in shipped, final[index].url))
        for index in others:
            final[index] = _renamed(final[index])
    keys = [{*work.keys, f"name:{source.id}"} for work, source in zip(works, final, strict=True)]
    for owned in records:
        keys[owner[owned.origin, owned.content_hash]] |= owned.keys
    return Resolution(
        before=frozenset(before),
        after=tuple(sorted(final, key=lambda source: source.id)),
        source_of={key: final[index].id for key, index in owner.items()},
        keys={source.id: frozenset(held) for source, held in zip(final, keys, strict=True)},
    )


def _best_match(keys: Iterable[str], holders: Mapping[str, Sequence[int]]) -> int:
    """The work with the most of the record's keys: it holds all of them, unless two works dispute a name."""
    votes: dict[int, int] = defaultdict(int)
    for key in keys:
        for index in holders.get(key, ()):
            votes[index] += 1
    return min(votes, key=lambda index: (-votes[index], index))


def _renamed(work: Source) -> Source:
    """Another work has its id: it gets one that depends on nothing but itself."""
    suffix = sha256(work.url.encode()).hexdigest()[:_SUFFIX_CHARACTERS]
    return work.model_copy(update={"id": f"{work.id}-{suffix}"})


def _sources_of(connection: sa.Connection, origin: str, hashes: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for chunk in chunks(hashes, CHUNK):
        statement = sa.select(record.c.source_id).where(record.c.origin == origin, record.c.content_hash.in_(chunk))
        found.update(connection.execute(statement).scalars())
    return found


def _closed(connection: sa.Connection, sources: Iterable[str], keys: Iterable[str]) -> set[str]:
    """These sources, and all that share a key with them, or with one that does, or have one of the keys."""
    closed: set[str] = set()
    seen: set[str] = set()
    new_sources, new_keys = set(sources), set(keys)
    while new_sources or new_keys:
        for chunk in chunks(new_keys, CHUNK):
            statement = sa.select(identity_key.c.source_id).where(identity_key.c.key.in_(chunk))
            new_sources.update(connection.execute(statement).scalars())
        seen |= new_keys
        new_sources -= closed
        new_keys = set()
        for chunk in chunks(new_sources, CHUNK):
            statement = sa.select(identity_key.c.key).where(identity_key.c.source_id.in_(chunk))
            new_keys.update(connection.execute(statement).scalars())
        closed |= new_sources
        new_sources = set()
        new_keys -= seen
    return closed


def _records_of(connection: sa.Connection, sources: Iterable[str]) -> list[OwnedRecord]:
    found = []
    for chunk in chunks(sorted(sources), CHUNK):
        rows = connection.execute(
            sa.select(record.c.origin, record.c.content_hash, record.c.body).where(record.c.source_id.in_(chunk))
        )
        for origin, content_hash, body in rows:
            source = Source.model_validate_json(body)
            found.append(OwnedRecord(origin, content_hash, source, _keys(source)))
    return found
