"""The last resort: clear whole routes as far as a visit needs it, then put back whatever still fits."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from optimizer.visits.explain.day import Interval
from optimizer.visits.explain.desk import Able, Desk
from optimizer.visits.explain.gaps import GapTable
from optimizer.visits.explain.obstacles import Step
from optimizer.visits.explain.options import Option, margin, widen_step
from optimizer.visits.explain.placing import Found
from optimizer.visits.plan import ChangeKind

__all__ = ["clearing"]

Windows = Mapping[str, tuple[Interval, ...]]


def clearing(desk: Desk, group: tuple[str, ...], able: Able) -> Option | None:
    """Clear the routes of some placement on empty routes; the windows of the group too where nothing else helps."""
    for relax in (False, True):
        windows = {name: desk.all_day(name) for name in group if desk.day.visits[name].windows} if relax else {}
        found = desk.search(group, able, (desk.empty_table(),), windows=windows)
        if found.placement is None:
            continue
        option = _put_back(desk, group, found, windows)
        if option is not None:
            return option
    return None


def _put_back(desk: Desk, group: tuple[str, ...], found: Found, windows: Windows) -> Option | None:
    if found.placement is None:
        return None
    keys = sorted({spot.key for spot in found.placement.spots})
    stops = [stop for key in keys for stop in desk.state.stops.get(key, ())]
    if any(desk.day.is_frozen(stop) for stop in stops):
        return None
    gone = sorted({name for stop in stops for name in desk.day.companions(stop) if name in desk.state.starts})
    if not gone:
        return None
    able = {spot.visit: np.array([key in keys for key in desk.keys], dtype=bool) for spot in found.placement.spots}
    best = _try_without(desk, group, able, gone, windows)
    if best is None:
        return None
    for name in sorted(gone, key=lambda one: (-desk.freeing_price(one, False), one)):
        together = {other for other in desk.day.companions(name)}
        fewer = [other for other in gone if other not in together]
        trial = _try_without(desk, group, able, fewer, windows) if fewer else None
        if trial is not None:
            best, gone = trial, fewer
    steps = tuple(
        widen_step(desk, name, best.placement.timing.starts[name])
        for name in sorted(windows)
        if best.placement is not None and margin(desk.day.hard_windows(name), best.placement.timing.starts[name]) > 0
    )
    return Option("occupied", (*steps, Step.of(ChangeKind.FREE_VISIT, visits=list(gone))), 0, best)


def _try_without(desk: Desk, group: tuple[str, ...], able: Able, gone: list[str], windows: Windows) -> Found | None:
    state = desk.state.without(gone)
    keys = tuple(key for number, key in enumerate(desk.keys) if any(marks[number] for marks in able.values()))
    table = GapTable(state, keys)
    few = {name: np.ones(len(keys), dtype=bool) for name in group}
    found = desk.search(group, few, (table,), windows=windows, max_trials=50)
    return found if found.placement is not None else None
