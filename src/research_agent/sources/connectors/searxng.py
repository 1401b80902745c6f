"""SearXNG: a search of the web through a host of the user's own, which asks many engines.

Endpoint: HOST/search?format=json (https://docs.searxng.org/dev/search_api.html).
Limits: those of its engines, which lock out a host that asks too often. No key; an address is required.
Licence: none; the results are the engines'.
Traps:
- JSON is off by default: 403 until `search.formats` in settings.yml lists it. Public hosts keep it off.
- When every engine refuses, the answer is still 200, with no results and the engines under `unresponsive_engines`: that
  is a failure, not an empty result.
- `number_of_results` is mostly 0, whatever was found; there is no sign of a last page but an empty one.
"""

from typing import ClassVar, Final

from pydantic import Field

from research_agent.errors import ServiceBusyError, ServiceRefusedError
from research_agent.model.candidate import Candidate
from research_agent.sources.connectors import texts
from research_agent.sources.connectors.base import Answer, Ask, Capabilities, Page, Query
from research_agent.sources.connectors.service import Listed, Text, Wire
from research_agent.sources.connectors.web_results import WebSearch
from research_agent.sources.http.exchange import ApiLimit, Rate

_MOST_PAGES: Final = 5


class _Result(Wire):
    url: str = Field(min_length=1)
    title: Text = ""
    content: Text = ""
    published: Text = Field(default="", alias="publishedDate")


class _SearchAnswer(Wire):
    results: list[object]
    unresponsive: Listed[list[str]] = Field(default=(), alias="unresponsive_engines")


class SearXNG(WebSearch):
    """A SearXNG host."""

    name: ClassVar[str] = "searxng"
    title: ClassVar[str] = "SearXNG"
    capabilities: ClassVar[Capabilities] = Capabilities(
        good_for="Pages of the web, through engines of one's own choice, without a key.",
        limit=ApiLimit(name="searxng", rates=(Rate(requests=1, seconds=2),), at_once=1),
        most_on_a_page=20,
        most_results=100,
        documentation="https://docs.searxng.org/dev/search_api.html",
    )

    def _search(self, query: Query) -> Ask | None:
        text = texts.one_line(query.text)
        return self._numbered(text, 1, 0) if text else None

    def _numbered(self, text: str, page: int, position: int) -> Ask:
        parameters = {"q": text, "format": "json", "pageno": page}
        return self._ask(
            "/search",
            parameters,
            wants="search",
            state=str(page),
            about=text,
            position=position,
            size=self.capabilities.most_on_a_page,
        )

    def _refuse(self, answer: Answer) -> None:
        if answer.status == 403:
            raise ServiceRefusedError(
                self.title,
                "answered 403: this host gives no JSON. Add `json` to `search.formats` in its settings.yml.",
                status=403,
            )
        super()._refuse(answer)

    def _read(self, answer: Answer) -> Page:
        found = self._json(answer, _SearchAnswer)
        silent = ", ".join(": ".join(engine[:2]) for engine in found.unresponsive)
        page = int(answer.ask.state)
        if not found.results and silent and page == 1:
            raise ServiceBusyError(self.title, f"none of its engines answered ({silent}). Ask again later.", status=200)
        behind = answer.ask.position + len(found.results)
        more = self._numbered(answer.ask.about, page + 1, behind) if found.results and page < _MOST_PAGES else None
        return self._page(
            answer,
            found.results,
            lambda one: self._candidate(answer, one),
            more=more,
            partial=f"engines that did not answer: {silent}" if silent else "",
        )

    def _candidate(self, answer: Answer, record: object) -> Candidate:
        one = _Result.model_validate(record)
        return self._result(answer, record, title=one.title, url=one.url, text=one.content, day=one.published)
