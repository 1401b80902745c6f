"""What a run found, for a terminal: the figures that have a threshold or changed, what is missed, what failed."""

from collections.abc import Iterator, Mapping

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from eval.baselines import Accepted, Change, accepted_score, change, gone, other_data
from eval.figures import threshold_signed, threshold_told, told, value_told
from eval.running import Ran, Run
from eval.suite import Score
from research_agent.cli.terminal import plain, table_of

CASES_SHOWN = 5
"""Failing cases of a suite that misses a threshold; the report has all."""
_NARROW = 78
"""Columns below which names would be torn into pieces beside the figures."""
_STYLE = {"better": "green", "worse": "red", "higher": "yellow", "lower": "yellow"}


def show_run(run: Run, baselines: Mapping[str, Accepted], console: Console, *, everything: bool) -> None:
    """Print a run.

    Args:
        run: what was found.
        baselines: what it is compared with.
        console: where.
        everything: also figures that are only told: without a threshold, and as they were.
    """
    for ran in run.suites:
        _show_suite(ran, run, baselines.get(ran.suite), console, everything=everything)
    missed = [(ran.suite, score) for ran in run.suites for score in ran.missed]
    broken = [ran.suite for ran in run.suites if ran.result is None]
    for suite, score in missed:
        console.print(
            f"[red]Missed[/] {suite}: {plain(score.name)} is {value_told(score)}, {threshold_told(score)} is asked"
        )
    if broken:
        console.print(f"[red]Failed to run:[/] {', '.join(broken)}")
    kept = sum(score.guards and score.met for ran in run.suites if ran.result for score in ran.result.scores)
    suites = "1 suite" if len(run.suites) == 1 else f"{len(run.suites)} suites"
    console.print(f"{kept} thresholds kept, {len(missed)} missed; {suites} in {run.seconds:.0f} s.")


def _show_suite(ran: Ran, run: Run, accepted: Accepted | None, console: Console, *, everything: bool) -> None:
    if ran.result is None:
        console.print(f"[bold]{ran.suite}[/] [red]failed to run[/]: {plain(ran.error.rpartition(chr(10))[2])}\n")
        return
    console.print(f"[bold]{ran.suite}[/] {plain(ran.result.title)} [dim]{ran.seconds:.0f} s[/]")
    if ran.result.skipped:
        console.print(f"  skipped: {plain(ran.result.skipped)}\n")
        return
    rows = [(score, change(score, accepted_score(score.name, accepted))) for score in ran.result.scores]
    shown = [(score, changed) for score, changed in rows if everything or score.guards or changed.counts]
    if console.width < _NARROW:
        for score, changed in shown:
            console.print(Padding(plain(score.name), (0, 0, 0, 2)))
            console.print(Padding(_in_a_line(score, changed, accepted), (0, 0, 0, 4)))
    else:
        console.print(Padding(_table(shown, accepted), (0, 0, 0, 2)))
    for line in _beside(ran, run, accepted, left_out=len(rows) - len(shown)):
        console.print(line)
    if not ran.result.met:
        for failure in ran.result.failures[:CASES_SHOWN]:
            console.print(
                f"  {plain(failure.case)}: {plain(failure.expected)} was expected, {plain(failure.came)} came"
            )
    console.print()


def _in_a_line(score: Score, changed: Change, accepted: Accepted | None) -> str:
    """What stands beside a figure's name, where a table has no room."""
    before = accepted_score(score.name, accepted)
    cells = (
        value_told(score),
        f"baseline {told(before.value)}" if before and before.measured else "",
        _threshold(score),
        _changed(changed),
    )
    return "; ".join(filter(None, cells))


def _table(rows: list[tuple[Score, Change]], accepted: Accepted | None) -> Table:
    table = table_of("Score", "Value (95%)", "Baseline", "Threshold", "Change")
    for column in table.columns[1:]:
        column.no_wrap = True
    for score, changed in rows:
        before = accepted_score(score.name, accepted)
        table.add_row(
            plain(score.name),
            value_told(score),
            told(before.value) if before and before.measured else "",
            _threshold(score),
            _changed(changed),
        )
    return table


def _threshold(score: Score) -> str:
    threshold = threshold_signed(score)
    return threshold if score.met else f"[red]{threshold} missed[/]"


def _changed(changed: Change) -> str:
    return f"[{_STYLE.get(changed.word, 'dim')}]{changed}[/]"


def _beside(ran: Ran, run: Run, accepted: Accepted | None, *, left_out: int) -> Iterator[str]:
    """What has to be known of the table."""
    if ran.result is None:
        return
    if left_out:
        yield f"  [dim]{left_out} more figures have no threshold; --all shows them[/]"
    for score in gone(ran, accepted):
        yield f"  [yellow]gone[/] {plain(score.name)}: it had a threshold, {threshold_told(score)}"
    if other := other_data(ran, run, accepted):
        yield f"  [yellow]the baseline was measured on something else:[/] {other} changed"
    if ran.result.failures:
        yield f"  {len(ran.result.failures)} cases failed"
