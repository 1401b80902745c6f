"""What looks at sources showed, one row a source: the last look that saw something, and what earlier ones had seen."""

from collections.abc import Iterable

import sqlalchemy as sa

from research_agent.library.catalogue import current_ids
from research_agent.library.schema import verification
from research_agent.model.source import Existence, Signal, Source
from research_agent.model.verification import Verification
from research_agent.sources.observed import VERIFICATION

VERIFIED = "verified"
"""The origin of the records by which a verification reaches a source."""


def kept_after(earlier: Verification | None, new: Verification) -> Verification:
    """What is kept when a source is looked at again.

    A look that could see nothing replaces none that did. A look that could not see everything leaves standing what an
    earlier one saw elsewhere: a retraction is not forgotten because the service that knows of it is down.
    """
    if earlier is None:
        return new
    if new.state == "not_checked" and earlier.state != "not_checked":
        return earlier
    return new if new.complete else new.model_copy(update={"signals": _all_signals(earlier.signals, new.signals)})


def record_of(source: Source, kept: Verification) -> Source:
    """A verification's state and signals as a record of the source that says nothing else.

    Its existence is that of nobody's looking, so that in every field any other record of the work speaks before it.
    """
    unlooked = Existence(state="not_checked", how="")
    at = next((check.where for check in kept.checks if check.state == kept.state and check.where), source.url)
    seen = Signal(name=VERIFICATION, value=kept.state, where=at, on=kept.at.date())
    return Source(
        id=source.id,
        title=source.title,
        url=source.url,
        origin=source.origin,
        language=source.language,
        kind=source.kind,
        identifiers=source.identifiers,
        existence=unlooked if source.existence.state == "verified" else source.existence,
        signals=(*kept.signals, seen),
    )


def keep_verification(connection: sa.Connection, kept: Verification) -> None:
    """Keep a verification in place of the source's former one."""
    connection.execute(sa.delete(verification).where(verification.c.source_name == kept.source))
    connection.execute(
        sa.insert(verification), {"source_name": kept.source, "state": kept.state, "body": kept.model_dump_json()}
    )


def read_verifications(connection: sa.Connection) -> dict[str, Verification]:
    """What is kept, by the present id of the source; of works that became one, the latest look at any of them."""
    rows = connection.execute(sa.select(verification.c.source_name, verification.c.body)).all()
    present = current_ids(connection, (row.source_name for row in rows))
    found: dict[str, Verification] = {}
    for name, body in rows:
        kept = Verification.model_validate_json(body)
        source = present.get(name, name)
        if source not in found or found[source].at < kept.at:
            found[source] = kept.model_copy(update={"source": source})
    return found


def read_verification(connection: sa.Connection, source: Source) -> Verification | None:
    """The latest look at a source, under whichever of its names; None: nobody looked."""
    names = (source.id, *source.aliases)
    bodies = connection.execute(sa.select(verification.c.body).where(verification.c.source_name.in_(names))).scalars()
    looks = [Verification.model_validate_json(body) for body in bodies]
    latest = max(looks, key=lambda look: look.at, default=None)
    return latest.model_copy(update={"source": source.id}) if latest else None


def _all_signals(earlier: Iterable[Signal], new: Iterable[Signal]) -> tuple[Signal, ...]:
    by_place = {(signal.name, signal.where): signal for signal in (*earlier, *new)}
    return tuple(by_place[place] for place in sorted(by_place))
