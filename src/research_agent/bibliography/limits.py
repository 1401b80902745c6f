"""Say what a source does not give: low judgements with what speaks against it, works that nobody read. Pure."""

import re

from research_agent.bibliography.statements import as_sentence
from research_agent.model.bibliography import Claim
from research_agent.model.radar import HIGHEST_LEVEL, Evaluation, Judgement
from research_agent.model.source import Source

LOW_LEVEL = 2
"""Levels up to this one are a limit of the source; the next is "fair"."""
_MISSING = re.compile(
    r"\b(?:no|not|nobody|nothing|never|without|lacks?|missing|unknown|unnamed|only|ago)\b", re.IGNORECASE
)
"""Words by which a clause says what a source does not have."""
AGAINST = "Against it: "
"""What the reasons of the rules put before that which speaks against a source (`radar.wording`)."""


_IN_PART = {"abstract": "Only its abstract was read.", "excerpt": "Only parts of it were read."}


def limits_of(source: Source, evaluation: Evaluation) -> tuple[Claim, ...]:
    """The limits that the judgements and the record of a source tell, each with what it rests on."""
    claims = [
        _judged(judgement, told)
        for judgement in evaluation.judgements
        if judgement.level <= LOW_LEVEL and (told := _telling(judgement))
    ]
    if source.existence.how == "cited":
        claims.append(Claim(text=_cited(source), basis="record"))
    elif source.existence.how == "indexed":
        claims.append(Claim(text=_indexed(source), basis="record"))
    elif source.existence.extent in _IN_PART:
        claims.append(Claim(text=_IN_PART[source.existence.extent], basis="record"))
    return tuple(claims)


def _judged(judgement: Judgement, told: str) -> Claim:
    text = f"{judgement.criterion.capitalize()} {judgement.level}/{HIGHEST_LEVEL}: {told}"
    return Claim(text=text, basis="judgement")


def _telling(judgement: Judgement) -> str:
    """What a reason says against the source; empty: it says nothing, as one that only names kind and author.

    The rules open with what a work is, which tells most where it says what is missing ("published without review");
    else what they put against it is told. What a person or a model gave as the reason of a low level stands as it is.
    """
    opening = re.split(r"; |(?<=[.!?]) ", judgement.reason)[0]
    _, _, against = judgement.reason.partition(AGAINST)
    if judgement.judge != "rules":
        told = against or opening
    else:
        told = opening if _MISSING.search(opening) and not opening.startswith(AGAINST) else against
    told = as_sentence(told) if told else ""
    return told[:1].lower() + told[1:] if told[1:2].islower() or told.startswith("A ") else told


def _cited(source: Source) -> str:
    where = f"cited by {source.existence.where}" if source.existence.where else "known from a citation"
    return f"Not read; {where}."


def _indexed(source: Source) -> str:
    where = f"its record at {source.existence.where}" if source.existence.where else "an index"
    return f"Not read; known from {where}."
