"""DataCite: DOIs of preprints, software, reports and data sets (arXiv, Zenodo, Figshare), by words and by DOI.

Endpoint: https://api.datacite.org/dois (https://support.datacite.org/docs/api-queries).
Limits: in five minutes 500 requests, 1,000 with a contact in `mailto` or the User-Agent
(https://support.datacite.org/docs/rate-limit). No key.
Licence: CC0.
Traps:
- Results are ranked only when paged by number, up to 10,000; by cursor they come in order of registration.
- The query is in the syntax of Elasticsearch: a stray colon, slash or bracket is answered with 400.
- A record has several titles; the first one without a `titleType` is the work's own.
- `publisher` is a text or, in newer records, an object with a name.
- Versions of one deposit have DOIs of their own beside the one of all versions.
- A Crossref DOI is answered with 404.
"""

from typing import ClassVar, Final

from pydantic import AliasChoices, Field

from research_agent.model.candidate import Candidate
from research_agent.model.kinds import Kind
from research_agent.sources.connectors import dates, texts
from research_agent.sources.connectors.base import Answer, Ask, Capabilities, Page, Query
from research_agent.sources.connectors.service import Listed, Service, Text, Wire, one_by_one
from research_agent.sources.http.exchange import ApiLimit, Rate
from research_agent.sources.naming import Name, address_of, identify

_KINDS: Final[dict[str, Kind]] = {
    "JournalArticle": "paper",
    "ConferencePaper": "paper",
    "BookChapter": "paper",
    "DataPaper": "paper",
    "Preprint": "preprint",
    "Dissertation": "thesis",
    "Report": "report",
    "Standard": "standard",
    "Book": "book",
    "Software": "repository",
}
_SAME_WORK: Final = frozenset({"IsVersionOf", "IsIdenticalTo", "IsPreprintOf", "HasPreprint", "IsVariantFormOf"})
_REPLACED: Final = "IsObsoletedBy"
_ARXIV_DOI: Final = "10.48550/arxiv."


class _Titled(Wire):
    title: Text = ""
    type: str | None = Field(default=None, alias="titleType")


class _Creator(Wire):
    name: Text = ""
    given: Text = Field(default="", alias="givenName")
    family: Text = Field(default="", alias="familyName")

    @property
    def told(self) -> str:
        return texts.plain(f"{self.given} {self.family}" if self.given and self.family else self.name)


class _Publisher(Wire):
    name: Text = ""


class _Date(Wire):
    date: Text = ""
    type: Text = Field(default="", alias="dateType")


class _Description(Wire):
    description: Text = ""
    type: Text = Field(default="", alias="descriptionType")


class _Rights(Wire):
    identifier: Text = Field(default="", alias="rightsIdentifier")
    rights: Text = ""


class _Related(Wire):
    identifier: Text = Field(default="", alias="relatedIdentifier")
    type: Text = Field(default="", alias="relatedIdentifierType")
    relation: Text = Field(default="", alias="relationType")


class _Types(Wire):
    general: Text = Field(default="", alias="resourceTypeGeneral")


class _Attributes(Wire):
    doi: str = Field(min_length=6)
    titles: Listed[_Titled] = ()
    creators: Listed[_Creator] = ()
    publisher: _Publisher | str | None = None
    year: int | None = Field(default=None, alias="publicationYear")
    dates: Listed[_Date] = ()
    descriptions: Listed[_Description] = ()
    language: str | None = None
    types: _Types = _Types()
    version: str | None = None
    url: Text = ""
    rights: Listed[_Rights] = Field(default=(), alias="rightsList")
    related: Listed[_Related] = Field(default=(), alias="relatedIdentifiers")
    citations: int | None = Field(default=None, alias="citationCount")
    downloads: int | None = Field(default=None, alias="downloadCount")

    def day(self, *kinds: str) -> str | None:
        """The first of these dates that the record has."""
        return next(
            (one for kind in kinds for date in self.dates if date.type == kind and (one := dates.iso(date.date))), None
        )


class _Doi(Wire):
    attributes: _Attributes


class _Meta(Wire):
    total: int = Field(validation_alias=AliasChoices("total", "total-results"))


class _SearchAnswer(Wire):
    data: list[object]
    meta: _Meta


class _RecordAnswer(Wire):
    data: dict[str, object]


_OF_THE_IDENTIFIED: Final = ApiLimit(
    name="datacite",
    rates=(Rate(requests=1_000, seconds=300),),
    at_once=2,
    said_at="https://support.datacite.org/docs/rate-limit",
)


class DataCite(Service):
    """DataCite's REST API."""

    name: ClassVar[str] = "datacite"
    title: ClassVar[str] = "DataCite"
    own_address: ClassVar[str] = "https://api.datacite.org"
    capabilities: ClassVar[Capabilities] = Capabilities(
        good_for="Software, reports, data sets and preprints with a DOI that no publisher registered.",
        look_up=("doi", "arxiv"),
        limit=ApiLimit(
            name="datacite",
            rates=(Rate(requests=500, seconds=300),),
            at_once=2,
            said_at="https://support.datacite.org/docs/rate-limit",
        ),
        most_on_a_page=100,  # 1,000 are allowed
        most_results=10_000,
        licence="CC0-1.0",
        documentation="https://support.datacite.org/docs/api-queries",
    )

    @property
    def limit(self) -> ApiLimit:
        """That of identified callers, where the user gives a contact."""
        return _OF_THE_IDENTIFIED if self._access.contact else self.capabilities.limit

    def _search(self, query: Query) -> Ask | None:
        # A word may have a plus sign in it, which is syntax here and would find nothing anyway.
        wanted = " AND ".join(word.replace("+", "") for word in texts.terms(query.text))
        if wanted and query.since:
            wanted += f" AND publicationYear:[{query.since} TO *]"
        return self._numbered(wanted, 1, self._on_one_page(query)) if wanted else None

    def _look_up(self, name: Name) -> Ask | None:
        doi = name[1] if name[0] == "doi" else _ARXIV_DOI + name[1]
        return self._ask(f"/dois/{doi}", wants="record", about=doi, private_parameters=self._contact)

    def _numbered(self, wanted: str, page: int, size: int) -> Ask:
        parameters = {"query": wanted, "sort": "relevance", "page[number]": page, "page[size]": size}
        return self._ask(
            "/dois",
            parameters,
            wants="search",
            about=wanted,
            position=(page - 1) * size,
            size=size,
            accepts=("application/vnd.api+json", "application/json"),
            private_parameters=self._contact,
        )

    @property
    def _contact(self) -> dict[str, str]:
        return {"mailto": self._access.contact}

    def _read(self, answer: Answer) -> Page:
        if answer.ask.wants == "record":
            record = self._json(answer, _RecordAnswer).data
            return self._page(answer, [record], lambda one: self._candidate(answer, one))
        found = self._json(answer, _SearchAnswer)
        size = answer.ask.size
        more = self._next(
            answer,
            len(found.data),
            found.meta.total,
            lambda behind: self._numbered(answer.ask.about, behind // size + 1, size),
        )
        return self._page(
            answer,
            found.data,
            lambda one: self._candidate(answer, one),
            total=found.meta.total,
            more=more if len(found.data) == size else None,
        )

    def _candidate(self, answer: Answer, record: object) -> Candidate:
        work = _Doi.model_validate(record).attributes
        url = address_of("doi", work.doi.lower())
        address = f"{self.own_address}/dois/{work.doi.lower()}"
        published = work.day("Issued", "Available", "Submitted", "Created") or dates.partial([work.year])
        publisher = work.publisher.name if isinstance(work.publisher, _Publisher) else work.publisher
        own = next((one for one in work.titles if not one.type), None) or next(iter(work.titles), _Titled())
        abstract = next((one for one in work.descriptions if one.type == "Abstract"), None)
        seen = self._seen(answer, address)
        seen.add("citations", work.citations)
        seen.add("downloads", f"{work.downloads} in all" if work.downloads else None)
        same = one_by_one(one.identifier.lower() for one in work.related if _is(one, _SAME_WORK))
        seen.add("same_work_as", ", ".join(same))
        seen.add("obsoleted_by", ", ".join(one.identifier for one in work.related if one.relation == _REPLACED))
        return Candidate(
            title=texts.title_of(own.title),
            url=url,
            also_at=one_by_one([work.url]),
            identifiers=identify(url),
            authors=one_by_one(creator.told for creator in work.creators),
            publisher=texts.plain(publisher),
            kind=_KINDS.get(work.types.general),
            year=dates.plausible_year(work.year) or dates.year_of(published),
            published=published,
            updated=work.day("Updated"),
            version=work.version or None,
            language=work.language,
            abstract=texts.abstract_of(abstract.description if abstract else ""),
            licence=next((one.identifier or one.rights for one in work.rights), ""),
            signals=seen.all(),
            provenance=self._provenance(answer, record, address),
        )


def _is(related: _Related, relations: frozenset[str]) -> bool:
    return related.type == "DOI" and related.relation in relations
