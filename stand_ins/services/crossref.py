"""Crossref's REST API: works by words and by DOI; what it does not have is told in plain text."""

import re
from typing import Any, Final

from starlette.responses import PlainTextResponse, Response

from stand_ins.answering import Question, Routes, as_json, part, year_in
from stand_ins.catalogue import Work
from stand_ins.services.known import at_crossref, date_parts, parts_of

_MOST_ROWS: Final = 1_000
_MOST_OFFSET: Final = 10_000
_USUAL: Final = 20
_SINCE = re.compile(r"from-pub-date:(\d{4})")
_TYPES: Final = {
    "paper": "journal-article",
    "preprint": "posted-content",
    "thesis": "dissertation",
    "report": "report",
    "standard": "standard",
    "book": "book",
}


def search(asked: Question) -> Response:
    """Works by words. However bad, the best matches are told."""
    rows, offset = asked.number("rows", _USUAL), asked.number("offset", 0)
    if rows > _MOST_ROWS or offset > _MOST_OFFSET:
        failure = {"type": "integer-not-valid", "value": str(max(rows, offset)), "message": "Integer out of bounds"}
        return as_json({"status": "failed", "message-type": "validation-failure", "message": [failure]}, 400)
    since = _SINCE.search(asked.text("filter"))
    found = asked.works.best(asked.text("query.bibliographic"), at_crossref, since=year_in(since[1]) if since else None)
    selected = [name for name in asked.text("select").split(",") if name]
    items = [_selected(_work(work), selected) for work in part(found, offset, rows)]
    message = {"facets": {}, "total-results": len(found), "items": items, "items-per-page": rows}
    return _told("work-list", message, asked)


def record(asked: Question) -> Response:
    """One work by its DOI."""
    doi = asked.names["doi"].lower()
    work = asked.works.one(lambda one: at_crossref(one) and one.source.identifiers.doi == doi)
    return _told("work", _work(work), asked) if work else PlainTextResponse("Resource not found.", 404)


def _told(kind: str, message: object, asked: Question) -> Response:
    polite = "mailto" in asked.parameters
    return as_json(
        {"status": "ok", "message-type": kind, "message-version": "1.0.0", "message": message},
        x_rate_limit_limit="10" if polite else "5",
        x_rate_limit_interval="1s",
        x_concurrency_limit="3" if polite else "1",
    )


def _work(work: Work) -> dict[str, Any]:
    source = work.source
    dated: list[int | None] = [*date_parts(work)] or [None]
    notices = []
    if work.said("retracted") is True:
        notices = [{"DOI": f"{source.identifiers.doi}.retraction", "type": "retraction", "source": "publisher"}]
    told = {
        "DOI": source.identifiers.doi,
        "URL": f"https://doi.org/{source.identifiers.doi}",
        "type": _TYPES.get(source.kind, "other"),
        "title": [source.title.replace("&", "&amp;")],
        "subtitle": [],
        "author": [_author(author, first=place == 0) for place, author in enumerate(source.authors)],
        "container-title": [source.publisher] if source.publisher and source.kind == "paper" else [],
        "publisher": source.publisher,
        "issued": {"date-parts": [dated]},
        "published": {"date-parts": [dated]},
        "abstract": f"<jats:title>Abstract</jats:title><jats:p>{work.text.replace('&', '&amp;')}</jats:p>",
        "is-referenced-by-count": work.number_said("citations"),
        "references-count": work.number_said("references"),
        "source": "Crossref",
        "member": "0",
        "relation": {},
    }
    return {name: value for name, value in told.items() if value is not None} | (
        {"updated-by": notices} if notices else {}
    )


def _author(name: str, *, first: bool) -> dict[str, object]:
    given, family = parts_of(name)
    told = {"given": given, "family": family} if given else {"name": name}
    return {**told, "sequence": "first" if first else "additional", "affiliation": []}


def _selected(told: dict[str, Any], names: list[str]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if not names or name in names}


ROUTES: Final[Routes] = {"/works": search, "/works/{doi:path}": record}
