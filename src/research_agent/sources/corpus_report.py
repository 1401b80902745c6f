"""Describe pools as Markdown: counts, coverage, recency, publishers, evidence, with charts (Mermaid). Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar, get_args

from research_agent.model.guide import Domain, Guide
from research_agent.model.source import Extent, Placement, Source
from research_agent.sources.check import CorpusReport
from research_agent.sources.evidence import production_evidence
from research_agent.sources.observed import ALSO_AT, CITES, FOUNDATIONAL, PUBLISHED_IN, UPDATED_IN
from research_agent.sources.standing import LESS_SURE

T = TypeVar("T")

_MOST_LISTED = 20
_FIRST_CHARTED_YEAR = 2000
_EXTENTS: tuple[Extent, ...] = get_args(Extent)
_EXTENT_WORDS: dict[str, str] = {
    "full": "read in full (the page or file)",
    "abstract": "abstract read",
    "excerpt": "read in part",
    "cited": "cited elsewhere, not read",
}
# Mermaid's own are pale; these four keep apart for the colour-blind, too (Okabe and Ito 2008).
_COLOURS = (
    '%%{init: {"themeVariables": {"xyChart": {"plotColorPalette": "#0072B2"}, '
    '"pie1": "#0072B2", "pie2": "#56B4E9", "pie3": "#E69F00", "pie4": "#999999"}}}%%'
)
_BOOKKEEPING = frozenset({ALSO_AT, PUBLISHED_IN, UPDATED_IN, LESS_SURE})


def corpus_report(works: Sequence[Source], guide: Guide, checked: CorpusReport) -> str:
    """The report as one Markdown file.

    Args:
        works: the works of the pools, identities resolved.
        guide: gives domains, bullets, categories and the first recent year.
        checked: what `check_corpus` found in the same pools.
    """
    looked = max((work.existence.on for work in works if work.existence.on), default=None)
    sections = (
        [f"# The corpus of {_cell(guide.title)}"],
        [
            "Made by `research-agent corpus report` from the records alone"
            + (f", which were last looked at on {looked}." if looked else "."),
        ],
        _totals(works, checked),
        _domains(works, guide),
        _coverage(works, guide),
        _recency(works, guide),
        _evidence(works, guide),
        _who(works),
        _signals(works),
        _relations(works),
    )
    return "\n\n".join(block for section in sections for block in section) + "\n"


def _totals(works: Sequence[Source], checked: CorpusReport) -> list[str]:
    points = [point for work in works for point in _own(work, lambda placement: placement.key_points)]
    patterns = sum(len(_own(work, lambda p: (p.code_pattern,) if p.code_pattern else ())) for work in works)
    rows = [
        ("Works", f"{len(works):,}"),
        ("Placements in domains", f"{sum(len(work.placements) for work in works):,}"),
        ("Works that serve several domains", f"{sum(len(work.placements) > 1 for work in works):,}"),
        ("Key points", f"{len(points):,}"),
        ("... that say where in the work they stand", _of(sum(bool(point.where) for point in points), len(points))),
        ("Code patterns", f"{patterns:,}"),
        ("Findings of `corpus check`", f"{len(checked.problems)} errors, {len(checked.warnings)} warnings"),
    ]
    return [_table(("What", "How many"), rows)]


def _domains(works: Sequence[Source], guide: Guide) -> list[str]:
    categories = guide.methodology.categories
    rows = []
    for domain in guide.domains:
        placed = _placed(works, guide, domain)
        filed = Counter(placement.category for _, placement in placed)
        rows.append(
            (
                f"{domain.id} {_cell(domain.name)}",
                str(len(placed)),
                *(str(filed[category.id]) for category in categories),
                str(sum(placement.code_pattern is not None for _, placement in placed)),
                str(sum(bool(production_evidence(work, placement)) for work, placement in placed)),
                str(sum(work.signal(FOUNDATIONAL).observed for work, _ in placed)),
            )
        )
    headings = ("Domain", "Works", *(_cell(category.id) for category in categories), "patterns", "production", "found.")
    return [
        "## Domains and categories",
        "`patterns`: works with a code pattern for the domain; `production`: with evidence from systems in use; "
        "`found.`: foundational, with a sourced reason.",
        _table(headings, rows),
    ]


def _coverage(works: Sequence[Source], guide: Guide) -> list[str]:
    blocks = ["## Focus bullets", "Works that cover each bullet, as a reader found."]
    for domain in guide.domains:
        counts = Counter(bullet for _, placement in _placed(works, guide, domain) for bullet in placement.focus)
        rows = [(focus.id, _cell(focus.text), str(counts[focus.id])) for focus in domain.focus]
        least = min((counts[focus.id] for focus in domain.focus), default=0)
        summary = f"<summary>{domain.id} {_cell(domain.name)}: {least} works for the thinnest bullet</summary>"
        blocks.append(f"<details>\n{summary}\n\n{_table(('Bullet', 'Text', 'Works'), rows)}\n\n</details>")
    return blocks


def _recency(works: Sequence[Source], guide: Guide) -> list[str]:
    since = guide.methodology.recent_since
    years = Counter(work.year for work in works if work.year)
    rows = []
    for domain in guide.domains:
        placed = [work for work, _ in _placed(works, guide, domain)]
        recent = sum(bool(work.year and work.year >= since) for work in placed)
        changed = sum(any(year >= since for year in _years(work)) for work in placed)
        rows.append((f"{domain.id} {_cell(domain.name)}", _of(recent, len(placed)), _of(changed, len(placed))))
    older = sum(count for year, count in years.items() if year < _FIRST_CHARTED_YEAR)
    charted = {str(year): years[year] for year in range(_FIRST_CHARTED_YEAR, max(years, default=0) + 1)}
    unknown = sum(work.year is None for work in works)
    return [
        "## Recency",
        "A work counts in the year of its first publication; documentation, repositories and release notes, which have "
        f"none, in the year of their last change. Older than the chart: {older}; of no known year: {unknown}.",
        _bars("Works by year", charted),
        _table(("Domain", f"{since} or later", "... by last change"), rows),
    ]


def _evidence(works: Sequence[Source], guide: Guide) -> list[str]:
    extents = Counter(work.existence.extent or "not noted" for work in works)
    slices = {_EXTENT_WORDS.get(extent, extent): count for extent, count in extents.most_common()}
    rows = []
    for domain in guide.domains:
        placed = [work for work, _ in _placed(works, guide, domain)]
        held = Counter(work.existence.extent for work in placed)
        rows.append((f"{domain.id} {_cell(domain.name)}", *(str(held[extent]) for extent in _EXTENTS)))
    return [
        "## How much was read",
        _pie("Works by how much of them was seen", slices),
        _table(("Domain", *_EXTENTS), rows),
    ]


def _who(works: Sequence[Source]) -> list[str]:
    def ranked(names: Iterable[str]) -> str:
        counts = Counter(filter(None, names)).most_common(_MOST_LISTED)
        return _table(("Name", "Works"), [(_cell(name), str(count)) for name, count in counts])

    return [
        "## Kinds, publishers, origins",
        _bars("Works by kind", dict(Counter(work.kind.replace("_", " ") for work in works).most_common())),
        f"The {_MOST_LISTED} publishers with the most works:",
        ranked(work.publisher for work in works),
        f"The {_MOST_LISTED} origins (the organisation or person behind a work) with the most works:",
        ranked(work.origin for work in works),
    ]


def _signals(works: Sequence[Source]) -> list[str]:
    held = Counter(
        name
        for work in works
        for name in {signal.name for signal in work.signals if signal.observed and signal.name not in _BOOKKEEPING}
    )
    rows = [(f"`{name}`", str(count)) for name, count in sorted(held.items(), key=lambda pair: (-pair[1], pair[0]))]
    return [
        "## Observed signals",
        "Each with the place and the day of the observation; what a record lacks was not observed.",
        _table(("Signal", "Works"), rows),
    ]


def _relations(works: Sequence[Source]) -> list[str]:
    titles = {name: work.title for work in works for name in (work.id, *work.aliases)}
    cited = Counter(
        str(signal.value) for work in works for signal in work.signals if signal.name == CITES and signal.observed
    )
    rows = [(_cell(titles.get(name, name)), str(count)) for name, count in cited.most_common(_MOST_LISTED)]
    return [
        "## Works that cite works",
        f"{cited.total():,} references from one work of the corpus to another were seen, to {len(cited):,} works. The "
        "most cited:",
        _table(("Work", "Cited by"), rows),
    ]


def _placed(works: Iterable[Source], guide: Guide, domain: Domain) -> list[tuple[Source, Placement]]:
    return [(work, placement) for work in works if (placement := work.placement(guide.id, domain.id))]


def _own(work: Source, parts: Callable[[Placement], Iterable[T]]) -> list[T]:
    """The different parts of a work's placements: one text that serves several domains counts once."""
    return list(dict.fromkeys(part for placement in work.placements for part in parts(placement)))


def _years(work: Source) -> Iterator[int]:
    yield from filter(None, (work.year, *(day.year for day in (work.published, work.updated) if day)))


def _of(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,} ({part / whole:.0%})" if whole else "0"


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(headings)} |", f"|{' --- |' * len(headings)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def _bars(title: str, values: Mapping[str, int]) -> str:
    labels = ", ".join(f'"{label}"' for label in values)
    return (
        f'```mermaid\n{_COLOURS}\nxychart-beta horizontal\n  title "{title}"\n  x-axis [{labels}]\n'
        f'  y-axis "works" 0 --> {max(values.values(), default=1)}\n  bar [{", ".join(map(str, values.values()))}]\n```'
    )


def _pie(title: str, values: Mapping[str, int]) -> str:
    slices = "\n".join(f'  "{label}" : {count}' for label, count in values.items())
    return f"```mermaid\n{_COLOURS}\npie showData\n  title {title}\n{slices}\n```"


def _cell(text: str) -> str:
    """Text of a record or guide, which can neither end a cell nor act as markup."""
    plain = " ".join(text.split())
    for mark in "\\`*_[]<>|#":
        plain = plain.replace(mark, f"\\{mark}")
    return plain
