"""Tools that make bibliographies: start or find a run, follow or cancel it."""

from collections.abc import Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Annotated

import anyio
from mcp.server.mcpserver import Context
from mcp.types import CallToolResult
from pydantic import Field

from research_agent.model.run import RunRequest, RunStatus
from research_agent.service.access import Access
from research_agent.service.mcp.answers import ResultRow, RunRow, RunsAnswer, answered
from research_agent.service.mcp.bibliographies import not_checked
from research_agent.service.mcp.parameters import Cursor, Domain, Guide, Run, Wait
from research_agent.service.wording import MCP

if TYPE_CHECKING:
    from research_agent.model.bibliography import Bibliography
    from research_agent.runs import Runs
    from research_agent.service.tenants import Tenant

_LISTED = 10
_GAPS_SHOWN = 5
_DEFAULT_WAIT = 25


class ResearchTools:
    """Tools that make bibliographies."""

    def __init__(self, access: Access) -> None:
        """For whoever asks."""
        self._access = access

    async def research_domain(
        self,
        *,
        domain: Annotated[Domain, Field(description='Number, slug or name; "all"')],
        ctx: Context,
        style: Annotated[str, Field(description="apa, ieee, chicago", max_length=20, examples=["apa"])] = "",
        rubric: Annotated[str, Field(description="RADAR by lmu, mandalios", max_length=20, examples=["lmu"])] = "",
        live: Annotated[bool, Field(description="First ask the web and indexes for more sources")] = False,
        wait_s: Wait = _DEFAULT_WAIT,
        guide: Guide = "",
    ) -> Annotated[CallToolResult, RunsAnswer]:
        """Makes a domain's annotated bibliography and returns the run that does; it goes on when you stop waiting."""
        until = anyio.current_time() + wait_s
        async with self._access.tenant("research") as tenant:
            asked = RunRequest(domain=domain, guide=guide, style=style, rubric=rubric, live=live)
            started = await tenant.runs.start(asked)
            status = await _followed(tenant.runs, started.id, until, ctx)
            return answered(RunsAnswer(next=_after(status), runs=(await _row(tenant, status),)))

    async def get_run(
        self,
        *,
        ctx: Context,
        run: Annotated[Run, Field(description="Id; empty: lists the latest")] = "",
        wait_s: Wait = 0,
        cancel: Annotated[bool, Field(description="Stop it at its next step")] = False,
        cursor: Cursor = "",
    ) -> Annotated[CallToolResult, RunsAnswer]:
        """Returns how far a run is, after following it for a while or cancelling it. What it finished is kept."""
        until = anyio.current_time() + wait_s
        async with self._access.tenant("research" if cancel else "read") as tenant:
            if not run:
                known = await tenant.runs.known(limit=_LISTED, after=cursor or None)
                return answered(_listed(known))
            if cancel:
                await tenant.runs.cancel(run)
            status = await _followed(tenant.runs, run, until, ctx)
            return answered(RunsAnswer(next=_after(status), runs=(await _row(tenant, status),)))


async def _followed(runs: "Runs", run: str, until: float, ctx: Context) -> RunStatus:
    """The run at its end, or as it is at that time of the loop's clock; each step is told on the way.

    Counted from the call and not from here: to open a store may take as long as clients wait for an answer.
    """
    status, told = await runs.find(run), -1
    with anyio.CancelScope(deadline=until):
        async with aclosing(runs.follow(run)) as following:
            async for status in following:
                if status.progress.done > told:
                    told = status.progress.done
                    await ctx.report_progress(told, status.progress.total, status.progress.text)
    return status


async def _row(tenant: "Tenant", status: RunStatus) -> RunRow:
    row = _bare(status)
    if status.state != "done":
        return row
    results = await tenant.runs.result(status.id)
    changed = {part.domain for part in status.parts if not part.as_asked}
    return row.model_copy(
        update={
            "results": tuple(
                ResultRow(
                    domain=made.domain,
                    name=made.domain_name,
                    entries=len(made.entries),
                    complete=made.complete,
                    gaps=_gaps(made),
                    changed_since=made.domain in changed,
                )
                for made in (result.bibliography for result in results)
            )
        }
    )


def _gaps(made: "Bibliography") -> tuple[str, ...]:
    """What the bibliography misses, after the services that could not be asked for it."""
    unasked = [f"Not checked: {told}" for told in not_checked(made.search)]
    return (*unasked, *(gap.text for gap in made.gaps[:_GAPS_SHOWN]))


def _bare(status: RunStatus) -> RunRow:
    request, progress = status.request, status.progress
    return RunRow(
        run=status.id,
        guide=request.guide,
        domain=request.domain,
        model=request.model,
        state=status.state,
        done=progress.done,
        total=progress.total,
        step=progress.text,
        cancelling=status.cancelling,
        error=MCP(status.error.message) if status.error else "",
    )


def _listed(known: Sequence[RunStatus]) -> RunsAnswer:
    told = "get_run(run=ID) shows what one came to." if known else "There is no run yet: research_domain starts one."
    # A full page may be the last one; the next is then empty, which says so.
    after = known[-1].id if len(known) == _LISTED else ""
    return RunsAnswer(next=told, cursor=after, runs=tuple(map(_bare, known)))


def _after(status: RunStatus) -> str:
    request = status.request
    again = f"research_domain(domain='{request.domain}', guide='{request.guide}')"
    if status.state == "done":
        first = status.parts[0].domain if status.parts else request.domain
        return f"get_bibliography(domain='{first}', guide='{request.guide}') shows the entries."
    if status.state in ("failed", "cancelled"):
        return f"{again} starts it again; what it had finished is kept."
    if status.cancelling:
        return f"It stops at its next step: get_run(run='{status.id}', wait_s=10) shows when it has."
    return f"It goes on by itself. get_run(run='{status.id}', wait_s={_DEFAULT_WAIT}) follows it further."
