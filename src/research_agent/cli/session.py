"""What commands open and follow: settings, a workspace, progress on the terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from research_agent.model.progress import Progress, Step, unwatched
from research_agent.settings import Settings

if TYPE_CHECKING:
    from research_agent.model.answers import Embedded, Finding
    from research_agent.sources.api_names import UnknownNames
    from research_agent.sources.check import CorpusReport
    from research_agent.workspace import Workspace


def settings(**given: object) -> Settings:
    """Settings from the environment; options that were given win."""
    return Settings.from_environment(None, **given)


@contextmanager
def workspace(**given: object) -> Iterator["Workspace"]:
    """An open workspace; the first time, progress shows how the shipped corpus is taken in."""
    from research_agent.workspace import Workspace

    with following(quiet=False) as progress:
        opened = Workspace.open(settings(**given), progress=progress)
    with opened as agent:
        yield agent


@contextmanager
def following(*, quiet: bool) -> Iterator[Progress]:
    """A callback that shows steps on the terminal while they run, on standard error; nothing where that is a file."""
    import sys

    if quiet or not sys.stderr.isatty():
        yield unwatched
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TaskID, TextColumn
    from rich.progress import Progress as Bars

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def show(step: Step) -> None:
            if step.name not in tasks:
                tasks[step.name] = bars.add_task(step.text, total=step.total)
            bars.update(tasks[step.name], completed=step.done, total=step.total, description=step.text)

        yield show


def diagnose(*, guide: str | None, repair: bool, reembed: bool, quiet: bool) -> "tuple[Finding, ...]":
    """What the doctor finds, after mending what was asked to be mended."""
    from research_agent.diagnosis import diagnose as examine

    with following(quiet=quiet) as progress:
        return examine(settings(guide=guide), repair=repair, reembed=reembed, progress=progress)


def checked_corpus(*, guide: str | None, folder: Path | None) -> "CorpusReport":
    """The report on a guide's pools of sources."""
    from research_agent.guides import find_guide
    from research_agent.sources.check import check_corpus

    found = find_guide(settings(guide=guide))
    return check_corpus(_pools(folder, found.pools), found.guide)


def described_corpus(*, guide: str | None, folder: Path | None) -> str:
    """The report on a guide's pools of sources as Markdown."""
    from research_agent.guides import find_guide
    from research_agent.sources import read_pools
    from research_agent.sources.check import check_corpus
    from research_agent.sources.corpus_report import corpus_report

    found = find_guide(settings(guide=guide))
    pools = _pools(folder, found.pools)
    return corpus_report(read_pools(pools, found.guide).sources, found.guide, check_corpus(pools, found.guide))


def checked_libraries(*, guide: str | None, folder: Path | None) -> "list[UnknownNames]":
    """The names in a guide's code patterns that the libraries installed here don't have."""
    from research_agent.guides import find_guide
    from research_agent.sources import read_pools
    from research_agent.sources.api_names import unknown_names

    found = find_guide(settings(guide=guide))
    return list(unknown_names(read_pools(_pools(folder, found.pools), found.guide).sources))


def _pools(folder: Path | None, own: Path) -> Path:
    """The folder that was named, else the guide's own, which may be missing: a guide without pools still runs."""
    from research_agent.errors import UsageError

    if folder is not None and not folder.is_dir():
        raise UsageError(f"There is no folder {folder}. Name one that holds pools (*.jsonl).")
    return folder or own


def embed_corpus(*, guide: str | None, progress: Progress) -> "Embedded":
    """Recompute the vectors that ship with a guide's pools."""
    from research_agent.pools import embed_corpus as embed

    return embed(settings(guide=guide), progress)
