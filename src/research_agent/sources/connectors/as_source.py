"""Make a source record of a candidate, as identity resolution takes it. Pure.

How its existence is known is said as weakly as it is: that a service keeps a record of the work ("indexed") is less
than that its text was read, and that a search engine or a forum links to an address is nothing that was checked. Of a
page that our code read the text is sure; what programs take for its title, authors and dates counts as an index's word.
"""

import re
import unicodedata
from datetime import date
from hashlib import sha256
from typing import Final

from research_agent.model.candidate import Candidate
from research_agent.model.kinds import Kind
from research_agent.model.source import Existence, Signal, Source
from research_agent.sources.connectors import dates
from research_agent.sources.identity import names_of, surname_of
from research_agent.sources.naming import address_of, name_in
from research_agent.sources.observed import ALSO_AT, PUBLISHED_IN, UPDATED_IN
from research_agent.sources.origin import OriginTable, origin_of
from research_agent.sources.record_format import parse_date
from research_agent.sources.standing import EARLY_EDITIONS, Standing, standings_to_keep

INDEXED: Final = "indexed"
"""How a work is known of which a service keeps a record, and of which nobody here saw the text."""
_WORDS_OF_AN_ID: Final = 8
_SUFFIX_CHARACTERS: Final = 6  # hexadecimal: one of 16 million for each beginning
_AS_AN_INDEX: Final = 1  # surety of records of services (`standing.Standing`)
_TAKEN_BY_PROGRAMS: Final = ("title", "authors", "publisher", "origin", "published", "updated")
# These have no day of publication, but one of their last change (docs/corpus-format.md).
_UNDATED: Final[frozenset[Kind]] = frozenset({"official_docs", "repository", "release_notes"})
_UNKNOWN_LANGUAGE: Final = "und"  # BCP 47, section 4.1


def as_source(candidate: Candidate, origins: OriginTable, *, kind: Kind | None = None) -> Source | None:
    """The record of the work; None for a candidate without a title, which only adds signals to a work known otherwise.

    Args:
        candidate: what a service said.
        origins: who is behind which addresses.
        kind: what to take it for, where the service does not say; without it an address alone is a community post, the
            kind of which the least is believed.
    """
    if not candidate.title:
        return None
    kind = candidate.kind or kind or _kind_by_name(candidate)
    if kind in _UNDATED:
        candidate = candidate.model_copy(update=_dated_by_change(candidate))
    publisher = candidate.venue or candidate.publisher
    published, published_in = _date(candidate.published)
    updated, updated_in = _date(candidate.updated)
    on = candidate.provenance.at.date()
    signals = [*candidate.signals, *_also_at(candidate)]
    for name, text in ((PUBLISHED_IN, published_in), (UPDATED_IN, updated_in)):
        if text:
            signals.append(Signal(name=name, value=text, where=_record_of(candidate), on=on))
    if candidate.vouched and not candidate.opened:
        service = candidate.provenance.service
        signals.append(Signal(name="indexed_by", value=service, where=_record_of(candidate), on=on))
    if candidate.open_access is not None:
        signals.append(Signal(name="open_access", value=candidate.open_access, where=_record_of(candidate), on=on))
    source = Source(
        id="unnamed",  # until the record is complete: its id rests on its names
        title=candidate.title,
        url=candidate.url,
        authors=candidate.authors,
        publisher=publisher,
        origin=origin_of(candidate.url, candidate.authors, publisher, kind, origins) or "unknown",
        year=candidate.year,
        published=published,
        updated=updated,
        version=candidate.version,
        language=candidate.language or _UNKNOWN_LANGUAGE,
        kind=kind,
        identifiers=candidate.identifiers,
        existence=_existence(candidate, on),
    )
    if candidate.extent:
        as_sure = Standing(_AS_AN_INDEX, kind not in EARLY_EDITIONS)
        signals += standings_to_keep(source, dict.fromkeys(_TAKEN_BY_PROGRAMS, as_sure))
    signals.sort(key=lambda signal: (signal.name, signal.where, str(signal.value)))
    source = source.model_copy(update={"signals": tuple(signals)})
    return source.model_copy(update={"id": _id(source)})


def _existence(candidate: Candidate, on: date) -> Existence:
    service = candidate.provenance.service
    if candidate.opened:
        return _of_what_was_opened(candidate, on)
    if candidate.vouched:
        return Existence(state="verified", how=INDEXED, on=on, where=_record_of(candidate))
    return Existence(
        state="not_checked",
        how="",
        on=on,
        where=_record_of(candidate),
        why=f"{service} links to the address; nobody has opened it",
    )


def _of_what_was_opened(candidate: Candidate, on: date) -> Existence:
    if candidate.extent:
        return Existence(state="verified", how="read", extent=candidate.extent, on=on, where=_record_of(candidate))
    return Existence(
        state="not_checked",
        how="",
        on=on,
        where=_record_of(candidate),
        why="it was opened, and shows no text that a program can read",
    )


def _record_of(candidate: Candidate) -> str:
    return candidate.provenance.record or candidate.provenance.address


def _kind_by_name(candidate: Candidate) -> Kind:
    """What its name makes of a work whose service says no kind."""
    names = candidate.identifiers
    if names.arxiv:
        return "preprint"
    if names.rfc:
        return "standard"
    if names.repository:
        return "repository"
    if name_in(candidate.url)[0] == "draft":
        return "draft"
    return "paper" if names.doi and candidate.vouched else "community_post"


def _also_at(candidate: Candidate) -> list[Signal]:
    """Further addresses that name the work by address alone.

    A second DOI, arXiv id or repository would make the record one of two works, and identity resolution would rightly
    join it to neither.
    """
    own = name_in(candidate.url)
    names = {name_in(address) for address in candidate.also_at} - {own}
    addresses = sorted(address_of(*name) for name in names if name[0] == "url")
    return [Signal(name=ALSO_AT, value=address, where="record: also_at") for address in addresses]


def _dated_by_change(candidate: Candidate) -> dict[str, object]:
    changed = candidate.updated or candidate.published
    return {"published": None, "updated": changed, "year": dates.year_of(changed)}


def _date(text: str | None) -> tuple[date | None, str | None]:
    return parse_date(text) if text else (None, None)


def _id(source: Source) -> str:
    """A readable id of first author's last name, year and title, and of all that tells the work from others.

    Words alone would not do: parts of a work share the first of them, pages of many projects are titled "Release
    history", and of a title in another script no word remains. So what follows them rests on the whole title and on
    every name of the work.
    """
    surname = surname_of(source.authors[0]) if source.authors else ""
    told = unicodedata.normalize("NFKD", f"{surname} {source.year or ''} {source.title}".casefold())
    words = re.findall(r"[a-z0-9]+", told.encode("ascii", "ignore").decode())
    names = sorted(f"{scheme}:{name}" for scheme, name in names_of(source))
    suffix = sha256("\n".join([told, *names]).encode()).hexdigest()[:_SUFFIX_CHARACTERS]
    return "-".join([*words[:_WORDS_OF_AN_ID], suffix])
