"""Put a visit, with its whole team and all that stands or falls with it, into the routes of a plan.

The search goes over one member of a team after the other and over the gaps that :mod:`.gaps` has not ruled out, keeps
for every visit the interval of starts that is still common to all its members and its links, and has every full choice
timed exactly. It ends with a placement or, if it was not cut short, with the proof that there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations, product

import numpy as np
from numpy.typing import NDArray

from optimizer.visits.explain.day import INF, Day, Interval
from optimizer.visits.explain.gaps import Fits, GapTable
from optimizer.visits.explain.obstacles import fixed_members
from optimizer.visits.explain.state import Key, Placement, PlanState, Spot
from optimizer.visits.model import LinkCaregivers

__all__ = ["Found", "Question", "candidates", "find_placement"]

Bools = NDArray[np.bool_]
Order = Callable[[Fits, str], NDArray[np.float64]]

MAX_TRIALS = 3_000
"""Full choices that are timed before a search is given up without a proof; a single visit never needs so many."""


@dataclass(frozen=True)
class Question:
    """What is to be placed, where it may go, and what is relaxed for it.

    Attributes
    ----------
    tables
        Gaps of the shifts; tables that take stops off routes may be among them. All of one state and the same shifts.
    group
        Visits that are placed together, sorted.
    able
        For each visit one mark for each shift of the tables.
    windows
        Hard windows that replace a visit's own.
    order
        What the candidates of a visit are sorted by, smallest first (infinite: not allowed); the detour by default.
    """

    tables: tuple[GapTable, ...]
    group: tuple[str, ...]
    able: Mapping[str, Bools]
    windows: Mapping[str, tuple[Interval, ...]] = field(default_factory=dict)
    order: Order | None = None
    max_trials: int = MAX_TRIALS

    @property
    def state(self) -> PlanState:
        """The routes that are asked about."""
        return self.tables[0].state

    @property
    def day(self) -> Day:
        """The problem."""
        return self.state.day

    @property
    def keys(self) -> tuple[Key, ...]:
        """The shifts."""
        return self.tables[0].keys


@dataclass(frozen=True, slots=True)
class Found:
    """The end of a search: a placement in ``state`` (without what was taken off), or none; ``proved`` if exhausted."""

    placement: Placement | None
    state: PlanState
    proved: bool
    freed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Choice:
    """One member of a visit's team at one gap."""

    visit: str
    key: Key
    position: int
    taken: int
    low: int
    high: int


def find_placement(question: Question) -> Found:
    """Search for a placement of the group; see the module's docstring."""
    members = [
        (visit, shifts) for visit in question.group for shifts in fixed_members(question.day, visit, question.keys)
    ]
    rows = {visit: candidates(question, visit) for visit in question.group}
    if len(question.group) > 1:
        rows = _loosened(question, rows)
    members.sort(key=lambda member: (rows[member[0]].low.size, member[0], member[1] is None))
    search = _Search(question, members, rows)
    return search.run()


def candidates(question: Question, visit: str) -> Fits:
    """The gaps that are not ruled out for one member of a visit's team, cut to its windows."""
    state, keys = question.state, question.keys
    parts = []
    for table in question.tables:
        fits = table.fits(visit, question.able[visit])
        parts.append(_in_windows(question, visit, fits))
    fits = Fits.joined(parts)
    if any(lock.start_t is not None for lock in question.day.visits[visit].locks):
        ranges = [state.order_range(visit, key) for key in keys]
        low, high = np.array([a for a, _ in ranges]), np.array([b for _, b in ranges])
        fits = fits.rows((fits.position + fits.taken >= low[fits.ride]) & (fits.position <= high[fits.ride]))
    return fits


def _in_windows(question: Question, visit: str, fits: Fits) -> Fits:
    """Rows cut to the starts that windows and partners leave; a partner on the same route may still move."""
    state, keys = question.state, question.keys
    windows = question.windows.get(visit)
    near = {
        key
        for link in question.day.links_of.get(visit, ())
        for other in link.visits
        for key in state.keys_of.get(other, ())
    }
    apart = state.allowed_starts(visit, frozenset(), windows)
    if not near:
        return fits.within(apart)
    numbers = [number for number, key in enumerate(keys) if key in near]
    parts = [fits.rows(~np.isin(fits.ride, numbers)).within(apart)]
    for number in numbers:
        mine = fits.rows(fits.ride == number)
        parts.append(mine.within(state.allowed_starts(visit, frozenset((keys[number],)), windows)))
    return Fits.joined(parts)


def _loosened(question: Question, rows: Mapping[str, Fits]) -> dict[str, Fits]:
    """Rows for visits that may share a route: where a stop more could make a way shorter, every gap stays open."""
    day, state = question.day, question.state
    loose = []
    for number, key in enumerate(question.keys):
        able = [visit for visit in question.group if question.able[visit][number]]
        if len(able) > 1 and not _is_metric(day, state, key, able):
            loose.append(number)
    if not loose:
        return dict(rows)
    result = {}
    for visit, fits in rows.items():
        parts = [fits.rows(~np.isin(fits.ride, loose))]
        for number in loose:
            if question.able[visit][number]:
                parts.append(_in_windows(question, visit, _open_rows(question.tables, number)))
        result[visit] = Fits.joined(parts)
    return result


def _open_rows(tables: Iterable[GapTable], number: int) -> Fits:
    parts = []
    for table in tables:
        positions = table.columns["position"][table.columns["ride"] == number]
        ones = np.ones_like(positions)
        parts.append(Fits(ones * number, positions, ones * -INF, ones * INF, ones * table.taken, ones * 0))
    return Fits.joined(parts)


def _is_metric(day: Day, state: PlanState, key: Key, group: Sequence[str]) -> bool:
    """Whether going by a visit of the group never gets a caregiver anywhere sooner."""
    shift, mode = day.shifts[key], day.caregivers[key[0]].mode
    if mode not in day.travel.durations:
        return True
    names = {shift.start_location, *(day.place(stop) for stop in (*state.stops.get(key, ()), *group))}
    names |= {name for name in (shift.end_location, *(one.location for one in shift.breaks)) if name is not None}
    index = np.array([day.travel.index[name] for name in sorted(names)])
    pick = np.ix_(index, index)
    ways = np.where(day.travel.reachable[mode][pick], day.travel.durations[mode][pick], INF)
    at = {name: i for i, name in enumerate(sorted(names))}
    for visit in group:
        i = at[day.place(visit)]
        stay = 0 if shift.max_travel_t is not None else day.visits[visit].service_duration_t
        if np.any(ways[:, i][:, None] + stay + ways[i, :][None, :] < ways):
            return False
    return True


class _Search:
    """A depth-first search over the members of the group."""

    def __init__(
        self,
        question: Question,
        members: Sequence[tuple[str, frozenset[Key] | None]],
        rows: Mapping[str, Fits],
    ) -> None:
        self._question = question
        self._members = members
        self._rows = {visit: _sorted(question, visit, fits) for visit, fits in rows.items()}
        self._tried: set[tuple[tuple[str, Key, int, int], ...]] = set()
        self._is_cut = False

    def run(self) -> Found:
        for choices in self._choices(()):
            tried = tuple((one.visit, one.key, one.position, one.taken) for one in choices)
            if tried in self._tried:
                continue
            self._tried.add(tried)
            for found in self._timed(choices):
                return found
            if len(self._tried) >= self._question.max_trials:
                self._is_cut = True
                break
        return Found(None, self._question.state, not self._is_cut)

    def _choices(self, chosen: tuple[_Choice, ...]) -> Iterator[tuple[_Choice, ...]]:
        if len(chosen) == len(self._members):
            yield chosen
            return
        visit, shifts = self._members[len(chosen)]
        low, high = self._interval(visit, chosen)
        fits = self._rows[visit]
        keep = (np.maximum(fits.low, low) <= np.minimum(fits.high, high)) & self._crew_mask(visit, shifts, chosen, fits)
        for row in np.flatnonzero(keep):
            number = int(fits.ride[row])
            choice = _Choice(
                visit=visit,
                key=self._question.keys[number],
                position=int(fits.position[row]),
                taken=int(fits.taken[row]),
                low=max(low, int(fits.low[row])),
                high=min(high, int(fits.high[row])),
            )
            if _is_compatible(choice, chosen):
                yield from self._choices((*chosen, choice))
                if self._is_cut:
                    return

    def _interval(self, visit: str, chosen: Sequence[_Choice]) -> Interval:
        """Starts of a visit that the choices made so far leave to it."""
        low, high = -INF, INF
        for one in chosen:
            if one.visit == visit:
                low, high = max(low, one.low), min(high, one.high)
                continue
            for link in self._question.day.links_of.get(visit, ()):
                if one.visit not in link.visits:
                    continue
                for tie in self._question.day.ties_between(link, visit, one.visit):
                    if tie.after == visit:
                        low, high = max(low, one.low + tie.least), min(high, one.high + tie.most)
                    else:
                        low, high = max(low, one.low - tie.most), min(high, one.high - tie.least)
        return low, high

    def _crew_mask(self, visit: str, shifts: frozenset[Key] | None, chosen: Sequence[_Choice], fits: Fits) -> Bools:
        """Rows of caregivers who may be the next member of the team."""
        keys = self._question.keys
        mine = [one for one in chosen if one.visit == visit]
        taken = {one.key[0] for one in mine}
        named = {key[0] for other, keys_ in self._members if other == visit and keys_ for key in keys_}
        wanted, barred = self._linked_crews(visit, chosen)
        free = [one for one in mine if one.key[0] not in named]
        first = max((keys.index(one.key) for one in free), default=-1) if shifts is None else -1
        marks = np.array(
            [
                number >= first
                and (key in shifts if shifts is not None else key[0] not in named)
                and key[0] not in taken
                and key[0] not in barred
                and (wanted is None or key[0] in wanted)
                for number, key in enumerate(keys)
            ],
            dtype=bool,
        )
        result: Bools = marks[fits.ride]
        return result

    def _linked_crews(self, visit: str, chosen: Sequence[_Choice]) -> tuple[frozenset[str] | None, frozenset[str]]:
        """Caregivers whom links to visits of the group demand (``None``: anyone), and whom they bar."""
        wanted, barred = None, frozenset[str]()
        for link in self._question.day.links_of.get(visit, ()):
            team = frozenset(one.key[0] for one in chosen if one.visit != visit and one.visit in link.visits)
            if link.caregivers is LinkCaregivers.SAME and team:
                wanted = team if wanted is None else wanted & team
            elif link.caregivers is LinkCaregivers.DIFFERENT:
                barred |= team
        return wanted, barred

    def _timed(self, choices: Sequence[_Choice]) -> Iterator[Found]:
        """The placements of a full choice, in every order of visits that share a gap."""
        freed = tuple(sorted({stop for one in choices for stop in self._freed(one)}))
        state = self._question.state.without(freed) if freed else self._question.state
        spots = [self._spot(one, frozenset(freed)) for one in choices]
        for ordered in _orders(spots):
            placement = state.place(ordered, windows=self._question.windows)
            if placement is not None:
                yield Found(placement, state, True, freed)

    def _freed(self, choice: _Choice) -> Iterator[str]:
        state = self._question.state
        stops = state.stops.get(choice.key, ())[choice.position : choice.position + choice.taken]
        for stop in stops:
            yield from (name for name in state.day.companions(stop) if name in state.starts)

    def _spot(self, choice: _Choice, freed: frozenset[str]) -> Spot:
        ahead = self._question.state.stops.get(choice.key, ())[: choice.position]
        return Spot(choice.visit, choice.key, sum(1 for stop in ahead if stop not in freed))


def _sorted(question: Question, visit: str, fits: Fits) -> Fits:
    rank = fits.detour.astype(np.float64) if question.order is None else question.order(fits, visit)
    fits, rank = fits.rows(np.isfinite(rank)), rank[np.isfinite(rank)]
    return fits.rows(np.lexsort((fits.low, fits.position, fits.ride, rank)))


def _is_compatible(choice: _Choice, chosen: Sequence[_Choice]) -> bool:
    """Two choices on one route must not take off stops that the other stands beside."""
    return all(not (one.key == choice.key and (one.taken or choice.taken)) for one in chosen)


def _orders(spots: Sequence[Spot]) -> Iterator[list[Spot]]:
    """The spots in every order of those that share a gap."""
    shared: dict[tuple[Key, int], list[Spot]] = {}
    for spot in spots:
        shared.setdefault((spot.key, spot.position), []).append(spot)
    for orders in product(*(permutations(each) for each in shared.values())):
        yield [spot for each in orders for spot in each]
