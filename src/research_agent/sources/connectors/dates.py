"""Dates as exactly as services know them: a year, a year and month, or a day. Pure.

A part that can't be (month 13, day 31 of April, year 9999) is taken for not said, with all that is finer than it.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final

_YEARS: Final = range(1400, 2101)
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?![\d-])")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def partial(parts: Sequence[int | None] | None) -> str | None:
    """The text "2022", "2022-06" or "2022-06-09" of one, two or three numbers; None where there is no year."""
    year, month, day = (*(parts or ()), None, None, None)[:3]
    if year is None or year not in _YEARS:
        return None
    if month is None or not 1 <= month <= 12:
        return f"{year:04}"
    if day is None or not 1 <= day <= 31:
        return f"{year:04}-{month:02}"
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return f"{year:04}-{month:02}"


def iso(text: str | None) -> str | None:
    """The date at the beginning of an ISO 8601 text, with or without a time behind it."""
    found = _ISO.match(text.strip()) if text else None
    return partial([int(part) for part in found.groups() if part]) if found else None


def spelled(text: str | None) -> str | None:
    """The date in an English text with the month's name: "June 2022", "1 April 2023", "Apr 1, 2023"."""
    words = re.findall(r"[A-Za-z]+|\d+", text or "")
    year = next((int(word) for word in words if len(word) == 4 and word.isdigit()), None)
    month = next((_MONTHS.index(word[:3].lower()) + 1 for word in words if word[:3].lower() in _MONTHS), None)
    day = next((int(word) for word in words if len(word) <= 2 and word.isdigit()), None)
    return partial([year, month, day] if month else [year])


def of_epoch(seconds: float | None) -> str | None:
    """The day (UTC) of a time in seconds of the epoch."""
    if seconds is None:
        return None
    try:
        return partial(datetime.fromtimestamp(seconds, UTC).timetuple()[:3])
    except (ValueError, OverflowError, OSError):
        return None


def year_of(day: str | None) -> int | None:
    """The year of a date as this module writes it."""
    return int(day[:4]) if day else None


def plausible_year(year: int | None) -> int | None:
    """The year, if anything can have been published in it."""
    return year if year in _YEARS else None


def epoch_of_year(year: int) -> int:
    """The first second (UTC) of a year, in seconds of the epoch; negative before 1970."""
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp())
