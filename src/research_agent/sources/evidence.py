"""Say what evidence from production a record carries, quoting it. Pure; precision before recall.

Only what the record itself says counts: a sentence that speaks of a system in use *and* gives a figure with a unit,
and is neither advice, hypothesis, simulation nor somebody else's result retold.
"""

import re
from collections.abc import Iterator

from research_agent.model.kinds import Kind
from research_agent.model.source import Placement, Source
from research_agent.sources.observed import PRODUCTION

_BY_KIND: dict[Kind, str] = {
    "case_study": "case study of a system in use",
    "postmortem": "post-mortem of an incident in production",
    "benchmark": "benchmark with measured figures",
}
# Who can report from their own production. Documentation and standards state intent, a community post retells.
_MAY_REPORT: frozenset[Kind] = frozenset({"paper", "preprint", "report", "thesis", "engineering_blog", "talk", "book"})
# Whose changes are measured where they run: "database operations fell by 80%".
_REPORTS_OUTCOMES: frozenset[Kind] = frozenset({"engineering_blog"})

_IN_USE = re.compile(
    r"""\b(?:
        (?:in|into|from|under|its|their|our|of)\ production(?!-)
      | production\ (?:traffic|traces?|systems?|deployments?|fleet|services?|clusters?|workloads?|servers?|nodes?
                      |data|use|incidents?|outages?|environments?|tracer)
      | outages? | incidents? | fleet | (?:upgrade|metastable|reported)\ failures
      | (?:live|real|HTTP)\ traffic
      | deployed\ (?:at|in|on|across|to) | runs\ in | (?:had\ run|running)\ for
      | (?:requests|queries|checks|reads|messages|events|certificates|traces)
        \ (?:per|an?|each)\ (?:second|minute|hour|day)
      | came\ to\ serve | the\ migration\ covered | migrations?,\ .{0,20}code\ changes
      | of\ requests\ (?:carry|carried|arrive|arrived)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_OUTCOME = re.compile(r"\b(?:improves?|improved|dropped|fell|reduced|cut|saved|rose|grew)\b.{0,60}?\d", re.IGNORECASE)
_UNITS = (
    r"%|percent\b|x\b|times\b|ms\b|milliseconds?\b|seconds?\b|minutes?\b|hours?\b|days?\b|weeks?\b|months?\b|years?\b"
    r"|[kMGTP]B\b|million\b|billion\b|trillion\b"
    r"|(?:\w+\s+){0,2}(?:requests|queries|checks|certificates|traces|services|microservices|clusters|hosts|servers"
    r"|machines|nodes|sites|incidents|outages|failures|organisations|companies|code\ changes)\b"
)
_FIGURE = re.compile(
    rf"(?<![\w.])\d[\d,.]*\s*(?:{_UNITS})"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve)\s+(?:months|years)\b"
    r"|\b(?:thousands|hundreds|millions|billions|trillions)\s+of\s+(?:\w+\s+)?\w+",
    re.IGNORECASE,
)
_NOT_OBSERVED = re.compile(
    r"\b(?:should|would|could|may|might|must|can|if|recommend\w*|advise\w*|suggest\w*|propos\w*|predict\w*|promise\w*"
    r"|for\ (?:example|instance)|such\ as|simulat\w*|testbed|synthetic|evaluation|experiments?|participants|user\ study"
    r"|tests?|lab|assum\w*|imagine|suppose|are\ said|summarises|will|since\ then)\b",
    re.IGNORECASE,
)
# A sentence ends whatever the next one begins with, so that case decides nothing. A full stop after an initial or one
# of these abbreviations ends none.
_SENTENCE_END = re.compile(
    r"""(?<=[.!?])(?<!\b\w\.)(?<!\bvs\.)(?<!\bcf\.)(?<!\bal\.)(?<!\bca\.)(?<!\bno\.)(?<!\betc\.)(?<!\bfig\.)(?<!\bsec\.)
        (?<!\bapprox\.)\s+
      | [.!?]["')\]]+\s+
      | ;\s+""",
    re.IGNORECASE | re.VERBOSE,
)
# Emphasis, code, headings, links and tags say how a text looks, not what it says.
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_EMPHASIS = re.compile(r"[*`]+|~~|(?<!\w)_+(?=\w)|(?<=\w)_+(?!\w)|^#+\s+", re.MULTILINE)
_LONGEST_QUOTE = 200


def production_evidence(source: Source, placement: Placement) -> str:
    """What was seen of production in this record: "" or a short statement that names the kind or quotes the figures.

    What a reader noted under that name (the signal `production`) comes first.

    How the record is written, its case and its markup, changes nothing but the quote.
    """
    told = source.signal(PRODUCTION).value
    if isinstance(told, str):
        return f"figures from production: {_quoted(told)}"
    if by_kind := _BY_KIND.get(source.kind):
        return by_kind
    if source.kind not in _MAY_REPORT:
        return ""
    outcomes = source.kind in _REPORTS_OUTCOMES
    for sentence in _sentences(placement):
        if not _FIGURE.search(sentence) or _NOT_OBSERVED.search(sentence):
            continue
        if _IN_USE.search(sentence) or (outcomes and _OUTCOME.search(sentence)):
            return f"figures from production: {_quoted(sentence)}"
    return ""


def _sentences(placement: Placement) -> Iterator[str]:
    """Without their markup; key points first: they are single facts."""
    yield from (_unmarked(point.text) for point in placement.key_points)
    yield from _SENTENCE_END.split(_unmarked(placement.summary))


def _unmarked(text: str) -> str:
    return _EMPHASIS.sub("", _TAG.sub("", _LINK.sub(r"\1", text)))


def _quoted(sentence: str) -> str:
    text = sentence.strip().rstrip(".;")
    if len(text) > _LONGEST_QUOTE:
        text = text[: _LONGEST_QUOTE - 1].rsplit(" ", 1)[0] + " …"
    return f'"{text}"'
