"""Print the questions for a model that is to be measured as a judge, one JSON object a line."""

import argparse
from collections.abc import Sequence

from eval.radar.cases import read_cases
from eval.radar.questions import questions


def main(arguments: Sequence[str] | None = None) -> int:
    """Print them all; 0."""
    argparse.ArgumentParser(prog="python -m eval.radar", description=__doc__).parse_args(arguments)
    for question in questions(read_cases()):
        print(question.model_dump_json())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
