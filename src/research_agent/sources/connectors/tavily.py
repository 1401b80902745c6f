"""Tavily: a search of the web that returns the passages of each page that fit.

Endpoint: POST https://api.tavily.com/search (https://docs.tavily.com/documentation/api-reference/endpoint/search).
Limits: 100 requests a minute with a key for development, 1,000 for production; 1,000 credits a month are free, a basic
search costs one (https://docs.tavily.com/documentation/rate-limits). Key: required, as `Authorization: Bearer`.
Licence: Tavily's terms.
Traps:
- One page of 20 results at most, and no more behind it.
- There is no author, and a date for news alone.
- Spent credits are answered with 432 (the plan's) or 433 (those paid as one goes), which are no codes of HTTP's.
"""

import json
from typing import ClassVar, Final

from pydantic import Field

from research_agent.errors import ServiceRefusedError
from research_agent.model.candidate import Candidate
from research_agent.sources.connectors import texts
from research_agent.sources.connectors.base import Answer, Ask, Capabilities, Page, Query
from research_agent.sources.connectors.service import Text, Wire
from research_agent.sources.connectors.web_results import WebSearch
from research_agent.sources.http.exchange import ApiLimit, Rate

_LONGEST_QUERY: Final = 400
_SPENT: Final = (432, 433)


class _Result(Wire):
    url: str = Field(min_length=1)
    title: Text = ""
    content: Text = ""
    published_date: Text = ""


class _SearchAnswer(Wire):
    query: str
    results: list[object]


class Tavily(WebSearch):
    """Tavily's search."""

    name: ClassVar[str] = "tavily"
    title: ClassVar[str] = "Tavily"
    own_address: ClassVar[str] = "https://api.tavily.com"
    capabilities: ClassVar[Capabilities] = Capabilities(
        good_for="Pages of the web with the passages that fit the question.",
        key="required",
        limit=ApiLimit(
            name="tavily",
            rates=(Rate(requests=100, seconds=60),),
            at_once=2,
            said_at="https://docs.tavily.com/documentation/rate-limits",
        ),
        most_on_a_page=20,
        most_results=20,
        documentation="https://docs.tavily.com/documentation/api-reference/endpoint/search",
    )

    def _search(self, query: Query) -> Ask | None:
        text = texts.within(texts.one_line(query.text).split(), _LONGEST_QUERY)
        if not text:
            return None
        size = self._on_one_page(query)
        body = {"query": text, "max_results": size, "search_depth": "basic", "topic": "general"}
        return self._ask(
            "/search",
            wants="search",
            about=text,
            size=size,
            headers={"Content-Type": "application/json"},
            body=json.dumps(body).encode(),
            private_headers={"Authorization": f"Bearer {self._access.key}"},
        )

    def _refuse(self, answer: Answer) -> None:
        if answer.status in _SPENT:
            raise ServiceRefusedError(
                self.title, f"answered {answer.status}: the credits of the key are used up.", status=answer.status
            )
        super()._refuse(answer)

    def _read(self, answer: Answer) -> Page:
        results = self._json(answer, _SearchAnswer).results
        return self._page(answer, results, lambda one: self._candidate(answer, one))

    def _candidate(self, answer: Answer, record: object) -> Candidate:
        one = _Result.model_validate(record)
        return self._result(answer, record, title=one.title, url=one.url, text=one.content, day=one.published_date)
