"""A source as a CSL-JSON 1.0.2 item: what every citation style and every export is made from."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from research_agent.bibliography.names import Name, parse_name
from research_agent.bibliography.venues import parse_chapter, parse_report, parse_venue
from research_agent.model.source import Signal, Source
from research_agent.sources.observed import PUBLISHED_IN, UPDATED_IN

CslItem = dict[str, Any]

_DESIGNATION = r"[A-Z]{2,6}[- ]\d+"
_DASHES = "-\N{EN DASH}\N{EM DASH}"
_MIDDLE_DOT = "\N{MIDDLE DOT}"
_DESIGNATION_FIRST = re.compile(rf"^(?P<number>{_DESIGNATION})\s*[{_DASHES}:]\s*(?P<title>.+)$")
_DESIGNATION_LAST = re.compile(rf"^(?P<title>.+?) \((?P<number>{_DESIGNATION})(?:, {_DESIGNATION})*\)$")
_INTERNET_DRAFT = re.compile(r"\bdraft-[a-z0-9]+(?:-[a-z0-9]+)+")
_REVISION = re.compile(r"^\d{2}$")
_PLAIN_VERSION = re.compile(r"^v?\d[\w.+-]*$")
_EVENT_HOST = re.compile(r"^[\w.-]+\.[a-z]{2,}$")
_VIDEO_SITES = frozenset({"youtube", "vimeo", "peertube"})
_FORUM_HOST = re.compile(r"(^|\.)(discuss|forum|forums|community|lists|groups)\.")


def csl_item(source: Source, key: str) -> CslItem:
    """The work as a CSL-JSON item with id `key`.

    The type follows the kind, and where a kind is published in several forms, what the record says:

    - standard: `standard` with its designation ("RFC 9110", "PEP 492") as number, taken out of the title;
      draft: the same with genre "Internet-Draft" and the draft's name as number, or genre "Draft";
    - paper: `article-journal` or `paper-conference`, see `venues.parse_venue`; preprint: `article`;
      report, thesis, book: their own, and `chapter` where the title of any kind of work names the book;
    - official_docs, release_notes, tutorial, benchmark, case_study, postmortem: `webpage`, or `post-weblog` where
      publisher or address say "blog"; engineering_blog, community_post: `post-weblog`, or `post` on a forum;
    - repository: `software`; issue_thread: `post`; talk: `speech` with its event, or `motion_picture` on a video site.

    Titles keep the work's own capitals. `issued` has a month and a day only where the record has seen them.
    `accessed` is the day on which somebody read the work; a work that was only found cited or
    indexed has none.
    """
    item: CslItem = {"id": key, "type": "document", "title": source.title}
    if source.authors:
        item["author"] = [_csl_name(parse_name(author)) for author in source.authors]
    issued = _issued(source)
    if issued:
        item["issued"] = {"date-parts": [issued]}
    item["URL"] = source.url
    if source.identifiers.doi:
        item["DOI"] = source.identifiers.doi
    if source.version:
        item["version"] = source.version
    item["language"] = source.language
    if source.existence.how == "read" and source.existence.state == "verified" and source.existence.on:
        item["accessed"] = {"date-parts": [_parts(source.existence.on)]}
    chapter = parse_chapter(source.title, source.publisher if source.kind == "book" else "")
    if chapter and source.kind in {"book", "engineering_blog", "tutorial", "community_post", "case_study"}:
        item |= {"type": "chapter", "title": chapter.title, "container-title": chapter.book}
        if chapter.number:
            item["chapter-number"] = chapter.number
        if source.publisher != chapter.book:
            item["publisher"] = source.publisher
    else:
        _DESCRIBE[source.kind](source, item)
    return {field: value for field, value in item.items() if value not in ("", None)}


def _csl_name(name: Name) -> dict[str, str]:
    if name.literal:
        return {"literal": name.literal}
    parts = {
        "family": name.family,
        "given": name.given,
        "non-dropping-particle": name.particle,
        "suffix": name.suffix,
    }
    return {part: value for part, value in parts.items() if value}


def _issued(source: Source) -> list[int]:
    """Year, month and day as far as they are known and belong to the year of the record."""
    dates = (
        _parts(source.published),
        _partial(source.signal(PUBLISHED_IN)),
        _parts(source.updated),
        _partial(source.signal(UPDATED_IN)),
    )
    for parts in dates:
        if parts and source.year in (None, parts[0]):
            return parts
    return [] if source.year is None else [source.year]


def _parts(day: date | None) -> list[int]:
    return [day.year, day.month, day.day] if day else []


def _partial(signal: Signal) -> list[int]:
    """A date that stops at the year or the month: "2022-06"."""
    return [int(part) for part in signal.value.split("-")] if isinstance(signal.value, str) else []


def _paper(source: Source, item: CslItem) -> None:
    venue = parse_venue(source.publisher)
    item |= {
        "type": venue.type,
        "container-title": venue.container,
        "publisher": venue.publisher,
        "volume": venue.volume,
        "issue": venue.issue,
    }


def _preprint(source: Source, item: CslItem) -> None:
    item |= {"type": "article", "publisher": source.publisher}
    if source.identifiers.arxiv:
        arxiv = source.identifiers.arxiv
        item |= {"number": f"arXiv:{arxiv}", "archive": "arXiv", "archive_location": arxiv}


def _report(source: Source, item: CslItem) -> None:
    report = parse_report(source.publisher)
    item |= {"type": "report", "publisher": report.publisher, "genre": report.genre, "number": report.number}


def _thesis(source: Source, item: CslItem) -> None:
    said = " ".join([source.title, source.publisher, *(placement.summary for placement in source.placements)]).lower()
    genre = "Thesis"
    if re.search(r"\b(doctoral|ph\.?d)\b", said):
        genre = "Doctoral dissertation"
    elif re.search(r"\bmaster['\u2019]?s? thesis\b", said):
        genre = "Master's thesis"
    elif "dissertation" in said:
        genre = "Dissertation"
    item |= {"type": "thesis", "publisher": source.publisher, "genre": genre}


def _standard(source: Source, item: CslItem) -> None:
    title, number = _designation(source.title)
    if source.identifiers.rfc:
        number = f"RFC {source.identifiers.rfc}"
    item |= {"type": "standard", "title": title, "number": number, "publisher": source.publisher}
    if not _PLAIN_VERSION.match(source.version or ""):
        item["version"] = None


def _draft(source: Source, item: CslItem) -> None:
    _standard(source, item)
    item["title"] = re.sub(r"\s*\(Internet-Draft\)$", "", item["title"])
    name = _draft_name(source)
    if name:
        item |= {"genre": "Internet-Draft", "number": name, "version": None}
        item["publisher"] = re.sub(r"\s*\((individual draft|Internet-Draft)\)$", "", source.publisher)
    elif not item["number"]:
        item["genre"] = "Draft"


def _draft_name(source: Source) -> str:
    """The name of an Internet-Draft with its revision as far as the record knows it."""
    found = [match for text in (source.version or "", source.url) for match in _INTERNET_DRAFT.findall(text)]
    name: str = found[0] if found else ""
    if name and _REVISION.match(source.version or ""):
        name = f"{re.sub(r'-[0-9]{2}$', '', name)}-{source.version}"
    return name


def _designation(title: str) -> tuple[str, str]:
    """Split "RFC 9110: HTTP Semantics" or "HTTP Semantics (RFC 9110)" into title and designation."""
    found = _DESIGNATION_FIRST.match(title) or _DESIGNATION_LAST.match(title)
    return (found["title"], found["number"]) if found else (title, "")


def _webpage(source: Source, item: CslItem) -> None:
    item |= {"type": "webpage", "title": _without_site(source), "container-title": source.publisher}
    if "blog" in f"{source.publisher} {source.url}".lower():
        item["type"] = "post-weblog"


def _documentation(source: Source, item: CslItem) -> None:
    item |= {"type": "webpage", "title": _without_site(source), "container-title": source.publisher}


def _release_notes(source: Source, item: CslItem) -> None:
    _documentation(source, item)
    item["genre"] = "Release notes"


def _blog_post(source: Source, item: CslItem) -> None:
    item |= {"type": "post-weblog", "title": _without_site(source), "container-title": source.publisher}
    if _FORUM_HOST.search(f".{urlsplit(source.url).hostname or ''}"):
        item |= {"type": "post", "genre": "Online forum post"}


def _software(source: Source, item: CslItem) -> None:
    item |= {"type": "software", "publisher": source.publisher}


def _thread(source: Source, item: CslItem) -> None:
    genre = "Online forum post"
    for part, name in (("/issues/", "Issue"), ("/pull/", "Pull request"), ("/merge_requests/", "Merge request")):
        if part in source.url:
            genre = name
    item |= {"type": "post", "container-title": source.publisher, "genre": genre}


def _talk(source: Source, item: CslItem) -> None:
    if source.publisher.casefold() in _VIDEO_SITES:
        item |= {"type": "motion_picture", "container-title": source.publisher, "genre": "Video"}
    elif _EVENT_HOST.match(source.publisher):
        item |= {"type": "speech", "publisher": source.publisher, "genre": "Talk"}
    else:
        item |= {"type": "speech", "event-title": source.publisher, "genre": "Talk"}
        item["title"] = _without_site(source)


def _book(source: Source, item: CslItem) -> None:
    item |= {"type": "book", "publisher": source.publisher}


def _without_site(source: Source) -> str:
    """The title without the site's name before a colon, behind a dash or bar, or in parentheses at the end."""
    if not source.publisher:
        return source.title
    site = re.escape(source.publisher)
    affix = rf"^{site}:\s+|\s+[{_DASHES}|{_MIDDLE_DOT}]\s+{site}$|\s+\({site}\)$"
    return re.sub(affix, "", source.title, count=1) or source.title


_DESCRIBE: dict[str, Callable[[Source, CslItem], None]] = {
    "paper": _paper,
    "preprint": _preprint,
    "thesis": _thesis,
    "report": _report,
    "standard": _standard,
    "draft": _draft,
    "official_docs": _documentation,
    "engineering_blog": _blog_post,
    "case_study": _webpage,
    "postmortem": _webpage,
    "repository": _software,
    "release_notes": _release_notes,
    "issue_thread": _thread,
    "benchmark": _webpage,
    "tutorial": _webpage,
    "talk": _talk,
    "book": _book,
    "community_post": _blog_post,
}
