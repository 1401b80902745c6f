"""The same as `research-agent eval`: `python -m eval [SUITE...] [OPTIONS]`."""

import sys

from research_agent.cli.app import run

if __name__ == "__main__":
    sys.exit(run(["eval", *sys.argv[1:]]))
