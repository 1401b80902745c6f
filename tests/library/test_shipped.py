import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from research_agent.errors import DataError, EmbeddingError, OutputError
from research_agent.library.indexes import Vectors
from research_agent.library.minilm import MiniLM
from research_agent.library.shipped import ShippedVectors, build_shipped, text_hash, write_shipped
from research_agent.model.progress import Step

MODEL = "a" * 64


def vectors_of(texts: Sequence[str], dimension: int = 8) -> dict[str, Vectors]:
    random_rows = np.random.default_rng(7).standard_normal((len(texts), dimension)).astype(np.float32)
    rows = random_rows / np.linalg.norm(random_rows, axis=1, keepdims=True)
    return dict(zip(texts, rows, strict=True))


class Failing:
    name, fingerprint, dimension, max_tokens = "failing", MODEL, 8, 10

    def embed(self, texts: Sequence[str]) -> Vectors:
        raise EmbeddingError("out of order")


def test_what_was_written_is_read_back_at_unit_length_and_nearly_as_it_was(tmp_path: Path) -> None:
    given = vectors_of(["one", "two", "", "\ud800"])
    write_shipped(tmp_path / "v.npz", MODEL, given)
    shipped = ShippedVectors.open(tmp_path / "v.npz")
    found = shipped.lookup(MODEL, [text_hash(text) for text in given])
    assert len(shipped) == len(found) == 4
    for text, vector in given.items():
        read = found[text_hash(text)]
        assert read.dtype == np.float32
        assert float(np.linalg.norm(read)) == pytest.approx(1, abs=1e-6)
        assert float(read @ vector) > 0.9999


def test_only_known_texts_of_the_same_model_are_found(tmp_path: Path) -> None:
    write_shipped(tmp_path / "v.npz", MODEL, vectors_of(["one", "two"]))
    shipped = ShippedVectors.open(tmp_path / "v.npz")
    assert list(shipped.lookup(MODEL, [text_hash("three"), text_hash("two"), text_hash("two")])) == [text_hash("two")]
    assert shipped.lookup("b" * 64, [text_hash("one")]) == {}
    assert shipped.lookup(MODEL, []) == {}


def test_equal_vectors_give_equal_bytes_in_any_order(tmp_path: Path) -> None:
    given = vectors_of([f"text {i}" for i in range(20)])
    shuffled = list(given.items())
    random.Random(3).shuffle(shuffled)
    write_shipped(tmp_path / "a.npz", MODEL, given)
    write_shipped(tmp_path / "b.npz", MODEL, dict(shuffled))
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_no_vectors_are_a_file_too(tmp_path: Path) -> None:
    write_shipped(tmp_path / "v.npz", MODEL, {})
    assert ShippedVectors.open(tmp_path / "v.npz").lookup(MODEL, [text_hash("x")]) == {}


@pytest.mark.parametrize("damage", ["missing", "cut", "text", "empty", "swapped"])
def test_a_file_that_is_missing_or_damaged_is_an_error_that_names_the_remedy(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "v.npz"
    write_shipped(path, MODEL, vectors_of(["one", "two"]))
    whole = path.read_bytes()
    if damage == "missing":
        path.unlink()
    elif damage == "swapped":
        np.savez(path, fingerprint=np.array(MODEL), hashes=np.zeros((3, 16), np.uint8), vectors=np.zeros((2, 8)))
    else:
        path.write_bytes({"cut": whole[: len(whole) // 2], "text": b"not an archive", "empty": b""}[damage])
    with pytest.raises(DataError, match="corpus embed"):
        ShippedVectors.open(path).lookup(MODEL, [text_hash("one")])


def test_vectors_that_were_built_are_those_of_the_embedder_and_building_again_gives_the_same_file(
    tmp_path: Path,
) -> None:
    texts = ["Retry with jitter.", "Set a deadline.", "Retry with jitter.", "Cache the answer."]
    model, steps = MiniLM(threads=1), list[Step]()
    assert build_shipped(texts, model, tmp_path / "a.npz", steps.append) == 3
    assert build_shipped(reversed(texts), model, tmp_path / "b.npz") == 3
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    assert (steps[0].done, steps[-1].done, steps[-1].total) == (0, 3, 3)
    found = ShippedVectors.open(tmp_path / "a.npz").lookup(model.fingerprint, [text_hash(texts[1])])
    assert float(found[text_hash(texts[1])] @ model.embed([texts[1]])[0]) > 0.9999


def test_a_build_that_fails_leaves_the_file_that_was_there(tmp_path: Path) -> None:
    path = tmp_path / "v.npz"
    write_shipped(path, MODEL, vectors_of(["one"]))
    before = path.read_bytes()
    with pytest.raises(EmbeddingError):
        build_shipped(["two"], Failing(), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="nowhere"):
        write_shipped(tmp_path / "nowhere" / "v.npz", MODEL, vectors_of(["one"]))
