"""Present bibliographies as data for a prompt that extends, checks or synthesises them. Pure."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from research_agent.model.bibliography import Bibliography, Entry
from research_agent.model.guide import Guide
from research_agent.model.prompt import Present, PresentEntry


def present_of(bibliography: Bibliography, guide: Guide) -> Present:
    """Its entries with what is said of each, and the constraints that it misses."""
    return Present(
        entries=tuple(_entries(bibliography, guide)),
        gaps=tuple(gap.text for gap in bibliography.gaps),
    )


def present_of_all(bibliographies: Sequence[Bibliography], guide: Guide) -> Present:
    """The entries of several domains, a work once, the best of every domain first, then the next of every domain.

    So a budget that holds a part of them leaves no domain out. A work of several domains has the claims of all of them.
    """
    ranked = [sorted(_entries(one, guide), key=lambda entry: (-entry.total, entry.source)) for one in bibliographies]
    together: dict[str, PresentEntry] = {}
    for entry in (entry for row in zip_longest(*ranked) for entry in row if entry is not None):
        known = together.get(entry.source)
        together[entry.source] = entry if known is None else _joined(known, entry)
    entries = (entry.model_copy(update={"number": n}) for n, entry in enumerate(together.values(), start=1))
    return Present(entries=tuple(entries))


def _entries(bibliography: Bibliography, guide: Guide) -> Iterator[PresentEntry]:
    names = {category.id: category.name for category in guide.methodology.categories}
    for number, entry in enumerate(bibliography.entries, start=1):
        yield _entry(number, entry, names.get(entry.category, entry.category), bibliography.domain)


def _entry(number: int, entry: Entry, category: str, domain: str) -> PresentEntry:
    told, existence = entry.annotation, entry.source.existence
    notes = (note.claim for note in told.for_focus)
    claims = [claim for claim in (*told.establishes, *notes, *told.in_production) if claim.basis == "passage"]
    seen = [existence.told or existence.state.replace("_", " "), f"{existence.on}" if existence.on else ""]
    return PresentEntry(
        number=number,
        source=entry.source.id,
        total=entry.evaluation.total,
        domains=(domain,),
        title=entry.source.title,
        citation=entry.citation,
        category=category,
        url=entry.source.url,
        focus=tuple(entry.evaluation.focus),
        known=" ".join(filter(None, [*seen, f"at {existence.where}" if existence.where else ""])),
        claims=tuple(dict.fromkeys(f"{claim.text} ({claim.where})" if claim.where else claim.text for claim in claims)),
    )


def _joined(known: PresentEntry, other: PresentEntry) -> PresentEntry:
    return known.model_copy(
        update={
            "total": max(known.total, other.total),
            "domains": (*known.domains, *other.domains),
            "focus": tuple(dict.fromkeys((*known.focus, *other.focus))),
            "claims": tuple(dict.fromkeys((*known.claims, *other.claims))),
        }
    )
