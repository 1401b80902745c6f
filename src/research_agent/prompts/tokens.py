"""Count tokens without a network: by the vendor's vocabulary where it is installed, else by the shapes of words."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from math import ceil
from pathlib import Path
from typing import Final, NamedTuple

from research_agent.model.prompt import TokenCount

EXTRA = "pip install research-agent-mcp[tokens]"
"""Installs the vocabularies, which are too large to be dependencies."""

_TEKKEN = "data/tekken_240718.json"
"""Of Mistral Nemo, Ministral 8B and Small 2409; the other Tekken file of mistral-common 1.13.1, of Pixtral 12B, has the
same vocabulary and the same pattern."""
_LONGEST_PIECE = 50_000
"""Characters of four bytes at most, of which no token takes less than one: 200,000 tokens, which is what `bpe_openai`
counts at once."""
_NEW_TOKEN = re.compile(r"\n(?=[^\W_])")
"""After it every vocabulary here begins a token, so that the counts of the pieces add up to the count of the whole."""

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
"""A word, or one of those that a name in code is put together from."""
_DIGITS: Final = re.compile(r"[0-9]+")
_SIGNS: Final = re.compile(r"[!-/:-@[-`{-~]+|[^\w\s]")
"""A run of ASCII signs, or one of the others."""
_BREAKS: Final = re.compile(r"\n+")
_OTHER: Final = re.compile(r"[^\W_a-zA-Z0-9]")
"""A letter or digit of another script, of which few tokens hold two: counted as one, which is the safe side."""
_SHORT: Final = 6
_LONG: Final = 10
_NO_WORD: Final = 20
"""Letters; more are no word (a hash, a key), and taken for a token of every four."""


class _Weights(NamedTuple):
    """Tokens of each shape, on average."""

    short: float
    """A word of at most 6 letters."""
    middle: float
    long: float
    """A word of at least 10 letters: most of those in prompts are common ones."""
    digit: float
    signs: float
    breaks: float


_SHAPES: Final = {
    "o200k": _Weights(short=0.9, middle=1.24, long=1.02, digit=0.77, signs=1.12, breaks=1.16),
    "tekken": _Weights(short=0.94, middle=1.23, long=1.05, digit=1.44, signs=1.13, breaks=0.81),
}
"""By non-negative least squares of the relative error, over prompts of a second guide, prompts of two domains of the
shipped one and half of its corpus; then 2% more, so that an estimate is seldom below the count. docs/prompts.md has the
error on the rest."""

_Encode = Callable[[str], list[int]]


def count_tokens(text: str, how: TokenCount) -> int:
    """The tokens of a text, or the estimate; `counted_by` says which."""
    encode = _vocabulary(how.by)
    if encode is None:
        return estimate_tokens(text, how)
    return sum(len(encode(piece)) for piece in _pieces(text, _LONGEST_PIECE))


def estimate_tokens(text: str, how: TokenCount) -> int:
    """The estimate alone, as it stands in for a vocabulary that is not installed, or not known."""
    if how.characters_per_token is not None:
        return ceil(len(text) / how.characters_per_token)
    weights = _SHAPES[how.by]
    lengths = [len(word) for word in _WORD.findall(text)]
    short = sum(length <= _SHORT for length in lengths)
    long = sum(length >= _LONG for length in lengths)
    tokens = (
        weights.short * short
        + weights.middle * (len(lengths) - short - long)
        + weights.long * long
        + sum(length / 4 for length in lengths if length > _NO_WORD)
        + weights.digit * sum(map(len, _DIGITS.findall(text)))
        + weights.signs * len(_SIGNS.findall(text))
        + weights.breaks * len(_BREAKS.findall(text))
        + len(_OTHER.findall(text))
    )
    return ceil(tokens)


def counts_exactly(how: TokenCount) -> bool:
    """Whether a vocabulary counts for this profile: it has one, and that is installed."""
    return _vocabulary(how.by) is not None


def counted_by(how: TokenCount) -> str:
    """How `count_tokens` counts for this profile, with what is known of its error."""
    if counts_exactly(how):
        return f"counted with {how.by}; {how.error}"
    if how.characters_per_token is not None:
        return f"estimated at {how.characters_per_token:g} characters a token; {how.error}"
    return f"estimated by the shapes of words, as {how.by} is not installed ({EXTRA}); {how.estimate_error}"


@cache
def _vocabulary(by: str) -> _Encode | None:
    """What turns text into tokens; None: nothing does, or it is not installed. Loaded once."""
    try:
        return _VOCABULARIES[by]() if by in _VOCABULARIES else None
    except ImportError:
        return None


def _o200k() -> _Encode:
    from importlib import import_module

    encoding: _Encode = import_module("bpe_openai").get_encoding("o200k_base").encode_ordinary
    return encoding


def _tekken() -> _Encode:
    """The vocabulary in mistral-common, put together as its `Tekkenizer` does it.

    That class would import most of the package and turn every token into text first, which takes longer than the rest.
    """
    import json
    from base64 import b64decode
    from importlib import import_module
    from importlib.util import find_spec

    found = find_spec("mistral_common")
    path = Path(found.origin).parent / _TEKKEN if found and found.origin else None
    if path is None or not path.is_file():
        raise ImportError(f"there is no {_TEKKEN} of mistral-common")
    told = json.loads(path.read_text(encoding="utf-8"))
    config = told["config"]
    words = told["vocab"][: config["default_vocab_size"] - config["default_num_special_tokens"]]
    encode: _Encode = (
        import_module("tiktoken")
        .Encoding(
            path.stem,
            pat_str=config["pattern"],
            mergeable_ranks={b64decode(word["token_bytes"]): word["rank"] for word in words},
            special_tokens={},
        )
        .encode_ordinary
    )
    return encode


_VOCABULARIES: dict[str, Callable[[], _Encode]] = {"o200k": _o200k, "tekken": _tekken}


def _pieces(text: str, longest: int) -> Iterator[str]:
    """The text in pieces of at most so many characters, cut where a token begins if there is such a place."""
    while len(text) > longest:
        ends = [match.end() for match in _NEW_TOKEN.finditer(text, 0, longest)]
        cut = ends[-1] if ends else longest
        yield text[:cut]
        text = text[cut:]
    yield text
