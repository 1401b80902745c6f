"""REST under /v1: resources over the verbs of a workspace, which hold the logic."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import APIRouter


def resources() -> "tuple[APIRouter, ...]":
    """The routers of all resources, in the order of the document."""
    from research_agent.service.rest import holistic  # noqa: F401 - adds its operation to those of bibliographies
    from research_agent.service.rest.bibliographies import bibliographies
    from research_agent.service.rest.decisions import decisions
    from research_agent.service.rest.guides import guides
    from research_agent.service.rest.live_searches import live_searches
    from research_agent.service.rest.operations import operations
    from research_agent.service.rest.prompts import prompts
    from research_agent.service.rest.reference import reference
    from research_agent.service.rest.runs import runs
    from research_agent.service.rest.sources import searches, sources

    return guides, prompts, sources, searches, live_searches, decisions, bibliographies, runs, reference, operations
