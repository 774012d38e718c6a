"""Rules about ids that point to something that is not there (V004–V011)."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.common.errors import Severity
from optimizer.common.language import Text
from optimizer.visits.validate.context import Context
from optimizer.visits.validate.rule import Observation, rule, seen

__all__ = ["RULES"]


@rule(
    "V004",
    Severity.ERROR,
    title=Text("地点编号不存在", "an unknown place"),
    action=Text("更正编号，或在地点（站点、服务对象）中补上", "correct the id, or add the place"),
)
def v004_unknown_location(context: Context) -> Iterator[Observation]:
    """A client, visit, shift or break at a place that is not among the places."""
    for where, name, owner in _places_named(context):
        if name not in context.locations:
            yield seen(where, f"没有编号为 {name!r} 的地点", f"there is no place {name!r}", owner)


@rule(
    "V005",
    Severity.ERROR,
    title=Text("服务对象编号不存在", "an unknown client"),
    action=Text("更正编号，或在服务对象表中补上", "correct the id, or add the client"),
)
def v005_unknown_client(context: Context) -> Iterator[Observation]:
    """A visit to a client who is not among the clients."""
    for i, visit in enumerate(context.problem.visits):
        if visit.client not in context.clients:
            yield seen(
                f"visits[{i}].client",
                f"没有编号为 {visit.client!r} 的服务对象",
                f"there is no client {visit.client!r}",
                visit.id,
            )


@rule(
    "V006",
    Severity.ERROR,
    title=Text("指定或禁止的护理员不存在", "a required or forbidden caregiver is unknown"),
    action=Text(
        "更正编号；此人已离职的，请删除这一项",
        "correct the id; if the person has left, delete the entry",
    ),
)
def v006_unknown_caregiver(context: Context) -> Iterator[Observation]:
    """A hard wish that names a caregiver who is not among the caregivers."""
    for i, visit in enumerate(context.problem.visits):
        for j, name in enumerate(visit.required_caregivers):
            if name not in context.caregivers:
                yield _no_caregiver(f"visits[{i}].required_caregivers[{j}]", name, visit.id)
    for i, client in enumerate(context.problem.clients):
        for j, name in enumerate(client.forbidden):
            if name not in context.caregivers:
                yield _no_caregiver(f"clients[{i}].forbidden[{j}]", name, client.id)


@rule(
    "V007",
    Severity.WARNING,
    title=Text("首选护理员或服务历史中的护理员不存在", "a preferred or known caregiver is unknown"),
    action=Text(
        "更正编号；此人已离职的，可以删除这一项（不影响排班）",
        "correct the id; if the person has left, delete the entry (the plan can be made all the same)",
    ),
)
def v007_unknown_wish(context: Context) -> Iterator[Observation]:
    """A soft wish, or the history, that names a caregiver who is not among the caregivers."""
    for i, client in enumerate(context.problem.clients):
        for j, name in enumerate(client.preferred):
            if name not in context.caregivers:
                yield _no_caregiver(f"clients[{i}].preferred[{j}]", name, client.id)
        for j, known in enumerate(client.known):
            if known.caregiver not in context.caregivers:
                yield _no_caregiver(f"clients[{i}].known[{j}].caregiver", known.caregiver, client.id)


@rule(
    "V008",
    Severity.ERROR,
    title=Text("关联中的上门任务不存在", "a link to an unknown visit"),
    action=Text("更正编号，或删除这条关联", "correct the id, or delete the link"),
)
def v008_unknown_visit(context: Context) -> Iterator[Observation]:
    """A link that names a visit that is not among the visits."""
    for i, link in enumerate(context.problem.links):
        for j, name in enumerate(link.visits):
            if name not in context.visits:
                yield seen(
                    f"links[{i}].visits[{j}]", f"没有编号为 {name!r} 的上门任务", f"there is no visit {name!r}", link.id
                )


@rule(
    "V009",
    Severity.ERROR,
    title=Text("优先组不存在", "an unknown priority group"),
    action=Text("更正优先组，或在优先级表中补上", "correct the group, or add it to the priorities"),
)
def v009_unknown_priority(context: Context) -> Iterator[Observation]:
    """A visit of a priority group that has no price."""
    groups = {group.id for group in context.problem.priorities}
    for i, visit in enumerate(context.problem.visits):
        if visit.priority is not None and visit.priority not in groups:
            yield seen(
                f"visits[{i}].priority",
                f"优先级表中没有 {visit.priority!r}",
                f"the priorities have no group {visit.priority!r}",
                visit.id,
            )


@rule(
    "V010",
    Severity.WARNING,
    title=Text("共享中的机构没有护理员或上门任务", "sharing between providers that are not there"),
    action=Text("更正所属机构的写法；不再需要的，删除这一行", "correct the provider's name, or delete the row"),
)
def v010_unknown_provider(context: Context) -> Iterator[Observation]:
    """A lender without caregivers, or a borrower without visits and caregivers."""
    lenders = {caregiver.provider for caregiver in context.problem.caregivers}
    borrowers = lenders | {visit.provider for visit in context.problem.visits}
    for i, sharing in enumerate(context.problem.sharing):
        if sharing.lender not in lenders:
            yield seen(
                f"sharing[{i}].lender",
                f"没有护理员属于 {sharing.lender!r}",
                f"no caregiver belongs to {sharing.lender!r}",
                sharing.lender,
            )
        if sharing.borrower not in borrowers:
            yield seen(
                f"sharing[{i}].borrower",
                f"没有上门任务或护理员属于 {sharing.borrower!r}",
                f"no visit and no caregiver belongs to {sharing.borrower!r}",
                sharing.borrower,
            )


@rule(
    "V011",
    Severity.WARNING,
    title=Text("共享的技能出借机构没有", "sharing of a skill that the lender has not"),
    action=Text("更正技能名称，或用 * 表示全部", "correct the skill, or write * for any"),
)
def v011_unknown_shared_skill(context: Context) -> Iterator[Observation]:
    """A skill is lent, but nobody of the lender has it."""
    skills: dict[str, set[str]] = {}
    for caregiver in context.problem.caregivers:
        if caregiver.provider is not None:
            skills.setdefault(caregiver.provider, set()).update(skill.skill for skill in caregiver.skills)
    for i, sharing in enumerate(context.problem.sharing):
        known = skills.get(sharing.lender)
        if known is not None and sharing.skill != "*" and sharing.skill not in known:
            yield seen(
                f"sharing[{i}].skill",
                f"{sharing.lender} 没有人具备 {sharing.skill!r}",
                f"nobody of {sharing.lender} has the skill {sharing.skill!r}",
                sharing.lender,
            )


def _no_caregiver(where: str, name: str, owner: str) -> Observation:
    return seen(where, f"没有编号为 {name!r} 的护理员", f"there is no caregiver {name!r}", owner)


def _places_named(context: Context) -> Iterator[tuple[str, str, str]]:
    """Every reference to a place: where it stands, the place named, whose it is."""
    for i, client in enumerate(context.problem.clients):
        yield f"clients[{i}].location", client.location, client.id
    for i, visit in enumerate(context.problem.visits):
        if visit.location is not None:
            yield f"visits[{i}].location", visit.location, visit.id
    for where, caregiver, shift in context.shifts():
        yield f"{where}.start_location", shift.start_location, caregiver.id
        if shift.end_location is not None:
            yield f"{where}.end_location", shift.end_location, caregiver.id
        for k, pause in enumerate(shift.breaks):
            if pause.location is not None:
                yield f"{where}.breaks[{k}].location", pause.location, caregiver.id


RULES = (
    v004_unknown_location,
    v005_unknown_client,
    v006_unknown_caregiver,
    v007_unknown_wish,
    v008_unknown_visit,
    v009_unknown_priority,
    v010_unknown_provider,
    v011_unknown_shared_skill,
)
