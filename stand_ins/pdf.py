"""A PDF of one page with plain text: as little as a reader of PDFs needs (ISO 32000-1, 7.5 and 9.4)."""

import textwrap
from collections.abc import Iterable, Sequence
from typing import Final

_WIDTH: Final = 90
"""Characters that fit on a line."""
_MOST_LINES: Final = 55


def pdf_of(title: str, authors: Sequence[str], day: str, paragraphs: Iterable[str]) -> bytes:
    """A document of this title, with authors and day under it, and the paragraphs."""
    lines = [title, ", ".join(authors), day, ""]
    for paragraph in paragraphs:
        lines += [*textwrap.wrap(paragraph, _WIDTH), ""]
    shown = b" ".join(b"(%s) Tj T*" % _escaped(line) for line in lines[:_MOST_LINES])
    text = b"BT /F1 10 Tf 13 TL 50 780 Td %s ET" % shown
    made = f"D:{day.replace('-', '')}".encode()
    return _document(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Title (%s) /Author (%s) /CreationDate (%s) >>" % (_escaped(title), _escaped(", ".join(authors)), made),
    )


def _document(*objects: bytes) -> bytes:
    """The objects with the table that says where each begins; the first is the catalogue, the last the information."""
    written, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size, begins = len(objects) + 1, len(written)
    trailer = b"<< /Size %d /Root 1 0 R /Info %d 0 R >>" % (size, len(objects))
    head = b"xref\n0 %d\n0000000000 65535 f \n" % size
    return written + head + table + b"trailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (trailer, begins)


def _escaped(text: str) -> bytes:
    """A text in the encoding of the font; what that lacks becomes a question mark."""
    plain = text.encode("cp1252", "replace")
    return plain.replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")
