"""Mixed-integer linear programs as arrays, solved by HiGHS: through PuLP while they are small, directly above that.

PuLP states a program by name and writes it as an ``.lp`` file that an auditor can solve with any solver. Building its
objects takes longer than solving from some 50,000 variables on; then the arrays go to HiGHS as they are.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import highspy
import numpy as np
import pulp
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

__all__ = [
    "PULP_LIMIT",
    "Milp",
    "MilpBuilder",
    "MilpSolution",
    "MilpStatus",
    "highs_model",
    "solve_milp",
    "whole_columns",
    "without_searches",
    "write_lp",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

PULP_LIMIT = 50_000
"""Up to so many variables a program is stated by PuLP."""

INFINITY = float("inf")


class MilpStatus(StrEnum):
    """``optimal``: within the gap asked for; ``feasible``: stopped early; ``unknown``: nothing was found in time."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Milp:
    """Minimise ``cost @ x`` with ``row_lower <= rows @ x <= row_upper`` and ``lower <= x <= upper``.

    Shapes: ``cost``, ``lower``, ``upper``, ``integer`` ``(v,)``; ``rows`` ``(r, v)``; ``row_lower``, ``row_upper``
    ``(r,)``; ``names`` has one name for each variable, unique, of letters, digits and underscores.
    """

    cost: Floats
    lower: Floats
    upper: Floats
    integer: Bools
    rows: csr_array
    row_lower: Floats
    row_upper: Floats
    names: tuple[str, ...]

    def with_cost(self, cost: Floats) -> Milp:
        """The same program with another objective."""
        return replace(self, cost=cost)

    def with_row(self, coefficients: Floats, lower: float, upper: float) -> Milp:
        """The same program with one more row (dense coefficients, ``(v,)``)."""
        from scipy.sparse import vstack

        row = csr_array(coefficients[None, :])
        return replace(
            self,
            rows=vstack([self.rows, row], format="csr"),
            row_lower=np.append(self.row_lower, lower),
            row_upper=np.append(self.row_upper, upper),
        )


@dataclass(frozen=True, kw_only=True)
class MilpSolution:
    """``values (v,)``, their cost, the proved lower bound, duals of the rows (linear programs only), and the time."""

    status: MilpStatus
    values: Floats
    cost: float
    bound: float
    row_duals: Floats
    seconds: float
    method: str

    @property
    def gap(self) -> float:
        """``(cost - bound) / max(1, |cost|)``, never below zero."""
        return max(0.0, self.cost - self.bound) / max(1.0, abs(self.cost))

    @property
    def found(self) -> bool:
        """Whether there is a solution."""
        return self.status in (MilpStatus.OPTIMAL, MilpStatus.FEASIBLE)


class MilpBuilder:
    """Collects variables and rows block by block."""

    def __init__(self) -> None:
        self._variables: list[tuple[Floats, Floats, Floats, Bools]] = []
        self._names: list[str] = []
        self._entries: list[tuple[Ints, Ints, Floats]] = []
        self._limits: list[tuple[Floats, Floats]] = []
        self._rows = 0

    def variables(
        self,
        name: str,
        count: int,
        *,
        cost: ArrayLike = 0.0,
        lower: ArrayLike = 0.0,
        upper: ArrayLike = 1.0,
        integer: bool = False,
    ) -> Ints:
        """Add ``count`` variables and return their indices; numbers stand for all of them."""
        first = len(self._names)
        block = tuple(np.broadcast_to(np.asarray(one, dtype=np.float64), (count,)) for one in (cost, lower, upper))
        self._variables.append((block[0], block[1], block[2], np.full(count, integer)))
        self._names.extend(f"{name}_{k}" for k in range(count))
        return np.arange(first, first + count)

    def rows(
        self, count: int, row: ArrayLike, column: ArrayLike, value: ArrayLike, *, lower: ArrayLike, upper: ArrayLike
    ) -> Ints:
        """Add ``count`` rows; entries are (row within the block, variable, coefficient). Returns the row indices."""
        at, variable = np.asarray(row, dtype=np.int64), np.asarray(column, dtype=np.int64)
        coefficient = np.broadcast_to(np.asarray(value, dtype=np.float64), at.shape)
        self._entries.append((at + self._rows, variable, coefficient))
        limits = tuple(np.broadcast_to(np.asarray(one, dtype=np.float64), (count,)) for one in (lower, upper))
        self._limits.append((limits[0], limits[1]))
        self._rows += count
        return np.arange(self._rows - count, self._rows)

    def build(self) -> Milp:
        """The whole program."""
        cost, lower, upper, integer = (np.concatenate(part) for part in zip(*self._variables, strict=True))
        row, column, value = (np.concatenate(part) for part in zip(*self._entries, strict=True))
        row_lower, row_upper = (np.concatenate(part) for part in zip(*self._limits, strict=True))
        return Milp(
            cost=cost,
            lower=lower,
            upper=upper,
            integer=integer.astype(bool),
            rows=csr_array((value, (row, column)), shape=(self._rows, len(cost))),
            row_lower=row_lower,
            row_upper=row_upper,
            names=tuple(self._names),
        )


def solve_milp(
    milp: Milp,
    *,
    gap: float = 1e-6,
    step: float = 0.0,
    time_limit_s: float | None = None,
    lp_file: Path | None = None,
    pulp_limit: int = PULP_LIMIT,
) -> MilpSolution:
    """Solve a program to a relative gap.

    Parameters
    ----------
    gap
        Relative gap at which HiGHS may stop.
    step
        Costs of solutions differ by at least so much (0: not known); a bound nearer than that proves the optimum, and
        is given as the cost itself.
    time_limit_s
        Seconds; the best solution until then is returned, with its bound.
    lp_file
        Where to write the program for an auditor (CPLEX LP format).
    pulp_limit
        Largest number of variables that PuLP states.
    """
    started = time.perf_counter()
    small = len(milp.cost) <= pulp_limit
    if small or lp_file is not None:
        stated, variables = _stated(milp)
        if lp_file is not None:
            stated.writeLP(str(lp_file))
    if small:
        solver = pulp.HiGHS(
            msg=False, gapRel=gap, gapAbs=_absolute(step), timeLimit=time_limit_s, threads=1, random_seed=1
        )
        stated.solve(solver)
        model: Any = stated.solverModel
        order = np.array([getattr(variable, "index", -1) for variable in variables], dtype=np.int64)
        method = "HiGHS through PuLP"
    else:
        model = _direct(milp, gap, _absolute(step), time_limit_s)
        order = np.arange(len(milp.cost))
        method = "HiGHS"
    solution = _solution(milp, model, order, time.perf_counter() - started, method, with_duals=not small)
    near = solution.found and solution.cost - solution.bound < step * (1.0 - 1e-6)
    return replace(solution, bound=solution.cost, status=MilpStatus.OPTIMAL) if near else solution


def write_lp(milp: Milp, path: Path) -> None:
    """Write a program for an auditor (CPLEX LP format)."""
    _stated(milp)[0].writeLP(str(path))


def _absolute(step: float) -> float:
    return max(1e-9, step * 0.999)


def _stated(milp: Milp) -> tuple[pulp.LpProblem, list[pulp.LpVariable]]:
    """The program as PuLP objects; PuLP is given one-sided rows, two for a row with two sides."""
    problem = pulp.LpProblem("careplan", pulp.LpMinimize)
    variables = [
        problem.add_variable(
            name,
            None if low == -INFINITY else low,
            None if high == INFINITY else high,
            pulp.LpInteger if whole else pulp.LpContinuous,
        )
        for name, low, high, whole in zip(
            milp.names, milp.lower.tolist(), milp.upper.tolist(), milp.integer.tolist(), strict=True
        )
    ]
    problem.setObjective(
        pulp.LpAffineExpression([(variables[k], float(milp.cost[k])) for k in np.flatnonzero(milp.cost).tolist()])
    )
    start, column, value = milp.rows.indptr.tolist(), milp.rows.indices.tolist(), milp.rows.data.tolist()
    for r, (low, high) in enumerate(zip(milp.row_lower.tolist(), milp.row_upper.tolist(), strict=True)):
        terms = [(variables[column[k]], value[k]) for k in range(start[r], start[r + 1])]
        if low == high:
            problem.addConstraint(pulp.LpConstraint(pulp.LpAffineExpression(terms), pulp.LpConstraintEQ, f"r{r}", low))
            continue
        for limit, sense, name in ((low, pulp.LpConstraintGE, f"r{r}_low"), (high, pulp.LpConstraintLE, f"r{r}_high")):
            if abs(limit) != INFINITY:
                problem.addConstraint(pulp.LpConstraint(pulp.LpAffineExpression(terms), sense, name, limit))
    return problem, variables


def _direct(milp: Milp, gap: float, absolute: float, time_limit_s: float | None) -> Any:
    model = highs_model(milp)
    model.setOptionValue("mip_rel_gap", gap)
    model.setOptionValue("mip_abs_gap", absolute)
    if time_limit_s is not None:
        model.setOptionValue("time_limit", float(time_limit_s))
    model.run()
    return model


def highs_model(milp: Milp) -> Any:
    """The program in HiGHS, not yet solved, for those who change it and solve it again."""
    model: Any = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", 1)
    model.setOptionValue("random_seed", 1)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(milp.cost), milp.rows.shape[0]
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = milp.cost, milp.lower, milp.upper
    lp.row_lower_, lp.row_upper_ = milp.row_lower, milp.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = (
        milp.rows.indptr,
        milp.rows.indices,
        milp.rows.data,
    )
    if milp.integer.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(whole)] for whole in milp.integer]
    model.passModel(lp)
    return model


def whole_columns(model: Any, columns: Ints) -> None:
    """Make variables of a program in HiGHS whole numbers."""
    kinds = np.full(len(columns), highspy.HighsVarType.kInteger)
    model.changeColsIntegrality(len(columns), columns.astype(np.int32), kinds)


def without_searches(model: Any) -> None:
    """No searches for better solutions by programs of their own: for those who bring a good one."""
    for name in ("rins", "rens", "root_reduced_cost"):
        model.setOptionValue(f"mip_heuristic_run_{name}", False)
    model.setOptionValue("mip_heuristic_effort", 0.0)


def _solution(milp: Milp, model: Any, order: Ints, seconds: float, method: str, *, with_duals: bool) -> MilpSolution:
    info, state = model.getInfo(), model.getModelStatus()
    has_point = info.primal_solution_status == int(highspy.SolutionStatus.kSolutionStatusFeasible)
    if state in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        status = MilpStatus.INFEASIBLE
    elif state == highspy.HighsModelStatus.kOptimal:
        status = MilpStatus.OPTIMAL
    else:
        status = MilpStatus.FEASIBLE if has_point else MilpStatus.UNKNOWN
    found = status in (MilpStatus.OPTIMAL, MilpStatus.FEASIBLE)  # PuLP leaves out variables that stand nowhere (-1)
    solution = model.getSolution()
    values = np.where(order >= 0, np.array(solution.col_value)[order], milp.lower) if found else np.zeros(len(order))
    values = np.where(milp.integer, np.rint(values), values)
    cost = float(milp.cost @ values) if found else INFINITY
    bound = float(info.mip_dual_bound) if milp.integer.any() else cost
    duals = np.array(solution.row_dual) if found and with_duals and not milp.integer.any() else np.empty(0)
    return MilpSolution(
        status=status,
        values=values,
        cost=cost,
        bound=min(bound, cost) if found else bound,
        row_duals=duals,
        seconds=seconds,
        method=method,
    )
