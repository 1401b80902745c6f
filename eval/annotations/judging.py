"""The judges beside the checker: the lexical floor, and a model where there is one. All have one face, `Judge`."""

import os
from collections.abc import Sequence
from typing import Final

from eval.annotations.checker import Judge, Verdict
from eval.annotations.floor import floor, share_of_words

KEY: Final = "ANTHROPIC_API_KEY"


class Floor:
    """The lexical floor as a judge."""

    def judge(self, asked: Sequence[tuple[str, str]]) -> list[Verdict]:
        """A verdict on each claim and record, in their order."""
        return [
            Verdict(floor(claim, record), f"{share_of_words(claim, record):.0%} of its words are in the record")
            for claim, record in asked
        ]


def model_judge() -> Judge | str:
    """A model that judges, or why there is none. Whoever adds one gives it the face of `Judge`; the suite scores it."""
    if not os.environ.get(KEY):
        return f"No model judged: there is no {KEY}."
    return f"No model judged: {KEY} is set, but no judge by a model is built in."
