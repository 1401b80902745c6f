"""Without a network everything works, because nothing asks for one: no telemetry, no download, no look-up.

And a first run embeds nothing: all vectors that it needs ship with the corpus.
"""

import subprocess
import sys
from pathlib import Path

WATCHED = """
import socket, sys
asked = []
def refuse(self, address, *rest):
    asked.append(address)
    raise OSError("no network here")
def unresolved(host, *rest, **named):
    asked.append(host)
    raise OSError("no network here")
socket.socket.connect = refuse
socket.socket.connect_ex = refuse
socket.getaddrinfo = unresolved
from research_agent.cli.app import run
from research_agent.library.minilm import MiniLM
embed, MiniLM.embed = MiniLM.embed, None
codes = [run(["research", "2", "--out", "out"])]
MiniLM.embed = embed
codes += [
    run(["search", "circuit breaker"]),
    run(["doctor"]),
]
print("CODES", codes, "ASKED", asked, file=sys.stderr)
"""


def test_a_first_run_embeds_nothing_and_no_command_opens_a_connection_or_looks_up_a_name(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WATCHED],
        cwd=tmp_path,
        env={"RESEARCH_AGENT_DATA_DIR": str(tmp_path / "data"), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert "CODES [0, 0, 0] ASKED []" in done.stderr, done.stderr
