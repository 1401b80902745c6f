"""Read what a model replied, and print what there is to it."""

import sys
from collections import Counter
from pathlib import Path

from research_agent.cli.show_results import unmet_line
from research_agent.cli.terminal import console, plain, say_next, show_json, table_of
from research_agent.errors import RecordError
from research_agent.model.reply import ReplyReport

_STYLES = {"verified": "green", "contradicted": "red", "unverifiable": "yellow", "not_checked": "dim"}


def read_reply(file: str) -> str:
    """The text of a reply, from a file or from standard input ("-").

    Raises:
        RecordError: it can't be read as text.
    """
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RecordError(f"{file} can't be read as text: {error}.") from error


def show_reply(report: ReplyReport, *, as_json: bool) -> None:
    """What was found in a reply: each entry or check, the counts, what can't be used, what to do next."""
    if as_json:
        return show_json(report)
    out = console()
    table = table_of("", "Work", "State", "", title=f"{report.kind.capitalize()} for domain {report.domain}")
    for one in report.found:
        state = f"[{_STYLES[one.state]}]{one.state.replace('_', ' ')}[/]"
        table.add_row(plain(one.label), plain(one.title), state, plain(one.detail))
    out.print(table)
    states = Counter(one.state.replace("_", " ") for one in report.found)
    out.print(", ".join(f"{count} {state}" for state, count in sorted(states.items())) or "It names nothing.")
    if report.checks:
        met = sum(check.met for check in report.checks)
        out.print(f"{met} of {len(report.checks)} counts hold over its distinct entries that nothing contradicts.")
    for check in report.checks:
        if not check.met:
            out.print(unmet_line(check))
    for problem in report.problems:
        out.print(f"[red]![/] {plain(problem)}")
    for gap in report.not_found:
        sought = f", looked for {plain(gap.searched_for)}" if gap.searched_for else ""
        out.print(f"NOT FOUND: {plain(gap.what)}{sought}")
    for text in report.next:
        say_next(text)
    return None
