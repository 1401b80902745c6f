"""A server on loopback that speaks like some services, well or badly, and services that ask it instead of the real."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from anyio.abc import ByteStream

from research_agent.live.services import Services
from research_agent.model.search import PlannedQuery
from tests.sources.connectors.exchanges import FIXTURES
from tests.sources.http.faulty_server import Asked, Handler, Server, reply

PATHS = {
    "arxiv": "/arxiv/query",
    "crossref": "/crossref/works",
    "datacite": "/datacite/dois",
    "dblp": "/dblp/search/publ/api",
    "github": "/github/search/repositories",
    "openalex": "/openalex/works",
}
"""Where each stand-in is searched."""

Opened = Callable[..., AbstractAsyncContextManager[Services]]


def good(name: str) -> Handler:
    """The first page of the service's recorded search, and nothing behind it: what is left of a search ends there."""
    if name == "arxiv":
        return reply((FIXTURES / "arxiv_search.xml").read_bytes(), content_type="application/atom+xml")
    return reply((FIXTURES / f"{name}_search.json").read_bytes())


def answers(server: Server, name: str, *handlers: Handler) -> None:
    """Let a service answer a search by these in turn; the last one again and again."""
    server.answers(PATHS[name], *handlers)


def asked(server: Server, name: str) -> list[Asked]:
    """What a service was asked, in order."""
    return [one for one in server.asked if one.path == PATHS[name]]


def parameter(one: Asked, name: str) -> str:
    """A parameter of what was asked."""
    return parse_qs(urlsplit(one.target).query)[name][0]


def by_text(field: str, special: dict[str, Handler], otherwise: Handler) -> Handler:
    """Answer by the words that were searched for."""

    async def answer(one: Asked, stream: ByteStream) -> None:
        await special.get(parameter(one, field), otherwise)(one, stream)

    return answer


def planned(*services: str, text: str = "yeast", **given: Any) -> PlannedQuery:
    return PlannedQuery(text=text, services=services, **given)
