"""Days that every contender can express: what is left of a day without the rules that only some of them know."""

from __future__ import annotations

from dataclasses import replace

from optimizer.visits.model import Caregiver, Client, Problem, Visit
from optimizer.visits.objective import Objective

__all__ = ["PLAIN", "plain_day"]

PLAIN = Objective(name="plain", travel=1.0, left_out=1.0)
"""Travel and the price of what is left out; mandatory visits left out are counted before it, as always."""


def plain_day(problem: Problem, *, breaks: bool) -> Problem:
    """The same day with skills, hard windows, shifts and prices only.

    A visit by a team becomes as many independent visits; links, providers, gender, dialect, preferences, history, soft
    ends and locks are dropped; of several windows the first is kept.

    Parameters
    ----------
    breaks
        Whether lunch stays: not every contender knows breaks, and without them a day is considerably easier.
    """
    return replace(
        problem,
        name=f"{problem.name} (plain)",
        clients=tuple(Client(id=client.id, location=client.location) for client in problem.clients),
        visits=tuple(sorted((one for visit in problem.visits for one in _split(problem, visit)), key=lambda v: v.id)),
        links=(),
        caregivers=tuple(_bare(caregiver, breaks) for caregiver in problem.caregivers),
        sharing=(),
        published=(),
        frozen_before_t=None,
    )


def _split(problem: Problem, visit: Visit) -> list[Visit]:
    names = [visit.id, *(f"{visit.id}-{member}" for member in range(2, visit.team_size + 1))]
    return [
        Visit(
            id=name,
            client=visit.client,
            location=visit.location,
            service=visit.service,
            service_duration_t=visit.service_duration_t,
            windows=tuple(replace(window, due_t=None) for window in visit.windows[:1]),
            skills=visit.skills,
            mandatory=problem.is_mandatory(visit),
            priority=visit.priority,
            load=visit.load,
        )
        for name in names
    ]


def _bare(caregiver: Caregiver, breaks: bool) -> Caregiver:
    shifts = caregiver.shifts if breaks else tuple(replace(shift, breaks=()) for shift in caregiver.shifts)
    return Caregiver(
        id=caregiver.id, shifts=shifts, skills=caregiver.skills, mode=caregiver.mode, status=caregiver.status
    )
