"""What to ask a model so that `judges` can tell its biases: verdicts and comparisons as text. Asks nobody itself."""

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from string import Template
from typing import Final, Literal

from pydantic import Field

from eval.radar.cases import Case, label_signals
from eval.radar.judges import Comparison, Recorded, Verdict
from research_agent.errors import DataError
from research_agent.model.base import Record

RUNS: Final = 3
"""Each verdict is asked that often, for self-consistency."""
_PARTNERS: Final = 2
"""Works of one kind with which each is compared, in both orders."""

PROMPTS: Final = Path(__file__).with_name("prompts")


class Question(Record):
    """A question to a model. What it replies becomes a recording by `answered`."""

    form: Literal["verdict", "comparison"]
    run: int = Field(ge=1, description="Which repetition of the same question.")
    cases: tuple[str, ...] = Field(description="Ids of the cases, in the order in which they are read.")
    words: tuple[int, ...] = Field(description="Length of each record, in words.")
    prompt: str = Field(description="What to send.")


def questions(cases: Sequence[Case]) -> Iterator[Question]:
    """Every work three times; pairs of one kind in both orders, one record of each short and the other at length.

    Nobody is told the signals that gave the labels. A model may know them all the same: the works are well-known ones.
    """
    hidden = label_signals(cases)
    verdict, comparison = (
        Template((PROMPTS / name).read_text(encoding="utf-8")) for name in ("verdict.txt", "comparison.txt")
    )
    for case in cases:
        text = _short(case, hidden[case.facts.kind])
        for run in range(1, RUNS + 1):
            yield Question(
                form="verdict",
                run=run,
                cases=(case.id,),
                words=(_words(text),),
                prompt=verdict.substitute(record=text),
            )
    for number, (one, other) in enumerate(_pairs(cases)):
        texts = {
            case.id: write(case, hidden[case.facts.kind])
            for case, write in zip((one, other), (_short, _at_length)[:: 1 if number % 2 else -1], strict=True)
        }
        for first, second in ((one.id, other.id), (other.id, one.id)):
            yield Question(
                form="comparison",
                run=1,
                cases=(first, second),
                words=(_words(texts[first]), _words(texts[second])),
                prompt=comparison.substitute(first=texts[first], second=texts[second]),
            )


def answered(question: Question, reply: str, judge: str) -> Recorded:
    """The recording of a reply.

    Args:
        question: as it was asked.
        reply: JSON as it was asked for; a fence around it is left aside.
        judge: model and prompt, as the scores name them.

    Raises:
        DataError: the reply is no answer to the question.
    """
    text = reply.strip().removeprefix("```json").removeprefix("```").removesuffix("```")
    try:
        given = json.loads(text)
        if question.form == "verdict":
            (case,) = question.cases
            return Verdict(form="verdict", judge=judge, run=question.run, case=case, **given)
        (first, second), (first_words, second_words) = question.cases, question.words
        return Comparison(
            form="comparison",
            judge=judge,
            run=question.run,
            first=first,
            second=second,
            first_words=first_words,
            second_words=second_words,
            **given,
        )
    except (ValueError, TypeError, RecursionError) as error:  # of JSON, of fields that it has or lacks, of depth
        raise DataError(
            f"{judge} did not answer the question about {', '.join(question.cases)}: {reply[:200]!r} ({error}). "
            "Ask again, or leave the question out."
        ) from error


def _pairs(cases: Sequence[Case]) -> Iterator[tuple[Case, Case]]:
    """Each work with the next ones of its kind, of both labels as they come by their ids."""
    by_kind = sorted(cases, key=lambda case: (case.facts.kind, case.id))
    for _, group in groupby(by_kind, key=lambda case: case.facts.kind):
        held = list(group)
        for distance in range(1, _PARTNERS + 1):
            yield from zip(held, held[distance:], strict=False)


def _short(case: Case, hidden: frozenset[str]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in _facts(case, hidden).items())


def _at_length(case: Case, hidden: frozenset[str]) -> str:
    """The same facts and no others, in many words."""
    told = [
        f"What the record has to say under the heading of {name} is, in full and as it stands there, the following: "
        f"{value}."
        for name, value in _facts(case, hidden).items()
    ]
    return " ".join([*told, "Beyond what has been told up to this point there is nothing more that the record holds."])


def _facts(case: Case, hidden: frozenset[str]) -> dict[str, str]:
    facts = case.facts
    signals = {name: str(value) for name, value in facts.signals.items() if name not in hidden}
    told = {
        "title": facts.title,
        "kind": facts.kind.replace("_", " "),
        "authors": ", ".join(facts.authors),
        "publisher": facts.publisher,
        "year": str(facts.year or ""),
        "version": facts.version or "",
        "address": facts.url,
        **signals,
    }
    return {name: value for name, value in told.items() if value}


def _words(text: str) -> int:
    return len(text.split())
