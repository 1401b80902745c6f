"""Taking passages in, without embedding them, against what Chroma alone needs for the same ones."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np

from benchmarks.harness import Context, Figure, at_least, benchmark, in_turns, of_samples, seconds
from benchmarks.stores import GUIDE, MadeUpVectors, corpus_sources, made_up_sources, now
from research_agent.library.chroma import BATCH, SYNC_THRESHOLD
from research_agent.library.indexes import IndexedPassage, Vectors
from research_agent.library.library import Library
from research_agent.library.passages import embedding_text, indexed_passages
from research_agent.model.source import Source

PASSAGES = 10_000


class _Work(NamedTuple):
    sources: list[Source]
    passages: list[IndexedPassage]
    vectors: Vectors


class _Ready:
    """Vectors that were computed before the clock starts."""

    name = "ready"
    max_tokens = None

    def __init__(self, vectors: Mapping[str, Vectors], like: MadeUpVectors) -> None:
        self._vectors = vectors
        self.fingerprint = like.fingerprint
        self.dimension = like.dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.array([self._vectors[text] for text in texts], dtype=np.float32)


@benchmark("ingest")
def against_chroma(context: Context) -> Iterator[Figure]:
    """Ingest 10,000 passages whose vectors are there, and `collection.add` of the same by turns."""
    made_up = MadeUpVectors()
    sources = list(made_up_sources(corpus_sources(), PASSAGES // 5 if context.quick else PASSAGES))
    passages = [passage for source in sources for passage in indexed_passages(source)]
    texts = [embedding_text(item.title, item.passage) for item in passages]
    work = _Work(sources, passages, made_up.embed(texts))
    ready = _Ready(dict(zip(texts, work.vectors, strict=True)), made_up)
    times = in_turns(
        context.repeat(5),
        {
            "library": lambda: _seconds_of_library(work, ready),
            "chroma": lambda: _seconds_of_chroma(work, whole=True),
            "bare": lambda: _seconds_of_chroma(work, whole=False),
        },
    )
    count = len(passages)
    yield of_samples("library", (count / time for time in times["library"]), "passages/s")
    yield of_samples(
        "Chroma alone", (count / time for time in times["chroma"]), "passages/s", note="vectors, texts, fields"
    )
    ratio = median(times["chroma"]) / median(times["library"])
    yield Figure("library / Chroma alone", ratio, "x", at_least(0.7))
    ratio = median(times["bare"]) / median(times["library"])
    yield Figure("library / Chroma with vectors only", ratio, "x", note="nothing that could be read or filtered by")


def _seconds_of_library(work: _Work, ready: _Ready) -> float:
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        Library.open(Path(folder), embedder=ready, clock=now) as library,
    ):
        return seconds(lambda: library.ingest(GUIDE, work.sources))


def _seconds_of_chroma(work: _Work, *, whole: bool) -> float:
    import chromadb
    from chromadb.config import Settings

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        client = chromadb.PersistentClient(folder, settings=Settings(anonymized_telemetry=False))
        collection = client.create_collection(
            "peer",
            configuration={"hnsw": {"space": "cosine", "sync_threshold": SYNC_THRESHOLD}},
            embedding_function=None,
        )

        def add() -> None:
            for start in range(0, len(work.passages), BATCH):
                batch = work.passages[start : start + BATCH]
                collection.add(
                    ids=[item.passage.id for item in batch],
                    embeddings=work.vectors[start : start + BATCH],
                    documents=[item.passage.text for item in batch] if whole else None,
                    metadatas=[_fields(item) for item in batch] if whole else None,
                )

        return seconds(add)


def _fields(item: IndexedPassage) -> dict[str, Any]:
    fields = {
        "source": item.passage.source,
        "domain": item.passage.domain,
        "title": item.title,
        "category": item.category,
        "kind": item.kind,
        "year": item.year,
        "peer_reviewed": item.peer_reviewed,
    }
    return {name: value for name, value in fields.items() if value is not None}
