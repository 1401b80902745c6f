"""The IETF: RFCs by words and number from the RFC Editor, Internet-Drafts by name from the Datatracker.

Endpoints: https://www.rfc-editor.org/rfc-index.xml (the index of all RFCs; a search reads it, so a cache makes every
search after the first one free), https://www.rfc-editor.org/rfc/rfcN.json and
https://datatracker.ietf.org/doc/NAME/doc.json (https://datatracker.ietf.org/api/).
Limits: none are published; the index has 14 MiB. No key.
Licence: metadata without claim; the texts are the IETF Trust's (https://trustee.ietf.org/documents/).
Traps:
- The text of an RFC never says that it was obsoleted: the index and the JSON do.
- The Datatracker's search matches one run of letters in titles alone, and its `time` is that of its own last edit, not
  of publication; therefore the index is searched here.
- Numbers are padded ("RFC0768"); dates have a month and mostly no day; editors are marked in their names (", Ed.").
- Numbers that were never issued stand in the index as `rfc-not-issued-entry`.
- A number that does not exist is answered with 404 and a page in HTML.
"""

import re
from collections.abc import Iterator
from typing import ClassVar, Final
from xml.etree import ElementTree as ET

from pydantic import Field

from research_agent.errors import AnswerError
from research_agent.model.candidate import Candidate
from research_agent.model.kinds import Kind
from research_agent.sources.connectors import dates, texts
from research_agent.sources.connectors.answers import xml_in, xml_text
from research_agent.sources.connectors.base import Answer, Ask, Capabilities, Page, Query
from research_agent.sources.connectors.service import Listed, OneRecord, Service, Text, Wire, one_by_one
from research_agent.sources.http.exchange import ApiLimit, Rate
from research_agent.sources.naming import Name, identify

_INDEX: Final = "{https://www.rfc-editor.org/rfc-index}"
_DATATRACKER: Final = "https://datatracker.ietf.org"
_NUMBER = re.compile(r"^RFC0*(\d+)$")
_EDITOR = re.compile(r",\s*Eds?\.$")
_FEWEST_ENTRIES: Final = 9_000
"""The index had more RFCs than this in 2021; one with fewer was cut off, however well it ends."""
# Parts of an entry in which the words of a search are looked for, each with what a word is worth there.
_WORTH: Final = {"title": 4, "keywords": 2, "abstract": 1}


class _Rfc(Wire):
    doc_id: str = Field(pattern=_NUMBER)
    title: str = Field(min_length=1)
    authors: Listed[str] = ()
    pub_status: Text = ""
    status: Text = ""
    pub_date: Text = ""
    abstract: Text = ""
    obsoletes: Listed[str] = ()
    obsoleted_by: Listed[str] = ()
    updated_by: Listed[str] = ()


class _Author(Wire):
    name: Text = ""


class _Revision(Wire):
    rev: Text = ""
    published: Text = ""


class _Draft(Wire):
    name: str = Field(min_length=1)
    title: str = Field(min_length=1)
    rev: Text = ""
    abstract: Text = ""
    authors: Listed[_Author] = ()
    state: Text = ""
    revisions: Listed[_Revision] = Field(default=(), alias="rev_history")


class Ietf(Service):
    """The RFC Editor and the Datatracker."""

    name: ClassVar[str] = "ietf"
    title: ClassVar[str] = "RFC Editor and IETF Datatracker"
    own_address: ClassVar[str] = "https://www.rfc-editor.org"
    absence: ClassVar[bytes | None] = b""  # in HTML, whatever was asked for
    capabilities: ClassVar[Capabilities] = Capabilities(
        good_for="Internet standards and drafts, with their status and what replaced them.",
        look_up=("rfc", "draft"),
        full_text=True,
        retraction=True,
        limit=ApiLimit(name="ietf", rates=(Rate(requests=1, seconds=1),), at_once=1),
        most_on_a_page=1_000,
        most_results=1_000,
        licence="no rights claimed in metadata",
        documentation="https://www.rfc-editor.org/about/indexes/",
    )

    def _search(self, query: Query) -> Ask | None:
        words = [word.strip('"') for word in texts.terms(query.text)]
        if not words:
            return None
        return self._ask(
            "/rfc-index.xml",
            wants="search",
            state=str(query.since or ""),
            about=" ".join(words),
            size=query.wanted,
            accepts=("application/xml", "text/xml"),
        )

    def _look_up(self, name: Name) -> Ask | None:
        if name[0] == "rfc":
            return self._ask(f"/rfc/rfc{name[1]}.json", wants="rfc", about=name[1])
        base = self._access.base.rstrip("/") or _DATATRACKER
        return self._ask(f"/doc/{name[1]}/doc.json", wants="draft", about=name[1], base=base)

    def _read(self, answer: Answer) -> Page:
        if answer.ask.wants == "rfc":
            record = self._json(answer, OneRecord).root
            return self._page(answer, [record], lambda one: self._of_rfc(answer, one))
        if answer.ask.wants == "draft":
            record = self._json(answer, OneRecord).root
            return self._page(answer, [record], lambda one: self._of_draft(answer, one))
        index = xml_in(self.title, answer, f"{_INDEX}rfc-index")
        entries = index.findall(f"{_INDEX}rfc-entry")
        if len(entries) < _FEWEST_ENTRIES and not self._access.base:
            raise AnswerError(self.title, f"an index of {len(entries):,} RFCs came; there are more than 9,000.")
        since = answer.ask.state
        found = list(_best(entries, answer.ask.about.casefold().split(), int(since or 0)))
        best = found[: answer.ask.size]
        return self._page(answer, best, lambda entry: self._of_entry(answer, entry), total=len(found))

    def _of_rfc(self, answer: Answer, record: object) -> Candidate:
        rfc = _Rfc.model_validate(record)
        return self._candidate(answer, rfc, record, _number(rfc.doc_id))

    def _of_entry(self, answer: Answer, entry: ET.Element) -> Candidate:
        rfc = _Rfc(
            doc_id=_part(entry, "doc-id"),
            title=_part(entry, "title"),
            authors=[_part(author, "name") for author in entry.iter(f"{_INDEX}author")],
            pub_status=_part(entry, "publication-status"),
            status=_part(entry, "current-status"),
            pub_date=" ".join(_part(date, part) for date in entry.iter(f"{_INDEX}date") for part in _DATE),
            abstract=" ".join(one.text or "" for one in entry.iterfind(f"{_INDEX}abstract/{_INDEX}p")),
            obsoletes=_related(entry, "obsoletes"),
            obsoleted_by=_related(entry, "obsoleted-by"),
            updated_by=_related(entry, "updated-by"),
        )
        return self._candidate(answer, rfc, xml_text(entry), _number(rfc.doc_id))

    def _candidate(self, answer: Answer, rfc: _Rfc, record: object, number: str) -> Candidate:
        url = f"https://www.rfc-editor.org/rfc/rfc{number}"
        address = f"https://www.rfc-editor.org/info/rfc{number}"
        published = dates.spelled(rfc.pub_date)
        seen = self._seen(answer, address)
        status = (rfc.status or rfc.pub_status).casefold().replace(" ", "_")
        seen.add("standard_status", "" if status == "unknown" else status)
        seen.add("obsoleted_by", ", ".join(map(_spaced, rfc.obsoleted_by)) or False)
        seen.add("obsoletes", ", ".join(map(_spaced, rfc.obsoletes)))
        seen.add("updated_by", ", ".join(map(_spaced, rfc.updated_by)))
        return Candidate(
            title=texts.title_of(rfc.title),
            url=url,
            identifiers=identify(url),
            authors=one_by_one(_EDITOR.sub("", texts.one_line(author)) for author in rfc.authors),
            publisher="RFC Editor",
            kind="standard",
            year=dates.year_of(published),
            published=published,
            language="en",
            abstract=texts.abstract_of(rfc.abstract),
            open_access=True,
            full_text=f"{url}.html",
            signals=seen.all(),
            provenance=self._provenance(answer, record, address),
        )

    def _of_draft(self, answer: Answer, record: object) -> Candidate:
        draft = _Draft.model_validate(record)
        url = f"{_DATATRACKER}/doc/{draft.name}"
        days = sorted(filter(None, (dates.iso(revision.published) for revision in draft.revisions)))
        kind: Kind = "draft"
        seen = self._seen(answer, url)
        seen.add("standard_status", "draft")
        seen.add("draft_state", draft.state.casefold())
        return Candidate(
            title=texts.title_of(draft.title),
            url=url,
            identifiers=identify(url),
            authors=one_by_one(texts.one_line(author.name) for author in draft.authors),
            publisher="IETF",
            kind=kind,
            year=dates.year_of(days[0]) if days else None,
            published=days[0] if days else None,
            updated=days[-1] if days else None,
            version=draft.rev or None,
            language="en",
            abstract=texts.abstract_of(draft.abstract),
            open_access=True,
            full_text=f"https://www.ietf.org/archive/id/{draft.name}-{draft.rev}.txt" if draft.rev else "",
            signals=seen.all(),
            provenance=self._provenance(answer, record, url),
        )


_DATE: Final = ("day", "month", "year")


def _best(entries: list[ET.Element], words: list[str], since: int) -> Iterator[ET.Element]:
    """The entries that have every word, the worthiest first, then the newest; what was obsoleted is worth half."""
    ranked: list[tuple[float, int, ET.Element]] = []
    for place, entry in enumerate(entries):
        texts_of = {part: " ".join(_all_text(entry, part)).casefold() for part in _WORTH}
        number = _part(entry, "doc-id").casefold()
        worth = [_worth(word, texts_of, number) for word in words]
        year = _part(entry.find(f"{_INDEX}date"), "year")
        if all(worth) and (not since or (year.isdigit() and int(year) >= since)):
            obsoleted = entry.find(f"{_INDEX}obsoleted-by") is not None
            ranked.append((sum(worth) / (1 + obsoleted), place, entry))
    ranked.sort(key=lambda one: (-one[0], -one[1]))
    yield from (entry for *_, entry in ranked)


def _worth(word: str, texts_of: dict[str, str], number: str) -> int:
    """What a word is worth in an entry; 0: it has it nowhere. A number stands for the RFC itself: "RFC 9110"."""
    if word in ("rfc", "rfcs") or (word.isdigit() and number == f"rfc{word.zfill(4)}"):
        return 2 * _WORTH["title"]
    return sum(worth for part, worth in _WORTH.items() if re.search(rf"\b{re.escape(word)}", texts_of[part]))


def _all_text(entry: ET.Element, part: str) -> Iterator[str]:
    for element in entry.iterfind(f"{_INDEX}{part}"):
        yield from element.itertext()


def _part(element: ET.Element | None, name: str) -> str:
    return texts.one_line(element.findtext(f"{_INDEX}{name}")) if element is not None else ""


def _related(entry: ET.Element, name: str) -> list[str]:
    return [texts.one_line(one.text) for one in entry.iterfind(f"{_INDEX}{name}/{_INDEX}doc-id")]


def _number(doc_id: str) -> str:
    found = _NUMBER.match(doc_id)
    if not found:
        raise ValueError(f"{doc_id!r} is no number of an RFC")
    return found[1]


def _spaced(doc_id: str) -> str:
    """The number as people write it, "RFC 768" of "RFC0768"; other series keep their spelling."""
    found = _NUMBER.match(doc_id)
    return f"RFC {found[1]}" if found else doc_id
