"""Show figures: a table for people, JSON for whatever compares runs."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from benchmarks.harness import Benchmark, Context, Figure

if TYPE_CHECKING:
    from rich.table import Table

Outcome = tuple[Benchmark, Figure | Exception]


def table(outcomes: Iterable[Outcome], facts: dict[str, str]) -> "Table":
    """A heading for each benchmark, and a row a figure with its bar and whether it is met."""
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
            shown.add_row(f"[bold]{escape(of.name)}[/]: {escape(of.title)}")
        last = of.name
        shown.add_row(*map(escape, _row(outcome)), style=_STYLES[_met(outcome)])
    return shown


def as_json(outcomes: Iterable[Outcome], facts: dict[str, str], context: Context) -> dict[str, Any]:
    """Everything that was measured, with the machine and the settings."""
    return {"machine": facts, "settings": context._asdict(), "figures": [_plain(*outcome) for outcome in outcomes]}


def _plain(of: Benchmark, outcome: Figure | Exception) -> dict[str, Any]:
    if isinstance(outcome, Exception):
        return {"benchmark": of.name, "error": f"{type(outcome).__name__}: {outcome}"}
    bar = None if outcome.bar is None else outcome.bar._asdict()
    return {"benchmark": of.name, **outcome._asdict(), "bar": bar, "met": outcome.met}


_STYLES = {None: "", True: "green", False: "red"}


def _met(outcome: Figure | Exception) -> bool | None:
    return False if isinstance(outcome, Exception) else outcome.met


def _row(outcome: Figure | Exception) -> tuple[str, ...]:
    if isinstance(outcome, Exception):
        return "", "", "", "", "failed", f"{type(outcome).__name__}: {outcome}"
    spread = f"{_number(outcome.samples[0])} - {_number(outcome.samples[-1])}" if len(outcome.samples) > 1 else ""
    verdict = {None: "", True: "met", False: "missed"}[outcome.met]
    bar = "" if outcome.bar is None else str(outcome.bar)
    return f"  {outcome.name}", f"{_number(outcome.value)} {outcome.unit}".strip(), spread, bar, verdict, outcome.note


def _number(value: float) -> str:
    """Three significant digits, and no more decimals than that takes."""
    if value and abs(value) < 100:
        return f"{value:.3g}"
    return f"{value:,.0f}"
