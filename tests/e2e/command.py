"""Run the command line as a user does."""

import json
import os
import subprocess
import sys
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
    """Run `research-agent` in a process of its own on this data directory; `settings` are RESEARCH_AGENT_* values."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RESEARCH_AGENT_")}
    environment["RESEARCH_AGENT_DATA_DIR"] = str(data)
    environment |= {f"RESEARCH_AGENT_{name.upper()}": value for name, value in settings.items()}
    environment["COLUMNS"] = "100"
    done = subprocess.run(
        [str(Path(sys.executable).with_name("research-agent")), *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        env=environment,
        cwd=cwd,
        timeout=300,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)
