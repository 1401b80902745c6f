"""Does a total depend on how a record words its summary? Paraphrases of the same summary, judged with real vectors."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from pydantic import Field

from eval.radar.cases import DOMAIN, GUIDE, READINGS, Case, placed
from eval.radar.judging import Judge
from research_agent.library.minilm import MiniLM
from research_agent.library.passages import embedding_text, passages_of
from research_agent.model.base import Record
from research_agent.model.source import Source
from research_agent.radar import DomainEvidence, gather_evidence, load_rubric

FILE: Final = Path(__file__).with_name("rewordings.jsonl")


class Rewording(Record):
    """A summary of a case and other wordings of it that say the same."""

    case: str = Field(description="Id of the case.")
    summary: str = Field(min_length=1)
    others: tuple[str, ...] = Field(min_length=1)


class Change(NamedTuple):
    """By how much another wording moved a total, over both readings."""

    case: str
    declared: float  # where the record says which bullet it covers
    searched: float  # where search alone has to find that out
    relevance: float  # of the continuous relevance, 0 to 1, which is no part of the total


def read_rewordings(path: Path = FILE) -> list[Rewording]:
    """All of them, in the file's order, which is that of their cases."""
    return [Rewording.model_validate_json(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def changes(cases: Sequence[Case], rewordings: Sequence[Rewording], judge: Judge) -> list[Change]:
    """The largest change of a total for every reworded case."""
    by_id = {case.id: case.source for case in cases}
    worded = [_in_words(by_id[one.case], (one.summary, *one.others)) for one in rewordings]
    embedder = MiniLM()
    bullets = embedder.embed([focus.text for focus in DOMAIN.focus])
    passages = [[passage for source in sources for passage in passages_of(source)] for sources in worded]
    texts = [
        embedding_text(of[0].title, passage) for of, held in zip(worded, passages, strict=True) for passage in held
    ]
    vectors = iter(embedder.embed(texts))
    found = []
    for rewording, sources, held in zip(rewordings, worded, passages, strict=True):
        evidence = gather_evidence(
            GUIDE,
            DOMAIN,
            sources,
            passages=held,
            vectors=np.stack([next(vectors) for _ in held]),
            bullets=bullets,
            production={source.id: "" for source in sources},
        )
        searched = _largest([(source, evidence[source.id]) for source in sources], judge)
        declared = _largest([(_declared(source), evidence[source.id]) for source in sources], judge)
        found.append(Change(rewording.case, declared.total, searched.total, searched.relevance))
    return found


class _Largest(NamedTuple):
    total: float
    relevance: float


def _largest(worded: Sequence[tuple[Source, DomainEvidence]], judge: Judge) -> _Largest:
    """The largest distances from the first wording, over the readings."""
    total = relevance = 0.0
    for reading in READINGS:
        first, *rest = [judge(source, load_rubric(reading), evidence) for source, evidence in worded]
        total = max(total, *(round(abs(other.total - first.total), 4) for other in rest))
        relevance = max(relevance, *(round(abs(other.relevance - first.relevance), 4) for other in rest))
    return _Largest(total, relevance)


def _in_words(source: Source, texts: Sequence[str]) -> list[Source]:
    """The source once a wording; no bullet is declared."""
    return [
        source.model_copy(update={"id": f"{source.id}-{number}", "placements": (placed(text),)})
        for number, text in enumerate(texts)
    ]


def _declared(source: Source) -> Source:
    (placement,) = source.placements
    return source.model_copy(update={"placements": (placement.model_copy(update={"focus": (DOMAIN.focus[0].id,)}),)})
