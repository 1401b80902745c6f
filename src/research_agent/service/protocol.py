"""HTTP as uvicorn reads it, told in our form what it can't read: no application sees such a request."""

import secrets
from typing import TYPE_CHECKING

from research_agent.service import problems
from research_agent.service.logs import REQUEST_ID
from research_agent.service.middleware.requests import HEADER, ID_BYTES

if TYPE_CHECKING:
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol as AutoHTTPProtocol
else:
    from uvicorn.protocols.http.auto import AutoHTTPProtocol  # which of its two is there, decided at run time


class ProblemProtocol(AutoHTTPProtocol):
    """Answers bytes that are no HTTP request with a problem document, and closes the connection as uvicorn does."""

    def send_400_response(self, msg: str) -> None:
        """Tell of it; `msg` is uvicorn's own word for it."""
        request_id = secrets.token_hex(ID_BYTES)
        token = REQUEST_ID.set(request_id)
        try:
            answer = problems.problem(problems.NOT_HTTP, msg)
        finally:
            REQUEST_ID.reset(token)
        answer.headers[HEADER] = request_id
        answer.headers["Connection"] = "close"
        head = b"".join(b"%s: %s\r\n" % pair for pair in answer.raw_headers)
        status = f"HTTP/1.1 {answer.status_code} {problems.NOT_HTTP.status.phrase}\r\n"
        self.transport.write(b"%s%s\r\n%s" % (status.encode(), head, answer.body))
        self.transport.close()
