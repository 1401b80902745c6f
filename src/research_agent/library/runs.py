"""Bibliographies as they were produced, for comparing one with the next."""

import gzip
from datetime import UTC, datetime
from hashlib import sha256

import sqlalchemy as sa
from pydantic import Field

from research_agent.errors import UnknownNameError
from research_agent.library.schema import run
from research_agent.model.base import Record
from research_agent.model.bibliography import Bibliography

_ID_CHARACTERS = 12


class Run(Record):
    """One bibliography that was produced."""

    id: str = Field(description="Hash of its content: equal bibliographies have one id.")
    guide: str = Field(description="Id of the guide.")
    domain: str = Field(description="Id of the domain.")
    inputs: str = Field(description="Fingerprint of everything that it was made from.")
    status: str = Field(description="The bibliography's status.")
    created: datetime = Field(description="When it was first produced.")


def keep_run(connection: sa.Connection, bibliography: Bibliography, created: datetime) -> Run:
    """Keep a bibliography, unless it is the domain's latest already."""
    content = bibliography.model_dump_json().encode()
    new = Run(
        id=sha256(content).hexdigest()[:_ID_CHARACTERS],
        guide=bibliography.guide,
        domain=bibliography.domain,
        inputs=bibliography.inputs,
        status=bibliography.status,
        created=created.astimezone(UTC),
    )
    latest = read_runs(connection, bibliography.guide, bibliography.domain, limit=1)
    if latest and latest[0].id == new.id:
        return latest[0]
    connection.execute(
        sa.insert(run),
        {
            "id": new.id,
            "guide": new.guide,
            "domain": new.domain,
            "inputs": new.inputs,
            "status": new.status,
            "created_at": new.created.replace(tzinfo=None),
            # No time in the header: equal bibliographies are equal bytes.
            "bibliography": gzip.compress(content, mtime=0),
        },
    )
    return new


def read_runs(connection: sa.Connection, guide: str, domain: str, *, limit: int | None = None) -> list[Run]:
    """A domain's runs, the latest first."""
    rows = connection.execute(
        sa.select(run.c.id, run.c.inputs, run.c.status, run.c.created_at)
        .where(run.c.guide == guide, run.c.domain == domain)
        .order_by(run.c.number.desc())
        .limit(limit)
    )
    return [
        Run(
            id=row.id,
            guide=guide,
            domain=domain,
            inputs=row.inputs,
            status=row.status,
            created=row.created_at.replace(tzinfo=UTC),
        )
        for row in rows
    ]


def read_run(connection: sa.Connection, run_id: str) -> Bibliography:
    """The bibliography of a run.

    Raises:
        UnknownNameError: there is no such run; the error lists the near matches.
    """
    packed = connection.execute(
        sa.select(run.c.bibliography).where(run.c.id == run_id).order_by(run.c.number.desc()).limit(1)
    ).scalar()
    if packed is None:
        known = connection.execute(sa.select(run.c.id).order_by(run.c.number.desc())).scalars()
        raise UnknownNameError("run", run_id, known)
    return Bibliography.model_validate_json(gzip.decompress(packed))
