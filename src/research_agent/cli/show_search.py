"""Print how live sources were searched: what was not checked first, then services and rounds."""

from collections.abc import Sequence
from typing import Final

from research_agent.bibliography.search_report import (
    FAILED,
    HEADING,
    STATES,
    live_searches,
    services_of,
    told_candidates,
    told_domains,
    told_end,
    told_failures,
    told_round,
    told_search,
)
from research_agent.cli.terminal import console, plain, show_indented, table_of
from research_agent.model.bibliography import Bibliography
from research_agent.model.guide import Guide
from research_agent.model.search import Search

_INDENT: Final = 2


def show_failures(search: Search | None) -> None:
    """Which services could not be looked at and why; nothing where there is none. After it they are only named."""
    if told := told_failures(search):
        console().print(f"[bold yellow]Not everything was looked at.[/] {plain(told)}\n")


def show_search(search: Search | None) -> None:
    """Each service with what came of it, and each round; nothing where there was no search.

    Why a service failed has been told by `show_failures`. A column for it would be too narrow to be read.
    """
    if search is None:
        return
    out = console()
    out.print(f"\n[bold]{HEADING}[/]\n{plain(told_search(search))}")
    table = table_of("Service", "What came of it", "Questions", "Candidates")
    for one in services_of(search):
        style = "yellow" if one.state in FAILED else "green" if one.state == "answered" else "dim"
        state = f"[{style}]{STATES[one.state]}[/]"
        table.add_row(plain(one.title), state, str(one.asked or "\u2013"), told_candidates(one))
    out.print(table)
    for why, titles in _remarks(search).items():
        show_indented(f"[dim]{plain(f'{titles}: {why}')}[/]", 0, hanging=_INDENT)
    out.print()
    for each in search.rounds:
        out.print(f"[bold]Round {each.number}.[/] {plain(told_round(each))}")
    if search.ended:
        out.print(f"[bold]Why it ended.[/] {plain(told_end(search))}")
    out.print()


def _remarks(search: Search) -> dict[str, str]:
    """What else is to be said of services that did not fail ("it wants a key"), and of which ones."""
    said: dict[str, list[str]] = {}
    for one in services_of(search):
        if one.why and one.state not in FAILED:
            said.setdefault(one.why, []).append(one.title)
    return {why: ", ".join(titles) for why, titles in said.items()}


def show_searches(guide: Guide, bibliographies: Sequence[Bibliography]) -> None:
    """Which domains were searched live, and which services were not checked there; nothing where none was."""
    searches = live_searches(bibliographies)
    style = "yellow" if any(one.failed for one in searches) else "default"
    for line in told_domains(searches, guide):
        console().print(f"[{style}]{plain(line)}[/]")
