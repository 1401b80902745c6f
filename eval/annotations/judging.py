"""The judges beside the checker: the lexical floor, and a model where there is a key or where its answers are recorded.

All have one face, `Judge`. A model is asked about each claim by itself, so that no claim gives away another.
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from string import Template
from typing import Final

import anyio
from pydantic import BaseModel, Field, field_validator

from eval.annotations.checker import Verdict
from eval.annotations.floor import floor, share_of_words
from eval.annotations.pairs import Label
from eval.annotations.recordings import FOLDER, Recording, file_of, read_recordings
from eval.annotations.wording import plain
from eval.asking import Opening, ask_all
from eval.keeping import Keeper
from eval.models import KEY, NOBODY, Asking, key
from research_agent.claude import Answer, Budget, Question, open_claude
from research_agent.errors import ConnectorError, ResearchAgentError

NO_VERDICT: Final = "no verdict"
"""Begins the reason where the model gave none: the claim then counts as unsupported."""
_QUOTES: Final = "\"'“” "
"""Which a model may put about what it copies."""
_PROMPTS: Final = Path(__file__).with_name("prompts")


class Floor:
    """The lexical floor as a judge."""

    def judge(self, asked: Sequence[tuple[str, str]]) -> list[Verdict]:
        """A verdict on each claim and record, in their order."""
        return [
            Verdict(floor(claim, record), f"{share_of_words(claim, record):.0%} of its words are in the record")
            for claim, record in asked
        ]


class Judgement(BaseModel):
    """The form of a model's answer: evidence, then reason, then verdict."""

    quote: str = Field(description="Words of the record, copied; empty: none bear on the claim.")
    reason: str = Field(description="One sentence.")
    verdict: Label

    @field_validator("verdict", mode="before")
    @classmethod
    def _any_case(cls, value: object) -> object:
        """Schemas don't hold the service to upper or lower case."""
        return value.strip().lower() if isinstance(value, str) else value


class ModelJudge:
    """A model. What it once answered is not asked again, and each answer is kept as it comes."""

    def __init__(self, model: str, opening: Opening | None, folder: Path = FOLDER) -> None:
        """Make a judge.

        Args:
            model: id of a model of Claude.
            opening: opens it; None: only recorded answers are there.
            folder: of the recordings.

        Raises:
            DataError: the recordings can't be read.
        """
        self.model = model
        self._opening, self._file = opening, file_of(model, folder)
        self._recorded = read_recordings(self._file)
        self._used: dict[str, Recording] = {}
        self._quoted: dict[str, bool] = {}

    @property
    def cost_usd(self) -> float:
        """What the answers cost that were needed so far, whenever they were asked for."""
        return sum(recording.cost_usd for recording in self._used.values())

    @property
    def verdicts(self) -> list[float]:
        """1 for each claim judged so far on which it gave a verdict, 0 for each other."""
        return [float(not recording.reason.startswith(NO_VERDICT)) for recording in self._used.values()]

    @property
    def quoted(self) -> list[float]:
        """1 for each answer needed so far whose quote stands in its record, 0 for each other; not those without one."""
        return [float(stands) for stands in self._quoted.values()]

    def judge(self, asked: Sequence[tuple[str, str]]) -> list[Verdict]:
        """A verdict on each claim and record, in their order.

        Raises:
            ResearchAgentError: not all could be had; those that could are kept.
        """
        questions = [_question(self.model, claim, record) for claim, record in asked]
        missing = {question.id: question for question in questions if question.id not in self._recorded}
        if missing:
            self._ask(missing)
        for question, (_, record) in zip(questions, asked, strict=True):
            recording = self._recorded[question.id]
            self._used[question.id] = recording
            if recording.quote:
                self._quoted[question.id] = plain(recording.quote.strip(_QUOTES)) in plain(record)
        return [Verdict(self._used[one.id].verdict, self._used[one.id].reason) for one in questions]

    def _ask(self, questions: Mapping[str, Question[Judgement]]) -> None:
        if self._opening is None:
            raise ModelMissingError(f"there is no {KEY}, and {len(questions)} answers are not recorded.")
        with closing(Keeper(self._file)) as keeper:

            def keep(question: str, answer: Answer[Judgement] | ConnectorError) -> None:
                recording = _recording(question, answer)
                keeper.keep(recording)
                self._recorded[question] = recording

            if left := anyio.run(ask_all, self._opening, questions, keep):
                raise ModelMissingError(left)


class ModelMissingError(ResearchAgentError):
    """A model did not answer all that it was to be asked."""


def model_judge(folder: Path = FOLDER) -> ModelJudge | str:
    """The model that judges, or why none does.

    Raises:
        UnknownNameError: there is no such model.
        DataError: the recordings can't be read.
    """
    asking = Asking.from_environment()
    if asking.model == NOBODY:
        return "none was asked for"
    if not key():
        recorded = file_of(asking.model, folder).exists()
        return ModelJudge(asking.model, None, folder) if recorded else f"there is no {KEY}"
    budget = Budget(asking.most_usd)  # one for all that is asked
    return ModelJudge(asking.model, lambda: open_claude(key(), budget), folder)


def _recording(question: str, answer: Answer[Judgement] | ConnectorError) -> Recording:
    """What is kept; where the model gave no verdict, that the claim counts as unsupported, so that it is asked once."""
    if isinstance(answer, ConnectorError):
        given, cost = Judgement(quote="", reason=f"{NO_VERDICT}: {answer}", verdict="unsupported"), 0.0
    else:
        given, cost = answer.value, answer.cost_usd
    return Recording(question=question, **given.model_dump(), cost_usd=cost, asked=datetime.now(UTC).date())


def _question(model: str, claim: str, record: str) -> Question[Judgement]:
    system, text = _prompts()
    return Question(model=model, system=system, text=text.substitute(claim=claim, record=record), form=Judgement)


@cache
def _prompts() -> tuple[str, Template]:
    system, claim = ((_PROMPTS / name).read_text(encoding="utf-8") for name in ("system.txt", "claim.txt"))
    return system.strip(), Template(claim)
