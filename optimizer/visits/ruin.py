"""Ruin and recreate: take strings of neighbouring visits out of a few routes and put them back where they cost least.

After Christiaens and Vanden Berghe, "Slack induction by string removals" (Transportation Science, 2020): the strings
lie around one visit, are put back one by one at their cheapest place, now and then a place is passed over ("blink"),
and the outcome is accepted as in simulated annealing. Here whole bundles (teams, all-or-nothing links) leave and come
together, visits left out near by are tried along, and a mandatory visit left out outweighs every cost.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.travel.matrix import UNREACHABLE
from optimizer.visits.insertion import Effort, Inserter, Workbench, urgency
from optimizer.visits.timetable import Snapshot, Timetable

__all__ = ["Annealing", "RuinAndRecreate"]

NEIGHBOURS = 80
NEAR_STARTS = 12
STRINGS = 3
STRING_LENGTH = 6
LEFT_OUT_TRIED = 8
LEFT_OUT_SEEDS = 0.5
LOOK_EVERY = 25
BLINK = 0.02


@dataclass(frozen=True, kw_only=True, slots=True)
class Annealing:
    """Temperatures in cost units at the start and at the end of a run."""

    first: float
    last: float

    def at(self, progress: float) -> float:
        """Temperature when a share of the run has passed."""
        return float(self.first * (self.last / self.first) ** min(1.0, max(0.0, progress)))


class RuinAndRecreate:
    """Improves one timetable step by step.

    Parameters
    ----------
    bench, table
        The day, and the plan that is changed in place.
    chance
        The only source of chance.
    """

    def __init__(self, bench: Workbench, table: Timetable, chance: np.random.Generator) -> None:
        self._bench, self.table, self._chance = bench, table, chance
        self.inserter = Inserter(bench, table, blink=lambda: chance.random() < BLINK)
        self._bundle_of = {visit: bundle for bundle in bench.bundles for visit in bundle}
        self._near = _nearest_visits(bench)
        self._near_starts = _nearest_starts(bench)
        self._urgency = {bundle: urgency(bench, bundle) for bundle in bench.bundles}
        self._placeable = [
            v for v in range(bench.indexed.visits) if all(len(bench.able[task]) for task in table.tasks_of(v))
        ]
        self._left_out: list[int] = []
        self._urgent: list[int] = []
        self._looked_ago = 0
        self._mandatory: list[bool] = bench.indexed.mandatory.tolist()
        self.rank = bench.costs.plan(table)

    def mean_step_cost(self) -> float:
        """Mean cost of going to a near visit: the scale of temperatures."""
        indexed = self._bench.indexed
        visits = range(0, len(self._near), max(1, len(self._near) // 200))
        places = indexed.visit_location
        steps = [indexed.durations[0][places[v], places[self._near[v][:10]]] for v in visits if indexed.durations]
        known = np.concatenate([row[row < UNREACHABLE] for row in steps]) if steps else np.zeros(0)
        return max(1.0, self._bench.costs.per_tick * float(known.mean())) if len(known) else 1.0

    def step(self, temperature: float) -> bool:
        """One ruin and recreate around a random visit; tells whether its outcome was taken."""
        kept = self.table.snapshot()
        before = self.rank
        self.inserter.touched.clear()
        seed, is_left_out = self._choose_seed()
        self.inserter.within = self._shifts_near(seed)
        removed = self._ruin_for(seed) if is_left_out else self._ruin(seed)
        wanted = self._in_random_order(removed + self._left_out_near(seed, removed))
        if is_left_out and self._chance.random() < 0.7:
            first = self._bundle_of[seed]
            wanted = [first, *(bundle for bundle in wanted if bundle != first)]
        self.inserter.insert_all(wanted, _ONE_CHOICE)
        self._reprice(kept)
        if self._accepts(before, self.rank, temperature):
            return True
        self._restore(kept, before)
        return False

    def _accepts(self, before: tuple[int, float], after: tuple[int, float], temperature: float) -> bool:
        if after[0] != before[0]:
            return after[0] < before[0]
        threshold = -temperature * math.log(max(1e-12, self._chance.random()))
        return after[1] < before[1] + threshold

    def _choose_seed(self) -> tuple[int, bool]:
        """A visit at random, every other time one that is left out although somebody could do it."""
        if self._chance.random() < LEFT_OUT_SEEDS:
            if self._looked_ago % LOOK_EVERY == 0:  # looking at all visits takes a while on a large day
                self._left_out = [v for v in self._placeable if not self.table.is_planned(v)]
                self._urgent = [v for v in self._left_out if self._mandatory[v]]
            self._looked_ago += 1
            pool = self._urgent if self._urgent and self._chance.random() < 0.7 else self._left_out
            seed = pool[int(self._chance.integers(len(pool)))] if pool else 0
            if pool and not self.table.is_planned(seed):
                return seed, True
        return int(self._chance.integers(self._bench.indexed.visits)), False

    def _ruin_for(self, seed: int) -> list[tuple[int, ...]]:
        """Take out strings of routes that could do a visit that is left out, around its time of the day."""
        tasks = self.table.tasks_of(seed)
        task = tasks[int(self._chance.integers(len(tasks)))]
        near = self.inserter.positions.nearest_shifts(task, self._bench.able[task])
        strings = int(self._chance.integers(1, STRINGS + 1))
        picked = near[: 3 * strings][self._chance.permutation(min(len(near), 3 * strings))[:strings]]
        gone: dict[tuple[int, ...], None] = {}
        for shift in picked.tolist():
            visit = self._stop_at_its_time(shift, seed)
            if visit is not None:
                gone.update(dict.fromkeys(self._string(shift, visit)))
        self._take_out([member for bundle in gone for v in bundle for member in self.table.tasks_of(v)])
        return list(gone)

    def _stop_at_its_time(self, shift: int, seed: int) -> int | None:
        """A random stop of the route among those that start while the seed might."""
        windows = self._bench.timer.windows[seed]
        first, last = min(window[0] for window in windows), max(window[1] for window in windows)
        order, starts = self.table.orders[shift], self.table.timings[shift].starts
        margin = self._bench.timer.service[seed]
        fitting = [task for task, start in zip(order, starts, strict=True) if first - margin <= start <= last + margin]
        pool = fitting or list(order)
        return self._bench.timer.task_visit[pool[int(self._chance.integers(len(pool)))]] if pool else None

    def _ruin(self, seed: int) -> list[tuple[int, ...]]:
        """Take out strings of the routes that pass near the seed; returns the bundles that went."""
        strings = int(self._chance.integers(1, STRINGS + 1))
        ruined: set[int] = set()
        gone: dict[tuple[int, ...], None] = {}
        for visit in (seed, *self._near[seed].tolist()):
            shifts = {self.table.shift_of[task] for task in self.table.tasks_of(visit)} - {-1} - ruined
            for shift in sorted(shifts):
                if len(ruined) < strings:
                    ruined.add(shift)
                    gone.update(dict.fromkeys(self._string(shift, visit)))
            if len(ruined) >= strings:
                break
        self._take_out([task for bundle in gone for v in bundle for task in self.table.tasks_of(v)])
        return list(gone)

    def _shifts_near(self, seed: int) -> NDArray[np.bool_]:
        """The shifts that pass near the seed or begin there."""
        near = np.zeros(self._bench.indexed.shifts, dtype=bool)
        near[self._near_starts[seed]] = True
        shifts = [self.table.shift_of[task] for v in self._near[seed].tolist() for task in self.table.tasks_of(v)]
        near[[shift for shift in shifts if shift >= 0]] = True
        return near

    def _string(self, shift: int, visit: int) -> list[tuple[int, ...]]:
        """Bundles of a random string of the route that holds the visit."""
        visits = [self._bench.timer.task_visit[task] for task in self.table.orders[shift]]
        length = min(len(visits), int(self._chance.integers(1, STRING_LENGTH + 1)))
        at = visits.index(visit)
        first = int(self._chance.integers(max(0, at - length + 1), min(at, len(visits) - length) + 1))
        string = visits[first : first + length]
        return [self._bundle_of[v] for v in string if not self._bench.timer.frozen[v]]

    def _take_out(self, tasks: Sequence[int]) -> None:
        gone = set(tasks)
        shifts = sorted({self.table.shift_of[task] for task in gone} - {-1})
        self.inserter.change({r: tuple(task for task in self.table.orders[r] if task not in gone) for r in shifts})

    def _left_out_near(self, seed: int, removed: Sequence[tuple[int, ...]]) -> list[tuple[int, ...]]:
        """Some bundles that are left out, the nearest to the seed first."""
        known = set(removed)
        found: dict[tuple[int, ...], None] = {}
        for visit in (seed, *self._near[seed].tolist()):
            bundle = self._bundle_of[visit]
            if bundle not in known and self.table.shift_of[self.table.tasks_of(visit)[0]] < 0:
                found[bundle] = None
                if len(found) >= LEFT_OUT_TRIED:
                    break
        return list(found)

    def _in_random_order(self, wanted: Sequence[tuple[int, ...]]) -> list[tuple[int, ...]]:
        """By urgency, or at random with the mandatory first, or quite at random."""
        way = self._chance.random()
        if way < 0.5:
            return sorted(wanted, key=self._urgency.__getitem__)
        mixed = [wanted[i] for i in self._chance.permutation(len(wanted)).tolist()]
        return sorted(mixed, key=lambda bundle: self._urgency[bundle][2]) if way < 0.9 else mixed

    def _reprice(self, kept: Snapshot) -> None:
        """Cost of the plan after a step, from the routes that were touched."""
        mandatory, cost = self.rank
        table, costs = self.table, self._bench.costs
        changed_visits: set[int] = set()
        for shift in sorted(self.inserter.touched):
            price = costs.route(shift, table.orders[shift], table.timings[shift])
            cost += price - costs.route(shift, kept.orders[shift], kept.timings[shift])
            changed_visits.update(self._bench.timer.task_visit[task] for task in kept.orders[shift])
            changed_visits.update(self._bench.timer.task_visit[task] for task in table.orders[shift])
        for visit in sorted(changed_visits):
            member = self.table.tasks_of(visit)[0]
            out = int(table.shift_of[member] < 0) - int(kept.shift_of[member] < 0)
            cost += out * costs.price[visit]
            mandatory += out * self._mandatory[visit]
        self.rank = mandatory, cost

    def _restore(self, kept: Snapshot, rank: tuple[int, float]) -> None:
        self.table.restore(kept)
        self.inserter.positions.refresh(sorted(self.inserter.touched))
        self.rank = rank


_ONE_CHOICE = Effort(choices=1, breadth=4)


def _nearest_starts(bench: Workbench) -> NDArray[np.int64]:
    """``(V, k)`` the shifts that start nearest to each visit."""
    indexed = bench.indexed
    away = np.full((indexed.visits, indexed.shifts), UNREACHABLE, dtype=np.int32)
    for shift in range(indexed.shifts):
        table = indexed.durations[int(indexed.shift_mode[shift])]
        away[:, shift] = table[indexed.shift_start_location[shift], indexed.visit_location]
    return np.argsort(away, axis=1, kind="stable")[:, :NEAR_STARTS]


def _nearest_visits(bench: Workbench) -> list[NDArray[np.int64]]:
    """For each visit the others, nearest first by travel there and back, up to a number."""
    indexed = bench.indexed
    places = indexed.visit_location
    count = min(NEIGHBOURS, max(0, indexed.visits - 1))
    nearest = []
    for visit in range(indexed.visits):
        table = indexed.durations[0] if indexed.durations else np.zeros((1, 1), dtype=np.int32)
        away = table[places[visit], places].astype(np.int64) + table[places, places[visit]]
        away[visit] = -1
        part = np.argpartition(away, count)[: count + 1] if count else np.array([visit])
        part = part[np.lexsort((part, away[part]))]
        nearest.append(part[part != visit])
    return nearest
