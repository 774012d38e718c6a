"""Rules between one visit and one caregiver: window, skills, gender, dialect, provider, who may and who may not."""

from __future__ import annotations

from typing import Any

from optimizer.visits.model import Caregiver, Client, Problem, SkillRequirement, Visit
from optimizer.visits.referee.case import Case, Task
from optimizer.visits.referee.violations import ViolationLog, Where

__all__ = ["check_eligibility", "check_window"]


def check_window(task: Task, log: ViolationLog) -> None:
    """The start lies in one of the visit's windows; without windows any time will do."""
    outside_t = [
        max(window.earliest_t - task.start_t, 0 if window.latest_t is None else task.start_t - window.latest_t, 0)
        for window in task.visit.windows
    ]
    if min(outside_t, default=0) > 0:
        log.add("time_window", _where(task), amount_t=min(outside_t), start_t=task.start_t)


def check_eligibility(case: Case, task: Task, log: ViolationLog) -> None:
    """Everything but time that decides whether this caregiver may do this visit."""
    if task.caregiver is None:
        return
    for requirement in task.visit.skills:
        _check_skill(case.problem, task, task.caregiver, requirement, log)
    if task.client is not None:
        _check_client(task, task.caregiver, task.client, log)
    required = task.visit.required_caregivers
    if required and task.caregiver_id not in required:
        log.add("required_caregiver", _where(task))
    if not _provider_allows(case, task.visit, task.caregiver):
        log.add("provider", _where(task), wanted=task.visit.provider)


def _where(task: Task) -> Where:
    return Where(visit=task.visit.id, caregiver=task.caregiver_id, shift=task.shift_id)


def _check_skill(
    problem: Problem, task: Task, caregiver: Caregiver, requirement: SkillRequirement, log: ViolationLog
) -> None:
    held = [skill for skill in caregiver.skills if skill.skill == requirement.skill]
    valid = [skill for skill in held if skill.expires is None or skill.expires >= problem.date]
    if any(skill.level >= requirement.level for skill in valid):
        return
    words: dict[str, Any] = {"skill": requirement.skill, "level": requirement.level}
    expired_on = [skill.expires for skill in held if skill.expires is not None and skill.level >= requirement.level]
    if expired_on:
        log.add("skill_expired", _where(task), amount_t=(problem.date - max(expired_on)).days, **words)
    elif valid:
        best = max(skill.level for skill in valid)
        log.add("skill_level", _where(task), amount_t=requirement.level - best, **words)
    else:
        log.add("skill_missing", _where(task), **words)


def _check_client(task: Task, caregiver: Caregiver, client: Client, log: ViolationLog) -> None:
    if client.gender is not None and caregiver.gender != client.gender:
        log.add("gender", _where(task), wanted=client.gender)
    if client.dialect is not None and client.dialect not in caregiver.dialects:
        log.add("dialect", _where(task), wanted=client.dialect)
    if task.caregiver_id in client.forbidden:
        log.add("forbidden_caregiver", _where(task))


def _provider_allows(case: Case, visit: Visit, caregiver: Caregiver) -> bool:
    """Same provider, or every skill that the visit needs is lent (a visit that needs none: lent as ``*``)."""
    if visit.provider is None or visit.provider == caregiver.provider:
        return True
    if caregiver.provider is None:
        return False
    lent = case.lent.get((caregiver.provider, visit.provider), frozenset())
    if "*" in lent:
        return True
    return bool(visit.skills) and all(requirement.skill in lent for requirement in visit.skills)
