"""Render one bibliography as Markdown: what a person reads first. Text of sources is data (`markup`)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from research_agent.bibliography.exports import FORMATS
from research_agent.bibliography.markup import address, anchor, anchor_name, cell, code, link, table, text
from research_agent.bibliography.report import has_quotations, looked_up, render_candidates, render_report
from research_agent.bibliography.search_report import render_failures, render_search
from research_agent.bibliography.statements import as_sentence, is_advice, pattern_sentence
from research_agent.model.bibliography import Annotation, Bibliography, Claim, Entry, FocusNote
from research_agent.model.guide import Category, Domain, Guide
from research_agent.model.quotation import is_quoted, quoted
from research_agent.model.radar import HIGHEST_LEVEL, Evaluation, Judgement, Rubric
from research_agent.model.source import Existence, Source

LOW_CONFIDENCE = 0.5
"""Below this share of a criterion's signals more is unknown than known."""
_INDEXED_MEANS = "; **indexed** means that a service keeps a record of it and that its text was not seen"


def render_bibliography(bibliography: Bibliography, guide: Guide, rubric: Rubric) -> str:
    """The bibliography as one Markdown file: its proof, how to read it, the entries by category, what was not chosen.

    Args:
        bibliography: of a domain of the guide.
        guide: for the names of categories and bullets.
        rubric: the reading of RADAR that the bibliography was judged by.
    """
    domain = guide.domain(bibliography.domain)
    used = [(category, _entries_of(bibliography, category)) for category in guide.methodology.categories]
    sections = [
        _title(domain),
        *render_failures(bibliography.search),
        _opening(bibliography, domain),
        *render_report(bibliography, domain),
        *render_search(bibliography.search, domain, guide),
        *_contents([(category, len(entries)) for category, entries in used if entries]),
        *_how_to_read(bibliography, rubric),
    ]
    number = 0
    for category, entries in used:
        if entries:
            sections += [_category_heading(category, len(entries)), text(category.description)]
        for entry in entries:
            number += 1
            sections += _entry(number, entry, domain, rubric)
    sections += render_candidates(bibliography, guide)
    return "\n\n".join(section for section in sections if section) + "\n"


def _entries_of(bibliography: Bibliography, category: Category) -> list[Entry]:
    return [entry for entry in bibliography.entries if entry.category == category.id]


def _title(domain: Domain) -> str:
    return f"# {text(domain.name)}: annotated bibliography"


def _opening(bibliography: Bibliography, domain: Domain) -> str:
    files = ", ".join(link(ending.removeprefix("."), f"bibliography{ending}") for ending in (*FORMATS, ".json"))
    return (
        f"Domain {text(domain.id)} of {text(bibliography.guide_title)}. "
        f"{_count(len(bibliography.entries), 'source')}, judged as of {bibliography.as_of}. "
        f"The same entries for other programs: {files}."
    )


def _contents(used: Sequence[tuple[Category, int]]) -> list[str]:
    if not used:
        return []
    lines = [f"- {link(category.name, '#' + anchor_name(category.id))} ({count})" for category, count in used]
    lines.append(f"- {link('Candidates not chosen', '#candidates')}")
    return ["## Contents", "\n".join(lines)]


def _category_heading(category: Category, count: int) -> str:
    return f"{anchor(category.id)}\n\n## {text(category.name)} ({count})"


def _how_to_read(bibliography: Bibliography, rubric: Rubric) -> list[str]:
    if not bibliography.entries:
        return []
    lines = [
        f"- **Reading of RADAR**: {text(as_sentence(rubric.name))} Published by {text(as_sentence(rubric.source))}",
        *_level_lines(rubric),
        "- **Total**: the weighted mean of the five levels, 1 to 5: "
        + ", ".join(f"{text(criterion.name)} {criterion.weight:.0%}" for criterion in rubric.criteria)
        + ".",
        "- **Confidence**: the weighted share of a criterion's signals that somebody observed; it stands beside a "
        f"level where it is under {LOW_CONFIDENCE:.0%}. What nobody looked for lowers the confidence, never the level.",
    ]
    unseen = _never_observed(bibliography.entries)
    if unseen:
        lines.append(f"- **Not observed for any entry**: {text(', '.join(map(_plain, unseen)))}.")
    if of_kinds := _never_observed_of_a_kind(bibliography.entries, unseen):
        told = "; ".join(f"{_plain(kind)}: {', '.join(map(_plain, names))}" for kind, names in of_kinds.items())
        lines.append(f"- **Not observed for any entry of a kind**: {text(told)}.")
    lines += [
        "- **Read** means that the work's text was seen by the day given, in whole or in part: sometimes its abstract, "
        "its opening or a copy of it; **cited** means that it was found in another public file and not seen itself"
        f"{_INDEXED_MEANS if any(entry.source.existence.how == 'indexed' for entry in bibliography.entries) else ''}.",
        "- **Order**: within a category by worth, which is the RADAR total with relevance and the method's preferences "
        "added; an entry's number among the candidates is its place in that order.",
    ]
    if has_quotations(bibliography.entries):
        lines.append(
            "- **\u201cIn quotation marks\u201d** stand sentences of the work itself, word for word, from where the "
            "place behind them says; what stands without them is worded by whoever prepared the record."
        )
    return ["## How to read it", "\n".join(lines)]


def _level_lines(rubric: Rubric) -> list[str]:
    """One line for the levels where all criteria word them alike, else one for each criterion."""
    words = {criterion.name: tuple(level.word for level in criterion.levels) for criterion in rubric.criteria}
    if len(set(words.values())) == 1:
        words = {"Levels": next(iter(words.values()))}
    return [
        f"- **{text(name)}**: " + ", ".join(f"{_bar(level)} {text(word)}" for level, word in enumerate(levels, 1)) + "."
        for name, levels in words.items()
    ]


def _never_observed(entries: Sequence[Entry]) -> list[str]:
    """The signals that nobody looked for on any of these entries."""
    unseen = Counter(
        name
        for entry in entries
        for name in {name for judgement in entry.evaluation.judgements for name in judgement.not_observed}
    )
    return sorted(name for name, count in unseen.items() if count == len(entries))


def _never_observed_of_a_kind(entries: Sequence[Entry], told: Iterable[str]) -> dict[str, list[str]]:
    """By kind of work, what nobody looked for on any entry of it, without what is told of all entries."""
    kinds = sorted({entry.source.kind for entry in entries})
    unseen = {kind: _never_observed([entry for entry in entries if entry.source.kind == kind]) for kind in kinds}
    rest = {kind: [name for name in names if name not in set(told)] for kind, names in unseen.items()}
    return {kind: names for kind, names in rest.items() if names}


def _plain(name: str) -> str:
    """A signal or a kind in words."""
    return name.replace("_", " ")


def _entry(number: int, entry: Entry, domain: Domain, rubric: Rubric) -> Iterator[str]:
    source = entry.source
    yield f"{anchor(entry.citation_key)}\n\n### {number}. {link(source.title, source.url)}"
    yield f"{text(entry.citation)}\n\n{_facts(entry)}"
    yield from _annotation(entry.annotation, domain, entry.evaluation)
    yield "\n".join(_radar(entry, rubric))
    if entry.reasons:
        yield f"**Why it is here.** {_joined(_capital(as_sentence(reason)) for reason in entry.reasons)}"


def _facts(entry: Entry) -> str:
    source = entry.source
    facts = [code(entry.citation_key), text(_plain(source.kind))]
    if source.peer_reviewed:
        facts.append("peer-reviewed")
    if source.version:
        facts.append(text(f"version {source.version}"))
    facts.append(_existence(source))
    if seen := looked_up(source):
        facts.append(text(seen))
    if entry.evaluation.foundational:
        facts.append(f"foundational: {text(entry.evaluation.foundational)}")
    if entry.evaluation.production:
        facts.append("evidence from production")
    return " · ".join(facts)


def _existence(source: Source) -> str:
    existence = source.existence
    on = f" {existence.on.isoformat()}" if existence.on else ""
    if existence.state == "verified" and existence.how == "read":
        return f"{existence.told}{on} at {address(existence.where or source.url)}"
    if existence.state == "verified" and existence.how == "cited":
        where = f" by {text(existence.where)}" if existence.where else ""
        return f"**cited**{on}{where}, not read itself"
    if existence.state == "verified" and existence.how == "indexed":
        where = f" at {address(existence.where)}" if existence.where else ""
        return f"**indexed**{on}{where}, not read itself"
    return f"**{_state(existence)}**{on}" + (f": {text(existence.why)}" if existence.why else "")


def _state(existence: Existence) -> str:
    return f"existence {_plain(existence.state)}"


def _annotation(annotation: Annotation, domain: Domain, evaluation: Evaluation) -> Iterator[str]:
    pattern = annotation.code_pattern
    sentence = pattern_sentence(pattern) if pattern else ""
    if annotation.establishes:
        yield f"**What it establishes.** {_claims(annotation.establishes)}"
    if notes := _notes(annotation.for_focus, domain, evaluation.focus):
        yield "\n".join(notes)
    told = [claim for claim in annotation.in_production if claim.text != sentence]
    of_use = [claim for claim in told if _is_of_use(claim, evaluation)]
    if of_use:
        yield f"**In production.** {_claims(of_use)}"
    if details := [claim for claim in told if claim not in of_use]:
        yield f"**Details.** {_claims(details)}"
    if pattern and all(note.claim.text != sentence for note in annotation.for_focus):
        yield f"**Pattern with {text(pattern.library)}.** {text(as_sentence(pattern.idea))}"
    if annotation.limits:
        yield f"**Limits.** {' · '.join(text(quoted(claim.text, claim.where)) for claim in annotation.limits)}"


def _is_of_use(claim: Claim, evaluation: Evaluation) -> bool:
    """Whether it gives advice or is evidence from production; other parameters and figures are details."""
    return is_advice(claim.text, closing=True) or claim.text.rstrip(".") in evaluation.production


def _notes(notes: Sequence[FocusNote], domain: Domain, covered: Sequence[str]) -> list[str]:
    """A line for each statement, with all the bullets that it speaks of; last the bullets that none speaks of."""
    by_claim: dict[Claim, list[str]] = {}
    for note in notes:
        by_claim.setdefault(note.claim, []).append(note.focus)
    lines = [
        f"- **{text('; '.join(f'{focus} {domain.bullet(focus).text}' for focus in bullets))}:** {_claim(claim)}"
        for claim, bullets in by_claim.items()
    ]
    spoken_of = {note.focus for note in notes}
    rest = [f"{focus.id} {focus.text}" for focus in domain.focus if focus.id in covered and focus.id not in spoken_of]
    if rest:
        lines.append(f"- Covered by the work as a whole: {text('; '.join(rest))}.")
    return lines


def _radar(entry: Entry, rubric: Rubric) -> list[str]:
    names = {criterion.id: criterion.name for criterion in rubric.criteria}
    evaluation = entry.evaluation
    rows = [
        (
            cell(names.get(one.criterion, one.criterion)),
            _bar(one.level),
            f"{cell(one.word)}{_confidence(one)}",
            _why(one),
        )
        for one in evaluation.judgements
    ]
    return table((f"RADAR {evaluation.total:.2f}", "", "Level", "Why"), rows)


def _confidence(judgement: Judgement) -> str:
    if judgement.confidence >= LOW_CONFIDENCE:
        return ""
    return f" (confidence {judgement.confidence:.0%})"


def _why(judgement: Judgement) -> str:
    by = "" if judgement.judge == "rules" else f" ({judgement.judge})"
    return f"{cell(judgement.reason)}{by}"


def _bar(level: int) -> str:
    return "●" * level + "○" * (HIGHEST_LEVEL - level)


def _claims(claims: Sequence[Claim]) -> str:
    """The claims in their order; of sentences quoted from one place, the place is named once, behind the last."""
    told = []
    for where, alike in groupby(claims, key=lambda claim: claim.where):
        if is_quoted(where):
            *first, last = alike
            told += [text(quoted(claim.text, where)) for claim in first] + [_claim(last)]
        else:
            told += map(_claim, alike)
    return " ".join(told)


def _claim(claim: Claim) -> str:
    """What is said, and where in the source it stands; the source's own words in quotation marks."""
    said = text(quoted(claim.text, claim.where))
    return f"{said} *({text(claim.where)})*" if claim.where else said


def _joined(sentences: Iterator[str]) -> str:
    return " ".join(text(sentence) for sentence in sentences)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
