"""One question after the other about one plan: the tables they share, and each search by what it relaxes."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.evaluation import Evaluation
from optimizer.visits.explain.candidates import Order, Question
from optimizer.visits.explain.day import Day, Interval
from optimizer.visits.explain.fits import Fits
from optimizer.visits.explain.gaps import GapTable
from optimizer.visits.explain.obstacles import Obstacle, obstacles
from optimizer.visits.explain.placing import Found, find_placement
from optimizer.visits.explain.state import Key, PlanState
from optimizer.visits.model import Problem
from optimizer.visits.objective import Objective
from optimizer.visits.plan import Plan
from optimizer.visits.referee import evaluate_plan

__all__ = ["Able", "Desk"]

Able = Mapping[str, NDArray[np.bool_]]

_OWN_RULES = frozenset(("forbidden", "required", "partner"))
"""Rules that name caregivers, so that visits which ask for the same still differ in them."""

LARGEST_TAKEN = 3
"""Stops in a row that a change may take off a route before the whole route is cleared."""


@dataclass(frozen=True)
class Desk:
    """A problem and a plan with everything that many questions share."""

    problem: Problem
    travel: TravelMatrix
    plan: Plan
    objective: Objective
    evaluation: Evaluation
    day: Day
    state: PlanState
    _obstacles: dict[str, Mapping[str, tuple[Obstacle, ...]]] = field(default_factory=dict, repr=False)
    _free: dict[Hashable, frozenset[str]] = field(default_factory=dict, repr=False)
    _prices: dict[tuple[str, bool], float] = field(default_factory=dict, repr=False)
    _tables: dict[tuple[str, int, int, frozenset[str]], GapTable] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, problem: Problem, travel: TravelMatrix, plan: Plan, objective: Objective) -> Desk:
        """Lay out a problem and a plan."""
        day = Day(problem, travel)
        evaluation = evaluate_plan(problem, travel, plan, objective)
        state = PlanState.of(day, plan, evaluation)
        return cls(problem, travel, plan, objective, evaluation, day, state)

    @cached_property
    def keys(self) -> tuple[Key, ...]:
        """All shifts, of caregivers off duty too."""
        return tuple(self.day.shifts)

    @cached_property
    def empty_state(self) -> PlanState:
        """The day without any route."""
        return PlanState.empty(self.day)

    def table(self, *, slack_t: int = 0, taken: int = 0, lifted: frozenset[str] = frozenset()) -> GapTable:
        """The gaps of the plan's routes."""
        return self._table("plan", self.state, slack_t, taken, lifted)

    def empty_table(self, *, slack_t: int = 0, lifted: frozenset[str] = frozenset()) -> GapTable:
        """The gaps of empty routes."""
        return self._table("empty", self.empty_state, slack_t, 0, lifted)

    def _table(self, name: str, state: PlanState, slack_t: int, taken: int, lifted: frozenset[str]) -> GapTable:
        wanted = (name, slack_t, taken, lifted)
        if wanted not in self._tables:
            self._tables[wanted] = GapTable(state, self.keys, slack_t=slack_t, taken=taken, lifted=lifted)
        return self._tables[wanted]

    def group(self, visit: str) -> tuple[str, ...]:
        """The visit and whatever is left out with it."""
        return tuple(name for name in self.day.companions(visit) if name not in self.state.starts)

    def obstacles(self, visit: str) -> Mapping[str, tuple[Obstacle, ...]]:
        """What keeps each caregiver from a visit, by caregiver."""
        if visit not in self._obstacles:
            free = self._unhindered(visit)
            self._obstacles[visit] = {
                name: () if name in free else obstacles(self.state, visit, name) for name in self.day.caregivers
            }
        return self._obstacles[visit]

    def _unhindered(self, visit: str) -> frozenset[str]:
        """Caregivers whom no rule keeps from a visit; visits that ask for the same are looked at once."""
        one = self.day.visits[visit]
        client = self.day.clients[one.client]
        demand = (one.skills, client.gender, client.dialect, one.provider)
        if demand not in self._free:
            self._free[demand] = frozenset(
                name
                for name in self.day.caregivers
                if all(rule.code in _OWN_RULES for rule in obstacles(self.state, visit, name))
            )
        if one.required_caregivers or client.forbidden or self.day.links_of.get(visit):
            return frozenset(name for name in self._free[demand] if not obstacles(self.state, visit, name))
        return self._free[demand]

    def able(self, visit: str, *, most: int = 0) -> NDArray[np.bool_]:
        """Shifts of caregivers whom at most so many rules keep from a visit, all of which can be lifted."""
        if not most:
            free = self._unhindered(visit)
            return np.array([key[0] in free for key in self.keys], dtype=bool)
        marks = {}
        for name, found in self.obstacles(visit).items():
            marks[name] = len(found) <= most and all(one.steps is not None for one in found)
        return np.array([marks[key[0]] for key in self.keys], dtype=bool)

    def search(
        self,
        group: tuple[str, ...],
        able: Able,
        tables: tuple[GapTable, ...] | None = None,
        *,
        windows: Mapping[str, tuple[Interval, ...]] | None = None,
        order: Order | None = None,
        max_trials: int | None = None,
    ) -> Found:
        """Search for a placement of a group in the plan, or in the tables given."""
        question = Question(tables or (self.table(),), group, able, windows or {}, order)
        if max_trials is not None:
            question = replace(question, max_trials=max_trials)
        return find_placement(question)

    def freeing_tables(self) -> tuple[GapTable, ...]:
        """The gaps as they are, and with up to :data:`LARGEST_TAKEN` stops in a row taken off."""
        return tuple(self.table(taken=taken) for taken in range(LARGEST_TAKEN + 1))

    def freeing_order(self, mandatory: bool) -> Order:
        """Rank candidates by the price of what they take off the routes; what must stay is not taken."""

        def order(fits: Fits, _visit: str) -> NDArray[np.float64]:
            prices = np.zeros(fits.ride.shape, dtype=np.float64)
            for row in np.flatnonzero(fits.taken):
                at, position = self.keys[int(fits.ride[row])], int(fits.position[row])
                stops = self.state.stops[at][position : position + int(fits.taken[row])]
                prices[row] = sum(self.freeing_price(stop, mandatory) for stop in stops)
            return prices * 1e6 + np.clip(fits.detour, -1e5, 1e5)

        return order

    def freeing_price(self, visit: str, mandatory: bool) -> float:
        """What taking a visit off the plan costs (s); infinite where the frozen past holds it."""
        if (visit, mandatory) not in self._prices:
            self._prices[visit, mandatory] = self._freeing_price(visit, mandatory)
        return self._prices[visit, mandatory]

    def _freeing_price(self, visit: str, mandatory: bool) -> float:
        names = [name for name in self.day.companions(visit) if name in self.state.starts]
        if any(self.day.is_frozen(name) for name in names):
            return float("inf")
        price = 0.0
        for name in names:
            one = self.day.visits[name]
            must = self.problem.is_mandatory(one)
            price += self.problem.left_out_price_s(one) + (1e5 if mandatory else 1e7) * must + 1e4 * bool(one.locks)
        return price + 1.0
