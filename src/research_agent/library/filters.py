"""A search filter as conditions on the catalogue's passages."""

import sqlalchemy as sa

from research_agent.library.schema import passage
from research_agent.model.library import Filter

OPEN = Filter()


def conditions(where: Filter) -> list[sa.ColumnElement[bool]]:
    """What a passage must meet, to be joined by AND; none for an open filter."""
    rules: list[sa.ColumnElement[bool]] = []
    if where.guide is not None:
        rules.append(passage.c.guide == where.guide)
    if where.domain is not None:
        rules.append(passage.c.domain == where.domain)
    if where.category is not None:
        rules.append(passage.c.category == where.category)
    if where.kinds:
        rules.append(passage.c.kind.in_(where.kinds))
    if where.since is not None:
        rules.append(passage.c.year >= where.since)
    if where.until is not None:
        rules.append(passage.c.year <= where.until)
    if where.peer_reviewed is not None:
        rules.append(passage.c.peer_reviewed.is_(where.peer_reviewed))
    return rules


def written_after(generation: int) -> list[sa.ColumnElement[bool]]:
    """What passages meet that were written after a generation: after 0 all do, and the database needn't look."""
    return [passage.c.generation > generation] if generation else []
