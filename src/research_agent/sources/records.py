"""Read pools of source records (JSON Lines), keep the good lines and name each bad one by file and line.

`docs/corpus-format.md` describes the format. Nothing is fetched and nothing is written here.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import IO

from pydantic import Field, ValidationError

from research_agent.errors import RecordError, UnknownNameError
from research_agent.model.base import Record
from research_agent.model.guide import Domain, Guide
from research_agent.model.kinds import KINDS, Kind
from research_agent.model.problem import Problem
from research_agent.model.source import CodePattern, Existence, Identifiers, KeyPoint, Placement, Signal, Source
from research_agent.sources.addresses import is_web_address
from research_agent.sources.identity import names_of, resolve
from research_agent.sources.naming import address_of, identify, name_in, normal_arxiv, normal_doi
from research_agent.sources.observed import (
    ALSO_AT,
    CITES,
    FOUNDATIONAL,
    PUBLISHED_IN,
    RECORDED,
    SUPERSEDED_BY,
    SUPERSEDES,
    UPDATED_IN,
    recorded_signals,
)
from research_agent.sources.origin import OriginTable, origin_of, shipped_origins
from research_agent.sources.record_format import (
    BadRecordError,
    Fault,
    RawAngle,
    RawFoundational,
    RawRecord,
    RawVerified,
    parse_date,
    parse_line,
)

Pool = str | Path | IO[str] | IO[bytes]

# A reason is a sentence that a reader takes in at a glance, and more than a label such as "classic".
FOUNDATIONAL_WORDS = range(5, 41)

_WORDS_OF_AN_ID = 8


class Line(Record):
    """One good line: where it stood and what it says."""

    file: str = Field(description="The file as the caller named it.")
    number: int = Field(ge=1, description="Line number from 1.")
    source: Source = Field(description="The record as a source; identity not yet resolved.")


class PoolReading(Record):
    """What a pool, or a folder of them, holds."""

    sources: tuple[Source, ...] = Field(description="From the good lines; resolved works where a folder was read.")
    problems: tuple[Problem, ...] = Field(default=(), description="The bad lines, in the order of files and lines.")

    def require_all(self) -> tuple[Source, ...]:
        """The sources, if every line was good.

        Raises:
            RecordError: with every problem.
        """
        if self.problems:
            listed = "\n".join(f"  {problem}" for problem in self.problems)
            raise RecordError(
                f"{len(self.problems)} problem(s) in the source records; {len(self.sources)} good one(s) were kept:\n"
                f"{listed}\nMend these lines and run it again."
            )
        return self.sources


def read_pool(pool: Pool, *, guide: Guide, origins: OriginTable | None = None) -> PoolReading:
    """Read one pool of records for a guide; identities are not yet resolved.

    A record is placed in the pool's own domain (a file called `02-anything.jsonl` belongs to domain 2), or, without
    one, in each of its `domains`; and in every other of its `domains` of which its `focus` names a bullet. An id that
    names two different works is a problem of the later line, which is then left out.

    Args:
        pool: a path, or an open stream (its `name` stands in the problems).
        guide: gives domains, bullets and categories.
        origins: who is behind which addresses; without it the shipped table.

    Raises:
        RecordError: the file can't be opened or read.
    """
    lines, problems, _ = _without_clashes(*read_lines(pool, guide=guide, origins=origins))
    return PoolReading(sources=tuple(line.source for line in lines), problems=_in_order(problems))


def read_pools(folder: str | Path, guide: Guide, origins: OriginTable | None = None) -> PoolReading:
    """Read every `*.jsonl` of a folder, in the order of names, and resolve identities over all of them.

    An id that names two different works is a problem of the later line, which is then left out. A folder that is empty
    or missing holds nothing: a guide without pools still runs.

    Raises:
        RecordError: a file can't be read.
    """
    return resolve_lines(*read_folder(folder, guide, origins))


def read_folder(
    folder: str | Path, guide: Guide, origins: OriginTable | None = None
) -> tuple[list[Line], list[Problem]]:
    """The good lines and the problems of every `*.jsonl` of a folder, in the order of names.

    Raises:
        RecordError: a file can't be read.
    """
    lines: list[Line] = []
    problems: list[Problem] = []
    for path in sorted(Path(folder).glob("*.jsonl")):
        good, bad = read_lines(path, guide=guide, origins=origins)
        lines.extend(good)
        problems.extend(bad)
    return lines, problems


def read_lines(pool: Pool, *, guide: Guide, origins: OriginTable | None = None) -> tuple[list[Line], list[Problem]]:
    """The good lines of a pool, and what is wrong with the others.

    Raises:
        RecordError: the file can't be opened or read.
    """
    table = origins or shipped_origins()
    name, raw_lines = _contents(pool)
    own = _own_domain(name, guide)
    good: list[Line] = []
    problems: list[Problem] = []
    for number, raw in enumerate(raw_lines, start=1):
        if not raw.strip():
            continue
        try:
            source = source_of(parse_line(raw), guide=guide, own=own, origins=table)
        except BadRecordError as bad:
            problems.extend(Problem(file=name, line=number, field=f.field, message=f.message) for f in bad.faults)
        else:
            good.append(Line(file=name, number=number, source=source))
    return good, problems


def resolve_lines(lines: Iterable[Line], problems: Iterable[Problem] = ()) -> PoolReading:
    """The works that these lines hold, leaving out a line whose id already names another work."""
    _, found, works = _without_clashes(lines, problems)
    return PoolReading(sources=tuple(works), problems=_in_order(found))


def works_of_lines(lines: Sequence[Line], works: Sequence[Source]) -> list[int]:
    """For each line the index of the work that it became part of."""
    known_as: dict[str, list[int]] = defaultdict(list)
    for index, work in enumerate(works):
        for name in (work.id, *work.aliases):
            known_as[name].append(index)
    return [
        next(index for index in known_as[line.source.id] if names_of(line.source) <= names_of(works[index]))
        for line in lines
    ]


def source_of(raw: RawRecord, *, guide: Guide, own: Domain | None, origins: OriginTable) -> Source:
    """The source that a record describes, placed in the guide's domains.

    Args:
        raw: the record as written.
        guide: gives domains, bullets and categories.
        own: the domain of the pool, in which every one of its records is placed.
        origins: who is behind which addresses.

    Raises:
        BadRecordError: a kind, category, domain, bullet, address, identifier or date that can't be.
    """
    faults: list[Fault] = []
    kind = _kind(raw, faults)
    identifiers = _identifiers(raw, faults)
    published, published_in = _date(raw.published, "published", faults)
    updated, updated_in = _date(raw.updated, "updated", faults)
    existence = _existence(raw.verified, raw.url, faults)
    signals = [*_also_at(raw, faults), *_foundational(raw.foundational, faults), *_signals(raw, existence, faults)]
    placements = _placements(raw, kind, guide, own, faults)
    if faults:
        raise BadRecordError(faults)
    try:
        source = Source(
            id=raw.id or _derived_id(raw),
            aliases=tuple(sorted({*raw.aliases} - {raw.id})),
            title=raw.title,
            url=raw.url,
            authors=tuple(raw.authors),
            publisher=raw.publisher,
            origin=raw.origin or origin_of(raw.url, raw.authors, raw.publisher, kind, origins),
            year=raw.year,
            published=published,
            updated=updated,
            version=raw.version,
            language=raw.language,
            kind=kind,
            peer_reviewed=raw.peer_reviewed,
            identifiers=identifiers,
            existence=existence,
            placements=placements,
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise BadRecordError([Fault(".".join(map(str, first["loc"])), first["msg"])]) from error
    signals += [
        Signal(name=name, value=text, where=f"record: {field}", on=existence.on)
        for name, field, text in ((PUBLISHED_IN, "published", published_in), (UPDATED_IN, "updated", updated_in))
        if text
    ]
    signals += recorded_signals(source, [signal.name for signal in signals])
    ordered = sorted(signals, key=lambda signal: (signal.name, signal.where, str(signal.value)))
    return source.model_copy(update={"signals": tuple(ordered)})


# --- the parts of a record ------------------------------------------------------------------------------------------


def _kind(raw: RawRecord, faults: list[Fault]) -> Kind:
    for kind in KINDS:
        if raw.kind == kind:
            return kind
    faults.append(Fault("kind", str(UnknownNameError("kind", raw.kind, KINDS))))
    return KINDS[0]


def _identifiers(raw: RawRecord, faults: list[Fault]) -> Identifiers:
    if not is_web_address(raw.url):
        faults.append(Fault("url", f"{raw.url!r} is no address: write it in full, https://host/path"))
    if raw.doi is not None and not normal_doi(raw.doi):
        faults.append(Fault("doi", f"{raw.doi!r} is no DOI: it begins with 10. and has a slash"))
    if raw.arxiv_id is not None and not normal_arxiv(raw.arxiv_id):
        faults.append(Fault("arxiv_id", f"{raw.arxiv_id!r} is no arXiv id, such as 2304.00228 or cs/0112017"))
    of_address, given = identify(raw.url), identify(raw.url, raw.doi, raw.arxiv_id)
    if of_address.doi and given.doi != of_address.doi:
        faults.append(Fault("doi", f"{given.doi} is not the DOI of the address, {of_address.doi}"))
    if of_address.arxiv and given.arxiv != of_address.arxiv:
        faults.append(Fault("arxiv_id", f"{given.arxiv} is not the arXiv id of the address, {of_address.arxiv}"))
    return given


def _date(text: str | None, field: str, faults: list[Fault]) -> tuple[date | None, str | None]:
    if text is None:
        return None, None
    try:
        return parse_date(text)
    except ValueError as error:
        faults.append(Fault(field, str(error)))
        return None, None


def _day(text: str, field: str, faults: list[Fault]) -> date | None:
    """A date that has to have its day."""
    day, partial = _date(text, field, faults)
    if partial:
        faults.append(Fault(field, f"{text!r} has no day: write YYYY-MM-DD"))
    return day


def _foundational(raw: RawFoundational | None, faults: list[Fault]) -> list[Signal]:
    """The sourced reason to call the work foundational, as a signal; none where the record gives none."""
    if raw is None:
        return []
    words = len(raw.reason.split())
    if words not in FOUNDATIONAL_WORDS:
        span = f"{FOUNDATIONAL_WORDS.start} to {FOUNDATIONAL_WORDS.stop - 1}"
        faults.append(Fault("foundational.reason", f"has {words} words; {span} are asked for"))
    if not is_web_address(raw.where):
        faults.append(
            Fault(
                "foundational.where",
                f"{raw.where!r} is no address: give the page that says so in full, https://host/path",
            )
        )
    on = _day(raw.on, "foundational.on", faults)
    return [Signal(name=FOUNDATIONAL, value=raw.reason, where=raw.where, on=on)]


def _also_at(raw: RawRecord, faults: list[Fault]) -> list[Signal]:
    """Further addresses of the work, as signals."""
    wrong = [address for address in raw.also_at if not is_web_address(address)]
    faults.extend(
        Fault("also_at", f"{address!r} is no address: write it in full, https://host/path") for address in wrong
    )
    named = (address_of(*name_in(address)) for address in raw.also_at if address not in wrong)
    return [Signal(name=ALSO_AT, value=address, where="record: also_at") for address in named]


def _signals(raw: RawRecord, existence: Existence, faults: list[Fault]) -> list[Signal]:
    """What the record lists as observed, and its relations to other works, which its own text shows."""
    listed: list[Signal] = []
    for position, told in enumerate(raw.signals):
        place = f"signals.{position}"
        if told.name not in RECORDED:
            faults.append(Fault(f"{place}.name", str(UnknownNameError("signal", told.name, RECORDED))))
            continue
        on = existence.on if told.on is None else _day(told.on, f"{place}.on", faults)
        listed.append(Signal(name=told.name, value=told.value, where=told.where, on=on))
    related = ((CITES, raw.cites), (SUPERSEDES, raw.supersedes), (SUPERSEDED_BY, raw.superseded_by))
    where = existence.where or raw.url
    return [
        *listed,
        *(Signal(name=name, value=work, where=where, on=existence.on) for name, works in related for work in works),
    ]


def _existence(verified: RawVerified | None, url: str, faults: list[Fault]) -> Existence:
    if verified is None:
        return Existence(state="not_checked", how="", why="the record does not say that anybody looked")
    on = _day(verified.on, "verified.on", faults)
    if verified.how == "cited" and not verified.cited_in:
        faults.append(
            Fault("verified.cited_in", "is missing: name the address or repository of the file that cites it")
        )
    extent = verified.seen or ("cited" if verified.how == "cited" else None)
    if (extent == "cited") != (verified.how == "cited"):
        faults.append(Fault("verified.seen", f"is {extent}, but how is {verified.how}: a work is read or cited"))
    where = verified.at or verified.cited_in or url
    return Existence(state="verified", how=verified.how, extent=extent, on=on, where=where)


def _placements(
    raw: RawRecord, kind: Kind, guide: Guide, own: Domain | None, faults: list[Fault]
) -> tuple[Placement, ...]:
    named: dict[str, Domain] = {own.id: own} if own else {}
    for name in raw.domains:
        try:
            domain = guide.domain(str(name))
        except UnknownNameError as error:
            faults.append(Fault("domains", str(error)))
        else:
            named[domain.id] = domain
    if not named and not faults:
        faults.append(Fault("domains", "names no domain: a record has to serve one"))
    category = _category(raw, kind, guide, faults)
    bullets = _bullets(raw.focus, guide, named, faults)
    angles = _angles(raw, guide, named, faults)
    return tuple(
        _placement(angles.get(domain.id, raw), guide, domain, category, bullets.get(domain.id, ()))
        for domain in guide.domains
        if domain.id in named and (own is None or domain == own or domain.id in bullets)
    )


def _placement(
    told: RawRecord | RawAngle, guide: Guide, domain: Domain, category: str, focus: tuple[str, ...]
) -> Placement:
    pattern = told.code_pattern
    return Placement(
        guide=guide.id,
        domain=domain.id,
        category=category,
        focus=focus,
        summary=told.summary,
        key_points=tuple(KeyPoint(text=point.text, where=point.where or "") for point in told.key_points),
        code_pattern=CodePattern(library=pattern.library, idea=pattern.idea) if pattern else None,
    )


def _angles(raw: RawRecord, guide: Guide, named: dict[str, Domain], faults: list[Fault]) -> dict[str, RawAngle]:
    """What the record says otherwise for some of its domains, by domain."""
    found: dict[str, RawAngle] = {}
    for position, angle in enumerate(raw.angles):
        place = f"angles.{position}.domains"
        for name in angle.domains:
            try:
                domain = guide.domain(str(name)).id
            except UnknownNameError as error:
                faults.append(Fault(place, str(error)))
                continue
            if domain not in named:
                faults.append(Fault(place, f"{domain} is none of the record's `domains`"))
            elif domain in found:
                faults.append(Fault(place, f"{domain} has an angle already: keep one"))
            found[domain] = angle
    return found


def _category(raw: RawRecord, kind: Kind, guide: Guide, faults: list[Fault]) -> str:
    if raw.category is None:
        if category := guide.methodology.category_of_kind(kind):
            return category.id
        faults.append(Fault("category", f"is missing, and the guide files {kind} under none: name one"))
        return ""
    try:
        return guide.methodology.category(raw.category).id
    except UnknownNameError as error:
        faults.append(Fault("category", str(error)))
        return ""


def _bullets(
    focus: list[str], guide: Guide, named: dict[str, Domain], faults: list[Fault]
) -> dict[str, tuple[str, ...]]:
    """The bullets that a record covers, by domain and in the guide's order."""
    known = [bullet.id for domain in guide.domains for bullet in domain.focus]
    for wanted in focus:
        if wanted not in known:
            faults.append(Fault("focus", str(UnknownNameError("focus bullet", wanted, known))))
        elif (of := wanted.rpartition(".")[0]) not in named:
            faults.append(Fault("focus", f"{wanted} is a bullet of domain {of}, which `domains` does not name"))
    found = {domain.id: tuple(b.id for b in domain.focus if b.id in focus) for domain in named.values()}
    return {domain: bullets for domain, bullets in found.items() if bullets}


def _derived_id(raw: RawRecord) -> str:
    """An id for a record that has none, of first author's last name, year and title."""
    surname = raw.authors[0].split()[-1] if raw.authors else ""
    plain = unicodedata.normalize("NFKD", f"{surname} {raw.year or ''} {raw.title}".casefold())
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode())
    return "-".join(words[:_WORDS_OF_AN_ID]) or "untitled"


# --- pools and files ------------------------------------------------------------------------------------------------


def _contents(pool: Pool) -> tuple[str, list[bytes | str]]:
    """The name of a pool and its lines; only a line feed ends a line."""
    if not isinstance(pool, (str, Path)):
        name = str(getattr(pool, "name", "") or "<stream>")
        text = pool.read()
        return name, [*text.split("\n")] if isinstance(text, str) else [*text.split(b"\n")]
    try:
        return str(pool), [*Path(pool).read_bytes().split(b"\n")]
    except OSError as error:
        raise RecordError(f"Can't read {pool}: {error.strerror or error}. Nothing was changed.") from error


def _own_domain(name: str, guide: Guide) -> Domain | None:
    """The domain that a pool's file name begins with: `02-resilience.jsonl` is domain 2's."""
    path = Path(name)
    prefix, dash, _ = path.name.partition("-")
    if not dash or path.suffix != ".jsonl":
        return None
    return next((domain for domain in guide.domains if prefix in (domain.id, domain.id.zfill(2))), None)


def _without_clashes(
    lines: Iterable[Line], problems: Iterable[Problem]
) -> tuple[list[Line], list[Problem], list[Source]]:
    """The lines but those whose id names another work than an earlier line's; the problems with those; the works."""
    kept, found = list(lines), list(problems)
    while clashes := _clashes(kept, works := resolve(line.source for line in kept)):
        kept = [line for index, line in enumerate(kept) if index not in clashes]
        found.extend(clashes.values())
    return kept, found, works


def _clashes(lines: list[Line], works: list[Source]) -> dict[int, Problem]:
    """The lines, by index, whose id names another work than an earlier line's, and what to say about each."""
    held = Counter(name for work in works for name in (work.id, *work.aliases))
    twice = {name for name, count in held.items() if count > 1}
    if not twice:
        return {}
    work_of = works_of_lines(lines, works)
    first_of: dict[str, int] = {}
    clashes: dict[int, Problem] = {}
    for index, line in enumerate(lines):
        if line.source.id not in twice:
            continue
        first = first_of.setdefault(line.source.id, index)
        if work_of[index] != work_of[first]:
            earlier = lines[first]
            clashes[index] = Problem(
                file=line.file,
                line=line.number,
                field="id",
                message=f"{line.source.id} already names another work at {earlier.file}:{earlier.number}: "
                "choose another id",
            )
    return clashes


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda p: (p.file, p.line, p.field)))
