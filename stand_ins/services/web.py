"""The web: the page or the PDF at an address, with the title, the authors, the day and the text of the work there."""

import re
from collections.abc import Iterator
from html import escape
from typing import Final

from starlette.responses import Response

from stand_ins.answering import Question, Routes, as_page
from stand_ins.catalogue import Work
from stand_ins.pdf import pdf_of

_PDF = re.compile(r"\.pdf$|^https?://arxiv\.org/pdf/")


def fetch(asked: Question) -> Response:
    """What stands at the address."""
    address = asked.text("address")
    work = asked.works.at(address) or asked.works.at(address.removesuffix(".pdf"))
    if work is None:
        return as_page("404 Not Found", "<p>A stand-in has no such page.</p>", status=404)
    if _PDF.search(address):
        source = work.source
        return Response(
            pdf_of(source.title, source.authors, work.day, [_opening(work), *_sentences(work)]),
            media_type="application/pdf",
        )
    return as_page(work.source.title, _article(work), head=_head(work))


def _head(work: Work) -> str:
    source = work.source
    facts = {"og:title": source.title, "og:site_name": source.publisher, "article:published_time": work.day}
    named = [f"<meta name='author' content='{escape(author)}'>" for author in source.authors]
    told = [f"<meta property='{name}' content='{escape(text)}'>" for name, text in facts.items() if text]
    return "".join([*named, *told])


def _article(work: Work) -> str:
    paragraphs = "".join(f"<p>{escape(text)}</p>" for text in (_opening(work), *_sentences(work)))
    return f"<nav><a href='/'>Home</a></nav><article>{paragraphs}</article><footer>A stand-in's page</footer>"


def _opening(work: Work) -> str:
    return work.text or "A page of a stand-in, about which its record says nothing."


def _sentences(work: Work) -> Iterator[str]:
    for placement in work.source.placements[:1]:
        yield from (point.text for point in placement.key_points)


ROUTES: Final[Routes] = {"/": fetch}
