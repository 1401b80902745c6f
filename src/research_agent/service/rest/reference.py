"""What the program knows by itself: readings of RADAR and model profiles."""

from typing import Annotated

from fastapi import Path, Request, Response

from research_agent.model.prompt import ModelProfile
from research_agent.model.radar import Rubric
from research_agent.prompts.profiles import load_profile, profile_names
from research_agent.radar.rubric import load_rubric, rubrics
from research_agent.service.rest import examples
from research_agent.service.rest.answers import LONGEST_NAME, ModelPage, ModelSummary, RubricPage
from research_agent.service.rest.dependencies import Reading
from research_agent.service.rest.document import told
from research_agent.service.rest.paging import USUAL, Cursor, Limit, page_answer, page_of
from research_agent.service.rest.representations import record_answer
from research_agent.service.rest.routing import router

reference = router("reference")


@reference.get(
    "/rubrics",
    operation_id="list_rubrics",
    summary="List the readings of RADAR",
    responses=told(RubricPage, examples.RUBRICS),
)
async def list_rubrics(*, request: Request, tenant: Reading, limit: Limit = USUAL, cursor: Cursor = "") -> Response:
    """Each with its five criteria and the words of their levels."""
    known = await tenant.call(lambda: [_rubric(name) for name in rubrics()])
    shown, following = page_of(known, lambda one: one.id, limit=limit, cursor=cursor)
    return page_answer(request, RubricPage(items=shown, next=following))


@reference.get(
    "/rubrics/{rubric}",
    operation_id="get_rubric",
    summary="Read a reading of RADAR",
    responses=told(Rubric, examples.RUBRIC),
)
async def get_rubric(
    *,
    request: Request,
    tenant: Reading,
    rubric: Annotated[str, Path(max_length=LONGEST_NAME, description="Its id.", examples=["lmu"])],
) -> Response:
    """Its criteria, their questions, and what each level means."""
    return record_answer(request, await tenant.call(_rubric, rubric))


@reference.get(
    "/models",
    operation_id="list_models",
    summary="List the model profiles",
    responses=told(ModelPage, examples.MODELS),
)
async def list_models(*, request: Request, tenant: Reading, limit: Limit = USUAL, cursor: Cursor = "") -> Response:
    """The families of models that prompts are optimised for."""
    known = await tenant.call(lambda: [ModelSummary.of(load_profile(name)) for name in profile_names()])
    shown, following = page_of(known, lambda one: one.id, limit=limit, cursor=cursor)
    return page_answer(request, ModelPage(items=shown, next=following))


@reference.get(
    "/models/{model}",
    operation_id="get_model",
    summary="Read a model profile",
    responses=told(ModelProfile, examples.MODEL),
)
async def get_model(
    *,
    request: Request,
    tenant: Reading,
    model: Annotated[
        str, Path(max_length=LONGEST_NAME, description="Its id, or a model that it is meant for.", examples=["claude"])
    ],
) -> Response:
    """The documented facts of prompting a family of models, each with the page that says so."""
    return record_answer(request, await tenant.call(load_profile, model))


def _rubric(name: str) -> Rubric:
    """What a rubric says to people and models; its rules are code's."""
    found = load_rubric(name)
    return Rubric(id=found.id, name=found.name, source=found.source, criteria=found.criteria)
