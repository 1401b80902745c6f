"""Pages and PDFs that tests make, and what the connector to the web reads in them."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from research_agent.model.candidate import Candidate
from research_agent.sources.connectors import Access, Answer, Ask, Page, connector
from tests.sources.connectors.exchanges import AT

ADDRESS = "https://bakery.example.com/why-bread-fails"
SENTENCES = tuple(
    f"In winter number {number} the dough rises slower than the baker expects, and so the loaf stays flat and heavy."
    for number in range(1, 25)
)


def html(
    head: str = "<title>Why bread fails</title>", body: str = "", *, of: Sequence[str] = SENTENCES, lang: str = "en"
) -> str:
    """A page with this head, and an article of these sentences under what else is in its body."""
    paragraphs = "".join(f"<p>{sentence}</p>" for sentence in of)
    article = f"<article>{paragraphs}</article>" if of else ""
    menu = "<nav><a href='/'>Home</a> <a href='/shop'>Shop</a></nav>"
    return f"<!doctype html><html lang='{lang}'><head>{head}</head><body>{menu}{body}{article}</body></html>"


def meta(**contents: str | Sequence[str]) -> str:
    """Meta elements; names are written with underscores for colons where two stand together."""
    return "".join(
        f"<meta name='{name.replace('__', ':')}' content='{content}'>"
        for name, given in contents.items()
        for content in ([given] if isinstance(given, str) else given)
    )


def pdf(
    *pages: Sequence[tuple[float, str]],
    information: Mapping[str, str] | None = None,
    password: str = "",
    fonts: bool = True,
) -> bytes:
    """A PDF of these pages, each of lines with the size of their type."""
    writer = PdfWriter()
    writer.metadata = None
    for lines in pages:
        page = writer.add_blank_page(595, 842)
        shown, down = [], 780.0
        for size, text in lines:
            shown.append(f"BT /F1 {size} Tf 50 {down} Td ({text}) Tj ET")
            down -= 1.3 * size
        content = DecodedStreamObject()
        content.set_data("\n".join(shown).encode("cp1252", "replace"))
        page[NameObject("/Contents")] = writer._add_object(content.flate_encode())
        font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica", "/Encoding": "/WinAnsiEncoding"}
        named = DictionaryObject({NameObject(key): NameObject(value) for key, value in font.items()})
        held = DictionaryObject({NameObject("/F1"): writer._add_object(named)})
        if fonts:
            page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): held})
    if information:
        writer.add_metadata(dict(information))
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def ask_for(address: str = ADDRESS, access: Access | None = None) -> Ask:
    ask = connector("web", access).look_up(("url", address))
    assert ask is not None
    return ask


def read(
    body: bytes | str,
    kind: str = "text/html; charset=utf-8",
    *,
    address: str = ADDRESS,
    landed: str = "",
    status: int = 200,
    ask: Ask | None = None,
    access: Access | None = None,
) -> Page:
    """The page that is read when this comes."""
    sent = body.encode() if isinstance(body, str) else body
    came = Answer(
        ask=ask or ask_for(address, access),
        status=status,
        headers={"Content-Type": kind} if kind else {},
        body=sent,
        at=AT,
        address=landed,
    )
    return connector("web", access).read(came)


def only(body: bytes | str, *given: Any, **named: Any) -> Candidate:
    """The one candidate of a page."""
    (candidate,) = read(body, *given, **named).candidates
    return candidate
