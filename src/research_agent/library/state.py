"""What the store says of itself: its generation, its identity, its model, how far each vector index is."""

from typing import NamedTuple

import sqlalchemy as sa

from research_agent.library.schema import index_state, meta

_GENERATION, _STORE, _NAME, _FINGERPRINT, _DIMENSION = (
    "generation",
    "store",
    "model_name",
    "model_fingerprint",
    "model_dimension",
)


class Model(NamedTuple):
    """The embedding model whose vectors a store holds."""

    name: str
    fingerprint: str
    dimension: int


class IndexState(NamedTuple):
    """Where a vector index keeps its passages and up to which generation it is complete."""

    place: str
    generation: int


class State(NamedTuple):
    """One reading of the store's facts."""

    store: str
    generation: int
    model: Model | None


_FACTS = sa.select(meta.c.name, meta.c.value, index_state.c.place, index_state.c.generation).join(
    index_state, index_state.c.name == sa.bindparam("index"), isouter=True
)


def read_facts(connection: sa.Connection, index: str) -> tuple[State, IndexState | None]:
    """`read_state` and `read_index_state` in one statement: every search begins with both."""
    rows = connection.execute(_FACTS, {"index": index}).all()
    recorded = IndexState(rows[0][2], rows[0][3]) if rows and rows[0][2] is not None else None
    return _state({row[0]: row[1] for row in rows}), recorded


def read_state(connection: sa.Connection) -> State:
    """The facts as they are now; `store` is empty in a store that was never opened."""
    return _state({row.name: row.value for row in connection.execute(sa.select(meta))})


def _state(facts: dict[str, str]) -> State:
    model = None
    if _FINGERPRINT in facts:
        model = Model(facts[_NAME], facts[_FINGERPRINT], int(facts[_DIMENSION]))
    return State(facts.get(_STORE, ""), int(facts.get(_GENERATION, "0")), model)


def next_generation(connection: sa.Connection) -> int:
    """Begin a generation, inside the transaction that writes it."""
    generation = read_state(connection).generation + 1
    _write(connection, {_GENERATION: str(generation)})
    return generation


def name_store(connection: sa.Connection, store: str) -> None:
    """Give a new store its identity, by which an index knows that it belongs to it."""
    _write(connection, {_STORE: store})


def write_model(connection: sa.Connection, model: Model) -> None:
    """Say whose vectors the store holds from now on."""
    _write(
        connection,
        {_NAME: model.name, _FINGERPRINT: model.fingerprint, _DIMENSION: str(model.dimension)},
    )


def read_index_state(connection: sa.Connection, name: str) -> IndexState | None:
    """How far this index is; None: it holds nothing."""
    row = connection.execute(
        sa.select(index_state.c.place, index_state.c.generation).where(index_state.c.name == name)
    ).one_or_none()
    return IndexState(*row) if row else None


def write_index_state(connection: sa.Connection, name: str, state: IndexState) -> None:
    """Say how far this index is."""
    connection.execute(sa.delete(index_state).where(index_state.c.name == name))
    connection.execute(sa.insert(index_state), {"name": name, "place": state.place, "generation": state.generation})


def _write(connection: sa.Connection, facts: dict[str, str]) -> None:
    connection.execute(sa.delete(meta).where(meta.c.name.in_(facts)))
    connection.execute(sa.insert(meta), [{"name": name, "value": value} for name, value in facts.items()])
