"""Answers as bytes: with the tag of their version, in the form that was asked for, and not at all where known."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import Request, Response
from pydantic import BaseModel

from research_agent.service import problems
from research_agent.service.problems import ProblemError

JSON: Final = "application/json"
_CACHING: Final = "private, no-cache"
"""A client may keep an answer and asks each time whether it still holds: people's decisions change it at any moment."""

_TAG_CHARACTERS = 32


@dataclass(frozen=True, slots=True)
class Form:
    """A form in which a resource can be had; `schema` is what a reader of its media type makes of it."""

    name: str
    media_type: str
    description: str
    ending: str
    schema: str = "string"

    @property
    def content_type(self) -> str:
        """The media type as an answer names it."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


AS_JSON = Form("json", JSON, "The record, as the OpenAPI document describes it.", "json")
AS_MARKDOWN = Form("markdown", "text/markdown", "For people and for models.", "md")
AS_HTML = Form("html", "text/html", "One page that needs nothing else, for people.", "html")
AS_BIBTEX = Form("bibtex", "application/x-bibtex", "For reference managers and LaTeX.", "bib")
AS_RIS = Form("ris", "application/x-research-info-systems", "For reference managers.", "ris")
AS_CSL = Form(
    "csl", "application/vnd.citationstyles.csl+json", "CSL-JSON, for citation processors.", "csl.json", "array"
)
AS_YAML = Form("yaml", "application/yaml", "As it can be imported.", "yaml", "object")


def record_answer(
    request: Request, record: BaseModel, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """A record as JSON."""
    return answer(request, record.model_dump_json().encode(), JSON, status=status, headers=headers)


def answer(
    request: Request,
    content: bytes,
    content_type: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Content with its strong entity tag; 304 where a GET names that tag (RFC 9110, section 13.1.2)."""
    sent = {**(headers or {}), "Cache-Control": _CACHING}
    if request.method not in ("GET", "HEAD"):
        return Response(content, status, sent, content_type)
    # The tag is of these bytes in this form: a strong one differs where either does.
    tag = f'"{hashlib.sha256(content_type.encode() + content).hexdigest()[:_TAG_CHARACTERS]}"'
    sent["ETag"] = tag
    if _knows(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=sent)
    return Response(content, status, sent, content_type)


def chosen_form(request: Request, forms: Sequence[Form], named: str | None) -> Form:
    """The form of a resource that a request asks for: by name, else by its Accept header (RFC 9110, section 12.5.1).

    Args:
        request: whose Accept header counts.
        forms: those that there are, the one that we would rather give first.
        named: what the parameter `format` says; None: nothing.

    Raises:
        ProblemError: it accepts none of them.
    """
    if named is not None:
        return next(form for form in forms if form.name == named)
    ranges = _accepted(",".join(request.headers.getlist("accept")) or "*/*")
    best, quality = forms[0], 0.0
    for form in forms:
        if (wanted := _quality(form.media_type, ranges)) > quality:
            best, quality = form, wanted
    if quality:
        return best
    there = ", ".join(form.media_type for form in forms)
    raise ProblemError(problems.NOT_ACCEPTABLE, f"There is {there}.")


def _accepted(header: str) -> dict[str, float]:
    """Media ranges with their quality, 0 to 1."""
    ranges = {}
    for part in header.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if name:
            ranges[name] = next((_number(value[2:]) for value in parameters if value.startswith("q=")), 1.0)
    return ranges


def _quality(media_type: str, ranges: Mapping[str, float]) -> float:
    """How much a media type is wanted: the most specific range that it falls into says so."""
    for name in (media_type, f"{media_type.partition('/')[0]}/*", "*/*"):
        if name in ranges:
            return ranges[name]
    return 0.0


def _number(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 1.0


def _knows(header: str | None, tag: str) -> bool:
    if header is None:
        return False
    return header.strip() == "*" or tag in {one.strip().removeprefix("W/") for one in header.split(",")}
