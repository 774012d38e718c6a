"""What the explanations read: one problem by id, with the rules that bind a start worked out once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import (
    Caregiver,
    CaregiverStatus,
    Client,
    Link,
    LinkKind,
    LockLevel,
    Problem,
    PublishedStop,
    Shift,
    Visit,
)

__all__ = ["INF", "Day", "Interval", "Tie"]

INF = 1 << 60
"""Stands for "never" in sums of ticks; compared only against itself or far smaller numbers."""

Interval = tuple[int, int]
"""Starts from the first to the second number of ticks, both inclusive."""


@dataclass(frozen=True, slots=True)
class Tie:
    """``least ≤ start(after) − start(before) ≤ most`` for two planned visits, from one link."""

    before: str
    after: str
    least: int
    most: int
    link: str


@dataclass(frozen=True)
class Day:
    """A problem and its travel by id. Built once for each problem; everything in it is read only."""

    problem: Problem
    travel: TravelMatrix
    _starts: dict[str, tuple[Interval, ...]] = field(default_factory=dict, init=False, repr=False)
    visits: Mapping[str, Visit] = field(init=False, repr=False)
    clients: Mapping[str, Client] = field(init=False, repr=False)
    caregivers: Mapping[str, Caregiver] = field(init=False, repr=False)
    shifts: Mapping[tuple[str, str], Shift] = field(init=False, repr=False)
    shifts_of: Mapping[str, tuple[tuple[str, str], ...]] = field(init=False, repr=False)
    links_of: Mapping[str, tuple[Link, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        links_of: dict[str, list[Link]] = defaultdict(list)
        for link in sorted(self.problem.links, key=lambda one: one.id):
            for name in dict.fromkeys(link.visits):
                links_of[name].append(link)
        crew = sorted(self.problem.caregivers, key=lambda one: one.id)
        shifts = {(one.id, shift.id): shift for one in crew for shift in sorted(one.shifts, key=lambda s: s.start_t)}
        object.__setattr__(self, "visits", {one.id: one for one in sorted(self.problem.visits, key=lambda v: v.id)})
        object.__setattr__(self, "clients", {one.id: one for one in self.problem.clients})
        object.__setattr__(self, "caregivers", {one.id: one for one in crew})
        object.__setattr__(self, "shifts", shifts)
        shifts_of = {one.id: tuple((one.id, shift.id) for shift in one.shifts) for one in crew}
        object.__setattr__(self, "shifts_of", shifts_of)
        object.__setattr__(self, "links_of", {name: tuple(links) for name, links in links_of.items()})

    def with_visit(self, visit: Visit) -> Day:
        """The day with another description of one visit; only what is read from :attr:`visits` follows it."""
        other = copy(self)
        object.__setattr__(other, "visits", {**self.visits, visit.id: visit})
        object.__setattr__(other, "_starts", {})
        return other

    def place(self, visit: str) -> str:
        """Id of the place where a visit is."""
        one = self.visits[visit]
        return one.location if one.location is not None else self.clients[one.client].location

    def leg_t(self, mode: str, origin: str, target: str) -> int:
        """Ticks from place to place, :data:`INF` where there is no way."""
        i, j = self.travel.index[origin], self.travel.index[target]
        if mode not in self.travel.durations or not self.travel.reachable[mode][i, j]:
            return INF
        return int(self.travel.durations[mode][i, j])

    def limit_t(self, key: tuple[str, str]) -> int:
        """Latest return of a shift, overtime included."""
        shift = self.shifts[key]
        if shift.end_t is None or shift.max_overtime_t is None:
            return INF
        return shift.end_t + shift.max_overtime_t

    def hard_windows(self, visit: str) -> tuple[Interval, ...]:
        """The hard windows of a visit as intervals, sorted; one endless interval where it has none."""
        windows = self.visits[visit].windows
        if not windows:
            return ((-INF, INF),)
        return tuple(sorted((w.earliest_t, INF if w.latest_t is None else w.latest_t) for w in windows))

    def starts(self, visit: str, *, windows: tuple[Interval, ...] | None = None) -> tuple[Interval, ...]:
        """Starts that a visit's own rules allow: windows (or those given), time lock and the frozen past."""
        if windows is None and visit in self._starts:
            return self._starts[visit]
        fixed = self.fixed_start(visit)
        low = -INF if self.problem.frozen_before_t is None else self.problem.frozen_before_t
        high = INF
        if fixed is not None:
            low, high = (fixed, fixed) if self.is_frozen(visit) else (max(low, fixed), fixed)
        allowed = self.hard_windows(visit) if windows is None else windows
        cut = tuple((max(a, low), min(b, high)) for a, b in allowed if max(a, low) <= min(b, high))
        if windows is None:
            self._starts[visit] = cut
        return cut

    def fixed_start(self, visit: str) -> int | None:
        """The start that a time lock or the frozen past fixes, if any."""
        frozen = self.frozen_by_visit.get(visit)
        if frozen:
            return frozen[0].start_t
        return next((lock.start_t for lock in self.visits[visit].locks if lock.level is LockLevel.TIME), None)

    def is_frozen(self, visit: str) -> bool:
        """Whether a caregiver had left for the visit before the frozen moment."""
        return visit in self.frozen_by_visit

    @cached_property
    def frozen_by_visit(self) -> Mapping[str, tuple[PublishedStop, ...]]:
        """Published stops that a caregiver on duty had left for before the frozen moment, by visit."""
        moment = self.problem.frozen_before_t
        if moment is None:
            return {}
        routes: dict[tuple[str, str], list[PublishedStop]] = defaultdict(list)
        for stop in self.problem.published:
            if stop.visit in self.visits and (stop.caregiver, stop.shift) in self.shifts:
                routes[stop.caregiver, stop.shift].append(stop)
        found: dict[str, list[PublishedStop]] = defaultdict(list)
        for key, stops in sorted(routes.items()):
            caregiver = self.caregivers[key[0]]
            if caregiver.status is not CaregiverStatus.ON_DUTY:
                continue
            here = self.shifts[key].start_location
            for stop in sorted(stops, key=lambda one: (one.start_t, one.visit)):
                there = self.place(stop.visit)
                leg_t = self.leg_t(caregiver.mode, here, there)
                if stop.start_t - (0 if leg_t >= INF else leg_t) < moment:
                    found[stop.visit].append(stop)
                here = there
        return {visit: tuple(stops) for visit, stops in found.items()}

    def ties(self, planned: Iterable[str]) -> tuple[Tie, ...]:
        """The rules of time that bind these visits to each other when exactly they are planned."""
        present = frozenset(planned)
        links = {link.id: link for name in sorted(present) for link in self.links_of.get(name, ())}
        return tuple(tie for _, link in sorted(links.items()) for tie in _link_ties(link, present))

    def ties_between(self, link: Link, one: str, other: str) -> list[Tie]:
        """The rules of time of a link that bind two of its visits to each other."""
        return _link_ties(link, frozenset((one, other)))

    def companions(self, visit: str) -> tuple[str, ...]:
        """The visit and all that stand or fall with it, through links all or nothing; sorted."""
        seen, todo = {visit}, [visit]
        while todo:
            for link in self.links_of.get(todo.pop(), ()):
                if link.all_or_nothing:
                    new = [name for name in link.visits if name not in seen and name in self.visits]
                    seen.update(new)
                    todo += new
        return tuple(sorted(seen))


def _link_ties(link: Link, present: frozenset[str]) -> list[Tie]:
    if link.kind is LinkKind.SIMULTANEOUS:
        members = [name for name in link.visits if name in present]
        return [Tie(a, b, 0, 0, link.id) for a, b in pairwise(members)]
    most = INF if link.max_gap_t is None else link.max_gap_t
    return [Tie(a, b, link.min_gap_t, most, link.id) for a, b in pairwise(link.visits) if a in present and b in present]
