"""The connectors there are: those that ship, one line each, and those that other packages add by entry point.

A package adds one so, in its pyproject.toml; the class takes an optional `Access` and follows `base.Connector`:

    [project.entry-points."research_agent.connectors"]
    mine = "my_package.mine:Mine"
"""

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Final, cast

from research_agent.errors import UnknownNameError, UsageError
from research_agent.sources.connectors.base import Access, Connector

GROUP: Final = "research_agent.connectors"
"""Group of entry points in which other packages name theirs."""

_HERE: Final = "research_agent.sources.connectors"
_SHIPPED: Final[Mapping[str, str]] = {
    "arxiv": "arxiv:Arxiv",
    "crossref": "crossref:Crossref",
    "openalex": "openalex:OpenAlex",
    "semantic_scholar": "semantic_scholar:SemanticScholar",
    "dblp": "dblp:Dblp",
    "datacite": "datacite:DataCite",
    "ietf": "ietf:Ietf",
    "github": "github:GitHub",
    "stack_exchange": "stack_exchange:StackExchange",
    "hacker_news": "hacker_news:HackerNews",
    "ecosystems": "ecosystems:Ecosystems",
    "wayback": "wayback:Wayback",
    "web": "web:Web",
    "searxng": "searxng:SearXNG",
    "brave": "brave:Brave",
    "tavily": "tavily:Tavily",
    "exa": "exa:Exa",
}


def connector_names() -> tuple[str, ...]:
    """The names of all connectors: those that ship, then other packages' by alphabet."""
    return (*_SHIPPED, *sorted(set(_added()) - set(_SHIPPED)))


def connector(name: str, access: Access | None = None) -> Connector:
    """The connector of this name, which asks with what the user gave.

    One that ships can't be replaced by another package's of the same name.

    Raises:
        UnknownNameError: there is none of this name.
        UsageError: another package's can't be loaded, or is no connector.
    """
    if name in _SHIPPED:
        module, _, of = _SHIPPED[name].partition(":")
        return cast("Connector", getattr(import_module(f"{_HERE}.{module}"), of)(access))
    added = _added()
    if name not in added:
        raise UnknownNameError("connector", name, connector_names())
    return _of_another_package(added[name], access)


def connectors(access: Mapping[str, Access] | None = None) -> tuple[Connector, ...]:
    """All connectors, each with what the user gave for its name.

    Raises:
        UsageError: another package's can't be loaded, or is no connector.
    """
    given = access or {}
    return tuple(connector(name, given.get(name)) for name in connector_names())


def _added() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}


def _of_another_package(point: EntryPoint, access: Access | None) -> Connector:
    package = point.dist.name if point.dist else "a package"
    mend = f"Update or remove {package}; nothing else is affected."
    try:
        made: object = point.load()(access)
    except Exception as error:  # whatever another package's code raises
        raise UsageError(f"The connector {point.name} ({point.value}) can't be loaded: {error}. {mend}") from error
    if not isinstance(made, Connector):
        raise UsageError(f"{point.value} is no connector: it lacks a part of the protocol. {mend}")
    return made
