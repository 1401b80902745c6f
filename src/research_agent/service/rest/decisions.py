"""What a person decides of sources: judgements, pins and bans, which hold over runs until they are taken back."""

from typing import Annotated, Literal

from fastapi import Query, Request, Response

from research_agent.model.answers import Withdrawn
from research_agent.model.radar import Decision
from research_agent.service import problems
from research_agent.service.problems import FieldProblem, ProblemError
from research_agent.service.rest import examples
from research_agent.service.rest.answers import LONGEST_NAME, DecisionAsked, DecisionPage
from research_agent.service.rest.dependencies import DomainPath, OfGuide, Reading, SourcePath, Working, WorkOfGuide
from research_agent.service.rest.document import told
from research_agent.service.rest.paging import USUAL, Cursor, Limit, page_answer, page_of
from research_agent.service.rest.representations import record_answer
from research_agent.service.rest.routing import IdempotencyKey, router
from research_agent.workspace import Workspace

decisions = router("decisions")


@decisions.get(
    "/guides/{guide}/domains/{domain}/decisions",
    operation_id="list_decisions",
    summary="List the decisions that stand",
    responses=told(DecisionPage, examples.DECISIONS),
)
async def list_decisions(
    *,
    request: Request,
    tenant: Reading,
    workspace: OfGuide,
    domain: DomainPath,
    source: Annotated[
        str | None, Query(max_length=LONGEST_NAME, description="Only those on the source of this id or alias.")
    ] = None,
    action: Annotated[Literal["judge", "pin", "ban"] | None, Query(description="Only those of this kind.")] = None,
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> Response:
    """A person's decisions on sources of a domain, by source. Of what contradicts, the latest stands."""

    def standing() -> list[Decision]:
        place = workspace.guide.domain(domain)
        about = workspace.source(source).id if source is not None else None
        return [
            one
            for one in workspace.library.decisions(workspace.guide.id, place.id)
            if about in (None, one.source) and action in (None, one.action)
        ]

    found = await tenant.call(standing)
    shown, following = page_of(found, _subject, limit=limit, cursor=cursor)
    return page_answer(request, DecisionPage(items=shown, next=following))


@decisions.post(
    "/guides/{guide}/domains/{domain}/decisions",
    operation_id="decide",
    summary="Judge, pin or ban a source",
    status_code=201,
    responses=told(Decision, examples.DECISION, status=201),
)
async def decide(
    *,
    request: Request,
    tenant: Working,
    workspace: WorkOfGuide,
    domain: DomainPath,
    asked: DecisionAsked,
    _key: IdempotencyKey = None,
) -> Response:
    """Keep what a person decides of a source in a domain; the next bibliography is made by it.

    A pin takes the place of a ban and the other way round; a judgement, of a former one of the same criterion.
    """
    made = await tenant.call(_decided, workspace, domain, asked)
    place = f"/v1/guides/{made.guide}/domains/{made.domain}/decisions?source={made.source}"
    return record_answer(request, made, status=201, headers={"Location": place})


@decisions.delete(
    "/guides/{guide}/domains/{domain}/decisions/{source}",
    operation_id="undo_decisions",
    summary="Take back the decisions on a source",
    responses=told(Withdrawn, examples.WITHDRAWN),
)
async def undo_decisions(
    *, request: Request, tenant: Working, workspace: WorkOfGuide, domain: DomainPath, source: SourcePath
) -> Response:
    """Take back all that was decided of a source in a domain. Where there was nothing, nothing changes."""
    return record_answer(request, await tenant.call(workspace.undo, source, domain))


def _decided(workspace: Workspace, domain: str, asked: DecisionAsked) -> Decision:
    if asked.action == "judge":
        missing = [name for name in ("criterion", "level", "reason") if not getattr(asked, name).strip()]
        if missing:
            raise ProblemError(
                problems.UNUSABLE,
                f"To judge takes {', '.join(missing)}. Nothing was kept.",
                errors=[
                    FieldProblem(field=f"body.{name}", message="Needed where `action` is judge.") for name in missing
                ],
            )
        return workspace.judge(asked.source, domain, criterion=asked.criterion, level=asked.level, reason=asked.reason)
    unfit = [name for name in ("criterion", "level") if getattr(asked, name)]
    if unfit:
        message = f"Belongs to a judgement; `action` is {asked.action}."
        raise ProblemError(
            problems.UNUSABLE,
            f"A {asked.action} has no {' and no '.join(unfit)}. Nothing was kept.",
            errors=[FieldProblem(field=f"body.{name}", message=message) for name in unfit],
        )
    verb = workspace.pin if asked.action == "pin" else workspace.ban
    return verb(asked.source, domain, reason=asked.reason)


def _subject(decision: Decision) -> str:
    return f"{decision.source} {decision.action} {decision.rubric} {decision.criterion}"
