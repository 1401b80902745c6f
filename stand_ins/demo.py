"""Search live sources at stand-ins, of which one is down, and show what comes of it: `make live-demo`."""

import argparse
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Final

from research_agent.settings import PREFIX
from research_agent.sources.connectors import connectors
from stand_ins.serving import StandIns, started

DOWN: Final = "crossref"
_NOT_CHECKED: Final = 4
"""Exit code of a run that could not ask all services."""
_ABOUT: Final = """\
Stand-ins of all services answer at {address}. No request leaves this machine.
THE ANSWERS ARE STAND-INS': works whose titles begin with "Stand-in:" do not exist, and what is said of the others is
this project's own text. {down} is down, to show what a service looks like that could not be asked.
"""


def main() -> int:
    """Run it; 0 where the search ended as it should with one service down."""
    parser = argparse.ArgumentParser(prog="python -m stand_ins.demo", description=__doc__)
    parser.add_argument("--domain", default="2", help="which is searched for; 2 unless given")
    parser.add_argument("--out", type=Path, default=Path("out/live-demo"), help="folder for what is written")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as data, started("--down", DOWN) as stand_ins:
        print(_ABOUT.format(address=stand_ins.address, down=DOWN), flush=True)
        ended = subprocess.run(
            _command("research", asked.domain, "--live", "--out", str(asked.out)),
            env=_environment(stand_ins, data),
            check=False,
        )
        print(f"\n{_asked(stand_ins)}\nThe run ended with {ended.returncode}", end=": ")
    if ended.returncode == _NOT_CHECKED:
        print(f"a service, {DOWN}, could not be checked, and every output says so.")
        return 0
    print(f"{_NOT_CHECKED} was expected, as {DOWN} is down.")
    return ended.returncode or 1


def _command(*arguments: str) -> list[str]:
    return [str(Path(sys.executable).with_name("research-agent")), *arguments]


def _environment(stand_ins: StandIns, data: str) -> dict[str, str]:
    """The user's, without settings of theirs: with the stand-ins, and a data directory that is thrown away."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return {**kept, f"{PREFIX}STAND_INS": stand_ins.address, f"{PREFIX}DATA_DIR": data}


def _asked(stand_ins: StandIns) -> str:
    """How often each service was asked, in the order of the registry."""
    requests = Counter(request.service for request in stand_ins.asked())
    told = ", ".join(f"{one.title} {requests[one.name]}" for one in connectors() if requests[one.name])
    return f"{requests.total()} requests came to the stand-ins: {told}."


if __name__ == "__main__":
    sys.exit(main())
