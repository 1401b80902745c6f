"""Answer connectors from files that have the shape of the real services' answers."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from research_agent.model.candidate import Candidate
from research_agent.sources.connectors import Access, Answer, Ask, Connector, Page, Query, connector
from research_agent.sources.naming import Name

FIXTURES = Path(__file__).parent / "fixtures"
AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ACCESS = Access(key="SECRET-KEY", contact="ada@example.org")
STAND_IN = Access(key="SECRET-KEY", contact="ada@example.org", base="http://127.0.0.1:9")


class Case(NamedTuple):
    """One kind of question that a connector asks, and a good answer to it."""

    connector: str
    wants: str
    fixture: str
    name: Name | None = None
    """What is looked up; None: the case is a search."""
    size: int = 3
    access: Access = ACCESS
    text: str = "yeast"

    @property
    def connector_of_it(self) -> Connector:
        return connector(self.connector, self.access)

    @property
    def ask(self) -> Ask:
        service = self.connector_of_it
        ask = service.look_up(self.name) if self.name else service.search(Query(text=self.text, wanted=self.size))
        assert ask is not None
        return ask

    @property
    def body(self) -> bytes:
        return (FIXTURES / self.fixture).read_bytes()

    def __str__(self) -> str:
        return f"{self.connector}-{self.wants}" + (f"-{self.name[0]}" if self.name else "")


CASES = (
    Case("arxiv", "search", "arxiv_search.xml"),
    Case("arxiv", "record", "arxiv_record.xml", ("arxiv", "2304.00228")),
    Case("crossref", "search", "crossref_search.json", size=6),
    Case("crossref", "record", "crossref_record.json", ("doi", "10.1234/bread.5")),
    Case("openalex", "search", "openalex_search.json", size=4),
    Case("openalex", "record", "openalex_record.json", ("doi", "10.1234/bread.5")),
    Case("openalex", "record", "openalex_arxiv.json", ("arxiv", "2304.00228")),
    Case("semantic_scholar", "search", "semantic_scholar_search.json"),
    Case("semantic_scholar", "record", "semantic_scholar_record.json", ("doi", "10.1234/bread.5")),
    Case("semantic_scholar", "record", "semantic_scholar_arxiv.json", ("arxiv", "2304.00228")),
    Case("dblp", "search", "dblp_search.json", size=4),
    Case("datacite", "search", "datacite_search.json"),
    Case("datacite", "record", "datacite_record.json", ("doi", "10.5281/zenodo.7")),
    Case("datacite", "record", "datacite_arxiv.json", ("arxiv", "2304.00228")),
    Case("ietf", "search", "ietf_index.xml", access=STAND_IN, text="coffee"),
    Case("ietf", "search", "ietf_index.xml", access=STAND_IN, text="semantics"),
    Case("ietf", "rfc", "ietf_rfc.json", ("rfc", "9110")),
    Case("ietf", "draft", "ietf_draft.json", ("draft", "draft-example-bread-transport")),
    Case("github", "search", "github_search.json"),
    Case("github", "record", "github_record.json", ("repository", "github.com/mill-society/levain")),
    Case("stack_exchange", "search", "stack_exchange_search.json", size=2),
    Case(
        "stack_exchange",
        "record",
        "stack_exchange_record.json",
        ("url", "https://stackoverflow.com/questions/1/why-not"),
    ),
    Case("hacker_news", "search", "hacker_news_search.json", size=2),
    Case("hacker_news", "record", "hacker_news_record.json", ("url", "https://news.ycombinator.com/item?id=11")),
    Case("ecosystems", "search", "ecosystems_search.json"),
    Case("ecosystems", "record", "ecosystems_search.json", ("repository", "github.com/mill-society/levain")),
    Case("wayback", "record", "wayback_record.json", ("url", "https://bakery.example.com/gone")),
    Case("searxng", "search", "searxng_search.json", access=STAND_IN),
    Case("brave", "search", "brave_search.json", size=2),
    Case("tavily", "search", "tavily_search.json"),
    Case("exa", "search", "exa_search.json"),
)

PAGES = (
    Case("web", "page", "web_page.html", ("url", "https://bakery.example.com/why")),
    Case("web", "page", "web_retracted.html", ("url", "https://bakery.example.com/retracted")),
)
"""Pages, of which any bytes may be one: they are broken in their own way, and in `test_web_pages.py`."""


def answer(
    ask: Ask, body: bytes | str | object, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Answer:
    """An answer to the ask; what is neither bytes nor text is sent as JSON."""
    if not isinstance(body, bytes):
        body = (body if isinstance(body, str) else json.dumps(body)).encode()
    return Answer(ask=ask, status=status, headers=headers or {}, body=body, at=AT)


def read(
    name: str,
    fixture: str,
    *,
    text: str = "yeast",
    wanted: int = 3,
    access: Access = ACCESS,
    look_up: Name | None = None,
) -> Page:
    """The page that a connector reads in a fixture."""
    service = connector(name, access)
    ask = service.look_up(look_up) if look_up else service.search(Query(text=text, wanted=wanted))
    assert ask is not None
    return service.read(answer(ask, (FIXTURES / fixture).read_bytes()))


def loaded(fixture: str) -> Any:
    """The JSON of a fixture, for a test to change."""
    return json.loads((FIXTURES / fixture).read_text(encoding="utf-8"))


def signals(candidate: Candidate) -> dict[str, object]:
    """The signals of a candidate by name."""
    return {signal.name: signal.value for signal in candidate.signals}
