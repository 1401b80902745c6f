"""Split the names of authors for citation: people into parts, organisations kept whole."""

import re
from typing import NamedTuple


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that a person's name does not hold: what organisations, teams and crowds call themselves.
_ORGANISATION_WORDS = _words(
    """
    academy agency alliance association authority authors board bureau centre center cloud club college commission
    committee community company conf conference consortium contributors cooperative corporation council department
    developers division editors engineering enterprise enterprises experts federation forum foundation group guild
    inc inc. incorporated index initiative institute institution interest international laboratories laboratory labs
    limited llc ltd maintainers members ministry network networks office organisation organization participants
    partners program programme project reviewers school series services society software standards studio studios
    systems task team technologies technology union university users working gmbh oss plc
    """
)
# A name has no function words between its capitalised parts, apart from the particles below.
_FUNCTION_WORDS = _words("and at by for from in me of on or our the to us we with your")
_PARTICLES = _words("af al av bin da das de del della den der di do dos du el ibn la le ten ter van vom von zu zum zur")
# Written with a capital, these still belong to the family name: "Philippe De Ryck".
_CAPITAL_PARTICLES = _words("Da De Del Della Den Der Di Dos Du El La Le Van Von")
_SUFFIXES = _words("Jr Jr. Sr Sr. II III IV")
_COMPANY_SUFFIXES = _words("inc inc. llc ltd ltd. gmbh corp corp. co. plc s.a. ag")
# Companies whose name has the shape of a person's, so that no rule could tell.
_SHAPED_LIKE_A_PERSON = frozenset({"bishop fox", "hugging face", "home depot", "goldman sachs", "jane street"})
_APOSTROPHES = "'\N{RIGHT SINGLE QUOTATION MARK}"
# What names hold besides letters: hyphens, apostrophes, the Catalan middle dot, combining accents.
_NAME_MARKS = frozenset(_APOSTROPHES + ".-\N{MODIFIER LETTER APOSTROPHE}\N{MIDDLE DOT}\u0300\u0301\u0308")
_INNER_CAPITAL = re.compile(rf"^(?:Mc|Mac|De|Di|Du|La|Le|Van|Von|Fitz|[OD][{_APOSTROPHES}])[A-Z]")
_INITIALS = re.compile(r"^(?:[A-Z]\.?-?){1,3}$")
_MOST_WORDS_OF_A_PERSON = 6


class Name(NamedTuple):
    """An author as citation styles need it: the parts of a person's name, or `literal` for everybody else."""

    family: str = ""
    given: str = ""
    particle: str = ""
    suffix: str = ""
    literal: str = ""

    @property
    def sort_key(self) -> str:
        """What a reference list files the name under, case folded."""
        return (self.literal or f"{self.family} {self.given} {self.particle}").casefold()


def parse_name(text: str) -> Name:
    """Split one author.

    A name is kept whole (as an organisation, a crowd or a handle) when any of these holds: a single word; a word
    that organisations use ("contributors", "Foundation", "Inc."); a digit, `&`, `/`, `@` or `:`; a function word
    before the last word ("of", "and", "To"); a last word in capitals ("SIG"); a word with inner capitals that is
    neither initials nor a Mc/De prefix ("SQLite", "GitHub"); a lower-case first word, or a lower-case word that is
    no particle; more than six words. Everything else is a person: the family name is the last word with the
    particles before it, "Family, Given" is understood, and Jr., Sr., II, III and IV are suffixes. A nickname in
    parentheses is left out.

    The particle is CSL's non-dropping particle and BibTeX's "von" part: the lower-case words before the family name.
    """
    text = " ".join(text.split())
    bare = re.sub(r"\s*\([^()]*\)$", "", text)
    if _is_organisation(bare):
        return Name(literal=text)
    head, _, tail = bare.partition(",")
    words, suffix = head.split(), ""
    if tail.strip() in _SUFFIXES:
        suffix = tail.strip()
    elif tail:
        particles = _leading_particles(words)
        return Name(family=" ".join(words[particles:]), given=tail.strip(), particle=" ".join(words[:particles]))
    elif words[-1] in _SUFFIXES and len(words) > 2:
        suffix = words.pop()
    start = _family_start(words)
    particles = _leading_particles(words[start:])
    return Name(
        family=" ".join(words[start + particles :]),
        given=" ".join(words[:start]),
        particle=" ".join(words[start : start + particles]),
        suffix=suffix,
    )


def _is_organisation(text: str) -> bool:
    head, _, tail = text.partition(",")
    words = head.split()
    if tail:
        return (
            tail.strip().lower() in _COMPANY_SUFFIXES
            or "," in tail
            or not words
            or any(_foreign_to_a_person(word) for word in [*words, *tail.split()])
            or (len(words) == 1 and tail.strip() in _SUFFIXES)
        )
    return (
        not 2 <= len(words) <= _MOST_WORDS_OF_A_PERSON
        or text.casefold() in _SHAPED_LIKE_A_PERSON
        or words[0].islower()
        or words[-1] in _PARTICLES
        or (len(words[-1]) > 1 and words[-1].isupper() and words[-1] not in _SUFFIXES)
        or any(word.casefold() in _FUNCTION_WORDS for word in words[:-1])
        or any(_foreign_to_a_person(word) for word in words)
    )


def _foreign_to_a_person(word: str) -> bool:
    """Whether no person's name holds this word."""
    if word in _PARTICLES or word in _CAPITAL_PARTICLES or word in _SUFFIXES or _INITIALS.match(word):
        return False
    if word.casefold() in _ORGANISATION_WORDS or word in _FUNCTION_WORDS:
        return True
    if any(not (character.isalpha() or character in _NAME_MARKS) for character in word):
        return True
    if not word[0].isupper() and word[0].lower() != word[0].upper():  # a script without case has neither
        return True
    if re.search(r"\.\w{2,}", word):  # a host name: "example.com"
        return True
    pieces = re.split(f"[-.{_APOSTROPHES}]", word)
    return any(
        len(piece) > 1 and any(c.isupper() for c in piece[1:]) and not _INNER_CAPITAL.match(piece) for piece in pieces
    )


def _family_start(words: list[str]) -> int:
    """Index of the first word of the family name: the last word, and the particles right before it."""
    start = len(words) - 1
    while start > 1 and (words[start - 1] in _PARTICLES or words[start - 1] in _CAPITAL_PARTICLES):
        start -= 1
    return start


def _leading_particles(words: list[str]) -> int:
    count = 0
    while count < len(words) - 1 and words[count] in _PARTICLES:
        count += 1
    return count
