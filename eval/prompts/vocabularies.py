"""Are the tokens that prompts state those that the model's vocabulary counts, and how far off are estimates?"""

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec
from math import ceil
from typing import Final

from eval.prompts.cases import BLIND, Asked
from eval.suite import Failure, Score
from research_agent.prompts.tokens import count_tokens, counts_exactly

NEAR: Final = 0.05
"""What a stated number may be off, of the vocabulary's own count."""
MOST_OFF_BY_ESTIMATE: Final = 0.18  # measured 0.168; the profiles tell of 16 to 17%
_INSTALLED_BY: Final = "the extra `tokens` is not installed"

Counter = Callable[[Asked], int]


def token_scores(prompts: Iterable[Asked]) -> tuple[list[Score], list[Failure]]:
    """The scores, and every prompt whose stated number is off."""
    all_prompts = list(prompts)
    countable = [one for one in all_prompts if counts_exactly(one.profile.tokens)]
    others = sorted({one.profile.id for one in all_prompts if not counts_exactly(one.profile.tokens)} - {BLIND})
    failures = [failure for one in countable for failure in _off(one, one.prompt.tokens)]
    scores = [
        Score(
            name="tokens stated within 5% of the vocabulary's own count",
            value=1 - len(failures) / len(countable) if countable else 0.0,
            cases=len(countable),
            at_least=1.0 if countable else None,
            note=f"of {', '.join(sorted({one.profile.id for one in countable}))}" if countable else _INSTALLED_BY,
        ),
        Score(
            name="tokens of the other profiles",
            value=0.0,
            cases=0,
            note=f"not measurable, no vocabulary of theirs is installed: {', '.join(others)}",
        ),
    ]
    return [*scores, *(_estimates(countable) if countable else ())], failures


def vocabulary_count(asked: Asked) -> int:
    """Tokens of a prompt's words by its vocabulary; OpenAI's is asked itself, and not through the program."""
    text = "\n\n".join(message.content for message in asked.prompt.messages)
    if asked.profile.tokens.by == "o200k" and find_spec("bpe_openai"):
        return len(import_module("bpe_openai").get_encoding("o200k_base").encode_ordinary(text))
    return count_tokens(text, asked.profile.tokens)


def _estimates(countable: list[Asked]) -> Iterator[Score]:
    """What the prompts would state without the vocabulary: the estimate that all other profiles have to trust."""
    off = [estimate_of(one) / vocabulary_count(one) - 1 for one in countable]
    yield Score(
        name="tokens estimated without the vocabulary: largest error",
        value=max(map(abs, off)),
        cases=len(off),
        at_most=MOST_OFF_BY_ESTIMATE,
        note=f"from {min(off):+.1%} to {max(off):+.1%} of the vocabulary's count",
    )
    yield Score(
        name="tokens estimated without the vocabulary: share within 5%",
        value=sum(abs(one) <= NEAR for one in off) / len(off),
        cases=len(off),
        note="asked of an estimate, and not reached: one figure a model can't serve prompts of plain words and prompts "
        "full of references alike. Without a vocabulary a prompt says how far off its number may be",
    )


def estimate_of(asked: Asked) -> int:
    """Tokens of a prompt by the characters that its profile gives a token."""
    text = "\n\n".join(message.content for message in asked.prompt.messages)
    return ceil(len(text) / asked.profile.tokens.characters_per_token)


def _off(asked: Asked, stated: int) -> Iterator[Failure]:
    counted = vocabulary_count(asked)
    if abs(stated / counted - 1) > NEAR:
        yield Failure(case=asked.case, expected=f"{counted:,} tokens, within 5%", came=f"{stated:,}")
