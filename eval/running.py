"""Run suites, each in a process of its own and two at a time: none can spoil another, and no order matters."""

import ast
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydantic import Field, ValidationError

from benchmarks.machine import machine_facts
from eval.datasets import DataFile, data_files, data_hash
from eval.models import Asking
from eval.suite import Score, SuiteResult
from research_agent.errors import UnknownNameError
from research_agent.model.base import Record
from research_agent.model.progress import Progress, Step, unwatched

ROOT: Final = Path(__file__).parents[1]
AT_ONCE: Final = 2
"""Suites at a time: more would share two cores, and each opens an embedder and a store."""
LONGEST_SECONDS: Final = 900
"""After that a suite is stopped: the slowest takes a minute, and one that hangs must not hold the others' results."""
_TOLD_OF_AN_ERROR: Final = 2_000  # characters of a traceback, from its end
_JUDGED: Final = ("src", "corpus", "prompts", "eval", ":!eval/baselines.json")
"""What a figure depends on; the baselines are written after it."""


class Ran(Record):
    """What became of one suite."""

    suite: str = Field(description="Its name.")
    result: SuiteResult | None = Field(default=None, description="What it measured; None: it failed to run.")
    error: str = Field(default="", description="Why there is no result.")
    seconds: float = Field(ge=0, description="How long it ran, with the start of its process.")
    data: tuple[DataFile, ...] = Field(default=(), description="What it was measured on, beside the shipped corpus.")

    @property
    def met(self) -> bool:
        """Whether it ran, and every threshold holds."""
        return self.result is not None and self.result.met

    @property
    def missed(self) -> tuple[Score, ...]:
        """The figures that miss their threshold."""
        return tuple(score for score in self.result.scores if not score.met) if self.result else ()


class Circumstances(Record):
    """When and on what a run was made."""

    at: datetime = Field(description="When (UTC, to the second).")
    commit: str = Field(description='Short hash; "with changes": files that figures depend on differ from it.')
    version: str = Field(description="Of the program.")
    python: str = Field(description="Of the interpreter.")
    machine: str = Field(description="Processor and cores.")
    corpus: str = Field(default="", description="Hash of the shipped corpus, on which most suites measure.")


class Run(Record):
    """Some suites, run together."""

    made: Circumstances = Field(description="When and on what.")
    seconds: float = Field(ge=0, description="For all of them.")
    suites: tuple[Ran, ...] = Field(description="By name.")

    @property
    def met(self) -> bool:
        """Whether all ran, and every threshold holds."""
        return all(ran.met for ran in self.suites)


@dataclass(frozen=True)
class SuiteFolder:
    """Where suites lie: `PACKAGE/NAME/suite.py` below a root."""

    root: Path = ROOT
    package: str = "eval"

    def folder(self, name: str) -> Path:
        """That of a suite."""
        return self.root / self.package / name

    def names(self) -> list[str]:
        """All suites that are here, by name."""
        return sorted(path.parent.name for path in (self.root / self.package).glob("*/suite.py"))

    def known(self, asked: Collection[str]) -> list[str]:
        """Those that were asked for, each once; all, if none was.

        Raises:
            UnknownNameError: there is none of that name.
        """
        here = self.names()
        for name in asked:
            if name not in here:
                raise UnknownNameError("suite", name, here)
        return [name for name in here if name in asked] if asked else here

    def questions(self) -> Iterator[tuple[str, str]]:
        """Name and question of each suite, read from its file: importing all of them takes seconds."""
        for name in self.names():
            told = ast.get_docstring(ast.parse((self.folder(name) / "suite.py").read_text(encoding="utf-8"))) or ""
            yield name, told.partition("\n")[0].removeprefix(f'The suite "{name}": ')


SUITES: Final = SuiteFolder()


def run_suites(
    names: Sequence[str],
    *,
    suites: SuiteFolder = SUITES,
    lasted: Mapping[str, float] | None = None,
    progress: Progress = unwatched,
    limit_seconds: float = LONGEST_SECONDS,
    asking: Asking = Asking(),  # noqa: B008 - a tuple
) -> Run:
    """Run suites; one that fails is told as failed, and the others still run.

    Args:
        names: which.
        suites: where they lie.
        lasted: seconds that suites took before: long ones begin first, so that no core waits at the end.
        progress: is told of each that has ended.
        limit_seconds: after which a suite is stopped.
        asking: which model suites may ask, and what each may spend.
    """
    known, made = lasted or {}, circumstances(suites.root)  # now: what is committed meanwhile is not what was measured
    begun = time.monotonic()
    order = sorted(names, key=lambda name: (-known.get(name, LONGEST_SECONDS), name))
    ended: list[Ran] = []
    progress(Step(name="eval", text="suites", done=0, total=len(order)))
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        for future in as_completed([pool.submit(_run, name, suites, limit_seconds, asking) for name in order]):
            ended.append(future.result())
            progress(Step(name="eval", text=f"suites: {ended[-1].suite} ended", done=len(ended), total=len(order)))
    finally:
        pool.shutdown(cancel_futures=True)  # whoever interrupts waits for the suites at work, and for no other
    return Run(
        made=made,
        seconds=round(time.monotonic() - begun, 1),
        suites=tuple(sorted(ended, key=lambda ran: ran.suite)),
    )


def circumstances(root: Path = ROOT) -> Circumstances:
    """When and on what a run is made."""
    facts = machine_facts()
    return Circumstances(
        at=datetime.now(UTC).replace(microsecond=0),
        commit=_commit(root),
        version=facts["research-agent-mcp"],
        python=facts["python"],
        machine=f"{facts['processor']}, {facts['cores']} cores",
        corpus=data_hash(data_files(root / "corpus")),
    )


def faults_of(result: SuiteResult) -> str:
    """Why a result can't be taken; empty: it can."""
    names = [score.name for score in result.scores]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        return f"figures that share a name can't be told apart: {', '.join(twice)}"
    if not result.skipped and not any(score.guards for score in result.scores):
        return "none of its figures has a threshold: a suite that can't fail says nothing"
    return ""


def _run(name: str, suites: SuiteFolder, limit_seconds: float, asking: Asking) -> Ran:
    """Run a suite in a process of its own."""
    begun = time.monotonic()
    result, error = _measured(name, suites, limit_seconds, asking)
    if result and (fault := faults_of(result)):
        result, error = None, fault
    seconds = round(time.monotonic() - begun, 1)
    return Ran(suite=name, result=result, error=error, seconds=seconds, data=data_files(suites.folder(name)))


def _measured(name: str, suites: SuiteFolder, limit_seconds: float, asking: Asking) -> tuple[SuiteResult | None, str]:
    """What a suite measured, or why it did not."""
    with tempfile.TemporaryDirectory(prefix="research-agent-eval-") as folder:
        file = Path(folder) / "result.json"
        command = [sys.executable, "-m", "eval.alone", suites.package, name, str(file)]
        try:
            ended = subprocess.run(
                command,
                cwd=suites.root,
                env=_environment(suites.root) | asking.environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=limit_seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return None, f"it was stopped after {limit_seconds:.0f} seconds"
        if ended.returncode:
            told = ended.stderr.strip()[-_TOLD_OF_AN_ERROR:]
            return None, told or f"its process ended with {ended.returncode} and said nothing"
        try:
            return SuiteResult.model_validate_json(file.read_bytes()), ""
        except (OSError, ValidationError) as error:
            return None, f"its process left no result that can be read: {error}"


def _environment(root: Path) -> dict[str, str]:
    """That of a suite: nobody's settings, since figures must not depend on them; keys of models stay."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RESEARCH_AGENT_")}
    paths = dict.fromkeys([str(root), str(ROOT), *filter(None, [kept.get("PYTHONPATH")])])
    # The linear algebra is small, and two suites run beside each other: its workers would only spin.
    return {"OPENBLAS_NUM_THREADS": "1"} | kept | {"PYTHONPATH": os.pathsep.join(paths)}


def _commit(root: Path) -> str:
    def git(*arguments: str) -> str:
        command = ["git", "--no-optional-locks", *arguments]
        return subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout.strip()

    try:
        changed = git("status", "--porcelain", "--", *_JUDGED)
        return git("rev-parse", "--short=10", "HEAD") + (" with changes" if changed else "")
    except (OSError, subprocess.CalledProcessError):
        return "not known"
