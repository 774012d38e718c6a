"""Rules between the members of a team and between the visits of a link."""

from __future__ import annotations

from itertools import combinations, pairwise

from optimizer.visits.model import Link, LinkCaregivers, LinkKind
from optimizer.visits.referee.case import Case, Task
from optimizer.visits.referee.violations import ViolationLog, Where

__all__ = ["check_link", "check_team"]


def check_team(tasks: tuple[Task, ...], log: ViolationLog) -> None:
    """A planned visit has its full team, of different caregivers, who start at the same moment."""
    visit = tasks[0].visit
    if len(tasks) != visit.team_size:
        amount = abs(len(tasks) - visit.team_size)
        log.add("team_count", Where(visit=visit.id), amount_t=amount, wanted=visit.team_size, found=len(tasks))
        return
    names = [task.caregiver_id for task in tasks]
    for name in sorted({name for name in names if names.count(name) > 1}):
        log.add("team_caregivers", Where(visit=visit.id, caregiver=name))
    first_t = min(task.start_t for task in tasks)
    for task in tasks:
        if task.start_t > first_t:
            where = Where(visit=visit.id, caregiver=task.caregiver_id, shift=task.shift_id)
            log.add("team_start", where, amount_t=task.start_t - first_t)


def check_link(case: Case, link: Link, log: ViolationLog) -> None:
    """The link's rules of time, of who does it, and of all or nothing."""
    planned = [name for name in link.visits if name in case.tasks]
    if link.all_or_nothing and planned:
        for name in link.visits:
            if name not in case.tasks:
                log.add("link_all_or_nothing", Where(visit=name), link=link.id)
    if link.kind is LinkKind.SIMULTANEOUS:
        _check_simultaneous(case, link, planned, log)
    else:
        _check_gaps(case, link, log)
    if link.caregivers is LinkCaregivers.SAME:
        _check_same(case, link, planned, log)
    elif link.caregivers is LinkCaregivers.DIFFERENT:
        _check_different(case, link, planned, log)


def _check_simultaneous(case: Case, link: Link, planned: list[str], log: ViolationLog) -> None:
    for name in planned[1:]:
        apart_t = abs((case.start_t(name) or 0) - (case.start_t(planned[0]) or 0))
        if apart_t > 0:
            log.add("link_simultaneous", Where(visit=name), amount_t=apart_t, link=link.id, other=planned[0])


def _check_gaps(case: Case, link: Link, log: ViolationLog) -> None:
    """Only neighbours in the sequence that are both planned bind each other."""
    for before, after in pairwise(link.visits):
        before_t, after_t = case.start_t(before), case.start_t(after)
        if before_t is None or after_t is None:
            continue
        gap_t = after_t - before_t
        if gap_t < link.min_gap_t:
            log.add("link_min_gap", Where(visit=after), amount_t=link.min_gap_t - gap_t, link=link.id, other=before)
        if link.max_gap_t is not None and gap_t > link.max_gap_t:
            log.add("link_max_gap", Where(visit=after), amount_t=gap_t - link.max_gap_t, link=link.id, other=before)


def _check_same(case: Case, link: Link, planned: list[str], log: ViolationLog) -> None:
    for name in planned[1:]:
        if case.team(name) != case.team(planned[0]):
            log.add("link_same_caregiver", Where(visit=name), link=link.id, other=planned[0])


def _check_different(case: Case, link: Link, planned: list[str], log: ViolationLog) -> None:
    for before, after in combinations(planned, 2):
        team = case.team(before)
        for name in case.team(after):
            if name in team:
                log.add("link_different_caregivers", Where(visit=after, caregiver=name), link=link.id, other=before)
