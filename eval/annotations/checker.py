"""Whether a record supports a claim, contradicts it or says nothing of it: by words, figures, names and vectors.

No model beyond the embedder. It looks for the sentence that is nearest to the claim and then for what stands against
taking the one for the other; the reason is told in words.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple, Protocol

from eval.annotations import wording
from eval.annotations.pairs import Label
from eval.annotations.vectors import VectorSource, sentences_of
from research_agent.radar.sameness import denied_words, words_of


class Verdict(NamedTuple):
    """What a judge says of a claim."""

    label: Label
    reason: str


class Judge(Protocol):
    """Anything that holds claims against records: the checker, the floor, a model."""

    def judge(self, asked: Sequence[tuple[str, str]]) -> list[Verdict]:
        """A verdict on each claim and record, in their order."""


class Thresholds(NamedTuple):
    """What the checker's decisions turn on; chosen on the tune half by `python -m eval.annotations.tune`."""

    near: float = 0.5
    """Nearness (`Match.nearness`) of a sentence from which it can contradict the claim."""
    aligned: float = 0.8
    """Share of the claim's words in the sentence from which a denial or an order in one of them alone tells."""
    denied: float = 0.5
    """The same where the very words that the sentence denies are in the claim."""
    supported: float = 0.6
    """Nearness from which what nothing stands against is supported."""
    cosine_weight: float = 0.8
    """Weight of the cosine in nearness; the rest is the share of words."""
    hedged: float = 0.3
    """Share of words from which a word such as "may" that the claim lacks makes it too strong."""
    absolute: float = 0.3
    """Share of words from which a word such as "always" that the record lacks makes a claim too strong."""


THRESHOLDS: Final = Thresholds()
FEWEST_IN_ORDER: Final = 4
"""Words that a claim and a sentence must share before their order tells anything."""
_EXCHANGED: Final = 2
"""Places that differ when two words were exchanged; more differ in any rewording."""


class Match(NamedTuple):
    """The sentence of a record that is nearest to a claim."""

    sentence: str
    coverage: float
    """Share of the claim's words in the sentence, 0 to 1."""
    cosine: float
    nearness: float
    """Weighted mean of the two."""


NO_MATCH: Final = Match("", 0.0, 0.0, 0.0)
"""Of a record without a sentence."""


class Checker:
    """The checker over an embedder; safe to use on any number of claims, each text is embedded once."""

    def __init__(self, vectors: VectorSource, thresholds: Thresholds = THRESHOLDS) -> None:
        self._vectors = vectors
        self._thresholds = thresholds

    def judge(self, asked: Sequence[tuple[str, str]]) -> list[Verdict]:
        """A verdict on each claim and record, in their order; records that say it word for word cost no vector.

        Raises:
            EmbeddingError: the embedder failed.
        """
        said = [_says(claim, record) for claim, record in asked]
        self._vectors.prepare(
            text
            for (claim, record), word_for_word in zip(asked, said, strict=True)
            if not word_for_word
            for text in (claim, *sentences_of(record))
        )
        return [
            Verdict("supported", "the record says so word for word")
            if word_for_word
            else decide(claim, record, self.match(claim, record), self._thresholds)
            for (claim, record), word_for_word in zip(asked, said, strict=True)
        ]

    def match(self, claim: str, record: str) -> Match:
        """The sentence nearest to a claim."""
        sentences = sentences_of(record)
        if not sentences:
            return NO_MATCH
        cosines = self._vectors.of(sentences) @ self._vectors.of([claim])[0]
        weight = self._thresholds.cosine_weight
        matches = [
            Match(sentence, share, float(cosine), weight * float(cosine) + (1 - weight) * share)
            for sentence, cosine in zip(sentences, cosines, strict=True)
            for share in (_coverage(claim, sentence),)
        ]
        return max(matches, key=lambda match: match.nearness)


def decide(claim: str, record: str, match: Match, thresholds: Thresholds = THRESHOLDS) -> Verdict:
    """The verdict from the nearest sentence and the whole record. Contradictions first, then what is missing."""
    if match.nearness >= thresholds.near and (against := _against(claim, record, match, thresholds)):
        return Verdict("contradicted", against)
    if missing := _missing(claim, record, match, thresholds):
        return Verdict("unsupported", missing)
    if match.nearness >= thresholds.supported:
        return Verdict("supported", f"nothing stands against it in: {match.sentence}")
    return Verdict("unsupported", f"no sentence is near it; the nearest is: {match.sentence}")


def _against(claim: str, record: str, match: Match, thresholds: Thresholds) -> str:
    """What contradicts the claim; empty: nothing."""
    if figure := _other_figure(claim, record, match, thresholds):
        return figure
    part = wording.near_part(words_of(claim), match.sentence)
    if opposed := wording.opposed(claim, part):
        return f"it says {opposed}"
    if match.coverage >= thresholds.aligned and wording.negations(claim) % 2 != wording.negations(part) % 2:
        return f"only one of them denies it: {match.sentence}"
    if match.coverage >= thresholds.denied and (denied := _denied(claim, part)):
        return f"the record denies it ({denied}): {match.sentence}"
    if match.coverage >= thresholds.aligned and (pair := _swapped(claim, match.sentence)):
        return f"{pair[0]} and {pair[1]} have changed places in: {match.sentence}"
    return ""


def _missing(claim: str, record: str, match: Match, thresholds: Thresholds) -> str:
    """What the claim says and the record does not; empty: nothing was found."""
    held = {figure.number for figure in wording.figures(record)}
    if figures := [str(figure) for figure in wording.figures(claim) if figure.number not in held]:
        return f"the record has no figure {', '.join(figures)}"
    lower = record.lower()
    names = sorted(name for name in wording.names(claim) if name not in lower)
    if names:
        return f"the record does not name {', '.join(names)}"
    if match.coverage >= thresholds.absolute:
        if stronger := wording.absolutes(claim) - wording.absolutes(match.sentence):
            return f"it says {', '.join(sorted(stronger))}, and the record does not"
        part = wording.near_part(words_of(claim), match.sentence)
        if match.coverage >= thresholds.hedged and (dropped := wording.hedges(part) - wording.hedges(claim)):
            return f"the record says {', '.join(sorted(dropped))}, and it does not"
    return ""


def _other_figure(claim: str, record: str, match: Match, thresholds: Thresholds) -> str:
    """A figure of the claim in whose place the sentence has another; empty: there is none.

    A figure with a unit must stand in the sentence itself: one that the record has of something else is as wrong as
    one that it has not.
    """
    mine, told, everywhere = wording.figures(claim), wording.figures(match.sentence), wording.figures(record)
    claimed = {figure.number for figure in mine}
    for figure in mine:
        if any(_same(figure, other) for other in (told if figure.measured else everywhere)):
            continue
        instead = [other for other in told if other.number not in claimed or other.number == figure.number]
        if found := [other for other in instead if other.dimension == figure.dimension]:
            return f"{figure} where the record has {found[0]}"
        unknown = all(figure.number != other.number for other in everywhere)
        if unknown and (instead or (told and match.coverage >= thresholds.aligned)):
            return f"{figure} where the record has {(instead or told)[0]}"
    return ""


def _same(one: wording.Figure, other: wording.Figure) -> bool:
    return one.number == other.number and (one.unit == other.unit or not one.measured or not other.measured)


def _denied(claim: str, part: str) -> str:
    """Words that the record denies and the claim says without denying anything; empty: there are none."""
    if wording.negations(claim):
        return ""
    words = words_of(claim)
    for denied in denied_words(part):
        stems = words_of(" ".join(denied))
        if stems and len(stems & words) * 2 >= len(stems):
            return " ".join(denied)
    return ""


def _swapped(claim: str, sentence: str) -> tuple[str, str] | None:
    """Two words that have changed places between claim and sentence, where all others stand in one order; or none."""
    shared = words_of(claim) & words_of(sentence)
    if len(shared) < FEWEST_IN_ORDER:
        return None
    mine = wording.content_order(claim, shared)
    others = [word for word in wording.content_order(sentence, shared) if word in mine]
    mine = [word for word in mine if word in others]
    moved = [(one, other) for one, other in zip(mine, others, strict=True) if one != other]
    return moved[0] if len(moved) == _EXCHANGED else None


@lru_cache(maxsize=65536)
def _coverage(claim: str, text: str) -> float:
    words = words_of(claim)
    return len(words & words_of(text)) / len(words) if words else 0.0


def _says(claim: str, record: str) -> bool:
    """Whether the claim is one or more whole sentences of the record in a row."""
    mine = [wording.plain(sentence) for sentence in sentences_of(claim)]
    told = [wording.plain(sentence) for sentence in sentences_of(record)]
    return any(told[start : start + len(mine)] == mine for start in range(len(told) - len(mine) + 1))
