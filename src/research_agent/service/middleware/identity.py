"""Find out who asks: by the API key that they send, or, where none is needed, as the person at this machine."""

from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers

from research_agent.errors import StoreError
from research_agent.keys import PERSON_HERE, ApiKeys, Principal
from research_agent.service import problems
from research_agent.service.access import ASKING
from research_agent.service.middleware.requests import PRINCIPAL

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

OPEN: Final = ("/health/", problems.ADDRESS)
OPEN_PAGES: Final = ("/openapi.json", "/docs", problems.ADDRESS.rstrip("/"))
"""What anybody may see: the same for everybody, and nothing of anyone's."""

_SCHEME = "bearer"


class Identity:
    """Sets who asks, for REST and MCP alike, or refuses. A key that is sent is looked at also where none is needed."""

    def __init__(self, app: "ASGIApp", keys: ApiKeys, *, required: bool) -> None:
        """Around an application, with the keys that open something."""
        self._app = app
        self._keys = keys
        self._required = required

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Answer a request."""
        if scope["type"] != "http" or _is_open(scope["path"]):
            return await self._app(scope, receive, send)
        sent = Headers(scope=scope).getlist("authorization")
        try:
            principal = self._principal(sent)
        except StoreError as error:
            return await problems.problem_of(error, in_address=False, to_person_here=False)(scope, receive, send)
        if principal is None:
            why = ', error="invalid_token"' if sent else ""
            headers = {"WWW-Authenticate": f'Bearer realm="research-agent"{why}'}
            return await problems.problem(problems.NO_KEY, headers=headers)(scope, receive, send)
        scope["state"][PRINCIPAL] = principal
        token = ASKING.set(principal)
        try:
            return await self._app(scope, receive, send)
        finally:
            ASKING.reset(token)

    def _principal(self, sent: list[str]) -> Principal | None:
        if not sent:
            return None if self._required else PERSON_HERE
        scheme, _, token = sent[0].strip().partition(" ")
        if len(sent) > 1 or scheme.lower() != _SCHEME:
            return None
        return self._keys.principal(token.strip())


def _is_open(path: str) -> bool:
    return path.startswith(OPEN) or path in OPEN_PAGES
