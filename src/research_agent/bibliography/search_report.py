"""Say how live sources were searched: what was asked, what each service did, and what nobody could look at.

A service that failed stands first, with the reason, and never reads as one that found nothing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from research_agent.bibliography.markup import anchor, cell, table, text
from research_agent.bibliography.statements import as_sentence
from research_agent.model.bibliography import Bibliography
from research_agent.model.guide import Domain, Guide
from research_agent.model.search import PlannedQuery, Round, Search, ServiceOutcome, ServiceState
from research_agent.model.synthesis import LiveSearch

HEADING: Final = "How sources were looked for"
STATES: Final[Mapping[ServiceState, str]] = {
    "not_checked": "not checked",
    "in_part": "checked in part",
    "answered": "answered",
    "not_asked": "not asked",
}
"""The states in words, in the order in which services are listed: what nobody looked at comes first."""

FAILED: Final[tuple[ServiceState, ...]] = ("not_checked", "in_part")
_ORDER: Final = tuple(STATES)
_TALLY: Final[Mapping[ServiceState, str]] = {
    "answered": "answered everything",
    "in_part": "answered in part",
    "not_checked": "gave no answer",
}


def services_of(search: Search) -> tuple[ServiceOutcome, ...]:
    """What each service did in all rounds together: those that failed first, then in the order of the rounds."""
    told: dict[str, list[tuple[int, ServiceOutcome]]] = {}
    for each in search.rounds:
        for one in each.services:
            told.setdefault(one.service, []).append((each.number, one))
    return tuple(sorted((_over_rounds(rounds) for rounds in told.values()), key=lambda one: _ORDER.index(one.state)))


def failed_services(search: Search | None) -> tuple[ServiceOutcome, ...]:
    """The services that could not be looked at, in whole or in part, each with the reason; none without a search."""
    return tuple(one for one in services_of(search) if one.state in FAILED) if search else ()


def told_failures(search: Search | None) -> str:
    """In a line, which services were not checked and why; empty: there was no search, or every service answered."""
    failed = failed_services(search)
    return " ".join([*_sentences(failed), _meaning(len(failed))]) if failed else ""


def reason_of(one: ServiceOutcome) -> str:
    """Why it failed, as far as it says nothing of the service by its title, which stands beside it."""
    return without_title(one.why, one.title)


def without_title(why: str, title: str) -> str:
    """A reason as far as it does not name the service: "no network", of "no network: DBLP could not be reached"."""
    return why.partition(title)[0].rstrip(" :,;") or why


def by_reason(failed: Iterable[ServiceOutcome]) -> dict[tuple[ServiceState, str], list[str]]:
    """The titles of services that failed, by what became of them and why, in the order in which they are given."""
    titles: dict[tuple[ServiceState, str], list[str]] = {}
    for one in failed:
        titles.setdefault((one.state, reason_of(one)), []).append(one.title)
    return titles


def told_each(failed: Iterable[ServiceOutcome]) -> tuple[str, ...]:
    """Each failure by itself: "Crossref: no network", "DBLP (in part): 1 of 4 questions: it answered 503"."""
    return tuple(
        f"{one.title}{' (in part)' if one.state == 'in_part' else ''}: {reason_of(one) or 'no reason is known'}"
        for one in failed
    )


def told_search(search: Search) -> str:
    """When it was, how many services were asked, and how many answered."""
    services = services_of(search)
    tally = Counter(one.state for one in services)
    begun = f"Live sources were searched on {_moment(search.at)}, in {_counted(len(search.rounds), 'round')}"
    counts = [f"{number} {words}" for state, words in _TALLY.items() if (number := tally[state])]
    if unasked := tally["not_asked"]:
        counts.append(f"{unasked} {'was' if unasked == 1 else 'were'} not asked")
    if len(services) == unasked:
        return f"{begun}, but no service was asked: all that is here comes from what the library held."
    told = (
        f"{begun}; what they told of was weighed together with what the library held. "
        f"Of {_counted(len(services), 'service')} {_listed(counts)}."
    )
    return f"{told} {told_stand_ins(search.stand_ins)}" if search.stand_ins else told


def told_stand_ins(address: str) -> str:
    """That no real service was asked, and who was."""
    return f"Stand-ins at {address} were asked in the place of all services: their answers prove nothing."


def told_round(one: Round) -> str:
    """What a round asked and brought, which services failed in it, and what was still missing after it.

    Why they failed is told of the search as a whole, by `told_failures` and in the table.
    """
    asked = [service for service in one.services if service.state != "not_asked"]
    failed = [service for service in asked if service.state in FAILED]
    told = [_brought(one, asked)]
    if one.left_out:
        told.append(f"{one.left_out} of the works came near no bullet or had no place in the guide.")
    if one.works:
        told.append(
            f"{one.chosen or 'None'} of the works {'is' if one.chosen <= 1 else 'are'} in the bibliography after it."
        )
    told += _sentences([one.model_copy(update={"why": ""}) for one in failed])
    told.append(f"Still missing after it: {'; '.join(one.gaps)}." if one.gaps else "Nothing was missing after it.")
    return " ".join(told)


def told_end(search: Search) -> str:
    """Why there was no further round, as a sentence; empty: nobody said."""
    return _capital(as_sentence(search.ended)) if search.ended else ""


def told_candidates(one: ServiceOutcome) -> str:
    """How many candidates a service told of, so that none is never read into a silence."""
    if one.state == "in_part":
        return f"at least {one.candidates:,}"
    return {"answered": f"{one.candidates:,}", "not_checked": "not known"}.get(one.state, "\u2013")


def told_purpose(query: PlannedQuery, domain: Domain, guide: Guide) -> str:
    """What a question is for: "2.3 Timeout handling; Academic research; from 2021"."""
    bullets = {focus.id: focus.text for focus in domain.focus}
    categories = {category.id: category.name for category in guide.methodology.categories}
    parts = (
        f"{query.focus} {bullets.get(query.focus, '')}".strip(),
        categories.get(query.category, query.category),
        f"from {query.since}" if query.since else "",
    )
    return "; ".join(filter(None, parts)) or "the domain as a whole"


def titles_of(search: Search) -> dict[str, str]:
    """The services' titles by the names of their connectors."""
    return {one.service: one.title for each in search.rounds for one in each.services}


def live_searches(bibliographies: Iterable[Bibliography]) -> tuple[LiveSearch, ...]:
    """Which domains were searched live, with the services that failed there."""
    return tuple(
        LiveSearch(domain=one.domain, at=one.search.at, failed=failed_services(one.search))
        for one in bibliographies
        if one.search
    )


def told_domains(searches: Sequence[LiveSearch], guide: Guide) -> list[str]:
    """For what spans the domains: which were searched live, then which services were not checked; empty: none were."""
    if not searches:
        return []
    searched = {one.domain for one in searches}
    rest = [domain.id for domain in guide.domains if domain.id not in searched]
    begun = "Live sources were searched for every domain."
    if rest:
        begun = (
            f"Live sources were searched for {_domains([one.domain for one in searches])}; "
            f"{_domains(rest)} rest{'s' if len(rest) == 1 else ''} on what the library held."
        )
    failures: dict[tuple[ServiceState, str], dict[str, list[str]]] = {}
    for one in searches:
        for service in one.failed:
            failures.setdefault((service.state, reason_of(service)), {}).setdefault(service.title, []).append(
                one.domain
            )
    told = [
        _sentence([title], state, reason, f" for {_domains(domains)}")
        for (state, reason), services in sorted(failures.items(), key=lambda pair: _ORDER.index(pair[0][0]))
        for title, domains in services.items()
    ]
    failed = {service.service for one in searches for service in one.failed}
    meaning = _meaning(len(failed)) if failed else "Every service that was asked answered."
    return [begun, *told, meaning]


def render_search(search: Search | None, domain: Domain, guide: Guide) -> list[str]:
    """The section on the search in Markdown; nothing where there was none."""
    if search is None:
        return []
    sections = [f"{anchor('search')}\n\n## {HEADING}", text(told_search(search))]
    if services := services_of(search):
        rows = [_row(one) for one in services]
        headings = ("Service", "What came of it", "Questions", "Candidates", "What stood in the way")
        sections.append("\n".join(table(headings, rows)))
    for each in search.rounds:
        sections.append(f"**Round {each.number}.** {text(told_round(each))}")
        sections += _questions(each, titles_of(search), domain, guide)
    if search.ended:
        sections.append(f"**Why it ended.** {text(told_end(search))}")
    return sections


def render_failures(search: Search | None) -> list[str]:
    """The line at the top of a document on what was not checked; nothing where all was."""
    told = told_failures(search)
    return [f"> **Not everything was looked at.** {text(told)} See [{HEADING.lower()}](#search)."] if told else []


def _over_rounds(rounds: Sequence[tuple[int, ServiceOutcome]]) -> ServiceOutcome:
    """One service in several rounds: answered only if it answered in each in which it was asked."""
    put = [(number, one) for number, one in rounds if one.state != "not_asked"]
    if not put:
        return rounds[-1][1]
    states = {one.state for _, one in put}
    reasons: dict[str, list[int]] = {}
    for number, one in put:
        if one.state in FAILED:
            reasons.setdefault(one.why, []).append(number)
    everywhere = len(reasons) == 1 and sum(map(len, reasons.values())) == len(put)
    why = "; ".join(
        reason if everywhere else f"in round{'s' if len(where) > 1 else ''} {_listed(map(str, where))}, {reason}"
        for reason, where in reasons.items()
    )
    return put[-1][1].model_copy(
        update={
            "state": states.pop() if len(states) == 1 else "in_part",
            "why": why,
            "asked": sum(one.asked for _, one in put),
            "candidates": sum(one.candidates for _, one in put),
        }
    )


def _row(one: ServiceOutcome) -> tuple[str, ...]:
    state = f"**{STATES[one.state]}**" if one.state in FAILED else STATES[one.state]
    return cell(one.title), state, str(one.asked or "\u2013"), told_candidates(one), cell(one.why)


def _questions(one: Round, titles: Mapping[str, str], domain: Domain, guide: Guide) -> Iterator[str]:
    if not one.queries:
        return
    rows = [
        (
            cell(query.text),
            cell(told_purpose(query, domain, guide)),
            cell(", ".join(titles.get(name, name) for name in query.services)),
        )
        for query in one.queries
    ]
    yield f"<details>\n<summary>The questions of round {one.number} ({len(rows)})</summary>"
    yield "\n".join(table(("Question", "For", "Put to"), rows))
    yield "</details>"


def _brought(one: Round, asked: Sequence[ServiceOutcome]) -> str:
    put = f"{_counted(len(one.queries), 'question')} to {_counted(len(asked), 'service')}"
    if not asked:
        return "No service was asked."
    if all(service.state == "not_checked" for service in asked):
        return f"{put}, {'which gave no answer' if len(asked) == 1 else 'none of which gave an answer'}."
    if not one.candidates:
        return f"{put} brought no candidate."
    works = f"{_counted(one.works, 'different work')}, {one.added or 'none'} of them new to the library"
    return f"{put} brought {_counted(one.candidates, 'candidate')}: {works if one.works else 'no work of its own'}."


def _sentences(failed: Sequence[ServiceOutcome]) -> list[str]:
    """A sentence for each reason, with all services that failed for it; those that gave no answer at all come first."""
    reasons = by_reason(sorted(failed, key=lambda one: _ORDER.index(one.state)))
    return [_sentence(titles, state, reason) for (state, reason), titles in reasons.items()]


def _sentence(titles: Sequence[str], state: ServiceState, reason: str, where: str = "") -> str:
    """What became of services for one reason: "arXiv and DBLP were not checked for domain 2: no network."."""
    told = f"{_listed(titles)} {'was' if len(titles) == 1 else 'were'} {STATES[state]}{where}"
    return f"{told}: {reason}." if reason else f"{told}."


def _meaning(services: int) -> str:
    known = "this service knows" if services == 1 else "these services know"
    return f"Works that only {known} of may be missing here, which says nothing of whether they exist."


def _domains(ids: Sequence[str]) -> str:
    return f"domain{'s' if len(ids) > 1 else ''} {_listed(ids)}"


def _listed(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d at %H:%M} UTC"


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
