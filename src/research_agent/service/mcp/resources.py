"""Resources: the whole of what tools show by the page, each under an address with its guide's id."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from pydantic import BaseModel

from research_agent.errors import UnknownNameError
from research_agent.service.access import Access
from research_agent.service.mcp import addresses
from research_agent.service.mcp.bibliographies import (
    bibtex_of_bibliography,
    latest,
    markdown_of_bibliography,
    page_of_bibliography,
)
from research_agent.service.wording import MCP

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

    from research_agent.workspace import Workspace

_JSON, _MARKDOWN, _HTML, _BIBTEX = "application/json", "text/markdown", "text/html", "application/x-bibtex"


def add_resources(mcp: "MCPServer[None]", access: Access) -> None:
    """Offer the resources."""

    @mcp.resource(addresses.GUIDES, title="Guides", mime_type=_JSON)
    async def guides() -> str:
        """Ids and titles of the guides that are here."""
        async with access.tenant("read") as tenant:
            return await tenant.call(_guides, tenant.workspace)

    async def read(guide: str, make: "Callable[[Workspace], str]") -> str:
        async with access.tenant("read") as tenant:
            return await tenant.call(make, await tenant.guide(guide))

    @mcp.resource(addresses.GUIDE, title="Guide", mime_type=_JSON)
    async def guide(guide: str) -> str:
        """A guide: audience, method, domains with their focus bullets."""
        return await read(guide, lambda workspace: _json(MCP.guide(workspace.guide)))

    @mcp.resource(addresses.RUBRIC, title="Rubric", mime_type=_JSON)
    async def rubric(guide: str) -> str:
        """The reading of RADAR that the guide judges by: criteria, levels, weights."""
        return await read(guide, _rubric)

    @mcp.resource(addresses.DOMAIN, title="Domain", mime_type=_JSON)
    async def domain(guide: str, domain: str) -> str:
        """A domain with what the library holds for it, by focus bullet and by category."""
        return await read(guide, lambda workspace: _json(workspace.holdings(domain)))

    @mcp.resource(addresses.SOURCE, title="Source", mime_type=_JSON)
    async def source(guide: str, source: str) -> str:
        """The whole record of a source."""
        return await read(guide, lambda workspace: _json(workspace.source(source)))

    @mcp.resource(f"{addresses.BIBLIOGRAPHY}.md", title="Bibliography in Markdown", mime_type=_MARKDOWN)
    async def bibliography_markdown(guide: str, domain: str) -> str:
        """A domain's latest bibliography for people: proof, entries, candidates that were not chosen."""
        return await read(guide, lambda workspace: markdown_of_bibliography(workspace, domain))

    @mcp.resource(f"{addresses.BIBLIOGRAPHY}.json", title="Bibliography as data", mime_type=_JSON)
    async def bibliography_json(guide: str, domain: str) -> str:
        """A domain's latest bibliography with every judgement, passage and check."""
        return await read(guide, lambda workspace: _json(latest(workspace, domain)))

    @mcp.resource(f"{addresses.BIBLIOGRAPHY}.bib", title="Bibliography in BibTeX", mime_type=_BIBTEX)
    async def bibliography_bibtex(guide: str, domain: str) -> str:
        """A domain's latest bibliography for reference managers."""
        return await read(guide, lambda workspace: bibtex_of_bibliography(workspace, domain))

    @mcp.resource(f"{addresses.BIBLIOGRAPHY}.html", title="Bibliography as a page", mime_type=_HTML)
    async def bibliography_page(guide: str, domain: str) -> str:
        """A domain's latest bibliography as one HTML file that needs nothing from anywhere."""
        return await read(guide, lambda workspace: page_of_bibliography(workspace, domain))

    @mcp.resource(addresses.PROMPT, title="Prompt", mime_type=_MARKDOWN)
    async def prompt(guide: str, domain: str, model: str, mode: str) -> str:
        """The research prompt for a domain and a model, in one of the modes open, grounded, extend and verify."""
        return await read(guide, lambda workspace: _prompt(workspace, domain, model, mode))


def _json(record: BaseModel) -> str:
    return record.model_dump_json(indent=1)


def _guides(workspace: "Workspace") -> str:
    import json

    from research_agent.guides import known_guides

    known = {guide.id: guide.title for guide in known_guides(workspace.settings.data_dir) if not guide.problem}
    known[workspace.guide.id] = workspace.guide.title
    return json.dumps([{"id": name, "title": title} for name, title in known.items()], indent=1, ensure_ascii=False)


def _rubric(workspace: "Workspace") -> str:
    from research_agent.model.radar import Rubric

    # Without the rules and the authorities that only our code reads.
    return _json(Rubric.model_validate({name: getattr(workspace.rubric, name) for name in Rubric.model_fields}))


def _prompt(workspace: "Workspace", domain: str, model: str, mode: str) -> str:
    from research_agent.model.prompt import MODES
    from research_agent.prompts.assemble import render_prompt

    known = next((one for one in MODES if one == mode), None)
    if known is None:
        raise UnknownNameError("mode", mode, MODES)
    return render_prompt(MCP.prompt(workspace.beside(model=model).prompt(domain, mode=known)))
