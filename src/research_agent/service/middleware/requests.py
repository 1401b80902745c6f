"""Give each request an id, log one line of it when it ends, and tell of an unforeseen error without its words."""

import logging
import re
import secrets
import time
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders

from research_agent.keys import Principal
from research_agent.service import problems
from research_agent.service.logs import REQUEST_ID

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "X-Request-Id"
PRINCIPAL = "principal"
"""Where in the scope's state the one who asks is found, for the log."""

_log = logging.getLogger(__name__)
_GIVEN = re.compile(r"[A-Za-z0-9._-]{1,64}")
ID_BYTES = 8


class RequestLog:
    """The outermost: what it does not see did not happen."""

    def __init__(self, app: "ASGIApp") -> None:
        """Around an application."""
        self._app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Answer a request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        given = Headers(scope=scope).get(HEADER, "")
        request_id = given if _GIVEN.fullmatch(given) else secrets.token_hex(ID_BYTES)
        token = REQUEST_ID.set(request_id)
        answer = _Answer(send, request_id)
        begun = time.perf_counter()
        # The server hands all requests one state; what is noted here is of this one.
        scope["state"] = {**scope.get("state", {})}
        try:
            await self._app(scope, receive, answer.send)
        except Exception:
            _log.exception("fault", extra={"method": scope["method"], "path": scope["path"]})
            if answer.status:
                raise  # Half an answer is out: only the server can break the connection off.
            await problems.problem(problems.FAULT)(scope, receive, answer.send)
        finally:
            asked: Principal | None = scope["state"].get(PRINCIPAL)
            said = {
                "method": scope["method"],
                # Not the query, in which people's questions stand.
                "path": scope["path"],
                "status": answer.status or None,
                "bytes": answer.bytes,
                "milliseconds": round((time.perf_counter() - begun) * 1000, 1),
                "owner": asked.owner if asked else None,
                "key": asked.key if asked else None,
            }
            _log.info("request", extra=said)
            REQUEST_ID.reset(token)
        return None


class _Answer:
    """An answer as it goes out."""

    def __init__(self, send: "Send", request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self.status = 0
        self.bytes = 0

    async def send(self, message: "Message") -> None:
        if message["type"] == "http.response.start":
            self.status = int(message["status"])
            headers = MutableHeaders(scope=message)
            headers[HEADER] = self._request_id
            headers["X-Content-Type-Options"] = "nosniff"
        elif message["type"] == "http.response.body":
            self.bytes += len(message.get("body", b""))
        await self._send(message)
