"""Compare what answers under a name of a work with the record of that work. Pure; `docs/verification.md` has the rules.

A service's record may speak for a work and against it. A page speaks for it by its title, and against it only where
its title and its authors are others: what programs read out of pages as author and date is too often wrong.
"""

import re
from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

from research_agent.model.candidate import Candidate
from research_agent.model.kinds import Kind
from research_agent.model.source import ExistenceState, Source
from research_agent.model.verification import Difference
from research_agent.radar.evidence import is_person
from research_agent.sources.identity import plain_words
from research_agent.sources.standing import EARLY_EDITIONS

Agreement = Literal["same", "unclear", "other"]

ALIKE: Final = 90.0
"""Likeness of two titles, 0 to 100 (`rapidfuzz.fuzz.ratio` of plain words), from which they are one: no two of the 717
titles that ship come to it, and a misprint or a changed mark leaves a title above it."""
_OF_OTHER_WORKS: Final = 60.0
"""Likeness of the sorted words below which titles are evidently others: of the pairs of titles that ship, one in a
thousand is above it."""
_LEAST_RUN: Final = 2
"""Words of a title that stand as they are in a longer one: a single word stands in many."""
_TELLING: Final = 3
"""Letters that a word has at least to tell something."""
_MOST_YEARS_APART: Final = 1
"""A work is online in one year and in its issue in the next."""
_AUTHORS_SHOWN: Final = 3
# These have the date of their last change, if any (docs/corpus-format.md).
_UNDATED: Final[frozenset[Kind]] = frozenset({"official_docs", "repository", "release_notes", "issue_thread"})
_DESIGNATION = re.compile(r"^[A-Z]{2,6}[- ]\d+\s*[:\N{EN DASH}\N{EM DASH}-]\s*(?=\S)")
_OF_AN_ORGANISATION: Final = frozenset({"and", "at", "for", "of", "the"})
_ET_AL = re.compile(r"\bet\s+al\b\.?", re.IGNORECASE)


class Finding(NamedTuple):
    """What a comparison shows."""

    state: ExistenceState
    why: str
    differences: tuple[Difference, ...]


def compared_record(source: Source, candidate: Candidate) -> Finding:
    """What a service's record under one of the source's names shows of the source.

    Authors or a year that speak against it contradict it. A title that agrees, with an author or a year that agrees,
    verifies it. Anything else shows nothing.
    """
    if not candidate.title:
        return Finding("unverifiable", "the record there has no title", ())
    title, authors, year = (
        titles_agree(source.title, candidate.title),
        authors_agree(source.authors, candidate.authors),
        years_agree(source, candidate),
    )
    differences = _differences(source, candidate, title, authors, year)
    if "other" in (authors, year):
        fields = _listed(one.field for one in differences)
        what = "evidently another work" if title == authors == "other" else "not what the record says"
        return Finding("contradicted", f"what is there is {what}: other {fields}", differences)
    if title != "same":
        told = "another title" if title == "other" else "a title that is only like it"
        return Finding("unverifiable", f"there is {told}, and nothing that tells the works apart", differences)
    agreeing = [name for name, found in (("authors", authors), ("year", year)) if found == "same"]
    if not agreeing:
        return Finding("unverifiable", "only its title is there, and neither author nor year to compare", differences)
    return Finding("verified", f"{_listed(['title', *agreeing])} agree", differences)


def compared_page(source: Source, candidate: Candidate) -> Finding:
    """What the page at the source's address shows of the source."""
    if not candidate.title:
        return Finding("unverifiable", "the page has no title to compare", ())
    title = titles_agree(source.title, candidate.title, of_page=True)
    if title != "same" and _in_text(source.title, candidate.abstract):
        title = "same"  # some sites give all their pages one title, and the work's own stands in the text
    if title == "same":
        return Finding("verified", "the page has this title", ())
    authors = authors_agree(source.authors, candidate.authors)
    differences = _differences(source, candidate, "other", authors if title == "other" else "unclear", "unclear")
    if title == authors == "other":
        return Finding("contradicted", "the page there is evidently another work: other title and authors", differences)
    return Finding("unverifiable", "the page has another title, which may be its site's", differences)


def titles_agree(ours: str, theirs: str, *, of_page: bool = False) -> Agreement:
    """Whether two titles name one work, by their plain words, without designations such as "RFC 9110:".

    A subtitle or the name of a site may stand on one side alone. Of a page, words may also stand in another order.
    """
    from rapidfuzz import fuzz

    one, other = (plain_words(_DESIGNATION.sub("", title.strip())) for title in (ours, theirs))
    if not one or not other:
        return "unclear"
    shorter, longer = sorted((one, other), key=len)
    words = shorter.split()
    if fuzz.ratio(one, other) >= ALIKE or (len(words) >= _LEAST_RUN and f" {shorter} " in f" {longer} "):
        return "same"
    telling = {word for word in words if len(word) >= _TELLING}
    if of_page and len(telling) >= _LEAST_RUN and set(words) <= set(longer.split()):
        return "same"
    return "unclear" if fuzz.token_sort_ratio(one, other) >= _OF_OTHER_WORKS else "other"


def authors_agree(ours: Iterable[str], theirs: Iterable[str]) -> Agreement:
    """Whether our first author is among theirs; other only where the two lists have no name in common.

    Services order authors differently and give family names first or last, so any telling word of a name counts.
    Organisations are not compared: one calls "IETF" what another calls by the names of its editors.
    """
    people = [_name_words(author) for author in ours if _is_person(author)]
    named = {word for author in theirs if _is_person(author) for word in _name_words(author)}
    if not people or not named:
        return "unclear"
    if people[0] & named:
        return "same"
    return "unclear" if any(person & named for person in people) else "other"


def years_agree(source: Source, candidate: Candidate) -> Agreement:
    """Whether the years of publication agree to one year; nothing follows where either is of an early edition."""
    ours = source.published.year if source.published else source.year
    if source.kind in _UNDATED or ours is None or candidate.year is None:
        return "unclear"
    if abs(ours - candidate.year) <= _MOST_YEARS_APART:
        return "same"
    return "unclear" if EARLY_EDITIONS & {source.kind, candidate.kind} else "other"


def told_of(candidate: Candidate) -> str:
    """A candidate in one line: title, first authors, year."""
    authors = list(candidate.authors[:_AUTHORS_SHOWN])
    more = ["et al."] if len(candidate.authors) > _AUTHORS_SHOWN else []
    facts = [" ".join([", ".join(authors), *more]), str(candidate.year or "")]
    told = ", ".join(filter(None, facts))
    return f"{candidate.title} ({told})" if told else candidate.title


def _differences(
    source: Source, candidate: Candidate, title: Agreement, authors: Agreement, year: Agreement
) -> tuple[Difference, ...]:
    found = []
    if title != "same":
        found.append(Difference(field="title", ours=source.title, theirs=candidate.title))
    if authors == "other":
        ours, theirs = ("; ".join(names) for names in (source.authors, candidate.authors))
        found.append(Difference(field="authors", ours=ours, theirs=theirs))
    if year == "other":
        found.append(Difference(field="year", ours=str(source.year), theirs=str(candidate.year)))
    return tuple(found)


def _is_person(author: str) -> bool:
    name = _ET_AL.sub("", author)
    return is_person(name) and not _OF_AN_ORGANISATION & set(name.lower().split())


def _name_words(author: str) -> frozenset[str]:
    return frozenset(word for word in plain_words(_ET_AL.sub("", author)).split() if len(word) >= _TELLING)


def _in_text(title: str, text: str) -> bool:
    """Whether a title of several words stands in a text as it is."""
    words = plain_words(title)
    return len(words.split()) > _LEAST_RUN and f" {words} " in f" {plain_words(text)} "


def _listed(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
