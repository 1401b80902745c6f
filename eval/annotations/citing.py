"""The sentences of annotations with what they rest on, and precision and recall of citations after ALCE.

Gao, Yen, Yu and Chen: Enabling Large Language Models to Generate Text with Citations, EMNLP 2023, section 4. A sentence
counts for recall if all that it cites supports it together. A citation counts for precision if its sentence is
supported and it supports it alone, or the others do not without it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from eval.annotations.checker import Judge, Verdict
from eval.annotations.wording import plain
from research_agent.model.bibliography import Claim, Entry
from research_agent.model.radar import HIGHEST_LEVEL
from research_agent.model.source import Source

Basis = Literal["passage", "record", "judgement"]
READ_IN_PART: Final = {"Only its abstract was read.": "abstract", "Only parts of it were read.": "excerpt"}
"""What the annotation says of a work that was not read whole, and the `existence.extent` that it has to rest on."""


class Sentence(NamedTuple):
    """A sentence of an annotation and the texts that it cites."""

    case: str
    """Domain, source and place: "2, aws-2019-health-checks, establishes 1"."""
    entry: Entry
    text: str
    basis: Basis
    passages: tuple[str, ...]
    """Texts, in the order in which they are cited; a passage that is not there is an empty text."""


class Cited(NamedTuple):
    """What became of a sentence's citations."""

    sentence: Sentence
    supported: bool
    citations: tuple[bool, ...]
    """Whether each counts for precision."""
    reason: str


def sentences_of_entry(entry: Entry, domain: str, texts: Mapping[str, str]) -> Iterator[Sentence]:
    """Every sentence of an entry's annotation, in reading order.

    Args:
        entry: of a bibliography.
        domain: id of its domain.
        texts: of the passages, by id.
    """
    annotation = entry.annotation
    parts: tuple[tuple[str, Sequence[Claim]], ...] = (
        ("establishes", annotation.establishes),
        ("for focus", [note.claim for note in annotation.for_focus]),
        ("in production", annotation.in_production),
        ("limits", annotation.limits),
    )
    for part, claims in parts:
        for number, claim in enumerate(claims, 1):
            yield Sentence(
                case=f"{domain}, {entry.source.id}, {part} {number}",
                entry=entry,
                text=claim.text,
                basis=claim.basis,
                passages=tuple(texts.get(passage, "") for passage in claim.passages),
            )


def cited(sentences: Sequence[Sentence], judge: Judge) -> list[Cited]:
    """Whether the passages of sentences support them; a sentence that cites nothing is not supported."""
    together = judge.judge([(sentence.text, "\n".join(sentence.passages)) for sentence in sentences])
    return [_cited(sentence, verdict, judge) for sentence, verdict in zip(sentences, together, strict=True)]


def recall(found: Sequence[Cited]) -> list[float]:
    """1 for every supported sentence, 0 for every other."""
    return [float(one.supported) for one in found]


def precision(found: Sequence[Cited]) -> list[float]:
    """1 for every citation that counts, 0 for every other."""
    return [float(counts) for one in found for counts in one.citations]


def rests_on_its_field(sentence: Sentence) -> bool:
    """Whether a sentence about the record or a judgement says what the field has: that needs no reading of language."""
    source = sentence.entry.source
    if sentence.basis == "judgement":
        return any(
            sentence.text.startswith(f"{judgement.criterion.capitalize()} {judgement.level}/{HIGHEST_LEVEL}: ")
            and plain(sentence.text.partition(": ")[2]) in plain(judgement.reason)
            for judgement in sentence.entry.evaluation.judgements
        )
    if extent := READ_IN_PART.get(sentence.text):
        return source.existence.extent == extent
    if sentence.text.startswith("Not read; "):
        return source.existence.how in ("cited", "indexed") and source.existence.where in sentence.text
    return plain(sentence.text) in plain(_record_of(source))


def _cited(sentence: Sentence, together: Verdict, judge: Judge) -> Cited:
    supported = bool(sentence.passages) and together.label == "supported"
    counts = tuple(supported and _counts(sentence, place, judge) for place in range(len(sentence.passages)))
    return Cited(sentence, supported, counts, together.reason if sentence.passages else "it cites nothing")


def _counts(sentence: Sentence, place: int, judge: Judge) -> bool:
    if len(sentence.passages) == 1:
        return True
    others = [text for number, text in enumerate(sentence.passages) if number != place]
    alone, without = judge.judge(
        [(sentence.text, sentence.passages[place]), (sentence.text, "\n".join(others))],
    )
    return alone.label == "supported" or without.label != "supported"


def _record_of(source: Source) -> str:
    return "\n".join(
        text
        for placement in source.placements
        for text in (placement.summary, *(point.text for point in placement.key_points))
    )
