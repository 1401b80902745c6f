"""Count tokens without a network: by the vendor's vocabulary where it is installed, else by characters."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from math import ceil
from pathlib import Path

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

_Encode = Callable[[str], list[int]]


def count_tokens(text: str, how: TokenCount) -> int:
    """The tokens of a text, or the estimate; `counted_by` says which."""
    encode = _vocabulary(how.by)
    if encode is None:
        return ceil(len(text) / how.characters_per_token)
    return sum(len(encode(piece)) for piece in _pieces(text, _LONGEST_PIECE))


def counts_exactly(how: TokenCount) -> bool:
    """Whether a vocabulary counts for this profile: it has one, and that is installed."""
    return _vocabulary(how.by) is not None


def counted_by(how: TokenCount) -> str:
    """How `count_tokens` counts for this profile, with what is known of its error."""
    if counts_exactly(how):
        return f"counted with {how.by}; {how.error}"
    estimated = f"estimated at {how.characters_per_token:g} characters a token"
    if how.by == "estimate":
        return f"{estimated}; {how.error}"
    return f"{estimated}, as {how.by} is not installed ({EXTRA}); {how.estimate_error}"


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
