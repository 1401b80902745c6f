"""Show figures: a table for people, JSON for whatever compares runs."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from benchmarks.harness import Benchmark, Context, Figure

if TYPE_CHECKING:
    from rich.table import Table

Outcome = tuple[Benchmark, Figure | Exception]


def table(outcomes: Iterable[Outcome], facts: dict[str, str]) -> "Table":
    """A heading for each benchmark, and a row a figure with its bar and whether it is met.

    "met at speed": this machine misses the bar, and would meet it if it were as fast as the one of the bars.
    """
    from rich.markup import escape
    from rich.table import Table

    shown = Table(title="Benchmarks", caption=", ".join(f"{k} {v}" for k, v in facts.items()), title_justify="left")
    shown.add_column("figure", overflow="fold", ratio=2)
    for column in ("median", "range", "bar"):
        shown.add_column(column, justify="right", no_wrap=True)
    shown.add_column("", no_wrap=True)
    shown.add_column("note", overflow="fold", ratio=1)
    last = ""
    for of, outcome in outcomes:
        if of.name != last:
            if last:
                shown.add_section()
            slower = "" if isinstance(outcome, Exception) else f"machine {outcome.slowness:.2g}x slower"
            shown.add_row(f"[bold]{escape(of.name)}[/]: {escape(of.title)}", "", "", "", "", slower)
        last = of.name
        shown.add_row(*map(escape, _row(outcome)), style=_STYLES[_verdict(outcome)])
    return shown


def as_json(outcomes: Iterable[Outcome], facts: dict[str, str], context: Context) -> dict[str, Any]:
    """Everything that was measured, with the machine and the settings."""
    return {"machine": facts, "settings": context._asdict(), "figures": [_plain(*outcome) for outcome in outcomes]}


def _plain(of: Benchmark, outcome: Figure | Exception) -> dict[str, Any]:
    if isinstance(outcome, Exception):
        return {"benchmark": of.name, "error": f"{type(outcome).__name__}: {outcome}"}
    bar = None if outcome.bar is None else outcome.bar._asdict()
    return {"benchmark": of.name, **outcome._asdict(), "bar": bar, "verdict": outcome.verdict}


_STYLES = {None: "", "met": "green", "met at speed": "yellow", "missed": "red", "failed": "red"}


def _verdict(outcome: Figure | Exception) -> str | None:
    return "failed" if isinstance(outcome, Exception) else outcome.verdict


def _row(outcome: Figure | Exception) -> tuple[str, ...]:
    if isinstance(outcome, Exception):
        return "", "", "", "", "failed", f"{type(outcome).__name__}: {outcome}"
    spread = f"{_number(outcome.samples[0])} - {_number(outcome.samples[-1])}" if len(outcome.samples) > 1 else ""
    bar = "" if outcome.bar is None else str(outcome.bar)
    value = f"{_number(outcome.value)} {outcome.unit}".strip()
    return f"  {outcome.name}", value, spread, bar, outcome.verdict or "", outcome.note


def _number(value: float) -> str:
    """Three significant digits, and no more decimals than that takes."""
    if value and abs(value) < 100:
        return f"{value:.3g}"
    return f"{value:,.0f}"
