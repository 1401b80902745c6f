"""Stores to measure on: the corpus as users get it, and as many made-up passages as wanted. Kept between runs."""

import hashlib
import random
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property
from itertools import count
from pathlib import Path

import numpy as np

from research_agent.guides import find_guide
from research_agent.library.indexes import Vectors
from research_agent.library.library import Library
from research_agent.library.minilm import MiniLM
from research_agent.library.passages import passages_of
from research_agent.library.shipped import text_hash
from research_agent.model.source import Identifiers, KeyPoint, Placement, Source
from research_agent.pools import ingest_pools
from research_agent.settings import Settings
from research_agent.sources import read_pools
from research_agent.wiring import open_library

CACHE = Path(tempfile.gettempdir()) / "research-agent-benchmarks"
GUIDE = "benchmark"
MADE_UP = 2
"""Version of how made-up passages are made: raise it when that changes, and they are made anew."""
BASES = 256
SPREAD = 0.9  # of the noise, against a base vector of length 1: a cosine of about 0.74 to the base, as real ones have


def now() -> datetime:
    return datetime.now(tz=UTC)


def corpus_sources() -> list[Source]:
    """The shipped sources."""
    found = find_guide(Settings(data_dir=CACHE / "none"))
    return list(read_pools(found.pools, found.guide).sources)


def corpus_library() -> Library:
    """The shipped corpus in a store, as a user has it after the first run."""
    settings = Settings(data_dir=CACHE / "corpus")
    found = find_guide(settings)
    library = open_library(settings, clock=now)
    ingest_pools(library, found.guide, found.pools)
    return library


def made_up_library(passages: int) -> Library:
    """At least this many passages in a store; made once, which takes some minutes for 100,000."""
    library = Library.open(CACHE / f"made-up-{passages}", embedder=MadeUpVectors, clock=now)
    sources = corpus_sources()
    told = "\n".join(f"{passage.id} {passage.text}" for source in sources for passage in passages_of(source))
    fingerprint = hashlib.sha256(f"{MADE_UP} {passages} {told}".encode()).hexdigest()
    library.ingest(GUIDE, made_up_sources(sources, passages), fingerprint=fingerprint)
    return library


def made_up_sources(sources: Sequence[Source], passages: int) -> Iterator[Source]:
    """Sources with at least this many passages: each begins as a shipped one and ends as another; always the same."""
    made = 0
    for copy in count(1):
        for index, source in enumerate(sources):
            other = sources[(index + 37 * copy) % len(sources)]
            made_up = _mixed(source, other, copy)
            yield made_up
            made += len(passages_of(made_up))
            if made >= passages:
                return


def questions(sources: Sequence[Source], seed: int, wanted: int) -> list[str]:
    """Different questions, 4 to 8 words out of key points; another seed gives others."""
    chance = random.Random(seed)
    points = sorted(
        {point.text for source in sources for placement in source.placements for point in placement.key_points}
    )
    asked: dict[str, None] = {}
    while len(asked) < wanted:
        words = chance.choice(points).split()
        length = chance.randint(4, 8)
        start = chance.randint(0, max(0, len(words) - length))
        asked[" ".join(words[start : start + length])] = None
    return list(asked)


class MadeUpVectors:
    """Vectors of passages out of their text's hash, close to those of real titles; questions are really embedded."""

    name = "made up"
    max_tokens = None

    def __init__(self) -> None:
        self._model = MiniLM()
        self.dimension = self._model.dimension
        self.fingerprint = hashlib.sha256(f"made up {MADE_UP} {self._model.fingerprint}".encode()).hexdigest()

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.array([self._made_up(text) for text in texts], dtype=np.float32).reshape(-1, self.dimension)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def embed_query(self, text: str) -> Vectors:
        vector: Vectors = self._model.embed([text])[0]
        return vector

    def _made_up(self, text: str) -> Vectors:
        chance = np.random.default_rng(int.from_bytes(text_hash(text)))
        noise = chance.standard_normal(self.dimension)
        vector: Vectors = self._bases[chance.integers(len(self._bases))] + SPREAD * noise / np.linalg.norm(noise)
        return vector

    @cached_property
    def _bases(self) -> Vectors:
        return self._model.embed(sorted({source.title for source in corpus_sources()})[:BASES])


def _mixed(source: Source, other: Source, copy: int) -> Source:
    name = f"{source.id}-{copy}"
    address = f"https://benchmark.example/{name}"
    return source.model_copy(
        update={
            "id": name,
            "aliases": (),
            "title": f"{source.title} ({copy})",
            "url": address,
            "identifiers": Identifiers(url=address),
            "placements": tuple(_mixed_placement(mine, other.placements[0], copy) for mine in source.placements),
        }
    )


def _mixed_placement(mine: Placement, other: Placement, copy: int) -> Placement:
    points = [point.text for point in other.key_points] or [other.summary]
    return mine.model_copy(
        update={
            "guide": GUIDE,
            "summary": _half_and_half(mine.summary, other.summary, copy),
            "key_points": tuple(
                KeyPoint(text=_half_and_half(point.text, points[position % len(points)], copy))
                for position, point in enumerate(mine.key_points)
            ),
        }
    )


def _half_and_half(mine: str, other: str, copy: int) -> str:
    first, second = mine.split(), other.split()
    return " ".join([*first[: (len(first) + 1) // 2], *second[len(second) // 2 :], f"({copy})"])
