"""Bibliographies: the latest of a domain and former ones, in the form that is asked for, and what changed."""

from collections.abc import Callable, Mapping
from typing import Annotated, Final, Literal

from fastapi import Path, Query, Request, Response

from research_agent.model.bibliography import Bibliography
from research_agent.model.difference import Difference
from research_agent.service import problems
from research_agent.service.problems import ProblemError
from research_agent.service.rest import examples
from research_agent.service.rest.answers import LONGEST_NAME, Edition, EditionPage
from research_agent.service.rest.dependencies import DomainPath, OfGuide, Reading
from research_agent.service.rest.document import forms, told
from research_agent.service.rest.paging import USUAL, Cursor, Limit, page_answer, page_of
from research_agent.service.rest.representations import (
    AS_BIBTEX,
    AS_CSL,
    AS_HTML,
    AS_JSON,
    AS_MARKDOWN,
    AS_RIS,
    Form,
    answer,
    chosen_form,
    record_answer,
)
from research_agent.service.rest.routing import router
from research_agent.workspace import Workspace

bibliographies = router("bibliographies")

FORMS: Final = (AS_JSON, AS_MARKDOWN, AS_HTML, AS_BIBTEX, AS_RIS, AS_CSL)
_TO_COMPARE: Final = 2
PAGE_POLICY: Final[Mapping[str, str]] = {"Content-Security-Policy": "frame-ancestors 'none'"}
"""A page holds its own policy: its own style and script, and nothing else. This part of it only a header can say."""

FormName = Annotated[
    Literal["json", "markdown", "html", "bibtex", "ris", "csl"] | None,
    Query(alias="format", description="The form of the answer, instead of Accept: for links."),
]


@bibliographies.get(
    "/guides/{guide}/domains/{domain}/bibliography",
    operation_id="get_bibliography",
    summary="Get the latest bibliography of a domain",
    responses=forms(Bibliography, examples.BIBLIOGRAPHY, FORMS, also=(problems.NO_BIBLIOGRAPHY,)),
)
async def get_bibliography(
    *, request: Request, tenant: Reading, workspace: OfGuide, domain: DomainPath, form: FormName = None
) -> Response:
    """The entries with their scores, their annotations and the proof that the constraints hold, or which do not.

    Whether it is up to date says the domain: its state is `stale` where something changed since.

    Where live sources were searched for it, `search` says round by round what was asked and what each service did.
    Services in the states `not_checked` and `in_part` failed, with the reason; Markdown and the page name them at the
    top.
    """
    chosen = chosen_form(request, FORMS, form)

    def made() -> str:
        place = workspace.guide.domain(domain)
        latest = workspace.latest(place.id)
        if latest is None:
            raise ProblemError(
                problems.NO_BIBLIOGRAPHY,
                f"Domain {place.id} has none yet. POST /v1/runs with "
                f'{{"guide": "{workspace.guide.id}", "domain": "{place.id}"}} makes one.',
            )
        return rendered(latest, workspace, chosen)

    return _as(request, await tenant.call(made), chosen)


@bibliographies.get(
    "/guides/{guide}/domains/{domain}/bibliographies",
    operation_id="list_bibliographies",
    summary="List the bibliographies of a domain",
    responses=told(EditionPage, examples.EDITIONS),
)
async def list_bibliographies(
    *,
    request: Request,
    tenant: Reading,
    workspace: OfGuide,
    domain: DomainPath,
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> Response:
    """Every bibliography that was made for a domain, the latest first."""

    def known() -> list[Edition]:
        runs = workspace.library.runs(workspace.guide.id, workspace.guide.domain(domain).id)
        return [
            Edition(
                id=run.id,
                guide=run.guide,
                domain=run.domain,
                status=run.status,
                created=run.created,
                latest=number == 0,
            )
            for number, run in enumerate(runs)
        ]

    found = await tenant.call(known)
    shown, following = page_of(found, lambda one: f"{one.id} {one.created.isoformat()}", limit=limit, cursor=cursor)
    return page_answer(request, EditionPage(items=shown, next=following))


@bibliographies.get(
    "/bibliographies/{bibliography}",
    operation_id="get_bibliography_by_id",
    summary="Get a bibliography by its id",
    responses=forms(Bibliography, examples.BIBLIOGRAPHY, FORMS),
)
async def get_bibliography_by_id(
    *,
    request: Request,
    tenant: Reading,
    bibliography: Annotated[
        str,
        Path(max_length=LONGEST_NAME, description="Its id, as the domain's list and the parts of a run name it."),
    ],
    form: FormName = None,
) -> Response:
    """A bibliography as it was made, also where a later one has taken its place."""
    chosen = chosen_form(request, FORMS, form)
    made = await tenant.call(tenant.workspace.library.run, bibliography)
    workspace = await tenant.guide(made.guide)
    return _as(request, await tenant.call(rendered, made, workspace, chosen), chosen)


@bibliographies.get(
    "/guides/{guide}/domains/{domain}/difference",
    operation_id="get_difference",
    summary="See what changed in a domain's bibliography",
    responses=told(Difference, examples.DIFFERENCE, also=(problems.NO_BIBLIOGRAPHY,)),
)
async def get_difference(*, request: Request, tenant: Reading, workspace: OfGuide, domain: DomainPath) -> Response:
    """What differs between a domain's last two bibliographies, and why."""

    def differing() -> Difference:
        place = workspace.guide.domain(domain)
        there = len(workspace.library.runs(workspace.guide.id, place.id))
        if there < _TO_COMPARE:
            raise ProblemError(
                problems.NO_BIBLIOGRAPHY,
                f"Domain {place.id} has {there} so far, and it takes {_TO_COMPARE} to compare.",
            )
        return workspace.difference(place.id)

    return record_answer(request, await tenant.call(differing))


def rendered(bibliography: Bibliography, workspace: Workspace, form: Form) -> str:
    """A bibliography in a form."""
    return _RENDERERS[form.name](bibliography, workspace)


def _as(request: Request, text: str, form: Form) -> Response:
    policy = PAGE_POLICY if form is AS_HTML else {}
    return answer(request, text.encode(), form.content_type, headers={"Vary": "Accept", **policy})


def _json(bibliography: Bibliography, _: Workspace) -> str:
    return bibliography.model_dump_json()


def _markdown(bibliography: Bibliography, workspace: Workspace) -> str:
    from research_agent.bibliography.markdown import render_bibliography
    from research_agent.radar import load_rubric

    return render_bibliography(bibliography, workspace.guide, load_rubric(bibliography.rubric))


def _html(bibliography: Bibliography, workspace: Workspace) -> str:
    from research_agent.page import render_page
    from research_agent.radar import load_rubric

    links = {
        "Markdown": "?format=markdown",
        "BibTeX": "?format=bibtex",
        "RIS": "?format=ris",
        "CSL-JSON": "?format=csl",
        "JSON": "?format=json",
    }
    return render_page(bibliography, workspace.guide, load_rubric(bibliography.rubric), links=links)


def _exported(ending: str) -> Callable[[Bibliography, Workspace], str]:
    def export_as(bibliography: Bibliography, _: Workspace) -> str:
        from research_agent.bibliography.exports import export

        return export(bibliography.entries, [ending])[ending]

    return export_as


_RENDERERS: Final[Mapping[str, Callable[[Bibliography, Workspace], str]]] = {
    AS_JSON.name: _json,
    AS_MARKDOWN.name: _markdown,
    AS_HTML.name: _html,
    **{form.name: _exported(f".{form.ending}") for form in (AS_BIBTEX, AS_RIS, AS_CSL)},
}
