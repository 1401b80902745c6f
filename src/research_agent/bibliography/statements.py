"""What kind of statement a curated sentence or key point is, by its words alone: advice, figures, a fact of the record.

Rules for English, read off curated records; they decide where a sentence stands, never what it says.
"""

import re
from functools import lru_cache

from research_agent.model.source import CodePattern

_FUNCTION_WORDS = """about above after all also and any are because been before both but can each either even every for
from had has have how into its just like many may more most much must not now off once one only other our out over own
per same should since some such than that the their them then there these they this those through under until upon very
was were what when where which while who whom whose why will with within without would yet you your"""
_FUNCTION = frozenset(_FUNCTION_WORDS.split())
"""Words that say nothing of a subject."""
_STEM = 5
"""Letters that two words must begin with alike."""
_LETTERS = re.compile(r"[^\W\d_]{3,}")
_NUMERALS = re.compile(r"\d+(?:[.,]\d+)*")

_LEANS_BACK = re.compile(
    r"(?:All of (?:these|them)|Also|And|Another|Besides|Both|But|Conversely|Each|Either|Even so|Further|He|Hence|Here|"
    r"However|Instead|It|Its|Later|Moreover|Neither|Nor|One|Otherwise|Others?|Several|She|So|Some|Such|That|"
    r"The (?:former|last|latter|others?|rest|same|second|third)|Their|Then|There|These|They|This|Those|Thus|Two|Three|"
    r"Yet)\b"
)
_ADVICE = re.compile(
    r"\b(?:should|must|ought to|needs? to|ha(?:s|ve) to|lessons?|advice|advises?|recommend\w*|prefer|avoid|worth|useful"
    r"|usefully|handy|practical|consequence|conclusion|takeaway|therefore|thus|template|checklist|suits|deserves?"
    r"|argues? for|can (?:\w+ )?(?:adopt|copy|learn|link|read|reuse|run|take|use))\b",
    re.IGNORECASE,
)
_ADDRESSES = re.compile(
    r"(?:For (?!example\b|instance\b|this\b|that\b|it\b|each\b|every\b|one\b|years?\b)|Useful\b|Handy\b|Worth\b"
    r"|What to\b|Anyone\b|Whoever\b|Those who\b|Lessons?\b|Applied to\b|Transferred to\b|Practical\b"
    r"|The (?:\w+ )?(?:advice|conclusion|consequence|lessons?|message|reading|recommendation|takeaway)\b)"
)
_ORDERS = re.compile(
    r"(?:Accept|Add|Always|Avoid|Bound|Cap|Check|Choose|Combine|Compare|Configure|Cover|Declare|Expect|Export|Give|"
    r"Keep|Limit|Log|Make|Measure|Never|Pair|Pass|Pin|Plan|Prefer|Put|Raise|Read|Record|Reject|Reproduce|Restrict|Run|"
    r"Send|Set|Start|Store|Supplement|Take|Test|Treat|Use|Validate|Wrap|Write) (?!a\b.*\bis\b)\w"
)
_CODE = re.compile(r"[^\W\d]\w*\(|\w_\w|\b_\w|`|\w=\S|(?<!\w)--\w|(?<!\w)@\w")
_NAMES_IN_CODE = re.compile(r"\b[a-z]\w*(?:\.[a-z_]\w*)+\b|\b[a-z]+[A-Z]\w*|\b[A-Z][\w]*-[A-Z][\w-]*")
"""Dotted names, camel case and header fields: also found in names of products and works."""
_NUMBER = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|thirty|half|twice|third)\b", re.IGNORECASE
)
_BEHAVIOUR = re.compile(
    r"\b(?:MUST|SHOULD|MAY|must|should|may|can|cannot|never|always|only|not|no longer|instead|rather than|unless|until"
    r"|when|while|if|once|before|after|without|because|so that|to avoid|defaults?|recommended|discouraged|forbidden"
    r"|allows?|prevents?|raises?|returns?|fails?|breaks?|blocks?|cancels?|retr(?:y|ies)|retried|ignore[ds]?"
    r"|overrides?|replaces?|limits?|bounds?|requires?|needs?|keeps?|stops?)\b"
)
_TELLING_WORDS = 3
"""Words of a subject, as `stems` counts them, that a statement needs to be understood away from its neighbours."""
_CAVEAT = re.compile(
    r"\b(?:expired in|was withdrawn|is archived|was archived|unmaintained|no later release|still not an? |was rejected"
    r"|rejected after|no longer (?:maintained|developed|receives?)|closed as not planned|discontinued|was abandoned)\b",
    re.IGNORECASE,
)
_OF_THE_WORK = re.compile(
    r"(?:Adds|Announces|Applies|Builds|Cites|Combines|Comments|Compares|Contains|Contrasts|Corpus|Covers"
    r"|Credits|Defines|Demonstrates|Describes|Discusses|Distinguishes|Draws|Evaluates|Extends|Follows"
    r"|Generates|Holds|Includes|Instruments|Introduces|Lists|Mentions|Models|Names|Observes|Patches"
    r"|Predates|Processes|Proposes|Related|Relates|Replaces|Reproduces|Requires|Runs|Ships|Shows"
    r"|Spans|Splits|Studies|Study|Subclasses|Suggests|Summarises|Supports|Surveys|Treats|Used|Uses"
    r"|Works)\b(?! (?:and|are|can|do|have|in|is|may|must|of|on|should|that|use|were|which)\b)"
)
_OF_A_STUDY = re.compile(
    r"\b(?:interview(?:s|ed|ees)?|participants?|respondents?|(?:analysed|examined|studied|surveyed|evaluated)"
    r"|served as evaluation|the (?:authors?|speaker|paper|post|book|talk|chapter|study)"
    r"|authors? (?:is|was|works?|worked|are|were)|took part|research questions?|data ?set of|snowballing"
    r"|guest chapter|hosts the page|known uses|workshop paper|latest listed release|was released on)\b",
    re.IGNORECASE,
)
_OF_ITS_MAKING = re.compile(
    r"(?:Aims? at|Argues|Based on|Book parts|Cited (?:by|in)|Disclosed on|Divided|Escalated to|Finds|Implemented in"
    r"|Introduced in|Modelled and verified|Motivated by|Notes that|Preprint|Prompted by|Study base|Testing strategy"
    r"|Ties|Written (?:by|in)"
    r"|The (?:article|changelog|document|format|guide|list|page|post|project|README|report|series|survey|text)"
    r" (?:belongs|compares|contains|covers|describes|explains|follows|includes|lists|shows))\b"
    r"|(?:Areas|Corpus|Method):|Runs were executed\b|Samples are\b"
    r"|Accepted \d|Rare as\b|(?:Chapter \d+|Parts?|Sections?) (?:covers?|follows?|introduces?|is)\b"
    r"|A (?:\w+ ){0,3}(?:companion|introduction|overview|survey) (?:by|for|of|to)\b|Open in\b"
    r"|Comparison table|Also (?:covers|defines|describes|lists|names)\b|Has an? (?:chapter|section)\b"
)

_IMPRINT = re.compile(
    r"\bISBN\b|\bISSN\b|\be-?[Pp]rint \d|\bPVLDB\b|\bpages \d+ ?(?:-|\u2013|to) ?\d+|^\d+ pages\b|\bdoi:? ?10\."
    r"|\bvolume \d+,? (?:issue|number) \d+|^Published (?:at|by|in|on)\b.*\d"
)
"""What only a reference holds: numbers of books and articles, pages, volumes."""
_PUBLISHING = """a about accepted again an and announced appeared april archived article artifact as at august
author authors available award based before best book by chapter circulated closed code commit committee common
communications conference copy created current dated dates december decision distinguished document draft drafts
edited edition editor editors english eprint example february final first follow for from given has held history
http https in informational is issue issued it its january journal july june keynote known last later latest
length licence license line long made march may merged minutes no not november now obsoletes october of old on
one only onwards open opened original page pages paper papers part pdf plus post posted preprint presented
proceedings proposed publication published questions read received recorded release released releases replaces
report reported repository resolution resolved reviewed revised revision seen september sequel series since
snapshot source standard standardised standards status std still submitted subscribers tag tagged talk target
technical text the then thesis time title to together track translation under until updated version versions vol
volume was were with workshop written year years"""
_RECORD_WORDS = frozenset(_PUBLISHING.split())
"""With names, numbers and dates, all that a statement of publication is made of."""


def stands_alone(sentence: str) -> bool:
    """Whether a sentence can be read without the one before it: it does not open by pointing back."""
    return not _LEANS_BACK.match(sentence)


def is_advice(sentence: str, *, closing: bool, normative: bool = False) -> bool:
    """Whether a sentence says what to do with the matter rather than what the matter is.

    Args:
        sentence: one sentence of a summary.
        closing: it is the summary's last one, where records draw their conclusion: weaker words then suffice.
        normative: the work sets rules, so that "should" and "must" are its subject and no advice of the record.
    """
    if _ADDRESSES.match(sentence):
        return True
    if normative and not closing:
        return False
    return closing and bool(_ADVICE.search(sentence) or _ORDERS.match(sentence))


def gives_detail(statement: str) -> bool:
    """Whether it names parameters, API names or figures: what one copies into a configuration."""
    return bool(_CODE.search(statement) or _NAMES_IN_CODE.search(statement) or _NUMBER.search(statement))


def is_publication_fact(statement: str) -> bool:
    """Whether it only says when, where or in which form the work came out, which its citation says already.

    "Published on 9 July 2024." and "OSDI 2022, pages 73-90." do; "2.6.0 limits chained codings to 5" does not.
    """
    if _IMPRINT.search(statement) and not is_caveat(statement):
        return True
    if not re.search(r"\d", statement) and not re.match(r"(?:Accepted|Final|Published|Presented|Written)\b", statement):
        return False
    if _CODE.search(statement) or is_caveat(statement):
        return False
    words = [word for word in re.findall(r"\w[\w'\u2019-]*", statement) if not re.search(r"\d", word)]
    common = [word for word in words[1:] if word[0].islower()]
    if words and words[0][1:].islower():  # "STD 97" and "SoCC 2021" open with a name
        common.append(words[0].lower())
    return all(word in _RECORD_WORDS for word in common)


def tells_of_the_work(statement: str) -> bool:
    """Whether it describes the work (what it covers, whom it asked, who made it) and not what one learns from it."""
    return bool(_OF_THE_WORK.match(statement) or _OF_ITS_MAKING.match(statement) or _OF_A_STUDY.search(statement))


def says_what_happens(statement: str) -> bool:
    """Whether it gives advice or says how something behaves, rather than what something is or is called."""
    return bool(_BEHAVIOUR.search(statement) or is_advice(statement, closing=True))


def says_enough(statement: str) -> bool:
    """Whether it can stand by itself: "Availability above 99.999%." does not say of what."""
    return bool(_CODE.search(statement)) or len(stems(statement)) >= _TELLING_WORDS


def is_caveat(statement: str) -> bool:
    """Whether it warns that the work or its software has come to an end or was never settled."""
    return bool(_CAVEAT.search(statement))


def shared_part(statement: str, other: str) -> float:
    """How much of a statement's words and numbers another one holds, 0 to 1; words are compared by their stems."""
    mine = _content(statement)
    return len(mine & _content(other)) / len(mine) if mine else 1.0


@lru_cache(maxsize=4096)
def stems(text: str) -> frozenset[str]:
    """The beginnings of a text's words, so that "retries" meets "retry"; short and empty words are left out."""
    return frozenset(word.rstrip("s")[:_STEM] for word in _LETTERS.findall(text.lower()) if word not in _FUNCTION)


@lru_cache(maxsize=4096)
def _content(text: str) -> frozenset[str]:
    return stems(text) | frozenset(_NUMERALS.findall(text))


def as_sentence(statement: str) -> str:
    """The statement with a full stop, where it has no end mark of its own."""
    text = " ".join(statement.split())
    return (
        text
        if re.search(r"[.!?…][\"'\u201d\u2019)\]]*$", text) and not text.endswith(("..)", "(..", "...)"))
        else f"{text}."
    )


def pattern_sentence(pattern: CodePattern) -> str:
    """A code pattern as one line: the library, then the idea."""
    return f"{pattern.library}: {as_sentence(pattern.idea)}"
