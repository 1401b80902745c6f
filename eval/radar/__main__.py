"""The questions for a model that is to be measured as a judge: print them, or ask Claude and record what it says."""

import argparse
import sys
from collections.abc import Sequence

from eval.models import DEFAULT_MODEL, DEFAULT_MOST_USD, KEY, key
from eval.radar.cases import read_cases
from eval.radar.questions import questions
from eval.radar.recording import record
from research_agent.claude import Budget, claude_model, open_claude
from research_agent.errors import ResearchAgentError, UsageError

MISSING = 1
"""Exit code where answers are missing."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print all questions, one JSON object a line, or have Claude answer them."""
    parser = argparse.ArgumentParser(prog="python -m eval.radar", description=__doc__)
    parser.add_argument("task", nargs="?", choices=("print", "record"), default="print")
    parser.add_argument("--model", default=DEFAULT_MODEL, help=f"whom to ask; {DEFAULT_MODEL} unless named")
    parser.add_argument("--most-usd", type=float, default=DEFAULT_MOST_USD, help=f"{DEFAULT_MOST_USD:.2f} unless given")
    asked = parser.parse_args(arguments)
    if asked.task == "print":
        for question in questions(read_cases()):
            print(question.model_dump_json())
        return 0
    try:
        return _record(asked.model, asked.most_usd)
    except ResearchAgentError as error:
        print(f"Error: {error}", file=sys.stderr)
        return error.exit_code


def _record(model: str, most_usd: float) -> int:
    claude_model(model)
    if not key():
        raise UsageError(f"There is no {KEY}: set it, or print the questions and ask another model.")
    budget = Budget(most_usd)
    recorded, faults = record(questions(read_cases()), model, lambda: open_claude(key(), budget))
    print(f"{recorded} answers of {model} recorded for {budget.spent_usd:.4f} USD.")
    for fault in faults:
        print(fault, file=sys.stderr)
    return MISSING if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
