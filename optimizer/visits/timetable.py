"""All routes of a plan, timed together: links, teams and a caregiver's next shift carry times from route to route.

Times are the least solution of difference constraints: each route is timed for itself, and whatever it says of a visit
that is tied to another route becomes a lower bound there, until nothing changes (label correcting; orders that wait
for each other in a circle are recognised because their bounds never settle). A change of a few routes touches only the
routes that it delays.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from optimizer.visits.coupling import shifts_of_same_caregiver, ties_of
from optimizer.visits.timing import RouteTimer, RouteTiming

__all__ = ["Proposal", "Snapshot", "Timetable", "Undo"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change of some routes that can be done: new orders, new timings of all routes that move."""

    orders: Mapping[int, tuple[int, ...]]
    timings: Mapping[int, RouteTiming]


@dataclass(frozen=True, slots=True)
class Undo:
    """What a proposal replaced."""

    orders: Mapping[int, tuple[int, ...]]
    timings: Mapping[int, RouteTiming]
    bounds: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A whole timetable at one moment."""

    orders: list[tuple[int, ...]]
    timings: list[RouteTiming]
    shift_of: list[int]
    bounds: list[int]


@dataclass(slots=True)
class _Wave:
    """A change on its way through the routes."""

    orders: dict[int, tuple[int, ...]]
    shift_of: dict[int, int]
    latest: Mapping[int, int]
    bounds: dict[int, int] = field(default_factory=dict)
    timings: dict[int, RouteTiming] = field(default_factory=dict)
    waiting: deque[int] = field(default_factory=deque)
    rounds: dict[int, int] = field(default_factory=dict)

    def enqueue(self, shift: int) -> None:
        if shift not in self.waiting:
            self.waiting.append(shift)


class Timetable:
    """Orders of tasks by shift, and their times. Shared rules of time only; who may do what is checked elsewhere.

    Attributes
    ----------
    orders, timings
        By shift: its tasks in order, and their timing.
    shift_of
        By task: the shift it is planned on, -1 if it is left out.
    bounds
        By visit: a lower bound of its start that its ties put on it; 0 where nothing does.
    """

    def __init__(self, timer: RouteTimer) -> None:
        indexed = timer.indexed
        self.timer = timer
        self.first_task: list[int] = indexed.first_task.tolist()
        self.orders: list[tuple[int, ...]] = [() for _ in range(indexed.shifts)]
        self.timings = [timer.empty_route(shift) for shift in range(indexed.shifts)]
        self.shift_of = [-1] * indexed.tasks
        self.bounds = [0] * indexed.visits
        self._ties = ties_of(indexed)
        self._is_tied = [
            bool(self._ties[v]) or self.first_task[v + 1] - self.first_task[v] > 1 for v in range(indexed.visits)
        ]
        self._earlier, self._later = shifts_of_same_caregiver(indexed)

    def tasks_of(self, visit: int) -> range:
        """The tasks of a visit."""
        return range(self.first_task[visit], self.first_task[visit + 1])

    def start_of(self, task: int) -> int:
        """Start of a planned task."""
        shift = self.shift_of[task]
        return self.timings[shift].starts[self.orders[shift].index(task)]

    def is_planned(self, visit: int) -> bool:
        """Whether every member of the visit's team is planned."""
        return all(self.shift_of[task] >= 0 for task in self.tasks_of(visit))

    def demands_on(self, visit: int) -> list[tuple[int, int, int]]:
        """What ties the start of a visit: (other visit, least, most), ``least <= start - other start <= most``.

        The visit itself is among them if it has a team, whose members start together.
        """
        own = [(visit, 0, 0)] if len(self.tasks_of(visit)) > 1 else []
        return own + [(partner, demand.to_visit, -demand.to_partner) for partner, demand in self._ties[visit]]

    def earlier_routes(self, shift: int) -> list[int]:
        """Earlier shifts of the same caregiver that have a route."""
        return [before for before in self._earlier[shift] if self.orders[before]]

    def propose(self, changes: Mapping[int, Sequence[int]], latest: Mapping[int, int] | None = None) -> Proposal | None:
        """Time the plan with new orders of some shifts; ``None`` if some rule of time cannot be kept.

        Other routes keep their order. Bounds from before are kept, so that after tasks were taken out times may be
        later than need be, never wrong; :meth:`settle` makes them earliest again.

        Parameters
        ----------
        latest
            Latest starts by visit, where they are known: each route puts its breaks where they suit itself, which may
            be too late for a team; these bounds say where they have to be.
        """
        orders = {shift: tuple(order) for shift, order in changes.items()}
        moved = {task: -1 for shift in orders for task in self.orders[shift]}
        moved.update((task, shift) for shift, order in orders.items() for task in order)
        wave = _Wave(orders, moved, latest or {})
        for shift in sorted(orders):
            wave.enqueue(shift)
            for task in orders[shift]:
                self._bind_new_visit(wave, self.timer.task_visit[task])
        return Proposal(orders, wave.timings) if self._settled(wave) else None

    def apply(self, proposal: Proposal) -> Undo:
        """Take a proposal over; returns what undoes it."""
        tasks = [task for shift in proposal.timings for task in self._order(proposal, shift)]
        tasks += [task for shift in proposal.orders for task in self.orders[shift]]
        visits = {self.timer.task_visit[task] for task in tasks}
        undo = Undo(
            {shift: self.orders[shift] for shift in proposal.orders},
            {shift: self.timings[shift] for shift in proposal.timings},
            {visit: self.bounds[visit] for visit in visits if self._is_tied[visit]},
        )
        self._place(proposal.orders)
        for shift, timing in proposal.timings.items():
            self.timings[shift] = timing
            for task, start in zip(self.orders[shift], timing.starts, strict=True):
                visit = self.timer.task_visit[task]
                if self._is_tied[visit]:
                    self.bounds[visit] = start
        self._forget_bounds(task for order in undo.orders.values() for task in order)
        return undo

    def revert(self, undo: Undo) -> None:
        """Put back what :meth:`apply` replaced; only the last change can be put back."""
        gone = [task for shift in undo.orders for task in self.orders[shift]]
        self._place(undo.orders)
        for shift, timing in undo.timings.items():
            self.timings[shift] = timing
        for visit, bound in undo.bounds.items():
            self.bounds[visit] = bound
        self._forget_bounds(gone)

    def snapshot(self) -> Snapshot:
        """Everything as it is now, to come back to after several changes."""
        return Snapshot(list(self.orders), list(self.timings), list(self.shift_of), list(self.bounds))

    def restore(self, kept: Snapshot) -> None:
        """Come back to a snapshot."""
        self.orders[:], self.timings[:] = kept.orders, kept.timings
        self.shift_of[:], self.bounds[:] = kept.shift_of, kept.bounds

    def settle(self) -> bool:
        """Time everything anew from nothing, which makes every start the earliest; tells whether that could be done.

        Where the earliest starts cannot all be had together, none is made later than it is.
        """
        kept, orders = self.bounds, {shift: order for shift, order in enumerate(self.orders) if order}
        self.bounds = [0] * len(kept)
        proposal = self.propose(orders)
        if proposal is None:
            proposal = self.propose(orders, {visit: start for visit, start in enumerate(kept) if start > 0})
        self.bounds = kept
        if proposal is None:
            return False
        self.apply(proposal)
        return True

    def _place(self, orders: Mapping[int, tuple[int, ...]]) -> None:
        for shift in orders:
            for task in self.orders[shift]:
                self.shift_of[task] = -1
        for shift, order in orders.items():
            self.orders[shift] = order
            for task in order:
                self.shift_of[task] = shift

    def _forget_bounds(self, tasks: Iterable[int]) -> None:
        for task in tasks:
            visit = self.timer.task_visit[task]
            if all(self.shift_of[member] < 0 for member in self.tasks_of(visit)):
                self.bounds[visit] = 0

    def _order(self, change: Proposal | _Wave, shift: int) -> tuple[int, ...]:
        return change.orders.get(shift, self.orders[shift])

    def _where(self, wave: _Wave, task: int) -> int:
        return wave.shift_of.get(task, self.shift_of[task])

    def _bound(self, wave: _Wave, visit: int) -> int:
        return wave.bounds.get(visit, self.bounds[visit])

    def _bind_new_visit(self, wave: _Wave, visit: int) -> None:
        """What the planned partners of a visit demand of it."""
        for partner, demand in self._ties[visit]:
            if any(self._where(wave, task) >= 0 for task in self.tasks_of(partner)):
                self._raise_bound(wave, visit, self.bounds[partner] + demand.to_visit)

    def _raise_bound(self, wave: _Wave, visit: int, bound: int) -> bool:
        if bound <= self._bound(wave, visit):
            return False
        wave.bounds[visit] = bound
        return True

    def _settled(self, wave: _Wave) -> bool:
        """Time the waiting routes until nothing changes any more."""
        while wave.waiting:
            shift = wave.waiting.popleft()
            order = self._order(wave, shift)
            wave.rounds[shift] = wave.rounds.get(shift, 0) + 1
            if wave.rounds[shift] > 8 + 4 * len(order):
                return False  # the routes wait for each other in a circle
            leave = max((self._return(wave, before) for before in self._earlier[shift]), default=0)
            timing = self.timer.time(shift, order, _Bounds(self.bounds, wave.bounds), leave, wave.latest)
            if timing is None:
                return False
            wave.timings[shift] = timing
            for task, start in zip(order, timing.starts, strict=True):
                visit = self.timer.task_visit[task]
                if self._is_tied[visit]:
                    self._carry(wave, visit, start, shift)
            for after in self._later[shift]:
                order_after = self._order(wave, after)
                if order_after and timing.return_t > self.timer.shift_start[after]:
                    wave.enqueue(after)
        return True

    def _return(self, wave: _Wave, shift: int) -> int:
        if not self._order(wave, shift):
            return 0
        return wave.timings.get(shift, self.timings[shift]).return_t

    def _carry(self, wave: _Wave, visit: int, start: int, shift: int) -> None:
        """Tell the other members of the team, and the partners of the visit, when it starts."""
        if self._raise_bound(wave, visit, start):
            self._enqueue_tasks(wave, visit, besides=shift)
        for partner, demand in self._ties[visit]:
            if any(self._where(wave, task) >= 0 for task in self.tasks_of(partner)) and self._raise_bound(
                wave, partner, start + demand.to_partner
            ):
                self._enqueue_tasks(wave, partner, besides=-1)

    def _enqueue_tasks(self, wave: _Wave, visit: int, *, besides: int) -> None:
        for task in self.tasks_of(visit):
            where = self._where(wave, task)
            if where >= 0 and where != besides:
                wave.enqueue(where)


class _Bounds(dict[int, int]):
    """Lower bounds by visit: those of the wave over those from before, without copying."""

    __slots__ = ("_before", "_wave")

    def __init__(self, before: Sequence[int], wave: Mapping[int, int]) -> None:
        self._before = before
        self._wave = wave

    def get(self, visit: int, default: int = 0) -> int:  # type: ignore[override]
        bound = self._wave.get(visit)
        return self._before[visit] if bound is None else bound
