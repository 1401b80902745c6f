"""What `research-agent eval` does: run suites, compare, print, write the report, accept."""

import importlib
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from eval import trust
from eval.baselines import Accepted, accept, read_baselines, write_baselines
from eval.models import NOBODY, asked_for, key
from eval.report import check_writable, results, write_report
from eval.running import ROOT, SUITES, Ran, Run, circumstances, run_suites
from eval.table import show_run
from research_agent.claude import claude_model
from research_agent.cli.session import following
from research_agent.cli.terminal import console, show_json, table_of
from research_agent.errors import UsageError

FOLDER: Final = ROOT / "eval" / "report"
MISSED: Final = 1
"""Exit code where a threshold is missed or a suite failed to run."""


def list_suites(*, as_json: bool) -> None:
    """Print the suites with what each asks."""
    questions = dict(SUITES.questions())
    if as_json:
        return show_json([{"suite": name, "asks": asks} for name, asks in questions.items()])
    table = table_of("Suite", "Asks")
    for name, asks in questions.items():
        table.add_row(name, asks)
    return console().print(table)


def evaluate(
    names: Sequence[str],
    *,
    beir: Path | None,
    out: Path | None,
    accepting: bool,
    everything: bool,
    as_json: bool,
    model: str | None,
    most_usd: float | None,
) -> int:
    """Run suites, print what they found beside the baselines, write the report; the exit code.

    Args:
        names: which suites; none: all.
        beir: a folder in the format of BEIR, which the suite of retrieval measures on instead.
        out: folder of the report; None: `eval/report`.
        accepting: whether this run becomes the baseline, and the trust page is made anew.
        everything: also print figures without a threshold that did not change.
        as_json: print results for programs instead.
        model: id of the model that suites may ask where there is a key; None: the usual one.
        most_usd: US dollars that each suite may spend on it; None: as usual.

    Raises:
        UnknownNameError: there is no such suite, or no such model.
        UsageError: what was asked for does not go together, or the run can't be accepted.
        OutputError: the report can't be written; nothing was run.
    """
    asking = asked_for(model, most_usd)
    if asking.model != NOBODY:
        claude_model(asking.model)
        if key() and not as_json:
            console().print(f"{asking.model} may be asked, for {asking.most_usd:.2f} USD a suite at most.")
    folder = out or FOLDER
    check_writable(folder)
    baselines = {} if beir else read_baselines()
    if beir:
        run = _on_beir(names, beir, accepting=accepting, quiet=as_json)
    else:
        wanted = SUITES.known(names)
        lasted = {name: one.seconds for name, one in baselines.items()}
        with following(quiet=as_json) as progress:
            run = run_suites(wanted, lasted=lasted, progress=progress, asking=asking)
    write_report(run, baselines, folder)
    if as_json:
        show_json(results(run, baselines))
    else:
        show_run(run, baselines, console(), everything=everything)
        console().print(f"{folder / 'index.html'} shows every failing case.", soft_wrap=True)
    if accepting:
        _accept(run, baselines, quiet=as_json)
    return 0 if run.met else MISSED


def write_trust(*, quiet: bool) -> None:
    """Make the trust page from the baselines, without running anything."""
    trust.write()
    if not quiet:
        console().print(f"Written: {trust.FILE.relative_to(ROOT)}")


def _on_beir(names: Sequence[str], folder: Path, *, accepting: bool, quiet: bool) -> Run:
    """The measures of retrieval on a user's own collection: there is no baseline, and no threshold is due."""
    if list(names) != ["retrieval"]:
        raise UsageError("--beir goes with one suite: research-agent eval retrieval --beir FOLDER.")
    if accepting:
        raise UsageError("A run on a collection of your own is no baseline: leave --accept out.")
    beir = importlib.import_module("eval.retrieval.beir")
    begun = time.monotonic()
    with following(quiet=quiet) as progress:
        result = beir.run(folder, progress=progress)
    seconds = time.monotonic() - begun
    return Run(made=circumstances(), seconds=seconds, suites=(Ran(suite=result.suite, result=result, seconds=seconds),))


def _accept(run: Run, baselines: dict[str, Accepted], *, quiet: bool) -> None:
    write_baselines(accept(run, baselines))
    trust.write()
    if not quiet:
        console().print("Accepted: eval/baselines.json and docs/trust.md are made of this run.")
