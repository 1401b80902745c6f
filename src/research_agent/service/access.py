"""Who is asking, as the transport found out, and the store that is theirs. The same for REST and MCP."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from contextvars import ContextVar

from research_agent.errors import NotAllowedError
from research_agent.keys import Principal, Scope
from research_agent.service.tenants import Tenant, Tenants

ASKING: ContextVar[Principal] = ContextVar("asking")
"""Who asks in this request. Set by the transport and by nobody else; unset, nobody is let in."""


class Access:
    """Lets whoever asks into their store, as far as they may."""

    def __init__(self, tenants: Tenants) -> None:
        """`tenants` are open."""
        self._tenants = tenants

    def allow(self, scope: Scope) -> Principal:
        """Who asks, if they may do this.

        Raises:
            NotAllowedError: their key does not have the scope.
        """
        principal = ASKING.get()
        if not principal.may(scope):
            raise NotAllowedError(
                f"This takes the scope {scope!r}, and the key {principal.key} has {', '.join(principal.scopes)}. "
                "Nothing was done. Whoever runs the service makes another: "
                f"research-agent keys create {principal.owner} --scope {scope}."
            )
        return principal

    @asynccontextmanager
    async def tenant(self, scope: Scope) -> AsyncGenerator[Tenant]:
        """The store of whoever asks, open, if they may do this.

        Raises:
            NotAllowedError: their key does not have the scope.
            StoreError: the store can't be opened.
        """
        async with self._tenants.of(self.allow(scope)) as tenant:
            yield tenant
