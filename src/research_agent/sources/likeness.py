"""Whether two records that share no name look like one work: by title, first author and year. Pure.

It answers yes only where nothing speaks against it. Titles are compared word by word, because one word makes another
work of it ("synchronous", "asynchronous") and most measures of strings make nothing of that.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from rapidfuzz.distance import Indel

from research_agent.model.source import Source
from research_agent.sources.authors import families_alike, folded, may_be_one, person, shared_families, unspelled
from research_agent.sources.identity import EDITION_YEARS, LIKE_KINDS, look_like_two
from research_agent.sources.standing import EARLY_EDITIONS

Likeness = Literal["alike", "in part", "unlike"]
"""in part: one has the title of the other without its subtitle, or the subtitle alone."""

WORDS_ALIKE = 0.88
"""Least similarity (of insertions and deletions, 0 to 1) of two spellings of a word: "memcache" and "memcached" have
0.94, "angular" and "angularjs" 0.875. Words that another rule knows ("behaviour") are equal before."""
_LEAST_LETTERS: Final = 5  # one letter of a shorter word makes another word: "cache", "cached" but "http", "https"
_WORDS_FOR_A_MISSPELLING: Final = 4  # so many words have to be equal for each that is only alike
_WORDS_OF_A_TITLE: Final = 3  # a shorter one ("Raft") needs a second author who agrees
_LEAST_OF_A_SUBTITLE: Final = 4  # words; "a survey", "an overview" name nothing
_AUTHORS_OF_A_SHORT_TITLE: Final = 2
_NO_WORDS: Final = frozenset({"a", "an", "the", "and"})

# What publishers put before the title of a work itself. "Retraction note:" and the like are titles of notices.
_MARKED = re.compile(r"^(?:retracted|withdrawn)(?:\s+(?:article|paper|chapter))?\s*[:\u2013\u2014-]\s*", re.IGNORECASE)
_PREPRINT_MARK = re.compile(
    r"\s*[(\[](?:extended|full|long|technical|preprint|author'?s?)?\s*(?:version|report|preprint)[)\]]\s*$",
    re.IGNORECASE,
)
_EDITION_MARK = re.compile(
    r"[\s,:;(\[\u2013\u2014-]+(?:the\s+)?(?:\d+(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)"
    r"\s+(?:edition|ed\.?)[)\]]?\s*$",
    re.IGNORECASE,
)
_SUBTITLE = re.compile(r"(?<=\w)\s*(?::\s|\?\s|\s[\u2013\u2014-]+\s|\u2014|\s\(|\.\s(?=[A-Z]))\s*")
# A part that has one of these is no mere subtitle: what it stands in is another work than the one without it.
_OF_ANOTHER_WORK_TEXT: Final = """
    edition update revisited revised reply response comment comments commentary discussion rejoinder review
    erratum errata corrigendum correction addendum retraction supplement supplementary appendix
    workbook manual solutions exercises companion tutorial slides poster demo abstract summary
    extended abridged draft version translation proceedings dataset artifact
"""
_OF_ANOTHER_WORK: Final = frozenset(_OF_ANOTHER_WORK_TEXT.split())
_COUNTED: Final = ("one two three four five six seven eight nine ten", "i ii iii iv v vi vii viii ix x")
_RANKED: Final = "first second third fourth fifth sixth seventh eighth ninth tenth"
_NUMBERS: Final = {
    word: str(number)
    for words in (*_COUNTED, _RANKED)
    for number, word in enumerate(words.split(), 1)
    if len(word) > 1  # "i", "v" and "x" count nothing, unless they stand behind "part"
}
_ORDINAL = re.compile(r"^(\d+)(?:st|nd|rd|th)$")
_NUMBERED: Final = frozenset(
    {"part", "volume", "vol", "book", "chapter", "episode", "season", "issue", "lecture", "section"}
)
# British and American spellings; both sides are rewritten, so that it need not be English what comes out.
_SPELLINGS: Final = (
    (re.compile(r"is(e|es|ed|er|ers|ing|ation|ations)$"), r"iz\1"),
    (re.compile(r"ys(e|es|ed|er|ing)$"), r"yz\1"),
    (re.compile(r"our(s|al|able|ed|ing|)$"), r"or\1"),
    (re.compile(r"tre(s?)$"), r"ter\1"),
    (re.compile(r"ence(s?)$"), r"ense\1"),
    (re.compile(r"ll(ed|ing|er)$"), r"l\1"),
    (re.compile(r"ogue(s?)$"), r"og\1"),
)


class Title(NamedTuple):
    """A title, taken apart."""

    words: tuple[str, ...]
    text: str
    """The same without spaces: what is one word here may be two there."""
    parts: tuple[tuple[str, ...], ...]
    """The words before and behind the first colon, dash or bracket; none: it has no subtitle."""
    edition: str = ""
    """Number of a book's edition, where the title has it."""


class Looks(NamedTuple):
    """What of a record is compared."""

    record: Source
    title: Title
    group: str
    """Kinds that may be one work have one group; empty: its service does not say the kind."""


def looks_of(record: Source, *, kind_known: bool) -> Looks | None:
    """What of a record is compared; None: it has no title of its own, no author or no year."""
    group = LIKE_KINDS.get(record.kind) if kind_known else ""
    if group is None or not record.authors or record.year is None or not person(record.authors[0]).words:
        return None
    title = taken_apart(record.title, preprint=record.kind in EARLY_EDITIONS, book=record.kind == "book")
    return Looks(record, title, group) if title.words else None


def likeness(one: Looks, other: Looks) -> Likeness:
    """Whether two records look like one work; their names were compared before."""
    found = titles_alike(one.title, other.title)
    if found == "unlike" or (one.group and other.group and one.group != other.group):
        return "unlike"
    if _languages_differ(one.record, other.record) or not _may_be_first_author(one.record, other.record):
        return "unlike"
    if look_like_two(one.record, other.record) or not _years_go_together(one, other):
        return "unlike"
    return found if _authors_vouch(one, other, found) else "unlike"


def blocks_of(looks: Looks) -> Iterator[str]:
    """Keys of which two records that are alike share one: a word of the first author with the start of a title."""
    starts = {"".join(words)[:4] for words in (looks.title.words, *looks.title.parts) if words}
    author = person(looks.record.authors[0])
    for name in sorted({author.family[:4], *(unspelled(word)[:4] for word in author.words)} - {""}):
        for start in sorted(starts):
            yield f"{name} {start}"


@lru_cache(maxsize=16384)
def taken_apart(title: str, *, preprint: bool, book: bool) -> Title:
    """The words of a title as they are compared, without what says nothing of the work.

    Of a preprint, "(extended version)" says nothing that its kind does not; nor does the edition of a book, since only
    books of one year are compared.
    """
    bare = _MARKED.sub("", title)
    if preprint:
        bare = _PREPRINT_MARK.sub("", bare)
    marked = _EDITION_MARK.search(bare) if book else None
    edition = next((word for word in _compared(marked[0]) if word.isdigit()), "") if marked else ""
    bare = bare[: marked.start()] if marked else bare
    parts = [_compared(part) for part in _SUBTITLE.split(bare, maxsplit=1)]
    words = _compared(bare)
    return Title(words, "".join(words), tuple(parts) if len(parts) > 1 and all(parts) else (), edition)


def titles_alike(one: Title, other: Title) -> Likeness:
    """Whether two titles are one, or one leaves a part of the other out."""
    if one.edition and other.edition and one.edition != other.edition:
        return "unlike"
    if one.text == other.text or _but_for_spelling(one.words, other.words):
        return "alike"
    for whole, short in ((one, other), (other, one)):
        if not whole.parts or short.parts:
            continue
        main, subtitle = whole.parts
        if main == short.words and not _tells_of_another_work(subtitle):
            return "in part"
        if subtitle == short.words and len(subtitle) >= _LEAST_OF_A_SUBTITLE and not _tells_of_another_work(main):
            return "in part"
    return "unlike"


def _but_for_spelling(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether these are the same words, but for a misspelling in many."""
    if len(one) != len(other):
        return False
    most = len(one) // (_WORDS_FOR_A_MISSPELLING + 1)
    misspelt: list[tuple[str, str]] = []
    for a, b in zip(one, other, strict=True):
        if a != b:
            misspelt.append((a, b))
            if len(misspelt) > most:
                return False
    return all(_one_word(a, b) for a, b in misspelt)


def _one_word(one: str, other: str) -> bool:
    """Whether these are spellings of one word; words that begin otherwise ("un-", "a-") mean another thing."""
    if min(len(one), len(other)) < _LEAST_LETTERS or one[0] != other[0]:
        return False
    if any(char.isdigit() for char in one + other):
        return False
    return Indel.normalized_similarity(one, other) >= WORDS_ALIKE


def _compared(text: str) -> tuple[str, ...]:
    text = re.sub(r"(?<=\w)\+\+", " plus plus ", re.sub(r"(?<=\b[A-Za-z])#", " sharp ", text))
    words = re.findall(r"\w+", re.sub("['`\u2019\u02bc]", "", folded(text)))
    compared = [_number(word, before) or _spelled(word) for before, word in pairwise(["", *words])]
    # The "a" of "Part A" is a number.
    meant = [word for before, word in pairwise(["", *compared]) if word not in _NO_WORDS or before in _NUMBERED]
    return tuple(meant or compared)


def _number(word: str, before: str) -> str:
    """The figures for a number that is spelled otherwise: "II", "second", "2nd"; empty for any other word."""
    if ordinal := _ORDINAL.match(word):
        return ordinal[1]
    if before in _NUMBERED and word in {"i", "v", "x"}:
        return {"i": "1", "v": "5", "x": "10"}[word]
    return _NUMBERS.get(word, "")


def _spelled(word: str) -> str:
    for pattern, rewritten in _SPELLINGS:
        word = pattern.sub(rewritten, word)
    return unspelled(word)


def _tells_of_another_work(part: Sequence[str]) -> bool:
    """Whether what is left out of a title tells a part, an edition or a reply from the work itself."""
    if any(word in _OF_ANOTHER_WORK or any(char.isdigit() for char in word) for word in part):
        return True
    return any(word in _NUMBERED and len(after) == 1 for word, after in pairwise(part))


def _languages_differ(one: Source, other: Source) -> bool:
    known = {source.language.partition("-")[0].lower() for source in (one, other)} - {"und", ""}
    return len(known) > 1


def _may_be_first_author(one: Source, other: Source) -> bool:
    """Whether the first authors may be one person; a nickname is taken for a name where two others agree."""
    first, second = one.authors[0], other.authors[0]
    if may_be_one(first, second):
        return True
    a, b = person(first), person(second)
    same_initial = bool(a.given and b.given) and a.given[0][0] == b.given[0][0]
    return same_initial and families_alike(a, b) and shared_families(one.authors, other.authors) > 2


def _authors_vouch(one: Looks, other: Looks, found: Likeness) -> bool:
    """Whether the authors make up for a title that is short, or that is told in part."""
    lists = one.record.authors, other.record.authors
    shared = shared_families(*lists)
    if min(len(one.title.words), len(other.title.words)) < _WORDS_OF_A_TITLE and shared < _AUTHORS_OF_A_SHORT_TITLE:
        return False
    return found == "alike" or shared >= min(map(len, lists))


def _years_go_together(one: Looks, other: Looks) -> bool:
    """Whether one work can be of both years.

    The year is the same; or an early edition is as old as `EDITION_YEARS` says; or two records of an article in the
    same journal or proceedings say when it was put online and when it was printed.
    """
    a, b = one.record, other.record
    if a.year is None or b.year is None:
        return False
    early_a, early_b = a.kind in EARLY_EDITIONS, b.kind in EARLY_EDITIONS
    if a.year == b.year:
        return True
    if early_a != early_b:
        early, late = (a, b) if early_a else (b, a)
        return (late.year or 0) - (early.year or 0) in EDITION_YEARS
    if abs(a.year - b.year) > 1 or one.title.words != other.title.words:
        return False
    if early_a:
        return True
    return one.group in ("paper", "") and other.group in ("paper", "") and venues_alike(a.publisher, b.publisher)


def venues_alike(one: str, other: str) -> bool:
    """Whether two names are one venue's: the words of the shorter abbreviate those of the longer, in order."""
    a, b = sorted((_venue_words(one), _venue_words(other)), key=lambda words: sum(map(len, words)))
    if not a or len(a) != len(b):
        return False
    return all(long.startswith(short) for short, long in zip(a, b, strict=True))


def _venue_words(name: str) -> list[str]:
    return [word for word in re.findall(r"\w+", folded(name)) if word not in {"the", "of", "on", "in", "and", "for"}]
