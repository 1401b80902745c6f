"""Exa's search: one page of at most a hundred, with highlights, for who has a key."""

from typing import Any, Final

from starlette.responses import Response

from stand_ins.answering import Question, Routes, as_json, part, year_in
from stand_ins.catalogue import Work

_MOST: Final = 100
_USUAL: Final = 10


def search(asked: Question) -> Response:
    """Pages by words."""
    if not asked.headers.get("x-api-key"):
        return as_json({"requestId": "stand-in", "error": "Invalid API key", "tag": "INVALID_API_KEY"}, 401)
    query, size = str(asked.body["query"]), int(asked.body.get("numResults", _USUAL))
    if size > _MOST:
        return as_json({"requestId": "stand-in", "error": "numResults is too large", "tag": "INVALID_REQUEST"}, 400)
    found = asked.works.best(query, since=year_in(str(asked.body.get("startPublishedDate", ""))))
    return as_json(
        {
            "requestId": "stand-in",
            "resolvedSearchType": "neural",
            "results": [_result(work) for work in part(found, 0, size)],
            "searchTime": 1,
            "costDollars": {"total": 0.0},
        }
    )


def _result(work: Work) -> dict[str, Any]:
    published = work.source.published
    return {
        "id": work.source.url,
        "title": work.source.title,
        "url": work.source.url,
        "publishedDate": f"{published}T00:00:00.000Z" if published else None,
        "author": None,
        "highlights": [work.text] if work.text else [],
        "highlightScores": [0.5] if work.text else [],
    }


ROUTES: Final[Routes] = {"/search": search}
