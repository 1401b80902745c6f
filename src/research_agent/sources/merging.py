"""Make works of candidates: which of them are one, what each work has from whom, and where they disagree. Pure.

`identity` joins what shares a name or a title to the letter, `likeness` what looks alike and can't be two, `trust` has
the rules of whom to believe. `docs/identity.md` states all of it in prose.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from pydantic import Field

from research_agent.model.base import Record
from research_agent.model.candidate import Candidate, Provenance
from research_agent.model.kinds import Kind
from research_agent.model.source import Signal, Source
from research_agent.sources.connectors.as_source import as_source
from research_agent.sources.identity import look_like_two, merge, names_of, title_keys
from research_agent.sources.joining import classed, joined, told_apart
from research_agent.sources.likeness import Likeness, Looks, blocks_of, likeness, looks_of
from research_agent.sources.naming import Name, address_of, name_in, normal_doi
from research_agent.sources.notices import is_notice, of_notice, works_of_notice
from research_agent.sources.observed import ALSO_AT, PUBLISHED_IN, recorded_signals
from research_agent.sources.origin import OriginTable, origin_of
from research_agent.sources.standing import LESS_SURE
from research_agent.sources.trust import Conflict, Told, Trusted, believed, believed_signals, trust

__all__ = ["Conflict", "FoundWork", "works_of"]

_NEIGHBOURS: Final = 64
"""With so many records that stand after it by title in its block each record is compared, so that ten thousand records
of one author cost seconds and not hours."""
_MOST_IN_DOUBT: Final = 48
"""Of more works than these that look alike none are joined: that many spellings has no title."""


class FoundWork(Record):
    """One work as all services together tell of it."""

    source: Source = Field(description="The work, without placements.")
    abstract: str = Field(default="", description="Abstract or description; empty: no service has one.")
    abstract_from: str = Field(default="", description="Name of the service whose words it is.")
    full_text: str = Field(default="", description="Address of the whole text, where a service gives one.")
    provenance: tuple[Provenance, ...] = Field(description="The records that it was made of, one a service and record.")
    conflicts: tuple[Conflict, ...] = Field(default=(), description="What services say otherwise than it stands here.")
    candidates: tuple[int, ...] = Field(description="Positions of its candidates, notices about it and copies of it.")


class _Titled(NamedTuple):
    """A candidate that names a work, as it takes part in the search for others of the same work."""

    position: int
    told: Told
    names: frozenset[Name]
    title_keys: tuple[str, ...]
    looks: Looks | None

    @property
    def order(self) -> tuple[object, ...]:
        """By what it says, not by where it stands."""
        record = self.told.record
        return record.id, record.url, self.told.service, record.title, record.authors, str(record.year), record.kind


class _Group(NamedTuple):
    """Candidates of one work."""

    members: tuple[_Titled, ...]
    names: frozenset[Name]
    title_keys: frozenset[str]

    @property
    def keys(self) -> list[str]:
        """By what the work is recognised."""
        return [*(f"{scheme}:{name}" for scheme, name in self.names), *self.title_keys]


class _Work(NamedTuple):
    """What the candidates of a group say together."""

    source: Source
    conflicts: tuple[Conflict, ...]


def works_of(
    candidates: Sequence[Candidate], origins: OriginTable, *, kinds: Sequence[Kind | None] = ()
) -> list[FoundWork]:
    """One work for all candidates that tell of it, in the order of their sources' ids.

    Every candidate is part of a work, but for notices of works and bare signals (candidates without a title) whose work
    is not among the candidates. The order of the candidates does not matter, and resolving the works' sources again
    changes nothing.

    Args:
        candidates: what services said.
        origins: who is behind which addresses.
        kinds: what to take each candidate for, where its service does not say; as long as `candidates`, or empty.
    """
    taken_for = kinds or [None] * len(candidates)
    titled = [
        made
        for position, (candidate, kind) in enumerate(zip(candidates, taken_for, strict=True))
        if candidate.title and not is_notice(candidate) and (made := _titled(position, candidate, kind, origins))
    ]
    titled.sort(key=lambda one: one.order)
    groups = _joined([_Group((one,), one.names, frozenset(one.title_keys)) for one in titled])
    works = [_best_of(group, origins) for group in groups]
    while (joins := _same_works(groups, works)) is not None:
        groups = _joined(_regrouped(groups, joins))
        works = [_best_of(group, origins) for group in groups]
    added = _additions(candidates, groups)
    found = [_found(*one, candidates, added[index]) for index, one in enumerate(zip(groups, works, strict=True))]
    # Works of one id differ in their names: those of equal names are one.
    works_in_order = [(work.source.id, sorted(group.names)) for group, work in zip(groups, works, strict=True)]
    return [work for *_, work in sorted(zip(works_in_order, found, strict=True), key=lambda one: one[0])]


# --- which candidates are one work ----------------------------------------------------------------------------------


def _titled(position: int, candidate: Candidate, kind: Kind | None, origins: OriginTable) -> _Titled | None:
    record = as_source(candidate, origins, kind=kind)
    if record is None:
        return None
    further = [
        Signal(name=ALSO_AT, value=address_of(*name), where="record: also_at")
        for name in sorted(_further_names(candidate) - names_of(record))
    ]
    if further:
        record = record.model_copy(update={"signals": (*record.signals, *further)})
    # A link of a web search tells of a page, whatever its title; a service that keeps a record of a work and does not
    # say its kind may mean any.
    known = candidate.kind is not None or kind is not None or not candidate.vouched
    told = Told(candidate.provenance.service, record, candidate.kind is not None)
    return _Titled(position, told, names_of(record), title_keys(record), looks_of(record, kind_known=known))


def _further_names(candidate: Candidate) -> set[Name]:
    """Names that the service itself gives the same work: DOIs of other manifestations, a project's former name."""
    told = {signal.name: str(signal.value) for signal in candidate.signals if signal.observed}
    dois = (normal_doi(text) for text in told.get("same_work_as", "").split(", "))
    names = {name_in(address_of("doi", doi)) for doi in dois if doi}
    if "renamed_to" in told:
        names |= {name for name in map(name_in, candidate.also_at) if name[0] == "repository"}
    return names


def _joined(groups: list[_Group]) -> list[_Group]:
    """Join groups by names, then by looks, until nothing more joins."""
    while (joins := _same_names(groups) or _same_looks(groups)) is not None:
        groups = _regrouped(groups, joins)
    return groups


def _regrouped(groups: Sequence[_Group], joins: Iterable[Sequence[int]]) -> list[_Group]:
    return [_together([groups[index] for index in join]) for join in joins]


def _together(groups: Sequence[_Group]) -> _Group:
    if len(groups) == 1:
        return groups[0]
    return _Group(
        tuple(member for group in groups for member in group.members),
        frozenset[Name]().union(*(group.names for group in groups)),
        frozenset[str]().union(*(group.title_keys for group in groups)),
    )


def _best_of(group: _Group, origins: OriginTable) -> _Work:
    """The source of these candidates, each field from whom it is believed."""
    told = [member.told for member in group.members]
    if len(told) == 1:
        return _Work(told[0].record, ())
    merged = merge([one.record for one in told])
    fields, conflicts = believed(told)
    merged = merged.model_copy(update=fields)
    behind = origin_of(merged.url, merged.authors, merged.publisher, merged.kind, origins) or merged.origin
    of_services = [(one.service, signal) for one in told for signal in one.record.signals]
    # What merging itself has noted: further addresses, and how sure a field is.
    noted = [("", signal) for signal in merged.signals if signal.name in (ALSO_AT, LESS_SURE)]
    signals, of_signals = believed_signals([*(one for one in of_services if one[1].name != ALSO_AT), *noted])
    if merged.published is not None:
        signals = [signal for signal in signals if signal.name != PUBLISHED_IN]
    signals += recorded_signals(merged, (signal.name for signal in signals))
    merged = merged.model_copy(update={"origin": behind, "signals": _in_order(signals)})
    return _Work(merged, (*conflicts, *of_signals))


def _in_order(signals: Iterable[Signal]) -> tuple[Signal, ...]:
    keyed = {(one.name, one.where, repr(one.value), str(one.on)): one for one in signals}
    return tuple(keyed[key] for key in sorted(keyed))


def _same_names(groups: Sequence[_Group]) -> list[list[int]] | None:
    """Groups to join by a name, or by title, author and year to the letter; None: there are none."""

    def differ(one: int, other: int) -> bool:
        return any(
            look_like_two(a.told.record, b.told.record) for a in groups[one].members for b in groups[other].members
        )

    joins = joined([group.names for group in groups], [group.keys for group in groups], differ)
    return joins if len(joins) < len(groups) else None


def _same_works(groups: Sequence[_Group], works: Sequence[_Work]) -> list[list[int]] | None:
    """Groups to join because of what their candidates say together: one's title, another's year; or None."""
    keys = [{*group.keys, *title_keys(work.source)} for group, work in zip(groups, works, strict=True)]
    joins = joined(
        [group.names for group in groups],
        keys,
        lambda one, other: look_like_two(works[one].source, works[other].source),
    )
    return joins if len(joins) < len(groups) else None


def _same_looks(groups: Sequence[_Group]) -> list[list[int]] | None:
    """Groups to join because they look like one work and can't be two; None: there are none."""
    likenesses = _likenesses(groups)
    alike = {pair for pair, found in likenesses.items() if found == "alike"}
    for edges in (alike, set(likenesses)):
        if cliques := _cliques(edges):
            gone = {index for clique in cliques for index in clique}
            return [*cliques, *([index] for index in range(len(groups)) if index not in gone)]
    return None


def _likenesses(groups: Sequence[_Group]) -> dict[tuple[int, int], Likeness]:
    """Pairs of groups of which a record each looks like one work, and that no name tells apart."""
    blocks: dict[str, list[tuple[str, int, Looks]]] = defaultdict(list)
    for index, group in enumerate(groups):
        for looks in {(one.looks.title, one.looks.record.id): one.looks for one in group.members if one.looks}.values():
            for block in blocks_of(looks):
                blocks[block].append((looks.title.text, index, looks))
    found: dict[tuple[int, int], Likeness] = {}
    for held in blocks.values():
        held.sort(key=lambda one: (one[0], one[1]))
        for place, (_, one, looks) in enumerate(held):
            for _, other, others in held[place + 1 : place + 1 + _NEIGHBOURS]:
                pair = (min(one, other), max(one, other))
                if one == other or found.get(pair) == "alike":
                    continue
                if (how := likeness(looks, others)) == "unlike":
                    continue
                if not told_apart(classed(groups[one].names), classed(groups[other].names), weak=True):
                    found[pair] = how
    return found


def _cliques(edges: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Sets of positions that are all linked to each other, and to nothing else once what is in doubt is left out.

    In doubt is what is linked to two positions that are not linked: it may belong to either, so it joins neither.
    """
    linked: dict[int, set[int]] = defaultdict(set)
    for one, other in edges:
        linked[one].add(other)
        linked[other].add(one)
    clear = {
        index
        for index, others in linked.items()
        if len(others) <= _MOST_IN_DOUBT and all(others - linked[other] == {other} for other in others)
    }
    cliques = {tuple(sorted({index, *(linked[index] & clear)})) for index in clear}
    return [list(clique) for clique in sorted(cliques) if len(clique) > 1]


# --- what else is said of a work ------------------------------------------------------------------------------------


class _Additions(NamedTuple):
    """What notices and bare candidates say of a work."""

    positions: list[int]
    signals: list[tuple[str, Signal]]


def _additions(candidates: Sequence[Candidate], groups: Sequence[_Group]) -> Mapping[int, _Additions]:
    """For each group: the notices of its work, and candidates that have no title and one of its names."""
    holder: dict[Name, int] = {}
    for index, group in enumerate(groups):
        for name in group.names:
            holder.setdefault(name, index)
    added: dict[int, _Additions] = defaultdict(lambda: _Additions([], []))
    for position, candidate in enumerate(candidates):
        notice = is_notice(candidate)
        if candidate.title and not notice:
            continue
        names = works_of_notice(candidate) if notice else _names_of_bare(candidate)
        for index in sorted({holder[name] for name in names if name in holder}):
            signals = of_notice(candidate) if notice else candidate.signals
            added[index].positions.append(position)
            added[index].signals.extend((candidate.provenance.service, signal) for signal in signals)
    return added


def _names_of_bare(candidate: Candidate) -> set[Name]:
    own = candidate.identifiers
    names = {name_in(address) for address in (candidate.url, *candidate.also_at)}
    if own.doi:
        names.add(("doi", own.doi))
    if own.arxiv:
        names.add(("arxiv", own.arxiv))
    return names


def _found(group: _Group, work: _Work, candidates: Sequence[Candidate], added: _Additions) -> FoundWork:
    told = [candidates[member.position] for member in group.members]
    source, conflicts = work.source, list(work.conflicts)
    if added.signals:
        own = [(_service_of(signal, group), signal) for signal in source.signals]
        signals, further = believed_signals([*own, *added.signals])
        conflicts += further
        source = source.model_copy(update={"signals": _in_order(signals)})
    abstract = _of_trusted("abstract", [(one.provenance.service, one.abstract) for one in told])
    full_text = _of_trusted("full_text", [(one.provenance.service, one.full_text) for one in told])
    positions = sorted({*(member.position for member in group.members), *added.positions})
    return FoundWork(
        source=source,
        abstract=abstract[1],
        abstract_from=abstract[0],
        full_text=full_text[1],
        provenance=_provenance(candidates[position].provenance for position in positions),
        conflicts=tuple(sorted(set(conflicts), key=lambda one: tuple(one.model_dump().values()))),
        candidates=tuple(positions),
    )


def _service_of(signal: Signal, group: _Group) -> str:
    return min((one.told.service for one in group.members if signal in one.told.record.signals), default="")


def _of_trusted(field: Trusted, told: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """The service that is believed and what it says; both empty: none says anything."""
    said = [(trust(field, service), -len(text), text, service) for service, text in told if text]
    if not said:
        return "", ""
    *_, text, service = min(said)
    return service, text


def _provenance(all_of_it: Iterable[Provenance]) -> tuple[Provenance, ...]:
    """One of each record of a service, the latest."""
    latest: dict[tuple[str, str], Provenance] = {}
    for one in sorted(all_of_it, key=lambda one: (one.at, one.address, one.raw)):
        latest[one.service, one.record or one.address] = one
    return tuple(latest[key] for key in sorted(latest))
