"""Name the organisation or person behind a source, whatever it is published under. Pure; the table is data.

The order of evidence: who owns the address, then who wrote it, then who published it. Hosts that serve everybody
(code hosting, documentation hosting, video) and publishers of other people's works are never an origin.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import yaml
from pydantic import Field, ValidationError

from research_agent.errors import DataError
from research_agent.model.base import Record
from research_agent.model.kinds import Kind
from research_agent.resources import resource
from research_agent.sources.addresses import host_of
from research_agent.sources.naming import repository_owner

# Whoever prints or stores them, and whoever employs their authors, these are known by who wrote them.
_SCHOLARLY: frozenset[Kind] = frozenset({"paper", "preprint", "thesis"})
# On a host that the table does not know, these are somebody's own; the other kinds speak for an organisation.
_PERSONAL: frozenset[Kind] = frozenset({"book", "talk", "tutorial", "community_post"})
# Pages that are hosted under an owner's or a project's own name.
_PAGES_OF_OWNERS = {".github.io": "github.com", ".gitlab.io": "gitlab.com"}
_PAGES_OF_PROJECTS = (".readthedocs.io", ".readthedocs.org", ".rtfd.io")

_BRACKETS = re.compile(r"\s*\([^)]*\)")
_WITH_OTHERS = re.compile(
    r"(?:,|\s+and)\s+(?:the\s+)?(?:[^,]*\s)?(?:contributors|maintainers|developers|users|community|others)$",
    re.IGNORECASE,
)
_CROWD = re.compile(
    r"\s+(?:contributors|authors|maintainers|developers|editors|users|team|project)"
    r"(?:\s+and\s+(?:contributors|maintainers|users|community))?$",
    re.IGNORECASE,
)


class Organisation(Record):
    """What belongs to one origin."""

    hosts: tuple[str, ...] = Field(default=(), description="Hosts; those below them belong to it too.")
    repositories: tuple[str, ...] = Field(default=(), description='Host and owner, lower-cased: "github.com/python".')
    names: tuple[str, ...] = Field(default=(), description="As it is written among authors and publishers.")


class Generic(Record):
    """What serves everybody and is nobody's origin."""

    hosts: tuple[str, ...] = Field(default=(), description="Hosts; those below them too.")
    names: tuple[str, ...] = Field(default=(), description="Publishers.")


class OriginFile(Record):
    """The form of `corpus/origins.yaml`."""

    origins: dict[str, Organisation] = Field(default_factory=dict, description="By the name that outputs show.")
    generic: Generic = Field(default_factory=Generic, description="Never an origin.")


class OriginTable:
    """Who is behind which hosts, repository owners and names."""

    def __init__(self, file: OriginFile) -> None:
        """Index the table.

        Raises:
            ValueError: a host, owner or name has two origins, or a generic host has one.
        """
        self._owner_of: dict[str, str] = {}
        self._generic_hosts = frozenset(file.generic.hosts)
        self._generic_names = frozenset(map(_simple, file.generic.names))
        for origin, belongings in file.origins.items():
            names = {f"name:{_simple(name)}" for name in (origin, *belongings.names)}
            for thing in sorted({*belongings.hosts, *belongings.repositories, *names}):
                other = self._owner_of.setdefault(thing, origin)
                if other != origin:
                    raise ValueError(f"{thing} belongs to both {other} and {origin}")
        if both := self._generic_hosts & set(self._owner_of):
            raise ValueError(f"generic hosts that also have an owner: {sorted(both)}")

    def of_host(self, host: str) -> str:
        """The owner of this host or of the nearest listed host above it; empty: not known, or nobody's."""
        for parent in _with_parents(host):
            if parent in self._generic_hosts:
                return ""
            if parent in self._owner_of:
                return self._owner_of[parent]
        return ""

    def of_repository(self, owner: str) -> str:
        """Who is behind `github.com/<owner>`; empty: not known."""
        return self._owner_of.get(owner.lower(), "")

    def of_name(self, name: str) -> str:
        """Who is meant by this author or publisher; empty: not known."""
        return self._owner_of.get(f"name:{_simple(name)}", "")

    def is_generic_host(self, host: str) -> bool:
        """Whether this host serves everybody's works."""
        return any(parent in self._generic_hosts for parent in _with_parents(host))

    def is_generic_name(self, name: str) -> bool:
        """Whether this publisher prints other people's works."""
        return _simple(name) in self._generic_names


def load_origins(path: Path) -> OriginTable:
    """Read a table of origins.

    Raises:
        DataError: the file is missing, is not YAML, or contradicts itself.
    """
    try:
        loaded = yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - the safe loader, in C where it was built
        return OriginTable(OriginFile.model_validate(loaded))
    except (OSError, yaml.YAMLError, ValidationError, ValueError) as error:
        raise DataError(f"The table of origins {path} can't be used: {error}. Mend it or restore it.") from error


@cache
def shipped_origins() -> OriginTable:
    """The table that ships with the package."""
    return load_origins(resource("corpus", "origins.yaml"))


def origin_of(url: str, authors: Sequence[str], publisher: str, kind: Kind, table: OriginTable) -> str:
    """The organisation or person behind a work; never empty.

    A paper belongs to its first author; a repository and everything under it to its owner; a page to the owner of its
    host; on a host of everybody's, a work belongs to its author. Names that the table lists under one origin are one.
    """
    host = host_of(url)
    if kind in _SCHOLARLY and authors:
        return _first_author(authors, table)
    owner = repository_owner(url) or _owner_of_pages(host)
    if owner:
        return table.of_repository(owner) or table.of_host(host) or owner.partition("/")[2]
    if known := table.of_host(host):
        return known
    for name in (*authors[:1], publisher):
        if known := table.of_name(name) or table.of_name(_without_crowd(name)):
            return known
    return _unlisted(host, authors, publisher, kind, table)


def _unlisted(host: str, authors: Sequence[str], publisher: str, kind: Kind, table: OriginTable) -> str:
    if project := next((host.removesuffix(end) for end in _PAGES_OF_PROJECTS if host.endswith(end)), ""):
        return _first_author(authors, table) if authors else project
    speaks_for_itself = publisher and not table.is_generic_name(publisher) and not table.is_generic_host(host)
    if speaks_for_itself and kind not in _PERSONAL and host_of(f"https://{publisher}") != host:
        return _without_crowd(publisher)
    return _first_author(authors, table) if authors else publisher or host


def _first_author(authors: Sequence[str], table: OriginTable) -> str:
    name = _without_crowd(authors[0])
    return table.of_name(authors[0]) or table.of_name(name) or name


def _without_crowd(name: str) -> str:
    """Jane Doe from "Jane Doe and the X contributors", X from "X contributors"."""
    bare = _BRACKETS.sub("", name).strip()
    bare = _WITH_OTHERS.sub("", bare) or bare
    return _CROWD.sub("", bare).strip() or name.strip()


def _owner_of_pages(host: str) -> str:
    for end, forge in _PAGES_OF_OWNERS.items():
        if host.endswith(end):
            return f"{forge}/{host.removesuffix(end).rpartition('.')[2]}"
    return ""


def _with_parents(host: str) -> Iterator[str]:
    """The host and every host above it, down to two labels: a.b.example.org, b.example.org, example.org."""
    labels = host.lower().removeprefix("www.").split(".")
    for start in range(len(labels) - 1):
        yield ".".join(labels[start:])


def _simple(name: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", name.casefold()))
