"""Solve an integer program with HiGHS: the proven optimum, or the proof that there is none."""

from collections.abc import Collection

import highspy
import numpy as np

from research_agent.bibliography.program import Objective, Program
from research_agent.errors import SolverError

_WHOLE = 1e-4
"""How far a whole-number column may stand from a whole number; HiGHS' own tolerance is 1e-6."""


def maximise(program: Program, objective: Objective, *, start: Collection[str] = ()) -> frozenset[str] | None:
    """The names of the columns that are above 0 in the best solution; None: proven that there is no solution.

    One thread, a fixed seed and no gap between the solution and its bound: same program, same answer. No presolve: that
    of HiGHS 1.16 calls some feasible programs of this kind infeasible, and without it ours are solved twice as fast.

    Args:
        program: columns and rows; their order decides between solutions of equal value.
        objective: coefficients by column name.
        start: names of columns that are 1 in a good solution, from which the solver may start.

    Raises:
        SolverError: HiGHS stopped without a proof.
    """
    if not program.columns:
        return _without_columns(program)
    highs = _Quiet()
    for option, value in (
        ("presolve", "off"),
        ("threads", 1),
        ("parallel", "off"),
        ("random_seed", 0),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 0.0),
    ):
        highs.setOptionValue(option, value)
    highs.passModel(_model(program, objective))
    if start:
        solution = highspy.HighsSolution()
        solution.col_value = [float(column.name in start) for column in program.columns]
        highs.setSolution(solution)
    highs.run()
    status = highs.getModelStatus()
    # Every column is bounded, so "unbounded or infeasible" can only mean the latter.
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        return None
    if status != highspy.HighsModelStatus.kOptimal:
        raise SolverError(
            f"The solver stopped without a proof ({highs.modelStatusToString(status)}); nothing was chosen. "
            "Run it again with more memory, or with fewer candidates."
        )
    values = np.asarray(highs.getSolution().col_value)
    whole = np.array([not column.continuous for column in program.columns])
    if np.abs(values - np.round(values))[whole].max(initial=0.0) > _WHOLE:
        raise SolverError("The solver's answer is not in whole numbers; nothing was chosen. Please report this.")
    return frozenset(column.name for column, value in zip(program.columns, np.round(values), strict=True) if value > 0)


class _Quiet(highspy.Highs):
    """HiGHS without its banner, which it would print to standard output while it is constructed."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # highspy leaves its constructor untyped

    def enableCallbacks(self) -> None:  # noqa: N802 - highspy's name
        """Instead of the callbacks, which nobody uses here: silence, before the first word."""
        self.silent()


def _model(program: Program, objective: Objective) -> highspy.HighsLp:
    place = {column.name: index for index, column in enumerate(program.columns)}
    starts, indices, coefficients = [0], [], []
    for row in program.rows:
        for name, coefficient in row.terms.items():
            indices.append(place[name])
            coefficients.append(float(coefficient))
        starts.append(len(indices))

    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(program.columns), len(program.rows)
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = np.array([objective.get(column.name, 0) for column in program.columns], dtype=np.float64)
    lp.col_lower_ = np.zeros(len(program.columns))
    lp.col_upper_ = np.array([column.at_most for column in program.columns], dtype=np.float64)
    lp.integrality_ = [
        highspy.HighsVarType.kContinuous if column.continuous else highspy.HighsVarType.kInteger
        for column in program.columns
    ]
    infinity = highspy.kHighsInf
    lp.row_lower_ = np.array([-infinity if row.at_least is None else row.at_least for row in program.rows])
    lp.row_upper_ = np.array([infinity if row.at_most is None else row.at_most for row in program.rows])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.array(starts, dtype=np.int32)
    lp.a_matrix_.index_ = np.array(indices, dtype=np.int32)
    lp.a_matrix_.value_ = np.array(coefficients)
    return lp


def _without_columns(program: Program) -> frozenset[str] | None:
    """A program without columns has one solution, nothing, if every row bears it."""
    possible = all((row.at_least or 0) <= 0 <= (0 if row.at_most is None else row.at_most) for row in program.rows)
    return frozenset() if possible else None
