"""Ask a model of Claude the questions about its judgements, and record each answer as it comes."""

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Final, Literal

import anyio
from pydantic import BaseModel, Field

from eval.asking import Opening, ask_all
from eval.keeping import Keeper, cut_torn_line
from eval.radar.judges import FOLDER, Comparison, Recorded, Verdict, read_recordings
from eval.radar.questions import Question
from research_agent import claude
from research_agent.errors import ConnectorError

SYSTEM: Final = "You judge how credible works are, by their records alone."


class VerdictGiven(BaseModel):
    """The form of an answer about one work."""

    credible: bool
    confidence: float = Field(ge=0, le=1)


class ComparisonGiven(BaseModel):
    """The form of an answer about two works."""

    chosen: Literal["first", "second", "tie"]


Given = VerdictGiven | ComparisonGiven


def record(questions: Iterable[Question], model: str, opening: Opening, folder: Path = FOLDER) -> tuple[int, list[str]]:
    """Ask what this model was not asked before; how many answers were recorded, and what went wrong.

    Raises:
        DataError: the recordings can't be read, or the model's package is not installed.
    """
    file = folder / f"{model}.jsonl"
    cut_torn_line(file)
    known = {_place(one) for one in read_recordings(folder) if one.judge == model}
    asked = {_place_of(question): question for question in questions}
    missing = {place: _to_claude(question, model) for place, question in asked.items() if place not in known}
    recorded, faults = 0, list[str]()
    with closing(Keeper(file)) as keeper:

        def keep(place: tuple[object, ...], answer: claude.Answer[Given] | ConnectorError) -> None:
            nonlocal recorded
            if isinstance(answer, ConnectorError):
                faults.append(f"{', '.join(asked[place].cases)}: {answer}")
                return
            keeper.keep(_recording(asked[place], answer, model))
            recorded += 1

        if left := anyio.run(ask_all, opening, missing, keep):
            faults.append(left)
    return recorded, faults


def _to_claude(question: Question, model: str) -> claude.Question[Given]:
    form: type[Given] = VerdictGiven if question.form == "verdict" else ComparisonGiven
    return claude.Question(model=model, system=SYSTEM, text=question.prompt, form=form)


def _recording(question: Question, answer: claude.Answer[Given], model: str) -> Recorded:
    if isinstance(answer.value, VerdictGiven):
        return Verdict(
            form="verdict",
            judge=model,
            run=question.run,
            case=question.cases[0],
            credible=answer.value.credible,
            confidence=answer.value.confidence,
            cost_usd=answer.cost_usd,
        )
    return Comparison(
        form="comparison",
        judge=model,
        run=question.run,
        first=question.cases[0],
        second=question.cases[1],
        first_words=question.words[0],
        second_words=question.words[1],
        chosen=answer.value.chosen,
        cost_usd=answer.cost_usd,
    )


def _place_of(question: Question) -> tuple[object, ...]:
    return (question.run, *question.cases)


def _place(recorded: Recorded) -> tuple[object, ...]:
    if isinstance(recorded, Verdict):
        return (recorded.run, recorded.case)
    return (recorded.run, recorded.first, recorded.second)
