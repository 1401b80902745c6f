"""Run benchmarks by name, or all of them: `python -m benchmarks [NAME ...] [--quick] [--json FILE] [--list]`."""

import argparse
import json
import sys
import time
from pathlib import Path

from benchmarks import (  # noqa: F401 - they register themselves
    commands,
    embedding,
    identity,
    ingesting,
    installed,
    live,
    mcp_service,
    nearness,
    rest_service,
    searching,
    tokens,
)
from benchmarks.harness import REGISTRY, Context, run
from benchmarks.machine import machine_facts
from benchmarks.report import Outcome, as_json, table


def main() -> int:
    """Run what the command line asks for; 1 where a benchmark failed to run, 0 otherwise, whatever bars were missed."""
    asked = _arguments()
    if asked.list:
        for known in REGISTRY.values():
            print(f"{known.name:16} {known.title}")
        return 0
    names = asked.names or list(REGISTRY)
    from rich.console import Console

    console = Console()
    context = Context(quick=asked.quick, seed=time.time_ns() if asked.seed is None else asked.seed)
    facts = machine_facts()
    outcomes: list[Outcome] = []
    with console.status("") as status:
        for name in names:
            status.update(f"{name}: {REGISTRY[name].title}")
            outcomes.extend(run([name], context))
    console.print(table(outcomes, facts))
    if asked.json:
        Path(asked.json).write_text(json.dumps(as_json(outcomes, facts, context), indent=2) + "\n", encoding="utf-8")
    return int(any(isinstance(outcome, Exception) for _, outcome in outcomes))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="which; all if none is named")
    parser.add_argument("--list", action="store_true", help="list them")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions: to see that they run")
    parser.add_argument("--json", metavar="FILE", help="write everything that was measured")
    parser.add_argument("--seed", type=int, help="of the questions; every run has others unless it is given")
    asked = parser.parse_args()
    unknown = [name for name in asked.names if name not in REGISTRY]
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(REGISTRY)}")
    return asked


if __name__ == "__main__":
    sys.exit(main())
