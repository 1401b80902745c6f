"""Take a work that was looked up or found into the library, with its place in the domains that it serves."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from research_agent.live.abstracts import key_points_of
from research_agent.live.holdings import Holdings
from research_agent.live.placing import NEAR, text_of
from research_agent.live.rounds import ORIGIN as OF_SEARCHES
from research_agent.model.guide import Domain, Guide
from research_agent.model.kinds import Kind
from research_agent.model.search import PlacedIn, TakenIn
from research_agent.model.source import Placement, Source
from research_agent.sources.merging import FoundWork

if TYPE_CHECKING:
    from research_agent.library.library import Library

ORIGIN: Final = "looked-up:"
"""How the name of the origin begins under which the library holds works that were looked up one by one."""

MOST_DOMAINS: Final = 3
"""Domains that a work is placed in when nobody says which: the nearest ones."""


def take_in(
    works: Sequence[FoundWork],
    library: "Library",
    guide: Guide,
    domains: Sequence[Domain] = (),
    *,
    kind: Kind | None = None,
    near: bool = False,
) -> tuple[TakenIn, ...]:
    """Keep works, what services said of them, and their places in domains; for each of them what became of it.

    Where a reader's text of a work is there, that stays, and only what services say (citations, a retraction) is new.

    Args:
        works: as services tell of them.
        library: takes them in.
        guide: whose methodology files them.
        domains: those that they are to serve; empty: the nearest ones that they come near to.
        kind: what they are, where a person knows it; None: what services take them for.
        near: whether works stay out of the library that come near no bullet of `domains`.

    Raises:
        StoreError: the library can't be written.
        EmbeddingError: the embedding model failed.
    """
    holdings = Holdings(library.sources(), lambda source: _records_of(library, source))
    all_held = [holdings.of(work.source) for work in works]
    all_places = _places(works, all_held, library, guide, domains, near=near)
    taken: list[TakenIn] = []
    kept: list[tuple[Source, FoundWork]] = []
    for work, held, places in zip(works, all_held, all_places, strict=True):
        made = _made(work, held, holdings, places, guide=guide, kind=kind)
        if near and not made.told.placed:
            taken.append(made.told)
            continue
        names = {source.id for source, _ in kept}
        apart = made.source.id in names or (made.told.new and holdings.has(made.source.id))
        source = holdings.renamed(made.source) if apart else made.source
        kept.append((source, work))
        taken.append(made.told.model_copy(update={"source": source.id}))
    if kept:
        # What was said is kept first: a work without its provenance would be one that nobody can trace.
        library.keep_provenance([(source, work.provenance) for source, work in kept])
        _ingest(library, guide, [source for source, _ in kept], refiled=kind is not None and any(all_held))
    return tuple(
        one.model_copy(update={"source": library.source(one.source).id}) if one.source else one for one in taken
    )


def _ingest(library: "Library", guide: Guide, sources: Sequence[Source], *, refiled: bool) -> None:
    """Take the records in. Refiled ones replace those of earlier searches, too, which file the works otherwise."""
    for origin in (ORIGIN, OF_SEARCHES) if refiled else (ORIGIN,):
        library.ingest(f"{origin}{guide.id}", sources, replace=False)


class _Made(NamedTuple):
    """A record to take in, and what is told of it."""

    source: Source
    told: TakenIn


def _made(
    work: FoundWork,
    held: Source | None,
    holdings: Holdings,
    places: Sequence[tuple[Domain, float | None]],
    *,
    guide: Guide,
    kind: Kind | None,
) -> _Made:
    """The record of a work with its placements; a domain where it has a reader's placement keeps that."""
    source = holdings.continued(work.source, held, guide, None)
    category = guide.methodology.category_of_kind(kind or holdings.kind_of(source, held))
    points = key_points_of(work.abstract, work.abstract_from)
    kept = {(one.guide, one.domain): one for one in source.placements}
    if kind is not None:  # a person's word wins over what services say, and over what was filed by it
        source = holdings.of_kind(source, kind, work.source.existence.on)
        refiled = {"category": category.id} if category else {}
        kept = {key: one.model_copy(update=refiled) for key, one in kept.items()}
    placed = []
    for domain, cosine in places:
        filed = held.placement(guide.id, domain.id) if held and holdings.curated(held, guide, domain) else None
        if filed is None and category is not None:
            kept[guide.id, domain.id] = Placement(
                guide=guide.id, domain=domain.id, category=category.id, summary="", key_points=points
            )
        place = filed or kept.get((guide.id, domain.id))
        if place is not None:
            placed.append(PlacedIn(domain=domain.id, category=place.category, cosine=cosine, curated=filed is not None))
    source = source.model_copy(update={"placements": tuple(kept[key] for key in sorted(kept))})
    serves = {one.domain for one in held.placements if one.guide == guide.id} if held else set()
    why = "" if placed or serves else _why_nowhere(guide, source.kind, filed=category is not None)
    told = TakenIn(source="", new=held is None, placed=tuple(placed), serves=tuple(sorted(serves)), why=why)
    return _Made(source, told)


def _places(
    works: Sequence[FoundWork],
    held: Sequence[Source | None],
    library: "Library",
    guide: Guide,
    domains: Sequence[Domain],
    *,
    near: bool,
) -> list[list[tuple[Domain, float | None]]]:
    """For each work the domains that it is to serve with its nearness to each, the nearest first."""
    asked = domains or guide.domains
    # One that has its place is not spread over further domains by its nearness: a person has to say so.
    stays = [not domains and one is not None and any(p.guide == guide.id for p in one.placements) for one in held]
    compared = [index for index, work in enumerate(works) if work.abstract and not stays[index]]
    cosines = dict(zip(compared, _cosines([text_of(works[index]) for index in compared], library, asked), strict=True))
    found: list[list[tuple[Domain, float | None]]] = []
    for index, stay in enumerate(stays):
        if stay:
            found.append([])
        elif index not in cosines:
            found.append([] if near else [(domain, None) for domain in domains])
        else:
            of_work = sorted(zip(asked, cosines[index], strict=True), key=lambda one: -one[1])
            nearest = [one for one in of_work if one[1] >= NEAR or (domains and not near)]
            found.append([*(nearest if domains else nearest[:MOST_DOMAINS])])
    return found


def _cosines(texts: Sequence[str], library: "Library", domains: Sequence[Domain]) -> list[list[float]]:
    """For each text, in each domain the cosine with its nearest bullet, -1 to 1."""
    if not texts:
        return []
    vectors = library.question_vectors(texts)
    bullets = [library.question_vectors([focus.text for focus in domain.focus]) for domain in domains]
    nearest = [(vectors @ of_domain.T).max(axis=1) for of_domain in bullets]
    return [[round(float(of_domain[index]), 4) for of_domain in nearest] for index in range(len(texts))]


def _why_nowhere(guide: Guide, kind: Kind, *, filed: bool) -> str:
    if not filed:
        return f"the guide {guide.id} has no category for a work of the kind {kind}"
    return f"what is known of its text comes near no bullet of the guide {guide.id}"


def _records_of(library: "Library", source: str) -> set[str]:
    return {one.record or one.address for one in library.provenance(source)}
