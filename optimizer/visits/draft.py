"""A plan as the engines pass it on: tasks and shifts by index, with starts and breaks; and its way to and from ids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations

from optimizer.visits.index import IndexedProblem
from optimizer.visits.plan import Plan, PlannedBreak, Route, Stop, Unassigned
from optimizer.visits.timetable import Timetable
from optimizer.visits.timing import TimedBreak

__all__ = ["DraftRoute", "draft_of", "orders_of_plan", "plan_of_draft"]


@dataclass(frozen=True, kw_only=True, slots=True)
class DraftRoute:
    """One route: index of the shift, its tasks in order, a start in ticks for each, and the breaks that are taken."""

    shift: int
    tasks: tuple[int, ...]
    starts: tuple[int, ...]
    breaks: tuple[TimedBreak, ...] = ()


def draft_of(timetable: Timetable) -> tuple[DraftRoute, ...]:
    """The routes of a timetable that are not empty."""
    return tuple(
        DraftRoute(shift=shift, tasks=order, starts=timing.starts, breaks=timing.breaks)
        for shift, (order, timing) in enumerate(zip(timetable.orders, timetable.timings, strict=True))
        if order
    )


def plan_of_draft(indexed: IndexedProblem, draft: Iterable[DraftRoute]) -> Plan:
    """The same plan in the user's ids."""
    routes = []
    planned: set[str] = set()
    for part in sorted(draft, key=lambda route: route.shift):
        caregiver, shift = indexed.shift_ids[part.shift]
        names = [indexed.visit_ids[indexed.task_visit[task]] for task in part.tasks]
        planned.update(names)
        stops = tuple(Stop(visit=name, start_t=int(start)) for name, start in zip(names, part.starts, strict=True))
        breaks = tuple(
            PlannedBreak(
                id=indexed.break_ids[pause.break_index],
                start_t=int(pause.start_t),
                duration_t=int(indexed.break_duration[pause.break_index]),
            )
            for pause in part.breaks
        )
        routes.append(Route(caregiver=caregiver, shift=shift, stops=stops, breaks=breaks))
    left_out = tuple(Unassigned(visit=name) for name in indexed.visit_ids if name not in planned)
    return Plan(routes=tuple(routes), unassigned=left_out)


def orders_of_plan(indexed: IndexedProblem, plan: Plan) -> dict[int, tuple[int, ...]]:
    """Tasks by shift of a plan in ids; what the problem does not know is passed over.

    Members of a team are told apart so that locks hold wherever that is possible.
    """
    shift_number = {ids: r for r, ids in enumerate(indexed.shift_ids)}
    visit_number = {name: v for v, name in enumerate(indexed.visit_ids)}
    stops: dict[int, list[tuple[int, int]]] = {}
    for route in plan.routes:
        shift = shift_number.get((route.caregiver, route.shift))
        for position, stop in enumerate(route.stops):
            visit = visit_number.get(stop.visit)
            if shift is not None and visit is not None:
                stops.setdefault(visit, []).append((shift, position))
    orders: dict[int, list[tuple[int, int]]] = {}
    for visit, where in sorted(stops.items()):
        for task, (shift, position) in _members(indexed, visit, where):
            orders.setdefault(shift, []).append((position, task))
    return {shift: tuple(task for _, task in sorted(rows)) for shift, rows in sorted(orders.items())}


def _members(
    indexed: IndexedProblem, visit: int, where: Sequence[tuple[int, int]]
) -> list[tuple[int, tuple[int, int]]]:
    """Which task of the visit is done where: the first way that the locks allow, or simply in order."""
    tasks = list(range(int(indexed.first_task[visit]), int(indexed.first_task[visit + 1])))
    where = sorted(where)[: len(tasks)]
    if len(where) == 1 and len(tasks) == 1:
        return [(tasks[0], where[0])]
    for chosen in permutations(tasks, len(where)):
        if all(indexed.task_able[task, shift] for task, (shift, _) in zip(chosen, where, strict=True)):
            return list(zip(chosen, where, strict=True))
    return list(zip(tasks, where, strict=False))
