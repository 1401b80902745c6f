"""The tool that asks live sources: scholarly indexes, registries and the web."""

from typing import TYPE_CHECKING, Annotated

from mcp.types import CallToolResult
from pydantic import Field

from research_agent.service.access import Access
from research_agent.service.mcp.answers import QUOTED, FoundAnswer, FoundRow, answered
from research_agent.service.mcp.parameters import LONGEST_NAME, LONGEST_QUERY, Guide

if TYPE_CHECKING:
    from research_agent.searching import FoundAndKept
    from research_agent.sources.merging import FoundWork

LONGEST_SEARCH = 40.0
"""Seconds that services are given: hosts give up a call after 60."""

_MOST_WORKS = 15
"""As many as one answer holds: asking again for the rest would ask the services again."""

_MOST_AUTHORS = 3

_LONGEST_TEXT = 200
_ALARMING = ("retracted", "withdrawn", "concern", "obsoleted_by", "archived", "citations")


class FindingTools:
    """The tool that asks live sources."""

    def __init__(self, access: Access) -> None:
        """For whoever asks."""
        self._access = access

    async def find_sources(
        self,
        *,
        query: Annotated[
            str,
            Field(
                description="Words, or a DOI, arXiv id, RFC or address",
                min_length=1,
                max_length=LONGEST_QUERY,
            ),
        ],
        domain: Annotated[
            str, Field(description="Takes in what comes near it; empty: nothing", max_length=LONGEST_NAME)
        ] = "",
        since: Annotated[int, Field(description="First year; 0: any", ge=0, le=2100)] = 0,
        limit: Annotated[int, Field(description="Works", ge=1, le=_MOST_WORKS)] = 10,
        guide: Guide = "",
    ) -> Annotated[CallToolResult, FoundAnswer]:
        """Asks scholarly indexes and the web; returns works, who told of each and who failed."""
        from research_agent.bibliography.search_report import told_each
        from research_agent.live.services import Services
        from research_agent.searching import find_sources

        async with self._access.tenant("research") as tenant:
            workspace = await tenant.guide(guide)
            seconds = min(workspace.settings.search_seconds, LONGEST_SEARCH)
            async with Services.open(workspace.settings) as services:
                found = await find_sources(
                    workspace,
                    query,
                    services,
                    domain=domain,
                    wanted=limit,
                    since=since or None,
                    seconds=seconds,
                )
        taken = found.taken_in or (None,) * len(found.found.works)
        rows = [
            _row(work, (kept.source if kept else "") or held)
            for work, kept, held in zip(found.found.works, taken, found.held, strict=True)
        ]
        return answered(
            FoundAnswer(
                next=_after(found, workspace.guide.id, domain),
                not_checked=told_each(found.not_checked),
                quoted=QUOTED,
                works=tuple(rows),
            )
        )


def _row(work: "FoundWork", held_as: str) -> FoundRow:
    source = work.source
    text = work.abstract if len(work.abstract) <= _LONGEST_TEXT else f"{work.abstract[:_LONGEST_TEXT]}…"
    return FoundRow(
        title=source.title,
        url=source.url,
        authors="; ".join(source.authors[:_MOST_AUTHORS]) + (" et al." if len(source.authors) > _MOST_AUTHORS else ""),
        year=source.year or 0,
        kind=source.kind,
        told_by=tuple(dict.fromkeys(one.service for one in work.provenance)),
        says=text,
        known=source.existence.told or source.existence.why,
        facts=tuple(
            f"{one.name}: {one.value}"
            for one in source.signals
            if one.name in _ALARMING and one.observed and one.value is not False
        ),
        source=held_as,
    )


def _after(found: "FoundAndKept", guide: str, domain: str) -> str:
    if found.not_found:
        return f"No such work: {found.not_found}."
    if not found.found.works:
        if found.not_checked:
            return "Not everything was looked at (not_checked): that is not the same as nothing there. Try again later."
        return "The services that answered know no such work: use other words."
    if any(one.source for one in found.taken_in):
        return f"research_domain(domain='{domain}', guide='{guide}') chooses among all that is there now."
    return "With domain, what comes near it is taken in for research_domain to choose from."
