"""The judge that is measured: anything that evaluates a source by a rubric. RADAR's rules are one."""

from collections.abc import Callable, Sequence

from eval.radar.cases import AS_OF, DOMAIN, GUIDE, Case, label_signals, rubric_without, withheld
from research_agent.model.radar import Evaluation
from research_agent.model.source import Source
from research_agent.radar import DomainEvidence, ScoringRubric, evaluate, load_rubric
from research_agent.radar.evidence import NOTHING_GATHERED

Judge = Callable[[Source, ScoringRubric, DomainEvidence], Evaluation]


def by_rules(source: Source, rubric: ScoringRubric, evidence: DomainEvidence) -> Evaluation:
    """RADAR without a model, as research judges."""
    return evaluate(source, DOMAIN, GUIDE, rubric, evidence, as_of=AS_OF)


def evaluations(cases: Sequence[Case], judge: Judge, reading: str) -> dict[str, Evaluation]:
    """What the judge says of every case, with all that its record holds, by the case's id."""
    rubric = load_rubric(reading)
    return {case.id: judge(case.source, rubric, NOTHING_GATHERED) for case in cases}


def totals_withheld(cases: Sequence[Case], judge: Judge, reading: str) -> dict[str, float]:
    """The total of every case without the signals that gave the labels of its kind."""
    hidden = label_signals(cases)
    return {
        case.id: judge(
            withheld(case.source, hidden[case.facts.kind]),
            rubric_without(reading, hidden[case.facts.kind]),
            NOTHING_GATHERED,
        ).total
        for case in cases
    }
