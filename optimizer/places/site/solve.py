"""Where to add places or beds, stage by stage, year by year."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from optimizer.common.language import Text
from optimizer.common.status import Status
from optimizer.places.digest import component_versions, problem_hash
from optimizer.places.mixed import Milp, MilpSolution, MilpStatus, solve_milp, write_lp
from optimizer.places.model import PlacesProblem
from optimizer.places.site.case import Goal, SiteCase, goals_of, site_case
from optimizer.places.site.large import LargePlan, large_plan
from optimizer.places.site.program import Before, SiteProgram, needed_by_cell, reach_m, site_program
from optimizer.places.site.result import PlacePrice, SiteKind, SiteOptions, SiteResult, SiteYear, Stage
from optimizer.places.site.tables import prices_from_duals, prices_of_places, year_of

__all__ = ["site_places"]

Floats = NDArray[np.float64]

LARGE = 50_000
"""Catchments from which on the last stage is planned by prices; below, the whole program is as quick."""


def site_places(
    problem: PlacesProblem, options: SiteOptions | None = None, *, lp_file: Path | None = None
) -> SiteResult:
    """Choose sites and modules so that the targets are met, each stage fixed before the next.

    Stages: the share asked for; an inclusive institution in every town; the smallest worst shortfall; most people
    within the minutes; fewest modules (for beds: fewest conversions, too); shortest ways. What one year adds stays.

    Parameters
    ----------
    lp_file
        Where to write the program of the last stage of the last year for an auditor.

    Raises
    ------
    InputError
        ``P721`` to ``P724``.
    """
    options = options or SiteOptions()
    started = time.perf_counter()
    case, goals = site_case(problem, options), goals_of(problem, options)
    before = Before(
        modules=np.zeros(len(case.candidates), dtype=np.int64),
        converted=np.zeros(len(case.institutions), dtype=np.int64),
    )
    years: list[SiteYear] = []
    for goal in goals:
        last = goal is goals[-1]
        solved = _solve_year(case, options, goal, before, lp_file if last else None)
        before = Before(modules=solved.modules, converted=solved.converted)
        prices = solved.prices
        if prices is None:
            prices = prices_of_places(case, options, goal, solved.modules)
        years.append(year_of(case, options, goal, solved.stages, before, solved.flows, prices))
    proved = all(stage.proved for year in years for stage in year.stages)
    last_stage = years[-1].stages[-1]
    return SiteResult(
        options=options,
        status=_status(years, proved=proved),
        years=tuple(years),
        cost=last_stage.value,
        bound=last_stage.bound,
        input_hash=problem_hash(problem),
        seconds=time.perf_counter() - started,
        versions=component_versions("pulp", "highspy"),
        notes=tuple(_notes(years)),
    )


@dataclass
class _Solved:
    """Stages so far and the values of the last one."""

    stages: list[Stage] = field(default_factory=list)
    modules: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    converted: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    flows: list[tuple[int, int, float]] = field(default_factory=list)
    prices: tuple[PlacePrice, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class _Aim:
    """An objective: variables, weights, the step between its values, how it is read (``base + sign * objective``)."""

    id: str
    name: Text
    variables: NDArray[np.int64]
    weights: Floats
    step: float = 0.0
    base: float = 0.0
    sign: float = 1.0


def _solve_year(case: SiteCase, options: SiteOptions, goal: Goal, before: Before, lp_file: Path | None) -> _Solved:
    plain = site_program(case, options, goal, before, with_flow=False)
    solved = _Solved()
    limits: list[tuple[_Aim, float]] = []
    program: SiteProgram = plain
    milp = plain.milp
    solution: MilpSolution | None = None
    for aim in _aims(case, options, goal, plain):
        if not len(aim.variables):
            solved.stages.append(_stage(aim, 0.0, 0.0, 0.0, proved=True))
            continue
        solution = _solve(milp.with_cost(plain.objective(aim.variables, aim.weights)), options, step=aim.step)
        _keep(solved, aim, solution)
        if solution.found:
            limits.append((aim, solution.cost))
            milp = _limited(milp, plain, aim, solution.cost)
    program = site_program(case, options, goal, before, with_flow=True)
    limited, milp = milp, program.milp
    for aim, value in limits:
        milp = _limited(milp, program, aim, value)
    aim = _ways(case, options, goal, program)
    whole = milp.with_cost(program.objective(aim.variables, aim.weights))
    plan = None
    if len(program.flow) > LARGE:
        worst = next((value for one, value in limits if one.id == "worst"), 0.0)
        plan = large_plan(case, options, goal, plain, limited, worst)
    last = _solve(whole, options, lp_file) if plan is None else _solve_at(whole, program, plan, options, lp_file)
    _keep(solved, aim, last)
    if last.found:
        values, flow = last.values, last.values[program.flow]
        cells, sites = program.flow_cell.tolist(), program.flow_site.tolist()
        if len(last.row_duals):
            solved.prices = prices_from_duals(case, program, last.row_duals)
        solved.flows = [(cells[k], sites[k], float(flow[k])) for k in np.flatnonzero(flow > 1e-6).tolist()]
    else:
        values = solution.values if solution is not None and solution.found else np.zeros(len(plain.milp.cost))
    solved.modules = np.rint(values[program.new]).astype(np.int64)
    solved.converted = np.rint(values[program.convert]).astype(np.int64)
    return solved


def _aims(case: SiteCase, options: SiteOptions, goal: Goal, program: SiteProgram) -> list[_Aim]:
    """The stages before the last one, in order."""
    beds = options.kind is SiteKind.BEDS
    minutes = f"{options.minutes:g}"
    people = case.people_cell[program.cells].astype(np.float64)
    k = len(case.institutions)
    within = (case.way[:, :k] >= 0) & (case.way[:, :k] <= options.limit_m)
    now = float(case.people_cell[within.any(axis=1)].sum())
    share = (
        Text("护理型床位占比的缺口", "nursing beds short of the share")
        if beds
        else Text("普惠托位占比的缺口", "inclusive places short of the share")
    )
    aims = [
        _Aim(
            id="share",
            name=share,
            variables=program.share,
            weights=np.ones(len(program.share)),
            step=_share_step(case, options, goal),
        ),
        _Aim(
            id="inclusive",
            name=Text("没有普惠机构的镇街", "towns without an inclusive institution"),
            variables=program.missing,
            weights=np.ones(len(program.missing)),
            step=1.0,
        ),
        _Aim(
            id="worst",
            name=Text("最大缺口（每千人）", "worst shortfall per thousand"),
            variables=program.worst,
            weights=np.ones(1),
        ),
        _Aim(
            id="people",
            name=Text(f"{minutes} 分钟内可到的人数", f"people within {minutes} minutes"),
            variables=program.covered,
            weights=-people,
            step=1.0,
            base=now,
            sign=-1.0,
        ),
        _Aim(
            id="modules",
            name=Text("新增班（单元）数", "new modules"),
            variables=program.new,
            weights=np.ones(len(program.new)),
            step=1.0,
        ),
    ]
    if beds:
        aims = [aim for aim in aims if aim.id != "inclusive"]
        aims.append(
            _Aim(
                id="conversions",
                name=Text("改造为护理型的床位", "beds converted to nursing beds"),
                variables=program.convert,
                weights=np.ones(len(program.convert)),
                step=1.0,
            )
        )
    elif not len(program.share):
        aims = aims[1:]
    return aims


def _share_step(case: SiteCase, options: SiteOptions, goal: Goal) -> float:
    """The least difference between two shortfalls, where every new module counts alike.

    Shortfalls are what is missing now less a multiple of what a module makes up, or zero.
    """
    if options.kind is SiteKind.BEDS or not case.new_inclusive.all():
        return 0.0
    step = options.module_places * (1.0 - goal.inclusive_share)
    missing = goal.inclusive_share * float(case.capacity.sum()) - float(case.capacity[case.inclusive].sum())
    if step <= 0.0 or missing <= 0.0:
        return 0.0
    return missing % step or step


def _ways(case: SiteCase, options: SiteOptions, goal: Goal, program: SiteProgram) -> _Aim:
    """The last stage: metres of way of all places needed; one that no site within reach has counts the reach."""
    reach = float(reach_m(options))
    return _Aim(
        id="distance",
        name=Text("路程合计（米）", "metres of way in all"),
        variables=np.concatenate([program.flow, program.one]),
        weights=np.append(program.flow_way - reach, reach * float(needed_by_cell(case, goal).sum())),
    )


def _solve(milp: Milp, options: SiteOptions, lp_file: Path | None = None, step: float = 0.0) -> MilpSolution:
    return solve_milp(milp, gap=options.gap, step=step, time_limit_s=options.time_limit_s, lp_file=lp_file)


def _solve_at(
    whole: Milp, program: SiteProgram, plan: LargePlan, options: SiteOptions, lp_file: Path | None
) -> MilpSolution:
    """The shortest ways with the modules of a plan, and its bound."""
    if lp_file is not None:
        write_lp(whole, lp_file)
    lower, upper = whole.lower.copy(), whole.upper.copy()
    for variables, values in (
        (program.new, plan.modules),
        (program.open_, plan.modules > 0),
        (program.convert, plan.converted),
    ):
        lower[variables] = upper[variables] = values
    linear = replace(whole, lower=lower, upper=upper, integer=np.zeros(len(lower), dtype=bool))
    solution = solve_milp(linear, time_limit_s=options.time_limit_s, pulp_limit=0)
    bound = min(plan.bound, solution.cost)
    solution = replace(solution, bound=bound)
    if solution.status is MilpStatus.OPTIMAL and solution.gap > options.gap:
        solution = replace(solution, status=MilpStatus.FEASIBLE)
    return solution


def _limited(milp: Milp, program: SiteProgram, aim: _Aim, value: float) -> Milp:
    """The program in which a stage may not become worse.

    What is counted is held at its whole number: with a slack of a thousandth HiGHS derives cuts from that fraction that
    cut off good plans, and then calls a bad one optimal. Shortfalls have fractions and need a tiny slack.
    """
    fractional = aim.id in ("worst", "share")
    limit = value + 1e-6 * max(1.0, abs(value)) if fractional else np.ceil(value - 1e-6)
    return milp.with_row(program.objective(aim.variables, aim.weights), -np.inf, float(limit))


def _keep(solved: _Solved, aim: _Aim, solution: MilpSolution) -> None:
    value, bound = aim.base + aim.sign * solution.cost, aim.base + aim.sign * solution.bound
    if not solution.found:
        value = bound = 0.0
    solved.stages.append(_stage(aim, value, bound, solution.seconds, proved=solution.status is MilpStatus.OPTIMAL))


def _stage(aim: _Aim, value: float, bound: float, seconds: float, *, proved: bool) -> Stage:
    value = aim.base if not len(aim.variables) else value
    bound = aim.base if not len(aim.variables) else bound
    gap = abs(value - bound) / max(1.0, abs(value))
    return Stage(id=aim.id, name=aim.name, value=value, bound=bound, gap=gap, seconds=seconds, proved=proved)


def _status(years: list[SiteYear], *, proved: bool) -> Status:
    """Infeasible where a target cannot be met with the sites and the budget given (which was proved)."""
    unmet = any(
        stage.value > 1e-6 for year in years for stage in year.stages if stage.id in ("share", "inclusive", "worst")
    )
    if unmet:
        return Status.INFEASIBLE if proved else Status.UNKNOWN
    return Status.OPTIMAL if proved else Status.FEASIBLE


def _notes(years: list[SiteYear]) -> list[Text]:
    """What cannot be reached, year by year."""
    notes = []
    for year in years:
        for stage in year.stages:
            if stage.id in ("share", "inclusive", "worst") and stage.value > 1e-6:
                value = f"{stage.value:.2f}".rstrip("0").rstrip(".")
                label = str(year.year) if year.year is not None else ""
                notes.append(
                    Text(
                        f"{label} 年按现有点位和预算达不到目标：{stage.name.zh} {value}".strip(),
                        f"{label} targets cannot be met with these sites and budget: {stage.name.en} {value}".strip(),
                    )
                )
    return notes
