"""Rules about the travel matrix (V070–V075)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.common.errors import Severity
from optimizer.common.language import Text
from optimizer.travel.matrix import MAX_DURATION
from optimizer.visits.model import Caregiver, Shift
from optimizer.visits.validate.context import Context
from optimizer.visits.validate.rule import Observation, rule, seen

__all__ = ["RULES"]


@rule(
    "V070",
    Severity.ERROR,
    title=Text("路程表缺少地点", "the travel matrix lacks a place"),
    action=Text("在路程表中补上该地点的行和列", "add a row and a column for the place"),
)
def v070_place_not_in_matrix(context: Context) -> Iterator[Observation]:
    """A place that has no row in the matrix."""
    missing = set(context.unknown_to_travel)
    for i, location in enumerate(context.problem.locations):
        if location.id in missing:
            yield seen(f"locations[{i}]", "路程表中没有此地点", "the travel matrix does not have it", location.id)


@rule(
    "V071",
    Severity.ERROR,
    title=Text("路程表缺少出行方式", "the travel matrix lacks a mode of travel"),
    action=Text(
        "补上该方式的路程表，或为所有地点填写坐标，或更正出行方式",
        "add the mode to the matrix, give all places coordinates, or correct the mode",
    ),
)
def v071_mode_not_in_matrix(context: Context) -> Iterator[Observation]:
    """Somebody on duty travels in a way for which there are no times, nor coordinates to compute them from."""
    missing = set(context.unknown_modes) if context.without_coordinates else set()
    on_duty = {one.id for one in context.on_duty if one.shifts}
    known = "、".join(context.travel.modes) if context.travel is not None else ""
    for i, caregiver in enumerate(context.problem.caregivers):
        if caregiver.id in on_duty and caregiver.mode in missing:
            yield seen(
                f"caregivers[{i}].mode",
                f"路程表中没有 {caregiver.mode!r}（有 {known}）",
                f"the travel matrix has no {caregiver.mode!r}, but {known.replace('、', ', ')}",
                caregiver.id,
            )


@rule(
    "V072",
    Severity.ERROR,
    title=Text("路程时间为负或过大", "a travel time that is negative or too large"),
    action=Text("更正这些时间；不通的请标为不可达", "correct the times; mark what cannot be travelled as unreachable"),
)
def v072_travel_time(context: Context) -> Iterator[Observation]:
    """A time below zero or above the limit where the matrix says that one can go."""
    if context.travel is None:
        return
    for mode in context.travel.modes:
        durations, reachable = context.travel.durations[mode], context.travel.reachable[mode]
        if not durations.size or (durations.min() >= 0 and durations.max() <= MAX_DURATION):
            continue
        wrong = ((durations < 0) | (durations > MAX_DURATION)) & reachable
        count = int(np.count_nonzero(wrong))
        if count:
            origin, target = (int(k) for k in np.argwhere(wrong)[0])
            names = context.travel.locations[origin], context.travel.locations[target]
            minutes = context.minutes(int(durations[origin, target]))
            yield seen(
                f"travel.durations[{mode!r}][{origin}][{target}]",
                f"路程 {minutes} 分钟；同类问题共 {count} 处",
                f"{minutes} min of travel; {count} such times in all",
                *names,
            )


@rule(
    "V073",
    Severity.WARNING,
    title=Text("同一地点之间的路程不为零", "travel from a place to itself"),
    action=Text(
        "对角线应为 0，请核对路程表的行列顺序", "the diagonal should be 0; check the order of rows and columns"
    ),
)
def v073_diagonal(context: Context) -> Iterator[Observation]:
    """A diagonal that is not zero, as when rows and columns are in different orders."""
    if context.travel is None:
        return
    for mode in context.travel.modes:
        wrong = np.flatnonzero(np.diagonal(context.travel.durations[mode]))
        if wrong.size:
            k = int(wrong[0])
            minutes = context.minutes(int(context.travel.durations[mode][k, k]))
            yield seen(
                f"travel.durations[{mode!r}][{k}][{k}]",
                f"到自身 {minutes} 分钟；共 {wrong.size} 处",
                f"{minutes} min to itself; {wrong.size} such places in all",
                context.travel.locations[k],
            )


@rule(
    "V074",
    Severity.WARNING,
    title=Text("班次的终点到不了", "the end of a shift cannot be reached"),
    action=Text("更正起点、终点或出行方式", "correct the start, the end or the mode of travel"),
)
def v074_end_of_shift(context: Context) -> Iterator[Observation]:
    """There is no way from the start of a shift to its end."""
    for where, caregiver, shift in _shifts_on_duty(context):
        end = shift.end_location
        if end is not None and not _has_way(context, caregiver, shift.start_location, end):
            yield seen(
                f"{where}.end_location",
                f"{caregiver.mode} 从 {shift.start_location} 到不了 {end}",
                f"no way by {caregiver.mode} from {shift.start_location} to {end}",
                caregiver.id,
            )


@rule(
    "V075",
    Severity.WARNING,
    title=Text("休息地点到不了", "the place of a break cannot be reached"),
    action=Text("更正休息地点或出行方式", "correct the place of the break or the mode of travel"),
)
def v075_place_of_break(context: Context) -> Iterator[Observation]:
    """There is no way from the start of a shift to the place of its break."""
    for where, caregiver, shift in _shifts_on_duty(context):
        for k, pause in enumerate(shift.breaks):
            target = pause.location
            if target is not None and not _has_way(context, caregiver, shift.start_location, target):
                yield seen(
                    f"{where}.breaks[{k}].location",
                    f"{caregiver.mode} 从 {shift.start_location} 到不了 {target}",
                    f"no way by {caregiver.mode} from {shift.start_location} to {target}",
                    caregiver.id,
                )


def _shifts_on_duty(context: Context) -> Iterator[tuple[str, Caregiver, Shift]]:
    on_duty = {one.id for one in context.on_duty}
    return (row for row in context.shifts() if row[1].id in on_duty)


def _has_way(context: Context, caregiver: Caregiver, origin: str, target: str) -> bool:
    """Whether the mode goes from one place to the other; true where it is not known."""
    travel = context.usable_travel
    if travel is None or origin not in travel.index or target not in travel.index:
        return True
    return bool(travel.reachable[caregiver.mode][travel.index[origin], travel.index[target]])


RULES = (
    v070_place_not_in_matrix,
    v071_mode_not_in_matrix,
    v072_travel_time,
    v073_diagonal,
    v074_end_of_shift,
    v075_place_of_break,
)
