"""Say in a sentence or two why a level was given, from the phrases of the rubric and the facts of the source. Pure."""

import re
from collections.abc import Sequence

from research_agent.model.source import Signal, Source
from research_agent.radar.evidence import is_person
from research_agent.radar.rules import Fired, Ruling
from research_agent.radar.signals import Case

_CLAUSES = 4  # clauses of one sentence; what counts least is left to the list of signals
_LONGEST_BULLET = 60  # characters of a bullet in a reason
_LONGEST_TITLE = 70
_ACCOUNT = "An account of a system in use"
_IN_PARENTHESES = re.compile(r"\s*\([^)]*\)")
_SMALL_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def reason_of(ruling: Ruling, phrases: dict[str, str]) -> str:
    """The reason of a ruling: what it is and what speaks for it, then what speaks against it."""
    opening = ruling.base.because.format_map(phrases)
    for_it = [_filled(hit, phrases) for hit in ruling.fired if not hit.counts_against]
    against = [clause for hit in ruling.fired if hit.counts_against and (clause := _filled(hit, phrases))]
    if not against and ruling.lacking:
        against = [ruling.lacking.format_map(phrases)]
    clauses = [clause for clause in (opening, *for_it) if clause][: _CLAUSES + 1]
    clauses += [clause.format_map(phrases) for clause in ruling.unseen]
    sentences = [_capital("; ".join(clauses)) + "."] if clauses else []
    if against:
        sentences.append(f"{'Against it: ' if clauses else ''}{'; '.join(against[:_CLAUSES])}.")
    return " ".join(map(_capital, sentences)) or "Nothing is known that speaks for or against it."


def phrases_of(case: Case) -> dict[str, str]:
    """The facts of a source that phrases may name, worded; `value` joins them signal by signal."""
    source, organisation = case.source, case.organisation
    person = next((found for name in source.authors if (found := case.authorities.person(name))), None)
    return {
        "value": "",
        "origin": source.origin,
        "publisher": source.publisher or source.origin,
        "organisation": organisation.name if organisation else source.origin,
        "corroborators": _listed(case.evidence.corroborated_by or (), 2),
        "basis": organisation.because if organisation else "",
        "authors": _authors(source.authors),
        "author_works": _listed(
            [f"“{_cut(work.title, _LONGEST_TITLE)}”" for work in case.evidence.author_works or ()], 2
        ),
        "known_for": person.known_for if person else "",
        "domain": case.domain.name,
        "account": f"{source.origin} on a system of its own" if _tells_of_itself(source) else _ACCOUNT,
        "dates": _dates(source),
        "age": _age(case.as_of - max(years)) if (years := _years(source)) else "",
        "as_of": str(case.as_of),
        "bullets": _bullets(case),
        "stack": _listed(case.evidence.stack or (), 4),
        "production": (case.evidence.production or "").strip(),
    }


def excluded_by(signal: Signal) -> str:
    """The fact, where and when it was seen: "retracted: notice 10.1/2, 2024-05-01"."""
    told = signal.value if isinstance(signal.value, str) else ""
    seen = ", ".join(filter(None, (told, signal.where, signal.on.isoformat() if signal.on else "")))
    return f"{signal.name}: {seen}" if seen else signal.name


def _filled(hit: Fired, phrases: dict[str, str]) -> str:
    """The effect's clause; empty: it is not worth one."""
    return hit.effect.because.format_map({**phrases, "value": _worded(hit.signal)})


def _worded(signal: Signal) -> str:
    value = signal.value
    if isinstance(value, bool) or not isinstance(value, int):
        return str(value).removesuffix(".")
    return _SMALL_NUMBERS[value] if 0 <= value < len(_SMALL_NUMBERS) else f"{value:,}"


def _authors(authors: Sequence[str]) -> str:
    if len(authors) > 2:
        return f"{authors[0]} and {len(authors) - 1} others"
    return " and ".join(authors) or "an unnamed author"


def _bullets(case: Case) -> str:
    texts = [_IN_PARENTHESES.sub("", case.domain.bullet(focus).text) for focus in covered(case)]
    return _listed([f"“{_cut(text, _LONGEST_BULLET)}”" for text in texts], 2)


def covered(case: Case) -> tuple[str, ...]:
    """The bullets that a reader declared, else the one that search puts nearest."""
    if case.declared_focus or not case.evidence.matches:
        return case.declared_focus
    return (max(case.evidence.matches, key=lambda match: (match.similarity, match.focus)).focus,)


def _listed(names: Sequence[str], most: int) -> str:
    """As people list: "a", "a and b", "a, b and 3 more"."""
    unique = list(dict.fromkeys(names))
    if len(unique) > most:
        return f"{', '.join(unique[:most])} and {len(unique) - most} more"
    return " and ".join(filter(None, (", ".join(unique[:-1]), *unique[-1:])))


def _age(years: int) -> str:
    if years <= 0:
        return ""
    return f", {_SMALL_NUMBERS[years] if years < len(_SMALL_NUMBERS) else years} year{'s' if years > 1 else ''} ago"


def _dates(source: Source) -> str:
    """When it came out and when it last changed, as its citation has them: "published 2023, updated 2024"."""
    years = _years(source)
    if not years:
        return "undated"
    changed = source.updated.year if source.updated else None
    first = source.published.year if source.published else source.year
    if changed and first and first < changed:
        return f"published {first}, updated {changed}"
    return f"{'published' if source.published else 'dated'} {max(years)}"


def _years(source: Source) -> list[int]:
    days = (source.updated, source.published)
    return [year for year in (*(day.year for day in days if day), source.year) if year]


def _tells_of_itself(source: Source) -> bool:
    """Whether an organisation signs what it publishes of itself; who else owns the system, a record does not say."""
    return source.origin in source.authors and not is_person(source.origin)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rsplit(" ", 1)[0] + "…"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
