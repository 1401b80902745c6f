"""Semantic Scholar: papers by words, DOI and arXiv id, with citation counts and open PDFs.

Endpoint: https://api.semanticscholar.org/graph/v1/paper (https://api.semanticscholar.org/api-docs/graph).
Limits: with a key one request a second over all endpoints; without one a pool that everybody shares (100 in five
minutes have been observed): 429 is its usual answer. A search reaches 1,000 results, 100 a page.
Key: optional, in the header `x-api-key`; keys lapse after 60 days without use.
Licence: the API's own terms (https://www.semanticscholar.org/product/api/license): attribution is asked for.
Traps:
- Almost every field can be null, `authors` and `externalIds` included; abstracts of some publishers always are.
- A search without results has no `data` at all: {"total": 0, "offset": 0}.
- Words with hyphens find nothing; they are asked for as two words.
- `openAccessPdf.url` may be an empty text; its status "CLOSED" says nothing about the address beside it.
- `year` and `publicationDate` may be of different manifestations.
- There is no word on retractions.
"""

from typing import ClassVar, Final

from pydantic import Field

from research_agent.model.candidate import Candidate
from research_agent.model.kinds import Kind
from research_agent.sources.connectors import dates, texts
from research_agent.sources.connectors.answers import another_shape
from research_agent.sources.connectors.base import Answer, Ask, Capabilities, Page, Query
from research_agent.sources.connectors.service import Listed, OneRecord, Service, Text, Wire, one_by_one
from research_agent.sources.http.exchange import ApiLimit, Rate
from research_agent.sources.naming import Name, address_of, identify

_FIELDS: Final = (
    "title,url,authors,year,publicationDate,venue,journal,externalIds,abstract,citationCount,referenceCount,"
    "isOpenAccess,openAccessPdf,publicationTypes"
)
_KINDS: Final[dict[str, Kind]] = {
    "JournalArticle": "paper",
    "Conference": "paper",
    "Review": "paper",
    "BookSection": "paper",
    "Book": "book",
}
_PREFIX: Final = {"doi": "DOI", "arxiv": "ARXIV"}
_ARXIV: Final = "arXiv.org"


class _Author(Wire):
    name: Text = ""


class _Ids(Wire):
    doi: Text = Field(default="", alias="DOI")
    arxiv: Text = Field(default="", alias="ArXiv")


class _Pdf(Wire):
    url: Text = ""
    license: Text = ""


class _Journal(Wire):
    name: Text = ""


class _Paper(Wire):
    id: str = Field(alias="paperId", min_length=1)
    title: Text = ""
    url: Text = ""
    authors: Listed[_Author] = ()
    year: int | None = None
    day: Text = Field(default="", alias="publicationDate")
    venue: Text = ""
    journal: _Journal | None = None
    ids: _Ids | None = Field(default=None, alias="externalIds")
    abstract: Text = ""
    citations: int | None = Field(default=None, alias="citationCount")
    references: int | None = Field(default=None, alias="referenceCount")
    is_open: bool | None = Field(default=None, alias="isOpenAccess")
    pdf: _Pdf | None = Field(default=None, alias="openAccessPdf")
    types: Listed[str] = Field(default=(), alias="publicationTypes")


class _SearchAnswer(Wire):
    total: int
    data: list[object] | None = None


class SemanticScholar(Service):
    """Semantic Scholar's Academic Graph."""

    name: ClassVar[str] = "semantic_scholar"
    title: ClassVar[str] = "Semantic Scholar"
    own_address: ClassVar[str] = "https://api.semanticscholar.org/graph/v1"
    capabilities: ClassVar[Capabilities] = Capabilities(
        good_for="Papers of all fields, computer science above all, with citation counts and open PDFs.",
        look_up=("doi", "arxiv"),
        full_text=True,
        key="optional",
        limit=ApiLimit(
            name="semantic_scholar",
            rates=(Rate(requests=1, seconds=3),),
            at_once=1,
            said_at="https://www.semanticscholar.org/product/api",
        ),  # 100 in five minutes, over everybody who asks without a key
        limit_with_key=ApiLimit(
            name="semantic_scholar",
            rates=(Rate(requests=1, seconds=1),),
            at_once=1,
            said_at="https://www.semanticscholar.org/product/api",
        ),
        most_on_a_page=100,
        most_results=1_000,
        licence="Semantic Scholar API License Agreement",
        documentation="https://api.semanticscholar.org/api-docs/graph",
    )

    def _search(self, query: Query) -> Ask | None:
        words = " ".join(texts.terms(query.text)).replace("-", " ").replace('"', "")
        since = f"{query.since}-" if query.since else ""
        return self._slice(words, since, 0, self._on_one_page(query)) if words else None

    def _look_up(self, name: Name) -> Ask | None:
        return self._ask(
            f"/paper/{_PREFIX[name[0]]}:{name[1]}",
            {"fields": _FIELDS},
            wants="record",
            about=name[1],
            private_headers=self._key,
        )

    def _slice(self, words: str, since: str, position: int, size: int) -> Ask:
        # The service refuses an offset and limit that add up to more than it hands out.
        size = min(size, self.capabilities.most_results - position)
        parameters = {"query": words, "year": since, "offset": position, "limit": size, "fields": _FIELDS}
        return self._ask(
            "/paper/search",
            parameters,
            wants="search",
            state=since,
            about=words,
            position=position,
            size=size,
            private_headers=self._key,
        )

    @property
    def _key(self) -> dict[str, str]:
        return {"x-api-key": self._access.key} if self._access.key else {}

    def _read(self, answer: Answer) -> Page:
        if answer.ask.wants == "record":
            record = self._json(answer, OneRecord).root
            return self._page(answer, [record], lambda one: self._candidate(answer, one))
        found = self._json(answer, _SearchAnswer)
        if found.data is None and found.total:
            raise another_shape(self.title, "`data` beside a total that is not zero", {"total": found.total})
        records = found.data or []
        since = answer.ask.state
        more = self._next(
            answer,
            len(records),
            found.total,
            lambda position: self._slice(answer.ask.about, since, position, answer.ask.size),
        )
        return self._page(answer, records, lambda one: self._candidate(answer, one), total=found.total, more=more)

    def _candidate(self, answer: Answer, record: object) -> Candidate:
        paper = _Paper.model_validate(record)
        ids = paper.ids or _Ids()
        pdf = paper.pdf or _Pdf()
        own_page = paper.url or f"https://www.semanticscholar.org/paper/{paper.id}"
        elsewhere = (
            address_of("doi", ids.doi.lower()) if ids.doi else f"https://arxiv.org/abs/{ids.arxiv}" if ids.arxiv else ""
        )
        published = dates.iso(paper.day)
        venue = texts.plain(paper.venue or (paper.journal.name if paper.journal else ""))
        seen = self._seen(answer, own_page)
        seen.add("citations", paper.citations)
        seen.add("references", paper.references)
        seen.add("venue", "" if venue == _ARXIV else venue)
        return Candidate(
            title=texts.title_of(paper.title),
            url=elsewhere or own_page,
            also_at=(own_page,) if elsewhere else (),
            identifiers=identify(elsewhere or own_page, ids.doi or None, ids.arxiv or None),
            authors=one_by_one(texts.plain(author.name) for author in paper.authors),
            venue="" if venue == _ARXIV else venue,
            kind=_kind(paper, ids, venue),
            year=dates.plausible_year(paper.year) or dates.year_of(published),
            published=published,
            abstract=texts.abstract_of(paper.abstract),
            open_access=paper.is_open,
            full_text=pdf.url,
            licence=pdf.license,
            signals=seen.all(),
            provenance=self._provenance(answer, record, own_page),
        )


def _kind(paper: _Paper, ids: _Ids, venue: str) -> Kind | None:
    """A paper that is known at arXiv alone is a preprint, though its type may say "JournalArticle"."""
    if venue == _ARXIV or (ids.arxiv and not ids.doi and not venue):
        return "preprint"
    return next((_KINDS[one] for one in paper.types if one in _KINDS), None)
