"""Say what a source does not give: low judgements, judgements on little evidence, works that nobody read. Pure."""

import re
from collections.abc import Iterable, Iterator

from research_agent.bibliography.statements import as_sentence
from research_agent.model.bibliography import Claim
from research_agent.model.radar import HIGHEST_LEVEL, Evaluation, Judgement
from research_agent.model.source import Source

LOW_LEVEL = 2
"""Levels up to this one are a limit of the source; the next is "fair"."""
LOW_CONFIDENCE = 0.5
"""Below this share of a criterion's signals more is unknown than known."""
AGAINST = "Against it: "
"""What the reasons of the rules put before that which speaks against a source (`radar.wording`)."""


def limits_of(source: Source, evaluation: Evaluation) -> tuple[Claim, ...]:
    """The limits that the judgements and the record of a source tell, each with what it rests on."""
    claims = [_judged(judgement) for judgement in evaluation.judgements if judgement.level <= LOW_LEVEL]
    if source.existence.how == "cited":
        claims.append(Claim(text=_cited(source), basis="record"))
    unknown = [judgement for judgement in evaluation.judgements if judgement.confidence < LOW_CONFIDENCE]
    claims += [Claim(text=text, basis="judgement") for text in _not_observed(unknown)]
    return tuple(claims)


def _judged(judgement: Judgement) -> Claim:
    text = f"{judgement.criterion.capitalize()} {judgement.level}/{HIGHEST_LEVEL}: {_telling(judgement.reason)}"
    return Claim(text=text, basis="judgement")


def _telling(reason: str) -> str:
    """What a reason says against the source; where it puts nothing there, what it opens with."""
    _, _, against = reason.partition(AGAINST)
    told = as_sentence(against or re.split(r"; |(?<=[.!?]) ", reason)[0])
    return told[:1].lower() + told[1:] if told[1:2].islower() or told.startswith("A ") else told


def _cited(source: Source) -> str:
    where = f"cited by {source.existence.where}" if source.existence.where else "known from a citation"
    return f"Not read; {where}."


def _not_observed(judgements: Iterable[Judgement]) -> Iterator[str]:
    """For each criterion the strongest signal that nobody looked for; the judgement names all of them."""
    for judgement in judgements:
        if judgement.not_observed:
            yield f"Not observed for {judgement.criterion.capitalize()}: {judgement.not_observed[0].replace('_', ' ')}."
