"""Which rules keep a caregiver from a visit, apart from time and travel, and what would lift each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from optimizer.visits.explain.day import Day
from optimizer.visits.explain.state import Key, PlanState
from optimizer.visits.model import Caregiver, CaregiverStatus, LinkCaregivers, SkillRequirement, Visit
from optimizer.visits.plan import ChangeKind

__all__ = ["Obstacle", "Step", "fixed_members", "obstacles", "team_locks"]


@dataclass(frozen=True, slots=True)
class Step:
    """One change without its words: the kind and its values."""

    kind: ChangeKind
    values: tuple[tuple[str, Any], ...]

    @classmethod
    def of(cls, kind: ChangeKind, **values: Any) -> Step:
        """A step of named values."""
        return cls(kind, tuple(values.items()))

    @property
    def named(self) -> dict[str, Any]:
        """The values by name."""
        return dict(self.values)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A rule (its ``code``) that keeps a caregiver from a visit, and the steps that lift it (``None``: none does)."""

    code: str
    steps: tuple[Step, ...] | None


def obstacles(state: PlanState, visit: str, caregiver: str) -> tuple[Obstacle, ...]:
    """Every rule that keeps a caregiver from a visit in a plan, none if only time and travel decide."""
    day = state.day
    one, who = day.visits[visit], day.caregivers[caregiver]
    return (
        *_duty(who),
        *_skills(day, one, who),
        *_client(day, one, who),
        *_provider(day, one, who),
        *_required(one, who),
        *_partners(state, one, who),
    )


def team_locks(day: Day, visit: str) -> tuple[tuple[str, str | None], ...]:
    """Caregivers (and shifts, where given) that locks and the frozen past fix for members of the team."""
    fixed = {stop.caregiver: stop.shift for stop in day.frozen_by_visit.get(visit, ())}
    locked: dict[str, str | None] = {**{lock.caregiver: lock.shift for lock in day.visits[visit].locks}, **fixed}
    return tuple(sorted(locked.items()))


def fixed_members(day: Day, visit: str, keys: tuple[Key, ...]) -> tuple[frozenset[Key] | None, ...]:
    """For each member of the team the shifts that it is fixed to, ``None`` for a free member; fixed ones first."""
    size = day.visits[visit].team_size
    fixed: list[frozenset[Key] | None] = [
        frozenset(key for key in keys if key[0] == caregiver and shift in (None, key[1]))
        for caregiver, shift in team_locks(day, visit)
    ]
    return tuple([*fixed, *[None] * (size - len(fixed))])


def _duty(who: Caregiver) -> Iterator[Obstacle]:
    if who.status is not CaregiverStatus.ON_DUTY:
        yield Obstacle("off_duty", (Step.of(ChangeKind.CALL_IN, caregiver=who.id),))


def _skills(day: Day, visit: Visit, who: Caregiver) -> Iterator[Obstacle]:
    lacking = [need for need in visit.skills if not _has(day, who, need)]
    if lacking:
        yield Obstacle(
            "skill",
            tuple(
                Step.of(ChangeKind.GIVE_SKILL, caregiver=who.id, skill=need.skill, level=need.level)
                for need in sorted(lacking, key=lambda need: (need.skill, need.level))
            ),
        )


def _has(day: Day, who: Caregiver, need: SkillRequirement) -> bool:
    return any(
        skill.skill == need.skill
        and skill.level >= need.level
        and (skill.expires is None or skill.expires >= day.problem.date)
        for skill in who.skills
    )


def _client(day: Day, visit: Visit, who: Caregiver) -> Iterator[Obstacle]:
    client = day.clients[visit.client]
    checks = (
        ("gender", client.gender is not None and who.gender != client.gender),
        ("dialect", client.dialect is not None and client.dialect not in who.dialects),
        ("forbidden", who.id in client.forbidden),
    )
    for rule, is_broken in checks:
        if is_broken:
            yield Obstacle(rule, (_allow(visit, who, rule),))


def _allow(visit: Visit, who: Caregiver, rule: str) -> Step:
    return Step.of(ChangeKind.ALLOW_CAREGIVER, visit=visit.id, client=visit.client, caregiver=who.id, rule=rule)


def _provider(day: Day, visit: Visit, who: Caregiver) -> Iterator[Obstacle]:
    if visit.provider is None or visit.provider == who.provider:
        return
    if who.provider is None:
        yield Obstacle("provider", (_allow(visit, who, "provider"),))
        return
    lent = {one.skill for one in day.problem.sharing if (one.lender, one.borrower) == (who.provider, visit.provider)}
    needed = sorted({need.skill for need in visit.skills}) or ["*"]
    missing = [skill for skill in needed if skill not in lent]
    if "*" in lent or not missing:
        return
    yield Obstacle(
        "provider",
        tuple(
            Step.of(ChangeKind.SHARE_PROVIDER, skill=skill, lender=who.provider, borrower=visit.provider)
            for skill in missing
        ),
    )


def _required(visit: Visit, who: Caregiver) -> Iterator[Obstacle]:
    if visit.required_caregivers and who.id not in visit.required_caregivers:
        yield Obstacle("required", (_allow(visit, who, "required"),))


def _partners(state: PlanState, visit: Visit, who: Caregiver) -> Iterator[Obstacle]:
    """Links that want the same or other caregivers than those who do the visit's planned partners."""
    for link in state.day.links_of.get(visit.id, ()):
        for other in link.visits:
            if other == visit.id or other not in state.starts:
                continue
            team = {key[0] for key in state.keys_of[other]}
            if link.caregivers is LinkCaregivers.DIFFERENT and who.id in team:
                yield Obstacle("partner", None)
                return
            if link.caregivers is LinkCaregivers.SAME and who.id not in team:
                yield Obstacle("partner", None)
                return
