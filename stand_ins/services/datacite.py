"""DataCite's REST API: DOIs of archives and of arXiv, by words in the syntax of Elasticsearch and by DOI."""

import re
from typing import Any, Final

from starlette.responses import Response

from stand_ins.answering import Question, Routes, as_json, part, year_in
from stand_ins.catalogue import Work
from stand_ins.services.known import at_datacite, doi_at_datacite, parts_of

_MOST: Final = 10_000
_USUAL: Final = 25
_SINCE = re.compile(r"\s+AND\s+publicationYear:\[(\d{4}) TO \*\]")
_BAD_SYNTAX = re.compile(r"[:/\[\]{}()]")
_TYPES: Final = {
    "paper": "JournalArticle",
    "preprint": "Preprint",
    "thesis": "Dissertation",
    "report": "Report",
    "book": "Book",
    "repository": "Software",
    "benchmark": "Dataset",
}


def search(asked: Question) -> Response:
    """Works by words, ranked, a page by its number."""
    text = asked.text("query")
    since = _SINCE.search(text)
    words = _SINCE.sub("", text)
    if _BAD_SYNTAX.search(words):
        return _error(400, "The query can't be parsed.")
    size, page = asked.number("page[size]", _USUAL), asked.number("page[number]", 1)
    found = asked.works.best(re.sub(r"\bAND\b", " ", words), at_datacite, since=year_in(since[1]) if since else None)
    reachable = found[:_MOST]
    told = {
        "data": [_doi(work) for work in part(reachable, (page - 1) * size, size)],
        "meta": {"total": len(found), "totalPages": -(-len(found) // size), "page": page},
        "links": {"self": "https://api.datacite.org/dois"},
    }
    return as_json(told)


def record(asked: Question) -> Response:
    """One work by its DOI."""
    doi = asked.names["doi"].lower()
    work = asked.works.one(lambda one: (doi_at_datacite(one) or "").lower() == doi)
    return as_json({"data": _doi(work)}) if work else _error(404, "The resource you are looking for doesn't exist.")


def _doi(work: Work) -> dict[str, Any]:
    source = work.source
    doi = (doi_at_datacite(work) or "").lower()
    attributes = {
        "doi": doi,
        "prefix": doi.partition("/")[0],
        "creators": [_creator(author) for author in source.authors],
        "titles": [{"title": source.title}],
        "publisher": "arXiv" if source.identifiers.arxiv else source.publisher or "Stand-in archive",
        "publicationYear": source.year,
        "dates": [{"date": work.day, "dateType": "Issued"}] if work.day else [],
        "language": source.language,
        "types": {"resourceTypeGeneral": _TYPES.get(source.kind, "Text")},
        "relatedIdentifiers": [],
        "version": source.version,
        "rightsList": [],
        "descriptions": [{"description": work.text, "descriptionType": "Abstract"}],
        "url": source.url,
        "state": "findable",
        "citationCount": work.number_said("citations"),
        "downloadCount": None,
    }
    return {"id": doi, "type": "dois", "attributes": attributes, "relationships": {}}


def _creator(author: str) -> dict[str, Any]:
    given, family = parts_of(author)
    names = {"name": f"{family}, {given}", "givenName": given, "familyName": family} if given else {"name": author}
    return {**names, "nameType": "Personal" if given else "Organizational", "affiliation": [], "nameIdentifiers": []}


def _error(status: int, title: str) -> Response:
    return as_json({"errors": [{"status": str(status), "title": title}]}, status)


ROUTES: Final[Routes] = {"/dois": search, "/dois/{doi:path}": record}
