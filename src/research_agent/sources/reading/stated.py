"""What the markup of a page says of the page in so many words: meta elements, links and JSON-LD. Pure.

Nothing is guessed from how the page looks. Names of meta elements are those of Highwire Press (`citation_*`:
https://scholar.google.com/intl/en/scholar/inclusion.html), Dublin Core (`dc.*`), PRISM and Open Graph (https://ogp.me/);
JSON-LD is read in the words of https://schema.org/.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

from research_agent.sources.connectors import dates
from research_agent.sources.naming import normal_arxiv, normal_doi
from research_agent.sources.reading.text import LONGEST_NAME, line_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MOST_METAS: Final = 2_000
"""Meta elements that are looked at; a paper of a large collaboration names a thousand authors in them."""
MOST_AUTHORS: Final = 500
LONGEST_ADDRESS: Final = 2_000
"""Characters of an address that is believed; browsers and servers take few longer ones."""
_LARGEST_JSON: Final = 512 * 1024
_MOST_JSONS: Final = 20
_MOST_NODES: Final = 200
_WORK = re.compile(r"(?:Article|Posting|Report|Thesis|Book|Page|Chapter)$")
_TITLES: Final = ("citation_title", "dc.title", "dcterms.title", "og:title", "twitter:title")
_AUTHORS: Final = ("citation_author", "dc.creator", "dcterms.creator", "author", "article:author", "parsely-author")
_PUBLISHED: Final = (
    *("citation_publication_date", "citation_online_date", "citation_date", "prism.publicationdate"),
    *("article:published_time", "dcterms.issued", "dcterms.created", "dc.date.issued", "dc.date", "datepublished"),
)
_UPDATED: Final = ("article:modified_time", "og:updated_time", "dcterms.modified", "dc.date.modified", "datemodified")
_SITES: Final = ("citation_journal_title", "citation_conference_title", "og:site_name", "application-name")
_LANGUAGES: Final = ("citation_language", "dc.language", "dcterms.language")
_DOIS: Final = ("citation_doi", "prism.doi", "bepress_citation_doi", "dc.identifier", "dcterms.identifier")
_ARXIVS: Final = ("citation_arxiv_id",)
_OF_SCHOLARS: Final = ("citation_title", "bepress_citation_title", "eprints.title")
_LANGUAGE = re.compile(r"^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*$")
_REFRESH = re.compile(r"^\s*(\d{1,3})(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?['\"]?(?!url\s*=)([^'\"\s]+)", re.IGNORECASE)
_AT_ONCE: Final = 5
"""Seconds within which a page that sends the reader on is no page to be read."""
# What publishers put before the titles of retracted papers, as COPE advises: in the title that they deposit.
_RETRACTED_TITLE = re.compile(
    r"^\W*(?:retracted(?: (?:article|paper|chapter))?|withdrawn)\s*[:\N{EM DASH}]", re.IGNORECASE
)
_RETRACTED_STATUS = re.compile(r"\b(?:retracted|withdrawn)\b", re.IGNORECASE)


@dataclass(slots=True)
class Stated:
    """What a page says of itself."""

    metas: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Contents of meta elements by name, in small letters, in the order of the page."""
    work: Mapping[str, object] = field(default_factory=dict)
    """The first work that its JSON-LD describes."""
    canonical: str = ""
    moved_to: str = ""
    html_language: str = ""

    @property
    def title(self) -> str:
        """Its title, as it is deposited with search engines; empty: it names none."""
        return self._first(_TITLES) or line_of(self.work.get("headline"))

    @property
    def authors(self) -> tuple[str, ...]:
        """Names alone: some pages give the address of a profile for an author."""
        for name in _AUTHORS:
            if people := _names(self.metas.get(name, ())):
                return people
        return _names(_named(self.work.get("author")))

    @property
    def site(self) -> str:
        """The journal, proceedings or site in which it stands."""
        publisher = next(iter(_named(self.work.get("publisher"))), "")
        return self._first(_SITES, LONGEST_NAME) or line_of(publisher, LONGEST_NAME)

    @property
    def language(self) -> str:
        """Tag of its language (BCP 47)."""
        for text in (self._first(_LANGUAGES), self.html_language, line_of(self.work.get("inLanguage"))):
            if _LANGUAGE.match(text):
                return text.replace("_", "-")
        return ""

    @property
    def published(self) -> str | None:
        """When it was published, as exactly as it says."""
        return self._date(_PUBLISHED, "datePublished")

    @property
    def updated(self) -> str | None:
        """When it was last changed, as exactly as it says."""
        return self._date(_UPDATED, "dateModified")

    @property
    def doi(self) -> str:
        """Its DOI, if it names exactly one."""
        found = {doi for name in _DOIS for text in self.metas.get(name, ()) if (doi := normal_doi(line_of(text)))}
        return found.pop() if len(found) == 1 else ""

    @property
    def arxiv(self) -> str:
        """Its arXiv id, if it names exactly one."""
        found = {one for name in _ARXIVS for text in self.metas.get(name, ()) if (one := normal_arxiv(line_of(text)))}
        return found.pop() if len(found) == 1 else ""

    @property
    def describes_a_work(self) -> bool:
        """Whether it has the metadata of a publisher's page about a work."""
        return any(name in self.metas for name in _OF_SCHOLARS)

    @property
    def retracted(self) -> bool:
        """Whether it says that the work was retracted or withdrawn."""
        status = line_of(self.work.get("creativeWorkStatus"))
        deposited = self._first(_OF_SCHOLARS)
        return bool(_RETRACTED_TITLE.match(deposited) or _RETRACTED_STATUS.search(status))

    @property
    def free(self) -> bool | None:
        """Whether it says that all may read the whole text; None: it does not say."""
        said = str(self.work.get("isAccessibleForFree", "")).lower()
        return {"true": True, "false": False}.get(said.rpartition("/")[2])

    def _first(self, names: Iterable[str], longest: int = 500) -> str:
        texts = (line_of(text, longest) for name in names for text in self.metas.get(name, ()))
        return next(filter(None, texts), "")

    def _date(self, metas: Iterable[str], key: str) -> str | None:
        texts = [text for name in metas for text in self.metas.get(name, ())]
        texts.extend([said] if isinstance(said := self.work.get(key), str) else [])
        found = (dates.iso(text.strip().replace("/", "-")) for text in texts if len(text) < LONGEST_NAME)
        return next(filter(None, found), None)


def stated_in(tree: "HtmlElement") -> Stated:
    """What a parsed page says of itself."""
    metas: dict[str, list[str]] = defaultdict(list)
    moved_to = ""
    for meta in islice(tree.iter("meta"), MOST_METAS):
        name = (meta.get("name") or meta.get("property") or meta.get("itemprop") or "").strip().lower()
        content = meta.get("content") or ""
        if name and content:
            metas[name].append(content)
        if (meta.get("http-equiv") or "").strip().lower() == "refresh":
            moved_to = moved_to or _sent_to(content)
    links = (link for link in islice(tree.iter("link"), MOST_METAS) if "canonical" in (link.get("rel") or "").split())
    canonical = next(filter(None, (line_of(link.get("href"), LONGEST_ADDRESS) for link in links)), "")
    return Stated(
        metas=dict(metas),
        work=next(_works(tree), {}),
        canonical=canonical,
        moved_to=moved_to,
        html_language=line_of(tree.get("lang") or tree.get("xml:lang") or ""),
    )


def _sent_to(refresh: str) -> str:
    found = _REFRESH.match(line_of(refresh, LONGEST_ADDRESS))
    return found[2] if found and int(found[1]) <= _AT_ONCE else ""


def _works(tree: "HtmlElement") -> Iterator[Mapping[str, object]]:
    """The works that JSON-LD on the page describes; what is no JSON is left out."""
    scripts = (one for one in tree.iter("script") if (one.get("type") or "").lower().startswith("application/ld+json"))
    for script in islice(scripts, _MOST_JSONS):
        text = script.text or ""
        if len(text) > _LARGEST_JSON:
            continue
        try:
            loaded: object = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        for node in islice(_nodes(loaded), _MOST_NODES):
            kinds = node.get("@type")
            listed = kinds if isinstance(kinds, list) else [kinds]
            if any(isinstance(kind, str) and _WORK.search(kind) for kind in listed):
                yield node


def _nodes(loaded: object) -> Iterator[Mapping[str, object]]:
    """The objects at the top, and those of their graph."""
    for node in loaded if isinstance(loaded, list) else [loaded]:
        if isinstance(node, dict):
            yield node
            graph = node.get("@graph")
            yield from (inner for inner in (graph if isinstance(graph, list) else []) if isinstance(inner, dict))


def _named(value: object) -> list[str]:
    """Names of one or many people or organisations in JSON-LD."""
    found = []
    for one in value if isinstance(value, list) else [value]:
        name = one.get("name") if isinstance(one, dict) else one
        found.extend([name] if isinstance(name, str) else [])
    return found


def _names(texts: Iterable[str]) -> tuple[str, ...]:
    lines = (line_of(name, LONGEST_NAME) for text in islice(texts, MOST_AUTHORS) for name in text[:10_000].split(";"))
    return tuple(dict.fromkeys(name for name in lines if name and "://" not in name and "@" not in name))
