"""Write what is said of a chosen source, without a model: its own curated statements, each put where it serves.

Nothing is composed: every claim is a sentence, a key point or the code pattern of the record, or tells a judgement.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from research_agent.bibliography.focus_notes import Statement, assign
from research_agent.bibliography.limits import limits_of
from research_agent.bibliography.sentences import split_sentences
from research_agent.bibliography.statements import (
    as_sentence,
    gives_detail,
    is_advice,
    is_caveat,
    is_publication_fact,
    pattern_sentence,
    says_enough,
    shared_part,
    stands_alone,
    tells_of_the_work,
)
from research_agent.model.bibliography import Annotation, Claim, FocusNote
from research_agent.model.guide import Domain
from research_agent.model.library import Part, Passage
from research_agent.model.radar import Evaluation
from research_agent.model.source import Placement, Source

SAID_ALREADY = 0.5
"""Share of a key point's words and numbers in one sentence of the summary from which that sentence says it already.

Read off the shipped pools: of pairs above it some eight in ten state one fact, and six in ten key points are in one."""
_RULE_SETTERS = ("standard", "draft")


def annotate(
    source: Source,
    placement: Placement,
    evaluation: Evaluation,
    domain: Domain,
    *,
    passages: Sequence[Passage],
    matches: Mapping[str, Mapping[str, float]],
) -> Annotation:
    """The annotation of a source for a domain, in the words of its record; nothing is said twice.

    - `establishes`: the summary's sentences in order, without those that went elsewhere.
    - `for_focus`: for every bullet that the evaluation says it covers, the statement nearest to it (`focus_notes`).
    - `in_production`: the summary's advice, then key points with parameters and figures, then the code pattern.
    - `limits`: from the judgements and from caveats of the record (`limits`).

    What describes the work (what it covers, whom it asked) stays in `establishes` and is said of no bullet. Key points
    that only tell of publication are left out: the citation says it. So are those that no bullet takes and whose words
    a sentence of the summary holds already (`SAID_ALREADY`).

    Args:
        source: the work.
        placement: how it serves the domain.
        evaluation: its judgements for the domain.
        domain: the domain, whose bullets it may cover.
        passages: its passages, at least those of this placement; a statement that has none rests on the record.
        matches: cosine by focus id and passage id; bullets and passages that are not in it go by shared words.
    """
    record = _Record.of(source, placement, passages)
    bullets = [focus for focus in domain.focus if focus.id in evaluation.focus]
    notes = assign(bullets, record.for_notes(), matches)
    taken = set(notes.values())
    rest = [s for s in record.statements if s not in taken and not record.says_already(s)]
    caveats = [statement for statement in rest if statement.part == "key_point" and is_caveat(statement.text)]
    told_in_production = [
        *(statement for statement in rest if statement in record.advice),
        *(s for s in rest if s.part == "key_point" and s not in caveats and _is_detail(s, evaluation)),
        *(statement for statement in rest if statement.part == "code_pattern"),
    ]
    elsewhere = {*caveats, *told_in_production}
    return Annotation(
        establishes=tuple(_claim(statement) for statement in rest if statement not in elsewhere),
        for_focus=tuple(FocusNote(focus=focus, claim=_claim(statement)) for focus, statement in notes.items()),
        in_production=tuple(map(_claim, told_in_production)),
        limits=(*map(_claim, caveats), *limits_of(source, evaluation)),
        code_pattern=placement.code_pattern,
    )


@dataclass(frozen=True)
class _Record:
    """The statements of a placement, and which of them are what."""

    statements: tuple[Statement, ...]
    advice: frozenset[Statement]
    movable: frozenset[Statement]

    @classmethod
    def of(cls, source: Source, placement: Placement, passages: Sequence[Passage]) -> "_Record":
        ids = {
            (passage.part, passage.position): passage.id
            for passage in passages
            if (passage.source, passage.guide, passage.domain) == (source.id, placement.guide, placement.domain)
        }

        def statement(part: Part, position: int, order: int, text: str, where: str = "") -> Statement:
            return Statement(part, order, text, ids.get((part, position), ""), where)

        summary = [
            statement("summary", 0, order, as_sentence(sentence))
            for order, sentence in enumerate(split_sentences(placement.summary))
        ]
        points = [
            statement("key_point", position, position, as_sentence(point.text), point.where)
            for position, point in enumerate(placement.key_points)
            if not is_publication_fact(point.text)
        ]
        pattern = placement.code_pattern
        patterns = [statement("code_pattern", 0, 0, pattern_sentence(pattern))] if pattern else []
        advice = _advice(summary, normative=source.kind in _RULE_SETTERS)
        return cls(
            statements=(*summary, *points, *patterns),
            advice=frozenset(advice),
            movable=frozenset(_movable(summary)),
        )

    def says_already(self, statement: Statement) -> bool:
        """Whether the summary says what this key point says."""
        return statement.part == "key_point" and any(
            shared_part(statement.text, sentence.text) >= SAID_ALREADY
            for sentence in self.statements
            if sentence.part == "summary"
        )

    def for_notes(self) -> list[Statement]:
        """What may be said of a bullet by itself: the pattern, and of key points and sentences those on the matter.

        A sentence must need no neighbour as well.
        """
        return [
            s
            for s in self.statements
            if s.part == "code_pattern"
            or ((s.part != "summary" or s in self.movable) and says_enough(s.text) and not tells_of_the_work(s.text))
        ]


def _advice(summary: Sequence[Statement], *, normative: bool) -> list[Statement]:
    """The closing sentence where it gives advice, with the one before it where the advice starts there."""
    last = len(summary) - 1
    for order in (last - 1, last):
        if order < 1 or not stands_alone(summary[order].text):
            continue
        if is_advice(summary[order].text, closing=order == last, normative=normative):
            return list(summary[order:])
    return []


def _movable(summary: Sequence[Statement]) -> list[Statement]:
    """Sentences that can leave the summary without either side missing something; the opening two never do."""
    return [
        sentence
        for order, sentence in enumerate(summary)
        if order > 1
        and stands_alone(sentence.text)
        and (order + 1 == len(summary) or stands_alone(summary[order + 1].text))
    ]


def _is_detail(statement: Statement, evaluation: Evaluation) -> bool:
    """Parameters and figures of the matter, and what the evaluation quotes as evidence from production."""
    told = statement.text
    return told.rstrip(".") in evaluation.production or (gives_detail(told) and not tells_of_the_work(told))


def _claim(statement: Statement) -> Claim:
    if statement.passage:
        return Claim(text=statement.text, passages=(statement.passage,), where=statement.where)
    return Claim(text=statement.text, where=statement.where, basis="record")
