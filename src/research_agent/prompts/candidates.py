"""Choose which scored sources come along in a prompt: the best first, as many as its budget holds."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from research_agent.model.guide import Domain, Guide
from research_agent.model.prompt import Candidate
from research_agent.model.radar import Evaluation, Rubric
from research_agent.model.source import Source

T = TypeVar("T")


def candidates_of(
    sources: Sequence[Source], evaluations: Mapping[str, Evaluation], guide: Guide, domain: Domain, rubric: Rubric
) -> tuple[Candidate, ...]:
    """The sources of a domain that may be cited, by worth (RADAR total and relevance, as selection weighs them)."""
    weight = guide.methodology.preferences.relevance
    names = {category.id: category.name for category in guide.methodology.categories}
    found = []
    for source in sources:
        placement, evaluation = source.placement(guide.id, domain.id), evaluations[source.id]
        if placement is None or evaluation.excluded:
            continue
        pattern = placement.code_pattern
        found.append(
            Candidate(
                source=source.id,
                title=source.title,
                authors=", ".join(source.authors) or source.origin,
                year=source.year,
                kind=source.kind.replace("_", " "),
                category=names.get(placement.category, placement.category),
                url=source.url,
                focus=tuple(evaluation.focus),
                ratings=_ratings(evaluation, rubric),
                worth=round(evaluation.total + weight * evaluation.relevance, 3),
                summary=placement.summary,
                key_points=tuple(f"{p.text} ({p.where})" if p.where else p.text for p in placement.key_points),
                pattern=f"{pattern.library}: {pattern.idea}" if pattern else "",
            )
        )
    return tuple(sorted(found, key=lambda candidate: (-candidate.worth, candidate.source)))


def pack(works: Sequence[T], room: int, tokens_of: Callable[[T], int]) -> tuple[tuple[T, ...], tuple[T, ...]]:
    """Those that fit into so many tokens, the best first, and the others; a long one gives way to shorter ones."""
    taken, left = [], []
    for work in works:
        needed = tokens_of(work)
        if needed <= room:
            taken.append(work)
            room -= needed
        else:
            left.append(work)
    return tuple(taken), tuple(left)


def _ratings(evaluation: Evaluation, rubric: Rubric) -> tuple[str, ...]:
    named = {criterion.id: criterion for criterion in rubric.criteria}
    return tuple(
        f"{named[judgement.criterion].name} {word}"
        for judgement in evaluation.judgements
        for word in (level.word for level in named[judgement.criterion].levels if level.value == judgement.level)
    )
