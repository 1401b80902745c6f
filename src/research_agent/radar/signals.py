"""Observe signals: pure functions from a source and what was gathered of it to facts, each with where and when.

A fact that stands on the source already (a connector looked it up, a person entered it) wins over the observer here.
What no observer can see in a record is not observed: nobody guesses a citation count. To add a signal, write one
function here and a few lines in a rubric; to add one that a connector brings, the lines in the rubric are enough.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

from research_agent.model.guide import Domain
from research_agent.model.source import Placement, Signal, Source
from research_agent.radar.authorities import Authorities, Organisation, Process, holds_phrase, subjects_of, words
from research_agent.radar.evidence import DomainEvidence, is_person
from research_agent.sources.addresses import host_of, path_segments
from research_agent.sources.observed import SUPERSEDED_BY


@dataclass(frozen=True)
class Case:
    """A source before the judge: all that an observer may look at."""

    source: Source
    placement: Placement | None
    domain: Domain
    evidence: DomainEvidence
    authorities: Authorities
    as_of: int  # calendar year

    @cached_property
    def declared_focus(self) -> tuple[str, ...]:
        """The domain's bullets that a reader found covered, in the domain's order."""
        declared = set(self.placement.focus) if self.placement else set()
        return tuple(focus.id for focus in self.domain.focus if focus.id in declared)

    @cached_property
    def organisation(self) -> Organisation | None:
        """The organisation behind the source that the lists know."""
        return self.authorities.organisation(self.source)

    @cached_property
    def libraries(self) -> tuple[str, ...]:
        """The libraries that the code pattern names: "loom / shuttle" names two."""
        pattern = self.placement.code_pattern if self.placement else None
        names = re.split(r"[/,+&]|\band\b", pattern.library) if pattern else []
        return tuple(name.strip() for name in names if name.strip())

    def names(self, phrase: str) -> bool:
        """Whether the title or a key point holds this name; summaries and patterns are in the record's own words."""
        points = self.placement.key_points if self.placement else ()
        return any(holds_phrase(text, phrase) for text in (self.source.title, *(point.text for point in points)))

    @cached_property
    def subjects(self) -> tuple[str, ...]:
        """The names of what the source's address belongs to."""
        return subjects_of(self.source.url, self.authorities.platforms)

    @cached_property
    def own_library(self) -> str:
        """The library of the code pattern that the source's publisher makes; empty: none is seen.

        Its organisation is known to make it, or the address names it: `https://lovelace.org/loom/`.
        """
        products = {words(product) for product in self.organisation.products} if self.organisation else set()
        homes = (*self.subjects, *path_segments(self.source.url)[:1])
        for library in self.libraries:
            if words(library) in products or any(_names(home, library) for home in homes):
                return library
        return ""


class Seen(NamedTuple):
    """A value and the place in which it was seen."""

    value: bool | int | float | str
    where: str


Observer = Callable[[Case], Seen | None]

OBSERVERS: Final[dict[str, Observer]] = {}
"""Every signal that a record or its evidence can show, by name."""


def observe(name: str, case: Case) -> Signal:
    """The signal of this name: as the source carries it, else as its observer sees it, else not observed."""
    observer = OBSERVERS.get(name)
    if name not in _INTERPRETED:
        carried = case.source.signal(name)
        if carried.observed:
            return carried
    seen = observer(case) if observer else None
    if seen is None:
        return _not_observed(name)
    return Signal(name=name, value=seen.value, where=seen.where, on=case.source.existence.on)


@lru_cache(maxsize=1024)
def _not_observed(name: str) -> Signal:
    return Signal(name=name, value=None)


def _observer(function: Observer) -> Observer:
    OBSERVERS[function.__name__] = function
    return function


@_observer
def kind(case: Case) -> Seen | None:
    """What kind of work it is; the base level follows from it."""
    return Seen(case.source.kind, "record field kind")


# Who stands behind it


@_observer
def standing(case: Case) -> Seen | None:
    """What kind of authority the organisation behind it is."""
    organisation = case.organisation
    return Seen(organisation.standing, "list of authorities") if organisation else None


@_observer
def process(case: Case) -> Seen | None:
    """How a standard or a draft was agreed."""
    source = case.source
    if source.kind == "draft":
        found: Process = "draft"
        if "draft-ietf-" in source.url.lower():  # named by an IETF working group (RFC 2418, section 7.2)
            found = "working_group_draft"
        elif re.search(r"\bdraft-[a-z0-9]", source.url.lower()):
            found = "individual_draft"
        return Seen(found, source.url)
    if source.kind != "standard":
        return None
    if source.identifiers.rfc is not None:
        return Seen("rfc", "record field identifiers.rfc")
    organisation = case.organisation
    if organisation and organisation.publishes:
        return Seen(organisation.publishes, "list of authorities")
    return Seen("vendor_guideline" if organisation else "community", "list of authorities")


@_observer
def peer_reviewed(case: Case) -> Seen | None:
    """Whether peers reviewed it before it was published."""
    reviewed = case.source.peer_reviewed
    return None if reviewed is None else Seen(reviewed, "record field peer_reviewed")


@_observer
def venue(case: Case) -> Seen | None:
    """How the venue that published it reviews: flagship or recognised."""
    found = case.authorities.venue(case.source.publisher)
    return Seen(found.rank, "list of authorities") if found else None


@_observer
def maintainer(case: Case) -> Seen | None:
    """The project that both owns the address and is what the page is about: its makers speak of their own work."""
    source = case.source
    if case.own_library:
        return Seen(case.own_library, source.url)
    if any(_names(subject, text) for subject in case.subjects for text in (source.title, source.publisher)):
        return Seen("what it describes", source.url)
    return None


@_observer
def author_form(case: Case) -> Seen | None:
    """Whether a person, an organisation or only a handle or a site's name signs it."""
    authors = case.source.authors
    if not authors:
        return None
    if any(is_person(author) and case.authorities.organisation_named(author) is None for author in authors):
        form = "person"
    elif all(" " not in author for author in authors) and not case.organisation:
        form = "handle"
    else:
        form = "organisation"
    return Seen(form, "record field authors")


@_observer
def known_author(case: Case) -> Seen | None:
    """An author with a standing of their own that the lists give a reason for."""
    for author in case.source.authors:
        if person := case.authorities.person(author):
            return Seen(person.name, "list of authorities")
    return None


@_observer
def author_works(case: Case) -> Seen | None:
    """How many standards and reviewed works its authors wrote besides."""
    works = case.evidence.author_works
    if works is None or not any(is_person(author) for author in case.source.authors):
        return None
    return Seen(
        len({work.source for work in works}), ", ".join(sorted({work.source for work in works})[:3]) or "library"
    )


# When it was written


@_observer
def years_since_update(case: Case) -> Seen | None:
    """Years from the last date that the record holds to the year of judging, at least 0."""
    source = case.source
    dated = {
        "updated": source.updated and source.updated.year,
        "published": source.published and source.published.year,
        "year": source.year,
    }
    field, year = max(
        ((field, year) for field, year in dated.items() if year), key=lambda pair: pair[1], default=("", 0)
    )
    return Seen(max(0, case.as_of - year), f"record field {field}") if field else None


@_observer
def superseded_by(case: Case) -> Seen | None:
    """What replaces it: a work of the library by its title, else what the record names."""
    if case.evidence.successor:
        name, title = case.evidence.successor
        return Seen(title, name)
    told = case.source.signal(SUPERSEDED_BY)
    return Seen(told.value, told.where) if told.value is not None else None


# Whether it is right


@_observer
def corroborated_by(case: Case) -> Seen | None:
    """How many sources of other origins say the same as one of its key points."""
    others = case.evidence.corroborated_by
    return None if others is None else Seen(len(others), ", ".join(others[:3]) or "the domain's other sources")


@_observer
def how_read(case: Case) -> Seen | None:
    """Whether somebody read the work ("read"), or only found it cited ("cited") or in an index ("indexed")."""
    existence = case.source.existence
    return Seen(existence.how, existence.where or case.source.url) if existence.how else None


@_observer
def code_shown(case: Case) -> Seen | None:
    """The library whose API it shows: a kind of page that shows APIs, which names the library of the code pattern.

    The pattern alone is the reader's idea of how to use the work, and says nothing of what the work shows.
    """
    if case.source.kind not in _SHOWS_APIS:
        return None
    named = next((library for library in case.libraries if case.names(library)), None)
    return Seen(named, "kind, title and key points") if named else None


@_observer
def version_stated(case: Case) -> Seen | None:
    """The version that it speaks of, which makes it checkable."""
    return Seen(case.source.version, "record field version") if case.source.version else None


@_observer
def persistent_identifier(case: Case) -> Seen | None:
    """A name that keeps pointing to the same text."""
    identifiers = case.source.identifiers
    if identifiers.doi:
        return Seen(f"DOI {identifiers.doi}", "record field identifiers.doi")
    if identifiers.rfc is not None:
        return Seen(f"RFC {identifiers.rfc}", "record field identifiers.rfc")
    return Seen(f"arXiv {identifiers.arxiv}", "record field identifiers.arxiv") if identifiers.arxiv else None


@_observer
def dated(case: Case) -> Seen | None:
    """How precisely it is dated: to the day, or to the year."""
    if case.source.published or case.source.updated:
        return Seen("day", "record fields published and updated")
    return Seen("year", "record field year") if case.source.year else None


@_observer
def address_form(case: Case) -> Seen | None:
    """Whether it stands on a copy's site, on an open platform, on a code host, or on a site of its own."""
    platforms, host = case.authorities.platforms, host_of(case.source.url)
    edited = () if case.organisation else platforms.open  # a known organisation answers for its page there
    for form, hosts in (("copy", platforms.copies), ("open_platform", edited), ("code_host", platforms.code)):
        if any(host == one or host.endswith("." + one) for one in hosts):
            return Seen(form, case.source.url)
    return Seen("own_site", case.source.url) if host else None


# Why it was written


@_observer
def own_product(case: Case) -> Seen | None:
    """What its publisher makes and the piece speaks of; False: none of the products that are known of its publisher.

    "commons": what a steward keeps for everybody. Not observed where no product is known, and for houses and
    conferences, which publish the word of others.
    """
    organisation = case.organisation
    if organisation is None:
        return Seen(case.own_library, case.source.url) if case.own_library else None
    if organisation.standing in _HOUSES:
        return None
    named = case.own_library or next((product for product in organisation.products if case.names(product)), "")
    if named and organisation.standing in _WITHOUT_A_TRADE:
        return Seen("commons", "list of authorities")
    if not named and not organisation.products:
        return None
    return Seen(named or False, "title, key points and code pattern against the list of authorities")


@_observer
def trade(case: Case) -> Seen | None:
    """What the organisation behind it sells to its readers; False: nothing. Conferences sell no subject of a talk."""
    organisation = case.organisation
    if organisation is None or (organisation.standing == "conference" and not organisation.sells):
        return None
    return Seen(organisation.sells or False, "list of authorities")


@_observer
def own_incident(case: Case) -> Seen | None:
    """Who reports a failure of their own, against their own interest."""
    if case.source.kind != "postmortem":
        return None
    organisation = case.organisation
    if organisation:
        return Seen(organisation.name, case.source.url)
    for subject in case.subjects:
        if any(_names(subject, text) for text in (case.source.origin, case.source.publisher)):
            return Seen(case.source.origin, case.source.url)
    return None


# What it has to do with the domain


@_observer
def declared_bullets(case: Case) -> Seen | None:
    """How many of the domain's bullets a reader found covered."""
    declared = case.declared_focus
    return Seen(len(declared), "record field focus") if declared else None


@_observer
def near_bullets(case: Case) -> Seen | None:
    """Cosine of the best bullet, where no reader declared any. Left alone otherwise: a reader outranks a cosine."""
    matches = case.evidence.matches
    if not matches or case.declared_focus:
        return None
    best = max(matches, key=lambda match: (match.similarity, match.focus))
    return Seen(round(best.similarity, 3), best.passage)


@_observer
def facts_near_bullets(case: Case) -> Seen | None:
    """Cosine between the declared bullets and the nearest key point; summaries and patterns don't count."""
    cosines = [
        match.facts
        for focus in case.declared_focus
        if (match := case.evidence.match(focus)) and match.facts is not None
    ]
    return Seen(round(max(cosines), 3), "key points") if cosines else None


@_observer
def stack(case: Case) -> Seen | None:
    """How many technologies of the guide it was read for."""
    names = case.evidence.stack
    return None if names is None else Seen(len(names), "what its reader noted")


@_observer
def production(case: Case) -> Seen | None:
    """What it carries from production; False: looked, none seen."""
    carried = case.evidence.production
    return None if carried is None else Seen(carried or False, "record's text")


# A record names the other work by its id, which tells a reader little; a service names a venue, and our lists rank it.
_INTERPRETED = (SUPERSEDED_BY, "venue")
_HOUSES = ("technical_publisher", "conference")  # they publish what others say
_SHOWS_APIS = ("official_docs", "repository", "tutorial", "release_notes")
_WITHOUT_A_TRADE = ("standards_body", "consortium", "language_steward")  # what they keep is everybody's
_AFFIXES = frozenset({"client", "docs", "js", "lib", "py", "python", "sdk"})  # "loom-py" is loom, for Python
_SHORTEST_SUBJECT = 3  # shorter names of owners ("jd") stand in texts by chance


def _names(subject: str, text: str) -> bool:
    """Whether a text names what an address belongs to, as a phrase, leaving aside what says only "for Python"."""
    core = " ".join(word for word in words(subject) if word not in _AFFIXES)
    return len(core) >= _SHORTEST_SUBJECT and holds_phrase(text, core)
