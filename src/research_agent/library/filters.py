"""A search filter as conditions on the catalogue's passages."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from research_agent.library.schema import passage
from research_agent.model.library import Filter

OPEN = Filter()


_COLUMNS = {column.name: column for column in passage.c}
_UNINDEXED = {name: sa.func.coalesce(column, column) for name, column in _COLUMNS.items()}


def conditions(where: Filter, *, of_named: bool = False) -> list[sa.ColumnElement[bool]]:
    """What a passage must meet, to be joined by AND; none for an open filter.

    `of_named`: the statement names its passages by id as well. Without statistics SQLite takes the filter's index for
    the better one and reads every passage that the filter leaves (3.5 ms of 6,165, against 0.7 ms for 32 ids), so these
    conditions can't be answered from an index.
    """
    columns: Mapping[str, sa.ColumnElement[Any]] = _UNINDEXED if of_named else _COLUMNS
    rules: list[sa.ColumnElement[bool]] = []
    if where.guide is not None:
        rules.append(columns["guide"] == where.guide)
    if where.domain is not None:
        rules.append(columns["domain"] == where.domain)
    if where.category is not None:
        rules.append(columns["category"] == where.category)
    if where.kinds:
        rules.append(columns["kind"].in_(where.kinds))
    if where.since is not None:
        rules.append(columns["year"] >= where.since)
    if where.until is not None:
        rules.append(columns["year"] <= where.until)
    if where.peer_reviewed is not None:
        rules.append(columns["peer_reviewed"].is_(where.peer_reviewed))
    return rules


def written_after(generation: int) -> list[sa.ColumnElement[bool]]:
    """What passages meet that were written after a generation: after 0 all do, and the database needn't look."""
    return [passage.c.generation > generation] if generation else []
