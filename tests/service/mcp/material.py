"""A server as a program embeds it, and what tests ask of it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from mcp import Client
from mcp.types import CallToolResult, TextContent, TextResourceContents

from research_agent import Settings
from research_agent.keys import PERSON_HERE
from research_agent.service.access import ASKING, Access
from research_agent.service.mcp.research_server import ResearchServer
from research_agent.service.mcp.server import build_mcp
from research_agent.service.tenants import Tenants
from tests.conftest import NOW, SMALL_GUIDE
from tests.service.conftest import SEARCH_SECONDS
from tests.service.serving import NOBODY

GUIDE = "python-rest-api-clients"
BASE = f"research://guides/{GUIDE}"
TOOLS = (
    "list_domains",
    "search_library",
    "get_source",
    "add_sources",
    "find_sources",
    "research_domain",
    "get_run",
    "get_bibliography",
    "assemble_prompt",
)


@asynccontextmanager
async def serving(store: Path, *, small: bool = False, stand_ins: str = NOBODY) -> AsyncIterator[ResearchServer]:
    """A server over this data directory, asked by the person at this machine."""
    settings = Settings(
        data_dir=store, guide=str(SMALL_GUIDE) if small else "", stand_ins=stand_ins, search_seconds=SEARCH_SECONDS
    )
    ASKING.set(PERSON_HERE)
    async with Tenants(settings, clock=lambda: NOW) as tenants:
        yield build_mcp(Access(tenants))


def text_of(result: CallToolResult) -> str:
    """What a host that reads the text gives its model."""
    return "\n".join(block.text for block in result.content if isinstance(block, TextContent))


async def call(client: Client, tool: str, **arguments: Any) -> Any:
    """What a tool answers as data; it has to be the same in the text."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, text_of(result)
    assert json.loads(text_of(result)) == result.structured_content
    return result.structured_content


async def refused(client: Client, tool: str, **arguments: Any) -> str:
    """What a tool says to a call that it refuses."""
    result = await client.call_tool(tool, arguments)
    assert result.is_error, text_of(result)
    return text_of(result)


async def read(client: Client, address: str) -> tuple[str, str]:
    """MIME type and text of a resource."""
    (content,) = (await client.read_resource(address)).contents
    assert isinstance(content, TextResourceContents)
    return content.mime_type or "", content.text
