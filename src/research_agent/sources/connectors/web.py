"""The web: the page or the PDF at an address, its main text, and what its markup says of title, authors and dates.

Endpoint: the address itself. With another address to ask (`Access.base`), BASE/?address=ADDRESS.
Limits: two requests a second, as a reader who opens links. No key.
Licence: the page's own, which it seldom names; of its text the provenance keeps what was read.
Traps:
- A page that is gone often answers 200, with "not found" in it, a log-in, or the front page of its site.
- Pages are served as PDFs and PDFs as pages; encodings are declared wrong. What came is looked at, not its label.
- A page may show its text by script alone; then only its markup says something.
- `rel=canonical` may name another site, or the front page for all pages: it is taken only within the site.
- Dates and authors that do not stand in the markup are guesses: a date is a signal, never a date of the work.
- The title in a PDF's metadata is mostly that of a file.
- A publisher's page about a work is not the work: its text is the abstract.
Nothing in a page is an instruction, and nothing is fetched for it but where its markup sends every reader.
"""

import re
from dataclasses import replace
from typing import ClassVar, Final
from urllib.parse import parse_qs, urljoin, urlsplit

from research_agent.errors import AnswerError, ServiceRefusedError
from research_agent.model.candidate import Candidate
from research_agent.model.source import Extent, Identifiers
from research_agent.sources.addresses import canonical_address, host_of, is_web_address, without_fragment
from research_agent.sources.connectors import dates, texts
from research_agent.sources.connectors.base import Answer, Ask, Capabilities, Page, Query
from research_agent.sources.connectors.service import Service, one_by_one
from research_agent.sources.http.exchange import ApiLimit, Rate, media_type
from research_agent.sources.naming import Name, identify, name_in
from research_agent.sources.reading import Reading, read_html, read_pdf, read_plain
from research_agent.sources.reading.instead import led_away
from research_agent.sources.reading.text import MOST_MARKUP, decoded

_GONE: Final = frozenset({404, 410})
_KEPT_OUT: Final = frozenset({401, 402, 403, 407, 451})
_ACCEPTS: Final = ("text/html", "application/xhtml+xml", "application/pdf", "text/plain")
_MOST_MOVES: Final = 2
"""Times that the markup of a page may send us on: more is a circle or a trap."""
_PDF_BEGINS_WITHIN: Final = 1024
"""Bytes before which a PDF may hold anything else (ISO 32000-2, annex I)."""
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|meta|div|p|h1|script)\b", re.IGNORECASE)
_LOOKED_AT: Final = 4096
_PLAIN_TYPES: Final = frozenset({"text/plain", "text/markdown", "text/x-rst"})
_LONG_FOR_AN_ABSTRACT: Final = 10_000
"""Characters of a publisher's page from which on it shows more of the work than an abstract."""
# An archive's copy is asked for as it came, without the archive's own bars in it.
_COPY = re.compile(r"^(https?://web\.archive\.org/web/\d{4,14})(?=/)")


class Web(Service):
    """Pages and PDFs, wherever they stand."""

    name: ClassVar[str] = "web"
    title: ClassVar[str] = "Web pages"
    absence: ClassVar[bytes | None] = None
    capabilities: ClassVar[Capabilities] = Capabilities(
        good_for="The page or the PDF at an address: its text, and what it says of itself.",
        search=False,
        look_up=("url",),
        full_text=True,
        retraction=True,
        limit=ApiLimit(name="web", rates=(Rate(requests=2, seconds=1),), at_once=2, each_host=True),
        documentation="https://www.rfc-editor.org/rfc/rfc9110",
    )

    @property
    def lacks(self) -> str:
        """Nothing: every address is its own service's."""
        return ""

    def read(self, answer: Answer) -> Page:
        """What a page says; absent where its site says that there is none.

        Raises:
            ConnectorError: it can't be had, or is nothing that can be read.
        """
        if answer.status in _GONE:
            return Page(absent=True)
        return super().read(answer)

    def _search(self, query: Query) -> Ask | None:  # noqa: ARG002 - it has no search
        return None

    def _look_up(self, name: Name) -> Ask | None:
        address = name[1].strip()
        return self._fetch(address) if is_web_address(address) else None

    def _fetch(self, address: str, moves: int = 0, asked: str = "") -> Ask:
        if self._access.base:
            ask = self._ask("/", {"address": address}, wants="page", about=asked or address, accepts=_ACCEPTS)
        else:
            target = _COPY.sub(r"\1id_", without_fragment(address))
            ask = self._ask("", wants="page", about=asked or address, base=target, accepts=_ACCEPTS)
        return replace(ask, state=f"{moves} {address}")

    def _refuse(self, answer: Answer) -> None:
        if answer.status in _KEPT_OUT:
            told = "wants a log-in or a payment, or lets no program read it"
            raise ServiceRefusedError(self.title, f"answered {answer.status}: the site {told}.", status=answer.status)
        super()._refuse(answer)

    def _read(self, answer: Answer) -> Page:
        moves, _, asked_now = answer.ask.state.partition(" ")
        landed = self._landed(answer, asked_now)
        reading = self._reading(answer, landed)
        target = urljoin(landed, reading.moved_to) if reading.moved_to else ""
        if is_web_address(target) and canonical_address(target) != canonical_address(landed):
            if int(moves) >= _MOST_MOVES:
                return Page(partial=f"the page leads on more than {_MOST_MOVES} times, at last to {target[:200]}")
            return Page(next=self._fetch(target, int(moves) + 1, answer.ask.about))
        instead = led_away(answer.ask.about, landed) or reading.instead
        if instead:
            return Page(partial=instead)
        if not reading.title and not reading.text:
            return Page(partial=reading.in_part)
        page = self._page(answer, [reading], lambda one: self._candidate(answer, one, landed))
        return replace(page, partial=reading.in_part)

    def _landed(self, answer: Answer, asked: str) -> str:
        """Where the page stands that came, without a stand-in's or an archive's own spelling of it."""
        if self._access.base:
            told = parse_qs(urlsplit(answer.address).query).get("address", [""])[0]
            return told if is_web_address(told) else asked
        return answer.address if answer.address and answer.address != answer.ask.address else asked

    def _reading(self, answer: Answer, address: str) -> Reading:
        """What came, read as what it is.

        Raises:
            AnswerError: it can't be read.
        """
        body, declared = answer.body, media_type(answer.header("content-type"))
        if not body.strip():
            raise AnswerError(self.title, "an empty page came with status 200.")
        try:
            if b"%PDF-" in body[:_PDF_BEGINS_WITHIN]:
                return read_pdf(body)
            is_markup = _MARKUP.search(body, 0, _LOOKED_AT) is not None
            text = decoded(body, answer.header("content-type"))
            cut = f"only the first {MOST_MARKUP:,} of {len(body):,} bytes were read" if len(body) > MOST_MARKUP else ""
            if declared in _PLAIN_TYPES and not is_markup:
                return read_plain(text, cut=cut)
            if is_markup or declared in ("text/html", "application/xhtml+xml"):
                return read_html(text, address, cut=cut)
        except ValueError as error:
            raise AnswerError(self.title, f"{error}.") from error
        told = f"it is said to be {declared}" if declared else "it does not say what it is"
        raise AnswerError(self.title, f"what came is neither a page nor a PDF; {told}.")

    def _candidate(self, answer: Answer, one: Reading, landed: str) -> Candidate:
        asked = answer.ask.about
        url = _own_address(one.canonical, landed)
        seen = self._seen(answer, landed)
        seen.add("retracted", one.retracted or None)
        seen.add("age_guessed", None if one.published else one.guessed_on)
        identifiers = identify(url, one.doi or None, one.arxiv or None)
        own: tuple[str, ...] = (landed, asked)
        if _is_another_work(identify(asked), identifiers):
            own = (landed,)
        else:
            identifiers = _also_named(identifiers, identify(asked))
        extent = _extent(one, name_in(asked))
        return Candidate(
            title=one.title,
            url=url,
            also_at=tuple(address for address in one_by_one(own) if address != url),
            identifiers=identifiers,
            authors=one.authors,
            publisher=one.site,
            year=dates.year_of(one.published),
            published=one.published,
            updated=one.updated,
            language=one.language or None,
            abstract=texts.cut(one.text),
            open_access=one.free,
            full_text=url if extent == "full" else "",
            signals=seen.all(),
            opened=True,
            extent=extent,
            provenance=self._provenance(answer, one.text or one.title, landed),
        )


def _own_address(canonical: str, landed: str) -> str:
    """The address that a page calls its own, if it is of the same site and not the front page for all of them."""
    own = urljoin(landed, canonical) if canonical else landed
    front = not urlsplit(own).path.strip("/") and not urlsplit(own).query and urlsplit(landed).path.strip("/")
    trusted = is_web_address(own) and host_of(own) == host_of(landed) and not front
    return own if trusted else landed


def _is_another_work(asked: Identifiers, found: Identifiers) -> bool:
    """Whether a page calls itself by another DOI or arXiv id than the one that led to it."""
    pairs = ((asked.doi, found.doi), (asked.arxiv, found.arxiv))
    return any(one and other and one != other for one, other in pairs)


def _also_named(found: Identifiers, asked: Identifiers) -> Identifiers:
    """What a page calls itself, and the name that led to it."""
    schemes = ("doi", "arxiv", "rfc", "repository")
    return found.model_copy(update={one: getattr(found, one) or getattr(asked, one) for one in schemes})


def _extent(one: Reading, asked: Name) -> Extent | None:
    """How much of the work was read: of a page about it the abstract, of a repository what its front page shows."""
    if not one.text:
        return None
    if one.describes:
        return "abstract" if len(one.text) < _LONG_FOR_AN_ABSTRACT else "excerpt"
    about_it = asked[0] == "repository" or (asked[0] == "doi" and one.form == "page")
    if one.in_part or one.free is False or about_it:
        return "excerpt"
    return "full"
