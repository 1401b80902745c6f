"""What each preference and decision cost, and what one source in or out would change: solved again, never guessed."""

from collections.abc import Collection, Iterator, Mapping
from typing import Literal, NamedTuple

from pydantic import Field

from research_agent.bibliography.problem import POINT, PREFERENCES, Preference, Problem
from research_agent.bibliography.program import allow, formulate, must, value_objective
from research_agent.bibliography.select import Selection, best_choice, solve
from research_agent.errors import SolverError, UnknownNameError, UsageError
from research_agent.model.base import Record
from research_agent.model.bibliography import PreferenceCost


class WhatIf(Record):
    """What forcing one source in (or, of a chosen one, out) would do to the bibliography."""

    source: str = Field(description="Id of the source.")
    move: Literal["in", "out"] = Field(description="Forced in, or forced out.")
    cost: float = Field(
        description="Points that the bibliography would lose; below 0: gain (a decision undone, gaps changed)."
    )
    enters: tuple[str, ...] = Field(description="Ids of the sources that would come in, the forced one not counted.")
    leaves: tuple[str, ...] = Field(description="Ids of the sources that would go, the forced one not counted.")
    gaps: dict[str, int] = Field(description="Constraints that would miss more entries, or (below 0) fewer: by id.")
    text: str = Field(description="For people.")


def preference_costs(selection: Selection) -> tuple[PreferenceCost, ...]:
    """What each preference, constraint of taste, pin and ban cost, against the best bibliography without it.

    The bibliography is chosen again without the one in question, and may miss no more of what
    remains than this one does. The cost is the difference in value between the two, the points of
    the preference in question left out of both: never negative, and 0 says that nothing better was
    given up. The text also says how much of it is RADAR and relevance alone.

    Raises:
        SolverError: the solver stopped without a proof.
    """
    return tuple(_cost(selection, waiver) for waiver in _waivers(selection.problem)) if selection.chosen else ()


def what_if(selection: Selection, source: str) -> WhatIf:
    """What would change if this candidate, not chosen, were forced in; or, chosen, were forced out.

    Raises:
        UnknownNameError: it is no candidate of this domain.
        UsageError: it is excluded, or filed where the method allows no entry.
        SolverError: the solver stopped without a proof.
    """
    problem, chosen = selection.problem, frozenset(selection.chosen)
    if source not in problem.by_id:
        raise UnknownNameError("candidate", source, problem.by_id)
    option = problem.by_id[source]
    if option not in problem.eligible:
        raise UsageError(f"{source} may not be chosen: {option.excluded}. Nothing was weighed.")
    move: Literal["in", "out"] = "out" if source in chosen else "in"
    lifted = {f"ban:{source}"} if move == "in" else {f"pin:{source}"}
    _refuse_closed(problem, source, lifted)
    other = best_choice(problem, without=lifted, rows=[must(source, stand=move == "in")])
    gaps = _gap_changes(problem, chosen, other, lifted)
    cost = (problem.value(chosen) - problem.value(other)) / POINT
    enters, leaves = sorted(other - chosen - {source}), sorted(chosen - other - {source})
    return WhatIf(
        source=source,
        move=move,
        cost=cost,
        enters=tuple(enters),
        leaves=tuple(leaves),
        gaps=gaps,
        text=_what_if_text(source, move, cost, _exchange(enters, leaves), gaps),
    )


def _refuse_closed(problem: Problem, source: str, lifted: Collection[str]) -> None:
    """Raise UsageError for a source that an upper limit of 0 keeps out whatever else is chosen."""
    for limit in problem.requirements:
        if limit.at_most == 0 and source in limit.members and limit.id not in lifted:
            raise UsageError(f"{source} can't be chosen: the method allows no entry at all there ({limit.id}).")


class _Waiver(NamedTuple):
    """One thing to leave out: a preference of the objective, or requirements."""

    name: str
    label: str
    preference: Preference | None = None
    requirements: frozenset[str] = frozenset()


def _waivers(problem: Problem) -> Iterator[_Waiver]:
    method = problem.methodology
    labels = {
        "hierarchy": "Preferring the higher-ranked categories",
        "foundational": "Preferring foundational works",
        "diversity": "Avoiding pairs that nearly say the same",
        "newer": "Preferring the newer of two works of which one replaces the other",
    }
    for preference in PREFERENCES:
        yield _Waiver(preference, labels[preference], preference=preference)
    share = f"{round(method.recent_share * 100, 1):g}%"
    groups = (
        ("recent", f"Asking for {share} of {method.recent_since} or later"),
        ("focus", f"Asking for {method.entries_per_focus} entries for every focus bullet"),
        ("origin", f"Allowing at most {method.entries_per_origin} entries of one origin"),
        ("production", f"Asking for {method.production_entries} entries with evidence from production"),
    )
    for name, label in groups:
        ids = (requirement.id for requirement in problem.requirements)
        yield _Waiver(name, label, requirements=frozenset(i for i in ids if i.partition(":")[0] == name))
    for pin in problem.pins:
        yield _Waiver(f"pin:{pin}", f"Pinning {pin}", requirements=frozenset({f"pin:{pin}"}))
    for ban in problem.bans:
        yield _Waiver(f"ban:{ban}", f"Banning {ban}", requirements=frozenset({f"ban:{ban}"}))


def _cost(selection: Selection, waiver: _Waiver) -> PreferenceCost:
    problem, chosen = selection.problem, frozenset(selection.chosen)
    other = chosen if _is_idle(problem, waiver) else _without(problem, chosen, waiver)
    left_out = waiver.preference or ""
    cost = problem.value(other, left_out) - problem.value(chosen, left_out)
    if cost < 0:
        raise SolverError(f"The bibliography without {waiver.name} is worse than with it; please report this.")
    return PreferenceCost(
        preference=waiver.name,
        cost=cost / POINT,
        text=_cost_text(problem, waiver.label, cost, chosen, other),
    )


def _is_idle(problem: Problem, waiver: _Waiver) -> bool:
    """Whether it plainly changes nothing: no points that differ, no row that can bind."""
    if waiver.preference == "diversity":
        return not (problem.pairs and problem.pair_penalty)
    if waiver.preference is not None:
        return all(problem.worth(option) == problem.worth(option, waiver.preference) for option in problem.eligible)
    return not any(
        requirement.at_least or requirement.share or requirement.at_most is not None
        for requirement in problem.requirements
        if requirement.id in waiver.requirements and requirement.members
    )


def _without(problem: Problem, chosen: frozenset[str], waiver: _Waiver) -> frozenset[str]:
    allowed = problem.missed(chosen, waiver.requirements)
    rows = allow(problem, allowed, without=waiver.requirements)
    program = formulate(problem, without=waiver.requirements).also(*rows)
    other = solve(problem, program, value_objective(problem, waiver.preference or ""), start=chosen)
    if other is None:
        raise SolverError(f"The solver finds no bibliography without {waiver.name}; please report this.")
    return other


def _gap_changes(
    problem: Problem, chosen: frozenset[str], other: frozenset[str], lifted: Collection[str]
) -> dict[str, int]:
    changes = {}
    for requirement in problem.requirements:
        if requirement.level is not None and requirement.id not in lifted:
            before = requirement.missing(len(requirement.members & chosen), len(chosen))
            after = requirement.missing(len(requirement.members & other), len(other))
            if after != before:
                changes[requirement.id] = after - before
    return changes


def _cost_text(problem: Problem, label: str, cost: int, chosen: frozenset[str], other: frozenset[str]) -> str:
    """What it cost, and how much of that is RADAR and relevance; both from whole thousandths of a point."""
    if not cost:
        return f"{label} cost nothing: no bibliography without it is better."
    gain = sum(_quality(problem, source) for source in other) - sum(_quality(problem, source) for source in chosen)
    return (
        f"{label} cost {cost / POINT:.2f} points ({gain / POINT:+.2f} of RADAR and relevance without it): "
        f"{_exchange(sorted(other - chosen), sorted(chosen - other))}."
    )


_BONUSES: tuple[Preference, ...] = ("hierarchy", "foundational", "newer")
"""Preferences that are points of single entries; diversity is one of pairs."""


def _quality(problem: Problem, source: str) -> int:
    """What an entry is worth by RADAR and relevance alone, in thousandths of a point."""
    option = problem.by_id[source]
    return sum(problem.worth(option, name) for name in _BONUSES) - (len(_BONUSES) - 1) * problem.worth(option)


def _what_if_text(source: str, move: Literal["in", "out"], cost: float, exchange: str, gaps: Mapping[str, int]) -> str:
    if gaps:
        effect = "would leave " + ", ".join(
            f"{name} {abs(count)} {'short' if count > 0 else 'less short'}" for name, count in gaps.items()
        )
    elif cost > 0:
        effect = f"would cost {cost:.2f} points"
    elif cost < 0:
        effect = f"would gain {-cost:.2f} points"
    else:
        effect = "would cost nothing: both choices are worth the same, and ties go by id"
    return f"Forcing {source} {move} {effect}" + (f": {exchange}." if exchange else ".")


def _exchange(enters: list[str], leaves: list[str]) -> str:
    parts = []
    if enters:
        parts.append(f"{_listed(enters)} would come in")
    if leaves:
        parts.append(f"{_listed(leaves)} would go")
    return ", ".join(parts)


def _listed(names: list[str], limit: int = 4) -> str:
    shown = names if len(names) <= limit else [*names[:limit], f"{len(names) - limit} more"]
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + f" and {shown[-1]}"
