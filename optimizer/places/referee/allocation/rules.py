"""The rules that every allocation keeps to, whichever way it was found (R601–R619)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from optimizer.places.model import CareType
from optimizer.places.policy import PlacesKind
from optimizer.places.referee.allocation.groups import Group, groups_of
from optimizer.places.referee.allocation.order import Order
from optimizer.places.result import AllocationResult, AllocationRule

__all__ = ["Broken", "broken_rules"]

Broken = tuple[str, str, str, tuple[str, ...]]
"""Code, Chinese, English, ids."""


def broken_rules(order: Order, result: AllocationResult) -> Iterator[Broken]:
    """Every rule that the places given break; the proof is judged elsewhere."""
    placed = {one.applicant: one.pool for one in result.assignments}
    yield from _everybody_once(order, result)
    yield from _accepted(order, result)
    yield from _places(order, result, placed)
    yield from _held(order, placed)
    yield from _smallest_classes(order, placed)
    yield from _rooms(order, placed)
    yield from _groups(order, placed)


def _everybody_once(order: Order, result: AllocationResult) -> Iterator[Broken]:
    named = Counter([one.applicant for one in result.assignments] + [one.applicant for one in result.unplaced])
    for who in sorted(order.case.people):
        if named[who] != 1:
            yield "R601", f"申请人出现 {named[who]} 次", f"the applicant is named {named[who]} times", (who,)
    for who in sorted(set(named) - set(order.case.people)):
        yield "R602", "没有这名申请人", "there is no such applicant", (who,)


def _accepted(order: Order, result: AllocationResult) -> Iterator[Broken]:
    case = order.case
    for one in result.assignments:
        ids = (one.applicant, one.pool)
        if one.applicant not in case.people:
            continue
        if one.applicant in case.absent:
            yield "R603", "撤回或不参加的人被安排", "somebody who does not take part is placed", ids
        elif one.pool not in case.pools or case.pools[one.pool].institution != one.institution:
            yield "R604", "没有这个班级（床位组）", "there is no such pool at the institution", ids
        elif one.pool not in case.lists[one.applicant]:
            yield "R605", "不在可接受的范围内（志愿、条件、距离）", "not among what is accepted and allowed", ids
        else:
            yield from _details(order, one.applicant, one.pool, one.choice, one.distance_m, one.incumbent)


def _details(order: Order, who: str, pool: str, choice: int, metres: int | None, incumbent: bool) -> Iterator[Broken]:
    case = order.case
    right = case.lists[who].index(pool) + 1
    if choice != right:
        yield "R606", f"志愿序号应为 {right}", f"the number of the choice is {right}", (who, pool)
    way = case.metres(who, case.pools[pool].institution)
    if (way is None) != (metres is None) or abs((way or 0) - (metres or 0)) > 1:
        yield "R607", f"距离应为 {way}", f"the distance is {way}", (who, pool)
    if incumbent != (pool in (case.current.get(who), case.standing.get(who), case.priced.get(who))):
        yield "R608", "是否保留原位写错了", "whether the place is kept is wrong", (who, pool)


def _places(order: Order, result: AllocationResult, placed: Mapping[str, str]) -> Iterator[Broken]:
    inside: dict[str, set[str]] = {}
    stated = {one.applicant for one in result.assignments if one.above_capacity}
    for who, pool in placed.items():
        if pool in order.case.pools and who in order.case.people:
            inside.setdefault(pool, set()).add(who)
    if result.rule is AllocationRule.SERVED and stated:
        yield "R609", "served 不超额录取", "served admits nobody above the capacity", tuple(sorted(stated))
    for pool in sorted(inside):
        people = inside[pool]
        if _shares_halves(order, pool):
            needed = _most_at_once(order, people)
            if needed > order.seats(pool):
                yield "R610", f"同时 {needed} 人，只有 {order.seats(pool)} 个", f"{needed} at once", (pool,)
        elif result.rule is AllocationRule.STABLE:
            admitted = order.admitted(pool, people)
            for who in sorted(people - admitted):
                yield "R610", "超出名额（含预留）", "beyond the places (reserves included)", (pool, who)
            for who in sorted((admitted - order.by_number(pool, people)) ^ (stated & admitted)):
                yield "R609", "是否超额录取写错了", "whether it is above the capacity is wrong", (pool, who)
        elif not _seatable(order, pool, people):
            yield "R610", "超出名额（含预留）", "beyond the places (reserves included)", (pool,)


def _seatable(order: Order, pool: str, people: set[str]) -> bool:
    """Whether all fit: confined holders within their reserve, the others within what is not kept from them."""
    rules = {one.id: one for one in order.policy.enabled_reserves}
    room = order.reserved[pool]
    holders = Counter(order.reserve(who, pool) for who in people)
    over = sum(
        max(0, count - room[name]) for name, count in holders.items() if name is not None and not rules[name].confined
    )
    if any(name is not None and rules[name].confined and count > room[name] for name, count in holders.items()):
        return False
    unused = sum(room[name] - min(room[name], holders[name]) for name in room if not rules[name].exclusive)
    return holders[None] + over <= order.seats(pool) - sum(room.values()) + unused


def _shares_halves(order: Order, pool: str) -> bool:
    return order.policy.half_days_share and order.case.pools[pool].care_type is CareType.FULL_DAY


def _most_at_once(order: Order, people: set[str]) -> int:
    cares = [order.case.people[who].care_type for who in people]
    mornings = sum(care is not CareType.AFTERNOON for care in cares)
    return max(mornings, sum(care is not CareType.MORNING for care in cares))


def _held(order: Order, placed: Mapping[str, str]) -> Iterator[Broken]:
    for who, pool in sorted({**order.case.current, **order.case.standing, **order.case.priced}.items()):
        if who not in order.case.absent and who not in placed:
            yield "R611", "失去了原来的位置", "lost the place held", (who, pool)


def _smallest_classes(order: Order, placed: Mapping[str, str]) -> Iterator[Broken]:
    came = Counter(placed.values())
    for pool, one in sorted(order.case.pools.items()):
        empty = order.case.staying(pool) == 0 and not order.case.keepers(pool)
        if empty and 0 < came[pool] < one.min_class:
            yield (
                "R612",
                f"只有 {came[pool]} 人，不足 {one.min_class}",
                f"{came[pool]} of {one.min_class} needed",
                (pool,),
            )


def _rooms(order: Order, placed: Mapping[str, str]) -> Iterator[Broken]:
    policy = order.policy
    if policy.kind is not PlacesKind.BEDS or not policy.beds.rooms_by_sex:
        return
    couples = {
        who: group for group in groups_of(order.case) if group.name.startswith("couple:") for who in group.members
    }
    for pool, one in sorted(order.case.pools.items()):
        beds = one.class_size or 1
        if one.room_sex is not None or beds < 2:
            continue
        inside = [who for who, there in placed.items() if there == pool and who in order.case.people]
        needed = _rooms_needed(order, inside, beds, couples)
        there = max(order.seats(pool) // beds, _rooms_needed(order, order.case.holders(pool), beds, {}))
        if needed > there:
            yield "R613", f"需要 {needed} 间，只有 {there} 间", f"{needed} rooms needed, {there} there", (pool,)


def _rooms_needed(order: Order, inside: list[str], beds: int, couples: Mapping[str, Group]) -> int:
    paired = {who for who in inside if who in couples and set(couples[who].members) <= set(inside)}
    rooms = len(paired) // 2
    for sex in ("female", "male"):
        alone = sum(order.case.people[who].sex == sex for who in inside if who not in paired)
        rooms += -(-alone // beds)
    return rooms


def _groups(order: Order, placed: Mapping[str, str]) -> Iterator[Broken]:
    for group in groups_of(order.case):
        if len(group.members) > 1 and tuple(placed.get(who) for who in group.members) not in group.choices:
            yield "R614", "不是这一家的共同志愿", "not a joint choice of the family", group.members
