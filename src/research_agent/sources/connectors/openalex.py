"""OpenAlex: scholarly works by words and by DOI, with citation counts, open access and retractions.

Endpoint: https://api.openalex.org/works (https://developers.openalex.org/api-reference/works).
Limits: 100 requests a second, and a budget: $1 a day with a free key, $0.10 without one
(https://developers.openalex.org/api-reference/authentication). One work by DOI costs nothing, a search $0.001.
Key: optional since 2026-02-13, as `api_key`; a contact (`mailto`) no longer buys anything.
Licence: CC0.
Traps:
- Abstracts come as an inverted index: word to positions.
- Without a key, paging by cursor is answered with 401, so pages are asked for by number; those reach 10,000 results.
- `per_page` is 100 at most (200 once).
- A date on the first of January mostly means that the year alone is known.
- `title` and `primary_location.source` may be null; "paratext" (covers, tables of contents) is no work.
- A DOI that it lacks is answered with 404 and a page in HTML.
"""

from typing import ClassVar, Final

from pydantic import Field

from research_agent.model.candidate import Candidate
from research_agent.model.kinds import Kind
from research_agent.sources.connectors import dates, texts
from research_agent.sources.connectors.base import Answer, Ask, Capabilities, Page, Query
from research_agent.sources.connectors.service import Listed, OneRecord, Service, Text, Wire, one_by_one
from research_agent.sources.http.exchange import ApiLimit, Rate
from research_agent.sources.naming import Name, identify

_KINDS: Final[dict[str, Kind]] = {
    "article": "paper",
    "review": "paper",
    "book-chapter": "paper",
    "preprint": "preprint",
    "dissertation": "thesis",
    "report": "report",
    "standard": "standard",
    "book": "book",
}
_SELECTED: Final = (
    "id,doi,title,type,publication_year,publication_date,language,authorships,primary_location,best_oa_location,"
    "open_access,is_retracted,is_paratext,cited_by_count,referenced_works_count,abstract_inverted_index"
)
_NEW_YEAR: Final = "-01-01"
# arXiv's own DOIs are made of its ids (https://info.arxiv.org/help/doi.html).
_ARXIV_DOI: Final = "10.48550/arxiv."


class _Named(Wire):
    display_name: Text = ""
    host_organization_name: Text = ""


class _Location(Wire):
    landing_page_url: Text = ""
    pdf_url: Text = ""
    source: _Named | None = None
    license: Text = ""
    version: Text = ""


class _Authorship(Wire):
    author: _Named = _Named()
    raw_author_name: Text = ""


class _Access(Wire):
    is_oa: bool | None = None
    oa_url: Text = ""


class _Work(Wire):
    id: str = Field(min_length=2)
    doi: Text = ""
    title: Text = ""
    type: Text = ""
    publication_year: int | None = None
    publication_date: Text = ""
    language: str | None = None
    authorships: Listed[_Authorship] = ()
    primary_location: _Location | None = None
    best_oa_location: _Location | None = None
    open_access: _Access | None = None
    is_retracted: bool | None = None
    is_paratext: bool | None = None
    cited_by_count: int | None = None
    referenced_works_count: int | None = None
    abstract_inverted_index: dict[str, list[int]] | None = None


class _Meta(Wire):
    count: int


class _SearchAnswer(Wire):
    meta: _Meta
    results: list[object]


class OpenAlex(Service):
    """OpenAlex's works."""

    name: ClassVar[str] = "openalex"
    title: ClassVar[str] = "OpenAlex"
    own_address: ClassVar[str] = "https://api.openalex.org"
    absence: ClassVar[bytes | None] = b""  # in HTML, whatever was asked for
    capabilities: ClassVar[Capabilities] = Capabilities(
        good_for="Scholarly works of all fields with citation counts, open copies and retraction flags.",
        look_up=("doi", "arxiv"),
        full_text=True,
        retraction=True,
        key="optional",
        limit=ApiLimit(
            name="openalex",
            rates=(Rate(requests=10, seconds=1),),
            at_once=2,
            said_at="https://developers.openalex.org/api-reference/authentication",
        ),  # 100 a second are allowed; nothing here needs them
        most_on_a_page=100,
        most_results=10_000,
        licence="CC0-1.0",
        documentation="https://developers.openalex.org/api-reference/works",
    )

    def _search(self, query: Query) -> Ask | None:
        text = " ".join(texts.terms(query.text))
        since = f"from_publication_date:{query.since}{_NEW_YEAR}" if query.since else ""
        return self._numbered(text, since, 1, self._on_one_page(query)) if text else None

    def _look_up(self, name: Name) -> Ask | None:
        doi = name[1] if name[0] == "doi" else _ARXIV_DOI + name[1]
        return self._ask(
            f"/works/doi:{doi}", {"select": _SELECTED}, wants="record", about=doi, private_parameters=self._key
        )

    def _numbered(self, text: str, since: str, page: int, size: int) -> Ask:
        parameters = {"search": text, "filter": since, "page": page, "per_page": size, "select": _SELECTED}
        return self._ask(
            "/works",
            parameters,
            wants="search",
            state=since,
            about=text,
            position=(page - 1) * size,
            size=size,
            private_parameters=self._key,
        )

    @property
    def _key(self) -> dict[str, str]:
        return {"api_key": self._access.key}

    def _read(self, answer: Answer) -> Page:
        if answer.ask.wants == "record":
            record = self._json(answer, OneRecord).root
            return self._page(answer, [record], lambda one: self._candidate(answer, one))
        found = self._json(answer, _SearchAnswer)
        size, since = answer.ask.size, answer.ask.state
        # A page by number is full unless it is the last one.
        more = self._next(
            answer,
            len(found.results),
            found.meta.count,
            lambda behind: self._numbered(answer.ask.about, since, behind // size + 1, size),
        )
        return self._page(
            answer,
            found.results,
            lambda one: self._candidate(answer, one),
            total=found.meta.count,
            more=more if len(found.results) == size else None,
        )

    def _candidate(self, answer: Answer, record: object) -> Candidate | None:
        work = _Work.model_validate(record)
        if work.is_paratext:
            return None
        address = work.id.replace("https://openalex.org/", f"{self.own_address}/works/")
        first = work.primary_location or _Location()
        free = work.best_oa_location or _Location()
        venue = texts.plain(first.source.display_name) if first.source else ""
        published = dates.iso(work.publication_date.removesuffix(_NEW_YEAR))
        url = work.doi or first.landing_page_url or work.id
        seen = self._seen(answer, address)
        seen.add("retracted", work.is_retracted)
        seen.add("citations", work.cited_by_count)
        seen.add("references", work.referenced_works_count)
        seen.add("venue", venue)
        return Candidate(
            title=texts.title_of(work.title),
            url=url,
            also_at=one_by_one(one for one in (first.landing_page_url, free.landing_page_url) if one != url),
            identifiers=identify(url, work.doi or None),
            authors=one_by_one(texts.plain(one.author.display_name or one.raw_author_name) for one in work.authorships),
            publisher=texts.plain(first.source.host_organization_name) if first.source else "",
            venue=venue,
            kind=_KINDS.get(work.type),
            year=dates.plausible_year(work.publication_year) or dates.year_of(published),
            published=published,
            language=work.language,
            abstract=texts.uninverted(work.abstract_inverted_index),
            open_access=work.open_access.is_oa if work.open_access else None,
            full_text=free.pdf_url or (work.open_access.oa_url if work.open_access else ""),
            licence=free.license or first.license,
            signals=seen.all(),
            provenance=self._provenance(answer, record, address),
        )
