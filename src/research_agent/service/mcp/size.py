"""How long an answer may be: rows by the page, with a cursor in the answer itself, and a last guard for all.

Hosts cut long results off, or put them into a file that the model then has to open: so we page before they do.
"""

import json
from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

from pydantic import BaseModel, JsonValue

from research_agent.errors import UsageError

PAGE_CHARACTERS = 5_500
"""Of the rows on one page, as compact JSON: with the rest of the answer below 2,000 tokens, at 3.5 characters each."""

TEXT_CHARACTERS = 24_000
"""Of a text on one page, such as a prompt: below 7,000 tokens."""

MOST_CHARACTERS = 30_000
"""Of any answer: below 10,000 tokens, where hosts begin to warn."""

_SHORTER = ((4_000, 200), (1_000, 50), (400, 25), (120, 12), (40, 5))
"""Characters of a text and items of a list that are left in an answer that is too long, until it fits."""

Row = TypeVar("Row", bound=BaseModel)


class Page(NamedTuple, Generic[Row]):
    """Some of the rows, and where the next page begins."""

    rows: tuple[Row, ...]
    cursor: str
    """Give it back for the rest; empty: there is no more."""


def page_of(rows: Sequence[Row], cursor: str, *, version: str = "", characters: int = PAGE_CHARACTERS) -> Page[Row]:
    """The rows from the cursor on, as many as fit on a page, and one at least.

    Args:
        rows: all of them, in an order that does not change.
        cursor: of the page before; empty: from the start.
        version: of what the rows are made from, so that a cursor of an older one is noticed.
        characters: of the page, as compact JSON.

    Raises:
        UsageError: the cursor is none of ours, or what it goes through has changed.
    """
    start, end, size = _start(cursor, version, len(rows)), 0, 0
    for end, row in enumerate(rows[start:], start=start):
        size += len(row.model_dump_json(exclude_defaults=True)) + 1
        if size > characters and end > start:
            break
    else:
        end = len(rows)
    return Page(tuple(rows[start:end]), _cursor(end, version) if end < len(rows) else "")


class TextPage(NamedTuple):
    """A part of a long text."""

    text: str
    number: int
    of: int
    cursor: str


def text_page(text: str, cursor: str, *, version: str = "", characters: int = TEXT_CHARACTERS) -> TextPage:
    """The part of a text that begins at the cursor; parts end with a line where there is one.

    Raises:
        UsageError: the cursor is none of ours, or the text has changed.
    """
    starts = [0]
    while starts[-1] + characters < len(text):
        line_end = text.rfind("\n", starts[-1] + characters // 2, starts[-1] + characters)
        starts.append(line_end + 1 if line_end >= 0 else starts[-1] + characters)
    start = _start(cursor, version, len(starts))
    after = starts[start + 1] if start + 1 < len(starts) else len(text)
    following = _cursor(start + 1, version) if start + 1 < len(starts) else ""
    return TextPage(text[starts[start] : after], start + 1, len(starts), following)


def shortened(data: dict[str, JsonValue], characters: int = MOST_CHARACTERS) -> dict[str, JsonValue]:
    """The data as they are where they fit, else with their longest texts and lists cut, which they say."""
    for text, items in _SHORTER:
        if len(json.dumps(data, ensure_ascii=False)) <= characters:
            break
        data = {name: _cut(value, text, items) for name, value in data.items()}
    return data


def _cut(value: JsonValue, text: int, items: int) -> JsonValue:
    if isinstance(value, str) and len(value) > text:
        return f"{value[:text]}… [cut; the resource has all]"
    if isinstance(value, list):
        kept = [_cut(item, text, items) for item in value[:items]]
        told = len(value) > items and isinstance(value[0], str)
        return [*kept, f"… [{len(value) - items} more; the resource has all]"] if told else kept
    if isinstance(value, dict):
        return {name: _cut(item, text, items) for name, item in value.items()}
    return value


def _cursor(place: int, version: str) -> str:
    return f"{place}-{version}" if version else str(place)


def _start(cursor: str, version: str, total: int) -> int:
    if not cursor:
        return 0
    place, _, of = cursor.partition("-")
    if not (place.isascii() and place.isdigit()) or len(place) > len(str(total)) or int(place) > total:
        raise UsageError(f"{cursor[:40]!r} is no cursor of this answer. Leave the cursor out to begin at the start.")
    if of != version:
        raise UsageError("What this cursor goes through has changed since. Leave the cursor out to begin at the start.")
    return int(place)
