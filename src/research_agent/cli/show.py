"""Print values for people (rich) or for programs (JSON, one document on standard output)."""

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import typer
from pydantic import BaseModel

from research_agent.model.answers import Added, DomainStatus, Embedded, Finding, Holdings, Why, Withdrawn
from research_agent.model.bibliography import Bibliography, Check
from research_agent.model.guide import Guide
from research_agent.model.library import Hit
from research_agent.model.prompt import Prompt
from research_agent.model.radar import Decision, Evaluation, Rubric
from research_agent.model.source import Source

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

    from research_agent.guides import KeptGuide, KnownGuide
    from research_agent.model.difference import Difference
    from research_agent.outputs import Written
    from research_agent.research import Research
    from research_agent.sources.check import CorpusReport

STATE_STYLES = {"complete": "green", "partial": "yellow", "stale": "magenta", "none": "dim"}
FINDING_STYLES = {"fine": "green", "attention": "yellow", "broken": "red"}
BAR_FULL, BAR_EMPTY = "█", "░"


def show_json(value: object) -> None:
    """Print a value, or a sequence of values, as one JSON document."""
    typer.echo(json.dumps(_plain(value), ensure_ascii=False, indent=2))


def show_domains(guide: Guide, statuses: "Sequence[DomainStatus]", *, as_json: bool) -> None:
    """The domains of a guide with the state of each."""
    if as_json:
        return show_json(statuses)
    table = _table("", "Domain", "Bullets", "Sources", "State", "", title=guide.title)
    for status in statuses:
        domain = status.domain
        state = f"[{STATE_STYLES[status.state]}]{status.state}[/]"
        table.add_row(domain.id, domain.name, str(len(domain.focus)), str(status.sources), state, _text(status.detail))
    _console().print(table)
    return _next("research-agent research ID produces one, research-agent research all every one.")


def show_domain(holdings: "Holdings", *, as_json: bool) -> None:
    """A domain with what the corpus holds for each bullet and category."""
    if as_json:
        return show_json(holdings)
    domain = holdings.domain
    console = _console()
    console.print(f"[bold]Domain {domain.id}: {_text(domain.name)}[/]  ({domain.folder})")
    bullets = _table("", "Focus", "Sources", title="Research focus")
    for focus in domain.focus:
        bullets.add_row(focus.id, _text(focus.text), str(holdings.by_focus.get(focus.id, 0)))
    categories = _table("Category", "Sources", "Wanted", title="Pool")
    for category in holdings.categories:
        wanted = f"{category.quota.at_least} to {category.quota.at_most}"
        categories.add_row(category.name, str(holdings.by_category.get(category.id, 0)), wanted)
    console.print(bullets, categories)
    return _next(f"research-agent research {domain.id} makes its bibliography.")


def show_prompt(prompt: Prompt, *, as_json: bool) -> None:
    """The prompt itself, so that it can be piped on; failed checks on standard error."""
    from research_agent.prompts.assemble import render_prompt

    if as_json:
        return show_json(prompt)
    typer.echo(render_prompt(prompt), nl=False)
    for check in prompt.checks:
        if not check.passed:
            typer.secho(f"Not met: {check.text} ({check.detail})", fg="red", err=True)
    return None


def show_research(
    guide: Guide,
    rubric: Rubric,
    results: "Sequence[Research]",
    written: "Sequence[Written]",
    *,
    as_json: bool,
) -> None:
    """What a research run produced: entries with their RADAR bars, constraints, files."""
    if as_json:
        bibliographies = [result.bibliography for result in results]
        return show_json({"bibliographies": bibliographies, "files": written})
    for result in results if len(results) == 1 else ():
        _console().print(_entries(guide, rubric, result.bibliography))
        _console().print(_checks(result.bibliography))
    if len(results) > 1:
        _console().print(_overview(results))
    return show_written(written, as_json=False)


def show_written(written: "Sequence[Written]", *, as_json: bool) -> None:
    """Which files were written, and which were kept because somebody edited them."""
    if as_json:
        return show_json(written)
    console = _console()
    folders = dict.fromkeys(file.path.parent for file in written)
    for folder in folders:
        names = ", ".join(file.path.name for file in written if file.path.parent == folder)
        console.print(f"[bold]{_text(str(folder))}/[/]  {_text(names)}", soft_wrap=True)
    for file in written:
        if file.beside:
            console.print(
                f"[yellow]Kept[/] {_text(str(file.path))}: it was edited. Ours is {_text(file.beside.name)}; "
                "--force replaces the edited one.",
                soft_wrap=True,
            )
    return None


def show_hits(query: str, hits: Sequence[Hit], *, as_json: bool) -> None:
    """Search results with the passage and the rank in each list."""
    if as_json:
        return show_json(hits)
    console = _console()
    if not hits:
        return console.print(f"Nothing in the library matches {_text(query)!r} with these filters.")
    for number, hit in enumerate(hits, start=1):
        ranks = [
            f"meaning #{hit.vector_rank}, cosine {hit.similarity:.2f}" if hit.vector_rank and hit.similarity else "",
            f"words #{hit.lexical_rank}, BM25 {hit.bm25:.1f}" if hit.lexical_rank and hit.bm25 else "",
        ]
        place = hit.passage.part.replace("_", " ")
        console.print(f"[bold]{number}. {_text(hit.title)}[/]  [cyan]{hit.passage.source}[/]")
        console.print(f"   {_text(hit.passage.text)}")
        why = "; ".join(filter(None, ranks))
        console.print(f"   [dim]domain {hit.passage.domain}, {place} · {why}[/]")
    return _next("research-agent source ID shows all of one.")


def show_source(source: Source, citation: str, *, as_json: bool) -> None:
    """All that is known of a source."""
    if as_json:
        return show_json(source)
    console = _console()
    console.print(f"[bold]{_text(source.title)}[/]  [cyan]{source.id}[/]")
    console.print(_text(citation))
    console.print(f"[dim]Opens at[/] {_text(source.url)}", soft_wrap=True)
    existence = source.existence
    seen = f"{existence.state}: {existence.how}" + (f" on {existence.on}" if existence.on else "")
    console.print(f"[dim]Exists?[/] {seen} at {_text(existence.where)} {_text(existence.why)}", soft_wrap=True)
    reviewed = {True: "peer reviewed", False: "not peer reviewed", None: "peer review not observed"}
    console.print(
        f"[dim]Kind[/] {source.kind}, {reviewed[source.peer_reviewed]}; [dim]behind it[/] {_text(source.origin)}"
    )
    if source.aliases:
        console.print(f"[dim]Also known as[/] {', '.join(source.aliases)}")
    for placement in source.placements:
        console.print(
            f"\n[bold]Domain {placement.domain}[/], {placement.category}, bullets {', '.join(placement.focus)}"
        )
        console.print(_text(placement.summary))
        for point in placement.key_points:
            console.print(f"  • {_text(point)}")
        if placement.code_pattern:
            console.print(f"  [green]{_text(placement.code_pattern.library)}[/]: {_text(placement.code_pattern.idea)}")
    return None


def show_why(why: "Why", *, as_json: bool) -> None:
    """Why a source is in or out, with its RADAR judgements."""
    if as_json:
        return show_json(why)
    console = _console()
    verdict = "[green]in[/]" if why.chosen else "[yellow]out[/]"
    console.print(
        f"[bold]{_text(why.title)}[/] is {verdict} of domain {why.domain}'s bibliography.".replace("in[/] of", "in[/]")
    )
    for reason in why.reasons:
        console.print(f"  • {_text(reason)}")
    console.print(_judgements(why.evaluation))
    return None


def show_decision(decision: Decision, *, as_json: bool) -> None:
    """What was kept of a person's decision, and what to run next."""
    if as_json:
        return show_json(decision)
    what = {
        "judge": f"{decision.criterion} of {decision.source} is level {decision.level}",
        "pin": f"{decision.source} will stand",
        "ban": f"{decision.source} will not stand",
    }[decision.action]
    _console().print(f"Kept: {what} in domain {decision.domain}.")
    return _next(f"research-agent research {decision.domain} makes the bibliography anew.")


def show_withdrawn(withdrawn: "Withdrawn", *, as_json: bool) -> None:
    """What was taken back."""
    if as_json:
        return show_json(withdrawn)
    if not withdrawn.decisions:
        return _console().print(f"There was no decision on {withdrawn.source} in domain {withdrawn.domain}.")
    taken = ", ".join(" ".join(filter(None, (d.action, d.criterion))) for d in withdrawn.decisions)
    return _console().print(f"Taken back for {withdrawn.source} in domain {withdrawn.domain}: {taken}.")


def show_difference(difference: "Difference", *, as_json: bool) -> None:
    """What changed between two bibliographies, and why."""
    if as_json:
        return show_json(difference)
    console = _console()
    gone, come, changed = difference.removed, difference.added, difference.changed
    if difference.same_inputs:
        return console.print("Nothing changed: both were made from the same inputs.")
    console.print(f"{len(come)} came, {len(gone)} went, {difference.kept} stayed ({len(changed)} with other scores).")
    for heading, lines in (
        ("Because", [f"{change.kind.replace('_', ' ')}: {change.text}" for change in difference.inputs]),
        ("Came", [f"{move.title} [{move.source}]: {move.why}" for move in come]),
        ("Went", [f"{move.title} [{move.source}]: {move.why}" for move in gone]),
        ("Changed", [f"{change.title} [{change.source}]: {change.why}" for change in changed]),
        (
            "Constraints",
            [f"{c.text}: {c.before or 'not asked'} → {c.after or 'not asked'}" for c in difference.constraints],
        ),
    ):
        if lines:
            console.print(f"\n[bold]{heading}[/]")
        for line in lines:
            console.print(f"  • {_text(line)}")
    return None


def show_guide(kept: "KeptGuide", *, as_json: bool) -> None:
    """An imported guide: what was read, what was taken from defaults, where it lies."""
    if as_json:
        return show_json(kept)
    guide = kept.guide
    console = _console()
    console.print(f"[bold]{_text(guide.title)}[/]  [cyan]{guide.id}[/], {len(guide.domains)} domains")
    table = _table("Part", "Origin", "Basis")
    for part, provenance in guide.provenance.items():
        style = "green" if provenance.origin == "read" else "yellow"
        table.add_row(_text(part), f"[{style}]{provenance.origin}[/]", _text(provenance.basis))
    console.print(table)
    console.print(f"Kept as {_text(str(kept.path))}", soft_wrap=True)
    return _next(f"research-agent domains --guide {guide.id} lists its domains.")


def show_guides(known: "Sequence[KnownGuide]", *, as_json: bool) -> None:
    """The guides that are here."""
    if as_json:
        return show_json(known)
    table = _table("Id", "Title", "Domains", "File")
    for guide in known:
        table.add_row(
            guide.id, _text(guide.title), str(guide.domains), "shipped" if guide.shipped else _text(str(guide.path))
        )
    return _console().print(table)


def show_added(added: "Added", *, as_json: bool) -> None:
    """What `sources add` took in, and which lines it could not read."""
    if as_json:
        return show_json(added)
    report = added.report
    console = _console()
    console.print(f"Added {report.added}, changed {report.changed}, unchanged {report.unchanged}.")
    for problem in added.problems:
        console.print(f"[red]Left out[/] {_text(str(problem))}", soft_wrap=True)
    return None


def show_corpus_report(report: "CorpusReport", *, as_json: bool) -> None:
    """The state of the pools: counts, problems, warnings."""
    from research_agent.sources.check import describe

    if as_json:
        return show_json(report)
    for line in describe(report):
        typer.echo(line)
    return None


def show_embedded(embedded: "Embedded", *, as_json: bool) -> None:
    """What was embedded and where the vectors lie."""
    if as_json:
        return show_json(embedded)
    return _console().print(
        f"{embedded.texts:,} texts with {_text(embedded.embedder)}: {_text(str(embedded.path))}", soft_wrap=True
    )


def show_diagnosis(findings: "Sequence[Finding]", *, as_json: bool) -> None:
    """What the doctor found and how to mend it."""
    if as_json:
        return show_json(findings)
    table = _table("", "Part", "Found", "Mend")
    for finding in findings:
        mark = f"[{FINDING_STYLES[finding.state]}]{finding.state}[/]"
        table.add_row(mark, _text(finding.part), _text(finding.found), _text(finding.mend))
    return _console().print(table)


def radar_bar(level: int, highest: int = 5) -> str:
    """A level as a bar of five cells."""
    return BAR_FULL * level + BAR_EMPTY * (highest - level)


def _entries(guide: Guide, rubric: Rubric, bibliography: Bibliography) -> "RenderableType":
    from rich.table import Table

    letters = [criterion.letter for criterion in rubric.criteria]
    names = ", ".join(criterion.name for criterion in rubric.criteria)
    table = Table(
        title=f"{_text(bibliography.domain_name)}: {len(bibliography.entries)} sources",
        caption=f"RADAR ({rubric.id}): {names}, five levels each",
        box=None,
        pad_edge=False,
    )
    for heading in ("", "Source", "Year"):
        table.add_column(heading, overflow="ellipsis", no_wrap=True, ratio=1 if heading == "Source" else None)
    for letter in letters:
        table.add_column(letter, no_wrap=True)
    table.add_column("", no_wrap=True)
    number = 0
    for category in guide.methodology.categories:
        filed = [entry for entry in bibliography.entries if entry.category == category.id]
        table.add_row("", f"[bold]{_text(category.name)}[/] ({len(filed)})")
        for entry in filed:
            number += 1
            levels = [judgement.level for judgement in entry.evaluation.judgements]
            bars = [f"[{_level_style(level)}]{radar_bar(level)}[/]" for level in levels]
            year = str(entry.source.year or "n.d.")
            table.add_row(str(number), _text(entry.source.title), year, *bars, f"{entry.evaluation.total:.1f}")
    return table


def _level_style(level: int) -> str:
    return {1: "red", 2: "red", 3: "yellow"}.get(level, "green")


def _checks(bibliography: Bibliography) -> str:
    unmet = [check for check in bibliography.checks if not check.met]
    met = len(bibliography.checks) - len(unmet)
    proof = {
        "optimal": "no better choice exists (proven)",
        "best_with_gaps": "the shortfall is the least possible (proven)",
        "empty": "the domain has no sources",
    }[bibliography.status]
    lines = [f"[{'green' if not unmet else 'yellow'}]{met} of {len(bibliography.checks)} constraints hold[/]; {proof}."]
    lines += [f"[yellow]Gap[/] {_text(gap.text)} ({_text(gap.tried)})" for gap in bibliography.gaps]
    lines += [_unmet(check) for check in unmet if check.id not in {gap.check for gap in bibliography.gaps}]
    return "\n".join(lines)


def _unmet(check: Check) -> str:
    return f"[yellow]Not met[/] {_text(check.text)}: {_text(check.required)} needed, {_text(check.actual)} there"


def _overview(results: "Iterable[Research]") -> "RenderableType":
    table = _table("", "Domain", "Sources", "Constraints", "Gaps")
    for result in results:
        bibliography = result.bibliography
        met = sum(check.met for check in bibliography.checks)
        style = "green" if bibliography.complete else "yellow"
        table.add_row(
            bibliography.domain,
            _text(bibliography.domain_name),
            str(len(bibliography.entries)),
            f"[{style}]{met} of {len(bibliography.checks)}[/]",
            _text("; ".join(gap.text for gap in bibliography.gaps)),
        )
    return table


def _judgements(evaluation: Evaluation) -> "RenderableType":
    table = _table(
        "Criterion",
        "",
        "Level",
        "Reason",
        "Confidence",
        title=f"RADAR ({evaluation.rubric}), total {evaluation.total:.2f}",
    )
    for judgement in evaluation.judgements:
        table.add_row(
            judgement.criterion.capitalize(),
            f"[{_level_style(judgement.level)}]{radar_bar(judgement.level)}[/]",
            _text(judgement.word),
            _text(judgement.reason),
            f"{judgement.confidence:.0%}",
        )
    return table


def _table(*headings: str, title: str = "") -> "Table":
    from rich.table import Table

    table = Table(title=_text(title) or None, title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _console() -> "Console":
    from rich.console import Console

    return Console(highlight=False)


def _next(text: str) -> None:
    _console().print(f"[dim]{_text(text)}[/]")


def _text(text: str) -> str:
    """Words of a source or a user, with rich's markup made harmless."""
    from rich.markup import escape

    return escape(text)


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
