"""The command line: thin; what it does is the public API's."""

import sys


def main() -> None:
    """Run the command line and exit with its documented code."""
    from research_agent.cli.app import run

    sys.exit(run(sys.argv[1:]))
