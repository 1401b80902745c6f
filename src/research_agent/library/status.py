"""How a store is: what it holds, how far its indexes are, what is wrong with it. For the doctor."""

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Literal, NamedTuple

import sqlalchemy as sa
from pydantic import Field

from research_agent.errors import StoreError
from research_agent.library.catalogue import count_all, count_with_passages, read_with_vectors
from research_agent.library.filters import OPEN
from research_agent.library.schema import HEAD, passage
from research_agent.library.state import Model, State, read_index_state, read_state
from research_agent.library.store import Store
from research_agent.library.vectors import missing_hashes
from research_agent.model.base import Record

CHARACTERS_PER_TOKEN = 4
"""For estimates of English text, where the tokenizer of a remote model is not here."""

_MEND = "`research-agent doctor --repair` rebuilds it."
_PROBES = 20
_ITSELF = 0.99

_LIBRARIES = ("chromadb", "tantivy", "sqlalchemy", "numpy")


class IndexStatus(Record):
    """How one index is."""

    name: str = Field(description='"lexical" or "vectors".')
    state: Literal["complete", "behind", "broken"] = Field(
        description="Complete; lacks or has too much until the next search or ingest; can't be used."
    )
    of: Literal["sources", "passages"] = Field(description="What it holds.")
    held: int | None = Field(description="How many of them; None: it could not be asked.")
    expected: int = Field(description="How many of them the catalogue holds.")
    generation: int = Field(description="Up to which generation it is complete; 0: none.")
    bytes: int = Field(description="Size on this machine's disk.")
    where: str = Field(description="Its folder, or the address of its server.")
    problem: str = Field(default="", description="What is wrong with it, and how to mend it.")


class LibraryStatus(Record):
    """How a store is."""

    directory: str = Field(description="Its folder.")
    generation: int = Field(description="How many times it was changed.")
    schema_version: str = Field(description="The migration that its tables are at.")
    damage: str = Field(description="What the database finds wrong with itself; empty: nothing.")
    records: int = Field(description="Records, as each origin has them.")
    sources: int = Field(description="Works that they were resolved into.")
    passages: int = Field(description="Passages of these.")
    vectors: int = Field(description="Vectors in the cache that are of the store's model.")
    without_vector: int = Field(description="Passages whose vector is missing; they are not found by meaning.")
    decisions: int = Field(description="Decisions that were not taken back.")
    runs: int = Field(description="Bibliographies that were kept.")
    model: str = Field(description="The embedding model whose vectors it holds; empty: it holds none yet.")
    bytes: int = Field(description="Size of the catalogue on disk.")
    indexes: tuple[IndexStatus, ...] = Field(description="The lexical and the vector index.")
    versions: dict[str, str] = Field(description="Versions of the libraries that it stands on.")


class ModelChange(Record):
    """What it takes to give a store the vectors of another model."""

    held: str = Field(description="The model whose vectors the store holds.")
    configured: str = Field(description="The model that is configured now.")
    passages: int = Field(description="Passages that need a vector of it.")
    to_embed: int = Field(description="Texts to embed: neither kept from before nor shipped.")
    characters: int = Field(description="Characters of these texts.")

    @property
    def tokens(self) -> int:
        """Estimated tokens of the texts to embed: what a paid service charges for."""
        return -(-self.characters // CHARACTERS_PER_TOKEN)


def status_of(store: Store) -> LibraryStatus:
    """How the store is now; a broken index is told, not raised.

    Raises:
        StoreError: the catalogue itself can't be read.
    """
    damage = store.database.check()
    with store.database.reading() as connection:
        state = read_state(connection)
        fingerprint = state.model.fingerprint if state.model else ""
        counts = count_all(connection, fingerprint)
        with_passages = count_with_passages(connection)
        hashes = connection.execute(sa.select(passage.c.text_hash)).scalars().all()
        lacking = set(missing_hashes(connection, fingerprint, hashes))
        recorded = read_index_state(connection, store.target.name)

    def chroma_count() -> int:
        return store.chroma(state, state.model).count() if state.model and recorded else 0

    def chroma_blind() -> str:
        return _not_found(store, state, state.model) if state.model else ""

    lexical_folder, chroma_folder = store.lexical_directory, store.chroma_directory
    chroma_at = f"{store.target.host}:{store.target.port}" if store.target.host else str(chroma_folder)
    indexes = (
        _index(
            "lexical",
            store.lexical.count,
            generation=store.lexical.generation(state.store),
            expected=_Expected(state.generation, with_passages, "sources"),
            folder=lexical_folder,
            where=str(lexical_folder),
        ),
        _index(
            "vectors",
            chroma_count,
            generation=recorded.generation if recorded else 0,
            expected=_Expected(state.generation, counts.passages, "passages"),
            folder=chroma_folder,
            where=chroma_at,
            probe=chroma_blind,
        ),
    )
    return LibraryStatus(
        directory=str(store.directory),
        generation=state.generation,
        schema_version=HEAD,
        damage=damage,
        records=counts.records,
        sources=counts.sources,
        passages=counts.passages,
        vectors=counts.vectors,
        without_vector=sum(hashed in lacking for hashed in hashes),
        decisions=counts.decisions,
        runs=counts.runs,
        model=state.model.name if state.model else "",
        bytes=sum(size for path in store.directory.glob("catalogue.sqlite3*") if (size := path.stat().st_size)),
        indexes=indexes,
        versions={name: version(name) for name in _LIBRARIES},
    )


class _Expected(NamedTuple):
    generation: int
    held: int
    of: Literal["sources", "passages"]


def _not_found(store: Store, state: State, model: Model) -> str:
    """What the vector index says wrongly of passages whose vectors are known; empty: nothing.

    It counts by its tables and answers by its graph, so only asking shows that the graph is gone.

    Raises:
        StoreError: it can't be asked.
    """
    with store.database.reading() as connection:
        ids = sorted(connection.execute(sa.select(passage.c.id)).scalars())
        asked = ids[:: max(1, len(ids) // _PROBES)][:_PROBES]
        known = read_with_vectors(connection, model.fingerprint, OPEN, asked)
    chroma = store.chroma(state, model)
    vectors = [known[name].vector for name in asked]
    # One that says the same in another domain has the same vector and will do.
    lost = [
        name
        for name, vector in zip(asked, vectors, strict=True)
        if vector is not None and not any(found.score > _ITSELF for found in chroma.nearest(vector, 1))
    ]
    if not lost:
        return ""
    return (
        f"It does not find {len(lost)} of {len(asked)} passages that it should hold (the first is {lost[0]}), "
        f"so searches by meaning are wrong. {_MEND}"
    )


def _index(
    name: str,
    count: Callable[[], int],
    *,
    generation: int,
    expected: _Expected,
    folder: Path,
    where: str,
    probe: Callable[[], str] = lambda: "",
) -> IndexStatus:
    """How an index is; `probe` says what it answers wrongly although it counts right."""
    problem, held = "", None
    state: Literal["complete", "behind", "broken"] = "behind"
    try:
        held = count()
        if (generation, held) == expected[:2]:
            problem = probe()
            state = "broken" if problem else "complete"
        elif generation == expected.generation:
            problem = f"It holds {held} {expected.of} and the catalogue {expected.held}. {_MEND}"
            state = "broken"
    except StoreError as error:
        problem, state = str(error), "broken"
    return IndexStatus(
        name=name,
        state=state,
        of=expected.of,
        held=held,
        expected=expected.held,
        generation=generation,
        bytes=sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
        where=where,
        problem=problem,
    )
