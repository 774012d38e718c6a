"""Makes a plan that obeys every rule out of one that may not: what does not fit is left out, with its partners."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from optimizer.visits.evaluation import Violation
from optimizer.visits.insertion import Workbench
from optimizer.visits.timetable import Timetable

__all__ = ["admit", "drop_incomplete", "drop_offenders"]


def admit(bench: Workbench, orders: Mapping[int, Sequence[int]], latest: Mapping[int, int] | None = None) -> Timetable:
    """A timetable with as much of the orders as obeys the rules; whole bundles are left out where a part does not fit.

    Parameters
    ----------
    orders
        Tasks by shift, as an engine or a published plan has them.
    latest
        Latest starts by task, tried where the orders cannot be timed without.
    """
    table = bench.empty_timetable()
    wanted = {shift: tuple(order) for shift, order in orders.items() if order}
    allowed = _crew_is_allowed(bench, wanted)
    proposal = table.propose(wanted) if allowed else None
    if proposal is None and allowed and latest:
        proposal = table.propose(wanted, {bench.timer.task_visit[task]: start for task, start in latest.items()})
    if proposal is not None:
        table.apply(proposal)
    if proposal is None or not _crew_stands(bench, table):
        table = _admit_one_by_one(bench, wanted)
    drop_incomplete(bench, table)
    return table


def _crew_is_allowed(bench: Workbench, orders: Mapping[int, tuple[int, ...]]) -> bool:
    return all(bench.indexed.task_able[task, shift] for shift, order in orders.items() for task in order)


def _crew_stands(bench: Workbench, table: Timetable) -> bool:
    """Whether everybody may do what they do, beside all others."""
    planned = [(task, shift) for shift, order in enumerate(table.orders) for task in order]
    return bench.crews.keeps_order(table, dict(enumerate(table.orders))) and all(
        bench.crews.allows(task, shift, table) for task, shift in planned
    )


def _admit_one_by_one(bench: Workbench, orders: Mapping[int, tuple[int, ...]]) -> Timetable:
    """Append tasks route by route, in turns, so that the routes of a link grow side by side; skip what does not fit."""
    table = bench.empty_timetable()
    for shift, task in _in_turns(orders):
        changes = {shift: (*table.orders[shift], task)}
        if bench.crews.allows(task, shift, table) and bench.crews.keeps_order(table, changes):
            proposal = table.propose(changes)
            if proposal is not None:
                table.apply(proposal)
    return table


def _in_turns(orders: Mapping[int, tuple[int, ...]]) -> Iterable[tuple[int, int]]:
    longest = max((len(order) for order in orders.values()), default=0)
    for position in range(longest):
        for shift in sorted(orders):
            if position < len(orders[shift]):
                yield shift, orders[shift][position]


def drop_incomplete(bench: Workbench, table: Timetable) -> None:
    """Take out every bundle of which a part is missing."""
    for bundle in bench.bundles:
        tasks = [task for visit in bundle for task in table.tasks_of(visit)]
        planned = [task for task in tasks if table.shift_of[task] >= 0]
        if planned and len(planned) < len(tasks):
            take_out(table, planned)


def take_out(table: Timetable, tasks: Iterable[int]) -> bool:
    """Take tasks out of their routes; without them every order stays possible."""
    gone = set(tasks)
    shifts = sorted({table.shift_of[task] for task in gone if table.shift_of[task] >= 0})
    proposal = table.propose({r: tuple(task for task in table.orders[r] if task not in gone) for r in shifts})
    if proposal is None:
        return False
    table.apply(proposal)
    return True


def drop_offenders(bench: Workbench, table: Timetable, violations: Sequence[Violation]) -> bool:
    """Take out the bundles of the visits that the referee names, or the last visit of a route that it names.

    Returns whether anything could be taken out.
    """
    number = {name: v for v, name in enumerate(bench.indexed.visit_ids)}
    bundle_of = {visit: bundle for bundle in bench.bundles for visit in bundle}
    visits = {number[one.visit] for one in violations if one.visit in number}
    visits = {visit for visit in visits if any(table.shift_of[task] >= 0 for task in table.tasks_of(visit))}
    if not visits:
        shifts = {ids: r for r, ids in enumerate(bench.indexed.shift_ids)}
        routes = {shifts.get((one.caregiver or "", one.shift or ""), -1) for one in violations}
        last = [table.orders[r][-1] for r in sorted(routes) if r >= 0 and table.orders[r]]
        visits = {bench.timer.task_visit[task] for task in last}
    tasks = [task for visit in sorted(visits) for one in bundle_of[visit] for task in table.tasks_of(one)]
    return bool(tasks) and take_out(table, tasks)
