"""What a page tells of a bibliography beside its plain fields: of which bullets an entry speaks, what nobody observed.

No markup here; the templates word it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from research_agent.bibliography.statements import is_advice, pattern_sentence
from research_agent.model.bibliography import Check, Claim, Entry
from research_agent.model.guide import Domain, Focus, Methodology
from research_agent.model.radar import Criterion, Judgement, Rubric


@dataclass(frozen=True, slots=True)
class Note:
    """A statement with all the bullets that it speaks of."""

    bullets: tuple[Focus, ...]
    claim: Claim


@dataclass(frozen=True, slots=True)
class Judged:
    """One criterion with its judgement."""

    name: str
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Reading:
    """An entry as a page shows it.

    Attributes:
        number: its place in the bibliography, from 1.
        entry: the entry.
        recent: its year counts as recent by the guide's method.
        notes: what it says for bullets, but for its code pattern.
        covered: bullets that it covers and that no statement speaks of by itself.
        advice: what to do with it, and its evidence from production.
        details: the other parameters and figures.
        pattern: the statement of its code pattern with the bullets that it serves, where it has one.
        judged: the criteria in the order of the acronym.
    """

    number: int
    entry: Entry
    recent: bool
    notes: tuple[Note, ...]
    covered: tuple[Focus, ...]
    advice: tuple[Claim, ...]
    details: tuple[Claim, ...]
    pattern: Note | None
    judged: tuple[Judged, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A value to filter by, and how many entries have it."""

    value: str
    name: str
    count: int


def read(number: int, entry: Entry, domain: Domain, method: Methodology, rubric: Rubric) -> Reading:
    """The entry as a page shows it.

    Raises:
        UnknownNameError: a note speaks of a bullet that the domain has not.
    """
    annotation, evaluation = entry.annotation, entry.evaluation
    sentence = pattern_sentence(annotation.code_pattern) if annotation.code_pattern else ""
    notes = _by_claim(entry, domain)
    told = [claim for claim in annotation.in_production if claim.text != sentence]
    of_use = [claim for claim in told if _is_of_use(claim, entry)]
    spoken_of = {note.focus for note in annotation.for_focus}
    names = {criterion.id: criterion.name for criterion in rubric.criteria}
    return Reading(
        number=number,
        entry=entry,
        recent=entry.source.year is not None and entry.source.year >= method.recent_since,
        notes=tuple(note for note in notes if note.claim.text != sentence),
        covered=tuple(one for one in domain.focus if one.id in evaluation.focus and one.id not in spoken_of),
        advice=tuple(of_use),
        details=tuple(claim for claim in told if claim not in of_use),
        pattern=_pattern(sentence, notes, annotation.in_production),
        judged=tuple(Judged(names.get(one.criterion, one.criterion), one) for one in evaluation.judgements),
    )


def categories(entries: Sequence[Entry], method: Methodology) -> list[Choice]:
    """The categories that have entries, in the order of the method."""
    held = Counter(entry.category for entry in entries)
    return [Choice(one.id, one.name, held[one.id]) for one in method.categories if held[one.id]]


def bullets(entries: Sequence[Entry], domain: Domain) -> list[Choice]:
    """The domain's bullets, in order, with the entries that cover each; one that none covers stands there with 0."""
    held = Counter(focus for entry in entries for focus in set(entry.evaluation.focus))
    return [Choice(one.id, f"{one.id} {one.text}", held[one.id]) for one in domain.focus]


def kinds(entries: Sequence[Entry]) -> list[Choice]:
    """The kinds of work among the entries, by name."""
    held = Counter(entry.source.kind for entry in entries)
    return [Choice(kind, kind.replace("_", " "), held[kind]) for kind in sorted(held)]


def constraint(check: Check, domain: Domain) -> str:
    """What a check asks for, in words; of a bullet, the bullet's own."""
    kind, _, subject = check.id.partition(":")
    texts = {focus.id: focus.text for focus in domain.focus}
    return f"Entries for {subject} {texts[subject]}" if kind == "focus" and subject in texts else check.text


def never_observed(entries: Sequence[Entry]) -> list[str]:
    """The signals that nobody looked for on any of these entries."""
    unseen = Counter(
        name
        for entry in entries
        for name in {name for judgement in entry.evaluation.judgements for name in judgement.not_observed}
    )
    return sorted(name for name, count in unseen.items() if count == len(entries))


def never_observed_of_a_kind(entries: Sequence[Entry], told: Iterable[str]) -> dict[str, list[str]]:
    """By kind of work, what nobody looked for on any entry of it, without what is told of all entries."""
    known = set(told)
    found: dict[str, list[str]] = {}
    for kind in sorted({entry.source.kind for entry in entries}):
        unseen = never_observed([entry for entry in entries if entry.source.kind == kind])
        if rest := [name for name in unseen if name not in known]:
            found[kind] = rest
    return found


def level_words(criteria: Sequence[Criterion]) -> dict[str, tuple[str, ...]]:
    """The five words of the levels, worst first: under "Levels" where all criteria have the same, else by criterion."""
    by_name = {criterion.name: tuple(level.word for level in criterion.levels) for criterion in criteria}
    alike = set(by_name.values())
    return {"Levels": alike.pop()} if len(alike) == 1 else by_name


def _by_claim(entry: Entry, domain: Domain) -> list[Note]:
    by_claim: dict[Claim, list[Focus]] = {}
    for note in entry.annotation.for_focus:
        by_claim.setdefault(note.claim, []).append(domain.bullet(note.focus))
    return [Note(tuple(bullets), claim) for claim, bullets in by_claim.items()]


def _is_of_use(claim: Claim, entry: Entry) -> bool:
    """Whether it gives advice or is evidence from production; other parameters and figures are details."""
    return is_advice(claim.text, closing=True) or claim.text.rstrip(".") in entry.evaluation.production


def _pattern(sentence: str, notes: Iterable[Note], in_production: Iterable[Claim]) -> Note | None:
    if not sentence:
        return None
    told = [*notes, *(Note((), claim) for claim in in_production)]
    return next((note for note in told if note.claim.text == sentence), Note((), Claim(text=sentence, basis="record")))
