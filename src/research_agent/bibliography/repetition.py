"""Find boilerplate: runs of words that several annotations of a bibliography share, names and numbers aside. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from research_agent.model.bibliography import Annotation, Bibliography, Claim

RUN = 8
"""Words in a row that count as a run."""
TOLERATED = 2
"""Annotations that may share a run: a standard and a post about it may use its words."""
_MASK = "·"
_WORD = re.compile(r"[^\W_]+(?:['\u2019_-][^\W_]+)*|·")


class RepeatedRun(NamedTuple):
    """Words that stand in too many annotations."""

    words: str  # as compared: lower case, "·" for names and numbers
    annotations: tuple[int, ...]  # positions of the annotations that hold it, rising


def repeated_runs(annotations: Sequence[Annotation], names: Iterable[str]) -> list[RepeatedRun]:
    """Every run of `RUN` or more words that stands in more than `TOLERATED` annotations, the longest form of each.

    Words are compared without case and punctuation; each name, each number and each word with a digit or an underscore
    in it is one mask, and masks in a row are one. Runs go over the ends of sentences, but not from one note or limit to
    the next.

    Args:
        annotations: of one bibliography.
        names: of works, people, organisations, libraries, in any order.
    """
    mask = _names(names)
    texts = [list(_sections(annotation, mask)) for annotation in annotations]
    holders: dict[tuple[str, ...], set[int]] = {}
    for position, sections in enumerate(texts):
        for words in sections:
            for start in range(len(words) - RUN + 1):
                holders.setdefault(words[start : start + RUN], set()).add(position)
    common = {run: tuple(sorted(found)) for run, found in holders.items() if len(found) > TOLERATED}
    found = {
        RepeatedRun(" ".join(run), annotations)
        for sections in texts
        for words in sections
        for run, annotations in _joined(words, common)
    }
    return sorted(found, key=lambda run: (run.annotations, run.words))


def boilerplate(bibliography: Bibliography) -> list[RepeatedRun]:
    """The repeated runs of a bibliography's annotations, its own names masked."""
    return repeated_runs([entry.annotation for entry in bibliography.entries], names_in(bibliography))


def names_in(bibliography: Bibliography) -> list[str]:
    """Names that the annotations may share: of works, people, organisations, libraries and the domain."""
    names = {bibliography.domain_name}
    for entry in bibliography.entries:
        source = entry.source
        names |= {source.title, source.publisher, source.origin, *source.authors, source.existence.where}
        if entry.annotation.code_pattern:
            names.add(entry.annotation.code_pattern.library)
    return sorted(filter(None, names))


def _sections(annotation: Annotation, mask: re.Pattern[str] | None) -> Iterator[tuple[str, ...]]:
    """The words of what is read in one go, masked: prose as a whole, notes and limits line by line."""
    groups: tuple[Sequence[Claim], ...] = (
        annotation.establishes,
        *((note.claim,) for note in annotation.for_focus),
        annotation.in_production,
        *((claim,) for claim in annotation.limits),
    )
    for claims in groups:
        yield _words(" ".join(claim.text for claim in claims), mask)


def _words(text: str, mask: re.Pattern[str] | None) -> tuple[str, ...]:
    masked = mask.sub(_MASK, text) if mask else text
    words: list[str] = []
    for word in _WORD.findall(re.sub(r"https?://\S+|\S*[\d_]\S*", _MASK, masked.lower())):
        if word != _MASK or words[-1:] != [_MASK]:
            words.append(word)
    return tuple(words)


def _names(names: Iterable[str]) -> re.Pattern[str] | None:
    longest_first = sorted({name for name in names if name.strip()}, key=lambda name: (-len(name), name))
    if not longest_first:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)


def _joined(
    words: tuple[str, ...], common: dict[tuple[str, ...], tuple[int, ...]]
) -> Iterator[tuple[tuple[str, ...], tuple[int, ...]]]:
    """The common runs of a text, those that overlap and stand in the same annotations joined into one."""
    start = 0
    while start <= len(words) - RUN:
        holders = common.get(words[start : start + RUN])
        end = start + RUN
        if holders:
            while end < len(words) and common.get(words[end - RUN + 1 : end + 1]) == holders:
                end += 1
            yield words[start:end], holders
        start = end - RUN + 1
