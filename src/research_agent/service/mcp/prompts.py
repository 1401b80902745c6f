"""Prompts that a person chooses in their client. What they say lies in `texts/`; arguments may all be left out."""

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from research_agent.service.access import Access
from research_agent.service.mcp.parameters import LONGEST_NAME
from research_agent.service.mcp.texts import filled

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

    from research_agent.model.guide import Domain as GuideDomain
    from research_agent.service.tenants import Tenant
    from research_agent.workspace import Workspace

_Domain = Annotated[str, Field(description="Number, slug or name; empty: ask which", max_length=LONGEST_NAME)]
_Category = Annotated[str, Field(description="Id of a category of sources; empty: all", max_length=LONGEST_NAME)]
_Guide = Annotated[str, Field(description="Id of a guide; empty: the default", max_length=LONGEST_NAME)]


def add_prompts(mcp: "MCPServer[None]", access: Access) -> None:
    """Offer the prompts."""

    async def told(text: str, domain: str, guide: str, category: str = "") -> str:
        async with access.tenant("read") as tenant:
            return await _filled(tenant, text, domain, guide, category)

    @mcp.prompt(title="Research a domain")
    async def research_domain(domain: _Domain = "", guide: _Guide = "") -> str:
        """Make a domain's annotated bibliography and present it with its proof."""
        return await told("research_domain.md", domain, guide)

    @mcp.prompt(title="Annotate sources")
    async def annotate_sources(domain: _Domain = "", category: _Category = "", guide: _Guide = "") -> str:
        """Judge and annotate a domain's sources yourself, from what the library holds of them."""
        return await told("annotate_sources.md", domain, guide, category)

    @mcp.prompt(title="Verify a bibliography")
    async def verify_bibliography(domain: _Domain = "", guide: _Guide = "") -> str:
        """Check a domain's bibliography entry by entry: whether each work exists and says what is claimed."""
        return await told("verify_bibliography.md", domain, guide)


async def _filled(tenant: "Tenant", text: str, domain: str, guide: str, category: str) -> str:
    workspace = await tenant.guide(guide)
    found = workspace.guide.domain(domain) if domain.strip() else None
    chosen = workspace.guide.methodology.category(category) if category.strip() else None
    return await tenant.call(_fill, text, workspace, found, chosen.id if chosen else "")


def _fill(text: str, workspace: "Workspace", domain: "GuideDomain | None", category: str) -> str:
    return filled(text, guide=workspace.guide, domain=domain, category=category, rubric=workspace.rubric)
