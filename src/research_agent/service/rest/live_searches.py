"""Questions to live sources: services of the web are asked, and what they tell can be taken in."""

from fastapi import Request, Response

from research_agent.service import problems
from research_agent.service.rest import examples
from research_agent.service.rest.answers import FoundSource, LiveSearchAnswer, LiveSearchAsked, TellingRecord
from research_agent.service.rest.dependencies import Working
from research_agent.service.rest.document import told
from research_agent.service.rest.representations import record_answer
from research_agent.service.rest.routing import IdempotencyKey, router

live_searches = router("searches")

LONGEST_SEARCH = 40.0
"""Seconds that services are given: less than the time limit of a request."""


@live_searches.post(
    "/live-searches",
    operation_id="find_sources",
    summary="Search live sources",
    responses=told(LiveSearchAnswer, examples.LIVE_SEARCH, also=(problems.NOT_FOUND,)),
)
async def find_sources(
    *, request: Request, tenant: Working, asked: LiveSearchAsked, _key: IdempotencyKey = None
) -> Response:
    """Ask scholarly indexes and the web for works by words, or for one work by its name.

    What several services tell of one work is one item. A service that fails leaves the others alone: it is named in
    `services` as not checked, which is never the same as "nothing found".
    """
    from research_agent.live.services import Services
    from research_agent.searching import find_sources as find

    workspace = await tenant.guide(asked.guide)
    settings = workspace.settings
    limited = min(settings.search_seconds, LONGEST_SEARCH)
    async with Services.open(settings, only=asked.services) as services:
        found = await find(
            workspace,
            asked.text,
            services,
            domain=asked.domain,
            wanted=asked.limit,
            since=asked.since,
            seconds=limited,
        )
    taken = found.taken_in or (None,) * len(found.found.works)
    items = [
        FoundSource(
            source=work.source,
            abstract=work.abstract,
            abstract_from=work.abstract_from,
            told_by=[
                TellingRecord(service=one.service, address=one.record or one.address, at=one.at, licence=one.licence)
                for one in work.provenance
            ],
            conflicts=list(work.conflicts),
            held=held,
            taken_in=one_taken,
        )
        for work, held, one_taken in zip(found.found.works, found.held, taken, strict=True)
    ]
    answer = LiveSearchAnswer(
        text=asked.text, guide=workspace.guide.id, items=items, services=list(found.found.outcomes)
    )
    return record_answer(request, answer)
