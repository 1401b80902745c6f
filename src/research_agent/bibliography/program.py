"""The integer program of a selection, as named columns and rows; what it means is in docs/selection.md. No solver."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from research_agent.bibliography.problem import Level, Problem, Requirement

Objective = Mapping[str, int]
"""Coefficients by column name, to be maximised; columns that are not named count 0."""


@dataclass(frozen=True, slots=True)
class Column:
    """A whole-number variable from 0 to `at_most`; `continuous` where whole values come about by themselves."""

    name: str
    at_most: int = 1
    continuous: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A linear constraint: `at_least` <= sum of coefficient x column <= `at_most`; None leaves a side open."""

    name: str
    terms: Mapping[str, int]
    at_least: int | None = None
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Program:
    """Columns and rows, without an objective."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def also(self, *rows: Row) -> "Program":
        """This program with further rows."""
        return replace(self, rows=(*self.rows, *rows))


def entry(source: str) -> str:
    """The column that is 1 when this source is chosen."""
    return f"entry:{source}"


def missing(requirement_id: str) -> str:
    """The column that counts the entries missing for a requirement."""
    return f"missing:{requirement_id}"


def both(one: str, other: str) -> str:
    """The column that is 1 when both of a pair that nearly says the same are chosen."""
    return f"both:{one}|{other}"


def formulate(problem: Problem, *, without: Collection[str] = ()) -> Program:
    """The program of a problem, the requirements with the ids in `without` left out."""
    requirements = [requirement for requirement in problem.requirements if requirement.id not in without]
    columns = [Column(entry(option.source)) for option in problem.eligible]
    columns += [Column(missing(soft.id), at_most=_most_missing(soft, problem)) for soft in _soft(requirements)]
    columns += [Column(both(one, other), continuous=True) for one, other in problem.pairs]
    rows = [row for requirement in requirements for row in _rows(requirement, problem)]
    rows += [_pair_row(one, other) for one, other in problem.pairs]
    return Program(columns=tuple(columns), rows=tuple(rows))


def value_objective(problem: Problem, without: str = "") -> Objective:
    """The value of a choice in thousandths of a point, one preference left out if so asked."""
    objective = {entry(option.source): problem.worth(option, without) for option in problem.eligible}
    if without != "diversity":
        objective |= {both(one, other): -problem.pair_penalty for one, other in problem.pairs}
    return objective


def missing_objective(problem: Problem, level: Level, *, without: Collection[str] = ()) -> Objective:
    """Fewest entries missing at one level; empty when nothing can be missing there."""
    return dict.fromkeys(_missing_columns(problem, level, without), -1)


def order_objective(problem: Problem) -> Objective:
    """Between equals: the places of the entries in the order of ids, the earlier the better."""
    last = len(problem.eligible)
    return {entry(option.source): last - place for place, option in enumerate(problem.eligible)}


def allow(problem: Problem, allowed: Mapping[Level, int], *, without: Collection[str] = ()) -> list[Row]:
    """Rows that let at most so many entries be missing at each of these levels."""
    counted = {level: _missing_columns(problem, level, without) for level in allowed}
    return [
        Row(f"allowed:{level}", dict.fromkeys(columns, 1), at_most=allowed[level])
        for level, columns in counted.items()
        if columns
    ]


def at_least(objective: Objective, value: int) -> Row:
    """A row that holds an objective at this value or above."""
    return Row("value", objective, at_least=value)


def must(source: str, *, stand: bool) -> Row:
    """A row that forces one source in, or out."""
    forced = int(stand)
    return Row(f"forced:{source}", {entry(source): 1}, at_least=forced, at_most=forced)


def _missing_columns(problem: Problem, level: Level, without: Collection[str]) -> list[str]:
    soft = _soft(problem.requirements)
    return [missing(one.id) for one in soft if one.level == level and one.id not in without]


def _soft(requirements: Iterable[Requirement]) -> list[Requirement]:
    return [requirement for requirement in requirements if requirement.level is not None]


def _most_missing(requirement: Requirement, problem: Problem) -> int:
    return requirement.needed(problem.methodology.total.at_most)


def _rows(requirement: Requirement, problem: Problem) -> list[Row]:
    rows = []
    members = {entry(source): 1 for source in sorted(requirement.members)}
    if requirement.at_most is not None:
        rows.append(Row(f"{requirement.id}:at_most", members, at_most=requirement.at_most))
    if requirement.at_least:
        rows.append(Row(requirement.id, {**members, missing(requirement.id): 1}, at_least=requirement.at_least))
    if requirement.share:
        rows.append(_share_row(requirement, problem))
    return rows


def _share_row(requirement: Requirement, problem: Problem) -> Row:
    """p/q of all entries are members, in whole numbers: q (members + missing) - p entries >= 0."""
    p, q = requirement.share.numerator, requirement.share.denominator
    terms = {
        entry(option.source): (q if option.source in requirement.members else 0) - p for option in problem.eligible
    }
    terms = {name: coefficient for name, coefficient in terms.items() if coefficient}
    return Row(f"{requirement.id}:share", {**terms, missing(requirement.id): q}, at_least=0)


def _pair_row(one: str, other: str) -> Row:
    """`both` >= one + other - 1: as it costs points, it is 1 exactly when both stand, and 0 otherwise."""
    name = both(one, other)
    return Row(name, {entry(one): 1, entry(other): 1, name: -1}, at_most=1)
