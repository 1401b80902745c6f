"""Brave's web search: pages of at most twenty by a counted offset, for who has a key."""

from typing import Any, Final

from starlette.responses import Response

from stand_ins.answering import Question, Routes, as_json, part
from stand_ins.catalogue import Work

_MOST_ON_A_PAGE: Final = 20
_LAST_PAGE: Final = 9
_LONGEST_QUERY: Final = 400


def search(asked: Question) -> Response:
    """Pages by words; without any there is no `web`."""
    if not asked.headers.get("x-subscription-token"):
        return _error("SUBSCRIPTION_TOKEN_INVALID", "The provided subscription token is invalid.")
    query = asked.text("q")
    size, page = asked.number("count", _MOST_ON_A_PAGE), asked.number("offset", 0)
    if size > _MOST_ON_A_PAGE or page > _LAST_PAGE or len(query) > _LONGEST_QUERY:
        return _error("VALIDATION", "Unable to validate request parameter(s)")
    found = asked.works.best(query)
    shown = part(found, page * size, size)
    more = (page + 1) * size < len(found) and page < _LAST_PAGE
    told: dict[str, Any] = {
        "query": {"original": query, "more_results_available": more},
        "mixed": {"type": "mixed", "main": []},
        "type": "search",
    }
    if shown:
        told["web"] = {"type": "search", "results": [_result(work) for work in shown], "family_friendly": True}
    return as_json(told)


def _result(work: Work) -> dict[str, Any]:
    published = work.source.published
    return {
        "title": work.source.title,
        "url": work.source.url,
        "description": work.text,
        "language": work.source.language,
        "type": "search_result",
        "subtype": "generic",
        **({"page_age": f"{published}T00:00:00"} if published else {}),
    }


def _error(code: str, detail: str) -> Response:
    return as_json({"type": "ErrorResponse", "error": {"code": code, "detail": detail, "status": 422}}, 422)


ROUTES: Final[Routes] = {"/web/search": search}
