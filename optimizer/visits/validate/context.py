"""What the rules look things up in: the problem by id, computed once and never changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from optimizer.travel.matrix import MAX_DURATION, TravelMatrix
from optimizer.visits.model import (
    Caregiver,
    CaregiverStatus,
    Client,
    Link,
    LinkKind,
    Location,
    LockLevel,
    Problem,
    Shift,
    TimeWindow,
    Visit,
)
from optimizer.visits.validate.staffing import Hindrance, Staffing, staffing_of

__all__ = ["DAY_S", "Context"]

DAY_S = 86_400
"""Seconds in a day."""


@dataclass(frozen=True)
class Context:
    """A problem, its travel matrix (``None``: not known yet) and the look-ups that rules share.

    Where an id occurs twice the last one counts; the repetition is a finding of its own. Objects that a rule cannot
    judge because something more basic is wrong with them are passed over, so that one mistake is one finding.
    """

    problem: Problem
    travel: TravelMatrix | None

    @cached_property
    def locations(self) -> Mapping[str, Location]:
        """Places by id."""
        return {location.id: location for location in self.problem.locations}

    @cached_property
    def clients(self) -> Mapping[str, Client]:
        """Clients by id."""
        return {client.id: client for client in self.problem.clients}

    @cached_property
    def visits(self) -> Mapping[str, Visit]:
        """Visits by id."""
        return {visit.id: visit for visit in self.problem.visits}

    @cached_property
    def visit_places(self) -> Mapping[str, str]:
        """Where each visit stands: ``visits[17]``."""
        return {visit.id: f"visits[{i}]" for i, visit in enumerate(self.problem.visits)}

    @cached_property
    def caregivers(self) -> Mapping[str, Caregiver]:
        """Caregivers by id, whether on duty or not."""
        return {caregiver.id: caregiver for caregiver in self.problem.caregivers}

    @cached_property
    def on_duty(self) -> tuple[Caregiver, ...]:
        """Caregivers who are planned, in the order of the input."""
        return tuple(one for one in self.problem.caregivers if one.status is CaregiverStatus.ON_DUTY)

    @cached_property
    def sound_visits(self) -> tuple[tuple[int, Visit], ...]:
        """Visits whose own data are in order, with their position in the input."""
        return tuple((i, visit) for i, visit in enumerate(self.problem.visits) if self._is_sound(visit))

    @cached_property
    def sound_links(self) -> tuple[tuple[int, Link], ...]:
        """Links whose own data are in order, with their position in the input."""
        return tuple((i, link) for i, link in enumerate(self.problem.links) if self._is_sound_link(link))

    @cached_property
    def usable_travel(self) -> TravelMatrix | None:
        """The travel matrix, if it has every place, and every mode of those on duty."""
        if self.travel is None or self.unknown_to_travel or self.unknown_modes:
            return None
        return self.travel

    @cached_property
    def without_coordinates(self) -> tuple[str, ...]:
        """Places without latitude and longitude, in the order of the input."""
        return tuple(one.id for one in self.problem.locations if one.lat is None and one.lon is None)

    @cached_property
    def unknown_to_travel(self) -> tuple[str, ...]:
        """Places that the travel matrix has not."""
        if self.travel is None:
            return ()
        return tuple(one.id for one in self.problem.locations if one.id not in self.travel.index)

    @cached_property
    def unknown_modes(self) -> tuple[str, ...]:
        """Modes of those on duty that the travel matrix has not, sorted."""
        if self.travel is None:
            return ()
        return tuple(sorted({one.mode for one in self.on_duty if one.shifts} - self.travel.durations.keys()))

    @cached_property
    def staffing(self) -> Staffing:
        """Who can do which visit, and what stands in the way where nobody can."""
        return staffing_of(self.problem, [visit for _, visit in self.sound_visits], self.usable_travel)

    @cached_property
    def hindrances(self) -> Mapping[str, Hindrance]:
        """The first thing that stands in the way of each visit that nobody can do, by id of the visit."""
        return {one.visit: one for one in self.staffing.hindrances}

    def place_of(self, visit: Visit) -> str | None:
        """Id of the place of the visit, ``None`` where the place or the client is not known."""
        if visit.location is not None:
            return visit.location if visit.location in self.locations else None
        client = self.clients.get(visit.client)
        return client.location if client is not None and client.location in self.locations else None

    def shift_of(self, caregiver: str, shift: str) -> Shift | None:
        """The shift of a caregiver, ``None`` where either is not known."""
        person = self.caregivers.get(caregiver)
        return next((one for one in person.shifts if one.id == shift), None) if person is not None else None

    def shifts(self) -> Iterator[tuple[str, Caregiver, Shift]]:
        """All shifts with their place: ``caregivers[3].shifts[0]``."""
        for i, caregiver in enumerate(self.problem.caregivers):
            for j, shift in enumerate(caregiver.shifts):
                yield f"caregivers[{i}].shifts[{j}]", caregiver, shift

    def start_bounds_t(self, visit: Visit) -> tuple[int, int | None]:
        """Earliest and latest start that the windows, or a lock of the start, allow."""
        locked = [lock.start_t for lock in visit.locks if lock.level is LockLevel.TIME and lock.start_t is not None]
        if locked:
            return locked[0], locked[0]
        if not visit.windows:
            return 0, None
        ends = [window.latest_t for window in visit.windows]
        known = [end for end in ends if end is not None]
        return min(w.earliest_t for w in visit.windows), max(known) if len(known) == len(ends) else None

    def clock(self, ticks: int) -> str:
        """``09:05``, ``09:05:30`` where there are seconds, ``+1 01:20`` for the next day."""
        day, second = divmod(ticks // self._ticks_per_s, DAY_S)
        text = f"{second // 3600:02d}:{second % 3600 // 60:02d}"
        text += f":{second % 60:02d}" if second % 60 else ""
        return f"{day:+d} {text}" if day else text

    def minutes(self, ticks: int) -> str:
        """Minutes with at most one decimal."""
        return f"{ticks / self._ticks_per_s / 60:.1f}".removesuffix(".0")

    def span(self, window: TimeWindow) -> str:
        """``09:00–10:30``, ``09:00–`` where it has no end."""
        end = self.clock(window.latest_t) if window.latest_t is not None else ""
        return f"{self.clock(window.earliest_t)}–{end}"

    @property
    def _ticks_per_s(self) -> int:
        return max(1, self.problem.ticks_per_s)

    def _is_sound(self, visit: Visit) -> bool:
        return (
            visit.client in self.clients
            and self.place_of(visit) is not None
            and 0 <= visit.service_duration_t <= MAX_DURATION
            and visit.team_size >= 1
            and all(
                window.earliest_t <= (MAX_DURATION if window.latest_t is None else window.latest_t) <= MAX_DURATION
                for window in visit.windows
            )
        )

    def _is_sound_link(self, link: Link) -> bool:
        return (
            len(link.visits) == len(set(link.visits)) >= 2
            and all(name in self.visits for name in link.visits)
            and (
                link.kind is LinkKind.SIMULTANEOUS
                or (link.min_gap_t >= 0 and (link.max_gap_t is None or link.min_gap_t <= link.max_gap_t))
            )
        )
