"""Guides and their domains: list, look, import."""

import tempfile
from pathlib import Path
from typing import Annotated, Final, Literal

from fastapi import Query, Request, Response

from research_agent.errors import GuideError, OutputError
from research_agent.guides import KeptGuide, keep_guide, known_guides
from research_agent.model.guide import LONGEST_SLUG, SLUG, Guide
from research_agent.service import problems
from research_agent.service.problems import ProblemError
from research_agent.service.rest import examples
from research_agent.service.rest.answers import DomainDetail, DomainPage, GuidePage, GuideSummary, ImportedGuide
from research_agent.service.rest.dependencies import DomainPath, OfGuide, Reading, Working
from research_agent.service.rest.document import body, forms, told
from research_agent.service.rest.paging import USUAL, Cursor, Limit, page_answer, page_of
from research_agent.service.rest.representations import AS_JSON, AS_YAML, answer, chosen_form, record_answer
from research_agent.service.rest.routing import IdempotencyKey, require_media_type, router
from research_agent.service.tenants import Tenant
from research_agent.service.wording import REST
from research_agent.workspace import Workspace

guides = router("guides")

FORMS: Final = (AS_JSON, AS_YAML)
LONGEST_GUIDE: Final = 512 * 1024
"""Bytes: forty times the shipped one. Markdown that is all brackets takes 17 microseconds a character."""
_ENDINGS: Final = {
    "text/markdown": ".md",
    "text/plain": ".md",
    "application/yaml": ".yaml",
    "application/x-yaml": ".yaml",
}


@guides.get(
    "/guides", operation_id="list_guides", summary="List the guides", responses=told(GuidePage, examples.GUIDES)
)
async def list_guides(*, request: Request, tenant: Reading, limit: Limit = USUAL, cursor: Cursor = "") -> Response:
    """The guide that the service was started with, the shipped one, and those that were imported."""
    shown, following = page_of(await tenant.call(_summaries, tenant), lambda one: one.id, limit=limit, cursor=cursor)
    return page_answer(request, GuidePage(items=shown, next=following))


@guides.get(
    "/guides/{guide}",
    operation_id="get_guide",
    summary="Read a guide",
    responses=forms(Guide, examples.GUIDE, FORMS),
)
async def get_guide(
    *,
    request: Request,
    workspace: OfGuide,
    form: Annotated[Literal["json", "yaml"] | None, Query(alias="format", description="Instead of Accept.")] = None,
) -> Response:
    """All of a guide: its method as data, its domains and bullets, and where each part came from."""
    from research_agent.guide import guide_to_yaml

    chosen = chosen_form(request, FORMS, form)
    text = guide_to_yaml(workspace.guide) if chosen is AS_YAML else REST.guide(workspace.guide).model_dump_json()
    return answer(request, text.encode(), chosen.content_type, headers={"Vary": "Accept"})


@guides.post(
    "/guides",
    operation_id="import_guide",
    summary="Import a guide",
    status_code=201,
    responses=told(ImportedGuide, examples.IMPORTED_GUIDE, status=201, also=(problems.CONFLICT,)),
    openapi_extra=body({"text/markdown": examples.GUIDE_TEXT, "application/yaml": examples.GUIDE_YAML}),
)
async def import_guide(
    *,
    request: Request,
    tenant: Working,
    _key: IdempotencyKey = None,
    guide_id: Annotated[
        str,
        Query(
            alias="id",
            max_length=LONGEST_SLUG,
            pattern=rf"^$|{SLUG}",
            description="Id to keep it by; empty: its own, or one made from its title.",
        ),
    ] = "",
    replace: Annotated[bool, Query(description="Whether it may take the place of another guide of its id.")] = False,
) -> Response:
    """A guide as Markdown, as people write it, or as YAML in our form. What it leaves out of the method is filled in.

    It is kept for the owner of the key alone. To import the same guide again changes nothing.
    """
    ending = _ENDINGS[require_media_type(request, *_ENDINGS)]
    text = await request.body()
    if len(text) > LONGEST_GUIDE:
        raise ProblemError(
            problems.TOO_LARGE, f"A guide has {LONGEST_GUIDE:,} bytes at most, not {len(text):,}. Nothing was kept."
        )
    kept = await tenant.call(_keep, tenant, text, f"guide{ending}", guide_id, replace)
    tenant.forget_guide(kept.guide.id)
    summary = _summary(tenant, kept.guide.id, kept.guide.title, len(kept.guide.domains), shipped=False)
    defaults = {
        place: found.basis for place, found in REST.guide(kept.guide).provenance.items() if found.origin == "default"
    }
    return record_answer(
        request,
        ImportedGuide(guide=summary, defaults=defaults),
        status=201,
        headers={"Location": f"/v1/guides/{kept.guide.id}"},
    )


@guides.get(
    "/guides/{guide}/domains",
    operation_id="list_domains",
    summary="List the domains of a guide",
    responses=told(DomainPage, examples.DOMAINS),
)
async def list_domains(
    *, request: Request, tenant: Reading, workspace: OfGuide, limit: Limit = USUAL, cursor: Cursor = ""
) -> Response:
    """Every domain with the state of its latest bibliography."""
    domains = await tenant.call(workspace.domains)
    shown, following = page_of(domains, lambda one: one.domain.id, limit=limit, cursor=cursor)
    return page_answer(request, DomainPage(items=shown, next=following))


@guides.get(
    "/guides/{guide}/domains/{domain}",
    operation_id="get_domain",
    summary="Look at a domain",
    responses=told(DomainDetail, examples.DOMAIN),
)
async def get_domain(*, request: Request, tenant: Reading, workspace: OfGuide, domain: DomainPath) -> Response:
    """Its bullets, the state of its bibliography, and what the library holds for it."""
    return record_answer(request, await tenant.call(_detail, workspace, domain))


def _detail(workspace: Workspace, domain: str) -> DomainDetail:
    return DomainDetail(status=workspace.domain(domain), holdings=workspace.holdings(domain))


def _keep(tenant: Tenant, text: bytes, name: str, guide_id: str, replace: bool) -> KeptGuide:
    """Keep a guide that came as text: it is read from a file, as all guides are."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(text)
        try:
            return keep_guide(file, tenant.workspace.settings.data_dir, guide_id=guide_id or None, force=replace)
        except GuideError as error:
            # Who sent the text knows it by no name of a file of ours.
            raise GuideError(str(error).replace(f"{folder}/", "")) from error
        except OutputError as error:
            if isinstance(error.__cause__, OSError):
                raise
            raise ProblemError(
                problems.CONFLICT,
                "Another guide is kept under this id, and stays as it is. Give this one another with ?id=NAME, or "
                "replace the old one with ?replace=true.",
            ) from error


def _summaries(tenant: Tenant) -> list[GuideSummary]:
    known = {
        one.id: _summary(tenant, one.id, one.title, one.domains, shipped=one.shipped, usable=not one.problem)
        for one in known_guides(tenant.workspace.settings.data_dir)
    }
    own = tenant.workspace.guide
    if own.id not in known:
        known[own.id] = _summary(tenant, own.id, own.title, len(own.domains), shipped=False)
    return list(known.values())


def _summary(
    tenant: Tenant, guide: str, title: str, domains: int, *, shipped: bool, usable: bool = True
) -> GuideSummary:
    default = guide == tenant.workspace.guide.id
    origin: Literal["shipped", "imported", "configured"] = "imported"
    if shipped or default:
        origin = "shipped" if shipped else "configured"
    return GuideSummary(id=guide, title=title, domains=domains, origin=origin, default=default, usable=usable)
