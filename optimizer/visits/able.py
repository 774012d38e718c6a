"""Which caregiver may do which visit, apart from time and travel; used by the engines only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from optimizer.visits.model import Caregiver, Problem, SkillRequirement, Visit

__all__ = ["able_caregivers"]


def able_caregivers(problem: Problem, visits: Sequence[Visit], caregivers: Sequence[Caregiver]) -> NDArray[np.bool_]:
    """``(V, C)`` bool: skills, gender, dialect, provider, required and forbidden caregivers allow it.

    Visits that ask for the same things share one row, so a city's day costs some hundred rows, not some thousand.
    """
    clients = {client.id: client for client in problem.clients}
    lends = {(sharing.lender, sharing.borrower, sharing.skill) for sharing in problem.sharing}
    number = {caregiver.id: c for c, caregiver in enumerate(caregivers)}
    skills = [_valid_skills(caregiver, problem.date) for caregiver in caregivers]
    rows: dict[tuple[object, ...], NDArray[np.bool_]] = {}
    able = np.zeros((len(visits), len(caregivers)), dtype=bool)
    for v, visit in enumerate(visits):
        client = clients[visit.client]
        needs = tuple(sorted(visit.skills, key=lambda need: (need.skill, need.level)))
        demand = (needs, client.gender, client.dialect, visit.provider)
        if demand not in rows:
            rows[demand] = np.fromiter(
                (
                    _is_qualified(skills[c], needs)
                    and client.gender in (None, caregiver.gender)
                    and (client.dialect is None or client.dialect in caregiver.dialects)
                    and _provider_allows(visit.provider, caregiver.provider, needs, lends)
                    for c, caregiver in enumerate(caregivers)
                ),
                dtype=bool,
                count=len(caregivers),
            )
        able[v] = rows[demand]
        able[v, [number[name] for name in client.forbidden if name in number]] = False
        if visit.required_caregivers:
            allowed = np.zeros(len(caregivers), dtype=bool)
            allowed[[number[name] for name in visit.required_caregivers if name in number]] = True
            able[v] &= allowed
    return able


def _valid_skills(caregiver: Caregiver, day: date) -> dict[str, int]:
    """Highest valid level by skill."""
    levels: dict[str, int] = {}
    for skill in caregiver.skills:
        if skill.expires is None or day <= skill.expires:
            levels[skill.skill] = max(skill.level, levels.get(skill.skill, skill.level))
    return levels


def _is_qualified(levels: dict[str, int], needs: Sequence[SkillRequirement]) -> bool:
    return all(need.skill in levels and levels[need.skill] >= need.level for need in needs)


def _provider_allows(
    wanted: str | None, own: str | None, needs: Sequence[SkillRequirement], lends: set[tuple[str, str, str]]
) -> bool:
    """Same provider, or every skill that the visit needs is lent (a visit without skills: lent as ``*``)."""
    if wanted is None or wanted == own:
        return True
    if own is None:
        return False
    if (own, wanted, "*") in lends:
        return True
    return bool(needs) and all((own, wanted, need.skill) in lends for need in needs)
