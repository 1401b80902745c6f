"""DBLP: publications of computer science by words, with clean venues and authors.

Endpoint: https://dblp.org/search/publ/api (https://dblp.org/faq/13501473.html).
Limits: 1,000 hits a page; a second or two between requests, else 429 with Retry-After
(https://dblp.org/faq/1474706.html). No key.
Licence: CC0.
Traps:
- One author is an object, several are a list; so are `venue` and `ee`.
- Titles end with a full stop; names carry the number by which DBLP tells namesakes apart ("Jane Doe 0002").
- Numbers are texts, and entities are escaped (&apos;, &amp;).
- Without hits, `hits` has no `hit` at all.
- All words have to match, as prefixes; there is no abstract, no citation count, and no filter by year.
- CoRR is arXiv: its records are "Informal and Other Publications".
"""

import re
from typing import ClassVar, Final

from pydantic import Field

from research_agent.model.candidate import Candidate
from research_agent.model.kinds import Kind
from research_agent.sources.connectors import dates, texts
from research_agent.sources.connectors.base import Answer, Ask, Capabilities, Page, Query
from research_agent.sources.connectors.service import Listed, Service, Text, Wire, one_by_one
from research_agent.sources.http.exchange import ApiLimit, Rate
from research_agent.sources.naming import address_of, identify

_KINDS: Final[dict[str, Kind]] = {
    "Journal Articles": "paper",
    "Conference and Workshop Papers": "paper",
    "Parts in Books or Collections": "paper",
    "Informal and Other Publications": "preprint",
    "Editorship": "book",
    "Reference Works": "book",
}
_NAMESAKE = re.compile(r"\s\d{4}$")


class _Name(Wire):
    text: Text = ""


class _Authors(Wire):
    author: Listed[_Name] = ()


class _Info(Wire):
    key: str = Field(min_length=1)
    title: str = Field(min_length=1)
    authors: _Authors | None = None
    venue: Listed[str] = ()
    year: int | None = None
    type: Text = ""
    access: Text = ""
    doi: Text = ""
    ee: Listed[str] = ()
    url: Text = ""


class _Hit(Wire):
    info: _Info


class _Hits(Wire):
    total: int = Field(alias="@total")
    hit: Listed[object] = ()


class _Result(Wire):
    hits: _Hits


class _SearchAnswer(Wire):
    result: _Result


class Dblp(Service):
    """DBLP's search of publications."""

    name: ClassVar[str] = "dblp"
    title: ClassVar[str] = "DBLP"
    own_address: ClassVar[str] = "https://dblp.org"
    capabilities: ClassVar[Capabilities] = Capabilities(
        good_for="Papers of computer science, with venue and authors as a bibliographer wrote them.",
        limit=ApiLimit(
            name="dblp", rates=(Rate(requests=1, seconds=2),), at_once=1, said_at="https://dblp.org/faq/1474706.html"
        ),
        most_on_a_page=100,  # 1,000 are allowed
        most_results=10_000,
        licence="CC0-1.0",
        documentation="https://dblp.org/faq/13501473.html",
    )

    def _search(self, query: Query) -> Ask | None:
        words = " ".join(texts.terms(query.text)).replace('"', "")
        return self._slice(words, 0, self._on_one_page(query)) if words else None

    def _slice(self, words: str, position: int, size: int) -> Ask:
        parameters = {"q": words, "format": "json", "h": size, "f": position, "c": 0}
        return self._ask("/search/publ/api", parameters, wants="search", about=words, position=position, size=size)

    def _read(self, answer: Answer) -> Page:
        hits = self._json(answer, _SearchAnswer).result.hits
        more = self._next(
            answer,
            len(hits.hit),
            hits.total,
            lambda position: self._slice(answer.ask.about, position, answer.ask.size),
        )
        return self._page(answer, hits.hit, lambda one: self._candidate(answer, one), total=hits.total, more=more)

    def _candidate(self, answer: Answer, record: object) -> Candidate:
        info = _Hit.model_validate(record).info
        own_page = info.url or f"{self.own_address}/rec/{info.key}"
        url = address_of("doi", info.doi.lower()) if info.doi else next(iter(info.ee), own_page)
        venue = "" if info.venue == ("CoRR",) else texts.plain(", ".join(info.venue))
        seen = self._seen(answer, own_page)
        seen.add("venue", venue)
        return Candidate(
            title=texts.title_of(info.title).removesuffix("."),
            url=url,
            also_at=one_by_one(one for one in (*info.ee, own_page) if one != url),
            identifiers=identify(url, info.doi or None),
            authors=one_by_one(
                _NAMESAKE.sub("", texts.plain(author.text)) for author in (info.authors or _Authors()).author
            ),
            venue=venue,
            kind=_KINDS.get(info.type),
            year=dates.plausible_year(info.year),
            published=dates.partial([info.year]),
            open_access={"open": True, "closed": False}.get(info.access),
            signals=seen.all(),
            provenance=self._provenance(answer, record, own_page),
        )
