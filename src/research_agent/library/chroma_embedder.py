"""Any of Chroma's embedding functions as our embedder: Voyage, OpenAI, Ollama ... under Chroma's names."""

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from research_agent.errors import EmbeddingError, UnknownNameError, UsageError
from research_agent.library.embedder import DEFAULT
from research_agent.library.indexes import Vectors

if TYPE_CHECKING:
    from chromadb import EmbeddingFunction

BATCH_TEXTS = 64
"""Texts in a request: below the lowest limit among the services that Chroma knows (Cohere's 96)."""

NOT_OF_THE_MODEL = frozenset({"api_key_env_var", "timeout"})
"""Settings of a function that leave its vectors as they are."""


class ChromaEmbedder:
    """One of Chroma's embedding functions, its vectors checked and brought to unit length."""

    max_tokens = None

    def __init__(self, function: "EmbeddingFunction[Any]", label: str) -> None:
        self._function = function
        config = {key: value for key, value in function.get_config().items() if key not in NOT_OF_THE_MODEL}
        described = json.dumps([label, config], sort_keys=True, default=str)
        self.fingerprint = hashlib.sha256(described.encode()).hexdigest()
        model = config.get("model_name") or config.get("model")
        self.name = f"{label} ({model})" if model else label
        self._dimension: int | None = None

    @property
    def dimension(self) -> int:
        """Length of a vector; embeds one word to find out where nothing was embedded before."""
        if self._dimension is None:
            self.embed(["dimension"])
        assert self._dimension is not None  # noqa: S101 - embed has set it or raised
        return self._dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts, (n, dimension) float32 of unit length.

        Raises:
            EmbeddingError: the service could not be reached, refused, or gave something else than vectors.
        """
        return self._in_batches(self._function, texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, (n, dimension) float32 of unit length, in the model's form for questions.

        Raises:
            EmbeddingError: the service could not be reached, refused, or gave something else than vectors.
        """
        return self._in_batches(self._function.embed_query, texts)

    def _in_batches(self, function: Callable[[list[str]], Any], texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        starts = range(0, len(texts), BATCH_TEXTS)
        return np.concatenate([self._ask(function, texts[start : start + BATCH_TEXTS]) for start in starts])

    def _ask(self, function: Callable[[list[str]], Any], texts: Sequence[str]) -> Vectors:
        try:
            vectors = np.asarray(function(list(texts)), dtype=np.float32)
        except Exception as error:  # each function raises what its own client library raises
            raise EmbeddingError(
                f"The embedder {self.name} failed on {len(texts)} texts: {type(error).__name__}: {error}. "
                "Vectors that the store holds already are kept. Check the service, its key and limits; then run again."
            ) from error
        self._check(vectors, len(texts))
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit

    def _check(self, vectors: Vectors, texts: int) -> None:
        expected = (texts, self._dimension or (vectors.shape[1] if vectors.ndim == 2 else 0))
        if vectors.shape != expected or not np.isfinite(vectors).all() or not np.linalg.norm(vectors, axis=-1).all():
            raise EmbeddingError(
                f"The embedder {self.name} answered {texts} texts with an array of shape {vectors.shape}, "
                f"where {expected} finite numbers, not all zero in a row, were expected. It was not used. "
                "Check that its model is one for text."
            )
        self._dimension = expected[1]


def open_chroma_embedder(setting: str, arguments: dict[str, object]) -> ChromaEmbedder:
    """The embedding function that Chroma knows by this name, made with these arguments.

    Raises:
        UnknownNameError: Chroma has none of this name.
        UsageError: it does not take these arguments, or lacks a package or a key.
    """
    from chromadb.utils.embedding_functions import known_embedding_functions

    if setting not in known_embedding_functions:
        raise UnknownNameError("embedder", setting, [DEFAULT, *sorted(known_embedding_functions)])
    try:
        function = known_embedding_functions[setting](**arguments)
    except Exception as error:  # the constructors raise ValueError, TypeError, or what their client library raises
        raise UsageError(
            f"The embedder {setting!r} can't be used: {str(error).rstrip('.')}. "
            f"Its options are {_options(known_embedding_functions[setting])}, given as a JSON object in "
            f"RESEARCH_AGENT_EMBEDDER_OPTIONS. Without a key or a package, RESEARCH_AGENT_EMBEDDER={DEFAULT} works."
        ) from error
    return ChromaEmbedder(function, setting)


def _options(function: type) -> str:
    from inspect import signature

    return ", ".join(list(signature(function).parameters)) or "none"
