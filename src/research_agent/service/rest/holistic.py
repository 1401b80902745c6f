"""The holistic guide: what the latest bibliographies of all domains say together."""

from typing import Annotated, Final, Literal

from fastapi import Query, Request, Response

from research_agent.model.synthesis import Synthesis
from research_agent.service import problems
from research_agent.service.problems import ProblemError
from research_agent.service.rest import examples
from research_agent.service.rest.bibliographies import PAGE_POLICY, bibliographies
from research_agent.service.rest.dependencies import OfGuide, Reading, service_of
from research_agent.service.rest.document import forms
from research_agent.service.rest.representations import (
    AS_BIBTEX,
    AS_HTML,
    AS_JSON,
    AS_MARKDOWN,
    Form,
    answer,
    chosen_form,
)
from research_agent.service.rest.syntheses import Syntheses
from research_agent.workspace import Workspace

FORMS: Final = (AS_JSON, AS_MARKDOWN, AS_HTML, AS_BIBTEX)


@bibliographies.get(
    "/guides/{guide}/synthesis",
    operation_id="get_synthesis",
    summary="Get the guide over all domains",
    responses=forms(Synthesis, examples.SYNTHESIS, FORMS, also=(problems.NO_BIBLIOGRAPHY,)),
)
async def get_synthesis(
    *,
    request: Request,
    tenant: Reading,
    workspace: OfGuide,
    form: Annotated[
        Literal["json", "markdown", "html", "bibtex"] | None,
        Query(alias="format", description="The form of the answer, instead of Accept: for links."),
    ] = None,
) -> Response:
    """Practices across the domains, each with the entries that it rests on; as BibTeX: all entries, every work once.

    Made from the latest bibliographies of the domains that have one.
    """
    chosen = chosen_form(request, FORMS, form)
    text = await tenant.call(_made, workspace, service_of(request).syntheses, chosen)
    policy = PAGE_POLICY if chosen is AS_HTML else {}
    return answer(request, text.encode(), chosen.content_type, headers={"Vary": "Accept", **policy})


def _made(workspace: Workspace, syntheses: Syntheses, form: Form) -> str:
    guide = workspace.guide
    latest = workspace.latest_of_all()
    if not latest:
        raise ProblemError(
            problems.NO_BIBLIOGRAPHY,
            f'No domain has one yet. POST /v1/runs with {{"guide": "{guide.id}", "domain": "all"}} makes them all.',
        )
    if form is AS_BIBTEX:
        from research_agent.bibliography.exports import merged_bibtex

        return merged_bibtex(latest)
    synthesis = syntheses.of(workspace, latest)
    if form is AS_JSON:
        return synthesis.model_dump_json()
    if form is AS_MARKDOWN:
        from research_agent.bibliography.guide_markdown import render_guide

        return render_guide(synthesis, guide)
    from research_agent.page import render_guide_page

    pages = {one.domain: f"domains/{one.domain}/bibliography?format=html" for one in latest}
    return render_guide_page(synthesis, guide, links=pages)
