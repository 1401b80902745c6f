"""Vectors of claims and of the records' sentences; those of the labelled pairs lie ready in `vectors.npz`.

`python -m eval.annotations.vectors` makes the file anew. What is not in it is embedded on the spot.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from eval.annotations.pairs import FOLDER, Pair, read_pairs
from research_agent.bibliography.sentences import split_sentences
from research_agent.library.embedder import Embedder, open_embedder
from research_agent.library.indexes import Vectors
from research_agent.library.shipped import ShippedVectors, build_shipped, text_hash

FILE: Final = FOLDER / "vectors.npz"


class VectorSource:
    """Vectors by text: out of the file where it has them, else by the embedder, each text once."""

    def __init__(self, embedder: Embedder, path: Path = FILE) -> None:
        self._embedder = embedder
        self._shipped = ShippedVectors.open(path) if path.exists() else None
        self._known: dict[bytes, Vectors] = {}

    def of(self, texts: Sequence[str]) -> Vectors:
        """(texts, d) float32 of unit length, in their order."""
        self.prepare(texts)
        return np.array([self._known[text_hash(text)] for text in texts], dtype=np.float32).reshape(len(texts), -1)

    def prepare(self, texts: Iterable[str]) -> None:
        """Have the vectors of texts at hand: many at once cost less than one by one.

        Raises:
            EmbeddingError: the embedder failed.
        """
        wanted = {text_hash(text): text for text in texts}
        missing = [key for key in wanted if key not in self._known]
        if missing and self._shipped:
            self._known |= self._shipped.lookup(self._embedder.fingerprint, missing)
            missing = [key for key in missing if key not in self._known]
        if missing:
            self._known |= dict(zip(missing, self._embedder.embed([wanted[key] for key in missing]), strict=True))


def sentences_of(record: str) -> list[str]:
    """The sentences of a record: of each of its lines."""
    return [sentence for line in record.splitlines() for sentence in split_sentences(line)]


def texts_of(pairs: Iterable[Pair]) -> Iterator[str]:
    """Every text of the pairs that a checker may want the vector of."""
    for pair in pairs:
        yield pair.claim
        yield from sentences_of(pair.evidence)


def main() -> int:
    """Write the file and print how many vectors it holds."""
    print(build_shipped(texts_of(read_pairs()), open_embedder("minilm"), FILE), "vectors")
    return 0


if __name__ == "__main__":
    sys.exit(main())
