"""A SearXNG host that gives JSON: pages of ten, and an empty one behind the last."""

from typing import Any, Final

from starlette.responses import Response

from stand_ins.answering import Question, Routes, as_json, as_page, part
from stand_ins.catalogue import Work

_ON_A_PAGE: Final = 10


def search(asked: Question) -> Response:
    """Pages by words."""
    if asked.text("format") != "json":
        return as_page("A stand-in's page of results")
    found = asked.works.best(asked.text("q"))
    shown = part(found, (asked.number("pageno", 1) - 1) * _ON_A_PAGE, _ON_A_PAGE)
    return as_json(
        {
            "query": asked.text("q"),
            "number_of_results": 0,
            "results": [_result(work) for work in shown],
            "answers": [],
            "corrections": [],
            "infoboxes": [],
            "suggestions": [],
            "unresponsive_engines": [],
        }
    )


def _result(work: Work) -> dict[str, Any]:
    return {
        "url": work.source.url,
        "title": work.source.title,
        "content": work.text,
        "publishedDate": f"{work.source.published}T00:00:00" if work.source.published else None,
        "engine": "stand-in",
        "engines": ["stand-in"],
        "positions": [1],
        "score": 1.0,
        "category": "general",
    }


ROUTES: Final[Routes] = {"/search": search}
