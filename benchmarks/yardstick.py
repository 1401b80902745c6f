"""How fast this machine is now, against the one that the bars were set on: bars in seconds mean little without it.

The yardstick is `import chromadb`, by which the bars were set: one thread, many small modules, no network. On the
machine of the bars it takes 0.6 s with compiled bytecode.
"""

import statistics
import sys

from benchmarks.processes import run_process

NAME = "import chromadb"
SECONDS = 0.6
"""What it takes on the machine that the bars were set on."""
RUNS = 3
"""Before and after each benchmark: their median is of both."""


def lay_on() -> list[float]:
    """Seconds that the yardstick takes now, run by run."""
    command = [sys.executable, "-c", NAME]
    return [run_process(command).wall for _ in range(RUNS)]


def slowness(runs: list[float]) -> float:
    """How many times slower than the machine of the bars; 1 where it is as fast or faster."""
    return max(1.0, statistics.median(runs) / SECONDS)
