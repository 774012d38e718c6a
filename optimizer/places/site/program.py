"""The stages of siting as one mixed-integer program; the objective of each stage is a cost vector over it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.places.mixed import INFINITY, Milp, MilpBuilder
from optimizer.places.site.case import Goal, SiteCase
from optimizer.places.site.result import SiteKind, SiteOptions

__all__ = ["Before", "SiteProgram", "needed_by_cell", "reach_m", "site_program", "town_targets"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Before:
    """What earlier years have added: modules ``(s,)`` and converted beds ``(k,)``; both stay."""

    modules: Ints
    converted: Ints


@dataclass(frozen=True, kw_only=True)
class SiteProgram:
    """The program and where its variables are.

    ``new (s,)`` modules, ``open_ (s,)``, ``missing`` one per town without an inclusive institution, ``share`` places
    short of the share, ``worst`` shortfall per thousand, ``covered`` one per cell of ``cells``, ``convert (k,)``
    (beds), ``flow`` with its ``flow_cell`` and ``flow_site`` (existing ones first), ``room`` the rows of the sites,
    ``one`` a variable that is one, for what an objective holds in any case.
    """

    milp: Milp
    new: Ints
    open_: Ints
    missing: Ints
    share: Ints
    worst: Ints
    covered: Ints
    cells: Ints
    convert: Ints
    flow: Ints
    flow_cell: Ints
    flow_site: Ints
    flow_way: Ints
    room: Ints
    one: Ints

    def objective(self, variables: Ints, weights: Floats | float) -> Floats:
        """A cost vector with weights on some variables."""
        cost = np.zeros(len(self.milp.cost))
        cost[variables] = weights
        return cost


def town_targets(case: SiteCase, goal: Goal) -> Floats:
    """The target per thousand of each town: its own, or the city's."""
    return np.array([goal.of_town.get(one.id, goal.of_town.get(one.name, goal.per_1000)) for one in case.towns])


def site_program(case: SiteCase, options: SiteOptions, goal: Goal, before: Before, *, with_flow: bool) -> SiteProgram:
    """State the program of a year; ``with_flow`` adds the catchments that only the last stage needs."""
    model = MilpBuilder()
    s = len(case.candidates)
    new = model.variables("modules", s, lower=before.modules, upper=case.modules, integer=True)
    open_ = model.variables("open", s, lower=before.modules > 0, integer=True)
    beds = options.kind is SiteKind.BEDS
    ordinary = case.capacity - case.nursing if beds else np.zeros_like(case.capacity)
    convert = model.variables("convert", len(ordinary), lower=before.converted, upper=ordinary, integer=True)
    each = np.arange(s)
    both = np.concatenate([each, each])
    model.rows(
        s,
        both,
        np.concatenate([new, open_]),
        np.concatenate([np.ones(s), -case.modules.astype(np.float64)]),
        lower=-INFINITY,
        upper=0.0,
    )
    model.rows(
        s,
        both,
        np.concatenate([open_, new]),
        np.concatenate([np.ones(s), -np.ones(s)]),
        lower=-INFINITY,
        upper=0.0,
    )
    if options.budget is not None:
        model.rows(
            1,
            np.zeros(2 * s),
            np.concatenate([new, open_]),
            np.concatenate([case.cost, case.open_cost]),
            lower=-INFINITY,
            upper=options.budget,
        )
    missing = _inclusive_towns(model, case, open_, beds=beds)
    share = _share(model, case, options, goal, new, convert)
    worst = _worst(model, case, options, goal, new)
    covered, cells = _covered(model, case, options, open_)
    one = model.variables("one", 1, lower=1.0)
    flow = _flows(model, case, options, goal, new) if with_flow else _NO_FLOW
    return SiteProgram(
        milp=model.build(),
        new=new,
        open_=open_,
        missing=missing,
        share=share,
        worst=worst,
        covered=covered,
        cells=cells,
        convert=convert,
        flow=flow.variables,
        flow_cell=flow.cell,
        flow_site=flow.site,
        flow_way=flow.way,
        room=flow.room,
        one=one,
    )


def _inclusive_towns(model: MilpBuilder, case: SiteCase, open_: Ints, *, beds: bool) -> Ints:
    """One variable and row for each town that has no inclusive institution yet."""
    served = set(case.town_of_site[case.inclusive].tolist())
    towns = [t for t in range(len(case.towns)) if t not in served] if not beds else []
    missing = model.variables("missing", len(towns))
    if towns:
        row_of = {t: r for r, t in enumerate(towns)}
        sites = [k for k in range(len(open_)) if case.new_inclusive[k] and int(case.town_of_new[k]) in row_of]
        rows = [row_of[int(case.town_of_new[k])] for k in sites]
        model.rows(
            len(towns),
            np.concatenate([np.arange(len(towns)), np.array(rows, dtype=np.int64)]),
            np.concatenate([missing, open_[sites]]),
            1.0,
            lower=1.0,
            upper=INFINITY,
        )
    return missing


def _share(model: MilpBuilder, case: SiteCase, options: SiteOptions, goal: Goal, new: Ints, convert: Ints) -> Ints:
    """Places short of the inclusive share, or nursing beds short of theirs."""
    beds = options.kind is SiteKind.BEDS
    wanted = goal.nursing_share if beds else goal.inclusive_share
    short = model.variables("short", 1 if wanted else 0, upper=INFINITY)
    if wanted:
        have = int(case.nursing.sum()) if beds else int(case.capacity[case.inclusive].sum())
        counts = np.ones(len(new)) if beds else case.new_inclusive.astype(np.float64)
        variables = np.concatenate([new, convert, short]) if beds else np.concatenate([new, short])
        weights = [options.module_places * (counts - wanted), np.ones(len(variables) - len(new))]
        model.rows(
            1,
            np.zeros(len(variables)),
            variables,
            np.concatenate(weights),
            lower=wanted * float(case.capacity.sum()) - have,
            upper=INFINITY,
        )
    return short


def _worst(model: MilpBuilder, case: SiteCase, options: SiteOptions, goal: Goal, new: Ints) -> Ints:
    """The worst shortfall per thousand over the towns."""
    worst = model.variables("worst", 1, upper=INFINITY)
    towns = np.flatnonzero(case.people_town > 0)
    existing = np.bincount(
        case.town_of_site[case.town_of_site >= 0],
        weights=case.capacity[case.town_of_site >= 0],
        minlength=len(case.towns),
    )
    row_of = np.full(len(case.towns), -1, dtype=np.int64)
    row_of[towns] = np.arange(len(towns))
    sites = np.flatnonzero(row_of[case.town_of_new] >= 0)
    rate = 1000.0 / np.maximum(case.people_town, 1)
    model.rows(
        len(towns),
        np.concatenate([np.arange(len(towns)), row_of[case.town_of_new[sites]]]),
        np.concatenate([np.repeat(worst, len(towns)), new[sites]]),
        np.concatenate([np.ones(len(towns)), options.module_places * rate[case.town_of_new[sites]]]),
        lower=town_targets(case, goal)[towns] - existing[towns] * rate[towns],
        upper=INFINITY,
    )
    return worst


def _covered(model: MilpBuilder, case: SiteCase, options: SiteOptions, open_: Ints) -> tuple[Ints, Ints]:
    """A variable for each cell that only a new site can bring within the minutes."""
    k = len(case.institutions)
    within = (case.way >= 0) & (case.way <= options.limit_m)
    cells = np.flatnonzero(~within[:, :k].any(axis=1) & within[:, k:].any(axis=1) & (case.people_cell > 0))
    covered = model.variables("covered", len(cells))
    row, site = np.nonzero(within[cells, k:])
    model.rows(
        len(cells),
        np.concatenate([np.arange(len(cells)), row]),
        np.concatenate([covered, open_[site]]),
        np.concatenate([np.ones(len(cells)), -np.ones(len(row))]),
        lower=-INFINITY,
        upper=0.0,
    )
    return covered, cells


@dataclass(frozen=True, kw_only=True)
class _Flow:
    variables: Ints
    cell: Ints
    site: Ints
    way: Ints
    room: Ints


_EMPTY = np.empty(0, dtype=np.int64)
_NO_FLOW = _Flow(variables=_EMPTY, cell=_EMPTY, site=_EMPTY, way=_EMPTY, room=_EMPTY)


def needed_by_cell(case: SiteCase, goal: Goal) -> Floats:
    """Places that a cell needs for the target of its town."""
    targets = np.append(town_targets(case, goal), goal.per_1000)
    needed: Floats = case.people_cell * targets[case.town_of_cell] / 1000.0
    return needed


def _flows(model: MilpBuilder, case: SiteCase, options: SiteOptions, goal: Goal, new: Ints) -> _Flow:
    """Places counted for cells within reach, at most what a cell needs and a site has."""
    k, total = len(case.institutions), len(case.institutions) + len(new)
    reach = reach_m(options)
    cell, site = np.nonzero((case.way >= 0) & (case.way <= reach))
    needed = needed_by_cell(case, goal)
    flow = model.variables("flow", len(cell), upper=needed[cell])
    model.rows(len(case.cells), cell, flow, 1.0, lower=-INFINITY, upper=needed)
    room = model.rows(
        total,
        np.concatenate([site, np.arange(k, total)]),
        np.concatenate([flow, new]),
        np.concatenate([np.ones(len(flow)), np.full(len(new), -float(options.module_places))]),
        lower=-INFINITY,
        upper=np.concatenate([case.capacity, np.zeros(len(new))]),
    )
    return _Flow(variables=flow, cell=cell, site=site, way=case.way[cell, site], room=room)


def reach_m(options: SiteOptions) -> int:
    """Metres of way up to which people are counted with a site."""
    return options.reach_m if options.reach_m is not None else 3 * options.limit_m
