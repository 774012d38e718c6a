"""A visit tried with one caregiver after the other: what it would cost, or what stands in the way."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.common.language import Text
from optimizer.visits.explain.candidates import Order
from optimizer.visits.explain.day import Interval
from optimizer.visits.explain.desk import Desk
from optimizer.visits.explain.empty import blocked_by
from optimizer.visits.explain.gaps import GapTable
from optimizer.visits.explain.placing import Found
from optimizer.visits.explain.state import PlanState
from optimizer.visits.explain.wording import CODE_TEXTS, clock, joined
from optimizer.visits.model import Lock, LockLevel
from optimizer.visits.referee import evaluate_plan

__all__ = ["Alternative", "Inquiry", "Move"]

MOST_ALTERNATIVES = 12
"""Caregivers whose exact cost is computed, those with the least detour first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """A visit that is planned now and would start at another time, or not at all (``to_t`` ``None``)."""

    visit: str
    caregiver: str
    from_t: int
    to_t: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Alternative:
    """The visit with one caregiver.

    Attributes
    ----------
    start_t
        When it would start; ``None`` if it cannot be put in.
    cost_change
        Cost of the whole plan less that of the plan as it is; ``None`` if it cannot be put in or was not computed.
    codes
        Rules that break, none if it can be put in.
    moves
        Visits that would have to move or go.
    """

    caregiver: str
    start_t: int | None
    cost_change: float | None
    codes: tuple[str, ...]
    moves: tuple[Move, ...]
    text: Text


class Inquiry:
    """One visit tried with one caregiver after the other."""

    def __init__(self, desk: Desk, base: PlanState, visit: str, at_t: int | None) -> None:
        self._desk, self._base, self._visit, self._at_t = desk, base, visit, at_t
        self._group = tuple(name for name in desk.day.companions(visit) if name not in base.starts)
        self._blocked = blocked_by(desk, visit)
        self._wishes: dict[str, tuple[Interval, ...]] = {} if at_t is None else {visit: ((at_t, at_t),)}
        self._table = GapTable(base, desk.keys)

    def likely(self) -> list[str]:
        """The caregivers who may do it, those with the least detour first; who does it now only for another start."""
        now = set() if self._at_t is not None else {key[0] for key in self._desk.state.keys_of.get(self._visit, ())}
        fits = self._table.fits(self._visit, self._desk.able(self._visit))
        order = np.argsort(fits.detour, kind="stable")
        names = dict.fromkeys(self._desk.keys[int(fits.ride[row])][0] for row in order)
        return [name for name in names if name not in now][:MOST_ALTERNATIVES]

    def others(self) -> Text | None:
        """How many caregivers are kept from it by which rule, even on an empty route."""
        counts = Counter(code for code in self._blocked.values() if code is not None)
        if not counts:
            return None
        parts = [Text(f"{n} 人{CODE_TEXTS[c].zh}", f"{n} {CODE_TEXTS[c].en}") for c, n in counts.most_common()]
        return joined([Text("其余护理员不能做", "the others cannot do it"), *parts])

    def alternative(self, name: str) -> Alternative:
        """The visit with one caregiver (and the rest of its team): the cost, or the rules that break and who moves."""
        desk, code = self._desk, self._blocked.get(name)
        if code is not None:
            text = Text(f"护理员 {name}：不行，{CODE_TEXTS[code].zh}", f"{name}: not possible; {CODE_TEXTS[code].en}")
            return Alternative(caregiver=name, start_t=None, cost_change=None, codes=(code,), moves=(), text=text)
        found = self._search(name, (self._table,))
        if found.placement is not None:
            return self._possible(name, found)
        order = desk.freeing_order(True)
        tables = tuple(GapTable(self._base, desk.keys, taken=taken) for taken in (1, 2, 3))
        freed = self._search(name, tables, order)
        moves = tuple(
            Move(visit=one, caregiver=key[0], from_t=desk.state.starts[one], to_t=None)
            for one in freed.freed
            for key in desk.state.keys_of[one][:1]
        )
        text = Text(f"护理员 {name}：排不下", f"{name}: no room")
        if moves:
            names = [move.visit for move in moves]
            text = joined([text, Text(f"要腾出 {'、'.join(names)}", f"{', '.join(names)} would have to go")])
        return Alternative(caregiver=name, start_t=None, cost_change=None, codes=("occupied",), moves=moves, text=text)

    def _search(self, name: str, tables: tuple[GapTable, ...], order: Order | None = None) -> Found:
        """A search in which the caregiver is one of the team."""
        desk = self._desk
        one = desk.day.visits[self._visit]
        able: dict[str, NDArray[np.bool_]] = {other: desk.able(other) for other in self._group}
        if one.team_size == 1:
            able[self._visit] = able[self._visit] & np.array([key[0] == name for key in desk.keys], dtype=bool)
        elif name not in {lock.caregiver for lock in one.locks} and len(one.locks) < one.team_size:
            wished = replace(one, locks=(*one.locks, Lock(level=LockLevel.CAREGIVER, caregiver=name)))
            state = replace(self._base, day=desk.day.with_visit(wished))
            tables = tuple(table.with_state(state) for table in tables)
        return desk.search(self._group, able, tables, windows=self._wishes, order=order, max_trials=300)

    def _possible(self, name: str, found: Found) -> Alternative:
        desk, placement = self._desk, found.placement
        if placement is None:
            raise ValueError("expected a placement")
        made = self._base.plan_with(desk.plan, placement)
        after = evaluate_plan(desk.problem, desk.travel, made, desk.objective)
        more = after.cost - desk.evaluation.cost
        moves = tuple(
            Move(visit=stop, caregiver=ride.key[0], from_t=desk.state.starts[stop], to_t=placement.timing.starts[stop])
            for ride in placement.rides
            for stop in ride.stops
            if stop in self._base.starts and placement.timing.starts[stop] != desk.state.starts[stop]
        )
        start_t = placement.timing.starts[self._visit]
        at = clock(desk.day, start_t)
        text = Text(f"护理员 {name}：{at} 可到，总代价 {more:+.0f}", f"{name}: at {at}, cost {more:+.0f}")
        if moves:
            names = [move.visit for move in moves]
            text = joined([text, Text(f"{len(names)} 个任务改时间：{'、'.join(names)}", f"moves {', '.join(names)}")])
        return Alternative(caregiver=name, start_t=start_t, cost_change=more, codes=(), moves=moves, text=text)
