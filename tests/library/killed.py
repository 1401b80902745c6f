"""Run as a program: do a write in a child process, stop it at a step and kill it there, for each step named.

Usage: killed.py FOLDER STEPS   STEPS is JSON: the steps by scenario. A scenario's stores are made in FOLDER/SCENARIO.
Prints JSON: for each scenario the steps that an unharmed write passes.
A process that is killed writes nothing more and runs no handler: what it leaves is what a crash leaves.
"""

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from research_agent.library import supply
from research_agent.library.chroma import ChromaIndex
from tests.library.material import GUIDE, WordEmbedder, garden, open_library

CORPUS = f"corpus:{GUIDE}"
BEFORE, AFTER = garden(9), [*garden(12)[3:], garden(1, domains=1)[0].model_copy(update={"title": "Another title"})]
"""What the store holds before, and what is taken in: sources come, go, and change."""

SMALL_BATCH = 10

IMPORTED = (
    "alembic.command",
    "alembic.config",
    "alembic.ddl.sqlite",
    "chromadb.api.rust",
    "filelock",
    "numpy.random",
    "sqlalchemy.dialects.sqlite",
    "tantivy",
)
"""What a write imports when it comes to it."""


def ingest(folder: Path, checkpoint: Callable[[str], None]) -> None:
    """Take in the second state over the first."""
    with open_library(folder, checkpoint=checkpoint) as library:
        library.ingest(CORPUS, AFTER)


def first_ingest(folder: Path, checkpoint: Callable[[str], None]) -> None:
    """Take in the second state where nothing was."""
    shutil.rmtree(folder)
    ingest(folder, checkpoint)


def change_model(folder: Path, checkpoint: Callable[[str], None]) -> None:
    """Give the store the vectors of another model."""
    with open_library(folder, other_model(), checkpoint=checkpoint) as library:
        library.reembed()


def repair(folder: Path, checkpoint: Callable[[str], None]) -> None:
    """Rebuild the indexes."""
    with open_library(folder, checkpoint=checkpoint) as library:
        library.repair()


def other_model() -> WordEmbedder:
    """The model that is changed to."""
    return WordEmbedder("other", dimension=64)


SCENARIOS = {"ingest": ingest, "first_ingest": first_ingest, "change_model": change_model, "repair": repair}


def main() -> None:
    """Do what the usage says."""
    folder, scenarios = Path(sys.argv[1]), json.loads(sys.argv[2])
    # Imported before the forks, so that each child does not pay for it.
    for module in IMPORTED:
        import_module(module)

    ChromaIndex.batch = supply.TEXTS_AT_A_TIME = SMALL_BATCH
    _in_child(lambda: _prepare(folder / "prepared"))
    passed = {name: _kill(SCENARIOS[name], folder / name, steps) for name, steps in scenarios.items()}
    print(json.dumps(passed))  # noqa: T201 - the answer


def _kill(scenario: Callable[[Path, Callable[[str], None]], None], folder: Path, steps: list[str]) -> list[str]:
    """Leave a store for each step and an unharmed one; the steps that this one passed."""
    prepared, passed = folder.parent / "prepared", folder / "steps"
    shutil.copytree(prepared, folder / "unharmed")
    _in_child(lambda: scenario(folder / "unharmed", lambda step: _note(passed, step)))
    for step in steps:
        shutil.copytree(prepared, folder / step)
        _killed_at(step, lambda checkpoint, step=step: scenario(folder / step, checkpoint))  # type: ignore[misc]
    return list(dict.fromkeys(passed.read_text().splitlines()))


def _prepare(folder: Path) -> None:
    with open_library(folder) as library:
        library.ingest(CORPUS, BEFORE)


def _note(file: Path, step: str) -> None:
    with file.open("a") as passed:
        passed.write(f"{step}\n")


def _in_child(work: Callable[[], None]) -> None:
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException:
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    if status:
        sys.exit(f"the work in the child failed: {status}")


def _killed_at(step: str, work: Callable[[Callable[[str], None]], None]) -> None:
    arrived, arrive = os.pipe()
    pid = os.fork()
    if pid == 0:

        def checkpoint(name: str) -> None:
            if name == step:
                os.write(arrive, b"x")
                signal.pause()

        work(checkpoint)
        os._exit(0)
    os.close(arrive)
    if os.read(arrived, 1) != b"x":
        sys.exit(f"step {step} was never reached")
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(arrived)


if __name__ == "__main__":
    main()
