"""The vectors that ship with the corpus: complete, and what the model computes here as well."""

import random

import pytest

from research_agent import Guide
from research_agent.library.embedder import open_embedder
from research_agent.library.passages import embedding_text, passages_of
from research_agent.library.shipped import ShippedVectors, text_hash
from research_agent.resources import resource
from research_agent.sources import read_pools

SAME = 0.98
"""Cosine from which two runs of the int8 model agree: its kernels differ between processors."""


@pytest.fixture(scope="module")
def texts(shipped_guide: Guide) -> list[str]:
    sources = read_pools(resource("corpus", "sources"), shipped_guide).require_all()
    passages = {embedding_text(source.title, passage) for source in sources for passage in passages_of(source)}
    return sorted(passages | {focus.text for domain in shipped_guide.domains for focus in domain.focus})


@pytest.fixture(scope="module")
def vectors() -> ShippedVectors:
    return ShippedVectors.open(resource("corpus", "vectors.npz"))


def test_every_text_of_the_corpus_has_its_vector_and_none_is_left_over(
    texts: list[str], vectors: ShippedVectors
) -> None:
    embedder = open_embedder("minilm")
    assert len(vectors.lookup(embedder.fingerprint, [text_hash(text) for text in texts])) == len(texts)
    assert len(vectors) == len(texts)


def test_a_sample_computed_here_agrees_with_what_ships(texts: list[str], vectors: ShippedVectors) -> None:
    embedder = open_embedder("minilm")
    sample = random.Random(20261124).sample(texts, 48)
    shipped = vectors.lookup(embedder.fingerprint, [text_hash(text) for text in sample])
    computed = embedder.embed(sample)
    cosines = [float(computed[row] @ shipped[text_hash(text)]) for row, text in enumerate(sample)]
    assert min(cosines) > SAME
