"""Choose a domain's entries: the best choice that meets every constraint, or that misses as little as can be."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from research_agent.bibliography.constraints import check, gaps
from research_agent.bibliography.options import Option
from research_agent.bibliography.problem import LEVELS, POINT, Level, Problem
from research_agent.bibliography.program import (
    Objective,
    Program,
    Row,
    allow,
    at_least,
    entry,
    formulate,
    missing_objective,
    order_objective,
    value_objective,
)
from research_agent.errors import SolverError
from research_agent.model.bibliography import Check, Gap
from research_agent.model.guide import Methodology


@dataclass(frozen=True)
class Selection:
    """A choice of entries and its proof.

    Attributes:
        problem: what was asked.
        chosen: ids of the chosen sources, in the methodology's order of categories, best first.
        status: all constraints hold and no choice is worth more; or the least shortfall, and no
            choice with it is worth more; or there was nothing to choose from.
        objective: RADAR totals, relevance and preferences, summed over the entries, in points.
        checks: every constraint, counted on the chosen options and not taken from the solver.
        gaps: those that could not be met.
    """

    problem: Problem
    chosen: tuple[str, ...]
    status: Literal["optimal", "best_with_gaps", "empty"]
    objective: float
    checks: tuple[Check, ...]
    gaps: tuple[Gap, ...]

    @property
    def options(self) -> tuple[Option, ...]:
        """The chosen options, in order."""
        return tuple(self.problem.by_id[source] for source in self.chosen)


def select(
    options: Sequence[Option],
    methodology: Methodology,
    focus_ids: Sequence[str],
    *,
    pins: Collection[str] = (),
    bans: Collection[str] = (),
    similar: Mapping[tuple[str, str], float] | None = None,
) -> Selection:
    """The best bibliography that these candidates allow; the order of the inputs makes no difference.

    Args:
        options: the candidates.
        methodology: constraints and preferences.
        focus_ids: ids of the domain's focus bullets, each of which wants its entries.
        pins: ids of sources that a person wants in, kept before any other wish.
        bans: ids of sources that a person wants out; a ban beats a pin.
        similar: cosine by pair of ids; pairs at `problem.NEAR_DUPLICATE` or above count as saying
            nearly the same, others may be left out.

    Raises:
        UsageError: a source stands twice among the options, or has a category that the methodology lacks.
        SolverError: the solver stopped without a proof.
    """
    problem = Problem.of(options, methodology, focus_ids, pins=pins, bans=bans, similar=similar)
    chosen = best_choice(problem)
    ordered = _present(problem, chosen)
    picked = [problem.by_id[source] for source in ordered]
    checks = check(picked, methodology, problem.focus_ids, pins=problem.pins, bans=problem.bans)
    _verify(problem, chosen, checks)
    found = gaps(checks, picked, problem)
    candidates = [option for option in problem.eligible if option.source not in problem.bans]
    return Selection(
        problem=problem,
        chosen=ordered,
        status="empty" if not candidates else "best_with_gaps" if found else "optimal",
        objective=problem.value(chosen) / POINT,
        checks=checks,
        gaps=found,
    )


def best_choice(problem: Problem, *, without: Collection[str] = (), rows: Collection[Row] = ()) -> frozenset[str]:
    """The ids of the best choice: least shortfall by priority, then most value, then earliest ids.

    Args:
        problem: what is asked.
        without: ids of requirements that are left out.
        rows: what is asked besides (a source forced in, say).

    Raises:
        SolverError: the solver stopped without a proof.
    """
    program = formulate(problem, without=without).also(*rows)
    value = value_objective(problem)
    allowed: dict[Level, int] = dict.fromkeys(LEVELS, 0)
    best = solve(problem, program.also(*allow(problem, allowed, without=without)), value)
    if best is None:
        allowed = _least_missing(problem, program, without)
        best = solve(problem, program.also(*allow(problem, allowed, without=without)), value)
    if best is None:
        raise SolverError("The solver contradicts itself about the least shortfall; nothing was chosen.")
    return _earliest(problem, program.also(*allow(problem, allowed, without=without)), best)


def solve(
    problem: Problem, program: Program, objective: Objective, *, start: Collection[str] = ()
) -> frozenset[str] | None:
    """The ids of the sources in the solution of a program of this problem; None: proven to have none.

    Raises:
        SolverError: the solver stopped without a proof.
    """
    from research_agent.bibliography.solver import maximise

    columns = maximise(program, objective, start=frozenset(map(entry, start)))
    if columns is None:
        return None
    return frozenset(option.source for option in problem.eligible if entry(option.source) in columns)


def _least_missing(problem: Problem, program: Program, without: Collection[str]) -> dict[Level, int]:
    """The least shortfall level by level, each found with the higher ones held at theirs."""
    allowed: dict[Level, int] = {}
    for level in LEVELS:
        objective = missing_objective(problem, level, without=without)
        if not objective:
            continue
        chosen = solve(problem, program.also(*allow(problem, allowed, without=without)), objective)
        if chosen is None:
            raise SolverError(f"The solver finds no choice at all at {level}; nothing was chosen.")
        allowed[level] = problem.missed(chosen, without)[level]
    return allowed


def _earliest(problem: Problem, program: Program, best: frozenset[str]) -> frozenset[str]:
    """Among the choices of the same value the one whose ids stand earliest, by the sum of their places."""
    value = problem.value(best)
    again = program.also(at_least(value_objective(problem), value))
    earliest = solve(problem, again, order_objective(problem), start=best)
    if earliest is None or problem.value(earliest) != value:
        raise SolverError("The solver contradicts itself between choices of equal value; nothing was chosen.")
    return earliest


def best_first(problem: Problem, option: Option) -> tuple[int, float, float, str]:
    """A sort key among the candidates of a category: worth, then RADAR total, relevance and id; no two are equal."""
    return -problem.worth(option), -option.total, -option.relevance, option.source


def _present(problem: Problem, chosen: frozenset[str]) -> tuple[str, ...]:
    place = {category.id: index for index, category in enumerate(problem.methodology.categories)}
    ordered = sorted(
        (problem.by_id[source] for source in chosen),
        key=lambda option: (place[option.category], *best_first(problem, option)),
    )
    return tuple(option.source for option in ordered)


def _verify(problem: Problem, chosen: frozenset[str], checks: Sequence[Check]) -> None:
    """Nothing leaves here that the checks, which know no solver, count otherwise than the program does.

    Raises:
        SolverError: they do.
    """
    missed = {
        requirement.id
        for requirement in problem.requirements
        if requirement.missing(len(requirement.members & chosen), len(chosen))
    }
    unmet = {check.id for check in checks if not check.met}
    if unmet != missed:
        raise SolverError(
            f"The selection fails its own checks ({', '.join(sorted(unmet ^ missed))}); nothing was chosen. "
            "Please report this."
        )
