"""Long lists in pages: an opaque cursor names the last item that was seen, so that a page neither repeats nor skips."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Generic, NamedTuple, TypeVar
from urllib.parse import urlencode

from fastapi import Query, Request, Response
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from research_agent.service import problems
from research_agent.service.problems import ProblemError
from research_agent.service.rest.representations import record_answer

MOST = 100
USUAL = 20
_LONGEST_CURSOR = 400

Item = TypeVar("Item")

Limit = Annotated[int, Query(ge=1, le=MOST, description="Most items of a page.")]
Cursor = Annotated[
    str,
    Query(max_length=_LONGEST_CURSOR, description="`next` of the page before; empty: from the beginning."),
]


class Page(BaseModel, Generic[Item]):
    """A part of a list."""

    items: Sequence[Item] = Field(description="The items, in the order of the list.")
    next: str = Field(
        default="", description="What `cursor` takes for the page after this one; empty: this is the last."
    )


class Place(NamedTuple):
    """Where in a list a page ended: the last item, and how many came before the next."""

    key: str
    seen: int


def page_of(items: Sequence[Item], key: Callable[[Item], str], *, limit: int, cursor: str) -> tuple[list[Item], str]:
    """The items of a page, and the cursor of the next one; empty: this is the last.

    Found again by its last item, and where that is gone, by its place.

    Raises:
        ProblemError: the cursor is none of ours.
    """
    start = 0
    if cursor:
        place = place_of(cursor)
        start = next((n for n, item in enumerate(items, start=1) if key(item) == place.key), place.seen)
    shown = list(items[start : start + limit])
    more = start + limit < len(items)
    return shown, cursor_of(key(shown[-1]), start + limit) if more else ""


def cursor_of(key: str, seen: int = 0) -> str:
    """The cursor after an item."""
    return base64.urlsafe_b64encode(json.dumps([key, seen]).encode()).decode().rstrip("=")


def place_of(cursor: str) -> Place:
    """Where a cursor points.

    Raises:
        ProblemError: it is none of ours.
    """
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        return Place(*_PLACE.validate_json(text))
    except (binascii.Error, ValueError, ValidationError) as error:
        message = "This is no cursor of ours: take `next` of the page before, or begin without one."
        raise ProblemError(problems.UNKNOWN_NAME, message) from error


_PLACE: TypeAdapter[tuple[str, Annotated[int, Field(ge=0)]]] = TypeAdapter(tuple[str, Annotated[int, Field(ge=0)]])


def page_answer(request: Request, page: Page[Item]) -> Response:
    """A page, with the address of the next one in its Link header (RFC 8288)."""
    headers: Mapping[str, str] = {}
    if page.next:
        query = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
        headers = {"Link": f'<{request.url.path}?{urlencode([*query, ("cursor", page.next)])}>; rel="next"'}
    return record_answer(request, page, headers=headers)
