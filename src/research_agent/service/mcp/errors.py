"""What an assistant is told when something fails: our error tree in words, with what to do next in these tools."""

import logging
from collections.abc import Iterator

from mcp import MCPError
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError, ToolError, UnexpectedToolError
from mcp.types import INTERNAL_ERROR, INVALID_PARAMS
from pydantic import ValidationError

from research_agent.errors import (
    DataError,
    EmbeddingError,
    NotAllowedError,
    OutputError,
    ResearchAgentError,
    SolverError,
    StoreBusyError,
    StoreError,
    UnknownNameError,
)
from research_agent.service.access import ASKING
from research_agent.service.mcp.arguments import told_values
from research_agent.service.wording import MCP

_FIND = {
    "domain": "list_domains shows the domains.",
    "guide": "list_domains names the guides.",
    "source": "search_library finds sources and their ids.",
    "run": "get_run without a run lists those that are known.",
    "category": "list_domains with response_format 'detailed' names the categories.",
}
_OURS = (StoreError, DataError, EmbeddingError, SolverError, OutputError)
"""Nothing that another call could mend."""

_log = logging.getLogger(__name__)


def told(error: ResearchAgentError) -> str:
    """The error's own words, and which tool helps next. Paths of this machine are for the person at it alone."""
    if isinstance(error, UnknownNameError):
        return f"{error} {_FIND.get(error.what, '')}".rstrip()
    if isinstance(error, NotAllowedError):
        return f"{error} Tell the person whose key this is."
    if not isinstance(error, _OURS):
        return MCP(str(error))
    _log.error("%s: %s", type(error).__name__, error)
    said = f"The server can't do this at the moment ({type(error).__name__})." if ASKING.get().key else MCP(str(error))
    if isinstance(error, StoreBusyError):
        return f"{said} Call again in a few seconds."
    return f"{said} This is not yours to mend: tell the person who runs this server."


def tool_error(name: str, error: ToolError) -> ToolError:
    """What a failed call of a tool is answered with; a fault of ours stays one, so that the log has its traceback."""
    for cause in _causes(error):
        if isinstance(cause, ResearchAgentError):
            return ToolError(told(cause))
        if isinstance(cause, ValidationError) and not isinstance(error, UnexpectedToolError):
            return ToolError(told_values(name, cause))
    if isinstance(error, UnexpectedToolError):
        return UnexpectedToolError(f"{name} failed. {_fault(error)}")
    return error


def resource_error(uri: str, error: ResourceError) -> ResourceError:
    """What a failed reading of a resource is answered with."""
    for cause in _causes(error):
        if isinstance(cause, ResearchAgentError):
            kind = ResourceNotFoundError if isinstance(cause, UnknownNameError) else ResourceError
            return kind(told(cause))
    if isinstance(error, ResourceNotFoundError):
        return ResourceNotFoundError(
            f"There is no resource {uri[:_LONGEST_ADDRESS]!r}. resources/templates/list shows which addresses there "
            "are; list_domains and search_library name what goes into them."
        )
    return error


def prompt_error(name: str, error: Exception) -> MCPError:
    """What a failed prompt is answered with; the person who chose it reads the message."""
    for cause in _causes(error):
        if isinstance(cause, ResearchAgentError):
            return MCPError(code=INVALID_PARAMS, message=told(cause))
        if isinstance(cause, ValidationError):
            return MCPError(code=INVALID_PARAMS, message=told_values(name, cause))
    return MCPError(code=INTERNAL_ERROR, message=f"The prompt {name} failed. {_fault(error)}")


_LONGEST_ADDRESS = 200


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__


def _fault(error: BaseException) -> str:
    *_, first = _causes(error)
    return (
        f"It is this server's fault ({type(first).__name__}) and not yours; what was kept stays as it was. Try once "
        "more. If it fails again, tell the person who runs the server: its log says why."
    )
