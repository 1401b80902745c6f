"""What a model says of the labelled pairs and of the annotations, beside the checker; told without thresholds.

A model is asked where there is a key, and read where its answers are recorded: CI has neither, so nothing can be held.
"""

import random
from collections.abc import Sequence
from typing import Final, NamedTuple

from eval.annotations.checker import Judge
from eval.annotations.citing import Sentence, cited, precision, recall
from eval.annotations.judging import ModelJudge
from eval.annotations.pairs import Pair
from eval.annotations.scoring import (
    LABELS,
    Outcome,
    estimate,
    estimate_of_kind,
    f1,
    gain,
    macro_f1,
    outcomes_of,
    score,
    share,
)
from eval.annotations.scoring import precision as precision_of
from eval.suite import SEED, Failure, Score
from research_agent.errors import ResearchAgentError

CONTROLS: Final = 25
"""Sentences that are held against another source's passage: each costs some vectors, so a sample has to do."""


class ByModel(NamedTuple):
    """What is told of a model that judged."""

    scores: tuple[Score, ...] = ()
    failures: tuple[Failure, ...] = ()
    leaks: tuple[str, ...] = ()
    """Also why a model did not judge all of it."""
    cost_usd: float = 0.0


def by_model(
    judge: ModelJudge | str, pairs: Sequence[Pair], checked: Sequence[Outcome], sentences: Sequence[Sentence]
) -> ByModel:
    """Measure a model on the pairs, then the annotations with it.

    Args:
        judge: the model, or why there is none.
        pairs: labelled ones.
        checked: what the checker made of them.
        sentences: of the annotations, those that cite a passage.
    """
    if isinstance(judge, str):
        return ByModel(scores=(Score(name="judge that is a model", value=0.0, cases=0, note=f"skipped: {judge}"),))
    told = ByModel(leaks=(f"{judge.model} may know the works by heart; it was told to go by the record alone.",))
    try:
        told = _with(told, *_of_pairs(judge, pairs, checked))
        told = _with(told, *_of_sentences(judge, sentences))
    except ResearchAgentError as error:
        part = "nothing" if not told.scores else "the pairs alone"
        told = told._replace(leaks=(*told.leaks, f"{judge.model} judged {part}: {error}"))
    return told._replace(scores=(*told.scores, *_of_answers(judge)), cost_usd=judge.cost_usd)


def control(sentences: Sequence[Sentence], judge: Judge) -> list[float]:
    """A sample of sentences, each held against a passage of another source: 1 where the judge finds it supported."""
    chance = random.Random(SEED)
    asked = []
    for one in chance.sample(sentences, min(CONTROLS, len(sentences))):
        others = [other for other in sentences if other.entry.source.id != one.entry.source.id]
        asked.append((one.text, chance.choice(others).passages[0]))
    return [float(verdict.label == "supported") for verdict in judge.judge(asked)]


def _of_pairs(
    judge: ModelJudge, pairs: Sequence[Pair], checked: Sequence[Outcome]
) -> tuple[list[Score], list[Failure]]:
    verdicts = judge.judge([(pair.claim, pair.evidence) for pair in pairs])
    outcomes, name = outcomes_of(pairs, verdicts), judge.model
    scores = [score(f"F1, {name}, mean of the labels", estimate(outcomes, macro_f1), len(outcomes))]
    for label in LABELS:
        cases = sum(outcome.label == label for outcome in outcomes)
        beside = estimate(checked, f1(label)).value
        scores.append(score(f"F1, {name}, {label}", estimate(outcomes, f1(label)), cases, floor=beside))
    given = sum(outcome.came == "supported" for outcome in outcomes)
    scores += [
        score(f'precision of "supported", {name}', estimate(outcomes, precision_of("supported")), given),
        score(f"F1, {name} beyond the checker, mean of the labels", gain(outcomes, checked, macro_f1), len(outcomes)),
    ]
    for kind in sorted({outcome.kind for outcome in outcomes}):
        cases = sum(outcome.kind == kind for outcome in outcomes)
        scores.append(score(f"F1, {name}, {kind}", estimate_of_kind(outcomes, kind), cases))
    failures = [
        Failure(case=f"{name}: {pair.id}, {pair.source}", expected=pair.label, came=verdict.label, why=verdict.reason)
        for pair, verdict in zip(pairs, verdicts, strict=True)
        if pair.label != verdict.label
    ]
    return scores, failures


def _of_sentences(judge: ModelJudge, sentences: Sequence[Sentence]) -> tuple[list[Score], list[Failure]]:
    if not sentences:
        return [], []
    found, name = cited(sentences, judge), judge.model
    scores = [
        share(f"recall of citations, {name}", recall(found), note="sentences that cite a passage"),
        share(f"precision of citations, {name}", precision(found), note="passages that are cited"),
        share(
            f"sentences supported by a passage of another source, {name}",
            control(sentences, judge),
            note="control: must be near 0",
        ),
    ]
    failures = [
        Failure(
            case=f"{name}: {one.sentence.case}",
            expected="supported",
            came=f"not: {one.sentence.text}",
            why=one.reason,
        )
        for one in found
        if not one.supported
    ]
    return scores, failures


def _of_answers(judge: ModelJudge) -> list[Score]:
    """Whether its answers can be taken at their word."""
    return [
        share(f"claims on which {judge.model} gave a verdict", judge.verdicts, note="others count as unsupported"),
        share(f"quotes of {judge.model} that stand in the record", judge.quoted, note="of answers that quote"),
    ]


def _with(told: ByModel, scores: Sequence[Score], failures: Sequence[Failure]) -> ByModel:
    return told._replace(scores=(*told.scores, *scores), failures=(*told.failures, *failures))
