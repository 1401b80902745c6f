"""ecosyste.ms: packages of all registries by name and by repository, with releases, dependents and maintenance.

Endpoint: https://packages.ecosyste.ms/api/v1/packages/lookup (https://packages.ecosyste.ms/docs).
Limits: no number is published; who names a contact (`mailto` or User-Agent) is in the polite pool, and who does not
meets 429 soon (https://github.com/ecosyste-ms/packages/issues/1736). No key.
Licence: CC BY-SA 4.0.
Traps:
- There is no search by words: a query of one word is taken for the exact name of a package, in any registry.
- A package that it does not know is an empty list, and it begins to look for it: the same question may find it later.
- The same name stands for different packages in different registries.
- `repo_metadata` is a copy of the code host's record and may be months old: `last_synced_at` says when.
- `status` is null for a living package, else "removed", "deprecated" or the like.
"""

import re
from typing import ClassVar, Final

from pydantic import Field

from research_agent.model.candidate import Candidate
from research_agent.sources.addresses import is_web_address
from research_agent.sources.connectors import dates, texts
from research_agent.sources.connectors.base import Answer, Ask, Capabilities, Page, Query
from research_agent.sources.connectors.service import Listed, ManyRecords, Service, Text, Wire, one_by_one
from research_agent.sources.http.exchange import ApiLimit, Rate
from research_agent.sources.naming import Name, identify

_PACKAGE_NAME = re.compile(r"^[@\w][\w.@/:+-]*$")
_ABANDONED: Final = frozenset({"removed", "deprecated", "unpublished", "archived", "not_found"})


class _Maintainer(Wire):
    name: Text = ""
    login: Text = ""


class _Host(Wire):
    archived: bool | None = None
    stars: int | None = Field(default=None, alias="stargazers_count")


class _Package(Wire):
    name: str = Field(min_length=1)
    ecosystem: str = Field(min_length=1)
    description: Text = ""
    homepage: Text = ""
    repository_url: Text = ""
    registry_url: Text = ""
    documentation_url: Text = ""
    licenses: Text = ""
    normalized_licenses: Listed[str] = ()
    first_release: Text = Field(default="", alias="first_release_published_at")
    latest_release: Text = Field(default="", alias="latest_release_published_at")
    latest_version: Text = Field(default="", alias="latest_release_number")
    dependents: int | None = Field(default=None, alias="dependent_packages_count")
    downloads: int | None = None
    downloads_period: Text = ""
    status: Text = ""
    maintainers: Listed[_Maintainer] = ()
    repo_metadata: _Host | None = None
    purl: Text = ""


class Ecosystems(Service):
    """The packages service of ecosyste.ms."""

    name: ClassVar[str] = "ecosystems"
    title: ClassVar[str] = "ecosyste.ms"
    own_address: ClassVar[str] = "https://packages.ecosyste.ms/api/v1"
    absence: ClassVar[bytes | None] = None
    capabilities: ClassVar[Capabilities] = Capabilities(
        good_for="Packages: current version, last release, dependents, whether they are abandoned.",
        look_up=("repository",),
        retraction=True,
        limit=ApiLimit(name="ecosystems", rates=(Rate(requests=1, seconds=1),), at_once=1),
        most_on_a_page=100,
        most_results=100,
        licence="CC-BY-SA-4.0",
        documentation="https://packages.ecosyste.ms/docs",
    )

    def _search(self, query: Query) -> Ask | None:
        package = query.text.strip().strip('"')
        if not _PACKAGE_NAME.match(package):
            return None
        return self._lookup({"name": package}, "search", package, self._on_one_page(query))

    def _look_up(self, name: Name) -> Ask | None:
        return self._lookup({"repository_url": f"https://{name[1]}"}, "record", name[1], 0)

    def _lookup(self, parameters: dict[str, str], wants: str, about: str, size: int) -> Ask:
        return self._ask(
            "/packages/lookup",
            {**parameters, "sort": "dependent_packages_count", "order": "desc", "per_page": size or None},
            wants=wants,
            about=about,
            size=size,
            private_parameters={"mailto": self._access.contact},
        )

    def _read(self, answer: Answer) -> Page:
        records = self._json(answer, ManyRecords).root
        if answer.ask.wants == "record" and not records:
            # It begins to look for a repository that it does not know, and may have it later.
            return Page(absent=True, partial="it began to look for it just now; asked again later, it may find it")
        # Names that a search tries are guesses: that there is no such package is an answer.
        return self._page(answer, records, lambda one: self._candidate(answer, one))

    def _candidate(self, answer: Answer, record: object) -> Candidate:
        package = _Package.model_validate(record)
        addresses = one_by_one(
            one
            for one in (package.repository_url, package.documentation_url, package.homepage, package.registry_url)
            if is_web_address(one)
        )
        if not addresses:
            raise ValueError(f"{package.ecosystem} package {package.name} has no address")
        released = dates.iso(package.latest_release)
        first = dates.iso(package.first_release)
        address = f"{self.own_address}/packages/lookup?purl={package.purl}" if package.purl else answer.ask.address
        host = package.repo_metadata or _Host()
        seen = self._seen(answer, address)
        version = package.latest_version
        seen.add("last_release", f"{version} ({released})" if version and released else version or released)
        seen.add("archived", True if package.status in _ABANDONED else host.archived)
        seen.add("dependents", package.dependents)
        seen.add("stars", host.stars)
        period = package.downloads_period.replace("-", " ") or "no stated time"
        seen.add("downloads", f"{package.downloads} in {period}" if package.downloads else None)
        return Candidate(
            title=package.name,
            url=addresses[0],
            also_at=addresses[1:],
            identifiers=identify(addresses[0]),
            authors=one_by_one(texts.one_line(one.name or one.login) for one in package.maintainers),
            publisher=package.ecosystem,
            kind="repository" if addresses[0] == package.repository_url else None,
            year=dates.year_of(first),
            published=first,
            updated=released,
            version=version or None,
            abstract=texts.cut(texts.plain(package.description)),
            licence=", ".join(package.normalized_licenses) or package.licenses,
            signals=seen.all(),
            provenance=self._provenance(answer, record, address),
        )
