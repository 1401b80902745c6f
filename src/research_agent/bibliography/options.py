"""What selection sees of a candidate: its scores and the properties that constraints count. No decisions here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from research_agent.errors import UnknownNameError, UsageError
from research_agent.model.bibliography import Bibliography
from research_agent.model.guide import Domain, Guide, Methodology
from research_agent.model.radar import Evaluation
from research_agent.model.source import Source
from research_agent.sources.succession import successors


@dataclass(frozen=True, slots=True)
class Option:
    """One candidate of a domain.

    Attributes:
        source: id of the source; options are ordered, and ties broken, by it.
        title: for reports.
        category: id of its category; empty when the methodology has none for it.
        focus: ids of the focus bullets that it covers.
        recent: its year (of first publication, of living works of the last change) is known and not before the
            methodology's first recent year.
        changed: it was published or changed in a recent year, as far as is known.
        origin: organisation or person behind it; empty: unknown, and then no limit on origins counts it.
        production: it carries evidence from production.
        total: RADAR total, 1 to 5.
        relevance: 0 to 1.
        foundational: it has a sourced reason to be called so.
        successor: id of the work that replaces it, candidate or not; empty: none is known.
        excluded: why it may not be chosen at all (retracted ...); empty: it may.
    """

    source: str
    title: str
    category: str
    focus: frozenset[str]
    recent: bool
    origin: str
    production: bool
    total: float
    relevance: float
    foundational: bool = False
    successor: str = ""
    changed: bool = False
    excluded: str = ""


def options_from(
    evaluations: Iterable[Evaluation], sources: Iterable[Source], guide: Guide, domain: Domain
) -> list[Option]:
    """The candidates of a domain, by id.

    Args:
        evaluations: one for each candidate, for this domain.
        sources: at least those that the evaluations name.
        guide: whose methodology files sources under categories and says what is recent.
        domain: the domain that was evaluated.

    Raises:
        UnknownNameError: an evaluation names a source that is not among `sources`.
        UsageError: an evaluation is of another guide or domain.
    """
    known = {source.id: source for source in sources}
    newer = successors(known.values())
    options = []
    for evaluation in evaluations:
        if (evaluation.guide, evaluation.domain) != (guide.id, domain.id):
            raise UsageError(
                f"The evaluation of {evaluation.source} is for {evaluation.guide}/{evaluation.domain}, "
                f"not for {guide.id}/{domain.id}. Evaluate it for this domain first."
            )
        if evaluation.source not in known:
            raise UnknownNameError("source", evaluation.source, known)
        source = known[evaluation.source]
        category = _category(source, guide, domain)
        option = _option(source, category, evaluation, guide.methodology)
        options.append(replace(option, successor=newer[source.id].id) if source.id in newer else option)
    return sorted(options, key=lambda option: option.source)


def options_of(bibliography: Bibliography, methodology: Methodology) -> list[Option]:
    """The entries of a bibliography as options, in its order: what `constraints.check` verifies."""
    return [_option(entry.source, entry.category, entry.evaluation, methodology) for entry in bibliography.entries]


def changed_since(source: Source, year: int) -> bool:
    """Whether a source was published or changed in that year or later, as far as is known."""
    days = (day.year for day in (source.published, source.updated) if day)
    return any(known is not None and known >= year for known in (source.year, *days))


def by_id(options: Sequence[Option]) -> dict[str, Option]:
    """Options by the id of their source.

    Raises:
        UsageError: a source stands twice.
    """
    found: dict[str, Option] = {}
    for option in options:
        if option.source in found:
            raise UsageError(f"{option.source} stands twice among the candidates. Resolve identities first.")
        found[option.source] = option
    return found


def _category(source: Source, guide: Guide, domain: Domain) -> str:
    """Where a reader filed it for this domain, else where its kind belongs, else nowhere."""
    placement = source.placement(guide.id, domain.id)
    if placement is not None:
        return placement.category
    category = guide.methodology.category_of_kind(source.kind)
    return category.id if category is not None else ""


def _option(source: Source, category: str, evaluation: Evaluation, methodology: Methodology) -> Option:
    known = {known.id for known in methodology.categories}
    excluded = evaluation.excluded
    if not excluded and category not in known:
        what = f"its category {category!r}" if category else f"its kind, {source.kind},"
        excluded = f"{what} has no place among the guide's categories"
    recent_since = methodology.recent_since
    return Option(
        source=source.id,
        title=source.title,
        category=category,
        focus=frozenset(evaluation.focus),
        recent=source.year is not None and source.year >= recent_since,
        changed=changed_since(source, recent_since),
        origin=source.origin,
        production=bool(evaluation.production),
        total=evaluation.total,
        relevance=evaluation.relevance,
        foundational=bool(evaluation.foundational),
        excluded=excluded,
    )
