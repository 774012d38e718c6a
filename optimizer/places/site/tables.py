"""The plan of a year as tables: new sites, towns, catchments, and the price of one more place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.places.mixed import solve_milp
from optimizer.places.site.case import Goal, SiteCase
from optimizer.places.site.program import Before, SiteProgram, reach_m, site_program, town_targets
from optimizer.places.site.result import (
    Catchment,
    NewSite,
    PlacePrice,
    SiteOptions,
    SiteYear,
    Stage,
    TownRow,
)

__all__ = ["prices_from_duals", "prices_of_places", "year_of"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def prices_of_places(case: SiteCase, options: SiteOptions, goal: Goal, modules: Ints) -> tuple[PlacePrice, ...]:
    """The duals of the places of existing institutions, the new modules given; the dearest first.

    The program with all modules fixed is linear; the dual of an institution's row is what one more place there saves.
    """
    none = Before(modules=np.zeros_like(modules), converted=np.zeros(len(case.institutions), dtype=np.int64))
    program = site_program(case, options, goal, none, with_flow=True)
    if not len(program.flow):
        return ()
    weights = (program.flow_way - float(reach_m(options))).astype(np.float64)
    milp = program.milp.with_cost(program.objective(program.flow, weights))
    lower, upper = milp.lower.copy(), milp.upper.copy()
    lower[program.new] = upper[program.new] = modules
    lower[program.open_] = upper[program.open_] = modules > 0
    linear = replace(milp, lower=lower, upper=upper, integer=np.zeros(len(milp.cost), dtype=bool))
    solution = solve_milp(linear, time_limit_s=options.time_limit_s, pulp_limit=0)
    if not solution.found:
        return ()
    return prices_from_duals(case, program, solution.row_duals)


def prices_from_duals(case: SiteCase, program: SiteProgram, row_duals: Floats) -> tuple[PlacePrice, ...]:
    """The duals of the places of existing institutions, the dearest first."""
    duals = -row_duals[program.room[: len(case.institutions)]]
    prices = [
        PlacePrice(institution=one.id, metres=round(float(dual), 3))
        for one, dual in zip(case.institutions, duals, strict=True)
        if dual > 1e-6
    ]
    return tuple(sorted(prices, key=lambda one: (-one.metres, one.institution)))


def year_of(
    case: SiteCase,
    options: SiteOptions,
    goal: Goal,
    stages: Sequence[Stage],
    plan: Before,
    flows: Sequence[tuple[int, int, float]],
    prices: tuple[PlacePrice, ...],
) -> SiteYear:
    """The tables of a year from its modules and conversions."""
    sites = tuple(
        NewSite(
            candidate=one.id,
            town=one.town,
            modules=count,
            places=count * options.module_places,
            cost=count * one.cost + one.open_cost,
            inclusive=one.inclusive,
        )
        for one, count in zip(case.candidates, plan.modules.tolist(), strict=True)
        if count
    )
    names = [*(one.id for one in case.institutions), *(one.id for one in case.candidates)]
    return SiteYear(
        year=goal.year,
        per_1000=goal.per_1000,
        inclusive_share=goal.inclusive_share,
        nursing_share=goal.nursing_share,
        stages=tuple(stages),
        sites=sites,
        converted={
            one.id: count for one, count in zip(case.institutions, plan.converted.tolist(), strict=True) if count
        },
        towns=tuple(_towns(case, options, goal, plan.modules)),
        catchments=tuple(
            Catchment(area=case.cells[c].id, site=names[s], places=round(places, 6), metres=int(case.way[c, s]))
            for c, s, places in flows
        ),
        prices=prices,
        yuan=sum(one.cost for one in sites),
    )


def _towns(case: SiteCase, options: SiteOptions, goal: Goal, modules: Ints) -> list[TownRow]:
    k, targets = len(case.institutions), town_targets(case, goal)
    open_ = np.concatenate([np.ones(k, dtype=bool), modules > 0])
    within = (case.way >= 0) & (case.way <= options.limit_m) & open_[None, :]
    covered_cell = within.any(axis=1)
    inclusive = set(case.town_of_site[case.inclusive].tolist())
    inclusive |= set(case.town_of_new[case.new_inclusive & (modules > 0)].tolist())
    rows = []
    for t, town in enumerate(case.towns):
        people = int(case.people_town[t])
        existing = int(case.capacity[case.town_of_site == t].sum())
        added = int(modules[case.town_of_new == t].sum()) * options.module_places
        needed = int(np.ceil(people * targets[t] / 1000.0 - 1e-9))
        rows.append(
            TownRow(
                town=town.name or town.id,
                people=people,
                target_per_1000=float(targets[t]),
                needed=needed,
                existing=existing,
                added=added,
                shortage=max(0, needed - existing - added),
                per_1000=round((existing + added) * 1000.0 / people, 3) if people else 0.0,
                covered=int(case.people_cell[covered_cell & (case.town_of_cell == t)].sum()),
                inclusive=t in inclusive,
            )
        )
    return rows
