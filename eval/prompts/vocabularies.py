"""Are the tokens that prompts state those that the model's vocabulary counts, and how far off are estimates?"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from importlib import import_module
from math import ceil
from typing import Final

from eval.prompts.cases import BLIND, Asked
from eval.suite import Failure, Score
from research_agent.prompts.tokens import count_tokens, counts_exactly

NEAR: Final = 0.05
"""What a stated number may be off, of the vocabulary's own count."""
MOST_ABOVE: Final = 0.18  # measured 0.173; the profiles tell of 16 to 17%
MOST_BELOW: Final = 0.10  # measured 0.086
_NOT_INSTALLED: Final = "not measured: the extra `tokens` is not installed"
_UNSAFE: Final = "the unsafe side: of prompts that check a bibliography, full of references and addresses"

Encode = Callable[[str], list[int]]


def token_scores(prompts: Iterable[Asked]) -> tuple[list[Score], list[Failure]]:
    """The scores, and every prompt whose stated number is off."""
    all_prompts = list(prompts)
    countable = [one for one in all_prompts if counts_exactly(one.profile.tokens)]
    counted = [(one, vocabulary_count(one)) for one in countable]
    failures = [_off(one, count) for one, count in counted if abs(one.prompt.tokens / count - 1) > NEAR]
    others = sorted({one.profile.id for one in all_prompts if not counts_exactly(one.profile.tokens)} - {BLIND})
    scores = [
        Score(
            name="tokens stated within 5% of the vocabulary's own count",
            value=1 - len(failures) / len(countable) if countable else 0.0,
            cases=len(countable),
            at_least=1.0 if countable else None,
            note=f"of {', '.join(sorted({one.profile.id for one in countable}))}" if countable else _NOT_INSTALLED,
        ),
        Score(
            name="tokens of the other profiles",
            value=0.0,
            cases=0,
            note=f"not measurable, no vocabulary of theirs is installed: {', '.join(others)}",
        ),
    ]
    estimated = [estimate_of(one) / count - 1 for one, count in counted]
    return [*scores, *(_estimates(estimated) if estimated else ())], failures


def vocabulary_count(asked: Asked) -> int:
    """Tokens of a prompt's words by its vocabulary; OpenAI's is asked itself, and not through the program."""
    if asked.profile.tokens.by == "o200k":
        return len(_openai()(_words(asked)))
    return count_tokens(_words(asked), asked.profile.tokens)


def estimate_of(asked: Asked) -> int:
    """Tokens of a prompt by the characters that its profile gives a token."""
    return ceil(len(_words(asked)) / asked.profile.tokens.characters_per_token)


def _estimates(off: Sequence[float]) -> Iterator[Score]:
    """What the prompts would state without the vocabulary: the estimate that all other profiles have to trust."""
    for side, error, most in (("above", max(off), MOST_ABOVE), ("below", -min(off), MOST_BELOW)):
        yield Score(
            name=f"tokens estimated without the vocabulary: furthest {side} its count",
            value=max(error, 0.0),
            cases=len(off),
            at_most=most,
            note="the safe side: what fits by the estimate fits by the count" if side == "above" else _UNSAFE,
        )
    yield Score(
        name="tokens estimated without the vocabulary: share within 5%",
        value=sum(abs(one) <= NEAR for one in off) / len(off),
        cases=len(off),
        note="asked of an estimate, and not reached: one figure a model can't serve prompts of plain words and prompts "
        "full of references alike. Without a vocabulary a prompt says how far off its number may be",
    )


@cache
def _openai() -> Encode:
    encoding: Encode = import_module("bpe_openai").get_encoding("o200k_base").encode_ordinary
    return encoding


def _words(asked: Asked) -> str:
    return "\n\n".join(message.content for message in asked.prompt.messages)


def _off(asked: Asked, counted: int) -> Failure:
    return Failure(case=asked.case, expected=f"{counted:,} tokens, within 5%", came=f"{asked.prompt.tokens:,}")
