"""Judge sources by the RADAR rubric: signals, rules, judgements."""

from research_agent.radar.evidence import DomainEvidence, gather_evidence
from research_agent.radar.judge import evaluate
from research_agent.radar.rubric import ScoringRubric, load_rubric, rubrics

__all__ = ["DomainEvidence", "ScoringRubric", "evaluate", "gather_evidence", "load_rubric", "rubrics"]
