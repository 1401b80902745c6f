"""Print the services: what each can do, what came of asking it. One that failed never looks like one without hits."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from research_agent.bibliography.search_report import FAILED, STATES, by_reason, told_stand_ins, without_title
from research_agent.cli.terminal import console, plain, say_next, show_indented, show_json, table_of
from research_agent.model.search import ServiceOutcome

if TYPE_CHECKING:
    from research_agent.live.status import ServiceStatus

_STYLES: Final = {"answered": "green", "in_part": "yellow", "not_checked": "yellow", "not_asked": "dim"}
_TO_THE_MINUTE: Final = "%Y-%m-%d %H:%M"
_NOTHING: Final = "\N{EN DASH}"
_LACKS: Final = "it wants "
"""How the reason begins of a service that could be asked if something were set."""


def show_statuses(statuses: "Sequence[ServiceStatus]", *, as_json: bool) -> None:
    """What each service can do (proved: ✓, claimed: ?), on which terms, and how it answered last."""
    if as_json:
        return show_json(statuses)
    can = table_of("Service", "Search", "Looks up", "Text", "Retraction", "Key")
    terms = table_of("Service", "Asked at most", "Last answer (UTC)")
    for table in (can, terms):
        table.columns[0].no_wrap = True
    for one in statuses:
        if one.broken:
            can.add_row(plain(one.name), "", f"[red]can't be loaded: {plain(one.broken)}[/]")
            continue
        looks_up = "\n".join(f"{scheme} {_mark(one, f'look_up:{scheme}')}" for scheme in one.look_up)
        can.add_row(
            f"[bold]{plain(one.name)}[/]",
            _mark(one, "search") if one.search else _NOTHING,
            looks_up or _NOTHING,
            _mark(one, "full_text") if one.full_text else _NOTHING,
            _mark(one, "retraction") if one.retraction else _NOTHING,
            _key(one),
        )
        terms.add_row(f"[bold]{plain(one.name)}[/]", plain(one.limit), _last(one))
    out = console()
    out.print(can)
    out.print()
    out.print(terms)
    out.print()
    say_next("✓ proved by tests against documented answers; ? claimed. Terms and keys in full: --json.")
    if lacking := [f"{one.name} ({one.lacks}: {one.set_by})" for one in statuses if one.lacks]:
        say_next(f"Not asked until something is set: {', '.join(lacking)}.")
    if asked_at := {one.asked_at.removesuffix(f"/{one.name}") for one in statuses if not one.broken}:
        elsewhere = asked_at.pop()
        if elsewhere and not asked_at:  # all at one place
            say_next(f"Stand-ins are asked in the place of all of them: {elsewhere}")
    return None


def show_failures_of(outcomes: Sequence[ServiceOutcome]) -> None:
    """In a line, which services could not be asked all they were to be; nothing where there is none."""
    failed = [one for one in outcomes if one.state in FAILED]
    told = [
        f"{STATES[state]}: {_listed(titles)}"
        for state in FAILED
        if (titles := [one.title for one in failed if one.state == state])
    ]
    if told:
        known = "it knows" if len(failed) == 1 else "they know"
        line = f"{_capital('; '.join(told))}. Works that only {known} of may be missing."
        console().print(f"[bold yellow]Not everything was looked at.[/] {plain(line)}\n")


def show_outcomes(outcomes: Sequence[ServiceOutcome]) -> None:
    """What each service did: those that failed with the reason, those that answered, those that want a key."""
    for (state, why), titles in by_reason(one for one in outcomes if one.state in FAILED).items():
        told = f"{_listed(titles)}: {why or 'no reason is known'}"
        show_indented(f"[{_STYLES[state]}]{STATES[state]}[/] {plain(told)}", 2)
    answered = [f"{one.title} {one.candidates}" for one in outcomes if one.state == "answered"]
    if answered:
        show_indented(f"[green]answered[/], with so many records: {plain(', '.join(answered))}", 2)
    wanting: dict[str, list[str]] = {}
    for one in outcomes:
        if one.state == "not_asked" and one.why.startswith(_LACKS):
            wanting.setdefault(one.why, []).append(one.title)
    for why, titles in wanting.items():
        show_indented(f"[dim]not asked, as {plain(why)}: {plain(_listed(titles))}[/]", 2)


def show_stand_ins(address: str) -> None:
    """That no real service was asked; nothing where the services themselves were."""
    if address:
        say_next(told_stand_ins(address))


def _listed(titles: Sequence[str]) -> str:
    return ", ".join(titles)


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


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
    state = f"[{_STYLES[status.last.state]}]{STATES[status.last.state]}[/] {status.last.at:{_TO_THE_MINUTE}}"
    why = without_title(status.last.why, status.title)
    return f"{state}\n{plain(why)}" if why else state
