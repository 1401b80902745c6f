"""Write what a run found: `index.html` for people, in one file that loads nothing, and `results.json` for programs."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Final

from markupsafe import Markup

from eval.baselines import Accepted, Change, accepted_score, change, gone, other_data
from eval.datasets import data_hash
from eval.figures import threshold_signed, threshold_told, told, value_told
from eval.plots import figure_plot, reliability_plot
from eval.running import Ran, Run
from eval.suite import Score
from research_agent.errors import OutputError
from research_agent.page.template import policy

TEMPLATES: Final = Path(__file__).with_name("templates")


def check_writable(folder: Path) -> None:
    """Make the report's folder, and see whether files can be written to it: before a run rather than after.

    Raises:
        OutputError: they can't.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OutputError(
            f"The report can't be written to {folder}: {error.strerror or error}. Nothing was run; give another folder "
            "with --out."
        ) from error


def write_report(run: Run, baselines: Mapping[str, Accepted], folder: Path) -> None:
    """Write both files into a folder.

    Raises:
        OutputError: the folder can't be written.
    """
    import json

    files = {
        "index.html": page(run, baselines),
        "results.json": json.dumps(results(run, baselines), ensure_ascii=False, indent=1) + "\n",
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(
            f"The report can't be written to {folder}: {error.strerror or error}. Nothing else was lost but this run; "
            "give another folder with --out."
        ) from error


def results(run: Run, baselines: Mapping[str, Accepted]) -> dict[str, Any]:
    """Everything that was found, with its date, commit, versions, data and how it stands to the baselines."""
    return {
        **run.made.model_dump(mode="json"),
        "seconds": run.seconds,
        "met": run.met,
        "suites": [_suite(ran, run, baselines.get(ran.suite)) for ran in run.suites],
    }


def page(run: Run, baselines: Mapping[str, Accepted]) -> str:
    """The report as a page."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "told": told,
        "value_told": value_told,
        "threshold_told": threshold_told,
        "threshold_signed": threshold_signed,
    }
    style = Markup("\n" + (TEMPLATES / "report.css").read_text(encoding="utf-8"))
    return environment.get_template("report.html.j2").render(
        run=run,
        style=style,
        policy=policy(style, ""),
        shown=[_shown(ran, run, baselines.get(ran.suite)) for ran in run.suites],
        missed=[(ran, score) for ran in run.suites for score in ran.missed],
        reliability_plot=reliability_plot,
    )


def _suite(ran: Ran, run: Run, accepted: Accepted | None) -> dict[str, Any]:
    found = ran.result.model_dump(mode="json", exclude={"suite", "scores"}) if ran.result else {}
    return {
        "suite": ran.suite,
        "met": ran.met,
        "seconds": ran.seconds,
        "error": ran.error,
        "data": [file.model_dump(mode="json") for file in ran.data],
        "data_sha256": data_hash(ran.data),
        "other_data": other_data(ran, run, accepted),
        "gone": [score.name for score in gone(ran, accepted)],
        "scores": [_score(score, accepted) for score in (ran.result.scores if ran.result else ())],
        **found,
    }


def _score(score: Score, accepted: Accepted | None) -> dict[str, Any]:
    before = accepted_score(score.name, accepted)
    changed = change(score, before)
    return {
        **score.model_dump(mode="json"),
        "met": score.met,
        "baseline": before.value if before else None,
        "change": changed.by,
        "changed": changed.word,
    }


def _shown(ran: Ran, run: Run, accepted: Accepted | None) -> dict[str, Any]:
    """What the page's template says of a suite."""
    rows: list[tuple[Score, Score | None, Change, Markup]] = []
    for score in ran.result.scores if ran.result else ():
        before = accepted_score(score.name, accepted)
        baseline = before if before and before.measured else None
        rows.append((score, baseline, change(score, before), figure_plot(score, baseline)))
    guarding = [score for score, *_ in rows if score.guards]
    return {
        "ran": ran,
        "accepted": accepted,
        "rows": rows,
        "guarding": len(guarding),
        "kept": sum(score.met for score in guarding),
        "counting": [row for row in rows if row[2].counts],
        "gone": gone(ran, accepted),
        "other_data": other_data(ran, run, accepted),
        "data_hash": data_hash(ran.data),
    }
