"""What must hold in an assembled prompt, checked on its words and not on its templates."""

import re
from collections import Counter
from collections.abc import Collection, Container, Iterable, Sequence
from functools import lru_cache

from research_agent.model.guide import Domain, Guide
from research_agent.model.prompt import Candidate, ModelProfile, Part, Present, Prompt, PromptCheck
from research_agent.model.radar import Rubric
from research_agent.prompts.counts import wrong_counts
from research_agent.prompts.data_lines import (
    candidate_lines,
    category_lines,
    domain_phrases,
    exempt_phrases,
    focus_lines,
    hierarchy_phrase,
    part_phrases,
    present_lines,
    rubric_lines,
    technology_line,
)
from research_agent.prompts.requirements import requirements
from research_agent.prompts.text import as_data, span_text

MOST_RULES = 40
"""Sentences and items that ask something: instructions beyond some dozens are missed, the later the sooner
(IFScale, https://arxiv.org/abs/2507.11538)."""

_TOO_LONG_TO_BE_PART = 25
_SHORTEST_ASKED = 11
"""Four words of two letters, and what stands between them."""
_KEPT_TEXTS = 2_000
"""Candidates of a domain or two in both styles of delimiters: prompts for other profiles ask for the same ones."""
_THOUGHT = re.compile(r"step[- ]by[- ]step|chain[- ]of[- ]thought|show your (?:reasoning|thinking|work)", re.IGNORECASE)
_SHOUTED = re.compile(r"\b[A-Z]{4,}\b")
_NAMES_IN_CAPITALS = frozenset({"RADAR", "FOUND", "ARXIV", "JSON"})
_WORD = re.compile(r"[A-Za-z]{2,}")
_END_OF_PART = re.compile(r"(?<=[.:;])\s+|\n+")
_LIST_MARK = re.compile(r"^(?:[-*]|\d+\.)\s+")
_LINE_MARK = re.compile(r"(?:[-*]\s+|\S*\d[.)]?\s+)")
_HEADING = re.compile(r"#{1,6} .+")
_TAG = re.compile(r"</?[a-z_]+>")
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{%|%\}|\bTODO\b|\bundefined\b")


def check_prompt(
    prompt: Prompt,
    guide: Guide,
    domain: Domain | None,
    rubric: Rubric,
    profile: ModelProfile,
    *,
    candidates: Sequence[Candidate] = (),
    present: Present | None = None,
) -> tuple[PromptCheck, ...]:
    """Every check that a prompt of this mode has to pass, passed or not, in a fixed order.

    `guide` is the one that was stated: of a part of a chain, narrowed to it. Without a `domain` the prompt spans all.
    """
    words = "\n".join(message.content for message in prompt.messages)
    data = [*_data(guide, domain, rubric, candidates, profile), *_present_data(present, profile), *_form_data(prompt)]
    # A short name of theirs may stand inside a sentence of ours.
    ours = _without(words, {text for text in data if len(text) >= _TOO_LONG_TO_BE_PART})
    bare = _without(ours, {text for text in data if len(text) < _TOO_LONG_TO_BE_PART})
    asked = _asked(bare)
    asks = () if prompt.mode == "verify" else _of_guide(words, guide, domain, profile)
    method = (
        () if prompt.mode in ("verify", "synthesize") else _of_method(words, ours, guide, rubric, profile, prompt.part)
    )
    style = profile.delimiters
    lines = frozenset(map(str.rstrip, words.split("\n")))
    given = [line for n, one in enumerate(candidates, start=1) for line in candidate_lines(n, one, style)]
    there = list(present_lines(present, prompt.mode, style))
    named = domain_phrases(domain, prompt.mode, style) if domain else []
    return (
        _all_in("domain-named", "Project and task name the domain", words, named),
        *asks,
        *method,
        _none_in("one-domain", "It holds no bullet of another domain", words, _foreign(guide, domain, profile)),
        _once(ours, prompt, guide, profile),
        _all_in(
            "candidates", "Every candidate stands in it under its number, with all that is known of it", lines, given
        ),
        _all_in("present", "Every present entry stands in it with what is said of it, and every gap", lines, there),
        _one_delimiter(words, profile),
        _nothing("placeholders", "No placeholder is left unresolved", _PLACEHOLDER.findall(bare)),
        _nothing("calm", "Nothing is shouted", sorted({*_SHOUTED.findall(bare)} - _NAMES_IN_CAPITALS)),
        _nothing("no-thoughts", "It asks for no chain of thought", _THOUGHT.findall(ours)),
        _nothing("said-once", "No sentence of ours stands in it twice", _repeated(asked)),
        _few_rules(asked),
        _fits(prompt, profile),
    )


def _of_guide(words: str, guide: Guide, domain: Domain | None, profile: ModelProfile) -> tuple[PromptCheck, ...]:
    """What the guide is about, which every prompt for a bibliography or a guide states."""
    domains = guide.domains if domain is None else (domain,)
    technologies = [technology_line(one, profile.delimiters) for one in guide.technologies]
    return (
        _all_in(
            "focus-verbatim",
            "Every focus bullet stands in it word for word under its number",
            words,
            [line for one in domains for line in focus_lines(one, profile.delimiters)],
        ),
        _all_in(
            "project",
            "Project, readers, stance and specifications stand in it",
            words,
            _project(guide, domain, profile),
        ),
        _all_in("technologies", "The whole technology stack stands in it", words, technologies),
        _all_in("exit", "It says what to write where nothing is found", words, ["NOT FOUND:"]),
    )


def _of_method(  # noqa: PLR0917 - what it is held against
    words: str, ours: str, guide: Guide, rubric: Rubric, profile: ModelProfile, part: Part | None
) -> tuple[PromptCheck, ...]:
    """How the guide wants a bibliography to be made."""
    names = _told((category.name for category in guide.methodology.categories), profile)
    wrong = wrong_counts(ours, names, guide.methodology, part)
    style = profile.delimiters
    trust = [] if part else [hierarchy_phrase(guide, style)]
    return (
        _nothing("counts", "Every count stands in it once and is the guide's", wrong),
        _all_in("quotas", "Every category stands in it with its quota", words, category_lines(guide, style)),
        _all_in("trust", "The order of trust stands in it", words, trust),
        _all_in("exempt", "What the limit on origins spares stands in it", words, exempt_phrases(guide, style)),
        _all_in("part", "Its place in a chain and the bullets that it takes on stand in it", words, part_phrases(part)),
        _all_in("total", "The number of sources stands in it", words, _totals(guide)),
        _all_in("recency", "The first recent year stands in it", words, [str(guide.methodology.recent_since)]),
        _all_in(
            "rubric", "Every RADAR criterion and every worded level stands in it", words, rubric_lines(rubric, style)
        ),
    )


def _data(
    guide: Guide, domain: Domain | None, rubric: Rubric, candidates: Sequence[Candidate], profile: ModelProfile
) -> list[str]:
    """Every text in the prompt that is not ours, as it stands there."""
    domains = guide.domains if domain is None else (domain,)
    texts = [
        guide.title, guide.overview, *guide.overview.split("\n\n"), *guide.audience, *guide.stance,
        *guide.specifications, *(one.name for one in domains),
        *(focus.text for one in domains for focus in one.focus),
        *(category.name for category in guide.methodology.categories),
        *(category.description for category in guide.methodology.categories),
        *(text for technology in guide.technologies for text in (technology.group, technology.note, *technology.items)),
        rubric.name,
        *(text for criterion in rubric.criteria for text in (criterion.name, *criterion.questions)),
        *(level.meaning for criterion in rubric.criteria for level in criterion.levels),
    ]  # fmt: skip
    return [*_told(texts, profile), *(text for one in candidates for text in _texts_of(one, profile.delimiters))]


@lru_cache(maxsize=_KEPT_TEXTS)
def _texts_of(candidate: Candidate, delimiters: str) -> tuple[str, ...]:
    """The texts of a candidate as they stand in a prompt."""
    one = candidate
    texts = [one.title, one.authors, one.category, one.kind, one.url, one.summary, one.pattern, *one.key_points]
    return tuple(str(as_data(text, delimiters)) for text in (*texts, ", ".join(one.ratings)) if text.strip())


def _without(words: str, data: Collection[str]) -> str:
    """The prompt without the text that is not ours, of which a dot is left.

    Most of it makes up a line, or a line after its label: these go by a look-up, so that looking for every text at any
    place, the longest first, has little left to look through.
    """
    words = "\n".join(_line_without(line, data) for line in words.split("\n"))
    standing = set(words.split(" "))
    # Words inside a text stand between spaces wherever it stands.
    left = (text for text in data if standing.issuperset(text.split(" ")[1:-1]))
    for text in sorted(left, key=len, reverse=True):
        words = words.replace(text, "·")
    return words


def _line_without(line: str, data: Collection[str]) -> str:
    label, mark, text = line.partition("] " if line.startswith("[") else ": ")
    if text in data:
        return f"{label}{mark}·"
    return "·" if line in data else line


def _told(texts: Iterable[str], profile: ModelProfile) -> list[str]:
    return [str(as_data(text, profile.delimiters)) for text in texts if text.strip()]


def _bullets(domain: Domain, profile: ModelProfile) -> list[str]:
    return _told((focus.text for focus in domain.focus), profile)


def _foreign(guide: Guide, domain: Domain | None, profile: ModelProfile) -> list[str]:
    if domain is None:
        return []
    own = set(_bullets(domain, profile))
    others = (other for other in guide.domains if other.id != domain.id)
    return [text for other in others for text in _bullets(other, profile) if text not in own]


def _project(guide: Guide, domain: Domain | None, profile: ModelProfile) -> list[str]:
    stated = [f"I'm working on Domain {domain.id}: {as_data(domain.name, profile.delimiters)}"] if domain else []
    paragraphs = re.split(r"\n\s*\n", guide.overview)
    texts = (guide.title, *paragraphs, *guide.audience, *guide.stance, *guide.specifications)
    return [*stated, *_told(texts, profile)]


def _totals(guide: Guide) -> list[str]:
    return [f"{span_text(guide.methodology.total)} source"]


def _present_data(present: Present | None, profile: ModelProfile) -> list[str]:
    """The texts of a present bibliography as they stand in a prompt."""
    if present is None:
        return []
    texts = [*present.gaps]
    for entry in present.entries:
        texts += [entry.source, entry.title, entry.citation, entry.category, entry.url, entry.known, *entry.claims]
    return [str(as_data(text, profile.delimiters)) for text in texts if text.strip()]


def _form_data(prompt: Prompt) -> list[str]:
    """The schema of a reply and an object of its form, where they stand in the prompt: each in a line after a label."""
    labels = ("JSON Schema: ", "By example: ")
    lines = [line for message in prompt.messages for line in message.content.split("\n")]
    return [line.removeprefix(label) for line in lines for label in labels if line.startswith(label)]


def _once(ours: str, prompt: Prompt, guide: Guide, profile: ModelProfile) -> PromptCheck:
    """Every requirement of the method stands in it exactly once."""
    wanted = requirements(prompt, guide, profile)
    counts = {f"{name} ({phrase})": ours.count(phrase) for name, phrases in wanted.items() for phrase in phrases}
    wrong = [f"{name}: {count or 'missing'}" for name, count in counts.items() if count != 1]
    return PromptCheck(
        id="requirements",
        text="Every requirement stands in it exactly once",
        passed=not wrong,
        detail="; ".join(wrong),
    )


def _repeated(asked: Sequence[str]) -> list[str]:
    """Sentences and items of six words and more that stand twice."""
    return [text for text, count in Counter(asked).items() if count > 1 and len(text.split()) > 5]


def _asked(ours: str) -> list[str]:
    """Sentences and list items of ours; what is mostly other people's text is none."""
    parts = (part.strip() for part in _END_OF_PART.split(ours))
    told = (_LIST_MARK.sub("", part) for part in parts if len(part) >= _SHORTEST_ASKED)
    return [part for part in told if len(_WORD.findall(part)) > 3]


def _few_rules(asked: Sequence[str]) -> PromptCheck:
    count = len([part for part in asked if not part.startswith(("<", "#", "Domain"))])
    return PromptCheck(
        id="few-rules",
        text=f"It asks at most {MOST_RULES} things",
        passed=count <= MOST_RULES,
        detail=f"{count} sentences and items",
    )


def _all_in(check_id: str, text: str, words: Container[str], wanted: Iterable[str]) -> PromptCheck:
    missing = [want for want in wanted if want not in words]
    detail = f"missing: {'; '.join(missing)}" if missing else ""
    return PromptCheck(id=check_id, text=text, passed=not missing, detail=detail)


def _none_in(check_id: str, text: str, words: str, unwanted: Iterable[str]) -> PromptCheck:
    """No line is one of these, whatever list mark or number it begins with."""
    lines = {_without_mark(line.strip()) for line in words.splitlines()}
    return _nothing(check_id, text, [line for line in unwanted if line in lines])


def _without_mark(line: str) -> str:
    mark = _LINE_MARK.match(line)
    return line[mark.end() :] if mark else line


def _nothing(check_id: str, text: str, found: Sequence[str]) -> PromptCheck:
    return PromptCheck(id=check_id, text=text, passed=not found, detail="; ".join(found[:5]))


def _one_delimiter(words: str, profile: ModelProfile) -> PromptCheck:
    """Sections are marked in one style, each once, and none of the other style stands between."""
    own, foreign = (_tags, _headings) if profile.delimiters == "xml" else (_headings, _tags)
    twice = [mark for mark, count in Counter(own(words)).items() if count > 1]
    return _nothing(
        "one-delimiter", f"Sections are marked with {profile.delimiters} only, each once", [*foreign(words), *twice]
    )


def _headings(words: str) -> list[str]:
    return [line for line in words.split("\n") if line.startswith("#") and _HEADING.fullmatch(line)]


def _tags(words: str) -> list[str]:
    return [line for line in words.split("\n") if line.startswith("<") and _TAG.fullmatch(line)]


def _fits(prompt: Prompt, profile: ModelProfile) -> PromptCheck:
    room = profile.context_tokens - profile.output_tokens
    over = prompt.tokens - room
    return PromptCheck(
        id="fits",
        text="Prompt and longest answer fit into the model's context",
        passed=over <= 0,
        detail=f"{prompt.tokens:,} tokens, room for {room:,}" + (f": {over:,} too many" if over > 0 else ""),
    )
