"""The SDK's server with what it lacks: strict arguments, errors that help, schemas without what only costs tokens."""

from collections.abc import Iterable
from typing import Any

from mcp.server import MCPServer
from mcp.server.lowlevel.helper_types import ReadResourceContents
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ResourceError, ToolError
from mcp.types import CallToolResult, GetPromptResult, InputRequiredResult, Tool
from pydantic import AnyUrl
from starlette.applications import Starlette
from starlette.routing import Route

from research_agent.errors import ResearchAgentError, UnknownNameError
from research_agent.service.mcp.arguments import require_known
from research_agent.service.mcp.errors import prompt_error, resource_error, told, tool_error
from research_agent.service.mcp.headers import TrimmedHeaders
from research_agent.service.mcp.schemas import lean_input, lean_output


class ResearchServer(MCPServer[Any]):
    """An `MCPServer` whose callers are told what they can do about a failure."""

    def streamable_http_app(self, **options: Any) -> Starlette:  # noqa: ANN401 - the SDK's own, passed on
        """The application for HTTP; takes what the SDK's takes."""
        served = super().streamable_http_app(**options)
        for route in served.routes:
            if isinstance(route, Route):
                route.app = TrimmedHeaders(route.app)
        return served

    async def list_tools(self) -> list[Tool]:
        """The tools with lean schemas."""
        return [
            tool.model_copy(
                update={
                    "input_schema": lean_input(tool.input_schema),
                    "output_schema": lean_output(tool.output_schema) if tool.output_schema else None,
                }
            )
            for tool in await super().list_tools()
        ]

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool.

        Raises:
            ToolError: says what is wrong and what to do next.
        """
        known = {tool.name: tool.input_schema for tool in await super().list_tools()}
        try:
            if name not in known:
                raise UnknownNameError("tool", name, known)
            require_known(name, arguments, known[name].get("properties", {}))
            return await super().call_tool(name, arguments, context)
        except ResearchAgentError as error:
            raise ToolError(told(error)) from error
        except ToolError as error:
            raise tool_error(name, error) from error.__cause__

    async def read_resource(
        self, uri: AnyUrl | str, context: Context[Any, Any] | None = None
    ) -> Iterable[ReadResourceContents] | InputRequiredResult:
        """Read a resource.

        Raises:
            ResourceError: says what is wrong and what to do next.
        """
        try:
            return await super().read_resource(uri, context)
        except ResourceError as error:
            raise resource_error(str(uri), error) from error.__cause__

    async def get_prompt(
        self, name: str, arguments: dict[str, Any] | None = None, context: Context[Any, Any] | None = None
    ) -> GetPromptResult | InputRequiredResult:
        """Get a prompt.

        Raises:
            MCPError: says what is wrong; other errors would reach a person as "Internal server error".
        """
        known = {
            prompt.name: [argument.name for argument in prompt.arguments or []] for prompt in await self.list_prompts()
        }
        try:
            if name not in known:
                raise UnknownNameError("prompt", name, known)
            require_known(name, arguments or {}, known[name])
            return await super().get_prompt(name, arguments, context)
        except (ResearchAgentError, ValueError) as error:
            raise prompt_error(name, error) from error
