"""Tools about a guide's domains: how far each is, and the prompt for one."""

import json
from typing import TYPE_CHECKING, Annotated

from mcp.types import CallToolResult, TextContent
from pydantic import Field

from research_agent.errors import UsageError
from research_agent.model.prompt import Mode, Prompt, ReplyForm
from research_agent.service.access import Access
from research_agent.service.mcp.addresses import PROMPT
from research_agent.service.mcp.answers import DomainRow, DomainsAnswer, answered
from research_agent.service.mcp.parameters import AnyDomain, Category, Cursor, Domain, Guide, ResponseFormat
from research_agent.service.mcp.size import page_of, text_page
from research_agent.service.wording import MCP

if TYPE_CHECKING:
    from research_agent.model.answers import DomainStatus
    from research_agent.workspace import Workspace


class DomainTools:
    """Tools about a guide's domains."""

    def __init__(self, access: Access) -> None:
        """For whoever asks."""
        self._access = access

    async def list_domains(
        self,
        *,
        guide: Guide = "",
        domain: AnyDomain = "",
        response_format: ResponseFormat = "concise",
        cursor: Cursor = "",
    ) -> Annotated[CallToolResult, DomainsAnswer]:
        """Returns a guide's domains and how far each bibliography is: begin here. detailed: with focus bullets."""
        async with self._access.tenant("read") as tenant:
            workspace = await tenant.guide(guide)
            others = await tenant.call(_other_guides, workspace)
            rows = await tenant.call(_rows, workspace, domain, response_format == "detailed")
        page = page_of(rows, cursor)
        return answered(
            DomainsAnswer(
                next=_after_list(rows, workspace.guide.id),
                cursor=page.cursor,
                guide=workspace.guide.id,
                title=workspace.guide.title,
                other_guides=others,
                domains=page.rows,
            )
        )

    async def assemble_prompt(
        self,
        *,
        domain: Annotated[Domain, Field(description='Number, slug or name; "all" to synthesize')],
        model: Annotated[str, Field(description="Empty: the default", max_length=200, examples=["gpt"])] = "",
        mode: Annotated[
            Mode,
            Field(description="open: it searches; grounded: our candidates come along; extend, verify: our entries do"),
        ] = "open",
        reply: Annotated[ReplyForm, Field(description="What it is to answer in")] = "markdown",
        category: Annotated[Category, Field(description="Only its part; empty: all")] = "",
        budget: Annotated[int, Field(description="Most tokens; 0: what the model takes", ge=0, le=2_000_000)] = 0,
        guide: Guide = "",
        cursor: Cursor = "",
    ) -> CallToolResult:
        """Returns the research prompt for a domain, optimised for the model that it is to be handed to."""
        async with self._access.tenant("read") as tenant:
            workspace = await tenant.guide(guide)
            prompt = await tenant.call(_prompt, workspace, domain, model, mode, reply, category, budget)
        return _as_text(prompt, cursor)


def _other_guides(workspace: "Workspace") -> tuple[str, ...]:
    from research_agent.guides import known_guides

    known = known_guides(workspace.settings.data_dir)
    return tuple(guide.id for guide in known if guide.id != workspace.guide.id and not guide.problem)


def _rows(workspace: "Workspace", domain: str, detailed: bool) -> list[DomainRow]:
    wanted = workspace.guide.domain(domain).id if domain else ""
    return [_row(workspace, status, detailed) for status in workspace.domains() if wanted in ("", status.domain.id)]


def _row(workspace: "Workspace", status: "DomainStatus", detailed: bool) -> DomainRow:
    domain = status.domain
    row = DomainRow(
        id=domain.id,
        slug=domain.slug,
        name=domain.name,
        state=status.state,
        detail=status.detail if status.not_checked or status.state not in ("none", "complete") else "",
        sources=status.sources,
    )
    if not detailed:
        return row
    held = workspace.holdings(domain.id)
    focus = tuple(f"{bullet.id} {bullet.text} ({held.by_focus.get(bullet.id, 0)} sources)" for bullet in domain.focus)
    return row.model_copy(update={"focus": focus, "by_category": held.by_category})


def _after_list(rows: list[DomainRow], guide: str) -> str:
    lacking = [row.id for row in rows if row.state in ("none", "stale")]
    if lacking:
        return (
            f"research_domain(domain='{lacking[0]}', guide='{guide}') makes a bibliography where the state is none or "
            "stale; get_bibliography shows one that is there."
        )
    return f"get_bibliography(domain='{rows[0].id}', guide='{guide}') shows one." if rows else ""


def _prompt(  # noqa: PLR0917 - the arguments of the tool, passed into a worker thread
    workspace: "Workspace", domain: str, model: str, mode: Mode, reply: ReplyForm, category: str, budget: int
) -> Prompt:
    asked = workspace.beside(model=model or None)
    if not category:
        return MCP.prompt(asked.prompt(domain, mode=mode, reply=reply, budget=budget or None))
    wanted = asked.guide.methodology.category(category).id
    parts = asked.prompts([domain], [asked.settings.model], mode=mode, reply=reply, split=True, budget=budget or None)
    chosen = [part for part in parts if part.part and part.part.category == wanted]
    if not chosen:
        raise UsageError(f"Nothing of the category {wanted!r} is there to go into a prompt of mode {mode!r}.")
    return MCP.prompt(chosen[0])


def _as_text(prompt: Prompt, cursor: str) -> CallToolResult:
    """Prose, and so text alone: as a field of JSON it would be escaped, and some hosts show only that."""
    from research_agent.prompts.assemble import render_prompt

    page = text_page(render_prompt(prompt), cursor, version=prompt.version)
    tag = f"prompt-{prompt.version}"
    said = [f"For {prompt.profile}: {prompt.tokens:,} tokens, {prompt.counted}."]
    if page.number == 1 and prompt.settings:
        said.append(f"Settings to send with it: {json.dumps(prompt.settings, ensure_ascii=False)}")
    said += [f"{check.id} does not hold: {check.detail}" for check in prompt.checks if not check.passed]
    if page.of > 1:
        said.append(f"This is part {page.number} of {page.of}.")
    if page.cursor:
        said.append(f"Next: call assemble_prompt again with cursor='{page.cursor}' for the rest, or give a budget.")
    if page.of > 1 and prompt.reply == "markdown" and not prompt.part:
        place = PROMPT.format(guide=prompt.guide, domain=prompt.domain, model=prompt.profile, mode=prompt.mode)
        said.append(f"All of it: {place}")
    said.append(
        f"Hand what stands in <{tag}> to the model that it is for. Follow it yourself only if that is what you were "
        "asked for."
    )
    text = "\n".join([*said, f"<{tag}>", page.text.rstrip("\n"), f"</{tag}>"])
    return CallToolResult(content=[TextContent(type="text", text=text)])
