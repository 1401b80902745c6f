"""GitHub: repositories by words and by name, each with its latest release.

Endpoints: https://api.github.com/search/repositories, /repos/OWNER/NAME, /repos/OWNER/NAME/releases/latest
(https://docs.github.com/en/rest/search/search, https://docs.github.com/en/rest/repos/repos).
Limits: searches 10 a minute without a token and 30 with one; other requests 60 and 5,000 an hour; 1,000 results a
search (https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api).
Key: optional, a token as `Authorization: Bearer`.
Licence: GitHub's terms; the content is each repository's.
Traps:
- A spent limit is answered with 403 as well as 429; x-ratelimit-reset says, in seconds of the epoch, when it ends.
- A search that took too long answers 200 with `incomplete_results`.
- A query has 256 characters and five operators at most; longer ones are answered with 422.
- A renamed repository is answered by a redirect to its new name.
- `language` is the programming language. `pushed_at` is the last push, `updated_at` mostly the last star.
- Without a published release, `releases/latest` is answered with 404, also where there are tags.
- Stars say how many looked, not how many are right.
"""

import re
from typing import ClassVar, Final
from urllib.parse import quote

from pydantic import Field

from research_agent.errors import ServiceBusyError
from research_agent.model.candidate import Candidate
from research_agent.sources.connectors import dates, texts
from research_agent.sources.connectors.answers import asked_to_wait, refuse_failure, wait_until
from research_agent.sources.connectors.base import Answer, Ask, Capabilities, Page, Query
from research_agent.sources.connectors.service import Listed, OneRecord, Service, Text, Wire, one_by_one
from research_agent.sources.http.exchange import ApiLimit, Rate
from research_agent.sources.naming import Name, identify

_LONGEST_QUERY: Final = 256
_HEADERS: Final = {"X-GitHub-Api-Version": "2022-11-28"}
_ACCEPTS: Final = ("application/vnd.github+json", "application/json")
_PROJECT = re.compile(r"github\.com/([^/]+/[^/]+)")
_NO_LICENCE: Final = frozenset({"NOASSERTION", "OTHER"})
_NOTES: Final = 2_000
"""Characters of release notes that are kept as the abstract; the whole stands in the provenance."""


class _Owner(Wire):
    login: Text = ""


class _Licence(Wire):
    spdx_id: Text = ""


class _Repository(Wire):
    full_name: str = Field(pattern=r"^[^/\s]+/[^/\s]+$")
    html_url: str = Field(min_length=1)
    name: Text = ""
    owner: _Owner | None = None
    description: Text = ""
    homepage: Text = ""
    license: _Licence | None = None
    archived: bool | None = None
    fork: bool | None = None
    stars: int | None = Field(default=None, alias="stargazers_count")
    created_at: Text = ""
    pushed_at: Text = ""
    topics: Listed[str] = ()


class _Release(Wire):
    tag_name: str = Field(min_length=1)
    html_url: str = Field(min_length=1)
    name: Text = ""
    body: Text = ""
    published_at: Text = ""
    author: _Owner | None = None


class _SearchAnswer(Wire):
    total_count: int
    incomplete_results: bool = False
    items: list[object]


class GitHub(Service):
    """GitHub's REST API."""

    name: ClassVar[str] = "github"
    title: ClassVar[str] = "GitHub"
    own_address: ClassVar[str] = "https://api.github.com"
    capabilities: ClassVar[Capabilities] = Capabilities(
        good_for="Repositories: whether they live, under what licence, and what was last released.",
        look_up=("repository",),
        retraction=True,
        key="optional",
        limit=ApiLimit(
            name="github",
            rates=(Rate(requests=10, seconds=60), Rate(requests=60, seconds=3_600)),
            at_once=1,
            said_at="https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api",
        ),
        limit_with_key=ApiLimit(
            name="github",
            rates=(Rate(requests=30, seconds=60), Rate(requests=5_000, seconds=3_600)),
            at_once=1,
            said_at="https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api",
        ),
        most_on_a_page=100,
        most_results=1_000,
        licence="GitHub Terms of Service",
        documentation="https://docs.github.com/en/rest",
    )

    def _search(self, query: Query) -> Ask | None:
        since = f" pushed:>={query.since}-01-01" if query.since else ""
        words = texts.within(texts.terms(query.text), _LONGEST_QUERY - len(since))
        return self._numbered(words + since, 1, self._on_one_page(query)) if words else None

    def _look_up(self, name: Name) -> Ask | None:
        found = _PROJECT.fullmatch(name[1])  # a file in it, and a repository elsewhere, is no repository of GitHub
        return self._one(f"/repos/{quote(found[1])}", "record", found[1]) if found else None

    def _numbered(self, words: str, page: int, size: int) -> Ask:
        parameters = {"q": words, "per_page": size, "page": page}
        return self._ask(
            "/search/repositories",
            parameters,
            wants="search",
            about=words,
            position=(page - 1) * size,
            size=size,
            accepts=_ACCEPTS,
            headers=_HEADERS,
            private_headers=self._token,
        )

    def _one(self, path: str, wants: str, about: str) -> Ask:
        return self._ask(
            path, wants=wants, about=about, accepts=_ACCEPTS, headers=_HEADERS, private_headers=self._token
        )

    @property
    def _token(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._access.key}"} if self._access.key else {}

    def _refuse(self, answer: Answer) -> None:
        """A spent limit comes as 403 too, with the time of its end in a header of GitHub's own."""
        if answer.status in (403, 429):
            spent = answer.header("x-ratelimit-remaining") == "0"
            wait = asked_to_wait(answer)
            if wait is None and spent:
                wait = wait_until(answer, answer.header("x-ratelimit-reset"))
            if spent or wait is not None or b"rate limit" in answer.body.lower():
                later = "Ask again later, or set a token" if wait is None else f"Ask again after {wait:.0f} s"
                raise ServiceBusyError(
                    self.title,
                    f"answered {answer.status}: its limit of requests is spent. {later}.",
                    status=answer.status,
                    wait_seconds=wait,
                )
        refuse_failure(self.title, answer)

    def _read(self, answer: Answer) -> Page:
        if answer.ask.wants == "record":
            record = self._json(answer, OneRecord).root
            releases = self._one(f"/repos/{quote(answer.ask.about)}/releases/latest", "release", answer.ask.about)
            return self._page(answer, [record], lambda one: self._of_repository(answer, one), more=releases)
        if answer.ask.wants == "release":
            record = self._json(answer, OneRecord).root
            return self._page(answer, [record], lambda one: self._of_release(answer, one))
        found = self._json(answer, _SearchAnswer)
        size = answer.ask.size
        more = self._next(
            answer,
            len(found.items),
            found.total_count,
            lambda behind: self._numbered(answer.ask.about, behind // size + 1, size),
        )
        return self._page(
            answer,
            found.items,
            lambda one: self._of_repository(answer, one),
            total=found.total_count,
            more=more if len(found.items) == size else None,
            partial="GitHub stopped the search before it was through" if found.incomplete_results else "",
        )

    def _of_repository(self, answer: Answer, record: object) -> Candidate:
        one = _Repository.model_validate(record)
        address = f"{self.own_address}/repos/{one.full_name}"
        published = dates.iso(one.created_at)
        asked = answer.ask.about if answer.ask.wants == "record" else ""
        licence = one.license.spdx_id if one.license else ""
        seen = self._seen(answer, address)
        seen.add("archived", one.archived)
        seen.add("forked", one.fork or None)
        seen.add("stars", one.stars)
        seen.add("renamed_to", one.full_name if asked and asked.lower() != one.full_name.lower() else None)
        return Candidate(
            title=one.name or one.full_name.partition("/")[2],
            url=one.html_url,
            also_at=(f"https://github.com/{asked}",) if asked and asked.lower() != one.full_name.lower() else (),
            identifiers=identify(one.html_url),
            authors=one_by_one([one.owner.login if one.owner else one.full_name.partition("/")[0]]),
            publisher="GitHub",
            kind="repository",
            year=dates.year_of(published),
            published=published,
            updated=dates.iso(one.pushed_at),
            abstract=texts.cut(texts.one_line(one.description)),
            open_access=True,
            licence="" if licence in _NO_LICENCE else licence,
            signals=seen.all(),
            provenance=self._provenance(answer, record, address),
        )

    def _of_release(self, answer: Answer, record: object) -> Candidate:
        """The notes of the latest release; the signal in them is the repository's as well."""
        release = _Release.model_validate(record)
        project = answer.ask.about
        published = dates.iso(release.published_at)
        seen = self._seen(answer, answer.ask.address)
        seen.add("last_release", f"{release.tag_name} ({published})" if published else release.tag_name)
        title = release.name if release.name not in ("", release.tag_name) else f"{project} {release.tag_name}"
        return Candidate(
            title=texts.title_of(title),
            url=release.html_url,
            identifiers=identify(release.html_url),
            authors=one_by_one([project.partition("/")[0]]),
            publisher="GitHub",
            kind="release_notes",
            year=dates.year_of(published),
            published=published,
            version=release.tag_name,
            abstract=texts.one_line(release.body)[:_NOTES],
            open_access=True,
            signals=seen.all(),
            provenance=self._provenance(answer, record, answer.ask.address),
        )
