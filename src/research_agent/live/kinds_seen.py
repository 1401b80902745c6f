"""What kind of work a linked page certainly is, by its address or title; nothing is guessed. Pure."""

import re
from collections.abc import Iterable
from typing import Final

from research_agent.model.candidate import Candidate
from research_agent.model.kinds import Kind
from research_agent.sources.addresses import host_of, path_segments
from research_agent.sources.naming import name_in

_TITLED: Final[tuple[tuple[re.Pattern[str], Kind], ...]] = (
    (re.compile(r"\bpost[ -]?mortem\b|\b(?:incident|outage) (?:report|review)\b", re.IGNORECASE), "postmortem"),
    (re.compile(r"\bcase study\b", re.IGNORECASE), "case_study"),
    (re.compile(r"\brelease notes\b|\bchange ?log\b", re.IGNORECASE), "release_notes"),
    (re.compile(r"\btutorial\b", re.IGNORECASE), "tutorial"),
)
_FORGES: Final = frozenset({"github.com", "gitlab.com", "codeberg.org"})
_PAGES_OF_FORGES: Final[dict[str, Kind]] = {
    "issues": "issue_thread",
    "pull": "issue_thread",
    "pulls": "issue_thread",
    "discussions": "issue_thread",
    "merge_requests": "issue_thread",
    "releases": "release_notes",
}
_DOCUMENTATION_HOSTS: Final = (".readthedocs.io", ".readthedocs.org", ".rtfd.io")
_NOBODYS_DOCUMENTATION: Final = frozenset({"docs.google.com"})
"""Hosts that begin as documentation does and hold anybody's texts."""
_ENGINEERING: Final = re.compile(r"^(?:engineering|eng|techblog|tech-blog)\.|\.engineering$")
_VIDEO_HOSTS: Final = frozenset({"youtube.com", "m.youtube.com", "youtu.be", "vimeo.com"})


def kinds_of(candidates: Iterable[Candidate]) -> list[Kind | None]:
    """For each candidate its kind where its service says none and it is certain."""
    return [None if candidate.kind else kind_seen(candidate) for candidate in candidates]


def kind_seen(candidate: Candidate) -> Kind | None:
    """The kind that address or title give away; None: neither does."""
    scheme, _ = name_in(candidate.url)
    if scheme == "draft":
        return "draft"
    titled = next((kind for title, kind in _TITLED if title.search(candidate.title)), None)
    return _of_address(candidate.url) or titled or _of_a_blog(candidate.url)


def _of_address(url: str) -> Kind | None:
    host, segments = host_of(url), path_segments(url)
    if host in _FORGES:
        return next((kind for part in segments[2:5] if (kind := _PAGES_OF_FORGES.get(part))), None)
    if host in _VIDEO_HOSTS:
        return "talk"
    if host == "w3.org" and segments[:1] and segments[0].casefold() == "tr":
        return "standard"
    if host.endswith(_DOCUMENTATION_HOSTS) or (host.startswith("docs.") and host not in _NOBODYS_DOCUMENTATION):
        return "official_docs"
    return None


def _of_a_blog(url: str) -> Kind | None:
    """Where engineers of an organisation write; what stands there may be of a kind of its own by its title."""
    host, segments = host_of(url), path_segments(url)
    return "engineering_blog" if _ENGINEERING.search(host) or segments[:1] == ["engineering"] else None
