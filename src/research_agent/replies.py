"""Read what a model replied in JSON and say what there is to it: counting and checking are code's part, not a model's.

Works are looked up in the library alone. What is not there is "not checked", never "does not exist".
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from research_agent.bibliography.constraints import check
from research_agent.bibliography.options import Option, changed_since
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
from research_agent.sources.naming import identify
from research_agent.sources.recognition import KnownWorks, NamedWork, Recognised

_MOST_OPENINGS = 50
"""Places at which a JSON object is looked for: a reply has a few words before it, not fifty other objects."""
_MOST_NAMED = 10
"""Entries that a line of what to do next names; the report has all of them."""
_KNOWN_BY = ("checks", "themes", "entries")
"""Fields by which the forms of a reply are told apart."""
_RFC = re.compile(r"(?:rfc)?[ -]*0*([1-9]\d{0,4})", re.IGNORECASE)

Row = TypeVar("Row", bound=BaseModel)


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
    kinds, objects = zip(*map(_object_in, texts), strict=True)
    if len(set(kinds)) > 1:
        raise RecordError(
            f"The replies are of different kinds ({', '.join(kinds)}). Check those of one prompt together."
        )
    reading = _Reading(objects)
    if kinds[0] == "checks":
        return _verification(reading, guide, domain, present)
    if kinds[0] == "themes":
        return _synthesis(reading, guide, present)
    if domain is None:
        raise RecordError(f"The reply holds a bibliography. Say of which domain: research-agent reply ID, not {ALL}.")
    return _bibliography(reading, guide, domain, KnownWorks(sources))


def _bibliography(reading: "_Reading", guide: Guide, domain: Domain, known: KnownWorks) -> ReplyReport:
    entries = reading.rows("entries", RepliedEntry)
    gaps = reading.rows("not_found", RepliedGap)
    _statements(reading, {label for label, _ in _labelled(entries)})
    categories = {category.name.casefold(): category.id for category in guide.methodology.categories}
    questions = {focus.id for focus in domain.focus}
    found: list[Found] = []
    options: list[Option] = []
    first: dict[str, str] = {}
    for label, entry in _labelled(entries):
        recognised = known.recognise(NamedWork(entry.title, entry.authors, entry.year, _identifiers(entry)))
        found.append(_found(label, entry, recognised))
        category = categories.get(entry.category.casefold(), "")
        if not category:
            reading.problem(f"entry {label}: {entry.category!r} is no category of the guide")
        focus = frozenset(covered.question for covered in entry.focus)
        if focus - questions:
            reading.problem(f"entry {label}: no question of the domain: {', '.join(sorted(focus - questions))}")
        earlier = [first[name] for name in sorted(recognised.names) if name in first]
        if earlier:
            reading.problem(f"entries {earlier[0]} and {label} are one work; it counts once")
        first.update(dict.fromkeys(recognised.names, label))
        if not earlier and recognised.state != "contradicted":
            options.append(_option(label, entry, recognised.source, category, focus & questions, guide))
    return ReplyReport(
        guide=guide.id,
        domain=domain.id,
        kind="bibliography",
        prompt=reading.prompts,
        found=tuple(found),
        checks=check(options, guide.methodology, [focus.id for focus in domain.focus]),
        not_found=tuple(row for _, row in gaps),
        problems=reading.problems,
        next=tuple(_next(found, domain)),
    )


def _labelled(entries: Sequence[tuple[int, RepliedEntry]]) -> list[tuple[str, RepliedEntry]]:
    """Entries with what to call them: their number, after that of their part where there are several."""
    several = len({part for part, _ in entries}) > 1
    return [(f"{part}.{entry.number}" if several else f"{entry.number}", entry) for part, entry in entries]


def _statements(reading: "_Reading", labels: Collection[str]) -> None:
    """Name the statements that rest on entries that are not there."""
    numbers = {label.rpartition(".")[2] for label in labels}
    for name in ("agreements", "disagreements"):
        for _, statement in reading.rows(name, RepliedStatement):
            stray = [str(number) for number in statement.entries if str(number) not in numbers]
            if stray:
                reading.problem(f"{name}: {statement.text!r} names entries that are not there: {', '.join(stray)}")


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


def _next(found: Sequence[Found], domain: Domain) -> Iterator[str]:
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
    yield (
        f"For what the counts lack: research-agent research {domain.id}, then "
        f"research-agent prompt {domain.id} --mode extend."
    )


def _named(labels: Sequence[str]) -> str:
    shown = ", ".join(labels[:_MOST_NAMED])
    more = len(labels) - _MOST_NAMED
    return f"entry {shown}" if len(labels) == 1 else f"entries {shown}" + (f" and {more} more" if more > 0 else "")


def _verification(
    reading: "_Reading", guide: Guide, domain: Domain | None, present: Sequence[Bibliography]
) -> ReplyReport:
    if domain is None or not present:
        raise RecordError(
            "The reply checks the entries of a domain's bibliography, and there is none here to compare it with. Say "
            "which domain, and make its bibliography first: research-agent research ID."
        )
    entries = dict(enumerate(present[0].entries, start=1))
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


def _synthesis(reading: "_Reading", guide: Guide, present: Sequence[Bibliography]) -> ReplyReport:
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


class _Reading:
    """The objects of a reply, read row by row: what can't be used is named, and the rest is kept."""

    def __init__(self, objects: Sequence[Mapping[str, Any]]) -> None:
        self._objects = objects
        self._problems: list[str] = []

    @property
    def problems(self) -> tuple[str, ...]:
        """What can't be used, and why."""
        return tuple(self._problems)

    @property
    def prompts(self) -> str:
        """The versions of the prompts that the objects name."""
        named = (found.get("prompt") for found in self._objects)
        return ", ".join(dict.fromkeys(name for name in named if isinstance(name, str) and name))

    def problem(self, text: str) -> None:
        """Note what can't be used."""
        self._problems.append(text)

    def rows(self, name: str, row: type[Row]) -> list[tuple[int, Row]]:
        """The rows of a list that can be used, each with the number of its object, from 1.

        Texts and lists that are missing in a row are empty.
        """
        return [
            (part, read)
            for part, found in enumerate(self._objects, start=1)
            for read in self._read(f"part {part}: " if len(self._objects) > 1 else "", name, found.get(name, []), row)
        ]

    def _read(self, place: str, name: str, given: object, row: type[Row]) -> Iterator[Row]:
        if not isinstance(given, list):
            self.problem(f"{place}{name}: a list is expected")
            return
        for number, value in enumerate(given, start=1):
            try:
                yield TypeAdapter(row).validate_python(_completed(value, row))
            except ValidationError as error:
                first = error.errors(include_url=False)[0]
                where = ".".join(str(part) for part in first["loc"])
                self.problem(f"{place}{name} {number}: {where}: {first['msg']}; the row is left out")


_EMPTY: Mapping[str, Callable[[], object]] = {"string": str, "array": list, "integer": lambda: None}


def _completed(value: object, row: type[BaseModel]) -> object:
    """A row with only the fields of its form; those that are missing are empty, so that its check names the others."""
    if not isinstance(value, dict):
        return value
    fields = row.model_json_schema()["properties"]
    kept = {name: given for name, given in value.items() if name in fields}
    for name, field in fields.items():
        empty = _EMPTY.get(field.get("type", "integer" if "anyOf" in field else ""))
        if name not in kept and empty is not None and name not in ("number", "title"):
            kept[name] = empty()
    return kept


def _object_in(text: str) -> tuple[str, Mapping[str, Any]]:
    """The first JSON object of a known form in a reply, and by which of its fields it is known.

    Raises:
        RecordError: there is none.
    """
    decoder = json.JSONDecoder()
    start = text.find("{")
    for _ in range(_MOST_OPENINGS):
        if start < 0:
            break
        try:
            found, _ = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            found = None
        known = [name for name in _KNOWN_BY if isinstance(found, dict) and name in found]
        if known:
            return known[0], found
        start = text.find("{", start + 1)
    raise RecordError(
        f"No JSON object with {' or '.join(_KNOWN_BY)} was found in the reply ({len(text):,} characters). Where it was "
        "cut off, its end is missing: ask in parts (--split). Prompts for such replies are made with "
        "research-agent prompt ID --reply json; docs/prompts.md shows their form."
    )
