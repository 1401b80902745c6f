"""Render the proof of a bibliography: its constraints, gaps, what preferences cost, and the candidates left out."""

from collections.abc import Iterable, Sequence

from research_agent.bibliography.markup import anchor, cell, table, text
from research_agent.bibliography.statements import as_sentence
from research_agent.model.bibliography import Bibliography, Check, Entry, Gap, PreferenceCost
from research_agent.model.guide import Domain, Guide
from research_agent.model.quotation import is_quoted
from research_agent.model.source import Existence, Source
from research_agent.sources.observed import VERIFICATION

_STATUS = {
    "optimal": "Every constraint holds, and no other choice of these candidates is worth more (proven).",
    "best_with_gaps": "Not every constraint can be met with these candidates: below is the choice that is proven to "
    "miss least, with every gap named.",
    "empty": "There are no candidates, so there are no entries.",
}

_UNREAD = ("cited", "indexed")


def render_report(bibliography: Bibliography, domain: Domain) -> list[str]:
    """The constraint report: status in words, a table of the checks, the gaps, what preferences cost."""
    met = sum(check.met for check in bibliography.checks)
    summary = f"**{met} of {len(bibliography.checks)} constraints hold.** {_STATUS[bibliography.status]}"
    sections = ["## Does it meet the method?", summary]
    if bibliography.checks:
        rows = [_check_row(check, domain) for check in bibliography.checks]
        sections.append("\n".join(table(("", "Constraint", "Asked", "Found"), rows)))
    if bibliography.gaps:
        sections += ["### Gaps", "\n".join(_gap(gap) for gap in bibliography.gaps)]
    return [*sections, *_costs(bibliography.preference_costs)]


def render_candidates(bibliography: Bibliography, guide: Guide) -> list[str]:
    """The candidates that were not chosen, folded away, each with its reason."""
    heading = f"{anchor('candidates')}\n\n## Candidates not chosen"
    if not bibliography.excluded:
        return [heading, "None: every candidate was chosen."] if bibliography.entries else [heading, "None."]
    names = {category.id: category.name for category in guide.methodology.categories}
    rows = [
        (
            f"{cell(one.title)} ({_id(one.source)})",
            cell(names.get(one.category, one.category)),
            f"{one.total:.2f}",
            cell(as_sentence(one.reason)),
        )
        for one in bibliography.excluded
    ]
    lines = table(("Candidate", "Category", "RADAR", "What kept it out"), rows)
    folded = f"<details>\n<summary>{len(rows)} candidates, each with what kept it out</summary>"
    return [heading, folded, "\n".join(lines), "</details>"]


def known_of(existence: Existence) -> str:
    """What is known of a work's existence, in a few words: "read in part 2026-11-23", "not checked"."""
    on = f" {existence.on.isoformat()}" if existence.on else ""
    if existence.state != "verified":
        return f"existence {existence.state.replace('_', ' ')}{on}"
    return f"{existence.how}{on}, not read itself" if existence.how in _UNREAD else f"{existence.told}{on}"


def looked_up(source: Source) -> str:
    """What a look at its names and address showed, in words: "looked up 2026-11-25: verified"; empty: nobody looked."""
    seen = source.signal(VERIFICATION)
    on = f" {seen.on.isoformat()}" if seen.on else ""
    return f"looked up{on}: {str(seen.value).replace('_', ' ')}" if seen.observed else ""


def unread(existence: Existence) -> str:
    """A mark for what is told of a work that nobody read: "cited, not read"; empty: somebody read it."""
    if existence.how == "read":
        return ""
    return f"{existence.how}, not read" if existence.how in _UNREAD else "not read"


def has_quotations(entries: Iterable[Entry]) -> bool:
    """Whether any of them is told of in its own words, set in quotation marks."""
    return any(
        is_quoted(claim.where)
        for annotation in (entry.annotation for entry in entries)
        for claim in (
            *annotation.establishes,
            *(note.claim for note in annotation.for_focus),
            *annotation.in_production,
            *annotation.limits,
        )
    )


def _id(source: str) -> str:
    return f"`{source}`"  # ids are lower-case letters, figures and hyphens by their type


def _check_row(check: Check, domain: Domain) -> tuple[str, str, str, str]:
    kind, _, subject = check.id.partition(":")
    bullets = {focus.id: focus.text for focus in domain.focus}
    constraint = f"Entries for {subject} {bullets[subject]}" if kind == "focus" and subject in bullets else check.text
    return "✓" if check.met else "✗", cell(constraint), cell(check.required), cell(check.actual)


def _gap(gap: Gap) -> str:
    entries = "entry" if gap.missing == 1 else "entries"
    return f"- **{text(as_sentence(gap.text))}** {gap.missing} {entries} short. {text(as_sentence(gap.tried))}"


def _costs(costs: Sequence[PreferenceCost]) -> list[str]:
    if not costs:
        return []
    lines = [f"- {text(as_sentence(cost.text))}" for cost in costs if cost.cost]
    free = [cost.preference for cost in costs if not cost.cost]
    if free:
        lines.append(f"- Nothing better was given up for: {text(', '.join(free))}.")
    return ["### What preferences and limits cost", "\n".join(lines)]
