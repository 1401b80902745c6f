"""Vectors computed ahead and shipped as a file, so that a first run embeds nothing; keyed by model and text."""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from research_agent.errors import DataError, OutputError
from research_agent.library.embedder import Embedder
from research_agent.library.indexes import Vectors
from research_agent.model.progress import Progress, Step, unwatched

HASH_BYTES = 16
MEND = "Rebuild it with research-agent corpus embed, or delete it: the texts are then embedded on this machine."
CHUNK = 256
"""Texts embedded between two reports of progress."""


def text_hash(text: str) -> bytes:
    """The first 16 bytes of the sha256 of a text; lone surrogates, which JSON can bring in, are no error."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:HASH_BYTES]


class _Contents(NamedTuple):
    fingerprint: str
    rows: dict[bytes, int]
    """Row of each text's vector, by the text's hash."""
    vectors: NDArray[np.float16]


class ShippedVectors:
    """The vectors of one file: a numpy archive of `fingerprint`, `hashes` (n, 16) uint8 and `vectors` (n, d) float16.

    Half precision halves the file and moves a cosine by less than 0.0001, far below what the model itself tells apart.
    """

    def __init__(self, path: Path) -> None:
        """Use `open` instead."""
        self._path = path

    @classmethod
    def open(cls, path: Path) -> Self:
        """The vectors in a file that `write_shipped` wrote; it is read when a vector is first looked for.

        Raises:
            DataError: there is no such file.
        """
        if not path.is_file():
            raise DataError(f"There are no shipped vectors {path}. {MEND}")
        return cls(path)

    @property
    def fingerprint(self) -> str:
        """Which embedder computed them.

        Raises:
            DataError: the file is damaged.
        """
        return self._contents.fingerprint

    def __len__(self) -> int:
        return len(self._contents.rows)

    def lookup(self, fingerprint: str, hashes: Sequence[bytes]) -> dict[bytes, Vectors]:
        """The vectors, (d,) float32 of unit length, of those texts that are here, computed by this very model.

        Raises:
            DataError: the file is damaged.
        """
        contents = self._contents
        if fingerprint != contents.fingerprint:
            return {}
        found = [(key, row) for key in dict.fromkeys(hashes) if (row := contents.rows.get(key)) is not None]
        vectors = contents.vectors[[row for _, row in found]].astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return {key: vector for (key, _), vector in zip(found, vectors, strict=True)}

    @cached_property
    def _contents(self) -> _Contents:
        return _read(self._path)


def write_shipped(path: Path, fingerprint: str, vectors: Mapping[str, Vectors]) -> None:
    """Write the vectors of texts; equal vectors give an equal file, whatever the order. It appears whole or not at all.

    Raises:
        OutputError: the file can't be written; what was there is still there.
    """
    rows = sorted((text_hash(text), text) for text in vectors)
    hashes = np.frombuffer(b"".join(key for key, _ in rows), dtype=np.uint8).reshape(len(rows), HASH_BYTES)
    matrix = np.array([vectors[text] for _, text in rows], dtype=np.float16).reshape(len(rows), -1 if rows else 0)
    content = io.BytesIO()
    # Uncompressed: float16 of unit vectors are noise to a compressor (8% smaller, and slower to read).
    np.savez(content, fingerprint=np.array(fingerprint), hashes=hashes, vectors=matrix)
    beside = path.with_name(f"{path.name}.new")
    try:
        beside.write_bytes(content.getbuffer())
        beside.replace(path)
    except OSError as error:
        raise OutputError(
            f"{path} can't be written: {error.strerror}. What was there before is unchanged. "
            "Make room or choose a folder that can be written, and run it again."
        ) from error


def build_shipped(texts: Iterable[str], embedder: Embedder, path: Path, progress: Progress = unwatched) -> int:
    """Embed texts, each once, and write their vectors; returns how many. One machine gives the same file every time.

    Raises:
        EmbeddingError: the model failed; nothing was written.
        OutputError: the file can't be written.
    """
    # Shortest first: what is embedded together is then of like length, and batches don't depend on the given order.
    unique = sorted(set(texts), key=lambda text: (len(text), text))
    vectors: dict[str, Vectors] = {}
    for start in range(0, len(unique), CHUNK):
        progress(Step(name="embed", text="Embedding the corpus", done=start, total=len(unique)))
        chunk = unique[start : start + CHUNK]
        vectors.update(zip(chunk, embedder.embed(chunk), strict=True))
    progress(Step(name="embed", text="Embedding the corpus", done=len(unique), total=len(unique)))
    write_shipped(path, embedder.fingerprint, vectors)
    return len(unique)


def _read(path: Path) -> _Contents:
    try:
        with np.load(path, allow_pickle=False) as archive:
            fingerprint, hashes, vectors = archive["fingerprint"], archive["hashes"], archive["vectors"]
    except (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile) as error:
        raise DataError(f"The shipped vectors {path} can't be read: {error}. {MEND}") from error
    fits = hashes.shape == (len(vectors), HASH_BYTES) and hashes.dtype == np.uint8
    if not fits or vectors.ndim != 2 or vectors.dtype != np.float16:
        raise DataError(
            f"The shipped vectors {path} hold {hashes.dtype}{hashes.shape} hashes for "
            f"{vectors.dtype}{vectors.shape} vectors, which don't belong together. {MEND}"
        )
    packed = hashes.tobytes()
    rows = {packed[row * HASH_BYTES : (row + 1) * HASH_BYTES]: row for row in range(len(hashes))}
    return _Contents(str(fingerprint), rows, vectors)
