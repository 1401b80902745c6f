"""Tools about sources: find them, look at one, add records."""

import io
import json
from typing import TYPE_CHECKING, Annotated, Literal

from mcp.types import CallToolResult
from pydantic import Field

from research_agent.errors import RecordError
from research_agent.model.quotation import quoted
from research_agent.service.access import Access
from research_agent.service.mcp.addresses import SOURCE
from research_agent.service.mcp.answers import (
    QUOTED,
    AddedAnswer,
    HitRow,
    HitsAnswer,
    JudgedRow,
    SourceAnswer,
    answered,
)
from research_agent.service.mcp.bibliographies import placed
from research_agent.service.mcp.parameters import (
    LONGEST_NAME,
    LONGEST_QUERY,
    LONGEST_RECORDS,
    AnyDomain,
    Category,
    Cursor,
    Guide,
    ResponseFormat,
    Source,
)
from research_agent.service.mcp.size import page_of

if TYPE_CHECKING:
    from research_agent.model.answers import Added, Why
    from research_agent.model.library import Hit
    from research_agent.model.source import Source as Work
    from research_agent.workspace import Workspace

_MOST_HITS = 30
_MOST_PROBLEMS = 20
_REVIEWED = {"any": None, "yes": True, "no": False}


class SourceTools:
    """Tools about sources."""

    def __init__(self, access: Access) -> None:
        """For whoever asks."""
        self._access = access

    async def search_library(
        self,
        *,
        query: Annotated[
            str,
            Field(
                description="Question or words",
                min_length=1,
                max_length=LONGEST_QUERY,
                examples=["replication of findings"],
            ),
        ],
        domain: AnyDomain = "",
        category: Category = "",
        kind: Annotated[str, Field(description="Of work", max_length=LONGEST_NAME, examples=["paper"])] = "",
        since: Annotated[int, Field(description="First year; 0: any", ge=0, le=2100)] = 0,
        until: Annotated[int, Field(description="Last year; 0: any", ge=0, le=2100)] = 0,
        peer_reviewed: Annotated[Literal["any", "yes", "no"], Field(description="Only such")] = "any",
        limit: Annotated[int, Field(description="Hits", ge=1, le=_MOST_HITS)] = 8,
        guide: Guide = "",
        response_format: ResponseFormat = "concise",
        cursor: Cursor = "",
    ) -> Annotated[CallToolResult, HitsAnswer]:
        """Returns the sources that answer a question, by meaning and by words, each with its best passage."""
        async with self._access.tenant("read") as tenant:
            workspace = await tenant.guide(guide)

            def search() -> list[HitRow]:
                hits = workspace.search(
                    query,
                    domain=domain or None,
                    category=category or None,
                    kinds=[kind] if kind else [],
                    since=since or None,
                    until=until or None,
                    peer_reviewed=_REVIEWED[peer_reviewed],
                    limit=limit,
                )
                return [_hit(workspace, hit, response_format == "detailed") for hit in hits]

            rows = await tenant.call(search)
        page = page_of(rows, cursor)
        return answered(
            HitsAnswer(next=_after_search(rows, workspace.guide.id), cursor=page.cursor, quoted=QUOTED, hits=page.rows)
        )

    async def get_source(
        self,
        *,
        source: Source,
        domain: Annotated[AnyDomain, Field(description="Judged for it; empty: its first")] = "",
        guide: Guide = "",
        response_format: ResponseFormat = "concise",
    ) -> Annotated[CallToolResult, SourceAnswer]:
        """Returns a source: what it says, its RADAR levels with reasons for a domain, why it is in or out there."""
        async with self._access.tenant("read") as tenant:
            workspace = await tenant.guide(guide)
            return answered(await tenant.call(_told, workspace, source, domain, response_format == "detailed"))

    async def add_sources(
        self,
        *,
        records: Annotated[
            str,
            Field(
                description='JSON objects, one a line: title, url, kind, domains ["2"]; better with authors, year, '
                'publisher, focus ["2.3"], summary, key_points [{text, where}], verified {how: "read", at, on}',
                min_length=2,
                max_length=LONGEST_RECORDS,
                examples=['{"title": "T", "url": "https://example.org", "kind": "talk", "domains": ["2"]}'],
            ),
        ],
        guide: Guide = "",
    ) -> Annotated[CallToolResult, AddedAnswer]:
        """Adds works that you have seen to the library, and returns what was new and which records have a fault."""
        async with self._access.tenant("research") as tenant:
            workspace = await tenant.guide(guide)
            added = await tenant.call(_add, workspace, records)
        report = added.report
        problems = [str(problem) for problem in added.problems]
        shown = problems[:_MOST_PROBLEMS]
        if len(problems) > len(shown):
            shown.append(f"and {len(problems) - len(shown)} more: mend these first")
        return answered(
            AddedAnswer(
                next=_after_adding(report.added + report.changed, shown),
                added=report.added,
                changed=report.changed,
                unchanged=report.unchanged,
                problems=tuple(shown),
            )
        )


def _hit(workspace: "Workspace", hit: "Hit", detailed: bool) -> HitRow:
    passage = hit.passage
    row = HitRow(
        source=passage.source,
        title=hit.title,
        says=quoted(passage.text, passage.where),
        where=passage.where,
        domain=passage.domain,
        similarity=round(hit.similarity, 2),
    )
    if not detailed:
        return row
    source = workspace.source(passage.source)
    placement = source.placement(passage.guide, passage.domain)
    found = [f"{name} {rank}" for name, rank in (("meaning", hit.vector_rank), ("words", hit.lexical_rank)) if rank]
    return row.model_copy(
        update={
            "year": source.year or 0,
            "kind": source.kind,
            "category": placement.category if placement else "",
            "url": source.url,
            "citation": workspace.cite(source.id),
            "found_by": ", ".join(found),
        }
    )


def _after_search(rows: list[HitRow], guide: str) -> str:
    if not rows:
        return "Nothing was found: use other words, or leave out filters. list_domains shows what the library is about."
    asked = f"source='{rows[0].source}', domain='{rows[0].domain}', guide='{guide}'"
    return f"get_source({asked}) shows a source and its RADAR."


def _told(workspace: "Workspace", name: str, domain: str, detailed: bool) -> SourceAnswer:
    source = workspace.source(name)
    serves = tuple(placement.domain for placement in source.placements if placement.guide == workspace.guide.id)
    chosen = domain or (serves[0] if serves else "")
    answer = SourceAnswer(
        quoted=QUOTED,
        source=source.id,
        title=source.title,
        authors=", ".join(source.authors),
        year=source.year or 0,
        kind=source.kind,
        publisher=source.publisher,
        url=source.url,
        citation=workspace.cite(source.id) if detailed else "",
        known=f"{source.existence.state}: {source.existence.told or source.existence.why}",
        serves=serves,
        whole=SOURCE.format(guide=workspace.guide.id, source=source.id),
    )
    if not chosen:
        return answer.model_copy(update={"next": "It serves no domain of this guide, so there is no RADAR for it."})
    return answer.model_copy(update=_judged(workspace, source, workspace.why(source.id, chosen), detailed))


def _judged(workspace: "Workspace", source: "Work", why: "Why", detailed: bool) -> dict[str, object]:
    evaluation = why.evaluation
    radar = [
        JudgedRow(
            criterion=judgement.criterion,
            level=judgement.level,
            word=judgement.word,
            reason=judgement.reason,
            judge=judgement.judge if detailed or judgement.judge != "rules" else "",
            confidence=round(judgement.confidence, 2) if detailed else 1,
        )
        for judgement in evaluation.judgements
    ]
    placement = source.placement(workspace.guide.id, why.domain)
    says: list[str] = []
    if placement:
        says = [placement.summary, *(placed(point.text, point.where) for point in placement.key_points)]
        if placement.code_pattern:
            says.append(f"{placement.code_pattern.library}: {placement.code_pattern.idea}")
    return {
        "domain": why.domain,
        "chosen": why.chosen,
        "why": why.reasons,
        "total": round(evaluation.total, 2),
        "radar": tuple(radar),
        "focus": evaluation.focus,
        "says": tuple(filter(None, says)),
        "next": f"get_bibliography(domain='{why.domain}', guide='{workspace.guide.id}') shows what it stands beside.",
    }


def _add(workspace: "Workspace", records: str) -> "Added":
    lines = io.StringIO(_as_lines(records))
    lines.name = "records"
    return workspace.add_sources(lines)


def _as_lines(records: str) -> str:
    """JSON Lines as they are; a JSON array, or one object over several lines, as JSON Lines."""
    try:
        found = json.loads(records)
    except RecursionError as error:
        raise RecordError("The records nest too deeply to be records. Nothing was added.") from error
    except ValueError:
        return records
    objects = found if isinstance(found, list) else [found]
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in objects)


def _after_adding(taken: int, problems: list[str]) -> str:
    told = ["Mend what the problems name and add those records again."] if problems else []
    if taken:
        told.append("list_domains shows which bibliographies are stale now; research_domain makes one anew with them.")
    elif not problems:
        told.append("Everything was there already.")
    return " ".join(told)
