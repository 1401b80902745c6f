"""A store holds one model's vectors; changing it says what it takes, then does it."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from research_agent.errors import EmbeddingError, StoreError
from research_agent.library.passages import embedding_text, indexed_passages
from research_agent.library.shipped import ShippedVectors, write_shipped
from tests.library.material import GUIDE, WordEmbedder, garden, open_library

CORPUS = f"corpus:{GUIDE}"
PLANTS = garden(8)
TEXTS = [embedding_text(item.title, item.passage) for plant in PLANTS for item in indexed_passages(plant)]


class OutOfOrder(WordEmbedder):
    """A model that fails after so many texts."""

    def __init__(self, lasts: int) -> None:
        super().__init__("other", dimension=64)
        self.lasts = lasts

    def embed(self, texts: object) -> object:  # type: ignore[override]  # as the embedder
        if len(self.embedded) >= self.lasts:
            raise EmbeddingError("The service is down.")
        return super().embed(texts)  # type: ignore[arg-type]  # as given


def test_another_model_is_refused_until_it_is_changed_to(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        library.ingest(CORPUS, PLANTS)
        assert library.model_change() is None
    other = WordEmbedder("other", dimension=64)
    with open_library(tmp_path, other) as library:
        for refused in (
            lambda: library.search("water"),
            lambda: library.relevance({"q": "water"}, GUIDE, "1"),
            lambda: library.similarities(GUIDE, "1"),
            lambda: library.ingest(CORPUS, garden(9)),
        ):
            with pytest.raises(StoreError, match=r"holds vectors of words, and other is configured.*doctor --reembed"):
                refused()
        assert len(library.sources()) == 8
        change = library.model_change()
        assert change is not None
        assert (change.held, change.configured, change.passages, change.to_embed) == ("words", "other", 24, 24)
        assert change.characters == sum(map(len, TEXTS))
        assert change.tokens == -(-change.characters // 4)
        assert other.embedded == []
        assert library.reembed() == 24
        assert library.model is not None
        assert (library.model.name, library.model.dimension) == ("other", 64)
        assert library.model_change() is None
        assert library.search("prune plant3 in month3")[0].passage.source == "plant-3"
        assert all(index.state == "complete" for index in library.status().indexes)


def test_going_back_to_a_former_model_costs_nothing(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        library.ingest(CORPUS, PLANTS)
    with open_library(tmp_path, WordEmbedder("other", dimension=64)) as library:
        library.reembed()
    embedder = WordEmbedder()
    with open_library(tmp_path, embedder) as library:
        change = library.model_change()
        assert change is not None
        assert (change.to_embed, change.characters) == (0, 0)
        assert library.reembed() == 0
        assert embedder.embedded == []
        assert library.search("prune plant3 in month3")[0].vector_rank == 1


def test_a_model_that_fails_leaves_the_former_one_and_what_it_computed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("research_agent.library.supply.TEXTS_AT_A_TIME", 10)
    with open_library(tmp_path) as library:
        library.ingest(CORPUS, PLANTS)
    with open_library(tmp_path, OutOfOrder(lasts=10)) as library:
        with pytest.raises(EmbeddingError):
            library.reembed()
        change = library.model_change()
        assert change is not None
        assert change.to_embed == 14
    with open_library(tmp_path) as library:
        assert library.search("prune plant3 in month3")[0].vector_rank == 1


def test_shipped_vectors_spare_the_model_altogether(tmp_path: Path) -> None:
    embedder = WordEmbedder()
    questions = ["water", "month"]
    texts = [*TEXTS, *questions]
    write_shipped(tmp_path / "vectors.npz", embedder.fingerprint, dict(zip(texts, embedder.embed(texts), strict=True)))
    embedder.embedded.clear()
    shipped = ShippedVectors.open(tmp_path / "vectors.npz")
    with open_library(tmp_path / "store", embedder, shipped=shipped) as library:
        assert library.ingest(CORPUS, PLANTS).embedded == 0
        found = library.relevance({text: text for text in questions}, GUIDE, "1")
        assert embedder.embedded == []
    with open_library(tmp_path / "computed") as library:
        library.ingest(CORPUS, PLANTS)
        computed = library.relevance({text: text for text in questions}, GUIDE, "1")
    for source, matches in computed.items():
        for name, match in matches.items():
            assert found[source][name].similarity == pytest.approx(match.similarity, abs=2e-3)


def test_an_embedder_is_not_made_before_it_is_needed(tmp_path: Path) -> None:
    made: list[WordEmbedder] = []

    def make() -> WordEmbedder:
        made.append(WordEmbedder())
        return made[0]

    with open_library(tmp_path, make) as library:  # type: ignore[arg-type]  # a function that makes one will do
        assert library.sources() == []
        assert library.model_change() is None
        assert made == []
        library.ingest(CORPUS, PLANTS)
        assert len(made) == 1


def test_reading_a_warm_store_loads_neither_chroma_nor_migrations(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        library.ingest(CORPUS, PLANTS)
        library.relevance({"q": "water"}, GUIDE, "1")
    code = f"""
import sys
from pathlib import Path
from tests.library.material import GUIDE, garden, open_library
with open_library(Path({str(tmp_path)!r})) as library:
    assert len(library.sources(GUIDE, "1")) == 3
    assert len(library.relevance({{"q": "water"}}, GUIDE, "1")) == 3
    library.similarities(GUIDE, "1"), library.decisions(GUIDE, "1"), library.runs(GUIDE, "1")
    assert library.ingest("corpus:gardening", garden(8)).unchanged == 8
print(sorted({{"chromadb", "alembic", "onnxruntime", "tokenizers", "tantivy"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_vectors_are_of_unit_length_in_the_store(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        library.ingest(CORPUS, PLANTS)
        rows = library._passage_vectors(GUIDE, "1").vectors
    assert rows.shape == (9, 96)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-6)
