"""The last resort: clear whole routes and relax limits as far as a visit needs it, then put back what still fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from optimizer.visits.explain.day import INF, Interval
from optimizer.visits.explain.desk import Able, Desk
from optimizer.visits.explain.gaps import GapTable
from optimizer.visits.explain.obstacles import Step
from optimizer.visits.explain.options import Option, limit_steps, margin, widen_step
from optimizer.visits.explain.placing import Found
from optimizer.visits.plan import ChangeKind

__all__ = ["clearing"]

HOURS_MORE = 12
"""Overtime that is thinkable where nothing else helps."""


@dataclass(frozen=True, slots=True)
class _Relaxed:
    """What is relaxed besides the routes: windows of the group, limits of the shifts, their ends."""

    windows: Mapping[str, tuple[Interval, ...]]
    lifted: frozenset[str] = frozenset()
    slack_t: int = 0


def clearing(desk: Desk, group: tuple[str, ...], able: Able) -> Option | None:
    """Clear the routes of some placement on empty routes, with as little relaxed besides as will do."""
    windows = {name: ((-INF, INF),) for name in group if desk.day.visits[name].windows}
    limits = frozenset(("load", "travel"))
    slack_t = HOURS_MORE * 3600 * desk.problem.ticks_per_s
    for relaxed in (
        _Relaxed({}),
        _Relaxed(windows),
        _Relaxed(windows, limits),
        _Relaxed({}, limits, slack_t),
        _Relaxed(windows, limits, slack_t),
    ):
        table = desk.empty_table(slack_t=relaxed.slack_t, lifted=relaxed.lifted)
        found = desk.search(group, able, (table,), windows=relaxed.windows, max_trials=300)
        option = None if found.placement is None else _put_back(desk, group, able, found, relaxed)
        if option is not None:
            return option
    return None


def _put_back(desk: Desk, group: tuple[str, ...], able: Able, found: Found, relaxed: _Relaxed) -> Option | None:
    """The placement with as few visits off the routes as a greedy pass leaves, the dearest put back first."""
    if found.placement is None:
        return None
    keys = sorted({spot.key for spot in found.placement.spots})
    stops = [stop for key in keys for stop in desk.state.stops.get(key, ())]
    gone = sorted({name for stop in stops for name in desk.day.companions(stop) if name in desk.state.starts})
    if any(desk.day.is_frozen(name) for name in gone):
        return None
    chosen = np.array([key in keys for key in desk.keys], dtype=bool)
    able = {name: marks & chosen for name, marks in able.items()}
    best = _without(desk, group, able, gone, relaxed)
    if best is None:
        return None
    for name in sorted(gone, key=lambda one: (-desk.freeing_price(one, False), one)):
        together = frozenset(desk.day.companions(name))
        fewer = [other for other in gone if other not in together]
        trial = _without(desk, group, able, fewer, relaxed) if len(fewer) < len(gone) else None
        if trial is not None:
            best, gone = trial, fewer
    freed = (Step.of(ChangeKind.FREE_VISIT, visits=gone),) if gone else ()
    return Option("occupied" if gone else "window", (*_steps(desk, best, relaxed), *freed), 0, best)


def _steps(desk: Desk, found: Found, relaxed: _Relaxed) -> tuple[Step, ...]:
    if found.placement is None:
        return ()
    starts = found.placement.timing.starts
    outside = [name for name in sorted(relaxed.windows) if margin(desk.day.hard_windows(name), starts[name]) > 0]
    return (*(widen_step(desk, name, starts[name]) for name in outside), *limit_steps(desk, found.placement))


def _without(desk: Desk, group: tuple[str, ...], able: Able, gone: list[str], relaxed: _Relaxed) -> Found | None:
    state = desk.state.without(gone)
    rows = np.flatnonzero(np.any([able[name] for name in group], axis=0))
    keys = tuple(desk.keys[int(row)] for row in rows)
    table = GapTable(state, keys, slack_t=relaxed.slack_t, lifted=relaxed.lifted)
    few = {name: able[name][rows] for name in group}
    found = desk.search(group, few, (table,), windows=relaxed.windows, max_trials=50)
    return found if found.placement is not None else None
