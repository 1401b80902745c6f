"""Refuse what a web page sends to a service that it should not reach: by the Host header and the Origin header.

Against DNS rebinding: a page makes its own name resolve to this machine, and its scripts then ask under that name.
"""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from research_agent.service import problems
from research_agent.service.options import ServiceOptions, is_loopback

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send


class HostCheck:
    """Lets in who asks by a name of this service, and scripts of its own pages and of the allowed ones.

    Where a key is required and no names are given, any name will do: a page has no key to send along.
    """

    def __init__(self, app: "ASGIApp", options: ServiceOptions) -> None:
        """Around an application."""
        self._app = app
        self._names = {_bare(name) for name in (*options.allowed_hosts, options.host)}
        self._any_name = options.require_key and not options.allowed_hosts
        self._origins = {origin.rstrip("/").lower() for origin in options.allowed_origins}

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Answer a request."""
        refused = self._refused(Headers(scope=scope)) if scope["type"] == "http" else None
        await (refused or self._app)(scope, receive, send)

    def _refused(self, headers: Headers) -> "Response | None":
        host, origin = headers.get("host", ""), headers.get("origin")
        name = _bare(host)
        if not (self._any_name or name in self._names or is_loopback(name)):
            return problems.problem(problems.WRONG_HOST, "Ask by the address at which the service was started.")
        if origin is None or origin.lower() in self._origins or _authority(origin) == host.lower():
            return None
        return problems.problem(problems.WRONG_ORIGIN)


def _bare(host: str) -> str:
    """A Host header's name without its port, in lower case; an IPv6 address without its brackets."""
    host = host.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if host.count(":") == 1 else host


def _authority(origin: str) -> str:
    try:
        parts = urlsplit(origin.lower())
    except ValueError:
        return ""
    return parts.netloc if parts.scheme in ("http", "https") else ""
