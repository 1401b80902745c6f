"""Make the perturbed half of the pairs from the records: `python -m eval.annotations.perturb` writes it anew.

Each way of changing a sentence is a function of the sentence; what it gives is labelled by its kind. Seeded: the same
records give the same pairs.
"""

import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Final, NamedTuple

from eval.annotations.pairs import KINDS, PAIRS, Pair, read_evidence, read_pairs, split_of, write_pairs
from eval.suite import SEED
from research_agent.bibliography.sentences import split_sentences
from research_agent.radar.sameness import words_of

WANTED: Final = {
    "verbatim": 20,
    "respelt": 22,
    "shortened": 22,
    "number": 30,
    "unit": 10,
    "negation": 30,
    "antonym": 22,
    "other_name": 22,
    "other_source": 26,
}
"""Pairs of each kind, as far as the records yield them."""
FEWEST_WORDS: Final = 6
"""Of a sentence that is changed: shorter ones say too little by themselves."""
MOST_WORDS: Final = 40
SAME_SUBJECT: Final = 3
"""Words that a claim of another source must share with the record to be on its subject."""

NUMBER_WORDS: Final = {
    str(number): word
    for number, word in enumerate(
        ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), 2
    )
}
_INTEGER = re.compile(r"(?<![\w.,/:=(-])(\d{1,3}(?:,\d{3})+|\d+)(?!\w|[/:)-]|[.,]\d)")
_YEARS: Final = range(1950, 2050)
_UNITS: Final = (
    ("seconds", "minutes"),
    ("second", "minute"),
    ("minutes", "hours"),
    ("milliseconds", "seconds"),
    ("microseconds", "milliseconds"),
    ("ms", "s"),
    ("days", "weeks"),
    ("months", "years"),
    ("MB", "GB"),
    ("KiB", "MiB"),
    ("kB", "MB"),
    ("hours", "days"),
    ("years", "months"),
)
_DENIALS: Final = (
    (r"\bis not\b", "is"),
    (r"\bare not\b", "are"),
    (r"\bmust not\b", "must"),
    (r"\bshould not\b", "should"),
    (r"\bdoes not (\w+)", r"does \1"),
    (r"\bcannot\b", "can"),
    (r"\bnever\b", "always"),
    (r"\bwithout\b", "with"),
    (r"\b(is|are|was|were|can|must|should|may|has|have)\b(?! (?:not|no|to be|been)\b)", r"\1 not"),
)
"""The first that fits is applied, once: a denial is taken away, or else one is put in."""
_ANTONYMS: Final = (
    ("before", "after"),
    ("at most", "at least"),
    ("more", "fewer"),
    ("above", "below"),
    ("first", "last"),
    ("synchronous", "asynchronous"),
    ("enabled", "disabled"),
    ("optional", "mandatory"),
    ("open", "closed"),
    ("public", "private"),
    ("accepted", "rejected"),
    ("accepts", "rejects"),
    ("allowed", "forbidden"),
    ("added", "removed"),
    ("higher", "lower"),
    ("longer", "shorter"),
    ("increase", "decrease"),
    ("rare", "common"),
    ("seldom", "often"),
    ("slower", "faster"),
    ("starts", "stops"),
    ("always", "never"),
    ("on by default", "off by default"),
    ("fails", "succeeds"),
    ("harder", "easier"),
    ("newest", "oldest"),
    ("required", "forbidden"),
    ("needs", "forbids"),
    ("widens", "narrows"),
    ("inside", "outside"),
)
_SPELLINGS: Final = (
    (r"(\d) ?%", r"\1 percent"),
    (r"(\d) percent\b", r"\1%"),
    (r"(\d)-second\b", r"\1 s"),
    (r"(\d) seconds\b", r"\1 s"),
    (r"\bis not\b", "isn't"),
    (r"\bare not\b", "aren't"),
    (r"\bdoes not\b", "doesn't"),
    (r"\bcannot\b", "can't"),
    (r"(author|initial|normal|organ|random|serial|standard|summar|synchron|util)is(?=ation|e|ing)", r"\1iz"),
    (r"\bbehaviour", "behavior"),
    (r"\bcolour", "color"),
    (r"\bfor example\b", "for instance"),
    (r"\bthat is\b", "i.e."),
    *((rf"(?<!-)\b{word}\b(?= [a-z])", number) for number, word in NUMBER_WORDS.items()),
)
_NAMES: Final = (
    *("Twilio", "Django", "Postgres", "Grafana", "Heroku", "Kafka", "Salesforce", "Zuul", "Atlassian", "Celery"),
    *("RetryBudget", "StreamReader", "GatewayError", "PoolManager", "LeaseToken", "RequestQueue", "AuditLog"),
    *("backoff_factor", "max_inflight", "retry_budget", "grace_period", "pool_size", "strict_mode"),
)
"""Put in the place of names of the same form."""
_NAME = re.compile(r"(?<=[a-z,] )(?:[A-Z][a-z]+[A-Z]\w*|[A-Z][a-z]{3,}\w*|[a-z]+_[a-z_]+)(?=[ ,.;])")
_CUT: Final = re.compile(r"; |, (?:and|so|but|because|although|since|while|whereas) |: ")

REJECTED: Final = frozenset(
    {
        "180 days is the recommended notice after beta functionality goes away.",
        "Version 0.74.0 is dated 34 August 2026 in the change log.",
        "ECMAScript, Go and Rust do not show this behaviour with multiline mode.",
        "Proposal and aftermath of a TLS change in Python 3.13, whose create_default_context() sets two more flags: "
        "STRICT enforces RFC 5280 rules in OpenSSL's path validation, PARTIAL_CHAIN lets a chain end at a trusted "
        "certificate that is self-signed.",
        "PARTIAL_CHAIN allows trust anchors that are self-signed.",
        "The authors examined 103 relying-party websites forensically and asked whether OpenID Connect.",
    }
)
"""Claims that were read and do not mean what their kind says."""
_NOT_CHANGED: Final = (
    "chain of posts",
    "Status Draft",
    "Brett Cannon",
    "pays off when",
    "rare endpoint",
    "common endpoint",
    "some before and most",
)
"""Sentences in which a changed word gives no sense: they are left out."""


class Told(NamedTuple):
    """A sentence of a record."""

    source: str
    text: str


def perturbed(evidence: Mapping[str, str], *, seed: int = SEED) -> list[Pair]:
    """The perturbed pairs of records; at most one of a kind a source, so that no record counts for many."""
    told = [Told(source, sentence) for source, text in evidence.items() for sentence in _sentences(text)]
    pairs: list[Pair] = []
    for kind, wanted in WANTED.items():
        chance = random.Random(f"{seed} {kind}")
        found = _of_kind(kind, chance.sample(told, len(told)), evidence, chance)
        pairs.extend(_pair(kind, number, made, evidence) for number, made in enumerate(islice(found, wanted), 1))
    return pairs


def _of_kind(
    kind: str, told: list[Told], evidence: Mapping[str, str], chance: random.Random
) -> Iterator[tuple[str, str, str]]:
    """Source, claim and what it was made from, in a random order."""
    used: set[str] = set()
    for sentence in told:
        if sentence.source in used or any(part in sentence.text for part in _NOT_CHANGED):
            continue
        if kind == "other_source":
            source = _on_the_subject(sentence, evidence, used)
            made = sentence.text if source else ""
        else:
            source = sentence.source
            made = _WAYS[kind](sentence.text, evidence[source], chance)
        if source and made and made not in REJECTED:
            used.add(source)
            yield source, made, sentence.source if kind == "other_source" else sentence.text


def _pair(kind: str, number: int, made: tuple[str, str, str], evidence: Mapping[str, str]) -> Pair:
    source, claim, made_from = made
    return Pair(
        id=f"{kind}-{number:03d}",
        source=source,
        split=split_of(source),
        label=KINDS[kind],
        kind=kind,
        origin="perturbed",
        claim=claim,
        made_from="" if made_from == claim else made_from,
        evidence=evidence[source],
    )


def _sentences(text: str) -> Iterator[str]:
    for line in text.splitlines():
        for sentence in split_sentences(line):
            if FEWEST_WORDS <= len(sentence.split()) <= MOST_WORDS:
                yield sentence


def _verbatim(sentence: str, _record: str, _chance: random.Random) -> str:
    return sentence


def _respelt(sentence: str, _record: str, _chance: random.Random) -> str:
    """Every spelling that has another one; empty: there is none."""
    made = sentence
    for pattern, other in _SPELLINGS:
        made = re.sub(pattern, other, made)
    return made if made != sentence else ""


def _shortened(sentence: str, _record: str, _chance: random.Random) -> str:
    """The first clause by itself."""
    first = _CUT.split(sentence)[0]
    return f"{first}." if first != sentence and len(first.split()) >= FEWEST_WORDS and not first.endswith(".") else ""


def _number(sentence: str, record: str, chance: random.Random) -> str:
    """One number changed to one that the record holds nowhere; years, versions and numbers in code stay."""
    found = [match for match in _INTEGER.finditer(sentence) if int(match[1].replace(",", "")) not in _YEARS]
    if not found:
        return ""
    match = chance.choice(found)
    value = int(match[1].replace(",", ""))
    others = [other for other in (value * 2, value * 3, value + 1, value + 7, value * 10) if f"{other:,}" not in record]
    others = [other for other in others if str(other) not in record and other != value]
    if not others:
        return ""
    other = chance.choice(others)
    written = f"{other:,}" if "," in match[1] else str(other)
    return f"{sentence[: match.start(1)]}{written}{sentence[match.end(1) :]}"


def _unit(sentence: str, _record: str, _chance: random.Random) -> str:
    for unit, other in _UNITS:
        made = re.sub(rf"(?<=\d)( ?|-){unit}\b", rf"\g<1>{other}", sentence, count=1)
        if made != sentence:
            return made
    return ""


def _negation(sentence: str, _record: str, _chance: random.Random) -> str:
    for pattern, other in _DENIALS:
        made = re.sub(pattern, other, sentence, count=1)
        if made != sentence:
            return made
    return ""


def _antonym(sentence: str, _record: str, _chance: random.Random) -> str:
    for one, other in _ANTONYMS:
        for word, opposite in ((one, other), (other, one)):
            made = re.sub(rf"(?<![\w-]){word}(?![\w-])", opposite, sentence, count=1)
            if made != sentence:
                return made
    return ""


def _other_name(sentence: str, record: str, chance: random.Random) -> str:
    """A name within the sentence exchanged for one that the record does not hold."""
    found = list(_NAME.finditer(sentence))
    if not found:
        return ""
    match = chance.choice(found)
    others = [name for name in _NAMES if name not in record and _form(name) == _form(match[0])]
    return f"{sentence[: match.start()]}{chance.choice(others)}{sentence[match.end() :]}"


def _form(name: str) -> str:
    """How a name is written: with an underscore, in camel case, or as a word."""
    return "_" if "_" in name else "Aa" if name[1:] != name[1:].lower() else "A"


def _on_the_subject(sentence: Told, evidence: Mapping[str, str], used: set[str]) -> str:
    """The source of the same half whose record shares most words with the sentence without holding half; or none."""
    words = words_of(sentence.text)
    fitting = [
        (len(words & words_of(text)), source)
        for source, text in evidence.items()
        if source not in used
        and source != sentence.source
        and split_of(source) == split_of(sentence.source)
        and SAME_SUBJECT <= len(words & words_of(text)) <= len(words) // 2
    ]
    return max(fitting)[1] if fitting else ""


_WAYS: Final[Mapping[str, Callable[[str, str, random.Random], str]]] = {
    "verbatim": _verbatim,
    "respelt": _respelt,
    "shortened": _shortened,
    "number": _number,
    "unit": _unit,
    "negation": _negation,
    "antonym": _antonym,
    "other_name": _other_name,
}


def main() -> int:
    """Write the perturbed pairs anew and print how many there are of each kind."""
    kept = [pair for pair in read_pairs() if pair.origin != "perturbed"] if PAIRS.exists() else []
    made = perturbed(read_evidence())
    write_pairs([*kept, *made])
    for kind, number in sorted(Counter(pair.kind for pair in made).items()):
        print(f"{kind:14} {number:3}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
