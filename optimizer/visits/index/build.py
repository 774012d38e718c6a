"""The one place where ids become indices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.travel.matrix import UNREACHABLE, TravelMatrix
from optimizer.visits.able import able_caregivers
from optimizer.visits.index.arrays import FAR, Bools, IndexedProblem, Ints, ints, offsets
from optimizer.visits.index.couplings import acquaintance, link_rules
from optimizer.visits.index.locks import apply_locks, frozen_stops, order_locks, published_stops
from optimizer.visits.model import CaregiverStatus, Problem, Shift, Visit

__all__ = ["index_problem"]


def index_problem(problem: Problem, travel: TravelMatrix) -> IndexedProblem:
    """Turn a valid problem into arrays.

    Raises
    ------
    KeyError
        If an id is unknown; :func:`optimizer.visits.validate.validate_problem` finds that first, and says what to do.
    """
    locations = tuple(sorted(location.id for location in problem.locations))
    if travel.locations != locations:
        travel = travel.subset(locations)
    place = travel.index
    visits = sorted(problem.visits, key=lambda visit: visit.id)
    number = {visit.id: v for v, visit in enumerate(visits)}
    on_duty = (c for c in problem.caregivers if c.status is CaregiverStatus.ON_DUTY)
    caregivers = sorted(on_duty, key=lambda caregiver: caregiver.id)
    caregiver_number = {caregiver.id: c for c, caregiver in enumerate(caregivers)}
    shifts = [(c, s) for c, g in enumerate(caregivers) for s in sorted(g.shifts, key=lambda shift: shift.id)]
    shift_ids = tuple((caregivers[c].id, shift.id) for c, shift in shifts)
    shift_number = {key: r for r, key in enumerate(shift_ids)}
    modes = tuple(sorted({caregiver.mode for caregiver in caregivers}))
    clients = {client.id: client for client in problem.clients}
    visit_place = ints(place[visit.location or clients[visit.client].location] for visit in visits)
    shift_mode = ints(modes.index(caregivers[c].mode) for c, _ in shifts)
    first_task = offsets(visit.team_size for visit in visits)
    task_visit = np.repeat(np.arange(len(visits)), np.diff(first_task))

    frozen = frozen_stops(problem, travel, visits, visit_place, dict(zip(caregiver_number, caregivers, strict=True)))
    able = able_caregivers(problem, visits, caregivers)
    task_able = able[task_visit][:, ints(c for c, _ in shifts)] if shifts else np.zeros((len(task_visit), 0), bool)
    task_able &= _travel_able(travel, modes, visit_place[task_visit], shift_mode, shifts, place)
    task_fixed_start, task_frozen = apply_locks(visits, first_task, task_able, shift_ids, frozen)

    return IndexedProblem(
        problem=problem,
        visit_ids=tuple(number),
        caregiver_ids=tuple(caregiver_number),
        shift_ids=shift_ids,
        location_ids=locations,
        modes=modes,
        durations=tuple(_with_sentinel(travel, mode) for mode in modes),
        first_task=first_task,
        visit_location=visit_place,
        visit_duration=ints(visit.service_duration_t for visit in visits),
        visit_load=ints(visit.load for visit in visits),
        **_windows(problem, visits, {visit for visit, _ in frozen}),
        mandatory=np.array([problem.is_mandatory(visit) for visit in visits], dtype=bool),
        price=np.array([problem.left_out_price_s(visit) / problem.cost_unit_s for visit in visits], dtype=np.float64),
        task_visit=task_visit,
        task_able=task_able,
        task_fixed_start=task_fixed_start,
        task_frozen=task_frozen,
        **acquaintance(problem, visits, caregiver_number),
        **link_rules(sorted(problem.links, key=lambda link: link.id), number),
        **order_locks(visits, first_task),
        shift_caregiver=ints(c for c, _ in shifts),
        shift_mode=shift_mode,
        shift_start_location=ints(place[s.start_location] for _, s in shifts),
        shift_end_location=ints(-1 if s.end_location is None else place[s.end_location] for _, s in shifts),
        shift_start=ints(s.start_t for _, s in shifts),
        shift_end=ints(FAR if s.end_t is None else s.end_t for _, s in shifts),
        shift_latest_return=ints(_latest_return(s) for _, s in shifts),
        shift_max_load=ints(FAR if s.max_load is None else s.max_load for _, s in shifts),
        shift_max_travel=ints(FAR if s.max_travel_t is None else s.max_travel_t for _, s in shifts),
        **_breaks([s for _, s in shifts], place),
        **published_stops(problem, number, caregiver_number, shift_number),
    )


def _latest_return(shift: Shift) -> int:
    return FAR if shift.end_t is None or shift.max_overtime_t is None else shift.end_t + shift.max_overtime_t


def _with_sentinel(travel: TravelMatrix, mode: str) -> NDArray[np.int32]:
    durations, reachable = travel.durations[mode], travel.reachable[mode]
    if bool(reachable.all()) or bool((durations[~reachable] == UNREACHABLE).all()):
        return np.ascontiguousarray(durations, dtype=np.int32)
    return np.where(reachable, durations, np.int32(UNREACHABLE)).astype(np.int32)


def _travel_able(
    travel: TravelMatrix,
    modes: Sequence[str],
    task_place: Ints,
    shift_mode: Ints,
    shifts: Sequence[tuple[int, Shift]],
    place: Mapping[str, int],
) -> Bools:
    """``(T, R)``: the task's place can be reached from the shift's start, and its end from there."""
    result = np.ones((len(task_place), len(shifts)), dtype=bool)
    for r, (_, shift) in enumerate(shifts):
        reachable = travel.reachable[modes[shift_mode[r]]]
        result[:, r] = reachable[place[shift.start_location], task_place]
        if shift.end_location is not None:
            result[:, r] &= reachable[task_place, place[shift.end_location]]
    return result


def _windows(problem: Problem, visits: Sequence[Visit], frozen: set[str]) -> dict[str, Any]:
    rows: list[tuple[int, int, int]] = []
    sizes = []
    for visit in visits:
        clock = 0 if problem.frozen_before_t is None or visit.id in frozen else problem.frozen_before_t
        cut = [_window(w.earliest_t, w.due_t, w.latest_t, clock) for w in visit.windows] or [(clock, FAR, FAR)]
        open_windows = sorted(w for w in cut if w[0] <= w[2]) or [(FAR, FAR, 0)]  # no start is left: never plannable
        rows += open_windows
        sizes.append(len(open_windows))
    return {
        "window_first": offsets(sizes),
        "window_earliest": ints(row[0] for row in rows),
        "window_due": ints(row[1] for row in rows),
        "window_latest": ints(row[2] for row in rows),
    }


def _window(earliest: int, due: int | None, latest: int | None, clock: int) -> tuple[int, int, int]:
    return max(earliest, clock), FAR if due is None else due, FAR if latest is None else latest


def _breaks(shifts: Sequence[Shift], place: Mapping[str, int]) -> dict[str, Any]:
    rows = [sorted(shift.breaks, key=lambda pause: (pause.earliest_t, pause.latest_t, pause.id)) for shift in shifts]
    breaks = [pause for row in rows for pause in row]
    return {
        "break_first": offsets(len(row) for row in rows),
        "break_earliest": ints(pause.earliest_t for pause in breaks),
        "break_latest": ints(pause.latest_t for pause in breaks),
        "break_duration": ints(pause.duration_t for pause in breaks),
        "break_location": ints(-1 if pause.location is None else place[pause.location] for pause in breaks),
        "break_paid": np.array([pause.paid for pause in breaks], dtype=bool),
        "break_ids": tuple(pause.id for pause in breaks),
    }
