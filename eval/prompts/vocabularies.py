"""Are the tokens that prompts state those that the model's vocabulary counts, and how far off are estimates?"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from importlib import import_module
from typing import Final

from eval.prompts.cases import BLIND, Asked
from eval.suite import Failure, Score
from research_agent.prompts.tokens import count_tokens, counts_exactly, estimate_tokens

NEAR: Final = 0.05
"""What a stated number may be off, of the vocabulary's own count."""
_NOT_INSTALLED: Final = "not measured: the extra `tokens` is not installed"
_UNSAFE: Final = "the unsafe side: what fits by the estimate may not fit by the count"

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
    """What a prompt states where the vocabulary is not installed."""
    return estimate_tokens(_words(asked), asked.profile.tokens)


def _estimates(off: Sequence[float]) -> Iterator[Score]:
    """What the prompts would state without the vocabulary."""
    for side, error in (("above", max(off)), ("below", -min(off))):
        yield Score(
            name=f"tokens estimated without the vocabulary: furthest {side} its count",
            value=max(error, 0.0),
            cases=len(off),
            at_most=NEAR,
            note="the safe side: what fits by the estimate fits by the count" if side == "above" else _UNSAFE,
        )
    yield Score(
        name="tokens estimated without the vocabulary: share within 5%",
        value=sum(abs(one) <= NEAR for one in off) / len(off),
        cases=len(off),
        at_least=1.0,
    )


@cache
def _openai() -> Encode:
    encoding: Encode = import_module("bpe_openai").get_encoding("o200k_base").encode_ordinary
    return encoding


def _words(asked: Asked) -> str:
    return "\n\n".join(message.content for message in asked.prompt.messages)


def _off(asked: Asked, counted: int) -> Failure:
    return Failure(case=asked.case, expected=f"{counted:,} tokens, within 5%", came=f"{asked.prompt.tokens:,}")
