"""Algolia's index of Hacker News: stories that link to posts, talks and reports, and questions to the readers."""

import re
from html import escape
from typing import Any, Final

from starlette.responses import Response

from stand_ins.answering import Question, Routes, as_json, part
from stand_ins.catalogue import Work, of_kinds

_MOST: Final = 1_000
_USUAL: Final = 20
_SINCE = re.compile(r"created_at_i>=(-?\d+)")
_OWN_PAGE: Final = "https://news.ycombinator.com/item?id="
_linked: Final = of_kinds("engineering_blog", "postmortem", "case_study", "talk", "tutorial", "community_post")


def search(asked: Question) -> Response:
    """Stories by words."""
    size, page = asked.number("hitsPerPage", _USUAL), asked.number("page", 0)
    since = _SINCE.search(asked.text("numericFilters"))
    found = [
        work for work in asked.works.best(asked.text("query"), _linked) if not since or work.second >= int(since[1])
    ]
    reachable = found[:_MOST]
    hits = part(reachable, page * size, size)
    return as_json(
        {
            "exhaustive": {"nbHits": True, "typo": True},
            "exhaustiveNbHits": True,
            "hits": [_hit(work) for work in hits],
            "hitsPerPage": size,
            "nbHits": len(found),
            "nbPages": -(-len(reachable) // size),
            "page": page,
            "query": asked.text("query"),
            "processingTimeMS": 1,
        }
    )


def record(asked: Question) -> Response:
    """One story by its number."""
    work = asked.works.one(lambda one: _linked(one) and _number(one) == asked.names["number"])
    if work is None:
        return as_json({"status": 404, "error": "Not Found"}, 404)
    return as_json({**_story(work), "id": int(_number(work)), "children": [], "type": "story", "text": _text(work)})


def _hit(work: Work) -> dict[str, Any]:
    number = _number(work)
    told = {**_story(work), "objectID": number, "story_id": int(number), "num_comments": None}
    return {**told, "_tags": ["story", "author_stand-in", f"story_{number}"]} | (
        {"story_text": _text(work)} if _text(work) else {}
    )


def _story(work: Work) -> dict[str, Any]:
    return {
        "author": "stand-in",
        "created_at": f"{work.day_or_new_year}T00:00:00Z",
        "created_at_i": work.second,
        "points": work.popularity,
        "title": escape(work.source.title),
        "url": None if _is_discussion(work) else work.source.url,
    }


def _text(work: Work) -> str | None:
    return f"<p>{escape(work.text)}</p>" if _is_discussion(work) else None


def _is_discussion(work: Work) -> bool:
    return work.source.url.startswith(_OWN_PAGE)


def _number(work: Work) -> str:
    return work.source.url.removeprefix(_OWN_PAGE) if _is_discussion(work) else str(work.number)


ROUTES: Final[Routes] = {"/search": search, "/items/{number}": record}
