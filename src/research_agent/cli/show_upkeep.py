"""Print what keeps things in order: guides, added sources, the corpus, the doctor's findings."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from research_agent.cli.terminal import console, plain, say_next, show_json, table_of
from research_agent.model.answers import Added, Embedded, Finding

if TYPE_CHECKING:
    from research_agent.guides import KeptGuide, KnownGuide
    from research_agent.sources.api_names import UnknownNames
    from research_agent.sources.check import CorpusReport

FINDING_STYLES = {"fine": "green", "attention": "yellow", "broken": "red"}


def show_guide(kept: "KeptGuide", *, as_json: bool) -> None:
    """An imported guide: what was read, what was taken from defaults, where it lies."""
    if as_json:
        return show_json(kept)
    guide = kept.guide
    out = console()
    out.print(f"[bold]{plain(guide.title)}[/]  [cyan]{guide.id}[/], {len(guide.domains)} domains")
    table = table_of("Part", "Origin", "Basis")
    for part, provenance in guide.provenance.items():
        style = "green" if provenance.origin == "read" else "yellow"
        table.add_row(plain(part), f"[{style}]{provenance.origin}[/]", plain(provenance.basis))
    out.print(table)
    for file in (*kept.written, *filter(None, [kept.copy_at])):
        out.print(f"{file.state.capitalize()}: {plain(str(file.beside or file.path))}", soft_wrap=True)
    return say_next(f"research-agent domains --guide {guide.id} lists its domains.")


def show_guides(known: "Sequence[KnownGuide]", *, as_json: bool) -> None:
    """The guides that are here."""
    if as_json:
        return show_json(known)
    table = table_of("Id", "Title", "Domains", "File")
    for guide in known:
        where = "shipped" if guide.shipped else plain(str(guide.path))
        title = plain(guide.title) if not guide.problem else f"[red]can't be used:[/] {plain(guide.problem)}"
        table.add_row(guide.id, title, str(guide.domains or ""), where)
    return console().print(table)


def show_added(added: "Added", *, as_json: bool) -> None:
    """What `sources add` took in, and which lines it could not read."""
    if as_json:
        return show_json(added)
    report = added.report
    out = console()
    out.print(f"Added {report.added}, changed {report.changed}, unchanged {report.unchanged}.")
    for problem in added.problems:
        out.print(f"[red]Left out[/] {plain(str(problem))}", soft_wrap=True)
    return None


def show_corpus_report(report: "CorpusReport", *, as_json: bool) -> None:
    """The state of the pools: counts, problems, warnings."""
    from research_agent.sources.check import describe

    if as_json:
        return show_json(report)
    for line in describe(report):
        typer.echo(line)
    return None


def show_corpus_description(report: str, *, as_json: bool) -> None:
    """The report on the pools, as it is."""
    return show_json({"report": report}) if as_json else typer.echo(report, nl=False)


def show_unknown_names(found: "Sequence[UnknownNames]", *, as_json: bool) -> None:
    """Names in code patterns that no installed library has, then the libraries that are not installed."""
    if as_json:
        return show_json(found)
    for one in found:
        if one.names:
            typer.echo(f"{one.source}, domain {one.domain}, {one.library}: {', '.join(one.names)}")
    missing = sorted({library for one in found for library in one.missing}, key=str.casefold)
    unseen = sum(bool(one.missing) for one in found)
    named = sum(bool(one.names) for one in found)
    typer.echo(f"{named} patterns name what their libraries don't have, or variables of their own: look at them.")
    if missing:
        typer.echo(f"{unseen} patterns were not checked, as these are not installed here: {', '.join(missing)}.")
    return None


def show_embedded(embedded: "Embedded", *, as_json: bool) -> None:
    """What was embedded and where the vectors lie."""
    if as_json:
        return show_json(embedded)
    return console().print(
        f"{embedded.texts:,} texts with {plain(embedded.embedder)}: {plain(str(embedded.path))}", soft_wrap=True
    )


def show_diagnosis(findings: "Sequence[Finding]", *, as_json: bool) -> None:
    """What the doctor found and how to mend it."""
    if as_json:
        return show_json(findings)
    out = console()
    for finding in findings:
        style = FINDING_STYLES[finding.state]
        out.print(f"[{style}]{finding.state}[/]  [bold]{plain(finding.part)}[/]: {plain(finding.found)}")
        if finding.mend:
            out.print(f"      → {plain(finding.mend)}")
    return None
