"""Measure a child process: how long it runs, and the most memory that it ever holds."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

# A process inherits the peak of the one that forked it until it runs another program, so a big parent would be
# measured instead of a small child: this little one stands between.
_LAUNCHER = """
import json, os, sys, time
start = time.perf_counter()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(child, 0)
wall, cpu = time.perf_counter() - start, usage.ru_utime + usage.ru_stime
print(json.dumps([wall, cpu, usage.ru_maxrss, os.waitstatus_to_exitcode(status)]), file=sys.stderr)
"""
_BYTES_PER_RSS_UNIT = 1 if sys.platform == "darwin" else 1024  # getrusage(2): bytes on macOS, kilobytes elsewhere


class ProcessRun(NamedTuple):
    """One run of a command."""

    wall: float
    """Seconds from its start to its end."""
    cpu: float
    """Seconds of processor time; says more than `wall` where the machine is busy with something else."""
    peak: float
    """Most resident memory, in MB of 10^6 bytes."""


def run_process(
    command: Sequence[str | Path], environment: Mapping[str, str] | None = None, *, accepted: Sequence[int] = (0,)
) -> ProcessRun:
    """Run a command with its output thrown away; `accepted` are the exit codes of a run that did its work.

    Raises:
        RuntimeError: it failed; holds what it wrote to standard error.
    """
    finished = subprocess.run(
        [sys.executable, "-S", "-E", "-c", _LAUNCHER, *map(str, command)],
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    *said, measured = finished.stderr.strip().splitlines() or [""]
    try:
        wall, cpu, peak, code = json.loads(measured)
    except ValueError as error:
        raise RuntimeError(f"{command[0]} could not be started: {finished.stderr.strip()}") from error
    if code not in accepted:
        raise RuntimeError(f"{' '.join(map(str, command))} ended with {code}: {' '.join(said[-5:])}")
    return ProcessRun(wall, cpu, peak * _BYTES_PER_RSS_UNIT / 1e6)


def installed_command(name: str) -> Path:
    """A command of this environment."""
    return Path(sys.executable).with_name(name)
