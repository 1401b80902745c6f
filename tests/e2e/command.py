"""Run the command line as a user does."""

import atexit
import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple


class Ran(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its standard output as JSON."""
        return json.loads(self.out)


def run(*arguments: str, data: Path, stdin: str = "", cwd: Path | None = None, **settings: str) -> Ran:
    """Run `research-agent` in a process of its own on this data directory; `settings` are RESEARCH_AGENT_* values.

    The process is forked from one that has the imports: that a new interpreter does the same is for the tests of the
    wheel, of a page of the Skill and of the first start.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RESEARCH_AGENT_")}
    environment["RESEARCH_AGENT_DATA_DIR"] = str(data)
    environment |= {f"RESEARCH_AGENT_{name.upper()}": value for name, value in settings.items()}
    environment["COLUMNS"] = "100"
    with tempfile.TemporaryDirectory() as folder:
        streams = {name: Path(folder) / name for name in ("stdin", "stdout", "stderr")}
        streams["stdin"].write_text(stdin, encoding="utf-8", newline="")
        asked = {
            "arguments": arguments,
            "environment": environment,
            "folder": str(cwd or Path.cwd()),
            **{name: str(path) for name, path in streams.items()},
        }
        code = _forking().ask(asked)
        out, err = (streams[name].read_text(encoding="utf-8") for name in ("stdout", "stderr"))
    return Ran(code, out, err)


class _Forking:
    """The process that commands are forked from."""

    def __init__(self) -> None:
        environment = {**os.environ, "PYTHONPATH": str(Path.cwd()), "OPENBLAS_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.forked"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        atexit.register(self._end)

    def ask(self, command: dict[str, Any]) -> int:
        """Run a command; its exit code."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def _end(self) -> None:
        self._process.communicate()


@cache
def _forking() -> _Forking:
    return _Forking()
