"""Read a page of HTML: its main text by trafilatura, and what its markup says of it. Pure.

The parser (libxml2, without network, entities of its own or more than 256 levels) sees a bounded number of bytes and
elements: the time that finding the main text takes grows faster than a page does.
"""

import logging
import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from research_agent.sources.reading.instead import shown_instead
from research_agent.sources.reading.stated import stated_in
from research_agent.sources.reading.text import LONGEST_NAME, Reading, harmless, kept, line_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement
    from trafilatura.settings import Document

MOST_ELEMENTS: Final = 10_000
"""Elements of a page that are read: a long chapter has 2,000, and so many take some three seconds."""
_LARGE: Final = 256 * 1024
"""Characters of a page after which trafilatura's caches are emptied, which hold on to lines however long they are."""
_MARKUP = re.compile(r"<")
_HEADINGS: Final = 3
_DOCUMENT_TYPE = re.compile(
    r"^\s*(?:<\?xml[^>]{0,999}>\s*)?<!DOCTYPE[^>\[]{0,999}(?:\[[^\]]{0,99999}\])?[^>]{0,999}>", re.IGNORECASE
)
_SCRIPT_ALONE: Final = "the page shows its text by script alone, so no program that runs none can read it"
_NO_TEXT: Final = "no main text was found in the page"


def read_html(markup: str, address: str, *, cut: str = "") -> Reading:
    """What a page says, by its text and its markup.

    Args:
        markup: decoded.
        address: where it stands.
        cut: why it is not all of it; empty: it is.

    Raises:
        ValueError: it is no HTML.
    """
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it logs each page that it finds nothing in
    whole = _DOCUMENT_TYPE.sub("", markup)
    shorter = _within(whole)
    if len(shorter) < len(whole):
        cut = f"only the first {MOST_ELEMENTS:,} elements of the page were read"
    tree = _parsed(shorter)
    stated = stated_in(tree)
    document = _described(tree, address)
    title = stated.title or line_of(document.title)
    text, longer = kept(_main_text(shorter))
    headings = [line_of("".join(one.itertext())) for one in islice(tree.iter("title", "h1", "h2"), _HEADINGS)]
    instead = shown_instead([title, *headings], text, has_password=_has_password(tree))
    nothing = "" if text else (_SCRIPT_ALONE if next(tree.iter("script"), None) is not None else _NO_TEXT)
    if len(markup) > _LARGE:
        _forget()
    return Reading(
        title=title,
        authors=stated.authors or _authors(document),
        site=stated.site or _site(document),
        language=stated.language,
        published=stated.published,
        updated=stated.updated,
        guessed_on=None if stated.published else document.date,
        text=text,
        doi=stated.doi,
        arxiv=stated.arxiv,
        canonical=stated.canonical,
        moved_to=stated.moved_to,
        retracted=stated.retracted,
        free=stated.free,
        describes=stated.describes_a_work,
        instead=instead,
        in_part=nothing or longer or cut,
    )


def _within(markup: str) -> str:
    """The page up to its last element that is read: each has a tag that begins and mostly one that ends."""
    last = next(islice(_MARKUP.finditer(markup), 2 * MOST_ELEMENTS, None), None)
    return markup[: last.start()] if last else markup


def _parsed(markup: str) -> "HtmlElement":
    from trafilatura import load_html

    tree = load_html(markup)
    if tree is None:
        raise ValueError("what came is no HTML that can be read")
    return tree


def _main_text(markup: str) -> str:
    """The main text; it is found in a tree of its own, which is taken apart on the way."""
    from trafilatura import bare_extraction

    try:
        found = bare_extraction(_parsed(markup), include_comments=False, include_tables=True)
    except (RecursionError, AttributeError, KeyError, IndexError, AssertionError) as error:
        raise ValueError(f"no main text can be found in it ({type(error).__name__})") from error
    return harmless(getattr(found, "text", "") or "")


def _described(tree: "HtmlElement", address: str) -> "Document":
    """What trafilatura takes for title, authors, site and date where the markup does not say them."""
    from trafilatura import extract_metadata
    from trafilatura.settings import set_date_params

    return extract_metadata(tree, address, {**set_date_params(extensive=False)}, extensive=False)


def _authors(document: "Document") -> tuple[str, ...]:
    names = (line_of(name, LONGEST_NAME) for name in (document.author or "").split("; "))
    return tuple(dict.fromkeys(name for name in names if name and "://" not in name))


def _site(document: "Document") -> str:
    """The name of the site; a host is none, as it stands in the address."""
    name = line_of(document.sitename, LONGEST_NAME)
    return "" if "." in name and " " not in name else name


def _has_password(tree: "HtmlElement") -> bool:
    return any((field.get("type") or "").lower() == "password" for field in tree.iter("input"))


def _forget() -> None:
    from trafilatura.meta import reset_caches

    reset_caches()
