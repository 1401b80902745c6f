"""Completions of the arguments of prompts and of resource addresses."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from mcp.types import (
    Completion,
    CompletionArgument,
    CompletionContext,
    PromptReference,
    ResourceTemplateReference,
)

from research_agent.errors import ResearchAgentError
from research_agent.model.prompt import MODES
from research_agent.service.access import Access

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

    from research_agent.workspace import Workspace

_MOST = 100
"""As many as the protocol allows in one answer."""


def add_completions(mcp: "MCPServer[None]", access: Access) -> None:
    """Offer completions."""

    @mcp.completion()  # type: ignore[no-untyped-call, untyped-decorator]  # the SDK gives it no types
    async def complete(
        _ref: PromptReference | ResourceTemplateReference,
        argument: CompletionArgument,
        context: CompletionContext | None,
    ) -> Completion | None:
        resolved = (context.arguments if context else None) or {}
        async with access.tenant("read") as tenant:
            try:
                workspace = await tenant.guide(resolved.get("guide", ""))
            except ResearchAgentError:
                # Not a guide yet: whoever types it is told so when they send it.
                workspace = tenant.workspace
            known = await tenant.call(_known, workspace, argument.name)
        fitting = _fitting(argument.value, known)
        return Completion(values=fitting[:_MOST], total=len(fitting), has_more=len(fitting) > _MOST)


def _known(workspace: "Workspace", argument: str) -> list[str]:
    known = _KNOWN.get(argument)
    return known(workspace) if known else []


def _guides(workspace: "Workspace") -> list[str]:
    from research_agent.guides import known_guides

    known = [guide.id for guide in known_guides(workspace.settings.data_dir) if not guide.problem]
    return list(dict.fromkeys([workspace.guide.id, *known]))


def _models(_: "Workspace") -> list[str]:
    from research_agent.prompts.profiles import profile_names

    return list(profile_names())


_KNOWN: "Mapping[str, Callable[[Workspace], list[str]]]" = {
    "guide": _guides,
    "domain": lambda workspace: [name for domain in workspace.guide.domains for name in (domain.id, domain.slug)],
    "category": lambda workspace: [category.id for category in workspace.guide.methodology.categories],
    "source": lambda workspace: [source.id for source in workspace.library.sources(workspace.guide.id)],
    "model": _models,
    "mode": lambda _: [mode for mode in MODES if mode != "synthesize"],
}


def _fitting(typed: str, known: Iterable[str]) -> list[str]:
    """Those that begin with what was typed, then those that hold it."""
    wanted = typed.strip().lower()
    holding = [name for name in known if wanted in name.lower()]
    return sorted(holding, key=lambda name: not name.lower().startswith(wanted))
