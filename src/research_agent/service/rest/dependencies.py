"""What operations are handed: the service that they belong to, the store of whoever asks, the guide that they name."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Path, Query, Request

from research_agent.service.access import Access
from research_agent.service.options import ServiceOptions
from research_agent.service.rest.answers import LONGEST_NAME
from research_agent.service.rest.manual import Documents
from research_agent.service.rest.syntheses import Syntheses
from research_agent.service.tenants import Tenant
from research_agent.settings import Settings
from research_agent.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Service:
    """What the application is wired of."""

    settings: Settings
    options: ServiceOptions
    access: Access
    clock: Callable[[], datetime]
    documents: Documents
    syntheses: Syntheses


def service_of(request: Request) -> Service:
    """The service that a request came to."""
    service: Service = request.app.state.service
    return service


async def _reading(request: Request) -> AsyncGenerator[Tenant]:
    async with service_of(request).access.tenant("read") as tenant:
        yield tenant


async def _working(request: Request) -> AsyncGenerator[Tenant]:
    async with service_of(request).access.tenant("research") as tenant:
        yield tenant


Reading = Annotated[Tenant, Depends(_reading)]
"""The open store of whoever asks, to look."""

Working = Annotated[Tenant, Depends(_working)]
"""The open store of whoever asks, to add, decide and run."""

GuidePath = Annotated[str, Path(max_length=LONGEST_NAME, description="Id of a guide.", examples=["bird-song"])]
GuideQuery = Annotated[
    str, Query(max_length=LONGEST_NAME, description="Id of a guide; empty: the one that the service was started with.")
]
DomainPath = Annotated[
    str, Path(max_length=LONGEST_NAME, description="Number, slug or name of a domain.", examples=["2"])
]
SourcePath = Annotated[
    str, Path(max_length=LONGEST_NAME, description="Id of a source, or another id under which it is known.")
]


async def _guide(tenant: Reading, guide: GuidePath) -> Workspace:
    return await tenant.guide(guide)


async def _guide_to_work_in(tenant: Working, guide: GuidePath) -> Workspace:
    return await tenant.guide(guide)


async def _guide_asked_for(tenant: Reading, guide: GuideQuery = "") -> Workspace:
    return await tenant.guide(guide)


async def _guide_asked_for_to_work_in(tenant: Working, guide: GuideQuery = "") -> Workspace:
    return await tenant.guide(guide)


OfGuide = Annotated[Workspace, Depends(_guide)]
"""The workspace of the guide in the address."""

WorkOfGuide = Annotated[Workspace, Depends(_guide_to_work_in)]
"""The same, for whoever may work."""

OfGuideAskedFor = Annotated[Workspace, Depends(_guide_asked_for)]
"""The workspace of the guide in the query."""

WorkOfGuideAskedFor = Annotated[Workspace, Depends(_guide_asked_for_to_work_in)]
"""The same, for whoever may work."""
