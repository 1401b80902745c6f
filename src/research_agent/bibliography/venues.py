"""Read the publisher text of papers, reports and books: which venue, which sort of venue, volume, number."""

import re
from typing import Literal, NamedTuple

_PUBLISHERS = frozenset(
    {"aaai", "acm", "acm/ieee", "dagstuhl", "elsevier", "ieee", "ieee/acm", "mdpi", "sage", "scitepress", "springer"}
    | {"springer lncs", "usenix", "wiley"}
)
# Words that name a serial; "Proceedings of ..." is one only for the three that appear in numbered issues.
_SERIAL = re.compile(
    r"\b(journal|transactions|communications|review|letters|magazine|surveys|quarterly|queue|bulletin|annals"
    r"|proceedings of the (vldb endowment|ieee|acm on\b.*))\b",
    re.IGNORECASE,
)
_MEETING = re.compile(
    r"\b(conference|symposium|workshops?|proceedings|meeting|congress|usenix|lecture notes|lncs|lipics|ceur)\b"
    r"|\b(19|20)\d\d\b"
    "|['\N{RIGHT SINGLE QUOTATION MARK}]\\d\\d\\b",
    re.IGNORECASE,
)
_ACRONYM = re.compile(r"\b(?!(?:ACM|IEEE|USENIX)\b)[A-Z]\w*[A-Z]\w*\b")
_VOLUME_ISSUE = re.compile(r"^(?P<name>.*?),? (?P<volume>\d+)\((?P<issue>\d+)\)$")
_REPORT = re.compile(
    r"^(?P<publisher>.*?)[, ]*\b(?P<genre>Technical Report|Tech\. Rep\.|Research Report|Report) (?P<number>\S*\d\S*)$"
)
_CHAPTER_IN_PARENTHESES = re.compile(
    r"^(?P<title>.+?) \((?P<book>.+?),? (?P<part>[Cc]hapter|[Aa]ppendix) (?P<n>\w+)\)$"
)
_CHAPTER_AFTER_BOOK = re.compile(r"^(?P<book>.+?), (?P<part>[Cc]hapter|[Aa]ppendix) (?P<n>\w+): (?P<title>.+)$")


class Venue(NamedTuple):
    """Where a paper appeared; empty strings for what the text does not say."""

    type: Literal["article-journal", "paper-conference"]
    container: str
    publisher: str
    volume: str = ""
    issue: str = ""


class Report(NamedTuple):
    """Who issued a report, under which series and number."""

    publisher: str
    genre: str = ""
    number: str = ""


class Chapter(NamedTuple):
    """A part of a book."""

    title: str
    book: str
    number: str = ""


def parse_venue(text: str) -> Venue:
    """The venue of a paper.

    A serial when the text has a volume with an issue, "12(3)", or a serial's word ("Journal", "Transactions",
    "Review", ...); else a meeting when it has a meeting's word, a year, or an acronym besides its sponsors
    ("ACM HotNets", but not "IEEE Software"); else a serial. A publisher at the end, after a comma or in parentheses,
    is split off; what follows a semicolon (a second place of publication) is left out.
    """
    name, publisher = _split_publisher(text.partition(";")[0].strip())
    numbered = _VOLUME_ISSUE.match(name)
    if numbered:
        return Venue("article-journal", numbered["name"], publisher, numbered["volume"], numbered["issue"])
    if _SERIAL.search(name):
        return Venue("article-journal", name, publisher)
    if not name or _MEETING.search(name) or _ACRONYM.search(name):
        return Venue("paper-conference", name, publisher)
    return Venue("article-journal", name, publisher)


def parse_report(text: str) -> Report:
    """Split "Google Technical Report dapper-2010-1" into publisher, series and number."""
    found = _REPORT.match(text)
    if not found:
        return Report(text)
    return Report(found["publisher"].strip(), found["genre"], found["number"])


def parse_chapter(title: str, publisher: str) -> Chapter | None:
    """The chapter that a title names, if it names one.

    Understood: "TITLE (BOOK, chapter 3)", "BOOK, Chapter 3: TITLE", the same with "Appendix E", and a title that
    holds the name of the site that is the book: "BOOK: TITLE" or "TITLE (BOOK)" with BOOK as publisher.
    """
    found = _CHAPTER_IN_PARENTHESES.match(title) or _CHAPTER_AFTER_BOOK.match(title)
    if found:
        number = f"Appendix {found['n']}" if found["part"].lower() == "appendix" else found["n"]
        return Chapter(found["title"], found["book"], number)
    if publisher and title.startswith(f"{publisher}: "):
        return Chapter(title.removeprefix(f"{publisher}: "), publisher)
    if publisher and title.endswith(f" ({publisher})"):
        return Chapter(title.removesuffix(f" ({publisher})"), publisher)
    return None


def _split_publisher(text: str) -> tuple[str, str]:
    if text.casefold() in _PUBLISHERS:
        return "", text
    head, comma, tail = text.rpartition(",")
    if comma and _is_publisher(tail):
        return head.strip(), tail.strip()
    in_parentheses = re.match(r"^(?P<name>.+?) \((?P<publisher>[^()]+)\)$", text)
    if in_parentheses and _is_publisher(in_parentheses["publisher"]):
        return in_parentheses["name"], in_parentheses["publisher"]
    return text, ""


def _is_publisher(text: str) -> bool:
    return text.strip().casefold() in _PUBLISHERS
