"""Get the vector of a text from where it costs least: the cache, then the shipped vectors, then the model."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from research_agent.errors import StoreBusyError
from research_agent.library.chunks import chunks
from research_agent.library.database import Database
from research_agent.library.embedder import Embedder, EmbedsQueries, RunsHere, embed_queries
from research_agent.library.indexes import Vectors
from research_agent.library.shipped import text_hash
from research_agent.library.state import Model
from research_agent.library.vectors import keep_vectors, kept_vectors, missing_hashes

if TYPE_CHECKING:
    from research_agent.library.shipped import ShippedVectors

TEXTS_AT_A_TIME = 256
"""Texts that are embedded before their vectors are kept: what a kill may cost. Batches within are the embedder's."""

QUESTIONS_AT_A_TIME = 32
"""Questions that a model of this process answered before their vectors are written: a transaction costs 2 to 3 ms, and
a kill costs as many questions. What was paid to a remote one is written at once."""

Done = Callable[[int], None]


class VectorSupply:
    """Vectors of passages and questions by one embedder, each computed at most once."""

    def __init__(
        self,
        database: Database,
        embedder: Embedder | Callable[[], Embedder],
        shipped: "ShippedVectors | None" = None,
    ) -> None:
        """`embedder` may be a function that makes one: it is called when the model is first asked about."""
        self._database = database
        self._given = embedder
        self._shipped = shipped
        self._embedder: Embedder | None = None
        # Vectors of questions that are still to be written: too few yet, or another process was writing.
        self._unwritten: dict[bytes, Vectors] = {}

    @property
    def embedder(self) -> Embedder:
        """The embedder, made when first asked for."""
        if self._embedder is None:
            given = self._given
            self._embedder = given() if callable(given) else given
        return self._embedder

    @property
    def fingerprint(self) -> str:
        """Which model's vectors these are."""
        return self.embedder.fingerprint

    @property
    def model(self) -> Model:
        """The model; a remote one may be asked once for the length of its vectors."""
        return Model(self.embedder.name, self.embedder.fingerprint, self.embedder.dimension)

    def missing(self, hashes: Sequence[bytes]) -> list[bytes]:
        """The text hashes whose vectors neither the cache nor the shipped vectors have."""
        with self._database.reading() as connection:
            missing = missing_hashes(connection, self.fingerprint, hashes)
        found = self._from_shipped(missing)
        return [hashed for hashed in missing if hashed not in found]

    def prepare(self, texts: Mapping[bytes, str], *, embedded: Done, checkpoint: Callable[[str], None]) -> int:
        """See to it that the cache has the vectors of these texts (by hash); says how many had to be computed.

        They are kept a batch at a time, so a kill costs one batch. `embedded` is told how many are done.

        Raises:
            EmbeddingError: the model failed; what was computed before is kept.
            StoreError: the cache can't be written.
        """
        fingerprint = self.fingerprint
        with self._database.reading() as connection:
            missing = missing_hashes(connection, fingerprint, texts)
        shipped = self._from_shipped(missing)
        if shipped:
            with self._database.writing() as connection:
                keep_vectors(connection, fingerprint, shipped)
        # The longest first would show progress that speeds up; their own order keeps equal texts of a source together.
        wanted = [hashed for hashed in missing if hashed not in shipped]
        embedded(len(texts) - len(wanted))
        for batch in chunks(wanted, TEXTS_AT_A_TIME):
            vectors = self.embedder.embed([texts[hashed] for hashed in batch])
            checkpoint("embedded")
            with self._database.writing() as connection:
                keep_vectors(connection, fingerprint, dict(zip(batch, vectors, strict=True)))
            embedded(len(batch))
        return len(wanted)

    def of_questions(self, questions: Sequence[str]) -> Vectors:
        """Vectors of questions, (n, d) float32 of unit length, a row a question.

        Raises:
            EmbeddingError: the model failed.
        """
        key = self._question_key()
        hashes = [text_hash(question) for question in questions]
        with self._database.reading() as connection:
            found = kept_vectors(connection, key, hashes)
        found.update((hashed, self._unwritten[hashed]) for hashed in hashes if hashed in self._unwritten)
        lacking = [hashed for hashed in hashes if hashed not in found]
        new = self._from_shipped(lacking) if key == self.fingerprint else {}
        self._keep_questions(new)
        found.update(new)
        texts = {hashed: text for hashed, text in zip(hashes, questions, strict=True) if hashed not in found}
        for batch in chunks(texts, TEXTS_AT_A_TIME):
            vectors = embed_queries(self.embedder, [texts[hashed] for hashed in batch])
            computed = dict(zip(batch, vectors, strict=True))
            self._keep_questions(computed)
            found.update(computed)
        return np.stack([found[hashed] for hashed in hashes])

    def _keep_questions(self, new: Mapping[bytes, Vectors]) -> None:
        self._unwritten.update(new)
        enough = QUESTIONS_AT_A_TIME if isinstance(self.embedder, RunsHere) else 1
        if new and len(self._unwritten) >= enough:
            self.write_questions()

    def write_questions(self) -> None:
        """Write the vectors of questions that wait to be, unless another process is writing.

        Raises:
            StoreError: the cache can't be written.
        """
        waiting = dict(self._unwritten)
        if not waiting:
            return
        try:
            with self._database.writing(at_once=True) as connection:
                keep_vectors(connection, self._question_key(), waiting)
        except StoreBusyError:
            # A question must not wait for somebody's ingest: its vector is kept in memory, and written with the next.
            return
        for hashed in waiting:
            self._unwritten.pop(hashed, None)

    def _question_key(self) -> str:
        """Questions have vectors of their own where the model has another form for them."""
        return self.fingerprint + ":question" if isinstance(self.embedder, EmbedsQueries) else self.fingerprint

    def _from_shipped(self, hashes: Sequence[bytes]) -> dict[bytes, Vectors]:
        if self._shipped is None or not hashes:
            return {}
        return dict(self._shipped.lookup(self.fingerprint, hashes))
