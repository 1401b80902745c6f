"""The present bibliography of a domain as data for a prompt that extends or checks it. Pure."""

from research_agent.model.bibliography import Bibliography, Entry
from research_agent.model.guide import Guide
from research_agent.model.prompt import Present, PresentEntry


def present_of(bibliography: Bibliography, guide: Guide) -> Present:
    """Its entries with what is said of each, and the constraints that it misses."""
    names = {category.id: category.name for category in guide.methodology.categories}
    return Present(
        entries=tuple(_entry(entry, names.get(entry.category, entry.category)) for entry in bibliography.entries),
        gaps=tuple(gap.text for gap in bibliography.gaps),
    )


def _entry(entry: Entry, category: str) -> PresentEntry:
    told, existence = entry.annotation, entry.source.existence
    notes = (note.claim for note in told.for_focus)
    claims = [claim for claim in (*told.establishes, *notes, *told.in_production) if claim.basis == "passage"]
    seen = [existence.told or existence.state.replace("_", " "), f"{existence.on}" if existence.on else ""]
    return PresentEntry(
        title=entry.source.title,
        citation=entry.citation,
        category=category,
        url=entry.source.url,
        focus=tuple(entry.evaluation.focus),
        known=" ".join(filter(None, [*seen, f"at {existence.where}" if existence.where else ""])),
        claims=tuple(dict.fromkeys(f"{claim.text} ({claim.where})" if claim.where else claim.text for claim in claims)),
    )
