"""Reads a collection in BEIR's format: corpus.jsonl, queries.jsonl, qrels/test.tsv; all of it is checked first.

The format: Thakur et al.: BEIR, NeurIPS Datasets and Benchmarks 2021, arXiv 2104.08663.
"""

import codecs
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from io import BufferedReader
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn

from research_agent.errors import DataError

CORPUS: Final = "corpus.jsonl"
QUERIES: Final = "queries.jsonl"
GRADES: Final = "qrels/test.tsv"

_HEADER: Final = ("query-id", "corpus-id", "score")
_DIGITS: Final = 6
"""Of a grade: trec_eval, which measures, takes no number beyond a machine's word."""
_WHOLE: Final = re.compile(rf"[+-]?[0-9]{{1,{_DIGITS}}}")
_SHOWN: Final = 60
"""Characters of a bad line that an error shows."""


class Document(NamedTuple):
    """A document as its line says it."""

    name: str
    title: str
    """Empty: it has none."""
    text: str


class Collection(NamedTuple):
    """What a folder holds, but for the documents' texts, which are read when they are needed."""

    folder: Path
    digest: str
    """sha256 of corpus.jsonl."""
    names: Sequence[str]
    """Ids of the documents, in the order of their lines."""
    queries: Mapping[str, str]
    """Texts of the queries that can be answered, by id: those with a grade above 0."""
    grades: Mapping[str, Mapping[str, int]]
    """Of these queries, by query and document."""


def read_collection(folder: Path) -> Collection:
    """Read and check a folder.

    Raises:
        DataError: a file is missing, or a line is not of the format; names file and line.
    """
    documents: dict[str, int] = {}
    for number, document in _numbered(folder):
        if document.name in documents:
            _refuse(
                folder / CORPUS, number, f"document {document.name!r} stands in line {documents[document.name]}, too"
            )
        documents[document.name] = number
    if not documents:
        raise DataError(f"{folder / CORPUS} holds no document. Nothing was changed.")
    texts = _queries(folder / QUERIES)
    grades = _grades(folder / GRADES, texts, documents)
    answerable = {query: of for query, of in grades.items() if max(of.values()) > 0}
    if not answerable:
        raise DataError(f"{folder / GRADES} has no grade above 0, so nothing can be measured. Nothing was changed.")
    with _opened(folder / CORPUS) as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Collection(
        folder, digest, tuple(documents), {query: texts[query] for query in texts if query in answerable}, answerable
    )


def read_documents(folder: Path) -> Iterator[Document]:
    """The documents one by one, in the order of their lines.

    Raises:
        DataError: the file is missing, or a line is no document.
    """
    return (document for _, document in _numbered(folder))


def _numbered(folder: Path) -> Iterator[tuple[int, Document]]:
    path = folder / CORPUS
    for number, said in _objects(path):
        name = _text(path, number, said, "_id")
        title = _text(path, number, said, "title", needed=False)
        yield number, Document(name, title, _text(path, number, said, "text"))


def _queries(path: Path) -> dict[str, str]:
    texts: dict[str, str] = {}
    for number, said in _objects(path):
        name = _text(path, number, said, "_id")
        if name in texts:
            _refuse(path, number, f"query {name!r} stands twice")
        texts[name] = _text(path, number, said, "text")
    return texts


def _grades(path: Path, queries: Mapping[str, str], documents: Mapping[str, int]) -> dict[str, dict[str, int]]:
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    lines = _lines(path)
    _, header = next(lines, (1, b""))
    if tuple(_decoded(path, 1, header).split("\t")) != _HEADER:
        _refuse(path, 1, f"the header {' '.join(_HEADER)}, parted by tabs, was expected, came {_told(header)}")
    for number, line in lines:
        parts = _decoded(path, number, line).split("\t")
        if len(parts) != len(_HEADER):
            _refuse(path, number, f"{', '.join(_HEADER)}, parted by tabs, were expected, came {_told(line)}")
        query, document, score = parts
        grade = _grade(path, number, score)
        if query not in queries:
            _refuse(path, number, f"there is no query {query!r} in {QUERIES}")
        if document not in documents:
            _refuse(path, number, f"there is no document {document!r} in {CORPUS}")
        if grades[query].setdefault(document, grade) != grade:
            _refuse(path, number, f"query {query!r} and document {document!r} have another grade in an earlier line")
    return grades


def _grade(path: Path, number: int, score: str) -> int:
    if not _WHOLE.fullmatch(score.strip()):
        _refuse(path, number, f"the grade {score[:_SHOWN]!r} is no whole number of at most {_DIGITS} digits")
    return int(score)


def _objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in _lines(path):
        try:
            said = json.loads(line)
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict):
            _refuse(path, number, f"a JSON object was expected, came {_told(line)}")
        yield number, said


def _text(path: Path, number: int, said: Mapping[str, Any], field: str, *, needed: bool = True) -> str:
    """A field that holds a text; an id has to say something."""
    value = said.get(field, None if needed else "")
    if not isinstance(value, str):
        _refuse(path, number, f"the field {field!r} is missing or no text")
    if field == "_id" and not value.strip():
        _refuse(path, number, "the field '_id' is empty")
    # A lone surrogate, which JSON can bring in, is no text that a catalogue could keep.
    return value.encode("utf-8", "replace").decode("utf-8")


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, with their numbers from 1."""
    with _opened(path) as file:
        for number, line in enumerate(file, start=1):
            # Some editors and spreadsheets begin a file with a mark.
            told = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
            if told.strip():
                yield number, told.rstrip(b"\r\n")


def _opened(path: Path) -> BufferedReader:
    try:
        return path.open("rb")
    except OSError as error:
        raise DataError(
            f"{path} can't be read: {error.strerror}. Nothing was changed. A folder in BEIR's format holds {CORPUS}, "
            f"{QUERIES} and {GRADES}."
        ) from error


def _decoded(path: Path, number: int, line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        _refuse(path, number, f"UTF-8 was expected, came {_told(line)}")


def _told(line: bytes) -> str:
    return repr(line[:_SHOWN].decode("utf-8", "replace")) if line else "nothing"


def _refuse(path: Path, number: int, why: str) -> NoReturn:
    raise DataError(f"{path}, line {number}: {why}. Nothing was changed.")
