"""Rules about visits for which nobody on duty is able (V080–V086). The run goes on without them."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.common.errors import Severity
from optimizer.common.language import Text
from optimizer.visits.model import SkillRequirement
from optimizer.visits.validate.context import Context
from optimizer.visits.validate.hindered import hindered
from optimizer.visits.validate.rule import Observation, rule, seen
from optimizer.visits.validate.staffing import Step

__all__ = ["RULES"]


@rule(
    "V080",
    Severity.WARNING,
    title=Text("当日在岗的人都没有所需技能", "a skill that nobody on duty has"),
    action=Text(
        "安排有该技能的护理员到岗，或更正技能、等级、到期日",
        "bring in somebody who has it, or correct skill, level or expiry",
    ),
)
def v080_nobody_has_skill(context: Context) -> Iterator[Observation]:
    """Nobody on duty has the skill, at the level, valid on the day."""
    for where, visit, _ in hindered(context, Step.SKILL):
        for k, need in enumerate(visit.skills):
            if not any(_has(context, caregiver.id, need) for caregiver in context.on_duty):
                zh, en = _who_has(context, need)
                yield seen(
                    f"{where}.skills[{k}]",
                    f"无人具备 {need.skill} {need.level} 级或以上（{zh}），不会被安排",
                    f"nobody has {need.skill} at level {need.level} or above ({en}), it will be left out",
                    visit.id,
                )


@rule(
    "V081",
    Severity.WARNING,
    title=Text("没有所要求性别的护理员在岗", "nobody of the gender asked for is on duty"),
    action=Text(
        "安排该性别的护理员到岗，或与服务对象商量放宽要求", "bring in somebody, or ask the client to do without"
    ),
)
def v081_gender(context: Context) -> Iterator[Observation]:
    """The client's wish of gender is met by nobody on duty."""
    for where, visit, _ in hindered(context, Step.GENDER):
        gender = context.clients[visit.client].gender
        yield seen(
            where,
            f"服务对象要求性别 {gender}，在岗无人符合，不会被安排",
            f"the client asks for gender {gender}, nobody on duty is, it will be left out",
            visit.id,
        )


@rule(
    "V082",
    Severity.WARNING,
    title=Text("没有会所要求方言的护理员在岗", "nobody who speaks the dialect is on duty"),
    action=Text(
        "安排会该方言的护理员到岗，或与服务对象商量放宽要求", "bring in somebody, or ask the client to do without"
    ),
)
def v082_dialect(context: Context) -> Iterator[Observation]:
    """The client's dialect is spoken by nobody on duty."""
    for where, visit, _ in hindered(context, Step.DIALECT):
        dialect = context.clients[visit.client].dialect
        yield seen(
            where,
            f"服务对象要求方言 {dialect}，在岗无人会说，不会被安排",
            f"the client asks for the dialect {dialect}, nobody on duty speaks it, it will be left out",
            visit.id,
        )


@rule(
    "V083",
    Severity.WARNING,
    title=Text("所属机构无人在岗", "the visit's provider has nobody on duty"),
    action=Text(
        "更正所属机构，或在共享表中借用其他机构的人",
        "correct the provider, or let another one lend in the sheet of sharing",
    ),
)
def v083_provider(context: Context) -> Iterator[Observation]:
    """Nobody on duty belongs to the provider, and nobody is lent to it."""
    for where, visit, _ in hindered(context, Step.PROVIDER):
        yield seen(
            f"{where}.provider",
            f"{visit.provider} 无人在岗，也没有借用，不会被安排",
            f"{visit.provider} has nobody on duty and borrows nobody, it will be left out",
            visit.id,
        )


@rule(
    "V084",
    Severity.WARNING,
    title=Text("指定的护理员不在岗", "the required caregivers are not on duty"),
    action=Text("改为指定在岗的护理员，或取消指定", "require somebody who is on duty, or nobody"),
)
def v084_required_off_duty(context: Context) -> Iterator[Observation]:
    """None of those required is on duty."""
    for where, visit, _ in hindered(context, Step.REQUIRED):
        names = ", ".join(visit.required_caregivers)
        yield seen(
            f"{where}.required_caregivers",
            f"指定的 {names} 今日不在岗，不会被安排",
            f"{names}: required but not on duty, it will be left out",
            visit.id,
        )


@rule(
    "V085",
    Severity.WARNING,
    title=Text("没有人同时满足各项要求", "nobody meets all demands together"),
    action=Text(
        "放宽其中一项要求（技能、性别、方言、机构、指定或禁止）",
        "relax one: skills, gender, dialect, provider, required, forbidden",
    ),
)
def v085_demands_together(context: Context) -> Iterator[Observation]:
    """Each demand is met by somebody on duty, but all of them by nobody."""
    for where, visit, hindrance in hindered(context, Step.TOGETHER):
        yield seen(
            where,
            f"在岗 {hindrance.before} 人，无人同时满足全部要求，不会被安排",
            f"none of {hindrance.before} on duty meets all its demands, it will be left out",
            visit.id,
        )


@rule(
    "V086",
    Severity.WARNING,
    title=Text("符合要求的人数不够", "fewer able caregivers than the team needs"),
    action=Text("安排更多符合要求的人到岗，或减少人数", "bring in more who are able, or ask for a smaller team"),
)
def v086_team_too_large(context: Context) -> Iterator[Observation]:
    """Some on duty are able, but not as many as needed at once."""
    for where, visit, hindrance in hindered(context, Step.TEAM):
        yield seen(
            f"{where}.team_size",
            f"需要 {visit.team_size} 人，在岗符合要求的只有 {hindrance.left} 人，不会被安排",
            f"it needs {visit.team_size}, only {hindrance.left} on duty are able, it will be left out",
            visit.id,
        )


def _has(context: Context, caregiver: str, need: SkillRequirement) -> bool:
    return any(
        skill.skill == need.skill
        and skill.level >= need.level
        and (skill.expires is None or skill.expires >= context.problem.date)
        for skill in context.caregivers[caregiver].skills
    )


def _who_has(context: Context, need: SkillRequirement) -> tuple[str, str]:
    """How near those with the skill come: lower level, expired, not on duty."""
    on_duty = {one.id for one in context.on_duty}
    lower = expired = absent = 0
    for caregiver in context.problem.caregivers:
        held = [skill for skill in caregiver.skills if skill.skill == need.skill]
        if caregiver.id in on_duty:
            expired += any(skill.level >= need.level for skill in held)
            lower += bool(held) and all(skill.level < need.level for skill in held)
        else:
            absent += _has(context, caregiver.id, need)
    return (
        f"等级不够 {lower} 人，已到期 {expired} 人，不在岗 {absent} 人",
        f"{lower} at a lower level, {expired} expired, {absent} not on duty",
    )


RULES = (
    v080_nobody_has_skill,
    v081_gender,
    v082_dialect,
    v083_provider,
    v084_required_off_duty,
    v085_demands_together,
    v086_team_too_large,
)
