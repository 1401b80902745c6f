"""What was accepted: the figures that a run is compared with, kept in `baselines.json` with when and how they came."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal, NamedTuple

from pydantic import Field, ValidationError

from eval.datasets import DataFile
from eval.running import Circumstances, Ran, Run
from eval.suite import Score, SuiteResult
from research_agent.errors import DataError, UsageError
from research_agent.model.base import Record

FILE: Final = Path(__file__).with_name("baselines.json")
_DIGITS: Final = 6
_ALIKE: Final = 10**-_DIGITS
"""Figures are kept rounded; a smaller difference is none."""

Word = Literal["same", "within", "better", "worse", "higher", "lower", "new"]


class Accepted(Record):
    """What a suite measured when somebody accepted it. Failing cases are only counted: the report has them."""

    made: Circumstances = Field(description="When and on what.")
    seconds: float = Field(ge=0, description="How long it ran.")
    failures: int = Field(ge=0, description="How many cases failed.")
    data: tuple[DataFile, ...] = Field(description="What it was measured on.")
    result: SuiteResult = Field(description="What it measured.")


class Change(NamedTuple):
    """How a figure stands to the accepted one."""

    word: Word
    """same; within: it moved, but the accepted one lies in the new interval; better, worse: it does not, and the
    threshold says which side is good; higher, lower: none says so; new: there is no accepted one."""
    by: float | None

    @property
    def counts(self) -> bool:
        """Whether it is more than noise."""
        return self.word in {"better", "worse", "higher", "lower"}

    def __str__(self) -> str:
        return self.word if not self.by or self.word == "same" else f"{self.by:+.3f} {self.word}"


def read_baselines(file: Path = FILE) -> dict[str, Accepted]:
    """What was accepted, by suite; nothing where there is no file.

    Raises:
        DataError: the file is not one of ours.
    """
    if not file.exists():
        return {}
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
        return {name: Accepted.model_validate(one) for name, one in held.items()}
    except (ValueError, AttributeError, ValidationError) as error:
        raise DataError(
            f"{file} can't be read: {error}. Nothing was changed; take it from the repository again."
        ) from error


def accept(run: Run, before: Mapping[str, Accepted]) -> dict[str, Accepted]:
    """The baselines after a run: those of its suites are replaced, the others stay.

    A suite that was skipped keeps what it had.

    Raises:
        UsageError: a suite failed to run, or misses a threshold; nothing is accepted then.
    """
    if refused := [ran.suite for ran in run.suites if not ran.met]:
        raise UsageError(
            f"Not accepted: {', '.join(refused)} failed or missed a threshold. The baselines are as they were. "
            "Mend it, or move the threshold in its suite.py and say why, then run it again."
        )
    new = {ran.suite: _accepted(ran, run) for ran in run.suites if not (_skipped(ran) and ran.suite in before)}
    return dict(sorted({**before, **new}.items()))


def write_baselines(baselines: Mapping[str, Accepted], file: Path = FILE) -> None:
    """Write what is accepted, a figure a line, so that a change can be read."""
    plain = {
        name: json.loads(one.model_dump_json(exclude_defaults=True), parse_float=_rounded)
        for name, one in sorted(baselines.items())
    }
    file.write_text(_lines(plain) + "\n", encoding="utf-8")


def change(score: Score, accepted: Score | None) -> Change:
    """How a figure stands to the accepted one: a change counts only where that lies outside of the new interval."""
    if accepted is None or accepted.measured != score.measured:
        return Change("new", None)
    by = score.value - accepted.value
    if not score.measured or abs(by) <= _ALIKE:
        return Change("same", 0.0)
    low = score.value if score.low is None else score.low
    high = score.value if score.high is None else score.high
    if low - _ALIKE <= accepted.value <= high + _ALIKE:
        return Change("within", by)
    if score.at_least is not None and score.at_most is None:
        return Change("better" if by > 0 else "worse", by)
    if score.at_most is not None and score.at_least is None:
        return Change("better" if by < 0 else "worse", by)
    return Change("higher" if by > 0 else "lower", by)


def accepted_score(name: str, accepted: Accepted | None) -> Score | None:
    """The accepted figure of this name, if there is one."""
    return next((score for score in accepted.result.scores if score.name == name), None) if accepted else None


def gone(ran: Ran, accepted: Accepted | None) -> list[Score]:
    """Figures with a threshold that were accepted and are measured no more: guards that may have been lost."""
    if accepted is None or ran.result is None or ran.result.skipped:
        return []
    names = {score.name for score in ran.result.scores}
    return [score for score in accepted.result.scores if score.guards and score.name not in names]


def other_data(ran: Ran, run: Run, accepted: Accepted | None) -> str:
    """What the accepted figures were measured on and these were not, in words; empty: nothing."""
    if accepted is None:
        return ""
    differs = {"its data": accepted.data != ran.data, "the corpus": accepted.made.corpus != run.made.corpus}
    return " and ".join(name for name, other in differs.items() if other)


def _accepted(ran: Ran, run: Run) -> Accepted:
    if ran.result is None:
        raise ValueError(f"{ran.suite} has no result")
    bare = ran.result.model_copy(update={"failures": ()})
    return Accepted(made=run.made, seconds=ran.seconds, failures=len(ran.result.failures), data=ran.data, result=bare)


def _skipped(ran: Ran) -> bool:
    return ran.result is not None and bool(ran.result.skipped)


def _rounded(digits: str) -> float:
    return round(float(digits), _DIGITS)


def _lines(value: object, depth: int = 0) -> str:
    """JSON, indented, in which an object that holds no other one is a line."""
    inner, outer = "\n" + " " * (depth + 1), "\n" + " " * depth
    if isinstance(value, dict) and any(isinstance(one, dict | list) for one in value.values()):
        held = (f"{json.dumps(key, ensure_ascii=False)}: {_lines(one, depth + 1)}" for key, one in value.items())
        return "{" + inner + ("," + inner).join(held) + outer + "}"
    if isinstance(value, list) and value:
        return "[" + inner + ("," + inner).join(_lines(one, depth + 1) for one in value) + outer + "]"
    return json.dumps(value, ensure_ascii=False)
