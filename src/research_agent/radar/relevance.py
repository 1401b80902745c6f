"""How well a source matches a domain's bullets, 0 to 1, and which of them it covers. Pure; selection weighs it."""

from itertools import pairwise

from research_agent.radar.signals import Case

# Cosine of bullet and passage under all-MiniLM-L6-v2, measured over the shipped pools (1,704 pairs of a source and a
# bullet that a reader declared, 3,819 pairs within the domain that nobody declared, best passage of each source):
#   0.15  1 in 50 declared pairs lies below; 13% of the undeclared
#   0.25  the undeclared median
#   0.40  the declared median; 9 of 10 undeclared pairs lie near or below
#   0.55  the best tenth of the declared pairs
#   0.70  the best hundredth
ANCHORS = ((0.15, 0.0), (0.25, 0.2), (0.40, 0.6), (0.55, 0.85), (0.70, 1.0))
"""(cosine, nearness): nearness runs straight between these points, 0 below the first, 1 above the last."""

COVERS = 0.40
"""Cosine from which a bullet counts as covered where no reader declared any: two of three such pairs are declared ones
in the shipped pools (precision 0.65 at recall 0.50)."""

_BEST, _BREADTH, _DECLARED, _STACK, _PRODUCTION = 0.45, 0.15, 0.20, 0.10, 0.10
"""Shares of relevance: the nearest bullet, how many bullets, what a reader declared, stack, production. Sum 1.
Search has 0.6 of it; what a record was said to cover weighs less than what its passages hold."""
_MANY_BULLETS = 3  # a source that covers three bullets is as broad as one can ask
_MANY_NAMES = 2  # two technologies of the stack show that it speaks of the guide's own


def nearness(cosine: float) -> float:
    """How near a cosine (-1 to 1) comes, 0 to 1, on the scale of ANCHORS."""
    for (low, low_value), (high, high_value) in pairwise(ANCHORS):
        if cosine < high:
            return max(0.0, low_value + (high_value - low_value) * (cosine - low) / (high - low))
    return ANCHORS[-1][1]


def relevance_of(case: Case) -> float:
    """Relevance to the domain, 0 to 1, rounded to four places."""
    matches = case.evidence.matches or ()
    near = sorted((nearness(match.similarity) for match in matches), reverse=True)
    best = near[0] if near else 0.0
    breadth = sum(near[:_MANY_BULLETS]) / _MANY_BULLETS
    declared = min(len(case.declared_focus), _MANY_BULLETS) / _MANY_BULLETS
    names = min(len(case.evidence.stack or ()), _MANY_NAMES) / _MANY_NAMES
    carried = 1.0 if case.evidence.production else 0.0
    total = _BEST * best + _BREADTH * breadth + _DECLARED * declared + _STACK * names + _PRODUCTION * carried
    return round(min(total, 1.0), 4)


def focus_of(case: Case) -> tuple[str, ...]:
    """The bullets that it covers: those that a reader declared, else those that search puts at COVERS or nearer."""
    if case.declared_focus:
        return case.declared_focus
    near = {match.focus for match in case.evidence.matches or () if match.similarity >= COVERS}
    return tuple(focus.id for focus in case.domain.focus if focus.id in near)
