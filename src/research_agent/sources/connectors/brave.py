"""Brave Search: the web, from an index of its own.

Endpoint: https://api.search.brave.com/res/v1/web/search
(https://api-dashboard.search.brave.com/api-reference/web/search/get).
Limits: those of the plan, in x-ratelimit-* headers (50 a second on the search plan of September 2026).
Key: required, in the header `X-Subscription-Token`; a credit of $5 a month is free, a card is asked for.
Licence: the plan's terms; whether results may be stored depends on it.
Traps:
- `count` is 20 at most; `offset` counts pages, not results, and ends at 9. Pages may overlap.
- A query has 400 characters and 50 words at most.
- Without results there is no `web` at all. Snippets have <strong> in them.
- `x-ratelimit-remaining` and `-reset` list one number for each window ("0, 1419704"): the one that is spent counts.
- `page_age` is a guess.
"""

from typing import ClassVar, Final

from pydantic import Field

from research_agent.errors import ServiceBusyError
from research_agent.model.candidate import Candidate
from research_agent.sources.connectors import texts
from research_agent.sources.connectors.answers import another_shape, asked_to_wait
from research_agent.sources.connectors.base import Answer, Ask, Capabilities, Page, Query
from research_agent.sources.connectors.service import Text, Wire
from research_agent.sources.connectors.web_results import WebSearch
from research_agent.sources.http.exchange import ApiLimit, Rate

_LONGEST_QUERY: Final = 400
_MOST_WORDS: Final = 50
_LAST_PAGE: Final = 9


class _Result(Wire):
    url: str = Field(min_length=1)
    title: Text = ""
    description: Text = ""
    page_age: Text = ""


class _Web(Wire):
    results: list[object]


class _Query(Wire):
    more: bool = Field(default=False, alias="more_results_available")


class _SearchAnswer(Wire):
    type: str
    query: _Query = _Query()
    web: _Web | None = None


class Brave(WebSearch):
    """Brave's web search."""

    name: ClassVar[str] = "brave"
    title: ClassVar[str] = "Brave Search"
    own_address: ClassVar[str] = "https://api.search.brave.com/res/v1"
    capabilities: ClassVar[Capabilities] = Capabilities(
        good_for="Pages of the web, from an index that is neither Google's nor Bing's.",
        key="required",
        limit=ApiLimit(name="brave", rates=(Rate(requests=1, seconds=1),), at_once=1),
        most_on_a_page=20,
        most_results=200,
        documentation="https://api-dashboard.search.brave.com/api-reference/web/search/get",
    )

    def _search(self, query: Query) -> Ask | None:
        text = texts.within(texts.one_line(query.text).split()[:_MOST_WORDS], _LONGEST_QUERY)
        return self._numbered(text, 0, self._on_one_page(query)) if text else None

    def _numbered(self, text: str, page: int, size: int) -> Ask:
        parameters = {"q": text, "count": size, "offset": page or None, "result_filter": "web"}
        return self._ask(
            "/web/search",
            parameters,
            wants="search",
            about=text,
            position=page * size,
            size=size,
            private_headers={"X-Subscription-Token": self._access.key},
        )

    def _refuse(self, answer: Answer) -> None:
        if answer.status == 429:
            wait = _until_room(answer) if asked_to_wait(answer) is None else asked_to_wait(answer)
            later = "Ask again later" if wait is None else f"Ask again after {wait:.0f} s"
            raise ServiceBusyError(
                self.title, f"answered 429: the plan's limit is spent. {later}.", status=429, wait_seconds=wait
            )
        super()._refuse(answer)

    def _read(self, answer: Answer) -> Page:
        found = self._json(answer, _SearchAnswer)
        if found.type != "search":
            raise another_shape(self.title, "an answer of type 'search'", {"type": found.type})
        results = found.web.results if found.web else []
        page = answer.ask.position // answer.ask.size
        more = None
        if found.query.more and results and page < _LAST_PAGE:
            more = self._numbered(answer.ask.about, page + 1, answer.ask.size)
        return self._page(answer, results, lambda one: self._candidate(answer, one), more=more)

    def _candidate(self, answer: Answer, record: object) -> Candidate:
        one = _Result.model_validate(record)
        return self._result(answer, record, title=one.title, url=one.url, text=one.description, day=one.page_age)


def _until_room(answer: Answer) -> float | None:
    """Seconds until every window that is spent opens again."""
    remaining, reset = (
        [part.strip() for part in answer.header(f"x-ratelimit-{name}").split(",")] for name in ("remaining", "reset")
    )
    waits = [int(wait) for left, wait in zip(remaining, reset, strict=False) if left == "0" and wait.isdigit()]
    return float(max(waits)) if waits else None
