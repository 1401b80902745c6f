"""Which service is believed in which field of a work, where several tell of it. Pure; the table is the rule.

`docs/identity.md` shows the table with its reasons, and a test holds both equal.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from pydantic import Field

from research_agent.model.base import Record
from research_agent.model.source import Signal, Source
from research_agent.sources.authors import may_be_one
from research_agent.sources.identity import plain_words
from research_agent.sources.likeness import venues_alike
from research_agent.sources.observed import (
    ALSO_AT,
    CITES,
    FOUNDATIONAL,
    PUBLISHED_IN,
    SUPERSEDED_BY,
    SUPERSEDES,
    UPDATED_IN,
)
from research_agent.sources.standing import EARLY_EDITIONS, LESS_SURE, Standing, standing

Trusted = Literal["title", "authors", "venue", "date", "change", "kind", "language", "abstract", "full_text", "signals"]

_REGISTRARS: Final = ("ietf", "crossref", "datacite")  # by whose word a work has its name
_LIBRARIES: Final = ("dblp", "arxiv", "openalex", "semantic_scholar")
_PLACES: Final = ("github", "stack_exchange", "ecosystems", "web", "wayback", "hacker_news")
_ENGINES: Final = ("exa", "tavily", "brave", "searxng")
TRUST: Final[Mapping[Trusted, tuple[str, ...]]] = {
    "title": (*_REGISTRARS, *_LIBRARIES, *_PLACES),
    "authors": ("ietf", "dblp", "crossref", "arxiv", "openalex", "datacite", "semantic_scholar", *_PLACES),
    "venue": ("ietf", "dblp", "crossref", "openalex", "datacite", "semantic_scholar", "arxiv", *_PLACES),
    "date": (*_REGISTRARS, *_LIBRARIES, *_PLACES),
    "change": ("ietf", "arxiv", "github", "ecosystems", "datacite", "stack_exchange", "web", "crossref", "openalex"),
    "kind": ("ietf", "crossref", "dblp", "datacite", "arxiv", "github", "openalex", "semantic_scholar", *_PLACES[1:]),
    "language": ("ietf", "crossref", "datacite", "openalex", "web", "stack_exchange"),
    "abstract": ("arxiv", "ietf", "crossref", "openalex", "semantic_scholar", "datacite", *_PLACES),
    "full_text": ("ietf", "arxiv", "openalex", "semantic_scholar", "datacite"),
    "signals": ("openalex", "semantic_scholar", "crossref", "ietf", "github", "ecosystems", "datacite", "dblp"),
}
"""For each field the services that are believed in it, the most first; those that are not named come after them by
name, and engines that search the web come last of all."""

_MANY: Final = frozenset(
    {ALSO_AT, CITES, SUPERSEDES, SUPERSEDED_BY, FOUNDATIONAL, LESS_SURE, "indexed_by", "discussed_at", "corrected_by"}
    | {"concern", "same_work_as", "production", "noticed_by", "votes", "answers", "answered", "closed"}
)
"""Signals of which a work may have several, each true in its place; of the others one is kept."""
_OF_FIELD: Final[Mapping[str, Trusted]] = {"venue": "venue", PUBLISHED_IN: "date", UPDATED_IN: "change"}
"""Signals that say what a field says, and go with it."""


class Conflict(Record):
    """Two services that say different things of one field of a work."""

    field: str = Field(description='Field of the source, or name of the signal: "year", "citations".')
    taken: str = Field(description="What the work has.")
    taken_from: str = Field(description="Name of the service that is believed.")
    otherwise: str = Field(description="What another one says.")
    otherwise_from: str = Field(description="Name of that service.")


class Told(NamedTuple):
    """A record with the service that told it."""

    service: str
    record: Source
    kind_known: bool
    """Whether the service said what kind of work it is."""


def trust(field: Trusted, service: str) -> tuple[int, str]:
    """How much a service is believed in a field; the least is the most."""
    order = TRUST[field]
    if service in order:
        return order.index(service), service
    return len(order) + (service in _ENGINES), service


def believed(told: Sequence[Told]) -> tuple[dict[str, object], list[Conflict]]:
    """The fields of a work as the service says that is believed in each, and what the others say otherwise.

    Records of the highest standing that have a field speak for it (see `standing`); trust decides among them.
    """
    conflicts: list[Conflict] = []

    def take(field: Trusted, name: str, value_of: Callable[[Source], object], standing_of: str) -> Told | None:
        """The record that is believed, once what others say otherwise is noted."""
        chosen = _speaker(told, field, value_of, standing_of)
        if chosen is not None:
            conflicts.extend(_conflicts(name, chosen, told, value_of))
        return chosen

    fields: dict[str, object] = {}
    if one := take("title", "title", lambda record: record.title, "title"):
        fields["title"] = one.record.title
    if one := take("authors", "authors", lambda record: record.authors, "authors"):
        fields["authors"] = one.record.authors
    if one := take("venue", "publisher", lambda record: record.publisher, "publisher"):
        fields["publisher"] = one.record.publisher
    if one := take("date", "year", lambda record: record.year, "published"):
        fields["year"] = one.record.year
        fields["published"] = _day(one, told)
    if one := take("change", "version", lambda record: record.version, "updated"):
        fields["version"] = one.record.version
    if one := _speaker(told, "change", lambda record: record.updated, "updated"):
        fields["updated"] = one.record.updated
    if one := take("language", "language", _known_language, "title"):
        fields["language"] = one.record.language
    if (kind := _kind(told)) is not None:
        fields["kind"] = kind.record.kind
        conflicts.extend(_conflicts("kind", kind, [one for one in told if one.kind_known], lambda record: record.kind))
    return fields, conflicts


def believed_signals(signals: Iterable[tuple[str, Signal]]) -> tuple[list[Signal], list[Conflict]]:
    """The signals of a work, each with the service that told it: one of each name, but of those that may be several.

    What is true outweighs what is false or was not found: one service that knows of a retraction is enough.
    """
    by_name: dict[str, list[tuple[str, Signal]]] = {}
    kept: list[Signal] = []
    for service, signal in signals:
        if signal.name in _MANY or not signal.observed:
            kept.append(signal)
        else:
            by_name.setdefault(signal.name, []).append((service, signal))
    conflicts: list[Conflict] = []
    for name, told in by_name.items():
        field = _OF_FIELD.get(name, "signals")

        def order(one: tuple[str, Signal], field: Trusted = field) -> tuple[object, ...]:
            service, signal = one
            newest = -signal.on.toordinal() if signal.on else 0
            return signal.value is False, trust(field, service), newest, signal.where, repr(signal.value)

        (service, taken), *others = sorted(told, key=order)
        kept.append(taken)
        conflicts.extend(
            Conflict(
                field=name,
                taken=str(taken.value),
                taken_from=service,
                otherwise=str(signal.value),
                otherwise_from=other,
            )
            for other, signal in others
            if name not in _OF_FIELD and (type(signal.value), signal.value) != (type(taken.value), taken.value)
        )
    return kept, conflicts


def _speaker(
    told: Sequence[Told], field: Trusted, value_of: Callable[[Source], object], standing_of: str
) -> Told | None:
    """The record that is believed in a field; None: none has it."""
    having = [one for one in told if value_of(one.record) not in (None, "", ())]
    if not having:
        return None
    alike = field in ("change", "language")

    def order(one: Told) -> tuple[object, ...]:
        value = str(value_of(one.record))
        return _lowered(standing(one.record, standing_of, editions_alike=alike)), trust(field, one.service), value

    return min(having, key=order)


def _lowered(found: Standing) -> tuple[int, bool]:
    """A standing that sorts the highest first."""
    return -found.surety, not found.published


def _day(year_from: Told, told: Sequence[Told]) -> object:
    """The day of publication, of the service that is believed, else of the next one that agrees with it."""
    if year_from.record.published is not None:
        return year_from.record.published
    known = str(year_from.record.signal(PUBLISHED_IN).value or year_from.record.year)
    days = [
        (trust("date", one.service), one.record.published)
        for one in told
        if one.record.published is not None and one.record.published.isoformat().startswith(known)
    ]
    return min(days)[1] if days else None


def _known_language(record: Source) -> str:
    return "" if record.language == "und" else record.language


def _kind(told: Sequence[Told]) -> Told | None:
    """Who is believed in the kind: a published edition's word before a preprint's or draft's.

    Indexes take preprints for articles; a record whose only name is an arXiv id is no proof of a published edition.
    """

    def order(one: Told) -> tuple[object, ...]:
        names = one.record.identifiers
        early = one.record.kind in EARLY_EDITIONS or (names.arxiv is not None and names.doi is None)
        return early, trust("kind", one.service), one.record.kind

    known = [one for one in told if one.kind_known]
    return min(known, key=order) if known else None


def _conflicts(
    name: str, taken: Told, told: Sequence[Told], value_of: Callable[[Source], object]
) -> Iterable[Conflict]:
    """What the other records say otherwise in a field, each text of a service once."""
    own = value_of(taken.record)
    seen = set()
    for one in told:
        value = value_of(one.record)
        if value in (None, "", ()) or _agree(name, own, value) or (one.service, value) in seen:
            continue
        seen.add((one.service, value))
        yield Conflict(
            field=name,
            taken=_written(own),
            taken_from=taken.service,
            otherwise=_written(value),
            otherwise_from=one.service,
        )


def _agree(name: str, one: object, other: object) -> bool:
    """Whether two values say the same, however it is spelled."""
    if one == other:
        return True
    if name == "authors" and isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(may_be_one(a, b) for a, b in zip(one, other, strict=True))
    if name == "publisher":
        return venues_alike(str(one), str(other))
    if name == "kind":
        return one in EARLY_EDITIONS or other in EARLY_EDITIONS
    return name == "title" and plain_words(str(one)) == plain_words(str(other))


def _written(value: object) -> str:
    return "; ".join(map(str, value)) if isinstance(value, tuple) else str(value)
