"""Judge a source for a domain by the rules of a rubric: five judgements, a total, and what keeps it out. Pure."""

from collections.abc import Iterable, Sequence

from research_agent.model.guide import Domain, Guide
from research_agent.model.radar import Criterion, Decision, Evaluation, Judgement
from research_agent.model.source import Source
from research_agent.radar.evidence import DomainEvidence
from research_agent.radar.relevance import focus_of, relevance_of
from research_agent.radar.rubric import ScoringRubric
from research_agent.radar.rules import rule
from research_agent.radar.signals import Case, observe
from research_agent.radar.wording import excluded_by, phrases_of, reason_of
from research_agent.sources.observed import VERIFICATION

_EXCLUDING = ("retracted", "withdrawn")
"""Signals after which a work may not be recommended at all (COPE retraction guidelines, 2019: retracted work is not to
be relied upon)."""


def evaluate(
    source: Source,
    domain: Domain,
    guide: Guide,
    rubric: ScoringRubric,
    evidence: DomainEvidence,
    *,
    as_of: int,
    decisions: Sequence[Decision] = (),
) -> Evaluation:
    """What RADAR says of this source for this domain.

    Args:
        source: the work, with whatever signals it carries already.
        domain: the domain that it is judged for.
        guide: the guide that the domain belongs to.
        rubric: the reading of RADAR, with its rules and authorities.
        evidence: what the library holds of it (`gather_evidence`).
        as_of: calendar year as of which Date is judged.
        decisions: what people decided; the latest on a criterion counts, others are ignored.
    """
    placement = source.placement(guide.id, domain.id)
    case = Case(source, placement, domain, evidence, rubric.authorities, as_of)
    mine = [decision for decision in decisions if _is_about(decision, source, guide, domain)]
    phrases = phrases_of(case)
    judgements = tuple(_judge(criterion, rubric, case, phrases, mine) for criterion in rubric.criteria)
    weights = [criterion.weight for criterion in rubric.criteria]
    total = sum(weight * judgement.level for weight, judgement in zip(weights, judgements, strict=True))
    foundational = source.signal("foundational")
    return Evaluation(
        source=source.id,
        guide=guide.id,
        domain=domain.id,
        rubric=rubric.id,
        judgements=judgements,
        total=round(total, 4),
        relevance=relevance_of(case),
        focus=focus_of(case),
        production=evidence.production or "",
        foundational=str(foundational.value) if isinstance(foundational.value, str) else "",
        excluded=_excluded(source, mine),
    )


def _judge(
    criterion: Criterion, rubric: ScoringRubric, case: Case, phrases: dict[str, str], decisions: Iterable[Decision]
) -> Judgement:
    rules = rubric.rules[criterion.id]
    ruling = rule(rules, case.source.kind, [observe(one.name, case) for one in rules.asked_of(case.source.kind)])
    person = _persons_level(criterion, rubric, decisions)
    level = ruling.level if person is None else person.level or ruling.level
    return Judgement(
        criterion=criterion.id,
        level=level,
        word=criterion.level(str(level)).word,
        reason=reason_of(ruling, phrases)
        if person is None
        else person.reason or "Judged by a person, who gave no reason.",
        signals=ruling.observed,
        not_observed=ruling.not_observed,
        judge="rules" if person is None else "human",
        confidence=ruling.confidence if person is None else 1.0,
    )


def _persons_level(criterion: Criterion, rubric: ScoringRubric, decisions: Iterable[Decision]) -> Decision | None:
    """The latest level that a person gave this criterion in this reading."""
    given = [
        decision
        for decision in decisions
        if (decision.action, decision.criterion) == ("judge", criterion.id)
        and decision.rubric in ("", rubric.id)
        and decision.level is not None
    ]
    return given[-1] if given else None


def _excluded(source: Source, decisions: Iterable[Decision]) -> str:
    """Why it may not be chosen at all; empty: it may."""
    reasons = [excluded_by(signal) for name in _EXCLUDING if (signal := source.signal(name)).value]
    if source.existence.state == "contradicted":
        reasons.append(f"existence contradicted: {source.existence.why or source.existence.where or 'no such work'}")
    if unseen := _unseen(source):
        reasons.append(unseen)
    latest = [decision for decision in decisions if decision.action in ("pin", "ban")][-1:]
    reasons += [f"banned: {decision.reason or 'no reason given'}" for decision in latest if decision.action == "ban"]
    return "; ".join(reasons)


def _unseen(source: Source) -> str:
    """Why a work that nobody says to have seen can't be taken for real, after a look at its names; empty: it may be.

    Where somebody saw the work, a wrong name or a dead address is a fault of its record. What could not be looked at is
    no reason, and neither is a dead address of which an archive has a copy.
    """
    if source.existence.state == "verified":
        return ""
    seen, dead = source.signal(VERIFICATION), source.signal("dead_link")
    if seen.value == "contradicted":
        return f"nobody says to have seen it, and its names lead to another work: {seen.where}, {seen.on}"
    if seen.value == "unverifiable" and dead.value and not source.signal("archived_copy").observed:
        return f"nobody says to have seen it, and its address leads nowhere: {dead.where}, {dead.on}"
    return ""


def _is_about(decision: Decision, source: Source, guide: Guide, domain: Domain) -> bool:
    names = (source.id, *source.aliases)
    return (decision.guide, decision.domain) == (guide.id, domain.id) and decision.source in names
