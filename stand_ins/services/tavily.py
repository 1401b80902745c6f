"""Tavily's search: one page of at most twenty, for who has a key."""

from typing import Final

from starlette.responses import Response

from stand_ins.answering import Question, Routes, as_json, part

_MOST: Final = 20
_USUAL: Final = 5


def search(asked: Question) -> Response:
    """Pages by words, each with what fits of it."""
    if not asked.headers.get("authorization", "").startswith("Bearer "):
        return as_json({"detail": {"error": "Unauthorized: missing or invalid API key."}}, 401)
    query, size = str(asked.body["query"]), int(asked.body.get("max_results", _USUAL))
    if size > _MOST:
        return as_json({"detail": {"error": "Max results should be at most 20."}}, 400)
    found = part(asked.works.best(query), 0, size)
    results = [
        {"url": work.source.url, "title": work.source.title, "content": work.text, "score": 0.5, "raw_content": None}
        for work in found
    ]
    return as_json(
        {
            "query": query,
            "follow_up_questions": None,
            "answer": None,
            "images": [],
            "results": results,
            "response_time": 0.01,
            "request_id": "stand-in",
        }
    )


ROUTES: Final[Routes] = {"/search": search}
