"""Who is behind a source, and what is known of them. The lists are data (`prompts/rubrics/known/`); this looks up."""

import re
from collections.abc import Iterable
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field, ValidationError

from research_agent.model.base import Record
from research_agent.model.source import Source
from research_agent.radar.yaml_file import read_yaml, unusable
from research_agent.sources.addresses import host_of, path_segments

_HOST = re.compile(r"\W*(?:[\w-]+\.)+[a-z]{2,}\W*", re.IGNORECASE)
Standing = Literal[
    "standards_body",
    "consortium",
    "language_steward",
    "engineering_organisation",
    "research_organisation",
    "technical_publisher",
    "conference",
]
Process = Literal[
    "rfc",
    "recommendation",
    "enhancement_proposal",
    "consortium",
    "vendor_guideline",
    "community",
    "working_group_draft",
    "individual_draft",
    "draft",
]
VenueRank = Literal["flagship", "recognised"]


class Organisation(Record):
    """An organisation whose word carries weight, or whose trade one should know."""

    name: str = Field(description="As it stands in reasons.")
    standing: Standing = Field(description="What kind of authority it is.")
    because: str = Field(min_length=1, description="What that rests on, in a few words.")
    names: tuple[str, ...] = Field(default=(), description="Further names among origins, authors and publishers.")
    hosts: tuple[str, ...] = Field(default=(), description="Its hosts; those below them belong to it too.")
    owners: tuple[str, ...] = Field(default=(), description="Its names as an owner of repositories.")
    publishes: Process | None = Field(default=None, description="By which process its specifications are agreed.")
    sells: str = Field(default="", description="What it sells to the people who read its posts; empty: nothing.")
    products: tuple[str, ...] = Field(
        default=(),
        description="What it makes, as titles, key points and code patterns name it; empty: not known.",
    )


class Person(Record):
    """A practitioner whose standing has a public reason."""

    name: str = Field(description="As it stands in reasons.")
    names: tuple[str, ...] = Field(default=(), description="Other spellings.")
    known_for: str = Field(min_length=1, description="The reason, in a few words.")


class Venue(Record):
    """A place of publication whose reviewing is known."""

    name: str = Field(description="As publishers are written; matched as a whole phrase.")
    rank: VenueRank = Field(description="A leading venue of its field, or one with an established reviewing process.")


class Platforms(Record):
    """Hosts that serve everybody, and say nothing of who wrote."""

    code: tuple[str, ...] = Field(description="Code hosting: owner and repository stand in the path.")
    pages: tuple[str, ...] = Field(description="Page hosting: owner or project stands before this host.")
    open: tuple[str, ...] = Field(description="Anybody publishes there without an editor.")
    copies: tuple[str, ...] = Field(description="Copies of what was published elsewhere.")
    names: tuple[str, ...] = Field(description="Publishers that are platforms and no organisation's word.")


class Authorities(Record):
    """All that the rules know of the world beside the source."""

    organisations: tuple[Organisation, ...] = Field(description="In no order.")
    people: tuple[Person, ...] = Field(description="In no order.")
    venues: tuple[Venue, ...] = Field(description="In no order.")
    platforms: Platforms = Field(description="Hosts of everybody's.")

    def organisation(self, source: Source) -> Organisation | None:
        """Who is behind a source: by host, then by owner of the repository, then by origin, then by publisher.

        A book's publisher comes first: shops and libraries of other publishers host it. Authors never count here: who
        signs a work says something of its authority alone.
        """
        if source.kind == "book" and (house := self.organisation_named(source.publisher)):
            return house
        host, owner = host_of(source.url), owner_in(source.url, self.platforms)
        for candidate in _and_parents(host):
            if candidate in self._by_host:
                return self._by_host[candidate]
        if owner and owner in self._by_owner:
            return self._by_owner[owner]
        platforms = {words(name) for name in self.platforms.names}
        for name in (source.origin, source.publisher):
            if words(name) not in platforms and (found := self._named_in(name)):
                return found
        return None

    def person(self, name: str) -> Person | None:
        """The practitioner of this name."""
        return self._by_person.get(words(name))

    def venue(self, publisher: str) -> Venue | None:
        """The reviewed venue that a publisher's name holds; the longest, where it holds several."""
        published_in = words(publisher)
        held = [venue for venue in self.venues if _holds(published_in, words(venue.name))]
        return max(held, key=lambda venue: (len(words(venue.name)), venue.rank == "flagship", venue.name), default=None)

    def organisation_named(self, name: str) -> Organisation | None:
        """The organisation of exactly this name."""
        return self._by_name.get(words(name))

    def _named_in(self, name: str) -> Organisation | None:
        """The organisation of this name, or the longest whose name stands in it as a phrase.

        A host's name says whose host it is and no more: `ada.github.io` names Ada's pages, not GitHub.
        """
        if whole := self.organisation_named(name):
            return whole
        parts = name.split()
        text = words(" ".join(part for part in parts if not _HOST.fullmatch(part) or self.organisation_named(part)))
        held = [
            key
            for start, word in enumerate(text)
            for key in self._by_first_word.get(word, ())
            if text[start : start + len(key)] == key
        ]
        return self._by_name[max(held, key=lambda key: (len(key), key))] if held else None

    @cached_property
    def _by_host(self) -> dict[str, Organisation]:
        return {host: one for one in self.organisations for host in one.hosts}

    @cached_property
    def _by_owner(self) -> dict[str, Organisation]:
        return {owner.lower(): one for one in self.organisations for owner in one.owners}

    @cached_property
    def _by_name(self) -> dict[tuple[str, ...], Organisation]:
        return {words(name): one for one in self.organisations for name in (one.name, *one.names)}

    @cached_property
    def _by_first_word(self) -> dict[str, list[tuple[str, ...]]]:
        index: dict[str, list[tuple[str, ...]]] = {}
        for name in self._by_name:
            index.setdefault(name[0], []).append(name)
        return index

    @cached_property
    def _by_person(self) -> dict[tuple[str, ...], Person]:
        return {words(name): one for one in self.people for name in (one.name, *one.names)}


def load_authorities(path: Path) -> Authorities:
    """Read the lists.

    Raises:
        DataError: the file is missing or is not what it should be.
    """
    try:
        return Authorities.model_validate(read_yaml(path))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise unusable("The authorities in", path, error) from error


def owner_in(url: str, platforms: Platforms) -> str:
    """The owner of a repository, or of pages hosted for it; empty where the address names none."""
    host, path = host_of(url), path_segments(url)
    if host in platforms.code and path:
        return path[0].lower()
    for pages in platforms.pages:
        if host.endswith("." + pages):
            return host.removesuffix("." + pages).lower()
    return ""


def subjects_of(url: str, platforms: Platforms) -> tuple[str, ...]:
    """The names of what an address belongs to: owner and repository, the project of hosted pages, the site's names.

    `https://github.com/ada/loom` gives `ada` and `loom`, `https://loom.readthedocs.io` gives `loom`,
    `https://loom.lovelace.org/` gives `lovelace`, `lovelaceorg` and `loom`, `https://loo.ms` gives `loo` and `looms`.
    """
    host, path = host_of(url), path_segments(url)
    if any(host == one or host.endswith("." + one) for one in platforms.open):
        return ()
    if host in platforms.code:
        return tuple(part.lower() for part in path[:2])
    for pages in platforms.pages:
        if host.endswith("." + pages):
            return tuple(part.lower() for part in (*reversed(host.removesuffix("." + pages).split(".")), *path[:1]))
    *below, site, top = host.split(".") if "." in host else ("", "")
    return tuple(filter(None, (site, site + top, *below)))


@lru_cache(maxsize=16384)
def words(text: str) -> tuple[str, ...]:
    """Letters and digits of a name, without case, markup and punctuation."""
    return tuple(re.findall(r"[^\W_]+", text.casefold()))


def holds_phrase(text: str, phrase: str) -> bool:
    """Whether the phrase's words stand side by side in the text, whatever the case and the punctuation."""
    return _holds(words(text), words(phrase))


def _holds(text: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    size = len(phrase)
    return bool(phrase) and any(text[start : start + size] == phrase for start in range(len(text) - size + 1))


def _and_parents(host: str) -> Iterable[str]:
    labels = host.split(".")
    return (".".join(labels[start:]) for start in range(len(labels) - 1))
