"""The tool that shows a bibliography, page by page."""

from typing import TYPE_CHECKING, Annotated, Literal

from mcp.server.mcpserver import Context
from mcp.types import CallToolResult
from pydantic import Field

from research_agent.service.access import Access
from research_agent.service.mcp.addresses import bibliography_addresses
from research_agent.service.mcp.answers import QUOTED, BibliographyAnswer, EntryRow, answered
from research_agent.service.mcp.bibliographies import latest, not_checked, placed
from research_agent.service.mcp.parameters import Category, Cursor, Domain, Guide, ResponseFormat, Run
from research_agent.service.mcp.size import page_of

if TYPE_CHECKING:
    from research_agent.model.bibliography import Bibliography, Claim, Entry
    from research_agent.service.tenants import Tenant
    from research_agent.workspace import Workspace

Citations = Literal["text", "bibtex"]
_VERSION_CHARACTERS = 8


class BibliographyTools:
    """The tool that shows a bibliography."""

    def __init__(self, access: Access) -> None:
        """For whoever asks."""
        self._access = access

    async def get_bibliography(
        self,
        *,
        domain: Domain,
        ctx: Context,
        category: Category = "",
        citations: Annotated[Citations, Field(description="Form of the references")] = "text",
        run: Annotated[Run, Field(description="As it made it; empty: the latest")] = "",
        guide: Guide = "",
        response_format: ResponseFormat = "concise",
        cursor: Cursor = "",
    ) -> Annotated[CallToolResult, BibliographyAnswer]:
        """Returns a domain's annotated bibliography with its proof: constraints, gaps, entries, all by the page."""
        async with self._access.tenant("read") as tenant:
            workspace = await tenant.guide(guide)
            made = await _made(tenant, workspace, domain, run)
            detailed = response_format == "detailed"
            rows = await tenant.call(_rows, workspace, made, category, citations, detailed)
            stale = made.inputs != await tenant.call(_inputs, workspace, made)
        page = page_of(rows, cursor, version=made.inputs[:_VERSION_CHARACTERS])
        return answered(
            BibliographyAnswer(
                next=_after(made, page.rows, page.cursor, stale=stale),
                cursor=page.cursor,
                quoted=QUOTED,
                not_checked=not_checked(made.search),
                guide=made.guide,
                domain=made.domain,
                name=made.domain_name,
                complete=made.complete,
                stale=stale,
                checks=_checks(made),
                gaps=tuple(gap.text for gap in made.gaps),
                total=len(rows),
                candidates=len(made.excluded),
                whole=bibliography_addresses(workspace.guide, made.domain, over_http=ctx.headers is not None),
                entries=page.rows,
            )
        )


async def _made(tenant: "Tenant", workspace: "Workspace", domain: str, run: str) -> "Bibliography":
    if not run:
        return await tenant.call(latest, workspace, domain)
    wanted = workspace.guide.domain(domain).id
    for result in await tenant.runs.result(run):
        if result.bibliography.domain == wanted and result.bibliography.guide == workspace.guide.id:
            return result.bibliography
    from research_agent.errors import UnknownNameError

    raise UnknownNameError(f"bibliography of run {run} for domain", wanted, ())


def _checks(made: "Bibliography") -> str:
    met = sum(check.met for check in made.checks)
    told = f"{met} of {len(made.checks)} constraints hold (RADAR by {made.rubric}, as of {made.as_of})"
    if made.search is None:
        return told
    from research_agent.bibliography.search_report import told_search

    return f"{told}. {told_search(made.search)}"


def _inputs(workspace: "Workspace", made: "Bibliography") -> str:
    """What it would be made from now, by the same rubric and style."""
    return workspace.beside(rubric=made.rubric, style=made.style).inputs(made.domain)


def _rows(
    workspace: "Workspace", made: "Bibliography", category: str, citations: Citations, detailed: bool
) -> list[EntryRow]:
    wanted = workspace.guide.methodology.category(category).id if category else ""
    return [
        _row(number, entry, _reference(entry, citations), detailed)
        for number, entry in enumerate(made.entries, start=1)
        if wanted in ("", entry.category)
    ]


def _row(number: int, entry: "Entry", reference: str, detailed: bool) -> EntryRow:
    annotation, evaluation, source = entry.annotation, entry.evaluation, entry.source
    levels = ", ".join(f"{one.criterion} {one.level}" for one in evaluation.judgements)
    row = EntryRow(
        number=number,
        source=source.id,
        title=source.title,
        year=source.year or 0,
        category=entry.category,
        citation=reference,
        total=round(evaluation.total, 2),
        radar=levels,
        focus=evaluation.focus,
        says=tuple(map(_said, annotation.establishes[:1])),
    )
    if not detailed:
        return row
    noted = [_said(note.claim) for note in annotation.for_focus]
    return row.model_copy(
        update={
            "url": source.url,
            "says": tuple(dict.fromkeys([*map(_said, annotation.establishes), *noted])),
            "production": tuple(map(_said, annotation.in_production)),
            "limits": tuple(map(_said, annotation.limits)),
            "known": f"{source.existence.state}: {source.existence.told or source.existence.why}",
            "why": entry.reasons,
        }
    )


def _reference(entry: "Entry", citations: Citations) -> str:
    if citations == "text":
        return entry.citation
    from research_agent.bibliography.bibtex import bibtex
    from research_agent.bibliography.csl import csl_item

    # Without the annotation that the exported file carries: the row has it already.
    return bibtex([csl_item(entry.source, entry.citation_key)]).strip()


def _said(claim: "Claim") -> str:
    return placed(claim.text, claim.where)


def _after(made: "Bibliography", shown: tuple[EntryRow, ...], cursor: str, *, stale: bool) -> str:
    told = []
    if not_checked(made.search):
        told.append("Name what was not checked: works that only those services know of may be missing.")
    if stale:
        told.append(
            "What it was made from has changed: "
            f"research_domain(domain='{made.domain}', guide='{made.guide}') makes it anew."
        )
    if cursor:
        told.append(f"Call this again with cursor='{cursor}' for the entries after number {shown[-1].number}.")
    elif shown:
        told.append(
            f"get_source(source='{shown[0].source}', domain='{made.domain}', guide='{made.guide}') tells more of one."
        )
    return " ".join(told)
