"""Read what a model replied in JSON and say what there is to it: counting and checking are code's part, not a model's.

Works are looked up in the library alone. What is not there is "not checked", never "does not exist".
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from research_agent.bibliography.constraints import check
from research_agent.bibliography.options import Option, changed_since, options_of
from research_agent.errors import RecordError
from research_agent.model.bibliography import Bibliography, Check, Entry
from research_agent.model.guide import Domain, Guide
from research_agent.model.prompt import ALL
from research_agent.model.reply import (
    Found,
    RepliedCheck,
    RepliedEntry,
    RepliedGap,
    RepliedPractice,
    RepliedStatement,
    RepliedTheme,
    ReplyReport,
)
from research_agent.model.source import Identifiers, Source
from research_agent.prompts.present import present_of
from research_agent.prompts.reply_reading import Reading, object_in
from research_agent.sources.naming import identify
from research_agent.sources.recognition import KnownWorks, NamedWork, Recognised

_MOST_NAMED = 10
"""Entries that a line of what to do next names; the report has all of them."""
_RFC = re.compile(r"(?:rfc)?[ -]*0*([1-9]\d{0,4})", re.IGNORECASE)


def check_reply(
    texts: Sequence[str],
    guide: Guide,
    domain: Domain | None,
    sources: Iterable[Source],
    present: Sequence[Bibliography],
) -> ReplyReport:
    """What our code finds in a reply.

    Args:
        texts: what the model answered, in one piece or to the parts of a chain, which are counted together; words and
            code fences around the JSON objects are passed over.
        guide: whose categories, questions and counts hold.
        domain: that the prompt was for; None: it was a synthesis of all.
        sources: of the library, by which works are recognised.
        present: the latest bibliographies, which a verification checks and a synthesis cites.

    Raises:
        RecordError: one holds no JSON object of a known form, or they are of different forms.
    """
    kinds, objects = zip(*map(object_in, texts), strict=True)
    if len(set(kinds)) > 1:
        raise RecordError(
            f"The replies are of different kinds ({', '.join(kinds)}). Check those of one prompt together."
        )
    reading = Reading(objects)
    if kinds[0] == "checks":
        return _verification(reading, guide, domain, present)
    if kinds[0] == "themes":
        return _synthesis(reading, guide, present)
    if domain is None:
        raise RecordError(f"The reply holds a bibliography. Say of which domain: research-agent reply ID, not {ALL}.")
    if kinds[0] == "additions":
        return _extension(reading, guide, domain, KnownWorks(sources), present)
    return _bibliography(reading, guide, domain, KnownWorks(sources))


def _extension(
    reading: Reading, guide: Guide, domain: Domain, known: KnownWorks, present: Sequence[Bibliography]
) -> ReplyReport:
    """An extension, counted together with what it extends."""
    if not present:
        raise RecordError(
            f"The reply extends a bibliography of domain {domain.id}, and there is none here. Make it first: "
            f"research-agent research {domain.id}."
        )
    return _bibliography(reading, guide, domain, known, extends=present[0])


def _bibliography(
    reading: Reading, guide: Guide, domain: Domain, known: KnownWorks, *, extends: Bibliography | None = None
) -> ReplyReport:
    entries = reading.rows("additions" if extends else "entries", RepliedEntry)
    gaps = reading.rows("not_found", RepliedGap)
    there = list(extends.entries) if extends else []
    numbered = {(part, number) for part, _ in entries for number in range(1, len(there) + 1)}
    _statements(reading, numbered | {(part, entry.number) for part, entry in entries})
    categories = {category.name.casefold(): category.id for category in guide.methodology.categories}
    questions = {focus.id for focus in domain.focus}
    found: list[Found] = []
    options = options_of(extends, guide.methodology) if extends else []
    first = {f"id:{entry.source.id}": f"{number} of the bibliography" for number, entry in enumerate(there, start=1)}
    for label, entry in _labelled(entries):
        recognised = known.recognise(NamedWork(entry.title, entry.authors, entry.year, _identifiers(entry)))
        found.append(_found(label, entry, recognised))
        category = categories.get(entry.category.casefold(), "")
        if not category:
            reading.problem(f"entry {label}: {entry.category!r} is no category of the guide")
        focus = frozenset(covered.question for covered in entry.focus)
        if focus - questions:
            reading.problem(f"entry {label}: no question of the domain: {', '.join(sorted(focus - questions))}")
        if recognised.state == "contradicted":
            continue
        earlier = [first[name] for name in sorted(recognised.names) if name in first]
        if earlier:
            reading.problem(f"entries {earlier[0]} and {label} are one work; it counts once")
        else:
            options.append(_option(label, entry, recognised.source, category, focus & questions, guide))
        first.update(dict.fromkeys(recognised.names, label))
    checks = check(options, guide.methodology, [focus.id for focus in domain.focus])
    return ReplyReport(
        guide=guide.id,
        domain=domain.id,
        kind="extension" if extends else "bibliography",
        prompt=reading.prompts,
        found=tuple(found),
        checks=checks,
        not_found=tuple(row for _, row in gaps),
        problems=reading.problems,
        next=tuple(_next(found, checks, domain)),
    )


def _labelled(entries: Sequence[tuple[int, RepliedEntry]]) -> list[tuple[str, RepliedEntry]]:
    """Entries with what to call them: their number, after that of their part where there are several."""
    several = len({part for part, _ in entries}) > 1
    return [(f"{part}.{entry.number}" if several else f"{entry.number}", entry) for part, entry in entries]


def _statements(reading: Reading, numbers: Collection[tuple[int, int]]) -> None:
    """Name the statements that rest on entries that are not there; each part of a chain numbers its own."""
    for name in ("agreements", "disagreements"):
        for part, statement in reading.rows(name, RepliedStatement):
            stray = [str(number) for number in statement.entries if (part, number) not in numbers]
            if stray:
                reading.problem(
                    f"{reading.place(part)}{name}: {statement.text!r} names entries that are not there: "
                    f"{', '.join(stray)}"
                )


def _identifiers(entry: RepliedEntry) -> Identifiers:
    named = identify(entry.address, entry.doi or None, entry.arxiv or None)
    number = _RFC.fullmatch(entry.rfc.strip())
    return named.model_copy(update={"rfc": int(number[1])}) if number and named.rfc is None else named


def _found(label: str, entry: RepliedEntry, recognised: Recognised) -> Found:
    return Found(
        label=label,
        title=entry.title,
        state=recognised.state,
        source=recognised.source.id if recognised.source else "",
        detail=recognised.detail,
    )


def _option(  # noqa: PLR0917 - what is counted of one entry
    label: str, entry: RepliedEntry, source: Source | None, category: str, focus: frozenset[str], guide: Guide
) -> Option:
    """What the constraints count of an entry: by the library's record, where it has the work."""
    year = entry.year if source is None else source.year
    return Option(
        source=label,
        title=entry.title,
        category=category,
        focus=focus,
        recent=year is not None and year >= guide.methodology.recent_since,
        changed=source is not None and changed_since(source, guide.methodology.recent_since),
        # Who is behind a work is read from records; a publisher's name alone does not say it.
        origin="" if source is None else source.origin,
        production=bool(entry.production_evidence),
        total=0,
        relevance=0,
    )


def _next(found: Sequence[Found], checks: Sequence[Check], domain: Domain) -> Iterator[str]:
    wrong = [one.label for one in found if one.state == "contradicted"]
    if wrong:
        yield f"Take out or ask again for {_named(wrong)}: what names them belongs to other works."
    unknown = [one.label for one in found if one.state == "not_checked"]
    if unknown:
        yield (
            f"Open the address of {_named(unknown)} before you rely on it: it is not in the library, and nothing was "
            "looked up elsewhere. A record of a work that holds goes in with research-agent sources add FILE."
        )
    bare = [one.label for one in found if one.state == "unverifiable"]
    if bare:
        yield f"Ask for an address or identifier of {_named(bare)}, or leave it out: there is nothing to look up."
    if not all(one.met for one in checks):
        yield (
            f"For what the counts lack: research-agent research {domain.id}, then "
            f"research-agent prompt {domain.id} --mode extend."
        )


def _named(labels: Sequence[str]) -> str:
    shown = ", ".join(labels[:_MOST_NAMED])
    more = len(labels) - _MOST_NAMED
    return f"entry {shown}" if len(labels) == 1 else f"entries {shown}" + (f" and {more} more" if more > 0 else "")


def _verification(
    reading: Reading, guide: Guide, domain: Domain | None, present: Sequence[Bibliography]
) -> ReplyReport:
    if domain is None or not present:
        raise RecordError(
            "The reply checks the entries of a domain's bibliography, and there is none here to compare it with. Say "
            "which domain, and make its bibliography first: research-agent research ID."
        )
    entries = dict(enumerate(present[0].entries, start=1))
    claims = {entry.number: len(entry.claims) for entry in present_of(present[0], guide).entries}
    found = []
    seen: Counter[int] = Counter()
    for _, row in reading.rows("checks", RepliedCheck):
        seen[row.number] += 1
        if row.number not in entries:
            reading.problem(f"check {row.number}: the bibliography has no entry of this number")
        elif seen[row.number] > 1:
            reading.problem(f"check {row.number}: there are several for this entry; the first counts")
        else:
            found.append(_checked(row, entries[row.number]))
            unseen = row.work == "not checked" and not row.claims
            if len(row.claims) != claims[row.number] and not unseen:
                reading.problem(
                    f"check {row.number}: {len(row.claims)} words for the entry's {claims[row.number]} claims"
                )
    # A part of a chain checks one category.
    asked = {entry.category for number, entry in entries.items() if number in seen}
    lacking = [str(n) for n, entry in entries.items() if n not in seen and entry.category in asked]
    if lacking:
        reading.problem(f"no check of {_named(lacking)}")
    wrong = [one.label for one in found if one.state == "contradicted"]
    return ReplyReport(
        guide=guide.id,
        domain=domain.id,
        kind="verification",
        prompt=reading.prompts,
        found=tuple(found),
        problems=reading.problems,
        next=(f"Look at {_named(wrong)}: mend the record, or research-agent ban ID --domain {domain.id}.",)
        if wrong
        else (),
    )


def _checked(row: RepliedCheck, entry: Entry) -> Found:
    claims = Counter(row.claims)
    told = ", ".join(f"{count} {word}" for word, count in sorted(claims.items()))
    parts = (f"claims: {told}" if told else "", row.seen_instead, row.why_not)
    worst = "contradicted" if claims["contradicted"] else row.work
    return Found.model_validate(
        {
            "label": str(row.number),
            "title": entry.source.title,
            "state": worst.replace(" ", "_"),
            "source": entry.source.id,
            "detail": "; ".join(filter(None, parts)),
        }
    )


def _synthesis(reading: Reading, guide: Guide, present: Sequence[Bibliography]) -> ReplyReport:
    themes = [theme for _, theme in reading.rows("themes", RepliedTheme)]
    practices = [practice for theme in themes for practice in theme.practices]
    both = [row for name in ("agreements", "disagreements") for _, row in reading.rows(name, RepliedPractice)]
    gaps = [gap for _, gap in reading.rows("not_found", RepliedGap)]
    entries = {entry.source.id: (entry, one.domain) for one in present for entry in one.entries}
    questions = {focus.id for domain in guide.domains for focus in domain.focus}
    for practice in (*practices, *both):
        if not practice.entries:
            reading.problem(f"rests on no entry: {practice.text!r}")
        stray = sorted({question for question in practice.questions if question not in questions})
        if stray:
            reading.problem(f"names no question of the guide ({', '.join(stray)}): {practice.text!r}")
    cited = dict.fromkeys(key for practice in (*practices, *both) for key in practice.entries)
    answered = {question for practice in practices for question in practice.questions}
    named = {question for question in questions for gap in gaps if gap.what.split(" ")[0].rstrip(":") == question}
    open_ = sorted(questions - answered - named)
    return ReplyReport(
        guide=guide.id,
        domain=ALL,
        kind="guide",
        prompt=reading.prompts,
        found=tuple(_cited(key, entries) for key in cited),
        checks=(
            Check(
                id="questions",
                text="Questions that are answered or named as gaps",
                required=str(len(questions)),
                actual=f"{len(questions) - len(open_)}" + (f"; not {', '.join(open_)}" if open_ else ""),
                met=not open_,
            ),
        ),
        not_found=tuple(gaps),
        problems=reading.problems,
    )


def _cited(key: str, entries: Mapping[str, tuple[Entry, str]]) -> Found:
    if key not in entries:
        return Found(label=key, title="", state="contradicted", detail="no entry of the bibliographies has this key")
    entry, domain = entries[key]
    return Found(
        label=key, title=entry.source.title, state="verified", source=key, detail=f"an entry of domain {domain}"
    )
