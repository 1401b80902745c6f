"""Where which kinds of works are sought, and with which words: a table. No queries are made here."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from research_agent.model.kinds import Kind

WEB: Final = ("searxng", "brave", "tavily", "exa")
"""Searches of the web, of which each user has some or none."""

MOST_TERMS: Final = 4
"""Words of a bullet in a query. Half of the services want every word in a record, and no abstract has seven."""
_FEW: Final = 2
"""The same where a record is a title or a line: a package, a story, an entry of an index."""


class Way(NamedTuple):
    """One way of asking for a kind of works."""

    services: tuple[str, ...]
    """Names of connectors."""
    words: tuple[str, ...] = ("",)
    """Words that such works are known by; a query has one of them."""
    most: int = MOST_TERMS
    """Terms of a bullet in a query."""
    dated: bool = False
    """Whether recent works are asked for first; otherwise a work of any year is as good."""
    names: bool = False
    """Whether a query begins with the name of a technology."""
    name_alone: bool = False
    """Whether a query is the name of a technology and nothing else, whatever the bullet."""
    whole: bool = False
    """Whether it is asked about the domain as a whole alone."""
    subject: bool = False
    """Whether the guide's subject is named: the service holds works on everything."""


_SCHOLARLY: Final = (Way(("arxiv", "crossref", "openalex", "semantic_scholar", "dblp", "datacite"), dated=True),)
_STANDARDS: Final = (
    Way(("ietf",), ("", "RFC"), most=_FEW),
    Way(WEB, ("specification", "RFC", "W3C recommendation", "ISO standard")),
)
_DOCUMENTATION: Final = (Way(WEB, ("documentation", "reference", "user guide"), most=_FEW, names=True),)
_TOLD: Final = ("postmortem", "case study", "lessons learned", "in production")
_PRACTICE: Final = (
    Way(("hacker_news",), _TOLD, most=_FEW, dated=True),
    Way(WEB, _TOLD, dated=True, subject=True),
)
_CODE: Final = (
    Way(("ecosystems",), name_alone=True),
    Way(("github",), most=_FEW, dated=True, subject=True),
    Way(WEB, ("benchmark", "release notes"), most=_FEW, dated=True, names=True),
)
_TEACHING: Final = (
    Way(("stack_exchange",), most=_FEW, dated=True, subject=True),
    Way(("hacker_news",), ("", "tutorial"), most=_FEW, dated=True),
    Way(WEB, ("tutorial", "talk", "explained"), dated=True, subject=True),
)
_BOOKS: Final = (Way(("crossref", "openalex"), ("book", "handbook"), whole=True),)

_WAYS: Final[dict[Kind, tuple[Way, ...]]] = {
    "paper": _SCHOLARLY,
    "preprint": _SCHOLARLY,
    "thesis": _SCHOLARLY,
    "report": _SCHOLARLY,
    "standard": _STANDARDS,
    "draft": _STANDARDS,
    "official_docs": _DOCUMENTATION,
    "engineering_blog": _PRACTICE,
    "case_study": _PRACTICE,
    "postmortem": _PRACTICE,
    "repository": _CODE,
    "release_notes": _CODE,
    "issue_thread": _CODE,
    "benchmark": _CODE,
    "tutorial": _TEACHING,
    "talk": _TEACHING,
    "book": _BOOKS,
    "community_post": _TEACHING,
}

TELLS_OF_PRODUCTION: Final[frozenset[Kind]] = frozenset({"engineering_blog", "case_study", "postmortem", "benchmark"})
"""Kinds of works in which evidence from production is looked for."""

IN_THE_TABLE: Final = frozenset(name for ways in _WAYS.values() for way in ways for name in way.services)
"""Connectors that the table knows; what another package adds is asked every question on a domain as a whole."""


def ways_to(kinds: Iterable[Kind]) -> tuple[Way, ...]:
    """The ways of asking for works of these kinds, each once."""
    return tuple(dict.fromkeys(way for kind in kinds for way in _WAYS[kind]))
