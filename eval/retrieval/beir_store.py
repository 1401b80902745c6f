"""Keeps a collection in BEIR's format in a store of its own, by the content of its corpus and by the model."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Self

from eval.retrieval.beir_folder import Collection, Document, read_documents
from eval.retrieval.exact import ExactStore
from research_agent.errors import StoreError
from research_agent.library.chroma import ChromaTarget
from research_agent.library.chunks import chunks
from research_agent.library.database import Database
from research_agent.library.embedder import Embedder
from research_agent.library.ingest import ingest
from research_agent.library.lock import WriteLock
from research_agent.library.store import Progress as Steps
from research_agent.library.store import unchecked, unwatched
from research_agent.library.supply import VectorSupply
from research_agent.model.progress import Progress, Step
from research_agent.model.source import Existence, Placement, Source
from research_agent.settings import Settings

GUIDE: Final = "beir"

BATCH: Final = 2_000
"""Documents that are taken in at a time, which bounds memory. A kill costs less: vectors are kept 256 at a time."""
FORMAT: Final = 1
"""Rises when documents become sources in another way: what was kept of a collection is then made anew."""

_KEY_CHARACTERS: Final = 16
_UNTITLED: Final = "-"
"""A source needs a title; this one has no word, and moves a vector by next to nothing."""
_SOURCE: Final = "document-"


class CollectionStore(ExactStore):
    """A store that is filled without Chroma's graph, which is not asked.

    Measured on 20,000 documents, their embedding apart: filled in 30 s, and in 80 s with the graph.
    """

    @classmethod
    def at(cls, directory: Path, embedder: Embedder, *, lock_wait: float) -> Self:
        """The store in a directory; both are made where they are missing.

        Args:
            directory: of this collection alone.
            embedder: turns documents and questions into vectors.
            lock_wait: seconds to wait for another process that writes.

        Raises:
            StoreError: the directory or the catalogue can't be used.
        """
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"{directory} can't be made: {error.strerror}. Nothing was changed. Make its parent writable, or "
                "choose another: RESEARCH_AGENT_DATA_DIR=FOLDER."
            ) from error
        lock = WriteLock(directory, wait=lock_wait)
        database = Database.open(directory, lock=lock)
        return cls(
            directory=directory,
            database=database,
            lock=lock,
            supply=VectorSupply(database, embedder),
            target=ChromaTarget(),
            checkpoint=unchecked,
        )

    def catch_up(self, progress: Steps) -> None:
        """Make the lexical index complete; the write lock is held. Vectors are read from the catalogue.

        Raises:
            StoreError: the index can't be written; the catalogue is complete, and the next run goes on here.
        """
        state = self.state()
        since = self._lexical_generation(state)
        if since < state.generation:
            self._catch_up_lexical(state, since, lambda changed: progress(changed, changed))


def open_store(collection: Collection, settings: Settings, embedder: Embedder) -> CollectionStore:
    """The collection's store in the settings' data directory, as far as it was filled.

    Raises:
        StoreError: it can't be used.
    """
    said = f"{FORMAT} {BATCH} {collection.digest} {embedder.fingerprint}"
    name = hashlib.sha256(said.encode()).hexdigest()[:_KEY_CHARACTERS]
    return CollectionStore.at(settings.data_dir / "beir" / name, embedder, lock_wait=settings.lock_wait)


def fill(store: CollectionStore, collection: Collection, progress: Progress) -> None:
    """See to it that the store holds all documents; one that was broken off goes on at the batch where it was.

    Raises:
        EmbeddingError: the model failed; what it computed before is kept.
        StoreError: the store can't be written.
    """
    total = len(collection.names)
    done = 0
    for batch in chunks(sources_of(collection), BATCH):

        def told(steps: int, of: int, done: int = done, size: int = len(batch)) -> None:
            progress(Step(name="take in", text="Taking in the documents", done=done + size * steps // of, total=total))

        # An origin a batch: what it holds is compared with the batch alone, and a whole one is not looked at.
        origin = f"beir:{done}"
        ingest(store, origin, batch, replace=True, fingerprint=collection.digest, progress=told)
        done += len(batch)
    with store.lock.held("complete the index"):
        store.catch_up(unwatched)  # what a kill left behind
    store.lexical.close()  # another process may have written to it since
    progress(Step(name="take in", text="Taking in the documents", done=total, total=total))


def sources_of(collection: Collection) -> Iterator[Source]:
    """The documents as sources, in the order of their lines."""
    return (_source(number, document) for number, document in enumerate(read_documents(collection.folder)))


def document_of(collection: Collection, source: str) -> str:
    """The document's id, by that of its source."""
    return collection.names[int(source.removeprefix(_SOURCE))]


def _source(number: int, document: Document) -> Source:
    """A document as a source of one passage.

    Of a kind that is known by its address alone, and every document has one of its own: equal titles make no one work.
    """
    title, text = document.title.strip(), document.text.strip()
    return Source(
        id=f"{_SOURCE}{number}",
        title=title or _UNTITLED,
        url=f"https://beir.invalid/{number}",
        origin="",
        kind="official_docs",
        existence=Existence(state="not_checked", how="read"),
        # A source without a passage would be found by nothing: one of a title alone says it again.
        placements=(Placement(guide=GUIDE, domain="1", category="documents", summary=text or title),),
    )
