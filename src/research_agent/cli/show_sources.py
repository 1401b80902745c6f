"""Print works that services told of, what became of them, and the services themselves."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from research_agent.bibliography.search_report import FAILED, STATES
from research_agent.cli.terminal import console, plain, say_next, show_json, table_of
from research_agent.model.quotation import quoted
from research_agent.model.search import ServiceOutcome, TakenIn
from research_agent.model.source import Signal
from research_agent.sources.observed import ALSO_AT
from research_agent.sources.standing import LESS_SURE

if TYPE_CHECKING:
    from research_agent.live.lookup import LookedUp
    from research_agent.live.status import ServiceStatus
    from research_agent.searching import AddedWork, FoundAndKept
    from research_agent.sources.merging import FoundWork

_MOST_AUTHORS = 3
_STYLES = {"answered": "green", "in_part": "yellow", "not_checked": "yellow", "not_asked": "dim"}
_UNTOLD = frozenset({ALSO_AT, LESS_SURE, "indexed_by"})
"""Signals that say how the record was put together."""
_TO_THE_MINUTE = "%Y-%m-%d %H:%M"
_NOTHING = "\N{EN DASH}"


def show_added_work(added: "AddedWork", *, as_json: bool) -> None:
    """A work that was looked up: what is known of it and from whom, and the domains that it now serves."""
    if as_json:
        return show_json(added)
    looked = added.looked_up
    if looked.work is None:
        _show_nothing(looked)
    else:
        _show_work(looked.work)
        for point in looked.key_points:
            console().print(f"  • {plain(quoted(point.text, point.where))} [dim]({plain(point.where)})[/]")
        for other in looked.beside:
            console().print(f"[dim]Also told of, and left out:[/] {plain(other.source.title)}", soft_wrap=True)
    _show_outcomes([one for one in looked.services if one.state != "not_asked"])
    if added.taken_in is None:
        return None
    return _show_taken(added.taken_in)


def show_found(found: "FoundAndKept", *, domain: str, as_json: bool) -> None:
    """Works that were found for some words, one each, with who told of them."""
    if as_json:
        return show_json(found)
    out = console()
    failed = [one for one in found.found.outcomes if one.state in FAILED]
    if failed:
        told = "; ".join(f"{one.title}: {one.why}" for one in failed)
        out.print(f"[bold yellow]Not everything was looked at.[/] {plain(told)}\n", soft_wrap=True)
    for number, work in enumerate(found.found.works, start=1):
        out.print(f"[bold]{number}.[/] ", end="")
        _show_work(work, brief=True)
        if found.taken_in:
            _show_taken(found.taken_in[number - 1])
    if not found.found.works:
        asked = any(one.state == "answered" for one in found.found.outcomes)
        out.print("No service that answered knows a work for these words." if asked else "No service answered.")
    _show_outcomes([one for one in found.found.outcomes if one.state != "not_asked"])
    if domain:
        return say_next(f"research-agent research {domain} lets the pipeline choose among all that is there now.")
    return say_next("--domain D takes in what comes near a domain; `sources add NAME` takes in one work.")


def show_statuses(statuses: "Sequence[ServiceStatus]", *, as_json: bool) -> None:
    """What each service can do (proved: ✓, claimed: ?), on which terms, and how it answered last."""
    if as_json:
        return show_json(statuses)
    table = table_of("Service", "Search", "Looks up", "Text", "Retraction", "Key", "Limit", "Last answer")
    for one in statuses:
        if one.broken:
            table.add_row(plain(one.name), "", "", "", "", "", "", f"[red]can't be loaded: {plain(one.broken)}[/]")
            continue
        looks_up = ", ".join(f"{scheme} {_mark(one, f'look_up:{scheme}')}" for scheme in one.look_up)
        table.add_row(
            f"[bold]{one.name}[/]",
            _mark(one, "search") if one.search else _NOTHING,
            looks_up or _NOTHING,
            _mark(one, "full_text") if one.full_text else _NOTHING,
            _mark(one, "retraction") if one.retraction else _NOTHING,
            _key(one),
            plain(one.limit),
            _last(one),
        )
    console().print(table)
    say_next("✓ proved by tests against the documented answers; ? claimed. Last answer: to the last question, if any.")
    if lacking := [f"{one.title}: {one.lacks}" for one in statuses if one.lacks]:
        say_next("Can't be asked yet. " + "; ".join(lacking))
    return None


def _show_work(work: "FoundWork", *, brief: bool = False) -> None:
    out = console()
    source = work.source
    names = "; ".join(source.authors[:_MOST_AUTHORS]) + (" et al." if len(source.authors) > _MOST_AUTHORS else "")
    told = ", ".join(filter(None, [names, str(source.year or ""), source.publisher, source.kind.replace("_", " ")]))
    out.print(f"[bold]{plain(source.title)}[/]", soft_wrap=True)
    out.print(f"   {plain(told)}", soft_wrap=True)
    by = ", ".join(dict.fromkeys(one.service for one in work.provenance))
    out.print(f"   {plain(source.url)} [dim]told by {plain(by)}; {plain(source.existence.told)}[/]", soft_wrap=True)
    for signal in source.signals if not brief else ():
        if signal.observed and signal.name not in _UNTOLD:
            out.print(f"   [dim]{plain(_signal(signal))}[/]", soft_wrap=True)
    for one in work.conflicts if not brief else ():
        out.print(
            f"   [yellow]{plain(one.field)}[/]: {plain(one.taken)} [dim]by {plain(one.taken_from)};[/] "
            f"{plain(one.otherwise)} [dim]by {plain(one.otherwise_from)}[/]",
            soft_wrap=True,
        )


def _show_nothing(looked: "LookedUp") -> None:
    out = console()
    if looked.state == "not_found":
        out.print(f"[red]No such work:[/] {plain(looked.name)}. {plain(looked.why)}.", soft_wrap=True)
    else:
        out.print(f"[yellow]Not checked:[/] {plain(looked.name)}. {plain(looked.why)}.", soft_wrap=True)
        say_next("That says nothing against the work. Nothing was added; try again, or add a record of your own.")


def _show_taken(taken: "TakenIn") -> None:
    out = console()
    if not taken.source:
        return out.print(f"   [dim]left out: {plain(taken.why)}[/]", soft_wrap=True)
    what = "Added" if taken.new else "Known already, what services say is up to date"
    places = [
        f"domain {one.domain} ({one.category}" + (f", {one.cosine:.2f} to its nearest bullet)" if one.cosine else ")")
        for one in taken.placed
    ]
    if not places and taken.serves:
        places = [f"serves domain {', '.join(taken.serves)}, as before"]
    where = "; ".join(places) if places else f"serves no domain: {taken.why}. --domain D files it"
    return out.print(f"   [green]{what}[/] as [cyan]{taken.source}[/]: {plain(where)}.", soft_wrap=True)


def _show_outcomes(outcomes: Sequence[ServiceOutcome]) -> None:
    table = table_of("Service", "What came of it", "Candidates", "What stood in the way")
    for one in outcomes:
        state = f"[{_STYLES[one.state]}]{STATES[one.state]}[/]"
        table.add_row(plain(one.title), state, str(one.candidates), plain(one.why))
    console().print(table)


def _signal(signal: Signal) -> str:
    value = "" if signal.value is True else f": {'no' if signal.value is False else signal.value}"
    return f"{signal.name.replace('_', ' ')}{value}"


def _mark(status: "ServiceStatus", capability: str) -> str:
    return "[green]✓[/]" if capability in status.proven else "[yellow]?[/]"


def _key(status: "ServiceStatus") -> str:
    if status.lacks:
        return "[yellow]missing[/]"
    if status.key == "none":
        return _NOTHING
    return "[green]set[/]" if status.key_set else f"[dim]{status.key}[/]"


def _last(status: "ServiceStatus") -> str:
    if status.last is None:
        return "[dim]none yet[/]"
    state = f"[{_STYLES[status.last.state]}]{STATES[status.last.state]}[/]"
    return f"{state} {status.last.at:{_TO_THE_MINUTE}} {plain(status.last.why)}".rstrip()
