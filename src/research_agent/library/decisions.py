"""What people decided: kept with its history; of what contradicts, the latest stands."""

from datetime import UTC, datetime

import sqlalchemy as sa
from pydantic import Field

from research_agent.library.catalogue import current_ids
from research_agent.library.schema import decision
from research_agent.model.base import Record
from research_agent.model.radar import Decision


class KeptDecision(Record):
    """A decision, when it was made, and when it was taken back or overruled."""

    decision: Decision = Field(description="What was decided.")
    decided: datetime = Field(description="When.")
    withdrawn: datetime | None = Field(default=None, description="When it was taken back; None: never.")


def keep_decision(connection: sa.Connection, decided: Decision, at: datetime) -> None:
    """Add a decision to the history."""
    connection.execute(
        sa.insert(decision),
        {
            "guide": decided.guide,
            "domain": decided.domain,
            "source_name": decided.source,
            "body": decided.model_dump_json(),
            "decided_at": _stored(at),
        },
    )


def standing_decisions(connection: sa.Connection, guide: str, domain: str) -> list[Decision]:
    """The decisions that hold for a domain, by source; the source is named by its present id."""
    standing: dict[tuple[str, ...], Decision] = {}
    for kept in _named(connection, [k for k in _history(connection, guide, domain) if k.withdrawn is None]):
        standing[_subject(kept.decision)] = kept.decision
    return [standing[subject] for subject in sorted(standing)]


def decision_history(connection: sa.Connection, guide: str, domain: str) -> list[KeptDecision]:
    """All decisions ever made for a domain, oldest first."""
    return _named(connection, _history(connection, guide, domain))


def withdraw_decisions(connection: sa.Connection, guide: str, domain: str, source: str, at: datetime) -> list[Decision]:
    """Take back all that was decided of a source in a domain; what of it stood is returned."""
    stood = [d for d in standing_decisions(connection, guide, domain) if d.source == source]
    names = {kept.decision.source for kept in _history(connection, guide, domain)}
    present = current_ids(connection, names)
    affected = sorted(name for name in names if present.get(name, name) == source)
    if affected:
        connection.execute(
            sa.update(decision)
            .where(decision.c.guide == guide, decision.c.domain == domain, decision.c.source_name.in_(affected))
            .where(decision.c.withdrawn_at.is_(None))
            .values(withdrawn_at=_stored(at))
        )
    return stood


def _history(connection: sa.Connection, guide: str, domain: str) -> list[KeptDecision]:
    rows = connection.execute(
        sa.select(decision.c.body, decision.c.decided_at, decision.c.withdrawn_at)
        .where(decision.c.guide == guide, decision.c.domain == domain)
        .order_by(decision.c.number)
    )
    return [
        KeptDecision(
            decision=Decision.model_validate_json(body),
            decided=_told(decided),
            withdrawn=_told(withdrawn) if withdrawn else None,
        )
        for body, decided, withdrawn in rows
    ]


def _named(connection: sa.Connection, history: list[KeptDecision]) -> list[KeptDecision]:
    """By present ids: a source that was merged into another since is decided on under the other's."""
    present = current_ids(connection, {kept.decision.source for kept in history})
    return [
        kept.model_copy(
            update={
                "decision": kept.decision.model_copy(
                    update={"source": present.get(kept.decision.source, kept.decision.source)}
                )
            }
        )
        for kept in history
    ]


def _subject(decided: Decision) -> tuple[str, ...]:
    """What a decision is about: a later one on the same replaces it, and a pin and a ban are about the same."""
    if decided.action == "judge":
        return decided.source, "judge", decided.rubric, decided.criterion
    return (decided.source, "choose")


def _stored(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=None)


def _told(stored: datetime) -> datetime:
    return stored.replace(tzinfo=UTC)
