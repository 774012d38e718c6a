"""The problem and the plan side by side, everything found by its id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from optimizer.visits.model import Caregiver, CaregiverStatus, Client, Problem, Shift, Visit
from optimizer.visits.plan import Plan

__all__ = ["Case", "Task", "open_case"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """One member's share of a planned visit. ``caregiver`` is ``None`` where the plan names nobody we know."""

    visit: Visit
    client: Client | None
    caregiver_id: str
    caregiver: Caregiver | None
    shift_id: str
    position: int
    start_t: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """What is judged.

    Attributes
    ----------
    tasks
        The tasks of each planned visit that the problem knows, in the order of the plan's routes.
    lent
        The skills (or ``*``) that a provider lends to another, by (lender, borrower).
    """

    problem: Problem
    plan: Plan
    visits: Mapping[str, Visit]
    clients: Mapping[str, Client]
    caregivers: Mapping[str, Caregiver]
    shifts: Mapping[tuple[str, str], Shift]
    tasks: Mapping[str, tuple[Task, ...]]
    lent: Mapping[tuple[str, str], frozenset[str]]

    @property
    def on_duty(self) -> list[Caregiver]:
        """The caregivers who are planned, sorted by id."""
        crew = (one for one in self.caregivers.values() if one.status is CaregiverStatus.ON_DUTY)
        return sorted(crew, key=lambda one: one.id)

    def start_t(self, visit: str) -> int | None:
        """When a planned visit starts (the earliest of its team), ``None`` if it is left out."""
        tasks = self.tasks.get(visit)
        return min(task.start_t for task in tasks) if tasks else None

    def team(self, visit: str) -> list[str]:
        """Ids of the caregivers who are planned for a visit, sorted, each once."""
        return sorted({task.caregiver_id for task in self.tasks.get(visit, ())})

    def place(self, visit: Visit) -> str:
        """Id of the place where the visit is; empty if its client is unknown and no place is given."""
        if visit.location is not None:
            return visit.location
        client = self.clients.get(visit.client)
        return client.location if client is not None else ""


def open_case(problem: Problem, plan: Plan) -> Case:
    """Put a problem and a plan side by side."""
    visits = {visit.id: visit for visit in problem.visits}
    clients = {client.id: client for client in problem.clients}
    caregivers = {caregiver.id: caregiver for caregiver in problem.caregivers}
    tasks: dict[str, list[Task]] = {}
    for route in plan.routes:
        caregiver = caregivers.get(route.caregiver)
        for position, stop in enumerate(route.stops):
            visit = visits.get(stop.visit)
            if visit is None:
                continue
            task = Task(
                visit=visit,
                client=clients.get(visit.client),
                caregiver_id=route.caregiver,
                caregiver=caregiver,
                shift_id=route.shift,
                position=position,
                start_t=stop.start_t,
            )
            tasks.setdefault(visit.id, []).append(task)
    return Case(
        problem=problem,
        plan=plan,
        visits=visits,
        clients=clients,
        caregivers=caregivers,
        shifts={(one.id, shift.id): shift for one in problem.caregivers for shift in one.shifts},
        tasks={visit: tuple(each) for visit, each in tasks.items()},
        lent=_lent(problem),
    )


def _lent(problem: Problem) -> Mapping[tuple[str, str], frozenset[str]]:
    lent: dict[tuple[str, str], set[str]] = {}
    for sharing in problem.sharing:
        lent.setdefault((sharing.lender, sharing.borrower), set()).add(sharing.skill)
    return {pair: frozenset(skills) for pair, skills in lent.items()}
