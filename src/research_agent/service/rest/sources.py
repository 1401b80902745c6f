"""Sources and searches: list, look, add, find."""

import io
from typing import Annotated, Final

from fastapi import Query, Request, Response

from research_agent.model.answers import Added
from research_agent.model.kinds import Kind
from research_agent.model.library import Hit
from research_agent.model.source import Source
from research_agent.service import problems
from research_agent.service.problems import FieldProblem, ProblemError
from research_agent.service.rest import examples
from research_agent.service.rest.answers import (
    LONGEST_NAME,
    AddedSources,
    SearchAnswer,
    SearchHit,
    SourceDetail,
    SourcePage,
    SourceSummary,
    StyleName,
)
from research_agent.service.rest.dependencies import OfGuideAskedFor, Reading, SourcePath, Working, WorkOfGuideAskedFor
from research_agent.service.rest.document import body, told
from research_agent.service.rest.paging import USUAL, Cursor, Limit, page_answer, page_of
from research_agent.service.rest.representations import record_answer
from research_agent.service.rest.routing import IdempotencyKey, require_media_type, router

sources, searches = router("sources"), router("searches")

JSON_LINES: Final = ("application/jsonl", "application/x-ndjson", "application/x-jsonlines")
MOST_PROBLEMS: Final = 100
"""Problems that one answer tells: who has more mends these first."""

MOST_LINES: Final = 5_000
"""Of one request: seven times what ships. To say what is wrong with a record takes a millisecond or two."""
MOST_HITS: Final = 50
LONGEST_QUERY: Final = 2_000

DomainQuery = Annotated[
    str | None, Query(min_length=1, max_length=LONGEST_NAME, description="Number, slug or name of a domain.")
]
CategoryQuery = Annotated[
    str | None, Query(min_length=1, max_length=LONGEST_NAME, description="Id of a category of the guide.")
]
KindQuery = Annotated[list[Kind], Query(default_factory=list, description="Kinds of source; may stand several times.")]
YearQuery = Annotated[int | None, Query(ge=1000, le=9999, description="A year, inclusive; leaves out who has none.")]
ReviewedQuery = Annotated[bool | None, Query(description="Only peer-reviewed works, or only others.")]


@sources.get(
    "/sources", operation_id="list_sources", summary="List sources", responses=told(SourcePage, examples.SOURCES)
)
async def list_sources(
    *,
    request: Request,
    tenant: Reading,
    workspace: OfGuideAskedFor,
    domain: DomainQuery = None,
    category: CategoryQuery = None,
    kind: KindQuery,
    since: YearQuery = None,
    until: YearQuery = None,
    peer_reviewed: ReviewedQuery = None,
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> Response:
    """The sources that serve a guide, or one of its domains, by id; only those that pass every filter."""

    def listed() -> list[Source]:
        place = workspace.guide.domain(domain).id if domain else None
        filed = workspace.guide.methodology.category(category).id if category else None
        return [
            source
            for source in workspace.library.sources(workspace.guide.id, place)
            if (not kind or source.kind in kind)
            and (since is None or (source.year or 0) >= since)
            and (until is None or (source.year is not None and source.year <= until))
            and (peer_reviewed is None or bool(source.peer_reviewed) == peer_reviewed)
            and (filed is None or filed in _categories(source, workspace.guide.id, place))
        ]

    shown, following = page_of(await tenant.call(listed), lambda one: one.id, limit=limit, cursor=cursor)
    summaries = [SourceSummary.of(source, workspace.guide.id) for source in shown]
    return page_answer(request, SourcePage(items=summaries, next=following))


@sources.get(
    "/sources/{source}",
    operation_id="get_source",
    summary="Look at a source",
    responses=told(SourceDetail, examples.SOURCE_DETAIL),
)
async def get_source(
    *,
    request: Request,
    tenant: Reading,
    workspace: OfGuideAskedFor,
    source: SourcePath,
    domain: DomainQuery = None,
    style: Annotated[StyleName, Query(description="Citation style; empty: that of the settings.")] = "",
    rubric: Annotated[str, Query(max_length=LONGEST_NAME, description="Reading of RADAR; empty: the guide's.")] = "",
) -> Response:
    """All that is known of a source. With a domain: its RADAR judgements there, and why it is in or out."""

    def looked() -> SourceDetail:
        beside = workspace.beside(style=style or None, rubric=rubric or None)
        return SourceDetail(
            source=beside.source(source),
            citation=beside.cite(source),
            standing=beside.why(source, domain) if domain else None,
        )

    return record_answer(request, await tenant.call(looked))


@sources.post(
    "/sources",
    operation_id="add_sources",
    summary="Add sources",
    status_code=201,
    responses=told(AddedSources, examples.ADDED, status=201),
    openapi_extra=body({JSON_LINES[0]: examples.RECORD_LINE}),
)
async def add_sources(
    *, request: Request, tenant: Working, workspace: WorkOfGuideAskedFor, _key: IdempotencyKey = None
) -> Response:
    """Records as JSON lines, in the form that docs/corpus-format.md describes.

    Lines that can't be read are named and left out, the good ones are kept; where no line is good, the answer is a
    problem that names each. A record that is known already changes nothing. They are the key's owner's alone.
    """
    require_media_type(request, *JSON_LINES)
    try:
        lines = io.StringIO((await request.body()).decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ProblemError(problems.UNREADABLE_BODY, f"Not UTF-8 at byte {error.start}. Nothing was added.") from error
    lines.name = "records"
    length = lines.getvalue().count("\n") + 1
    if length > MOST_LINES:
        raise ProblemError(
            problems.TOO_LARGE, f"A request takes {MOST_LINES:,} lines, and this one has {length:,}. Nothing was added."
        )
    added = await tenant.call(workspace.add_sources, lines)
    report = added.report
    if not (report.added or report.changed or report.unchanged):
        raise ProblemError(
            problems.UNREADABLE_RECORDS, "No line holds a record. Nothing was added.", errors=_line_problems(added)
        )
    answered = AddedSources(report=report, left_out=len(added.problems), problems=added.problems[:MOST_PROBLEMS])
    return record_answer(request, answered, status=201, headers={"Location": f"/v1/sources?guide={workspace.guide.id}"})


@searches.get(
    "/searches",
    operation_id="search_library",
    summary="Search the library",
    responses=told(SearchAnswer, examples.SEARCH),
)
async def search_library(
    *,
    request: Request,
    tenant: Reading,
    workspace: OfGuideAskedFor,
    query: Annotated[
        str,
        Query(
            min_length=1,
            max_length=LONGEST_QUERY,
            pattern=r"\S",
            description="Words or a question; never read as query syntax.",
        ),
    ],
    domain: DomainQuery = None,
    category: CategoryQuery = None,
    kind: KindQuery,
    since: YearQuery = None,
    until: YearQuery = None,
    peer_reviewed: ReviewedQuery = None,
    limit: Annotated[int, Query(ge=1, le=MOST_HITS, description="Most sources.")] = 10,
) -> Response:
    """The best sources for a question, by meaning and by words, each with its best passage and why it was found."""

    def found() -> list[Hit]:
        return workspace.search(
            query,
            domain=domain,
            category=category,
            kinds=kind,
            since=since,
            until=until,
            peer_reviewed=peer_reviewed,
            limit=limit,
        )

    hits = [_explained(hit) for hit in await tenant.call(found)]
    return record_answer(request, SearchAnswer(query=query, guide=workspace.guide.id, hits=hits))


def _categories(source: Source, guide: str, domain: str | None) -> set[str]:
    return {one.category for one in source.placements if one.guide == guide and domain in (None, one.domain)}


def _line_problems(added: Added) -> list[FieldProblem]:
    shown = added.problems[:MOST_PROBLEMS]
    return [
        FieldProblem(field=f"line {one.line}" + (f": {one.field}" if one.field else ""), message=one.message)
        for one in shown
    ]


def _explained(hit: Hit) -> SearchHit:
    place = f"is number {hit.vector_rank}" if hit.vector_rank else "is not among the nearest"
    by_meaning = f"By meaning its passage {place} (cosine {hit.similarity:.2f})"
    by_words = f"by words it is number {hit.lexical_rank} (BM25 {hit.bm25:.1f})" if hit.bm25 else ""
    where = f"domain {hit.passage.domain}, {hit.passage.part.replace('_', ' ')}"
    return SearchHit(
        source=hit.passage.source,
        title=hit.title,
        passage=hit.passage,
        score=hit.score,
        similarity=hit.similarity,
        vector_rank=hit.vector_rank,
        bm25=hit.bm25,
        lexical_rank=hit.lexical_rank,
        why=f"{', '.join(filter(None, (by_meaning, by_words)))}; the passage is of {where}.",
    )
