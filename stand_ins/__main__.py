"""Start the stand-ins and keep them up until Ctrl-C: `python -m stand_ins [--port 8900] [--failing 0.3] ...`."""

import argparse
import sys
import threading
from collections.abc import Callable, Collection

from stand_ins.behaviour import FAULTS, Behaviour, latencies
from stand_ins.services import SERVICES
from stand_ins.serving import serving

PORT = 8900


def main() -> int:
    """Print the address, then what to do with it, and serve."""
    asked = _arguments()
    try:
        with serving(_behaviour(asked), port=asked.port) as stand_ins:
            print(stand_ins.address, flush=True)
            if asked.quiet:
                threading.Event().wait()
            print(
                f"RESEARCH_AGENT_STAND_INS={stand_ins.address} research-agent research 2 --live\n"
                "Their answers are made up, or this project's own words about real works. Ctrl-C ends them.",
                file=sys.stderr,
            )
            threading.Event().wait()
    except KeyboardInterrupt:
        return 0
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _behaviour(asked: argparse.Namespace) -> Behaviour:
    return Behaviour(
        latency=latencies(asked.latency),
        failing=asked.failing,
        faults=tuple(asked.faults),
        down=frozenset(asked.down),
        huge=frozenset(asked.huge),
        seed=asked.seed,
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m stand_ins", description=__doc__)
    parser.add_argument("--port", type=int, default=PORT, help=f"{PORT} unless given; 0: a free one")
    parser.add_argument(
        "--latency", action="append", default=[], metavar="[SERVICE=]SECONDS", help="how long answers take; repeatable"
    )
    parser.add_argument("--failing", type=float, default=0.0, metavar="SHARE", help="of answers that fail, 0 to 1")
    parser.add_argument(
        "--faults", type=_listed(FAULTS), default=FAULTS, metavar="FAULT,...", help=f"how: {', '.join(FAULTS)}"
    )
    parser.add_argument("--down", type=_listed(SERVICES), default=(), metavar="SERVICE,...", help="answer 503 alone")
    parser.add_argument("--huge", type=_listed(SERVICES), default=(), metavar="SERVICE,...", help="answer 2 GB alone")
    parser.add_argument("--seed", type=int, default=0, help="the same one gives the same failures")
    parser.add_argument("--quiet", action="store_true", help="print the address and nothing else")
    asked = parser.parse_args()
    try:
        unknown = set(latencies(asked.latency)) - {"", *SERVICES}
    except ValueError as error:
        parser.error(str(error))
    if unknown:
        parser.error(f"there is no service {', '.join(sorted(unknown))}")
    return asked


def _listed(known: Collection[str]) -> Callable[[str], tuple[str, ...]]:
    """Reads names that stand between commas."""

    def read(text: str) -> tuple[str, ...]:
        names = tuple(filter(None, text.split(",")))
        unknown = [name for name in names if name not in known]
        if unknown:
            raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: there are {', '.join(known)}")
        return names

    return read


if __name__ == "__main__":
    sys.exit(main())
