"""The Stack Exchange API: questions by words and by number; what it does not have is an empty list."""

from html import escape
from typing import Any, Final

from starlette.responses import Response

from research_agent.sources.addresses import host_of, path_segments
from stand_ins.answering import Question, Routes, as_json, part
from stand_ins.catalogue import Work

_MOST_ON_A_PAGE: Final = 100
_LAST_WITHOUT_KEY: Final = 25
_USUAL: Final = 30
_QUOTA: Final = 300
_QUESTIONS: Final = ("stackoverflow.com", "serverfault.com", "superuser.com")


def search(asked: Question) -> Response:
    """Questions by words."""
    size, page = asked.number("pagesize", _USUAL), asked.number("page", 1)
    if size > _MOST_ON_A_PAGE:
        return _error(400, "bad_parameter", "pagesize")
    if page > _LAST_WITHOUT_KEY and not asked.text("key"):
        return _error(403, "access_denied", "page above 25 requires access token or app key")
    since = asked.number("fromdate", 0)
    found = [work for work in asked.works.best(asked.text("q"), _number) if work.second >= since]
    items = [_question(work) for work in part(found, (page - 1) * size, size)]
    return _told(items, has_more=page * size < len(found))


def record(asked: Question) -> Response:
    """One question by its number."""
    site = f"{asked.text('site')}.com"
    work = asked.works.one(lambda one: _number(one) == asked.names["number"] and host_of(one.source.url) == site)
    return _told([_question(work)] if work else [], has_more=False)


def _number(work: Work) -> str:
    """The number of the question that the work is; empty: it is none."""
    segments = path_segments(work.source.url)
    return segments[1] if host_of(work.source.url) in _QUESTIONS and len(segments) > 1 else ""


def _question(work: Work) -> dict[str, Any]:
    source = work.source
    author = next(iter(source.authors), "user")
    told = {
        "tags": ["stand-in"],
        "owner": {"user_type": "does_not_exist", "display_name": escape(author)},
        "is_answered": True,
        "score": work.popularity,
        "last_activity_date": work.second,
        "creation_date": work.second,
        "question_id": int(_number(work)),
        "content_license": "CC BY-SA 4.0",
        "link": source.url,
        "title": escape(source.title, quote=True),
        "body": f"<p>{escape(work.text)}</p>",
    }
    return {name: value for name, value in told.items() if value is not None}


def _told(items: list[dict[str, Any]], *, has_more: bool) -> Response:
    return as_json({"items": items, "has_more": has_more, "quota_max": _QUOTA, "quota_remaining": _QUOTA - 1})


def _error(number: int, name: str, message: str) -> Response:
    return as_json({"error_id": number, "error_name": name, "error_message": message}, 400)


ROUTES: Final[Routes] = {"/search/advanced": search, "/questions/{number}": record}
