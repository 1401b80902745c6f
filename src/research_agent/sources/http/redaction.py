"""Addresses as they may stand in logs, traces and messages: without names, passwords and keys. Pure."""

import re
from typing import Final
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

HIDDEN: Final = "[hidden]"

_SECRET = re.compile(r"(?i)key|token|secret|signature|^sig$|passw|auth|credential|session|mailto|e?mail")


def shown(url: str) -> str:
    """An address with its name and password taken out and the values of parameters that look like keys hidden."""
    try:
        parts = urlsplit(url)
        place = parts.netloc.rpartition("@")[2]
    except ValueError:
        return HIDDEN
    query = "&".join(
        f"{quote(name, safe='')}={HIDDEN if _SECRET.search(name) else quote(value, safe='')}"
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    )
    return urlunsplit((parts.scheme, place, parts.path, query, ""))
