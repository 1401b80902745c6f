"""What turns texts into vectors: the contract, and opening the one that a setting names."""

from collections.abc import Sequence
from typing import Literal, Protocol, runtime_checkable

from research_agent.errors import UsageError
from research_agent.library.indexes import Vectors

DEFAULT = "minilm"


class Embedder(Protocol):
    """Texts to vectors of unit length; two embedders with one fingerprint give comparable vectors."""

    @property
    def name(self) -> str:
        """For people: the embedder and its model."""

    @property
    def fingerprint(self) -> str:
        """Hexadecimal sha256 over all that the vectors depend on; known without loading a model."""

    @property
    def dimension(self) -> int:
        """Length of a vector; a remote model may have to be asked once."""

    @property
    def max_tokens(self) -> int | None:
        """Tokens of a text that count, the rest is cut off; None: the model's business, not known here."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts, (n, dimension) float32 of unit length, a row a text.

        Raises:
            EmbeddingError: the model could not be run or gave no vectors.
        """


@runtime_checkable
class EmbedsQueries(Protocol):
    """An embedder whose model has another form for questions than for the texts that answer them."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, (n, dimension) float32 of unit length."""


@runtime_checkable
class RunsHere(Protocol):
    """An embedder of this process: its vectors cost milliseconds and can be had again."""

    @property
    def runs_here(self) -> Literal[True]:
        """That it asks nobody and costs nothing."""


def embed_queries(embedder: Embedder, texts: Sequence[str]) -> Vectors:
    """Vectors of questions, (n, dimension) float32 of unit length, in the form that the model has for questions."""
    return embedder.embed_queries(texts) if isinstance(embedder, EmbedsQueries) else embedder.embed(texts)


def open_embedder(setting: str, options: str = "{}") -> Embedder:
    """The embedder of a setting; cheap, as a model is loaded when it first has something to embed.

    Args:
        setting: "minilm", or the name of one of Chroma's embedding functions ("openai", "ollama" ...).
        options: JSON object of arguments; for minilm `threads`, for the others what Chroma's class takes.

    Raises:
        UnknownNameError: no such embedder; the error lists the near matches.
        UsageError: options that can't be read or don't fit, a package or a key that is missing.
    """
    arguments = _arguments(options)
    if setting == DEFAULT:
        from research_agent.library.minilm import MiniLM

        return MiniLM(threads=_threads(arguments))
    from research_agent.library.chroma_embedder import open_chroma_embedder

    return open_chroma_embedder(setting, arguments)


def _arguments(options: str) -> dict[str, object]:
    import json

    try:
        arguments = json.loads(options or "{}")
    except ValueError as error:
        raise UsageError(
            f"The embedder's options are no JSON ({error}). Write an object, for instance "
            '{"model_name": "..."}, into RESEARCH_AGENT_EMBEDDER_OPTIONS.'
        ) from error
    if not isinstance(arguments, dict):
        raise UsageError(
            f"The embedder's options are a JSON {type(arguments).__name__}, not an object. "
            'Write for instance {"model_name": "..."} into RESEARCH_AGENT_EMBEDDER_OPTIONS.'
        )
    return arguments


def _threads(arguments: dict[str, object]) -> int | None:
    unknown = sorted(set(arguments) - {"threads"})
    threads = arguments.get("threads")
    if unknown:
        raise UsageError(f"minilm has no option {', '.join(unknown)}. It takes threads.")
    if threads is None:
        return None
    if not isinstance(threads, int) or isinstance(threads, bool) or threads < 1:
        raise UsageError(f"minilm's option threads is {threads!r}; it has to be a whole number from 1.")
    return threads
