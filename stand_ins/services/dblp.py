"""DBLP's search of publications: titles that end with a full stop, numbers as texts, lists of one as their element."""

from html import escape
from typing import Any, Final

from starlette.responses import Response

from stand_ins.answering import Question, Routes, as_json, part
from stand_ins.catalogue import Work
from stand_ins.services.known import doi_of, is_scholarly

_MOST_ON_A_PAGE: Final = 1_000
_USUAL: Final = 30
_TYPES: Final = {"preprint": "Informal and Other Publications", "book": "Editorship"}


def search(asked: Question) -> Response:
    """Publications by words; without any there is no `hit`."""
    size, first = min(asked.number("h", _USUAL), _MOST_ON_A_PAGE), asked.number("f", 0)
    found = asked.works.best(asked.text("q"), _known)
    shown = part(found, first, size)
    hits: dict[str, Any] = {
        "@total": str(len(found)),
        "@computed": str(len(found)),
        "@sent": str(len(shown)),
        "@first": str(first),
    }
    if shown:
        hits["hit"] = [_hit(work) for work in shown]
    return as_json(
        {
            "result": {
                "query": " ".join(f"{word}*" for word in asked.text("q").split()),
                "status": {"@code": "200", "text": "OK"},
                "time": {"@unit": "msecs", "text": "1.50"},
                "completions": {"@total": "1", "@computed": "1", "@sent": "0"},
                "hits": hits,
            }
        }
    )


def _known(work: Work) -> bool:
    return is_scholarly(work) and work.source.kind != "standard"


def _hit(work: Work) -> dict[str, Any]:
    source = work.source
    key = f"stand-in/{work.source.id}"
    info = {
        "authors": {"author": _one_or_many([{"@pid": "0/0", "text": escape(one)} for one in source.authors])},
        "title": f"{escape(source.title)}.",
        "venue": "CoRR" if source.kind == "preprint" else escape(source.publisher),
        "year": str(source.year) if source.year else None,
        "type": _TYPES.get(source.kind, "Journal Articles"),
        "access": "open" if source.identifiers.arxiv else "closed",
        "key": key,
        "doi": doi_of(work),
        "ee": f"https://doi.org/{doi_of(work)}",
        "url": f"https://dblp.org/rec/{key}",
    }
    return {
        "@score": "1",
        "@id": str(work.number),
        "info": {name: value for name, value in info.items() if value},
        "url": f"URL#{work.number}",
    }


def _one_or_many(values: list[dict[str, str]]) -> object:
    return values[0] if len(values) == 1 else values


ROUTES: Final[Routes] = {"/search/publ/api": search}
