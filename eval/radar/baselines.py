"""What a hasty reader goes by: the host, the year, the kind. Each a score of a source; higher is more credible."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from eval.radar.cases import AS_OF, Case
from research_agent.radar import load_rubric
from research_agent.radar.authorities import Standing
from research_agent.sources.addresses import host_of

_STANDING: Final[Mapping[Standing, int]] = {
    "standards_body": 5,
    "consortium": 4,
    "language_steward": 4,
    "research_organisation": 4,
    "engineering_organisation": 3,
    "technical_publisher": 3,
    "conference": 3,
}
_SCHOLARLY: Final = (
    "doi.org", "nature.com", "science.org", "nejm.org", "pnas.org", "tandfonline.com", "arxiv.org", "biorxiv.org",
    "iacr.org",
)  # fmt: skip
"""Hosts that readers take for science; the rules' lists hold none of them, since they go by venue."""
_SCIENCE, _UNKNOWN, _OPEN = 4, 2, 1


def by_domain(case: Case) -> float:
    """The authority of its host, 1 to 5, by the lists that the rules know and by the hosts of science."""
    authorities, host = load_rubric("lmu").authorities, host_of(case.facts.url)
    if any(host == one or host.endswith("." + one) for one in _SCHOLARLY):
        return _SCIENCE
    if any(host == one or host.endswith("." + one) for one in authorities.platforms.open):
        return _OPEN
    here = [one for one in authorities.organisations if any(host == h or host.endswith("." + h) for h in one.hosts)]
    return max((_STANDING[one.standing] for one in here), default=_UNKNOWN)


def by_year(case: Case) -> float:
    """Minus its age in years; undated ones are as old as the oldest would be."""
    return case.facts.year - AS_OF if case.facts.year else -AS_OF


def by_kind(cases: Sequence[Case]) -> dict[str, float]:
    """The share of credible works of its kind in this very set: the most that the make-up of the set can give away."""
    of_kind = Counter(case.facts.kind for case in cases)
    credible = Counter(case.facts.kind for case in cases if case.credible)
    return {case.id: credible[case.facts.kind] / of_kind[case.facts.kind] for case in cases}
