"""The vector index: one Chroma collection, embedded or on a server. Derived data; the catalogue can always rebuild it.

A Chroma `System` of our own is opened instead of a `Client`: clients of one path share a system as long as the process
lives, and an embedded system never sees what another process added after it was opened (measured with 1.5.9).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from research_agent.errors import StoreError, UsageError
from research_agent.library.chroma_files import graph_lost
from research_agent.library.chunks import chunks
from research_agent.library.indexes import Scored, Vectors

if TYPE_CHECKING:
    from chromadb.api import ServerAPI
    from chromadb.api.collection_configuration import CreateCollectionConfiguration
    from chromadb.api.models.Collection import Collection
    from chromadb.api.types import QueryResult
    from chromadb.config import System

SYNC_THRESHOLD = 500
"""Chroma persists its graph once that many vectors came in since the last time. What is not persisted is added to the
graph again by every process that opens it, about 0.15 ms each: at most 75 ms."""
BATCH = 2500
"""Vectors in one call: more than the threshold, so that each is persisted; less than Chroma's own limit of 5,461."""
_SAME = 1e-5
"""Chroma normalises vectors once more, so what it gives back differs from what it was given in the last bits."""


class ChromaTarget(NamedTuple):
    """Where Chroma runs: in this process (no host), or on a server."""

    host: str = ""
    port: int = 8000

    @classmethod
    def parse(cls, setting: str) -> Self:
        """The target of a setting, "host:port"; empty: in this process.

        Raises:
            UsageError: it has another form.
        """
        if not setting:
            return cls()
        host, _, port = setting.rpartition(":")
        if not host or not port.isdigit():
            raise UsageError(f"{setting!r} is not the address of a Chroma server. Write host:port, or nothing.")
        return cls(host.strip("[]"), int(port))

    @property
    def name(self) -> str:
        """By which the catalogue remembers how far the index there is."""
        return f"chroma:{self.host}:{self.port}" if self.host else "chroma"


class ChromaIndex:
    """Passages by meaning, in the collection of one store and one model."""

    batch = BATCH

    def __init__(self, target: ChromaTarget, directory: Path, collection: str) -> None:
        """`directory` is where an embedded Chroma keeps its files; `collection` is made when first asked for."""
        self.target = target
        self._directory = directory
        self._name = collection
        self._lock = RLock()
        self._system: System | None = None
        self._collection: Collection | None = None

    @property
    def place(self) -> str:
        """Identity of the collection; another one after it was thrown away and made again.

        Raises:
            StoreError: Chroma can't be used.
        """
        with self._answering():
            return f"{self._name}/{self._opened().id}"

    def add(self, passage_ids: Sequence[str], vectors: Vectors, *, new: bool = False) -> None:
        """Add or replace passages; where all are known to be `new`, nobody looks whether they are there.

        Raises:
            StoreError: Chroma can't be used.
        """
        with self._answering():
            collection = self._opened()
            for start in range(0, len(passage_ids), self.batch):
                ids, batch = list(passage_ids[start : start + self.batch]), vectors[start : start + self.batch]
                # Replacing in place costs Chroma 9 ms a vector, adding 0.3 ms: what is there already, after an ingest
                # that was killed, stays, and what is there with another vector goes first.
                held = {} if new else _held(collection, ids)
                wanted = [row for row, name in enumerate(ids) if not _same(held.get(name), batch[row])]
                stale = [ids[row] for row in wanted if ids[row] in held]
                if stale:
                    collection.delete(ids=stale)
                if wanted:
                    collection.add(ids=[ids[row] for row in wanted], embeddings=batch[wanted])

    def remove(self, passage_ids: Sequence[str]) -> None:
        """Remove passages; ids that are not there are ignored.

        Raises:
            StoreError: Chroma can't be used.
        """
        with self._answering():
            for chunk in chunks(passage_ids, self.batch):
                self._opened().delete(ids=chunk)

    def nearest(self, vector: Vectors, limit: int, among: Sequence[str] | None = None) -> list[Scored]:
        """The passages nearest to `vector` by cosine, best first; of those `among`, or of all.

        Raises:
            StoreError: Chroma can't be used.
        """
        if among is not None and not among:
            return []
        with self._answering():
            answer = self._query(vector, limit, None if among is None else list(among))
            if answer is None:
                return []
            distances = (answer["distances"] or [[]])[0]
            found = [Scored(name, 1.0 - float(d)) for name, d in zip(answer["ids"][0], distances, strict=True)]
        return sorted(found, key=lambda scored: (-scored.score, scored.name))

    def count(self) -> int:
        """How many passages it holds.

        Raises:
            StoreError: Chroma can't be used.
        """
        with self._answering():
            return int(self._opened().count())

    def lost_graph(self) -> bool:
        """Whether an embedded Chroma's files lack the graph that it wrote: it would go on with one nearly empty.

        It counts passages by its own tables, so nothing else shows that. Cheap: no vector is read.
        """
        return not self.target.host and graph_lost(self._directory, self._name)

    def clear(self) -> None:
        """Throw the collection away and begin an empty one.

        Raises:
            StoreError: Chroma can't be used.
        """
        with self._lock:
            self.drop(self._name)
            with self._answering():
                self._collection = None
                self._opened()

    def drop(self, collection: str) -> None:
        """Throw away a collection of that name, for instance one that another model filled; it may be gone already.

        Raises:
            StoreError: Chroma can't be used.
        """
        from chromadb.errors import NotFoundError

        with self._lock, self._answering(), suppress(NotFoundError):
            self._server().delete_collection(collection)

    def look_again(self) -> None:
        """Open it anew when it is next used, so that what other processes wrote is seen; threads just at it go on."""
        with self._lock:
            self._system = self._collection = None

    def close(self) -> None:
        """Let go of its files or connections."""
        with self._lock:
            system, self._system, self._collection = self._system, None, None
            if system is not None:
                system.stop()

    def _query(self, vector: Vectors, limit: int, among: list[str] | None) -> "QueryResult | None":
        from chromadb.errors import InternalError

        collection = self._opened()

        def ask(ids: list[str] | None) -> "QueryResult":
            return collection.query(
                query_embeddings=vector[np.newaxis], n_results=limit, ids=ids, include=["distances"]
            )

        try:
            return ask(among)
        except InternalError as error:
            # Chroma refuses the whole query for one id that it does not hold, as when another process is just adding.
            if among is None or "finding id" not in str(error):
                raise
        held = list(collection.get(ids=among, include=[])["ids"])
        return ask(held) if held else None

    def _opened(self) -> "Collection":
        with self._lock:
            if self._collection is None:
                from chromadb.api.models.Collection import Collection

                server = self._server()
                configuration: CreateCollectionConfiguration = {
                    "hnsw": {"space": "cosine", "sync_threshold": SYNC_THRESHOLD}
                }
                model = server.get_or_create_collection(self._name, configuration=configuration)
                # No embedding function: Chroma's default one would download a model.
                self._collection = Collection(client=server, model=model, embedding_function=None)
            return self._collection

    def _server(self) -> "ServerAPI":
        from chromadb.api import ServerAPI
        from chromadb.config import Settings, System

        with self._lock:
            if self._system is None:
                settings = Settings(anonymized_telemetry=False, **self._connection())
                system = System(settings)
                server = system.instance(ServerAPI)  # type: ignore[type-abstract]  # it gives the one that settings name
                system.start()
                self._system = system
                return server
            return self._system.instance(ServerAPI)  # type: ignore[type-abstract]  # as above

    def _connection(self) -> dict[str, Any]:
        if self.target.host:
            return {
                "chroma_api_impl": "chromadb.api.fastapi.FastAPI",
                "chroma_server_host": self.target.host,
                "chroma_server_http_port": self.target.port,
            }
        return {
            "chroma_api_impl": "chromadb.api.rust.RustBindingsAPI",
            "is_persistent": True,
            "persist_directory": str(self._directory),
        }

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """Turn Chroma's errors, and those of the way to its server, into ours."""
        import httpx
        from chromadb.errors import ChromaError

        try:
            yield
        except httpx.HTTPError as error:
            raise StoreError(
                f"The Chroma server at {self.target.host}:{self.target.port} does not answer: {error}. The catalogue "
                "is complete without it. Start the server, or unset RESEARCH_AGENT_CHROMA to keep vectors here."
            ) from error
        except (ChromaError, ValueError, OSError) as error:
            where = f"at {self.target.host}:{self.target.port}" if self.target.host else f"in {self._directory}"
            raise StoreError(
                f"Chroma {where} can't be used: {error}. The catalogue is complete without it. Where the disk is full, "
                "free some space and run this again; otherwise `research-agent doctor --repair` rebuilds the index."
            ) from error


def _held(collection: "Collection", ids: list[str]) -> dict[str, Vectors]:
    """The vectors that the collection has under these ids."""
    if not collection.count():
        return {}
    answer = collection.get(ids=ids, include=["embeddings"])
    vectors = answer["embeddings"]
    return {} if vectors is None else dict(zip(answer["ids"], np.asarray(vectors, dtype=np.float32), strict=True))


def _same(held: Vectors | None, wanted: Vectors) -> bool:
    return held is not None and bool(np.abs(held - wanted).max() < _SAME)
