"""Put a visit, with its whole team and all that stands or falls with it, into the routes of a plan.

The search goes over one member of a team after the other and over the gaps that :mod:`.gaps` has not ruled out, keeps
for every visit the interval of starts that is still common to all its members and its links, and has every full choice
timed exactly. It ends with a placement or, if it was not cut short, with the proof that there is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations, product

import numpy as np

from optimizer.visits.explain.candidates import Question, candidates, loosened
from optimizer.visits.explain.day import INF, Interval
from optimizer.visits.explain.fits import Bools, Fits
from optimizer.visits.explain.obstacles import fixed_members
from optimizer.visits.explain.route_timing import TooManyLayoutsError
from optimizer.visits.explain.state import Key, Placement, PlanState, Spot
from optimizer.visits.model import LinkCaregivers

__all__ = ["Found", "find_placement"]


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
        rows = loosened(question, rows)
    members.sort(key=lambda member: (rows[member[0]].low.size, member[0], member[1] is None))
    search = _Search(question, members, rows)
    return search.run()


MAX_NODES = 20_000
"""Partial choices that are looked at before a search is given up without a proof."""


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
        many = len(members) > 2
        self._rows = {visit: _sorted(question, visit, _hulls(fits) if many else fits) for visit, fits in rows.items()}
        self._nodes = 0
        self._tried: set[tuple[tuple[str, Key, int, int], ...]] = set()
        self._is_cut = self._is_unsure = False

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
        return Found(None, self._question.state, not (self._is_cut or self._is_unsure))

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
            self._nodes += 1
            self._is_cut = self._is_cut or self._nodes > MAX_NODES
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
            placement = self._placed(state, ordered)
            if placement is not None:
                yield Found(placement, state, True, freed)

    def _placed(self, state: PlanState, spots: Sequence[Spot]) -> Placement | None:
        table = self._question.tables[0]
        try:
            return state.place(spots, windows=self._question.windows, lifted=table.lifted, slack_t=table.slack_t)
        except TooManyLayoutsError:
            self._is_unsure = True
            return None

    def _freed(self, choice: _Choice) -> Iterator[str]:
        state = self._question.state
        stops = state.stops.get(choice.key, ())[choice.position : choice.position + choice.taken]
        for stop in stops:
            yield from (name for name in state.day.companions(stop) if name in state.starts)

    def _spot(self, choice: _Choice, freed: frozenset[str]) -> Spot:
        ahead = self._question.state.stops.get(choice.key, ())[: choice.position]
        return Spot(choice.visit, choice.key, sum(1 for stop in ahead if stop not in freed))


def _hulls(fits: Fits) -> Fits:
    """One row for each gap, from its earliest start to its latest: fewer rows for searches over many members."""
    gaps = np.stack((fits.ride, fits.position, fits.taken), axis=1)
    _, first, number = np.unique(gaps, axis=0, return_index=True, return_inverse=True)
    hull = fits.rows(first)
    low, high = hull.low.copy(), hull.high.copy()
    np.minimum.at(low, number.reshape(-1), fits.low)
    np.maximum.at(high, number.reshape(-1), fits.high)
    return Fits(hull.ride, hull.position, low, high, hull.taken, hull.detour)


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
