"""The command line as a user meets it: each run is a new process."""

import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from benchmarks import yardstick
from benchmarks.harness import Bar, Context, Figure, at_most, benchmark, in_turns, of_samples
from benchmarks.processes import ProcessRun, installed_command, run_process

PROGRAM = installed_command("research-agent")
DONE, DONE_WITH_GAPS = 0, 4
DOMAIN = "2"


@benchmark("help")
def help_page(context: Context) -> Iterator[Figure]:
    """`research-agent --help`."""
    run_process([PROGRAM, "--help"])
    runs = [run_process([PROGRAM, "--help"]) for _ in range(context.repeat(15))]
    yield _wall(runs, at_most(0.25))


@benchmark("research")
def one_domain(context: Context) -> Iterator[Figure]:
    """`research 2` on a warm store, and `import chromadb` by turns with it."""
    with tempfile.TemporaryDirectory() as folder:
        research = partial(_research, DOMAIN, Path(folder))
        importing = partial(run_process, [sys.executable, "-c", yardstick.NAME])
        research(), importing()
        runs = in_turns(context.repeat(10), {"research": research, "import chromadb": importing})
    wall = _wall(runs["research"], at_most(1.5))
    importing_wall = _wall(runs["import chromadb"])._replace(name="wall of import chromadb")
    yield from (wall, importing_wall)
    yield Figure("wall beyond import chromadb", wall.value - importing_wall.value, "s", at_most(0.9))
    yield of_samples("peak memory", (run.peak for run in runs["research"]), "MB", at_most(400))


@benchmark("research-all")
def all_domains(context: Context) -> Iterator[Figure]:
    """`research all` on a warm store."""
    with tempfile.TemporaryDirectory() as folder:
        research = partial(_research, "all", Path(folder))
        research()
        runs = [research() for _ in range(context.repeat(5))]
    yield _wall(runs, at_most(10))
    yield of_samples("peak memory", (run.peak for run in runs), "MB")


@benchmark("prompts")
def all_prompts(context: Context) -> Iterator[Figure]:
    """`prompt all --model all`: every domain's prompt for every profile, written with an index."""
    for mode, bar in (("open", at_most(3)), ("grounded", None)):
        with tempfile.TemporaryDirectory() as folder:
            command: list[str | Path] = [
                PROGRAM,
                "prompt",
                "all",
                "--model",
                "all",
                "--mode",
                mode,
                "--out",
                Path(folder) / "out",
            ]
            asked = partial(run_process, command, {"RESEARCH_AGENT_DATA_DIR": str(Path(folder) / "data")})
            asked()
            runs = [asked() for _ in range(context.repeat(3))]
        yield _wall(runs, bar)._replace(name=f"{mode}, wall")


@benchmark("first-run")
def first_run(context: Context) -> Iterator[Figure]:
    """`research 2` with an empty data directory."""

    def research() -> ProcessRun:
        with tempfile.TemporaryDirectory() as folder:
            return _research(DOMAIN, Path(folder))

    runs = [research() for _ in range(context.repeat(5))]
    yield _wall(runs, at_most(8))
    yield of_samples("peak memory", (run.peak for run in runs), "MB")


def _wall(runs: Sequence[ProcessRun], bar: Bar | None = None) -> Figure:
    cpu = statistics.median(run.cpu for run in runs)
    return of_samples("wall", (run.wall for run in runs), "s", bar, note=f"{cpu:.2f} s of processor time")


def _research(domain: str, folder: Path) -> ProcessRun:
    return run_process(
        [PROGRAM, "research", domain, "--out", folder / "out"],
        {"RESEARCH_AGENT_DATA_DIR": str(folder / "data")},
        accepted=(DONE, DONE_WITH_GAPS),
    )
