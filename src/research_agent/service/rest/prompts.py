"""Prompts: assemble them, and look at what a model replied."""

from typing import Annotated, Final, Literal

from fastapi import Query, Request, Response

from research_agent.model.prompt import Mode, Prompt, ReplyForm
from research_agent.model.reply import ReplyReport
from research_agent.prompts.assemble import render_prompt
from research_agent.service.rest import examples
from research_agent.service.rest.answers import MOST_MODELS, Name, PromptAsked, PromptSet, RepliesAsked
from research_agent.service.rest.dependencies import DomainPath, OfGuide, Reading
from research_agent.service.rest.document import forms, told
from research_agent.service.rest.representations import AS_JSON, AS_MARKDOWN, answer, chosen_form, record_answer
from research_agent.service.rest.routing import router
from research_agent.service.tenants import Tenant
from research_agent.service.wording import REST
from research_agent.workspace import Workspace

prompts = router("prompts")

FORMS: Final = (AS_JSON, AS_MARKDOWN)
FormName = Annotated[
    Literal["json", "markdown"] | None, Query(alias="format", description="The form of the answer, instead of Accept.")
]


@prompts.get(
    "/guides/{guide}/domains/{domain}/prompts",
    operation_id="get_prompts",
    summary="Assemble prompts",
    responses=forms(PromptSet, examples.PROMPTS, FORMS),
)
async def get_prompts(
    *,
    request: Request,
    tenant: Reading,
    workspace: OfGuide,
    domain: DomainPath,
    model: Annotated[
        list[Name],
        Query(
            default_factory=lambda: ["claude"],
            min_length=1,
            max_length=MOST_MODELS,
            description="Model profiles or names of models; may stand several times.",
        ),
    ],
    mode: Annotated[Mode, Query(description="What the prompts ask for.")] = "open",
    reply: Annotated[ReplyForm, Query(description="In which form the model is to answer.")] = "markdown",
    split: Annotated[
        bool, Query(description="A chain of prompts, one a category of sources, instead of each.")
    ] = False,
    budget: Annotated[
        int | None, Query(ge=1, le=10_000_000, description="Most tokens; left out: what the model's context leaves.")
    ] = None,
    form: FormName = None,
) -> Response:
    """A domain's research prompts, optimised for the models that will read them, checked and counted.

    The domain is `all` with the mode `synthesize`, which spans the domains.
    """
    asked = PromptAsked(models=model, mode=mode, reply=reply, split=split, budget=budget)
    return await _assembled(request=request, tenant=tenant, workspace=workspace, domain=domain, asked=asked, form=form)


@prompts.post(
    "/guides/{guide}/domains/{domain}/prompts",
    operation_id="assemble_prompts",
    summary="Assemble prompts, asked for in the body",
    responses=forms(PromptSet, examples.PROMPTS, FORMS),
)
async def assemble_prompts(
    *,
    request: Request,
    tenant: Reading,
    workspace: OfGuide,
    domain: DomainPath,
    asked: PromptAsked,
    form: FormName = None,
) -> Response:
    """As GET. Nothing is kept: a prompt follows from the guide, the library and what is asked."""
    return await _assembled(request=request, tenant=tenant, workspace=workspace, domain=domain, asked=asked, form=form)


@prompts.post(
    "/guides/{guide}/domains/{domain}/replies",
    operation_id="check_reply",
    summary="Check a model's reply",
    responses=told(ReplyReport, examples.REPLY_REPORT),
)
async def check_reply(
    *, request: Request, tenant: Reading, workspace: OfGuide, domain: DomainPath, asked: RepliesAsked
) -> Response:
    """What there is to a reply in JSON: which works are known here, whether the guide's counts hold, what to do next.

    The domain is that of the prompt; `all`: it was a synthesis. Nothing of the reply is kept.
    """
    return record_answer(request, REST.reply(await tenant.call(lambda: workspace.check_reply(domain, *asked.texts))))


async def _assembled(
    *,
    request: Request,
    tenant: Tenant,
    workspace: Workspace,
    domain: str,
    asked: PromptAsked,
    form: Literal["json", "markdown"] | None,
) -> Response:
    chosen = chosen_form(request, FORMS, form)

    def assemble() -> tuple[Prompt, ...]:
        made = workspace.prompts(
            [domain], asked.models, mode=asked.mode, reply=asked.reply, split=asked.split, budget=asked.budget
        )
        return tuple(map(REST.prompt, made))

    made = await tenant.call(assemble)
    if chosen is AS_MARKDOWN:
        text = "\n".join(map(render_prompt, made))
    else:
        text = PromptSet(prompts=list(made)).model_dump_json()
    return answer(request, text.encode(), chosen.content_type, headers={"Vary": "Accept"})
