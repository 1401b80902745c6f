"""The floor that a checker has to beat: how many of a claim's content words the record holds, and nothing else."""

from typing import Final

from eval.annotations.pairs import Label
from research_agent.radar.sameness import words_of

SUPPORTED_FROM: Final = 0.8
"""Share of words. Chosen on the tune half (`python -m eval.annotations.tune`)."""


def share_of_words(claim: str, record: str) -> float:
    """Share of a claim's content words, compared by their stems, that the record holds: 0 to 1."""
    words = words_of(claim)
    return len(words & words_of(record)) / len(words) if words else 1.0


def floor(claim: str, record: str) -> Label:
    """Supported from `SUPPORTED_FROM` on, else unsupported: shared words tell nothing of a contradiction."""
    return "supported" if share_of_words(claim, record) >= SUPPORTED_FROM else "unsupported"
