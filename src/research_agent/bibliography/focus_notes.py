"""Find the statement of a record that says most about each focus bullet, and no statement twice without need. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from research_agent.bibliography.statements import stems
from research_agent.model.guide import Focus
from research_agent.model.library import Part

SHARED_STEM: Final = 0.06
"""What a word that statement and bullet share is worth beside the cosine; the embedding alone takes "one negative value
means stop" for a statement on deadlines as soon as one on any other subject."""
MOST_SHARED: Final = 3
"""Shared words that count."""
ADEQUATE: Final = 0.28
"""Worth (cosine, all-MiniLM-L6-v2, and shared words) from which a statement is taken to speak of the bullet.

Read off the shipped pools, where readers had said which bullets a source covers: below it the best statement mostly
speaks of something else, and none is better than a wrong one. Of 843 pairs of a chosen source and a bullet, 599 keep
a note."""
NEARLY_AS_GOOD: Final = 0.10
"""By how much less another statement may be worth and still be taken, so that none is said of two bullets."""
WORTH_REPEATING: Final = ADEQUATE + NEARLY_AS_GOOD
"""Worth from which a statement is said of a second bullet rather than nothing."""
SENTENCE_DISCOUNT: Final = 0.10
"""What a sentence of the summary is worth less than the summary, whose vector stands for all of its sentences."""
SHOWN_ANYWAY: Final = 0.15
"""What a code pattern is worth less than a key point: it stands under production whether or not a bullet takes it."""

_HEADING_WORDS = """api apis best client clients handling implementation implementations integration management
optimization pattern patterns practice practices strategies strategy support technique techniques use using via"""
_HEADINGS = stems(_HEADING_WORDS)
"""Stems that do not tell one bullet from another."""


class Statement(NamedTuple):
    """A sentence, key point or pattern of a record."""

    part: Part
    order: int  # its place within the part
    text: str
    passage: str  # id of the passage that holds it; empty: none was handed in
    where: str = ""  # where in the source it stands


def assign(
    bullets: Sequence[Focus],
    statements: Sequence[Statement],
    matches: Mapping[str, Mapping[str, float]],
) -> dict[str, Statement]:
    """By bullet id, in the bullets' order, the statement that says most about it; bullets without one are left out.

    A key point is worth its cosine to the bullet and a little for every word that the two share. A summary has one
    vector for all its sentences, so a sentence comes in by the words that it shares. Bullets choose in the order of
    what their best statement is worth; a later one takes a free statement where that is `NEARLY_AS_GOOD`, else the
    same again if it is `WORTH_REPEATING`.

    Args:
        bullets: the bullets that the source covers.
        statements: what may be said of them.
        matches: cosine, -1 to 1, by bullet id and passage id.
    """
    ranked = {bullet.id: _ranked(bullet, statements, matches.get(bullet.id, {})) for bullet in bullets}
    chosen: dict[str, Statement] = {}
    for bullet in sorted(bullets, key=lambda bullet: _best_first(ranked[bullet.id], bullet.id)):
        options = ranked[bullet.id]
        best = options[0][0] if options else 0.0
        near = [statement for worth, statement in options if worth >= best - NEARLY_AS_GOOD]
        free = [statement for statement in near if statement not in chosen.values()]
        if free or best >= WORTH_REPEATING:
            chosen[bullet.id] = (free or near)[0]
    return {bullet.id: chosen[bullet.id] for bullet in bullets if bullet.id in chosen}


def worth_of(bullet: str, statement: str, cosine: float | None) -> float:
    """What a statement is worth for a bullet: the cosine of the two and `SHARED_STEM` for every word that they share.

    Without a cosine (None) a statement that shares a word is adequate.
    """
    shared = shared_with(bullet, statement)
    nearness = (ADEQUATE if shared else 0.0) if cosine is None else cosine
    return round(nearness + SHARED_STEM * min(shared, MOST_SHARED), 6)


def shared_with(bullet: str, statement: str) -> int:
    """How many telling words of a bullet a statement holds."""
    return len((stems(bullet) - _HEADINGS) & stems(statement))


def _ranked(
    bullet: Focus, statements: Sequence[Statement], cosines: Mapping[str, float]
) -> list[tuple[float, Statement]]:
    """The statements that speak of a bullet, each with its worth, the best first."""
    weighed = ((_worth(bullet, statement, cosines), statement) for statement in statements)
    adequate = [(worth, statement) for worth, statement in weighed if worth >= ADEQUATE]
    return sorted(adequate, key=lambda pair: (-pair[0], pair[1].part, pair[1].order))


def _worth(bullet: Focus, statement: Statement, cosines: Mapping[str, float]) -> float:
    worth = worth_of(bullet.text, statement.text, cosines.get(statement.passage))
    if statement.part == "summary":
        return worth - SENTENCE_DISCOUNT if shared_with(bullet.text, statement.text) else 0.0
    return worth - SHOWN_ANYWAY if statement.part == "code_pattern" else worth


def _best_first(options: Sequence[tuple[float, Statement]], bullet: str) -> tuple[float, str]:
    return -options[0][0] if options else 0.0, bullet
