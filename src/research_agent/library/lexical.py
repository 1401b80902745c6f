"""The lexical index: BM25 by tantivy over whole sources. Derived data, kept on this machine; the catalogue rebuilds it.

Over sources and not over passages: what a question asks for stands in several sentences about a work, and a passage
that has one of its words says little of whether the work answers it (eval/retrieval/README.md has the figures).
"""

import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import product
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from research_agent.errors import StoreError
from research_agent.library.indexes import IndexedSource, Scored
from research_agent.model.library import Filter

if TYPE_CHECKING:
    import tantivy

FORMAT = 2
"""Rises when fields or analysis change: an index of another format is built anew."""

_STATE = "complete.json"
_WORDS, _EXACT = "words", "raw"
_LONGEST_TERM = 60
_HEAP_BYTES = 64_000_000
_TITLE_TIMES = 2
"""How often the title stands in what is indexed: a word of it says more of the subject than one among the sentences."""


class TantivyIndex:
    """Sources by the words said of them. English words are stemmed; case and accents don't count."""

    def __init__(self, directory: Path) -> None:
        """`directory` is made when first written to."""
        self._directory = directory
        self._lock = RLock()
        self._opened: tantivy.Index | None = None

    def generation(self, store: str) -> int:
        """Up to which generation it is complete; 0: it holds nothing of this store that can be used."""
        try:
            state = json.loads((self._directory / _STATE).read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return 0
        usable = isinstance(state, dict) and state.get("format") == FORMAT and state.get("store") == store
        return int(state["generation"]) if usable else 0

    def mark(self, store: str, generation: int) -> None:
        """Say that it is complete up to this generation, after everything is written.

        Raises:
            StoreError: the note can't be written.
        """
        state = {"format": FORMAT, "store": store, "generation": generation}
        note = self._directory / _STATE
        with _answering(self._directory):
            self._directory.mkdir(parents=True, exist_ok=True)
            draft = note.with_suffix(".new")
            draft.write_text(json.dumps(state), encoding="utf-8")
            draft.replace(note)

    def clear(self) -> None:
        """Throw the index away; the next `add` begins an empty one.

        Raises:
            StoreError: a file can't be removed.
        """
        with self._lock, _answering(self._directory):
            self._opened = None
            if self._directory.exists():
                shutil.rmtree(self._directory)

    def add(self, sources: Sequence[IndexedSource]) -> None:
        """Add or replace sources.

        Raises:
            StoreError: the index is damaged or can't be written.
        """
        self.change((), sources)

    def remove(self, source_ids: Sequence[str]) -> None:
        """Remove sources; ids that are not there are ignored.

        Raises:
            StoreError: the index is damaged or can't be written.
        """
        self.change(source_ids, ())

    def change(self, removed: Sequence[str], sources: Iterable[IndexedSource]) -> None:
        """Remove and add in one commit: a reader sees all of it or nothing.

        Raises:
            StoreError: the index is damaged or can't be written.
        """
        import tantivy

        with self._lock, _answering(self._directory):
            index = self._index()
            replaces = index.searcher().num_docs > 0
            # One thread: documents keep their order, so equal stores give equal scores.
            writer = index.writer(heap_size=_HEAP_BYTES, num_threads=1)
            try:
                for name in removed:
                    writer.delete_documents_by_term("id", name)
                for source in sources:
                    if replaces:
                        writer.delete_documents_by_term("id", source.id)
                    writer.add_document(tantivy.Document.from_dict(_document(source), index.schema))
                writer.commit()
            finally:
                writer.wait_merging_threads()
            index.reload()

    def search(self, text: str, where: Filter, limit: int) -> list[Scored]:
        """The sources that match words of `text`, which is data and never query syntax, best first.

        Raises:
            StoreError: the index is damaged.
        """
        with _answering(self._directory):
            index = self._index()
            query = _query(index.schema, text, where)
            if query is None:
                return []
            searcher = index.searcher()
            hits = searcher.search(query, limit, count=False).hits
            found = [Scored(searcher.doc(address)["id"][0], float(score)) for score, address in hits]
        return sorted(found, key=lambda scored: (-scored.score, scored.name))

    def count(self) -> int:
        """How many sources it holds.

        Raises:
            StoreError: the index is damaged.
        """
        with _answering(self._directory):
            return int(self._index().searcher().num_docs)

    def close(self) -> None:
        """Let go of its files; the next use sees what other processes wrote."""
        with self._lock:
            self._opened = None

    def _index(self) -> "tantivy.Index":
        with self._lock:
            if self._opened is None:
                import tantivy

                self._directory.mkdir(parents=True, exist_ok=True)
                index = tantivy.Index(_schema(), path=str(self._directory), reuse=True)
                index.register_tokenizer(_WORDS, _analyzer())
                self._opened = index
            return self._opened


def question_terms(text: str) -> list[str]:
    """The terms of a question, once each: stemmed words but the commonest, or all where nothing else is left."""
    return list(dict.fromkeys(_analyzer(stop_words=False).analyze(text) or _analyzer().analyze(text)))


def _query(schema: "tantivy.Schema", text: str, where: Filter) -> "tantivy.Query | None":
    """Any of the terms within the filter; None: the text has no terms. Built from terms, so no syntax is read in it."""
    from tantivy import Occur, Query

    words = [(Occur.Should, Query.term_query(schema, "text", term, "freq")) for term in question_terms(text)]
    if not words:
        return None
    # A filter decides, it doesn't score.
    limits = [(Occur.Must, Query.const_score_query(limit, 0.0)) for limit in _limits(schema, where)]
    return Query.boolean_query([(Occur.Must, Query.boolean_query(words)), *limits])


def _limits(schema: "tantivy.Schema", where: Filter) -> Iterator["tantivy.Query"]:
    from tantivy import FieldType, Query

    filed = (where.guide, where.domain, where.category)
    if any(part is not None for part in filed):
        yield Query.term_query(schema, "filed", _place(*filed), "basic")
    if where.kinds:
        yield Query.term_set_query(schema, "kind", where.kinds)
    if where.since is not None or where.until is not None:
        yield Query.range_query(schema, "year", FieldType.Integer, where.since, where.until)
    if where.peer_reviewed is not None:
        yield Query.term_query(schema, "peer_reviewed", where.peer_reviewed, "basic")


def _document(source: IndexedSource) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "id": source.id,
        "text": [*[source.title] * _TITLE_TIMES, *source.texts],
        "filed": sorted(
            {_place(*asked) for filed in source.filed for asked in product(*((None, one) for one in filed))}
        ),
        "kind": source.kind,
    }
    if source.year is not None:
        fields["year"] = source.year
    if source.peer_reviewed is not None:
        fields["peer_reviewed"] = source.peer_reviewed
    return fields


def _place(guide: str | None, domain: str | None, category: str | None) -> str:
    """One term for what a filter asks of a placement, so that all of it is asked of the same one; None: anything."""
    return json.dumps([guide, domain, category], ensure_ascii=False)


@cache
def _schema() -> "tantivy.Schema":
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name=_EXACT, index_option="basic")
    builder.add_text_field("text", tokenizer_name=_WORDS, index_option="freq")
    for field in ("filed", "kind"):
        builder.add_text_field(field, tokenizer_name=_EXACT, index_option="basic")
    builder.add_integer_field("year", indexed=True, fast=True)
    builder.add_boolean_field("peer_reviewed", indexed=True)
    return builder.build()


@cache
def _analyzer(*, stop_words: bool = True) -> "tantivy.TextAnalyzer":
    from tantivy import Filter as TokenFilter
    from tantivy import TextAnalyzerBuilder, Tokenizer

    builder = TextAnalyzerBuilder(Tokenizer.simple())
    builder = builder.filter(TokenFilter.remove_long(_LONGEST_TERM)).filter(TokenFilter.lowercase())
    if not stop_words:
        builder = builder.filter(TokenFilter.stopword("english"))
    return builder.filter(TokenFilter.ascii_fold()).filter(TokenFilter.stemmer("english")).build()


@contextmanager
def _answering(directory: Path) -> Iterator[None]:
    """Turn tantivy's errors (all of them ValueError) and the system's into ours."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise StoreError(
            f"The lexical index in {directory} can't be used: {error}. The catalogue is complete without it. Where the "
            "disk is full, free some space and run this again; otherwise `research-agent doctor --repair` rebuilds it."
        ) from error
