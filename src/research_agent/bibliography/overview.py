"""Render the index of all domains: the state of each bibliography, its files, and how the works spread over them."""

from collections.abc import Iterable, Sequence

from research_agent.bibliography.exports import FORMATS
from research_agent.bibliography.markup import anchor_name, cell, in_cell, link, table, text
from research_agent.bibliography.report import known_of
from research_agent.bibliography.search_report import live_searches, told_domains
from research_agent.model.bibliography import Bibliography, Entry
from research_agent.model.guide import Domain, Guide

_ENDINGS = (".html", ".md", ".json", *FORMATS)
_NOT_MADE = "no bibliography yet"


def render_index(guide: Guide, bibliographies: Sequence[Bibliography]) -> str:
    """The index as Markdown: a row for every domain of the guide, then the works that serve several.

    Args:
        guide: the research project.
        bibliographies: at most one of each domain; a domain without one is said to have none.
    """
    by_domain = {bibliography.domain: bibliography for bibliography in bibliographies}
    rows = [_row(domain, by_domain.get(domain.id)) for domain in guide.domains]
    sections = [
        f"# {text(guide.title)}: bibliographies",
        _totals(guide, bibliographies),
        text(" ".join(told_domains(live_searches(bibliographies), guide))),
        "\n".join(table(("Domain", "State", "Sources", "Recent", "Gaps", "Files"), rows)),
        *_shared_works(guide, bibliographies),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _totals(guide: Guide, bibliographies: Sequence[Bibliography]) -> str:
    complete = sum(bibliography.complete for bibliography in bibliographies)
    entries = sum(len(bibliography.entries) for bibliography in bibliographies)
    works = _works(bibliographies)
    shared = sum(len(homes) > 1 for homes in works.values())
    return (
        f"{complete} of {len(guide.domains)} domains meet every constraint. "
        f"{entries} entries cite {len(works)} works; {shared} of them serve more than one domain. "
        f"What they say together: {link('the holistic guide', 'guide.md')}, "
        f"{link('also as a page', 'guide.html')}. "
        f"All works once: {link('all.bib', 'all.bib')}."
    )


def _row(domain: Domain, bibliography: Bibliography | None) -> tuple[str, ...]:
    name = f"{domain.id} {domain.name}"
    if bibliography is None:
        return cell(name), _NOT_MADE, "", "", "", ""
    files = ", ".join(link(ending.removeprefix("."), f"{domain.folder}/bibliography{ending}") for ending in _ENDINGS)
    return (
        in_cell(link(name, f"{domain.folder}/bibliography.md")),
        _state(bibliography),
        str(len(bibliography.entries)),
        cell(_recent(bibliography)),
        cell("; ".join(gap.text for gap in bibliography.gaps) or "none"),
        files,
    )


def _state(bibliography: Bibliography) -> str:
    if bibliography.complete:
        return "complete"
    if not bibliography.entries:
        return "empty: no candidates"
    unmet = sum(not check.met for check in bibliography.checks)
    return f"partial: {unmet} of {len(bibliography.checks)} constraints unmet"


def _recent(bibliography: Bibliography) -> str:
    """What the report counted; empty where the method asks for no share."""
    return next((check.actual for check in bibliography.checks if check.id == "recent"), "")


def _works(bibliographies: Iterable[Bibliography]) -> dict[str, list[tuple[str, Entry]]]:
    """By citation key, the domains in whose bibliographies a work stands, each with its entry."""
    works: dict[str, list[tuple[str, Entry]]] = {}
    for bibliography in bibliographies:
        for entry in bibliography.entries:
            works.setdefault(entry.citation_key, []).append((bibliography.domain, entry))
    return works


def rubrics_of(bibliographies: Iterable[Bibliography]) -> str:
    """The readings of RADAR behind the totals, by their ids: "lmu"."""
    return " and ".join(sorted({bibliography.rubric for bibliography in bibliographies}))


def _shared_works(guide: Guide, bibliographies: Sequence[Bibliography]) -> list[str]:
    shared = {key: homes for key, homes in _works(bibliographies).items() if len(homes) > 1}
    if not shared:
        return []
    rows = [
        (
            in_cell(link(homes[0][1].source.title, homes[0][1].source.url)),
            ", ".join(
                f"{link(domain, f'{guide.domain(domain).folder}/bibliography.md#{anchor_name(key)}')} "
                f"({entry.evaluation.total:.2f})"
                for domain, entry in homes
            ),
            cell(known_of(homes[0][1].source.existence)),
        )
        for key, homes in sorted(shared.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    ]
    headings = ("Work", f"Domains (RADAR total there, reading: {text(rubrics_of(bibliographies))})", "Existence")
    return ["## Works that serve several domains", "\n".join(table(headings, rows))]
