"""What keeps each caregiver from a visit even if all routes were empty."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from optimizer.visits.explain.day import INF
from optimizer.visits.explain.desk import Desk
from optimizer.visits.explain.obstacles import team_locks

__all__ = ["blocked_by"]


def blocked_by(desk: Desk, visit: str) -> Mapping[str, str | None]:
    """For each caregiver the code of the first rule that keeps them from a visit on an empty route, or ``None``."""
    found: dict[str, str | None] = {}
    locked = {name for name, _ in team_locks(desk.day, visit)}
    is_full = len(locked) >= desk.day.visits[visit].team_size
    free = []
    for name, rules in desk.obstacles(visit).items():
        if rules:
            found[name] = rules[0].code
        elif is_full and name not in locked:
            found[name] = "lock"
        else:
            free.append(name)
    times = _by_time(desk, visit)
    found.update({name: times.get(name) for name in free})
    return dict(sorted(found.items()))


def _by_time(desk: Desk, visit: str) -> Mapping[str, str | None]:
    """For each caregiver the rule of time, travel or load that breaks on an empty route, the mildest of the shifts."""
    everyone = np.ones(len(desk.keys), dtype=bool)
    alone = desk.empty_table().fits(visit, everyone)
    starts = desk.empty_state.allowed_starts(visit, frozenset())
    good = {desk.keys[int(number)][0] for number in alone.within(starts).ride}
    ever = {desk.keys[int(number)][0] for number in alone.rows(alone.low <= alone.high).ride}
    result: dict[str, str | None] = {}
    for key in desk.keys:
        name = key[0]
        if name in good:
            result[name] = None
        elif name not in result or result[name] not in (None, "window", "frozen"):
            result[name] = _time_code(desk, visit, key, name in ever, bool(starts))
    return result


def _time_code(desk: Desk, visit: str, key: tuple[str, str], fits_ever: bool, has_starts: bool) -> str:
    if not has_starts:
        return "frozen"
    if fits_ever:
        return "window"
    day, shift, one = desk.day, desk.day.shifts[key], desk.day.visits[visit]
    if shift.max_load is not None and one.load > shift.max_load:
        return "load"
    mode, place = day.caregivers[key[0]].mode, day.place(visit)
    there = day.leg_t(mode, shift.start_location, place)
    home = 0 if shift.end_location is None else day.leg_t(mode, place, shift.end_location)
    if there >= INF or home >= INF:
        return "travel"
    if shift.max_travel_t is not None and there + home > shift.max_travel_t:
        return "travel_limit"
    return "shift"
