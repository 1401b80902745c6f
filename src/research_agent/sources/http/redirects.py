"""Where an answer leads, if it leads elsewhere (RFC 9110, section 15.4). Pure."""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urldefrag, urljoin, urlsplit, urlunsplit

from research_agent.errors import RedirectError
from research_agent.sources.http.exchange import Answer, Call, origin
from research_agent.sources.http.redaction import shown

STATUSES: Final = frozenset({301, 302, 303, 307, 308})


def next_address(call: Call, answer: Answer, seen: Sequence[str], *, most: int) -> str | None:
    """The address to ask next; None: this is the answer.

    Args:
        call: What was asked.
        answer: What came.
        seen: The addresses so far, the last one is the answer's.
        most: Redirects that are followed.

    Raises:
        RedirectError: one too many, in a circle, without an address, or of a request that is not repeated.
    """
    if answer.status not in STATUSES:
        return None
    location = answer.headers.get("location", "").strip()
    if not location:
        raise RedirectError(f"{shown(answer.address)} leads elsewhere without saying where.")
    if call.method == "POST":
        raise RedirectError(f"{shown(answer.address)} sends what was posted to it elsewhere; it is not posted twice.")
    try:
        target = _without_keys(urldefrag(urljoin(answer.address, location)).url, call.credentials.parameters)
    except ValueError as error:
        raise RedirectError(f"{shown(answer.address)} leads to an address that can't be read.") from error
    if len(seen) > most:
        way = " → ".join(shown(address) for address in seen)
        raise RedirectError(f"{shown(call.url)} leads on more than {most} times: {way}.")
    if target in seen:
        raise RedirectError(f"{shown(call.url)} leads in a circle, back to {shown(target)}.")
    return target


def same_service(call: Call, address: str) -> bool:
    """Whether the keys of the service that was asked belong to an address: same origin, or its encrypted twin."""
    asked, leads_to = origin(call.url), origin(address)
    upgraded = asked.startswith("http://") and asked.endswith(":80") and leads_to == f"https://{_host(asked)}:443"
    return leads_to == asked or upgraded


def same_host(call: Call, address: str) -> bool:
    """Whether an address is on the host that was asked, so that its limit holds there."""
    return _host(call.url) == _host(address)


def _host(address: str) -> str:
    return urlsplit(origin(address)).netloc.rpartition(":")[0]


def _without_keys(address: str, parameters: Mapping[str, str]) -> str:
    """The address without the keys that a service puts back into it; they join it again where they belong."""
    if not parameters:
        return address
    parts = urlsplit(address)
    kept = [one for one in parts.query.split("&") if one.partition("=")[0] not in parameters]
    return urlunsplit(parts._replace(query="&".join(kept)))
