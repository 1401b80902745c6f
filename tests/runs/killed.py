"""Run as a program: kill a process that executes a run at each step named, start the next one, and note what it finds.

Usage: killed.py FOLDER STEP...   FOLDER/prepared is a store. A step is a checkpoint ("claimed"), or "within NAME": in
the middle of that function. For each step FOLDER/STEP.json gets what the next process found. Prints the checkpoints
that an unharmed run of domain 2 passes, one a line.
"""

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import anyio

from research_agent import load_guide, research
from research_agent.library.handles import Handles
from research_agent.library.library import Library
from research_agent.runs import Runs
from research_agent.runs.execution import Checkpoint, unchecked
from tests.conftest import SMALL_GUIDE
from tests.runs.material import ALL, LONG, as_bytes, open_small

WITHIN: dict[str, Any] = {
    "gather": research,
    "judge": research,
    "choose": research,
    "describe": research,
    "prove": research,
    "assemble_prompt": research,
    "save_run": Library,
    "keep": Handles,
    "end": Handles,
}
"""Functions of a run, and where they are looked up."""

DOMAIN = "2"

IMPORTED = (
    "anyio._backends._asyncio",
    "citeproc.source.json",
    "filelock",
    "highspy",
    "jinja2.sandbox",
    "sqlalchemy.dialects.sqlite",
    "tantivy",
    "research_agent.bibliography.solver",
    "research_agent.library.minilm",
    "research_agent.prompts.series",
    "research_agent.runs.executor",
    "research_agent.wiring",
)
"""What a run imports when it comes to it."""


def main() -> None:
    """Do what the usage says."""
    folder, steps = Path(sys.argv[1]), sys.argv[2:]
    _warm()
    passed = folder / "passed"
    _in_child(lambda: _execute(_copy(folder, "unharmed"), lambda step: _note(passed, step)))
    _in_child(lambda: _look(folder / "unharmed", folder / "unharmed.json"))
    for step in steps:
        store = _copy(folder, step)
        _killed_at(step, lambda checkpoint, store=store: _execute(store, checkpoint))  # type: ignore[misc]
        _in_child(lambda store=store, step=step: _look(store, folder / f"{step}.json"))  # type: ignore[misc]
        shutil.rmtree(store)
    print("\n".join(dict.fromkeys(passed.read_text().splitlines())))  # noqa: T201 - the answer


def _warm() -> None:
    """Import and read before the forks what each child would otherwise pay for anew; no file is left open by it."""
    for module in IMPORTED:
        import_module(module)
    from research_agent.prompts import assemble_prompt, load_profile
    from research_agent.radar import load_rubric

    guide = load_guide(SMALL_GUIDE)
    assemble_prompt(guide, guide.domain(DOMAIN), load_rubric(guide.methodology.rubric), load_profile("claude"))


def _copy(folder: Path, name: str) -> Path:
    return Path(shutil.copytree(folder / "prepared", folder / name))


def _execute(store: Path, checkpoint: Checkpoint) -> None:
    """A first process: it starts a run over all domains and executes it."""

    async def work() -> None:
        with open_small(store) as workspace:
            async with Runs(workspace, workers=0) as runs:
                run = await runs.start(ALL)
            checkpoint("queued")
            async with Runs(workspace, checkpoint=checkpoint) as runs:
                await runs.wait(run.id, LONG)

    anyio.run(work)


def _look(store: Path, report: Path) -> None:
    """The next process: it finds the run, has it finished if need be, and takes its result."""
    begun: list[str] = []

    async def work() -> None:
        with open_small(store) as workspace:
            async with Runs(workspace, workers=0) as runs:
                (found,) = await runs.known()
            async with Runs(workspace, checkpoint=begun.append) as runs:
                # A client's retry comes first, as it may.
                again = await runs.start(ALL)
                seen = [status async for status in runs.follow(found.id)]
                result = as_bytes(await runs.result(found.id))
                known = await runs.known()
        report.write_text(
            json.dumps(
                {
                    "found": found.model_dump(mode="json"),
                    "again": again.id,
                    "done": [status.progress.done for status in seen],
                    "last": seen[-1].model_dump(mode="json"),
                    "runs": len(known),
                    "begun": begun,
                    "result": result.decode(),
                    "left": sorted(path.name for path in (store / "executors").iterdir()),
                }
            )
        )

    anyio.run(work)


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


def _killed_at(step: str, work: Callable[[Checkpoint], None]) -> None:
    arrived, arrive = os.pipe()
    pid = os.fork()
    if pid == 0:

        def arrives() -> None:
            os.write(arrive, b"x")
            signal.pause()

        if step.startswith("within "):
            _pause_within(step.removeprefix("within "), arrives)
            work(unchecked)
        else:
            work(lambda name: arrives() if name == step else None)
        os._exit(0)
    os.close(arrive)
    if os.read(arrived, 1) != b"x":
        sys.exit(f"step {step} was never reached")
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(arrived)


def _pause_within(name: str, pause: Callable[[], None]) -> None:
    """Let a function stop before it returns, the second time: after the first domain is finished."""
    home = WITHIN[name]
    real = getattr(home, name)

    def pausing(*args: object, **options: object) -> object:
        made = real(*args, **options)
        # Of "end" there is one in a run; the others are called once a domain, and the prompt also for the run's id.
        if _of_the_second_domain(name, args):
            pause()
        return made

    setattr(home, name, pausing)


def _of_the_second_domain(name: str, arguments: tuple[object, ...]) -> bool:
    if name == "end":
        return True
    for argument in arguments:
        domain = getattr(argument, "domain", None)
        if getattr(domain, "id", domain) == DOMAIN or getattr(argument, "id", None) == DOMAIN:
            return True
    return False


if __name__ == "__main__":
    main()
