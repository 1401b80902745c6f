"""What the library's tests are made of: small sources, and an embedder whose vectors follow from the words."""

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from research_agent.library.indexes import Vectors
from research_agent.library.library import Library
from research_agent.model.source import CodePattern, Existence, Placement, Source

GUIDE = "gardening"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class WordEmbedder:
    """Texts with words in common are near each other. Counts what it embeds, so that tests see what was computed."""

    max_tokens = None

    def __init__(self, name: str = "words", dimension: int = 96) -> None:
        self.name = name
        self.dimension = dimension
        self.fingerprint = hashlib.sha256(f"{name} {dimension}".encode()).hexdigest()
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        return np.stack([self._vector(text) for text in texts]).reshape(len(texts), self.dimension)

    def _vector(self, text: str) -> Vectors:
        vector = np.zeros(self.dimension, dtype=np.float64)
        for word in [f"({self.name})", *re.findall(r"\w+", text.lower())]:
            seed = int.from_bytes(hashlib.sha256(f"{self.name}:{word}".encode()).digest()[:8])
            vector += np.random.default_rng(seed).normal(size=self.dimension)
        return (vector / np.linalg.norm(vector)).astype(np.float32)


def a_source(
    name: str,
    *,
    title: str = "",
    domains: Sequence[str] = ("1",),
    category: str = "docs",
    summary: str = "",
    points: Sequence[str] = ("Water the roots, not the leaves.",),
    pattern: CodePattern | None = None,
    **fields: Any,
) -> Source:
    """A source with a placement in each of these domains."""
    placements = tuple(
        Placement(
            guide=GUIDE,
            domain=domain,
            category=category,
            focus=(f"{domain}.1",),
            summary=summary or f"What {name} says about growing plants.",
            key_points=tuple(points),
            code_pattern=pattern,
        )
        for domain in domains
    )
    given: dict[str, Any] = {
        "id": name,
        "title": title or f"Title of {name}",
        "url": f"https://example.org/{name}",
        "origin": "Example",
        "kind": "official_docs",
        "year": 2022,
        "existence": Existence(state="verified", how="read"),
        "placements": placements,
    }
    return Source(**{**given, **fields})


def garden(count: int, *, domains: int = 3) -> list[Source]:
    """That many sources on different plants, dealt out over domains, categories, kinds, years."""
    kinds = ("official_docs", "paper", "tutorial")
    return [
        a_source(
            f"plant-{number}",
            title=f"Growing plant{number} outdoors",
            domains=[str(number % domains + 1)],
            category=("docs", "research")[number % 2],
            summary=f"Plant{number} wants soil{number % 7} and light{number % 5}.",
            points=[f"Water plant{number} every {number % 4} days.", f"Prune plant{number} in month{number % 12}."],
            kind=kinds[number % 3],
            year=None if number % 11 == 0 else 2015 + number % 10,
            peer_reviewed=(True, False, None)[number % 3],
        )
        for number in range(count)
    ]


def open_library(directory: Path, embedder: WordEmbedder | None = None, **options: Any) -> Library:
    """A library in a directory, with a word embedder and a standing clock."""
    return Library.open(directory, embedder=embedder or WordEmbedder(), clock=lambda: NOW, **options)
