"""The services, one module each: which works it knows, and what it answers. Each connector's has the limits."""

from collections.abc import Mapping
from typing import Final

from stand_ins.answering import Routes
from stand_ins.services import (
    arxiv,
    brave,
    crossref,
    datacite,
    dblp,
    ecosystems,
    exa,
    github,
    hacker_news,
    ietf,
    openalex,
    searxng,
    semantic_scholar,
    stack_exchange,
    tavily,
    wayback,
    web,
)

SERVICES: Final[Mapping[str, Routes]] = {
    "arxiv": arxiv.ROUTES,
    "crossref": crossref.ROUTES,
    "openalex": openalex.ROUTES,
    "semantic_scholar": semantic_scholar.ROUTES,
    "dblp": dblp.ROUTES,
    "datacite": datacite.ROUTES,
    "ietf": ietf.ROUTES,
    "github": github.ROUTES,
    "stack_exchange": stack_exchange.ROUTES,
    "hacker_news": hacker_news.ROUTES,
    "ecosystems": ecosystems.ROUTES,
    "wayback": wayback.ROUTES,
    "searxng": searxng.ROUTES,
    "brave": brave.ROUTES,
    "tavily": tavily.ROUTES,
    "exa": exa.ROUTES,
    "web": web.ROUTES,
}
"""What each service answers, by the name of its connector."""
