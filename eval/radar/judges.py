"""What is wrong with a model that judges: its biases and its calibration, from recorded judgements. Pure.

README.md shows the form of a recording. Every measure says over how many cases it is taken, or is None without any.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import Field, TypeAdapter, ValidationError

from eval.radar.cases import Case
from eval.suite import Bin, Reliability, Score, interval
from research_agent.errors import DataError
from research_agent.model.base import Record

FOLDER: Final = Path(__file__).with_name("recordings")
BINS: Final = 10
"""Of the reliability diagram, of equal width, as usual since Guo et al. (2017)."""


class Verdict(Record):
    """A judge says of one work whether it may be trusted, and how sure it is."""

    form: Literal["verdict"]
    judge: str = Field(min_length=1, description="Model and prompt.")
    run: int = Field(ge=1, description="Which repetition of the same question.")
    case: str = Field(description="Id of the case.")
    credible: bool = Field(description="Its answer.")
    confidence: float = Field(ge=0, le=1, description="How sure it is of this answer, 0 to 1.")
    cost_usd: float = Field(default=0, ge=0, description="What the answer cost in US dollars; 0: nobody noted it.")


class Comparison(Record):
    """A judge says which of two works is to be trusted more."""

    form: Literal["comparison"]
    judge: str = Field(min_length=1, description="Model and prompt.")
    run: int = Field(ge=1, description="Which repetition of the same question.")
    first: str = Field(description="Id of the case that it read first.")
    second: str = Field(description="Id of the case that it read second.")
    first_words: int = Field(ge=0, description="Length of the first record, in words.")
    second_words: int = Field(ge=0, description="Length of the second record, in words.")
    chosen: Literal["first", "second", "tie"]
    cost_usd: float = Field(default=0, ge=0, description="What the answer cost in US dollars; 0: nobody noted it.")


Recorded = Verdict | Comparison
_RECORDED: Final[TypeAdapter[Recorded]] = TypeAdapter(Annotated[Recorded, Field(discriminator="form")])


class Share(NamedTuple):
    """A share of cases, 0 to 1, with its interval."""

    value: float
    low: float
    high: float
    cases: int


class PositionBias(NamedTuple):
    """What became of pairs that were shown in both orders (Zheng et al. 2023, arXiv 2306.05685, section 3.3)."""

    consistent: Share  # the same work was chosen both times, or a tie was called both times
    to_first: Share  # whatever stood first was chosen both times
    to_second: Share


def read_recordings(folder: Path = FOLDER) -> list[Recorded]:
    """All recorded judgements of a folder's `*.jsonl`; none where there is no folder.

    Raises:
        DataError: a line is no recording; names the file and the line.
    """
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                found.append(_RECORDED.validate_json(line))
            except ValidationError as error:
                raise DataError(f"{path}, line {number}, is no recorded judgement: {error}. Mend the line.") from error
    return found


def position_bias(comparisons: Iterable[Comparison]) -> PositionBias | None:
    """Of one judge's pairs that it saw in both orders in one run; None: there are none."""
    asked = {(one.run, one.first, one.second): one for one in comparisons}
    both = [
        (one.chosen, swapped.chosen)
        for (run, first, second), one in asked.items()
        if first < second and (swapped := asked.get((run, second, first)))
    ]
    if not both:
        return None
    same = {("first", "second"), ("second", "first"), ("tie", "tie")}
    return PositionBias(
        consistent=_share([pair in same for pair in both]),
        to_first=_share([pair == ("first", "first") for pair in both]),
        to_second=_share([pair == ("second", "second") for pair in both]),
    )


def verbosity_bias(comparisons: Iterable[Comparison], labels: Mapping[str, bool]) -> Share | None:
    """How often the longer of two works with the same label is chosen; 0.5: length plays no part.

    After Saito et al. 2023 (arXiv 2310.10076). Where the labels differ, length and merit can't be told apart, and a tie
    decides nothing. None: there is no such comparison.
    """
    won_by_longer = [
        (one.chosen == "first") == (one.first_words > one.second_words)
        for one in comparisons
        if one.chosen != "tie" and one.first_words != one.second_words and labels[one.first] == labels[one.second]
    ]
    return _share(won_by_longer) if won_by_longer else None


def self_consistency(recorded: Iterable[Recorded]) -> Share | None:
    """How often two runs of one question have one answer: the mean over questions; None: none was asked twice."""
    answers: dict[Hashable, list[Hashable]] = defaultdict(list)
    for one in recorded:
        if isinstance(one, Verdict):
            answers[one.case].append(one.credible)
        else:
            answers[one.first, one.second].append(one.chosen)
    agreeing = []
    for given in answers.values():
        pairs = [one == other for one, other in combinations(given, 2)]
        if pairs:
            agreeing.append(sum(pairs) / len(pairs))
    return _share(agreeing) if agreeing else None


def calibration(verdicts: Sequence[Verdict], labels: Mapping[str, bool], *, bins: int = BINS) -> Reliability | None:
    """The reliability diagram of one judge's verdicts and its expected calibration error; None: there is no verdict.

    ECE is the mean of |accuracy - confidence| over bins of equal width, weighted by their verdicts (Naeini, Cooper and
    Hauskrecht 2015; Guo et al. 2017, arXiv 1706.04599, equation 3).
    """
    if not verdicts:
        return None
    filled: dict[int, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        filled[min(int(verdict.confidence * bins), bins - 1)].append(verdict)
    bars = tuple(
        Bin(
            low=number / bins,
            high=(number + 1) / bins,
            cases=len(held),
            confidence=sum(verdict.confidence for verdict in held) / len(held),
            accuracy=sum(_right(verdict, labels) for verdict in held) / len(held),
        )
        for number, held in sorted(filled.items())
    )
    error = sum(bar.cases * abs(bar.accuracy - bar.confidence) for bar in bars) / len(verdicts)
    return Reliability(judge=verdicts[0].judge, error=error, bins=bars)


def judge_scores(recorded: Sequence[Recorded], cases: Sequence[Case]) -> list[Score]:
    """The scores of every recorded judge, told without thresholds.

    Raises:
        DataError: a recording speaks of a case that there is not.
    """
    labels = _labels(recorded, cases)
    found = []
    for judge, (verdicts, comparisons) in _by_judge(recorded).items():
        position = position_bias(comparisons)
        shares = {
            "same choice in both orders": position and position.consistent,
            "first one chosen in both orders": position and position.to_first,
            "second one chosen in both orders": position and position.to_second,
            "longer one chosen of two alike (0.5: no bias)": verbosity_bias(comparisons, labels),
            "same answer when asked again": self_consistency([*verdicts, *comparisons]),
            "verdicts that are right": _share([_right(one, labels) for one in verdicts]) if verdicts else None,
        }
        found += [
            Score(name=f"{judge}: {name}", value=share.value, low=share.low, high=share.high, cases=share.cases)
            for name, share in shares.items()
            if share
        ]
        if calibrated := calibration(verdicts, labels):
            # No interval: whatever is resampled scatters more about the diagonal, which raises the error.
            found.append(
                Score(
                    name=f"{judge}: expected calibration error",
                    value=calibrated.error,
                    cases=len(verdicts),
                    note="; ".join(
                        f"{bar.low:.1f}-{bar.high:.1f}: {bar.accuracy:.2f} right of {bar.cases}"
                        for bar in calibrated.bins
                    ),
                )
            )
    return found


def reliability(recorded: Sequence[Recorded], cases: Sequence[Case]) -> tuple[Reliability, ...]:
    """The reliability diagram of every judge that said how sure it was.

    Raises:
        DataError: a recording speaks of a case that there is not.
    """
    labels = _labels(recorded, cases)
    found = (calibration(verdicts, labels) for verdicts, _ in _by_judge(recorded).values())
    return tuple(one for one in found if one)


def _labels(recorded: Iterable[Recorded], cases: Iterable[Case]) -> dict[str, bool]:
    """Whether each case is credible; no recording may speak of another one."""
    labels = {case.id: case.credible for case in cases}
    named = {
        name for one in recorded for name in ((one.case,) if isinstance(one, Verdict) else (one.first, one.second))
    }
    if unknown := sorted(named - labels.keys()):
        raise DataError(f"Recorded judgements name cases that there are not: {unknown}. Record them again.")
    return labels


def _by_judge(recorded: Iterable[Recorded]) -> dict[str, tuple[list[Verdict], list[Comparison]]]:
    found: dict[str, tuple[list[Verdict], list[Comparison]]] = {}
    for one in sorted(recorded, key=lambda one: one.judge):
        verdicts, comparisons = found.setdefault(one.judge, ([], []))
        if isinstance(one, Verdict):
            verdicts.append(one)
        else:
            comparisons.append(one)
    return found


def _right(verdict: Verdict, labels: Mapping[str, bool]) -> bool:
    return verdict.credible == labels[verdict.case]


def _share(values: Sequence[float]) -> Share:
    low, high = interval(values)
    return Share(sum(values) / len(values), low, high, len(values))
