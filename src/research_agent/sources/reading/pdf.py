"""Read a PDF: the text of its pages, and what it says of itself as far as its first page bears it out. Pure.

The metadata of PDFs is mostly that of the program that made them ("Microsoft Word - final2.doc"): a title, an author
is taken only if it stands on the first page.
"""

import io
import logging
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from research_agent.sources.connectors import dates
from research_agent.sources.identity import plain_words
from research_agent.sources.naming import normal_arxiv, normal_doi
from research_agent.sources.reading.text import LONGEST_NAME, MOST_TEXT, Reading, kept, line_of

if TYPE_CHECKING:
    from pypdf import PdfReader

MOST_PAGES: Final = 100
"""Pages that are read: the longest articles and most reports have fewer."""
_LIMITS: Final[dict[str, Any]] = {
    "zlib_maximum_output_length": 16_000_000,
    "lzw_maximum_output_length": 16_000_000,
    "run_length_maximum_output_length": 16_000_000,
    "array_based_stream_maximum_output_length": 16_000_000,
    "stream_decoding_work_maximum_length": 48_000_000,
    "stream_parsing_work_maximum_count": 200_000,
    "xform_maximum_invocations_per_extraction": 200,
    "page_tree_maximum_entries": 5_000,
    "disable_legacy_handling": True,
}
"""Bytes, steps and entries of one stream, page or tree, far above those of a page of text: bombs end here."""
_MOST_OPERATIONS: Final = 250_000
"""Steps of drawing in all pages together: a page of text takes 3,000, and so many some ten seconds."""
_MOST_RECOVERED: Final = 1_000
"""Objects that are looked through for the root of a PDF whose table of them is broken."""
_ENTRIES: Final = ("/Title", "/Author", "/CreationDate", "/doi")
_BROKEN: Final = "the PDF is broken: {}"
_LONGEST_TITLE: Final = 300
_SHORTEST_TITLE: Final = 8
_TITLE_PART: Final = 0.6
"""Part of the first page's text within which its title stands."""
# The stamp that arXiv prints on the first page: "arXiv:2304.00228v1  [cs.DC]  1 Apr 2023".
_STAMP = re.compile(r"arXiv:(\S{4,25}?)(?:v\d+)?\s{1,4}\[[A-Za-z.-]{2,20}\]\s{1,4}\d{1,2}\s[A-Z][a-z]{2}\s\d{4}")
_BROKEN_WORD = re.compile(r"(?<=[a-z])-\n(?=[a-z])")


def read_pdf(body: bytes) -> Reading:
    """What a PDF says.

    Raises:
        ValueError: it is broken, encrypted, or beyond what is read; says which.
    """
    from pypdf.errors import LimitReachedError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it logs every fault that it reads past
    try:
        return _read(body)
    except LimitReachedError as error:
        raise ValueError(f"the PDF is larger inside than is read ({line_of(str(error), 200)})") from error
    except RecursionError as error:
        raise ValueError(_BROKEN.format("it is nested too deeply")) from error
    except ValueError:
        raise
    except Exception as error:  # of a broken file pypdf raises whatever the fault leads to
        raise ValueError(_BROKEN.format(line_of(str(error), 200) or type(error).__name__)) from error


def _read(body: bytes) -> Reading:
    from pypdf import PdfReader, apply_configuration

    with apply_configuration(**_LIMITS):
        reader = PdfReader(io.BytesIO(body), root_object_recovery_limit=_MOST_RECOVERED)
        if reader.is_encrypted:
            raise ValueError("the PDF is encrypted, and nothing of it was read")
        pages = len(reader.pages)
        found = _Reader(reader)
        found.read(min(pages, MOST_PAGES))
        texts = found.texts
        first = texts[0] if texts else ""
        said = {key: line_of(_entry(reader.metadata, key), _LONGEST_TITLE) for key in _ENTRIES}
        text, longer = kept(_BROKEN_WORD.sub("", "\n".join(texts)))
        stamp = _STAMP.search(first)
        return Reading(
            form="pdf",
            title=_title(said["/Title"], first, found.sizes),
            authors=_authors(said["/Author"], first),
            language=line_of(_language(reader), 20),
            guessed_on=_day(said["/CreationDate"]),
            text=text,
            doi=normal_doi(said["/doi"]) or "",
            arxiv=(normal_arxiv(stamp[1]) or "") if stamp else "",
            in_part=_in_part(text, pages, len(texts), found.unread, longer),
        )


class _OutOfWork(Exception):  # noqa: N818 - an end, and no error
    """So many operations were done that the rest is left."""


class _Reader:
    """Reads page after page until enough text came, or enough work was done."""

    def __init__(self, reader: "PdfReader") -> None:
        self.sizes: list[tuple[float, str]] = []
        """The texts of the first page, each with the size of its type."""
        self.texts: list[str] = []
        self.unread = 0
        """Pages of which the text could not be read."""
        self._reader, self._operations = reader, 0

    def read(self, most: int) -> None:
        """Read so many pages at most."""
        length = 0
        for number in range(most):
            text, ended = "", False
            try:
                text = self._reader.pages[number].extract_text(
                    visitor_operand_before=self._count, visitor_text=None if number else self._see
                )
            except _OutOfWork:
                ended = True
            except Exception:  # of a broken page pypdf raises whatever the fault leads to; the others may be whole
                self.unread += 1
            if ended:
                break
            self.texts.append(text)
            length += len(text)
            if length > MOST_TEXT:
                break

    def _count(self, operator: object, operands: object, cm: object, tm: object) -> None:  # noqa: ARG002 - pypdf's order
        self._operations += 1
        if self._operations > _MOST_OPERATIONS:
            raise _OutOfWork

    def _see(self, text: str, cm: Sequence[float], tm: Sequence[float], font: object, size: float) -> None:  # noqa: ARG002
        self.sizes.append((abs(size * (tm[3] or tm[0] or 1) * (cm[3] or 1)), text))


def _in_part(text: str, pages: int, read: int, unread: int, longer: str) -> str:
    if not text and (unread or not read):
        return "the text of the PDF could not be read: it is broken, or takes more work than one is worth"
    if not text:
        return "the PDF has no text, but pictures of pages at most"
    if longer:
        return longer
    if read < pages:
        return f"only the first {read:,} of {pages:,} pages were read"
    return f"{unread:,} of {pages:,} pages could not be read" if unread else ""


def _title(said: str, first: str, sizes: list[tuple[float, str]]) -> str:
    """The title that the PDF gives, if it stands on the first page; else what is printed largest at the top of it."""
    words = plain_words(said)
    if len(words) >= _SHORTEST_TITLE and f" {words} " in f" {plain_words(first)} ":
        return said
    seen, texts = 0, []
    for size, text in sizes:
        if seen <= _TITLE_PART * len(first):
            texts.append((round(size, 1), text))
        seen += len(text)
    largest = max((size for size, text in texts if len(text.strip()) > 1), default=0.0)
    printed = line_of(" ".join(text for size, text in texts if size == largest), _LONGEST_TITLE)
    one_size = all(size == largest for size, text in texts if text.strip())
    if one_size or len(printed) < _SHORTEST_TITLE:
        return line_of(first.strip().partition("\n")[0], _LONGEST_TITLE)
    return printed


def _authors(said: str, first: str) -> tuple[str, ...]:
    """The authors that the PDF names and its first page bears out."""
    names = (line_of(name, LONGEST_NAME) for name in re.split(r"\s*[;,]\s*|\s+and\s+", said))
    page = f" {plain_words(first)} "
    return tuple(dict.fromkeys(name for name in names if " " in name and f" {plain_words(name)} " in page))


def _day(said: str) -> str | None:
    """A day in the form of PDF dates, "D:20230401120000Z" (ISO 32000-2, section 7.9.4)."""
    digits = said.removeprefix("D:")[:8]
    return dates.iso(f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}") if digits.isdigit() else None


def _entry(metadata: Mapping[str, object] | None, key: str) -> str:
    value = metadata.get(key) if metadata else None
    return value if isinstance(value, str) else ""


def _language(reader: "PdfReader") -> str:
    value = reader.root_object.get("/Lang")
    return value if isinstance(value, str) else ""
