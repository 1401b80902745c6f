"""A question to a stand-in and the answer to it, as values: what each service's module is written with."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar
from xml.sax.saxutils import escape

from starlette.responses import Response

from stand_ins.catalogue import Catalogue

T = TypeVar("T")


class Question(NamedTuple):
    """What a service is asked."""

    works: Catalogue
    parameters: Mapping[str, str]
    """Of the query."""
    names: Mapping[str, str]
    """The parts of the path that have names."""
    headers: Mapping[str, str]
    body: Any
    """The JSON of a POST; None: there is none."""
    folder: str
    """Path under which the service answers: "/crossref"."""

    def text(self, name: str) -> str:
        """A parameter; empty where it is not given."""
        return self.parameters.get(name, "")

    def number(self, name: str, default: int) -> int:
        """A parameter that is a number; the default where it is not given, or is none."""
        text = self.text(name)
        return int(text) if text.isdigit() else default


Answering = Callable[[Question], Response]
Routes = Mapping[str, Answering]
"""What a service answers, by paths as Starlette writes them: "/works/{doi:path}"."""


def as_json(value: object, status: int = 200, **headers: str) -> Response:
    """An answer in JSON. Headers are named with underscores."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Response(json.dumps(value, ensure_ascii=False), status, named, "application/json")


def as_xml(text: str, media_type: str = "application/xml", status: int = 200) -> Response:
    """An answer in XML, which the text holds without its declaration."""
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}', status, media_type=media_type)


def as_page(title: str, body: str = "", status: int = 200, head: str = "") -> Response:
    """An answer for people, in HTML."""
    told = escape(title)
    return Response(
        f"<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'><title>{told}</title>{head}</head>"
        f"<body><h1>{told}</h1>{body}</body></html>",
        status,
        media_type="text/html",
    )


def part(found: Sequence[T], position: int, size: int) -> Sequence[T]:
    """The results of one page."""
    return found[position : position + size]


def year_in(text: str) -> int | None:
    """The first four figures of a date, as filters have it; None: it begins with none."""
    return int(text[:4]) if text[:4].isdigit() else None
