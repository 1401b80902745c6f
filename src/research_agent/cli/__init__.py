"""The command line: thin; what it does is the public API's."""

import sys

INTERRUPTED = 130


def main() -> None:
    """Run the command line and exit with its documented code."""
    try:
        from research_agent.cli.app import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        code = INTERRUPTED
    sys.exit(code)
