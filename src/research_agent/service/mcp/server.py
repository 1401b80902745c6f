"""Build the MCP server: which tools, resources, prompts and completions it has, and what it says of itself."""

from collections.abc import Sequence
from importlib.metadata import version

from mcp.server.caching import CacheHint
from mcp.server.mcpserver import RequestStateSecurity
from mcp.types import ToolAnnotations

from research_agent.service.access import Access
from research_agent.service.mcp.addresses import APP
from research_agent.service.mcp.app import bibliography_app
from research_agent.service.mcp.completions import add_completions
from research_agent.service.mcp.prompts import add_prompts
from research_agent.service.mcp.research_server import ResearchServer
from research_agent.service.mcp.resources import add_resources
from research_agent.service.mcp.texts import instructions
from research_agent.service.mcp.tools.bibliographies import BibliographyTools
from research_agent.service.mcp.tools.domains import DomainTools
from research_agent.service.mcp.tools.finding import FindingTools
from research_agent.service.mcp.tools.research import ResearchTools
from research_agent.service.mcp.tools.sources import SourceTools

NAME = "research-agent"
"""Part of what seals a request's state: the same in every process behind one port."""

_READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
_ADDS = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
"""What they do can be done again and changes nothing then; nothing that is kept is lost by it: a bibliography joins the
history, a cancelled run keeps what it finished and can be started again."""

_ASKS = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=True)

_LISTS_FOR = CacheHint(ttl_ms=3_600_000, scope="public")
"""An hour: what there is changes with the program, and is the same for everybody."""


def build_mcp(access: Access, *, request_state_keys: Sequence[bytes] = ()) -> ResearchServer:
    """The server, for any transport.

    Args:
        access: lets whoever asks into their store; its tenants are open while the server serves.
        request_state_keys: seal what a client carries from one round of a call to the next, each of 32 bytes or more,
            the newest first. The processes behind one port need the same; without any, each makes its own.
    """
    apps = bibliography_app()
    bibliographies = BibliographyTools(access)
    apps.tool(resource_uri=APP, title="Get a bibliography", annotations=_READS)(bibliographies.get_bibliography)
    mcp = ResearchServer(
        NAME,
        title="Research agent",
        description="Annotated bibliographies with proof, and prompts optimised for the model that reads them.",
        instructions=instructions(),
        version=version("research-agent-mcp"),
        extensions=[apps],
        log_level="WARNING",
        cache_hints={
            "tools/list": _LISTS_FOR,
            "prompts/list": _LISTS_FOR,
            "resources/list": _LISTS_FOR,
            "resources/templates/list": _LISTS_FOR,
        },
        request_state_security=RequestStateSecurity(keys=list(request_state_keys)) if request_state_keys else None,
        subscriptions=False,
    )
    domains, sources, research = DomainTools(access), SourceTools(access), ResearchTools(access)
    mcp.add_tool(domains.list_domains, title="List domains", annotations=_READS)
    mcp.add_tool(sources.search_library, title="Search the library", annotations=_READS)
    mcp.add_tool(sources.get_source, title="Get a source", annotations=_READS)
    mcp.add_tool(sources.add_sources, title="Add sources", annotations=_ADDS)
    mcp.add_tool(FindingTools(access).find_sources, title="Find sources on the web", annotations=_ASKS)
    mcp.add_tool(research.research_domain, title="Research a domain", annotations=_ASKS)
    mcp.add_tool(research.get_run, title="Get or cancel a run", annotations=_ADDS)
    mcp.add_tool(domains.assemble_prompt, title="Assemble a prompt", annotations=_READS, structured_output=False)
    add_resources(mcp, access)
    add_prompts(mcp, access)
    add_completions(mcp, access)
    return mcp
