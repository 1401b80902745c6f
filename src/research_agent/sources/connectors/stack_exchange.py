"""Stack Exchange: questions of Stack Overflow and its sister sites, by words and by address.

Endpoints: https://api.stackexchange.com/2.3/search/advanced and /questions/ID
(https://api.stackexchange.com/docs).
Limits: 300 requests a day and address without a key, 10,000 with one; never more than 30 a second
(https://api.stackexchange.com/docs/throttle). Key: optional, as `key`.
Licence: CC BY-SA, in the version that `content_license` names: name the author and link the question.
Traps:
- `backoff` in a good answer orders that many seconds without a request of the same method; who does not obey is locked
  out.
- Errors come as 400 with error_id, error_name and error_message; a throttle too (502, "throttle_violation").
- Answers are always compressed.
- Titles and names are escaped (&#39;); bodies are HTML, and come with `filter=withbody` alone.
- The total is not told unless a filter of one's own asks for it: `has_more` says whether there is another page.
- A question that does not exist is an empty list, never a 404; a deleted owner has no id.
- Pages beyond the 25th want a key.
"""

import re
from typing import ClassVar, Final

from pydantic import Field

from research_agent.errors import ServiceBusyError
from research_agent.model.candidate import Candidate
from research_agent.sources.addresses import host_of, path_segments
from research_agent.sources.connectors import dates, texts
from research_agent.sources.connectors.answers import refuse_failure
from research_agent.sources.connectors.base import Answer, Ask, Capabilities, Page, Query
from research_agent.sources.connectors.service import Service, Text, Wire, one_by_one
from research_agent.sources.http.exchange import ApiLimit, Rate
from research_agent.sources.naming import Name, identify

_SITE: Final = "stackoverflow"
_OWN_HOSTS: Final = {
    "stackoverflow.com": "stackoverflow",
    "serverfault.com": "serverfault",
    "superuser.com": "superuser",
    "askubuntu.com": "askubuntu",
    "mathoverflow.net": "mathoverflow.net",
}
_SISTER: Final = ".stackexchange.com"
_THROTTLED: Final = 502
_SECONDS = re.compile(r"(\d+) seconds?")


class _Owner(Wire):
    display_name: Text = ""


class _Question(Wire):
    question_id: int
    title: str = Field(min_length=1)
    link: str = Field(min_length=1)
    owner: _Owner | None = None
    score: int | None = None
    answer_count: int | None = None
    is_answered: bool | None = None
    creation_date: float | None = None
    last_edit_date: float | None = None
    last_activity_date: float | None = None
    content_license: Text = ""
    closed_reason: Text = ""
    body: Text = ""


class _Answer(Wire):
    items: list[object]
    has_more: bool = False
    backoff: float | None = None


class _Error(Wire):
    error_id: int
    error_name: Text = ""
    error_message: Text = ""


class StackExchange(Service):
    """The Stack Exchange API, version 2.3."""

    name: ClassVar[str] = "stack_exchange"
    title: ClassVar[str] = "Stack Exchange"
    own_address: ClassVar[str] = "https://api.stackexchange.com/2.3"
    absence: ClassVar[bytes | None] = None
    capabilities: ClassVar[Capabilities] = Capabilities(
        good_for="Questions of practice with answers that readers voted on.",
        look_up=("url",),
        key="optional",
        limit=ApiLimit(
            name="stack_exchange",
            rates=(Rate(requests=300, seconds=86_400), Rate(requests=30, seconds=1)),
            at_once=1,
            said_at="https://api.stackexchange.com/docs/throttle",
        ),
        limit_with_key=ApiLimit(
            name="stack_exchange",
            rates=(Rate(requests=10_000, seconds=86_400), Rate(requests=30, seconds=1)),
            at_once=1,
            said_at="https://api.stackexchange.com/docs/throttle",
        ),
        most_on_a_page=100,
        most_results=2_500,  # 25 pages of 100 without a key
        licence="CC-BY-SA-4.0",
        documentation="https://api.stackexchange.com/docs",
    )

    def _search(self, query: Query) -> Ask | None:
        words = " ".join(texts.terms(query.text))
        since = dates.epoch_of_year(query.since) if query.since else None
        return self._numbered(words, since, 1, self._on_one_page(query)) if words else None

    def _look_up(self, name: Name) -> Ask | None:
        host, segments = host_of(name[1]), path_segments(name[1])
        site = _OWN_HOSTS.get(host) or (host.removesuffix(_SISTER) if host.endswith(_SISTER) else "")
        if not site or len(segments) < 2 or segments[0] not in ("questions", "q") or not segments[1].isdigit():
            return None
        parameters = {"site": site, "filter": "withbody"}
        return self._ask(
            f"/questions/{segments[1]}", parameters, wants="record", about=name[1], private_parameters=self._key
        )

    def _numbered(self, words: str, since: int | None, page: int, size: int) -> Ask:
        parameters = {
            "q": words,
            "site": _SITE,
            "sort": "relevance",
            "order": "desc",
            "fromdate": since,
            "page": page,
            "pagesize": size,
            "filter": "withbody",
        }
        return self._ask(
            "/search/advanced",
            parameters,
            wants="search",
            state=str(since or ""),
            about=words,
            position=(page - 1) * size,
            size=size,
            private_parameters=self._key,
        )

    @property
    def _key(self) -> dict[str, str]:
        return {"key": self._access.key}

    def _refuse(self, answer: Answer) -> None:
        """A throttle comes as 400, with the seconds in its message."""
        if answer.status in (400, 503) and answer.body.lstrip().startswith(b"{"):
            error = self._json(answer, _Error)
            if error.error_id == _THROTTLED:
                found = _SECONDS.search(error.error_message)
                wait = float(found[1]) if found else None
                raise ServiceBusyError(
                    self.title,
                    f"answered {answer.status}: {texts.one_line(error.error_message)}.",
                    status=answer.status,
                    wait_seconds=wait,
                )
        refuse_failure(self.title, answer)

    def _read(self, answer: Answer) -> Page:
        found = self._json(answer, _Answer)
        if answer.ask.wants == "record" and not found.items:
            return Page(absent=True, wait_seconds=found.backoff)
        size, since = answer.ask.size, answer.ask.state
        more = None
        if found.has_more and size:
            more = self._next(
                answer,
                len(found.items),
                None,
                lambda behind: self._numbered(
                    answer.ask.about, int(since) if since else None, behind // size + 1, size
                ),
            )
        return self._page(
            answer, found.items, lambda one: self._candidate(answer, one), more=more, wait_seconds=found.backoff
        )

    def _candidate(self, answer: Answer, record: object) -> Candidate:
        one = _Question.model_validate(record)
        published = dates.of_epoch(one.creation_date)
        seen = self._seen(answer, one.link)
        seen.add("votes", one.score)
        seen.add("answers", one.answer_count)
        seen.add("answered", one.is_answered)
        seen.add("closed", texts.unescaped(one.closed_reason))
        return Candidate(
            title=texts.unescaped(one.title),
            url=one.link,
            identifiers=identify(one.link),
            authors=one_by_one([texts.unescaped(one.owner.display_name) if one.owner else ""]),
            publisher="Stack Overflow" if host_of(one.link) == "stackoverflow.com" else "Stack Exchange",
            kind="community_post",
            year=dates.year_of(published),
            published=published,
            updated=dates.of_epoch(one.last_edit_date),
            abstract=texts.cut(texts.plain(one.body)),
            open_access=True,
            licence=one.content_license,
            signals=seen.all(),
            provenance=self._provenance(answer, record, one.link),
        )
