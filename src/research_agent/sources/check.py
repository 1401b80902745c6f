"""Check a folder of pools as a whole: every line, every count that a complete pool holds, every contradiction.

Problems are errors; warnings are what a person should look at. Nothing is fetched.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from pydantic import Field

from research_agent.model.base import Record
from research_agent.model.guide import Domain, Guide
from research_agent.model.kinds import Kind
from research_agent.model.problem import Problem
from research_agent.model.source import KeyPoint, Placement, Source
from research_agent.sources.addresses import host_of
from research_agent.sources.consistency import inconsistencies
from research_agent.sources.evidence import production_evidence
from research_agent.sources.origin import OriginTable
from research_agent.sources.records import Line, read_folder, resolve_lines, works_of_lines

SUMMARY_WORDS = range(60, 151)
KEY_POINTS = range(2, 7)
POINT_WORDS = range(3, 46)

# What a complete pool holds: with less, selection has too little to choose from to meet the guide's quotas.
WORKS_OF_A_DOMAIN = 54
WORKS_OF_A_CATEGORY = 7
WORKS_OF_A_BULLET = 6
SHARE_READ = 0.7
CODE_PATTERNS = 25

# A library is cited by its documentation or its repository: a package index says nothing of its own. Sites below such
# a host (a blog, the index's own documentation) are works like any other.
_PACKAGE_INDEXES = frozenset({"pypi", "npmjs", "crates", "rubygems", "nuget", "packagist", "anaconda"})

LIVING: Final[frozenset[Kind]] = frozenset({"official_docs", "repository", "release_notes"})
"""Kinds of works that have no day of publication that means anything, only a last change."""

_COMPARED: tuple[tuple[str, Callable[[Source], object]], ...] = (
    ("title", lambda source: source.title),
    ("authors", lambda source: source.authors),
    ("publisher", lambda source: source.publisher),
    ("year", lambda source: source.year),
    ("published", lambda source: source.published),
    ("updated", lambda source: source.updated),
    ("version", lambda source: source.version),
    ("kind", lambda source: source.kind),
    ("peer_reviewed", lambda source: source.peer_reviewed),
)


class DomainCounts(Record):
    """What the pools hold for one domain, in works."""

    domain: str = Field(description="Id of the domain.")
    works: int = Field(description="Works placed in it.")
    categories: dict[str, int] = Field(description="Works by category, in the guide's order.")
    focus: dict[str, int] = Field(description="Works that cover each bullet.")
    recent: int = Field(description="Works of the guide's recent years.")
    read: int = Field(description="Works that somebody read, not only found cited.")
    code_patterns: int = Field(description="Works with a code pattern for this domain.")
    production: int = Field(description="Works with evidence from production.")

    @property
    def recent_share(self) -> float:
        """Share of recent works, 0 to 1."""
        return self.recent / self.works if self.works else 0.0

    @property
    def read_share(self) -> float:
        """Share of works that were read, 0 to 1."""
        return self.read / self.works if self.works else 0.0


class CorpusReport(Record):
    """What a folder of pools holds and what is wrong with it."""

    records: int = Field(description="Good lines.")
    works: int = Field(description="Works after identity resolution.")
    shared: int = Field(description="Works that more than one line describes.")
    problems: tuple[Problem, ...] = Field(description="Errors, by file and line.")
    warnings: tuple[Problem, ...] = Field(description="What a person should look at, by file and line.")
    domains: tuple[DomainCounts, ...] = Field(description="In the guide's order.")

    @property
    def passed(self) -> bool:
        """Whether there is no error."""
        return not self.problems


def check_corpus(folder: str | Path, guide: Guide, origins: OriginTable | None = None) -> CorpusReport:
    """Check every `*.jsonl` of a folder against the format and against the guide.

    Raises:
        RecordError: a file can't be read.
    """
    lines, unread = read_folder(folder, guide, origins)
    reading = resolve_lines(lines, unread)
    lines = [line for line in lines if not _left_out(line, reading.problems)]
    works = reading.sources
    groups: dict[int, list[Line]] = defaultdict(list)
    for line, index in zip(lines, works_of_lines(lines, works), strict=True):
        groups[index].append(line)
    counts = tuple(_counts(domain, works, guide) for domain in guide.domains)
    problems = [*reading.problems]
    warnings: list[Problem] = []
    for line in lines:
        problems.extend(_errors(line))
        warnings.extend(_doubts(line))
    for group in groups.values():
        problems.extend(_twice_in_a_pool(group))
        warnings.extend(_contradictions(group))
    first = {works[index].id: lines[0] for index, lines in groups.items()}
    warnings.extend(_at(first[found.work], found.field, found.message) for found in inconsistencies(works))
    for count in counts:
        warnings.extend(_shortfalls(count, str(folder), guide))
    return CorpusReport(
        records=len(lines),
        works=len(works),
        shared=sum(1 for group in groups.values() if len(group) > 1),
        problems=_in_order(problems),
        warnings=_in_order(warnings),
        domains=counts,
    )


def describe(report: CorpusReport) -> Iterator[str]:
    """The report for people, a line at a time: the counts, then warnings, then errors, so that those stand last."""
    yield f"{report.records} records of {report.works} works; {report.shared} works have more than one record."
    for count in report.domains:
        filed = ", ".join(f"{category} {number}" for category, number in count.categories.items())
        thinnest = min(count.focus, key=lambda bullet: (count.focus[bullet], bullet))
        yield (
            f"Domain {count.domain}: {count.works} works ({filed}); thinnest bullet {thinnest} with "
            f"{count.focus[thinnest]}; {count.recent_share:.0%} recent, {count.read_share:.0%} read, "
            f"{count.code_patterns} code patterns, {count.production} with evidence from production."
        )
    yield from (f"warning: {warning}" for warning in report.warnings)
    yield from (f"error: {problem}" for problem in report.problems)
    verdict = "No errors" if report.passed else f"{len(report.problems)} errors: mend these lines"
    yield f"{verdict}; {len(report.warnings)} warnings."


def _left_out(line: Line, problems: Sequence[Problem]) -> bool:
    """Whether resolving left this line out because its id names another work."""
    return any((problem.file, problem.line) == (line.file, line.number) for problem in problems)


def _errors(line: Line) -> Iterator[Problem]:
    """What no shipped record may be."""
    texts: dict[tuple[str, ...], Placement] = {}
    for placement in line.source.placements:
        texts[placement.summary, *map(str, placement.key_points)] = placement
    for placement in texts.values():
        words = len(placement.summary.split())
        if words not in SUMMARY_WORDS:
            yield _at(line, "summary", f"has {words} words; {_range(SUMMARY_WORDS)} are asked for")
        if len(placement.key_points) not in KEY_POINTS:
            yield _at(line, "key_points", f"has {len(placement.key_points)}; {_range(KEY_POINTS)} are asked for")
        for position, point in enumerate(placement.key_points):
            if (words := len(point.text.split())) not in POINT_WORDS:
                yield _at(line, f"key_points.{position}", f"has {words} words; {_range(POINT_WORDS)} are asked for")
    if _is_package_index(line.source.url):
        yield _at(line, "url", "is a package index: cite the documentation or the repository")
    if not any(placement.focus for placement in line.source.placements):
        yield _at(line, "focus", "names no bullet of the domains that the record serves")
    if line.source.existence.state == "not_checked":
        yield _at(line, "verified", "is missing: say how the work was seen")


def _doubts(line: Line) -> Iterator[Problem]:
    source = line.source
    if source.existence.how == "read" and source.existence.extent is None:
        yield _at(line, "verified.seen", "is missing: say how much of the work was read")
    if placeless := sum(not point.where for point in _points(source)):
        yield _at(line, "key_points", f"{placeless} of {len(_points(source))} don't say where in the work they stand")
    yield from _doubtful_dates(line)
    if not source.authors:
        yield _at(line, "authors", "is empty: name the people or the organisation")
    if source.kind == "draft" and not source.version:
        yield _at(line, "version", "is missing: a draft changes, say which revision was read")


def _doubtful_dates(line: Line) -> Iterator[Problem]:
    """What breaks the rule of its kind: the year is that of first publication, or of the last change of living works.

    Documentation and repositories change for as long as they live; everything else is published once.
    """
    source, seen = line.source, line.source.existence.on
    dated = source.updated if source.kind in LIVING else source.published
    if dated and source.year and dated.year != source.year:
        rule = "last changed" if source.kind in LIVING else "published"
        yield _at(line, "year", f"is {source.year}, but it was {rule} on {dated}")
    if source.kind in LIVING and source.published:
        yield _at(line, "published", f"is no field of {source.kind}: when it last changed goes under updated")
    if source.published and source.updated and source.updated < source.published:
        yield _at(line, "updated", f"is {source.updated}, before its publication on {source.published}")
    for field, day in (("published", source.published), ("updated", source.updated)):
        if day and seen and day > seen:
            yield _at(line, field, f"is {day}, after the work was looked at on {seen}")


def _points(source: Source) -> list[KeyPoint]:
    """Its key points, each text once."""
    return list({p.text: p for placement in source.placements for p in placement.key_points}.values())


def _twice_in_a_pool(group: list[Line]) -> Iterator[Problem]:
    """The same id twice in one file: one of the two records is lost in the other."""
    seen: dict[tuple[str, str], Line] = {}
    for line in group:
        first = seen.setdefault((line.file, line.source.id), line)
        if first is not line:
            yield _at(line, "id", f"{line.source.id} stands in this pool already, at line {first.number}")


def _contradictions(group: list[Line]) -> Iterator[Problem]:
    """Where two records of one work say different things about it; what one leaves out contradicts nothing."""
    first = group[0]
    for line in group[1:]:
        for field, value_of in _COMPARED:
            one, other = value_of(first.source), value_of(line.source)
            if one not in (None, "", ()) and other not in (None, "", ()) and one != other:
                where = f"{Path(first.file).name}:{first.number}"
                yield _at(line, field, f"{_shown(other)} here, {_shown(one)} for the same work at {where}")


def _counts(domain: Domain, works: Sequence[Source], guide: Guide) -> DomainCounts:
    placed = [(work, p) for work in works if (p := work.placement(guide.id, domain.id))]
    categories = Counter(placement.category for _, placement in placed)
    focus = Counter(bullet for _, placement in placed for bullet in placement.focus)
    return DomainCounts(
        domain=domain.id,
        works=len(placed),
        categories={category.id: categories[category.id] for category in guide.methodology.categories},
        focus={bullet.id: focus[bullet.id] for bullet in domain.focus},
        recent=sum(1 for work, _ in placed if work.year and work.year >= guide.methodology.recent_since),
        read=sum(1 for work, _ in placed if work.existence.how == "read"),
        code_patterns=sum(1 for _, placement in placed if placement.code_pattern),
        production=sum(1 for work, placement in placed if production_evidence(work, placement)),
    )


def _shortfalls(count: DomainCounts, folder: str, guide: Guide) -> Iterator[Problem]:
    """Which counts of a complete pool a domain misses."""

    def short(what: str, has: float, needs: float) -> Problem:
        return Problem(file=folder, line=0, field=f"domain {count.domain}", message=f"{what}: {has:g} of {needs:g}")

    if not count.works:
        yield Problem(file=folder, line=0, field=f"domain {count.domain}", message="has no sources")
        return
    if count.works < WORKS_OF_A_DOMAIN:
        yield short("works", count.works, WORKS_OF_A_DOMAIN)
    for category, has in count.categories.items():
        if has < WORKS_OF_A_CATEGORY:
            yield short(f"works in {category}", has, WORKS_OF_A_CATEGORY)
    for bullet, has in count.focus.items():
        if has < WORKS_OF_A_BULLET:
            yield short(f"works for bullet {bullet}", has, WORKS_OF_A_BULLET)
    share = guide.methodology.recent_share
    if count.recent_share < share:
        yield short(f"share since {guide.methodology.recent_since}", round(count.recent_share, 2), share)
    if count.read_share < SHARE_READ:
        yield short("share read", round(count.read_share, 2), SHARE_READ)
    if count.code_patterns < CODE_PATTERNS:
        yield short("code patterns", count.code_patterns, CODE_PATTERNS)
    if count.production < guide.methodology.production_entries:
        yield short("works with evidence from production", count.production, guide.methodology.production_entries)


def _is_package_index(url: str) -> bool:
    labels = host_of(url).split(".")
    return len(labels) == 2 and labels[0] in _PACKAGE_INDEXES


def _at(line: Line, field: str, message: str) -> Problem:
    return Problem(file=line.file, line=line.number, field=field, message=message)


def _in_order(found: list[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(found, key=lambda problem: (problem.file, problem.line, problem.field, problem.message)))


def _range(span: range) -> str:
    return f"{span.start} to {span.stop - 1}"


def _shown(value: object) -> str:
    text = ", ".join(value) if isinstance(value, tuple) else str(value)
    return f'"{text}"'
