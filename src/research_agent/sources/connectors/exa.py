"""Exa: a search of the web by meaning.

Endpoint: POST https://api.exa.ai/search (https://exa.ai/docs/reference/search).
Limits: 10 searches a second (https://exa.ai/docs/reference/rate-limits); 1,000 a month are free. Key: required, as
`x-api-key`.
Licence: Exa's terms.
Traps:
- One page of 100 results at most, and no more behind it; how many a plan really gets depends on it.
- `author` and `publishedDate` are guesses; the latter is asked for by `startPublishedDate` all the same.
- A spent budget is answered with 402.
"""

import json
from typing import ClassVar

from pydantic import Field

from research_agent.model.candidate import Candidate
from research_agent.sources.connectors import texts
from research_agent.sources.connectors.base import Answer, Ask, Capabilities, Page, Query
from research_agent.sources.connectors.service import Listed, Text, Wire
from research_agent.sources.connectors.web_results import WebSearch
from research_agent.sources.http.exchange import ApiLimit, Rate


class _Result(Wire):
    url: str = Field(min_length=1)
    title: Text = ""
    text: Text = ""
    highlights: Listed[str] = ()
    published: Text = Field(default="", alias="publishedDate")


class _SearchAnswer(Wire):
    request: str = Field(alias="requestId")
    results: list[object]


class Exa(WebSearch):
    """Exa's search."""

    name: ClassVar[str] = "exa"
    title: ClassVar[str] = "Exa"
    own_address: ClassVar[str] = "https://api.exa.ai"
    capabilities: ClassVar[Capabilities] = Capabilities(
        good_for="Pages of the web that mean what was asked, whatever their words.",
        key="required",
        limit=ApiLimit(
            name="exa",
            rates=(Rate(requests=10, seconds=1),),
            at_once=2,
            said_at="https://exa.ai/docs/reference/rate-limits",
        ),
        most_on_a_page=100,
        most_results=100,
        documentation="https://exa.ai/docs/reference/search",
    )

    def _search(self, query: Query) -> Ask | None:
        text = texts.one_line(query.text)
        if not text:
            return None
        size = self._on_one_page(query)
        body: dict[str, object] = {"query": text, "numResults": size, "contents": {"highlights": True}}
        if query.since:
            body["startPublishedDate"] = f"{query.since}-01-01T00:00:00.000Z"
        return self._ask(
            "/search",
            wants="search",
            about=text,
            size=size,
            headers={"Content-Type": "application/json"},
            body=json.dumps(body).encode(),
            private_headers={"x-api-key": self._access.key},
        )

    def _read(self, answer: Answer) -> Page:
        results = self._json(answer, _SearchAnswer).results
        return self._page(answer, results, lambda one: self._candidate(answer, one))

    def _candidate(self, answer: Answer, record: object) -> Candidate:
        one = _Result.model_validate(record)
        text = " … ".join(one.highlights) or one.text
        return self._result(answer, record, title=one.title, url=one.url, text=text, day=one.published)
