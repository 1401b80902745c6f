"""arXiv: preprints by words and by id, as an Atom feed.

Endpoint: https://export.arxiv.org/api/query (manual: https://info.arxiv.org/help/api/user-manual.html).
Limits: one request in three seconds over one connection, over all machines of a user
(https://info.arxiv.org/help/api/tou.html); at most 2,000 results a slice, 30,000 in all. No key.
Licence: the metadata is CC0; the papers are not.
Traps:
- An error is a feed with one entry, titled "Error", whose id has /api/errors; its status is 400 now and was 200.
- Ids carry versions (2304.00228v3) and come as http:// addresses; old ones have a slash (hep-ex/0406020v1).
- Titles and abstracts have line breaks of the submission in them.
- `published` is the day of version 1, `updated` of the version that is shown.
- `arxiv:doi` is the publisher's DOI; arXiv's own (10.48550/arXiv.*) is DataCite's and is not in the feed.
- An id that does not exist gives no entry, or one without an id.
- Pages can come empty though the feed counts more results: that is a broken answer, never the end.
"""

import re
from typing import ClassVar, Final
from xml.etree import ElementTree as ET

from research_agent.errors import AnswerError, ServiceRefusedError
from research_agent.model.candidate import Candidate
from research_agent.sources.connectors import dates, texts
from research_agent.sources.connectors.answers import xml_in, xml_text
from research_agent.sources.connectors.base import Answer, Ask, Capabilities, Page, Query
from research_agent.sources.connectors.service import Service
from research_agent.sources.http.exchange import ApiLimit, Rate
from research_agent.sources.naming import Name, identify

_ATOM: Final = "{http://www.w3.org/2005/Atom}"
_ARXIV: Final = "{http://arxiv.org/schemas/atom}"
_TOTAL: Final = "{http://a9.com/-/spec/opensearch/1.1/}totalResults"
_ABSTRACT_PAGE = re.compile(r"^https?://(?:www\.|export\.)?arxiv\.org/abs/(.+?)(v\d+)?$")
_WITHDRAWN = re.compile(r"\b(?:paper|article|submission|manuscript|version)\b[^.]*\bwithdrawn\b", re.IGNORECASE)
_LATEST: Final = "999912312359"


class Arxiv(Service):
    """arXiv's query interface."""

    name: ClassVar[str] = "arxiv"
    title: ClassVar[str] = "arXiv"
    own_address: ClassVar[str] = "https://export.arxiv.org/api"
    absence: ClassVar[bytes | None] = None
    capabilities: ClassVar[Capabilities] = Capabilities(
        good_for="Preprints of computer science, mathematics and physics, with abstracts and whole texts.",
        look_up=("arxiv",),
        full_text=True,
        retraction=True,
        limit=ApiLimit(
            name="arxiv",
            rates=(Rate(requests=1, seconds=3),),
            at_once=1,
            said_at="https://info.arxiv.org/help/api/tou.html",
        ),
        most_on_a_page=100,  # 2,000 are allowed; the manual asks for small slices
        most_results=30_000,
        licence="CC0-1.0",
        documentation="https://info.arxiv.org/help/api/user-manual.html",
    )

    def _search(self, query: Query) -> Ask | None:
        words = texts.terms(query.text)
        if not words:
            return None
        wanted = " AND ".join(f"all:{word}" for word in words)
        if query.since:
            wanted += f" AND submittedDate:[{query.since}01010000 TO {_LATEST}]"
        return self._slice(wanted, 0, self._on_one_page(query))

    def _look_up(self, name: Name) -> Ask | None:
        return self._ask("/query", {"id_list": name[1], "max_results": 1}, wants="record", about=name[1], accepts=_FEED)

    def _slice(self, wanted: str, position: int, size: int) -> Ask:
        parameters = {"search_query": wanted, "start": position, "max_results": size, "sortBy": "relevance"}
        return self._ask(
            "/query", parameters, wants="search", about=wanted, position=position, size=size, accepts=_FEED
        )

    def _refuse(self, answer: Answer) -> None:
        """An error of arXiv's own says what it does not like, under whatever status."""
        if answer.status in (200, 400) and b"/api/errors" in answer.body:
            for entry in xml_in(self.title, answer, f"{_ATOM}feed").iter(f"{_ATOM}entry"):
                if "/api/errors" in _child(entry, "id"):
                    told = texts.one_line(_child(entry, "summary")) or "an error that it does not explain"
                    raise ServiceRefusedError(
                        self.title, f"it does not take this request: {told}.", status=answer.status
                    )
        super()._refuse(answer)

    def _read(self, answer: Answer) -> Page:
        feed = xml_in(self.title, answer, f"{_ATOM}feed")
        entries = [entry for entry in feed.iter(f"{_ATOM}entry") if _child(entry, "id")]
        if answer.ask.wants == "record":
            page = self._page(answer, entries, lambda entry: self._candidate(answer, entry))
            return page if entries else Page(absent=True)
        total = self._total(feed)
        if not entries and answer.ask.position < min(total, self.capabilities.most_results):
            raise AnswerError(
                self.title, f"the slice from {answer.ask.position:,} of {total:,} results is empty. Ask again later."
            )
        more = self._next(
            answer, len(entries), total, lambda position: self._slice(answer.ask.about, position, answer.ask.size)
        )
        return self._page(answer, entries, lambda entry: self._candidate(answer, entry), total=total, more=more)

    def _total(self, feed: ET.Element) -> int:
        text = (feed.findtext(_TOTAL) or "").strip()
        if not text.isdigit():
            raise AnswerError(self.title, f"a feed came without the number of its results ({text!r}).")
        return int(text)

    def _candidate(self, answer: Answer, entry: ET.Element) -> Candidate:
        found = _ABSTRACT_PAGE.match(_child(entry, "id").strip())
        if not found:
            raise ValueError(f"{_child(entry, 'id')!r} is no address of an abstract")
        url = f"https://arxiv.org/abs/{found[1]}"
        published = dates.iso(_child(entry, "published"))
        comment = texts.one_line(entry.findtext(f"{_ARXIV}comment"))
        venue = texts.one_line(entry.findtext(f"{_ARXIV}journal_ref"))
        doi = (entry.findtext(f"{_ARXIV}doi") or "").split()
        seen = self._seen(answer, url)
        seen.add("venue", venue)
        seen.add("withdrawn", True if _WITHDRAWN.search(comment) else None)
        return Candidate(
            title=texts.title_of(_child(entry, "title")),
            url=url,
            identifiers=identify(url, doi[0] if doi else None),
            authors=tuple(filter(None, (texts.one_line(_child(one, "name")) for one in entry.iter(f"{_ATOM}author")))),
            publisher="arXiv",
            venue=venue,
            kind="preprint",
            year=dates.year_of(published),
            published=published,
            updated=dates.iso(_child(entry, "updated")),
            version=found[2],
            abstract=texts.abstract_of(_child(entry, "summary")),
            open_access=True,
            full_text=next(
                (one.get("href", "") for one in entry.iter(f"{_ATOM}link") if one.get("title") == "pdf"), ""
            ),
            signals=seen.all(),
            provenance=self._provenance(answer, xml_text(entry), url),
        )


_FEED: Final = ("application/atom+xml",)


def _child(element: ET.Element, name: str) -> str:
    return element.findtext(f"{_ATOM}{name}") or ""
