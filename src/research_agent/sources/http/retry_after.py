"""Read the Retry-After field (RFC 9110, section 10.2.3), in seconds or as a date. Pure."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

_LONGEST_NUMBER: Final = 9
"""Digits: a number of seconds beyond thirty years is a mistake, whatever it says."""


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait from `now` (with its time zone); None where the field is absent or says nothing readable.

    A date in the past is 0: ask again at once.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text) if len(text) <= _LONGEST_NUMBER else None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError, IndexError):
        return None
    if moment.tzinfo is None:  # "-0000" or no zone at all: HTTP dates are in GMT
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
