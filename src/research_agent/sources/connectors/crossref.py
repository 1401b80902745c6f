"""Crossref: published works by words and by DOI, with retractions, corrections and citation counts.

Endpoint: https://api.crossref.org/v1/works
(https://www.crossref.org/documentation/retrieve-metadata/rest-api/).
Limits: the answer's x-rate-limit-limit, x-rate-limit-interval and x-concurrency-limit rule. Since 2025-12-01
(doi 10.64000/wadve-3tj60) recordings show 5 requests a second and 1 at once without a contact, 10 and 3 with `mailto`
(the polite pool). Offsets reach 10,000. No key.
Licence: Crossref claims no rights in the bibliographic facts; abstracts may be their publishers'.
Traps:
- A search always finds "best" matches, however bad: title, author and year have to be compared.
- Titles and abstracts are deposited with JATS, MathML or HTML in them, and with entities escaped twice.
- `title` and `container-title` are lists and may be empty; `date-parts` has one, two or three parts, or [[null]].
- A retraction stands as `updated-by` in the retracted work and as `update-to` in the notice, once for each source
  (publisher, retraction-watch): https://crossref.gitlab.io/tutorials/get-rw-metadata/.
- A DOI of another agency (DataCite: arXiv, Zenodo) is answered with 404, in plain text.
- Records of single works carry their whole list of references; `select` works for searches alone.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import ClassVar, Final
from urllib.parse import quote

from pydantic import Field

from research_agent.model.candidate import Candidate
from research_agent.model.kinds import Kind
from research_agent.model.source import Signal
from research_agent.sources.connectors import dates, texts
from research_agent.sources.connectors.base import Answer, Ask, Capabilities, Page, Query
from research_agent.sources.connectors.service import Listed, Service, Text, Wire, one_by_one
from research_agent.sources.connectors.signals import Seen
from research_agent.sources.http.exchange import ApiLimit, Rate
from research_agent.sources.naming import Name, address_of, identify

_KINDS: Final[dict[str, Kind]] = {
    "journal-article": "paper",
    "proceedings-article": "paper",
    "book-chapter": "paper",  # most proceedings that appear in a series of books are deposited so
    "posted-content": "preprint",
    "dissertation": "thesis",
    "report": "report",
    "report-component": "report",
    "standard": "standard",
    "book": "book",
    "monograph": "book",
    "edited-book": "book",
    "reference-book": "book",
}
# Parts, containers and money: they have DOIs, and nobody cites them as works.
_NO_WORKS: Final = frozenset(
    {"component", "journal", "journal-issue", "journal-volume", "proceedings-series", "book-series", "grant"}
)
# What is read of a work and can be selected (`language` can't be: the service answers 400), so not its references.
_SELECTED: Final = (
    "DOI,title,subtitle,author,editor,container-title,publisher,type,issued,published,abstract,license,"
    "is-referenced-by-count,references-count,update-to,updated-by,relation"
)
_RETRACTIONS: Final = frozenset({"retraction", "withdrawal", "removal"})
_CORRECTIONS: Final = frozenset({"correction", "corrigendum", "erratum", "partial_retraction", "addendum"})
_SAME_WORK: Final = ("is-preprint-of", "has-preprint", "is-same-as", "is-identical-to", "is-version-of", "has-version")


class _Dated(Wire):
    parts: Listed[list[int | None]] = Field(default=(), alias="date-parts")

    @property
    def day(self) -> str | None:
        return dates.partial(self.parts[0]) if self.parts else None


class _Person(Wire):
    given: Text = ""
    family: Text = ""
    name: Text = ""

    @property
    def told(self) -> str:
        return texts.plain(self.name or f"{self.given} {self.family}")


class _Update(Wire):
    doi: Text = Field(default="", alias="DOI")
    type: Text = ""


class _Licence(Wire):
    url: Text = Field(default="", alias="URL")


class _Related(Wire):
    id: Text = ""
    id_type: Text = Field(default="", alias="id-type")


class _Work(Wire):
    doi: str = Field(alias="DOI", min_length=6)
    type: Text = ""
    title: Listed[str] = ()
    subtitle: Listed[str] = ()
    author: Listed[_Person] = ()
    editor: Listed[_Person] = ()
    container: Listed[str] = Field(default=(), alias="container-title")
    publisher: Text = ""
    issued: _Dated | None = None
    published: _Dated | None = None
    abstract: Text = ""
    language: str | None = None
    license: Listed[_Licence] = ()
    cited_by: int | None = Field(default=None, alias="is-referenced-by-count")
    references: int | None = Field(default=None, alias="references-count")
    update_to: Listed[_Update] = Field(default=(), alias="update-to")
    updated_by: Listed[_Update] = Field(default=(), alias="updated-by")
    relation: dict[str, Listed[_Related]] | None = None


class _List(Wire):
    total: int = Field(alias="total-results")
    items: list[object]


class _SearchAnswer(Wire):
    message: _List


class _RecordAnswer(Wire):
    message: dict[str, object]


_OF_THE_IDENTIFIED: Final = ApiLimit(
    name="crossref", rates=(Rate(requests=10, seconds=1),), at_once=3, said_at="https://doi.org/10.64000/wadve-3tj60"
)


class Crossref(Service):
    """Crossref's REST API."""

    name: ClassVar[str] = "crossref"
    title: ClassVar[str] = "Crossref"
    own_address: ClassVar[str] = "https://api.crossref.org/v1"
    absence: ClassVar[bytes | None] = b"resource not found"
    capabilities: ClassVar[Capabilities] = Capabilities(
        good_for="Published papers, books and standards with a DOI; the word on retractions and corrections.",
        look_up=("doi",),
        retraction=True,
        limit=ApiLimit(
            name="crossref",
            rates=(Rate(requests=5, seconds=1),),
            at_once=1,
            said_at="https://doi.org/10.64000/wadve-3tj60",
        ),
        most_on_a_page=100,  # 1,000 are allowed; large pages time out
        most_results=10_000,
        licence="bibliographic facts, no rights claimed",
        documentation="https://www.crossref.org/documentation/retrieve-metadata/rest-api/",
    )

    @property
    def limit(self) -> ApiLimit:
        """The polite pool's, where the user gives a contact."""
        return _OF_THE_IDENTIFIED if self._access.contact else self.capabilities.limit

    def _search(self, query: Query) -> Ask | None:
        text = texts.one_line(query.text)
        since = f"from-pub-date:{query.since}" if query.since else ""
        return self._slice(text, since, 0, self._on_one_page(query)) if text else None

    def _look_up(self, name: Name) -> Ask | None:
        return self._ask(
            f"/works/{quote(name[1], safe='')}", wants="record", about=name[1], private_parameters=self._contact
        )

    def _slice(self, text: str, since: str, position: int, size: int) -> Ask:
        parameters = {
            "query.bibliographic": text,
            "filter": since,
            "rows": size,
            "offset": position or None,
            "select": _SELECTED,
        }
        return self._ask(
            "/works",
            parameters,
            wants="search",
            state=since,
            about=text,
            position=position,
            size=size,
            private_parameters=self._contact,
        )

    @property
    def _contact(self) -> dict[str, str]:
        return {"mailto": self._access.contact}

    def _read(self, answer: Answer) -> Page:
        if answer.ask.wants == "record":
            work = self._json(answer, _RecordAnswer).message
            return self._page(answer, [work], lambda record: self._candidate(answer, record))
        message = self._json(answer, _SearchAnswer).message
        since = answer.ask.state
        more = self._next(
            answer,
            len(message.items),
            message.total,
            lambda position: self._slice(answer.ask.about, since, position, answer.ask.size),
        )
        return self._page(
            answer,
            message.items,
            lambda record: self._candidate(answer, record),
            total=message.total,
            more=more,
        )

    def _candidate(self, answer: Answer, record: object) -> Candidate | None:
        work = _Work.model_validate(record)
        if work.type in _NO_WORKS:
            return None
        url = address_of("doi", work.doi.lower())
        address = f"{self.own_address}/works/{quote(work.doi.lower(), safe='/')}"
        dated = (work.issued.day if work.issued else None) or (work.published.day if work.published else None)
        venue = texts.plain(next(iter(work.container), ""))
        return Candidate(
            title=texts.title_of(": ".join(filter(None, (*work.title[:1], *work.subtitle[:1])))),
            url=url,
            identifiers=identify(url),
            authors=one_by_one(person.told for person in work.author or work.editor),
            publisher=texts.plain(work.publisher),
            venue=venue,
            kind=None if work.update_to else _KINDS.get(work.type),
            year=dates.year_of(dated),
            published=dated,
            language=work.language,
            abstract=texts.abstract_of(work.abstract),
            licence=next((one.url for one in work.license if one.url), ""),
            signals=_signals(self._seen(answer, address), work, venue),
            provenance=self._provenance(answer, record, address),
        )


def _signals(seen: Seen, work: _Work, venue: str) -> tuple[Signal, ...]:
    notices = {update.doi.lower(): update.type for update in work.updated_by}  # each once, whoever reported it
    seen.add("retracted", any(kind in _RETRACTIONS for kind in notices.values()))
    seen.add("concern", _of(notices, {"expression_of_concern"}))
    seen.add("corrected_by", _of(notices, _CORRECTIONS))
    seen.add("notice_of", ", ".join(one_by_one(update.doi.lower() for update in work.update_to)))
    seen.add("notice_kind", next((update.type for update in work.update_to), ""))
    seen.add("citations", work.cited_by)
    seen.add("references", work.references)
    seen.add("venue", venue)
    related = [one for relation in _SAME_WORK for one in (work.relation or {}).get(relation, ())]
    seen.add("same_work_as", ", ".join(one_by_one(one.id.lower() for one in related if one.id_type == "doi")))
    return seen.all()


def _of(notices: Mapping[str, str], kinds: AbstractSet[str]) -> str:
    return ", ".join(doi for doi, kind in notices.items() if kind in kinds)
