"""Print what research makes: domains, prompts, bibliographies, files, differences."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from research_agent.cli.show_search import show_failures, show_search, show_searches
from research_agent.cli.terminal import console, plain, say_next, show_json, table_of
from research_agent.model.answers import DomainStatus, Holdings
from research_agent.model.bibliography import Bibliography, Check
from research_agent.model.guide import Guide
from research_agent.model.prompt import Prompt
from research_agent.model.radar import Rubric

if TYPE_CHECKING:
    from rich.console import RenderableType

    from research_agent.model.difference import Difference
    from research_agent.outputs import Written
    from research_agent.research import Research

STATE_STYLES = {"complete": "green", "partial": "yellow", "stale": "magenta", "none": "dim"}
BAR_FULL, BAR_EMPTY = "█", "░"


def show_domains(guide: Guide, statuses: "Sequence[DomainStatus]", *, as_json: bool) -> None:
    """The domains of a guide with the state of each."""
    if as_json:
        return show_json(statuses)
    table = table_of("", "Domain", "Bullets", "Sources", "State", "", title=guide.title)
    for status in statuses:
        domain = status.domain
        state = f"[{STATE_STYLES[status.state]}]{status.state}[/]"
        table.add_row(
            plain(domain.id),
            plain(domain.name),
            str(len(domain.focus)),
            str(status.sources),
            state,
            plain(status.detail),
        )
    console().print(table)
    return say_next("research-agent research ID produces one, research-agent research all every one.")


def show_domain(holdings: "Holdings", *, as_json: bool) -> None:
    """A domain with what the corpus holds for each bullet and category."""
    if as_json:
        return show_json(holdings)
    domain = holdings.domain
    out = console()
    out.print(f"[bold]Domain {plain(domain.id)}: {plain(domain.name)}[/]  ({plain(domain.folder)})")
    bullets = table_of("", "Focus", "Sources", title="Research focus")
    for focus in domain.focus:
        bullets.add_row(plain(focus.id), plain(focus.text), str(holdings.by_focus.get(focus.id, 0)))
    categories = table_of("Category", "Sources", "Wanted", title="Pool")
    for category in holdings.categories:
        wanted = f"{category.quota.at_least} to {category.quota.at_most}"
        categories.add_row(plain(category.name), str(holdings.by_category.get(category.id, 0)), wanted)
    out.print(bullets, categories)
    return say_next(f"research-agent research {domain.id} makes its bibliography.")


def show_prompt(prompt: Prompt, *, as_json: bool) -> None:
    """The prompt itself, so that it can be piped on; failed checks on standard error."""
    from research_agent.prompts.assemble import render_prompt

    if as_json:
        return show_json(prompt)
    typer.echo(render_prompt(prompt), nl=False)
    return show_notes(prompt)


def show_notes(prompt: Prompt) -> None:
    """What its user should know of a prompt, on standard error: advice, what was left out, failed checks."""
    if prompt.advice:
        typer.secho(prompt.advice, fg="yellow", err=True)
    if prompt.left_out:
        typer.secho(f"{len(prompt.left_out)} works did not fit into the budget.", fg="yellow", err=True)
    for check in prompt.checks:
        if not check.passed:
            typer.secho(f"Not met: {check.text} ({check.detail})", fg="red", err=True)


def show_explanation(prompts: "Sequence[Prompt]", *, as_json: bool) -> None:
    """For each prompt what its profile decided, with the facts behind it, then the findings that shape all."""
    from research_agent.prompts import load_profile
    from research_agent.prompts.explain import explain_prompt

    explained = [explain_prompt(prompt, load_profile(prompt.profile)) for prompt in prompts]
    if as_json:
        return show_json(explained)
    out = console()
    for one in explained:
        out.print(f"[bold]Prompt {one.prompt} for {plain(one.profile)}[/], {one.mode}")
        for choice in one.choices:
            out.print(f"\n[bold]{choice.shape}[/]: {plain(choice.choice)}")
            for fact in choice.facts:
                by = f", read by {plain(fact.by)}" if fact.by else ""
                out.print(f"  • {plain(fact.text)} [dim]{plain(fact.url)}, {fact.seen}{by}[/]")
    out.print("\n[bold]In every prompt[/]")
    for finding in explained[0].findings:
        out.print(
            f"  • {plain(finding.decides)}\n    [dim]{plain(finding.text)} {plain(finding.url)}, {finding.seen}[/]"
        )
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
        show_failures(result.bibliography.search)
        console().print(_entries(guide, rubric, result.bibliography))
        show_search(result.bibliography.search)
        console().print(_checks(result.bibliography))
    if len(results) > 1:
        console().print(_overview(results))
        show_searches(guide, [result.bibliography for result in results])
    return show_written(written, as_json=False)


def show_written(written: "Sequence[Written]", *, as_json: bool) -> None:
    """Which files were written, and which were kept because somebody edited them."""
    if as_json:
        return show_json(written)
    out = console()
    names: dict[tuple[str, ...], list[Path]] = {}
    for folder in dict.fromkeys(file.path.parent for file in written):
        inside = tuple(file.path.name for file in written if file.path.parent == folder)
        names.setdefault(inside, []).append(folder)
    for inside, folders in names.items():
        where = f"{plain(str(folders[0]))}/"
        where += f" to {plain(folders[-1].name)}/ ({len(folders)} folders)" if len(folders) > 1 else ""
        out.print(f"[bold]{where}[/]  {plain(', '.join(inside))}", soft_wrap=True)
    for file in written:
        if file.beside:
            out.print(
                f"[yellow]Kept[/] {plain(str(file.path))}: it was edited. Ours is {plain(file.beside.name)}; "
                "--force replaces the edited one.",
                soft_wrap=True,
            )
    return None


def show_difference(difference: "Difference", *, as_json: bool) -> None:
    """What changed between two bibliographies, and why."""
    if as_json:
        return show_json(difference)
    out = console()
    gone, come, changed = difference.removed, difference.added, difference.changed
    if difference.nothing:
        return out.print("Nothing changed that a reader sees.")
    out.print(f"{len(come)} came, {len(gone)} went, {difference.kept} stayed ({len(changed)} with other scores).")
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
            out.print(f"\n[bold]{heading}[/]")
        for line in lines:
            out.print(f"  • {plain(line)}")
    return None


def radar_bar(level: int, highest: int = 5) -> str:
    """A level as a bar of five cells."""
    return BAR_FULL * level + BAR_EMPTY * (highest - level)


def _entries(guide: Guide, rubric: Rubric, bibliography: Bibliography) -> "RenderableType":
    from rich.table import Table

    names = ", ".join(criterion.name for criterion in rubric.criteria)
    table = Table(
        title=f"{plain(bibliography.domain_name)}: {len(bibliography.entries)} sources",
        caption=f"RADAR ({rubric.id}): {names}; five levels each",
        title_justify="left",
        caption_justify="left",
        box=None,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        expand=True,
    )
    table.add_column("", no_wrap=True, min_width=2)
    table.add_column("Source", no_wrap=True, overflow="ellipsis", ratio=1, min_width=24)
    table.add_column("Year", no_wrap=True, min_width=4)
    for criterion in rubric.criteria:
        table.add_column(plain(criterion.letter), no_wrap=True, min_width=5)
    table.add_column("", no_wrap=True, min_width=4)
    number = 0
    for category in guide.methodology.categories:
        filed = [entry for entry in bibliography.entries if entry.category == category.id]
        table.add_row("", f"[bold]{plain(category.name)}[/] ({len(filed)})")
        for entry in filed:
            number += 1
            levels = [judgement.level for judgement in entry.evaluation.judgements]
            bars = [f"[{level_style(level)}]{radar_bar(level)}[/]" for level in levels]
            year = str(entry.source.year or "n.d.")
            table.add_row(str(number), plain(entry.source.title), year, *bars, f"{entry.evaluation.total:.2f}")
    return table


def level_style(level: int) -> str:
    """The colour of a RADAR level."""
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
    lines += [f"[yellow]Gap[/] {plain(gap.text)} ({plain(gap.tried)})" for gap in bibliography.gaps]
    lines += [unmet_line(check) for check in unmet if check.id not in {gap.check for gap in bibliography.gaps}]
    return "\n".join(lines)


def unmet_line(check: Check) -> str:
    """A constraint that does not hold, with what it asks and what there is."""
    return f"[yellow]Not met[/] {plain(check.text)}: {plain(check.required)} needed, {plain(check.actual)} there"


def _overview(results: "Iterable[Research]") -> "RenderableType":
    table = table_of("", "Domain", "Sources", "Constraints", "Gaps")
    for result in results:
        bibliography = result.bibliography
        met = sum(check.met for check in bibliography.checks)
        style = "green" if bibliography.complete else "yellow"
        table.add_row(
            plain(bibliography.domain),
            plain(bibliography.domain_name),
            str(len(bibliography.entries)),
            f"[{style}]{met} of {len(bibliography.checks)}[/]",
            plain("; ".join(gap.text for gap in bibliography.gaps)),
        )
    return table
