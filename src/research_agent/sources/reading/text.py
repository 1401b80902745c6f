"""What a reading of a page or a PDF holds, and how bytes and texts of anybody's making become plain text. Pure."""

import codecs
import re
from dataclasses import dataclass
from typing import Final, Literal

MOST_TEXT: Final = 400_000
"""Characters of text that are kept of a page or a PDF: 150 printed pages."""
MOST_MARKUP: Final = 4 * 1024 * 1024
"""Bytes of a page that are read: the longest pages of prose, such as the HTML standard's chapters, have 2 MiB."""
LONGEST_NAME: Final = 120
"""Characters of a name of a person, an organisation or a site; what is longer is none."""
LONGEST_TITLE: Final = 500
"""Characters of a title; of what is longer nobody knows where the title ends."""

# Control characters but tab and line feed, halves of surrogate pairs, marks that turn the direction of text or hide
# in it (Unicode 16, sections 23.2 to 23.9: bidirectional embeddings and isolates, invisible operators, tags), and
# what is no character.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_STANDING_APART = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BLANKS = re.compile(r"[^\S\n]+")
_EMPTY_LINES = re.compile(r"\n(?: ?\n)+")
_BROKEN: Final = "\N{REPLACEMENT CHARACTER}"
_WHOLE_FOR_A_BROKEN_ONE: Final = 2
_STATEFUL = re.compile(rb"[\x00\x1b]")
"""Bytes of encodings in which plain ASCII may mean anything else: UTF-16 and UTF-32, ISO 2022."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read; a field of which nothing was said is empty or None."""

    form: Literal["page", "pdf", "text"] = "page"
    title: str = ""
    authors: tuple[str, ...] = ()
    site: str = ""
    language: str = ""
    published: str | None = None
    """Day, month or year of publication, as its markup says."""
    updated: str | None = None
    guessed_on: str | None = None
    """A day that stands in it and may be that of its publication."""
    text: str = ""
    """Main text, plain, paragraphs in lines of their own."""
    doi: str = ""
    arxiv: str = ""
    canonical: str = ""
    """The address that it calls its own, whatever site that is on."""
    moved_to: str = ""
    """The address to which its markup sends the reader at once."""
    retracted: bool = False
    """Its markup says that the work was retracted."""
    free: bool | None = None
    """Whether its markup says that the whole text is free to read."""
    describes: bool = False
    """It is a publisher's page about a work, which may stand elsewhere as a whole."""
    instead: str = ""
    """What is shown in place of a work, in words: a log-in, an error; empty: it shows what it should."""
    in_part: str = ""
    """Why not all of it was read; empty: all of it was."""


def harmless(text: str) -> str:
    """Plain text without control characters, invisible marks and needless blanks; line feeds stay, none doubled."""
    seen = _UNSEEN.sub("", _STANDING_APART.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")))
    lines = (line.strip() for line in _BLANKS.sub(" ", seen).split("\n"))
    return _EMPTY_LINES.sub("\n", "\n".join(lines)).strip()


def line_of(text: object, longest: int = LONGEST_TITLE) -> str:
    """A text as one harmless line; empty where it is none, or longer than it may be."""
    line = " ".join(harmless(text[: 4 * longest]).split()) if isinstance(text, str) else ""
    return line if len(line) <= longest else ""


def kept(text: str) -> tuple[str, str]:
    """As much of a text as is kept, harmless; and why it is not all of it (empty: it is)."""
    plain = harmless(text)
    if len(plain) <= MOST_TEXT:
        return plain, ""
    return plain[:MOST_TEXT], f"only the first {MOST_TEXT:,} of {len(plain):,} characters were read"


def decoded(body: bytes, content_type: str) -> str:
    """The text of a page, whatever encoding it claims to be in.

    Bytes that can be UTF-8 are UTF-8 (by chance other encodings hardly ever are); else the header, a byte order mark or
    the markup is believed, as browsers do (https://encoding.spec.whatwg.org/); without them it is Windows-1252.
    """
    body = body[:MOST_MARKUP]
    if _STATEFUL.search(body, 0, 4096):
        return _as_declared(body, content_type)
    try:
        return codecs.getincrementaldecoder("utf-8-sig")().decode(body, final=False)
    except UnicodeDecodeError:
        as_utf_8 = body.decode("utf-8-sig", "replace")
    # A few bytes out of place are left out; where most are, it is another encoding.
    broken = as_utf_8.count(_BROKEN)
    if broken * _WHOLE_FOR_A_BROKEN_ONE <= sum(character > "\x7f" for character in as_utf_8) - broken:
        return as_utf_8
    declared = _as_declared(body, content_type)
    return body.decode("cp1252", "replace") if _BROKEN in declared else declared


def _as_declared(body: bytes, content_type: str) -> str:
    from w3lib.encoding import html_to_unicode

    return str(html_to_unicode(content_type or None, body, default_encoding="cp1252")[1])
