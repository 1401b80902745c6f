"""The command line: thin; what it does is the public API's."""

import gc
import os
import sys

INTERRUPTED = 130
_ALLOCATIONS_PER_COLLECTION = 200_000
"""A command makes some 100,000 objects that it keeps and hardly a cycle: collecting at every 700 took a tenth of it."""


def main() -> None:
    """Run the command line and exit with its documented code.

    The process is one command's. So garbage is collected seldom and not at the end, where the system takes all of it
    at once; and the linear algebra, tiny here, keeps to one thread where its workers would spin (unless the
    environment says otherwise).
    """
    gc.set_threshold(_ALLOCATIONS_PER_COLLECTION)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        from research_agent.cli.app import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        code = INTERRUPTED
    gc.freeze()
    sys.exit(code)
