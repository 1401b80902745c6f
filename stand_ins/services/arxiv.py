"""arXiv's query interface: an Atom feed, with errors as a feed too."""

import re
from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape

from starlette.responses import Response

from research_agent.sources.naming import normal_arxiv
from stand_ins.answering import Question, Routes, as_xml, part, year_in
from stand_ins.catalogue import Work
from stand_ins.services.known import at_arxiv

_MOST: Final = 30_000
_MOST_AT_ONCE: Final = 2_000
_USUAL: Final = 10
_SINCE = re.compile(r"\s+AND\s+submittedDate:\[(\d{4})\d* TO \d+\]")
_FIELD = re.compile(r"\b(?:all|ti|abs):")
_VERSION = re.compile(r"v\d+")


def query(asked: Question) -> Response:
    """Works by words, or by ids."""
    position, size = asked.number("start", 0), min(asked.number("max_results", _USUAL), _MOST_AT_ONCE)
    if position + size > _MOST:
        return _error(f"start + max_results must be at most {_MOST}")
    if asked.text("id_list"):
        ids = asked.text("id_list").split(",")
        for one in ids:
            if normal_arxiv(one) is None:
                return _error(f"incorrect id format for {one}")
        wanted = [normal_arxiv(one) for one in ids]
        found = asked.works.of(lambda work: at_arxiv(work) and work.source.identifiers.arxiv in wanted)
        return _feed(asked, found, len(found) or 1, position, size)
    text = asked.text("search_query")
    since = _SINCE.search(text)
    words = re.sub(r"\bAND\b", " ", _FIELD.sub(" ", _SINCE.sub("", text)))
    found = asked.works.best(words, at_arxiv, since=year_in(since[1]) if since else None)
    return _feed(asked, part(found, position, size), len(found), position, size)


def _feed(asked: Question, works: Sequence[Work], total: int, position: int, size: int) -> Response:
    told = escape(f"arXiv Query: search_query={asked.text('search_query')}&id_list={asked.text('id_list')}")
    nothing = "<entry><title>Nothing</title></entry>" if asked.text("id_list") and not works else ""
    return _as_feed(
        f"<id>https://arxiv.org/api/stand-in</id><title>{told}</title>"
        f"<opensearch:itemsPerPage>{size}</opensearch:itemsPerPage>"
        f"<opensearch:totalResults>{total}</opensearch:totalResults>"
        f"<opensearch:startIndex>{position}</opensearch:startIndex>{''.join(map(_entry, works))}{nothing}"
    )


def _entry(work: Work) -> str:
    source = work.source
    version = source.version if source.version and _VERSION.fullmatch(source.version) else "v1"
    name = f"{source.identifiers.arxiv}{version}"
    authors = "".join(f"<author><name>{escape(author)}</name></author>" for author in source.authors)
    withdrawn = "<arxiv:comment>This paper has been withdrawn.</arxiv:comment>" if work.said("retracted") else ""
    doi = f"<arxiv:doi>{escape(source.identifiers.doi)}</arxiv:doi>" if source.identifiers.doi else ""
    return (
        f"<entry><id>http://arxiv.org/abs/{name}</id><title>{escape(source.title)}</title>"
        f"<updated>{work.changed}T00:00:00Z</updated><published>{work.day_or_new_year}T00:00:00Z</published>"
        f"<link href='https://arxiv.org/abs/{name}' rel='alternate' type='text/html'/>"
        f"<link href='https://arxiv.org/pdf/{name}' rel='related' type='application/pdf' title='pdf'/>"
        f"<summary>\n  {escape(work.text)}\n</summary><category term='cs.SE' scheme='http://arxiv.org/schemas/atom'/>"
        f"{withdrawn}{doi}{authors}</entry>"
    )


def _error(told: str) -> Response:
    address = f"https://arxiv.org/api/errors#{escape(told.replace(' ', '_'))}"
    return _as_feed(
        "<id>https://arxiv.org/</id><title>arXiv Search Results</title>"
        "<opensearch:totalResults>1</opensearch:totalResults>"
        f"<entry><id>{address}</id><title>Error</title><summary>{escape(told)}</summary></entry>",
        400,
    )


def _as_feed(inside: str, status: int = 200) -> Response:
    return as_xml(
        '<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom" '
        f'xmlns="http://www.w3.org/2005/Atom">{inside}</feed>',
        "application/atom+xml",
        status,
    )


ROUTES: Final[Routes] = {"/query": query}
