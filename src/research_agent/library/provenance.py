"""What services said of works, kept by what a work is recognised by: ids change when works merge, their names do not.

It is bounded: of a service and a work the latest `MOST_OF_A_SERVICE` records are kept (one, where the service names no
record of its own, as engines that search the web), and a raw record only up to `LONGEST_RAW` bytes. What is longer is
left out whole, as half a record proves nothing; its address stays, so that it can be asked for again.
"""

import zlib
from collections.abc import Iterable, Sequence
from datetime import UTC
from typing import Any, Final

import sqlalchemy as sa

from research_agent.library.catalogue import read_source
from research_agent.library.chunks import chunks
from research_agent.library.schema import identity_key, provenance
from research_agent.library.vectors import CHUNK
from research_agent.model.candidate import Provenance
from research_agent.model.source import Source
from research_agent.sources.identity import names_of
from research_agent.sources.joining import STRONG

LONGEST_RAW: Final = 64 * 1024
"""Bytes of a raw record, compressed; Crossref's records of papers with 300 references have some 20 KB."""
MOST_OF_A_SERVICE: Final = 4
"""Records of one service on one work; it has more than one where a work has several manifestations."""

Told = tuple[Source, Sequence[Provenance]]
"""A work and what services said of it."""


def keep_provenance(connection: sa.Connection, entries: Iterable[Told]) -> int:
    """Keep what services said; a record replaces what the same record said before. Returns how many were kept."""
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    for source, all_of_it in entries:
        keys = _keys_of(source)
        for one in sorted(all_of_it, key=lambda one: one.at):
            rows[keys[0], one.service, one.record] = _row(keys[0], one)
            same = provenance.c.service == one.service, provenance.c.record == one.record
            connection.execute(sa.delete(provenance).where(provenance.c.key.in_(keys), *same))
    if rows:
        connection.execute(sa.insert(provenance), list(rows.values()))
    for key, service in sorted({(key, service) for key, service, _ in rows}):
        _forget_older(connection, key, service)
    return len(rows)


def read_provenance(connection: sa.Connection, name: str) -> list[Provenance]:
    """What services said of the work with this id or alias, by service, the latest first.

    Raises:
        UnknownNameError: there is no such source.
    """
    source = read_source(connection, name)
    keys = connection.execute(sa.select(identity_key.c.key).where(identity_key.c.source_id == source.id)).scalars()
    latest: dict[tuple[str, str], Provenance] = {}
    for chunk in chunks(keys, CHUNK):
        for row in connection.execute(sa.select(provenance).where(provenance.c.key.in_(chunk))).mappings():
            one = _provenance(row)
            known = latest.setdefault((one.service, one.record), one)
            if one.at > known.at:
                latest[one.service, one.record] = one
    found = sorted(latest.values(), key=lambda one: (one.at, one.record), reverse=True)
    return sorted(found, key=lambda one: one.service)


def _keys_of(source: Source) -> list[str]:
    """The keys by which the work is recognised, the surest first."""
    names = sorted(names_of(source), key=lambda name: (STRONG.index(name[0]), name[1]))
    return [f"{scheme}:{name}" for scheme, name in names]


def _row(key: str, one: Provenance) -> dict[str, Any]:
    raw = zlib.compress(one.raw.encode())
    return {
        "key": key,
        "service": one.service,
        "record": one.record,
        "address": one.address,
        "told_at": one.at.astimezone(UTC).replace(tzinfo=None),
        "licence": one.licence,
        "raw": raw if len(raw) <= LONGEST_RAW else None,
    }


def _provenance(row: sa.RowMapping) -> Provenance:
    raw = row["raw"]
    return Provenance(
        service=row["service"],
        address=row["address"],
        record=row["record"],
        at=row["told_at"].replace(tzinfo=UTC),
        raw=zlib.decompress(raw).decode() if raw is not None else "",
        licence=row["licence"],
    )


def _forget_older(connection: sa.Connection, key: str, service: str) -> None:
    """Forget what a service said of a work before its latest records."""
    of_service = (provenance.c.key == key, provenance.c.service == service)
    older = connection.execute(
        sa.select(provenance.c.record)
        .where(*of_service)
        .order_by(provenance.c.told_at.desc(), provenance.c.record)
        .offset(MOST_OF_A_SERVICE)
    ).scalars()
    for record in list(older):
        connection.execute(sa.delete(provenance).where(*of_service, provenance.c.record == record))
