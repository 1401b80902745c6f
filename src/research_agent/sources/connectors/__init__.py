"""Ask public services for works: each connector builds requests and reads answers, and never sees the network."""

from research_agent.sources.connectors.as_source import as_source
from research_agent.sources.connectors.base import (
    Access,
    Answer,
    Ask,
    Capabilities,
    Connector,
    Page,
    Query,
    exchange,
)
from research_agent.sources.connectors.calls import answer_of, call_of
from research_agent.sources.connectors.registry import connector, connector_names, connectors

__all__ = [
    "Access",
    "Answer",
    "Ask",
    "Capabilities",
    "Connector",
    "Page",
    "Query",
    "answer_of",
    "as_source",
    "call_of",
    "connector",
    "connector_names",
    "connectors",
    "exchange",
]
