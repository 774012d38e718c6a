"""Rules about an allocation: what the policy and the rule need (P040–P059)."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.common.errors import Severity
from optimizer.places.model import InstitutionKind, Pool
from optimizer.places.policy import LastPlace, PlacesKind, SiblingRule
from optimizer.places.result import AllocationRule
from optimizer.places.validate.rule import Context, Observation, rule, seen

__all__ = ["RULES"]

ERROR, WARNING = Severity.ERROR, Severity.WARNING


@rule("P040", ERROR, "补上申请人表", "add the applicants")
def p040_no_applicants(context: Context) -> Iterator[Observation]:
    """Nobody applies."""
    if not context.problem.applicants:
        yield seen("applicants", "没有申请人", "there are no applicants")


@rule("P041", ERROR, "补上班级（床位）表，或改机构类别", "add pools, or correct the kind of the institutions")
def p041_no_pools(context: Context) -> Iterator[Observation]:
    """No pool of the kind that the policy allocates."""
    if context.policy is None:
        return
    beds = context.policy.kind is PlacesKind.BEDS
    kinds = (InstitutionKind.ELDERCARE,) if beds else (InstitutionKind.CHILDCARE, InstitutionKind.KINDERGARTEN)
    own = [one for one in context.problem.pools if one.institution in context.institutions]
    if not any(context.institutions[one.institution].kind in kinds for one in own):
        yield seen("pools", "没有可分配的托位（床位）", "there is nothing to allocate")


@rule("P042", ERROR, "在规则文件里写 entry_date，如 2026-09-01", "write entry_date into the policy, such as 2026-09-01")
def p042_no_entry_date(context: Context) -> Iterator[Observation]:
    """Dates of birth count at the entry date, which the policy does not give."""
    policy = context.policy
    if policy is None or policy.kind is PlacesKind.BEDS or policy.entry_date is not None:
        return
    classed = any(one.age_class is not None for one in context.problem.pools)
    needed = [one.id for one in context.problem.applicants if one.age_class is None and one.birth_date is not None]
    if classed and needed:
        zh = f"{len(needed)} 名儿童要按入托日算月龄，规则没有入托日"
        yield seen("policy.entry_date", zh, f"the class of {len(needed)} children depends on the entry date", needed[0])


@rule("P043", WARNING, "补上出生日期或班型", "give the date of birth or the class type")
def p043_no_age(context: Context) -> Iterator[Observation]:
    """A child of whom neither the date of birth nor the class type is known, where every pool has one."""
    policy = context.policy
    pools = context.problem.pools
    if policy is None or policy.kind is PlacesKind.BEDS or any(one.age_class is None for one in pools):
        return
    for i, one in enumerate(context.problem.applicants):
        if one.age_class is None and one.birth_date is None:
            yield seen(f"applicants[{i}]", "没有出生日期和班型", "neither date of birth nor class type", one.id)


@rule("P044", ERROR, "改正规则文件", "correct the policy")
def p044_policy_values(context: Context) -> Iterator[Observation]:
    """Values of the policy that mean nothing."""
    policy = context.policy
    if policy is None:
        return
    for i, one in enumerate(policy.reserves):
        if not 0 <= one.percent <= 100:
            yield seen(f"policy.reserves[{i}].percent", "须在 0 到 100 之间", "expected 0 to 100", one.id)
    way = policy.distance
    if not (way.minutes > 0 and way.kmh > 0 and way.detour >= 1) or (way.max_m is not None and way.max_m < 0):
        yield seen(
            "policy.distance", "分钟、速度须为正，绕路系数至少 1", "positive minutes and km/h, detour of 1 and more"
        )
    if list(way.bands_m) != sorted(set(way.bands_m)):
        yield seen("policy.distance.bands_m", "须从小到大", "expected rising values")
    for i, band in enumerate(policy.age_bands):
        if band.from_months > band.to_months:
            yield seen(f"policy.age_bands[{i}]", "起始月龄大于结束月龄", "it begins after it ends")


@rule("P045", ERROR, "把 siblings 改为 apart，或改用 skip、split", "set siblings to apart, or use skip or split")
def p045_admit_above_capacity(context: Context) -> Iterator[Observation]:
    """Twins are admitted above the capacity by their common number; a rule for siblings leaves no such number."""
    rule = None if context.policy is None else context.policy.families
    if rule is None or rule.last_place is not LastPlace.ADMIT:
        return
    if rule.siblings is not SiblingRule.APART or not rule.one_number:
        where = "policy.families.last_place"
        yield seen(where, "admit 只用于一个号的双胞胎", "admit is only for twins who share one number")


@rule("P051", WARNING, "要超额录取请用 --rule stable", "use the rule stable to admit above the capacity")
def p051_admit_without_numbers(context: Context) -> Iterator[Observation]:
    """Served draws no numbers, so there is no last place to be admitted above: twins keep to the capacity."""
    if context.policy is None or context.rule is not AllocationRule.SERVED:
        return
    if context.policy.families.last_place is LastPlace.ADMIT:
        zh = "served 不按号录取，双胞胎不超额（同 skip）"
        yield seen("policy.families.last_place", zh, "served keeps twins within the capacity, as skip does")


@rule("P046", ERROR, "用 --rule served，或关掉 half_days_share", "use the rule served, or switch half_days_share off")
def p046_halves_need_served(context: Context) -> Iterator[Observation]:
    """Half days that share a full-day place need the rule served."""
    if context.policy is not None and context.policy.half_days_share and context.rule is AllocationRule.STABLE:
        yield seen(
            "policy.half_days_share", "半日托共用全日托位时不能按 stable", "stable cannot share places by halves"
        )


@rule("P047", ERROR, "给床位组写 room_sex，或用 --rule served", "give the pool a room_sex, or use the rule served")
def p047_rooms_need_served(context: Context) -> Iterator[Observation]:
    """Rooms that take either sex need the rule served."""
    policy = context.policy
    if policy is None or policy.kind is not PlacesKind.BEDS or not policy.beds.rooms_by_sex:
        return
    if context.rule is not AllocationRule.STABLE:
        return
    for i, one in enumerate(context.problem.pools):
        if _is_of_home(context, one) and one.room_sex is None and one.class_size is not None and one.class_size > 1:
            yield seen(f"pools[{i}].room_sex", "多人间没有写明男女", "rooms of several beds for either sex", one.id)


@rule("P048", ERROR, "补上性别", "give the sex")
def p048_sex_for_rooms(context: Context) -> Iterator[Observation]:
    """An elder whose sex is not told, where rooms take one sex."""
    policy = context.policy
    if policy is None or policy.kind is not PlacesKind.BEDS or not policy.beds.rooms_by_sex:
        return
    rooms = [one for one in context.problem.pools if _is_of_home(context, one)]
    if not any(one.room_sex is not None or (one.class_size or 1) > 1 for one in rooms):
        return
    for i, one in enumerate(context.problem.applicants):
        if one.sex not in ("female", "male"):
            yield seen(f"applicants[{i}].sex", "没有性别，无法分房间", "no sex, rooms cannot be given", one.id)


@rule(
    "P049",
    WARNING,
    "补上坐标或距离，否则按已知的最远距离计",
    "give coordinates or distances; the largest known counts instead",
)
def p049_partly_without_distance(context: Context) -> Iterator[Observation]:
    """Served by distance, but some applicants have none."""
    if context.rule is not AllocationRule.SERVED:
        return
    with_ways = {name for one in context.problem.distances for name in (one.origin, one.destination)}
    without = [one.id for one in context.problem.applicants if one.lat is None and one.id not in with_ways]
    if without and len(without) < len(context.problem.applicants):
        zh = f"{len(without)} 名申请人没有坐标和距离"
        yield seen("applicants", zh, f"{len(without)} applicants without coordinates and distances", without[0])


@rule("P050", WARNING, "核对班额和师生比", "check the class size and the ratio of carers")
def p050_class_too_large(context: Context) -> Iterator[Observation]:
    """A class above the largest of its type."""
    if context.policy is None:
        return
    limits = {one.age_class: one.largest_class for one in context.policy.class_limits}
    for i, one in enumerate(context.problem.pools):
        limit = limits.get(one.age_class) if one.age_class is not None else None
        if limit is not None and one.class_size is not None and one.class_size > limit:
            zh = f"班额 {one.class_size} 超过 {limit}"
            yield seen(f"pools[{i}].class_size", zh, f"a class of {one.class_size}, the limit is {limit}", one.id)


def _is_of_home(context: Context, pool: Pool) -> bool:
    """Whether a pool is one of beds; classes of childcare may stand in the same tables."""
    house = context.institutions.get(pool.institution)
    return house is not None and house.kind is InstitutionKind.ELDERCARE


RULES = (
    p040_no_applicants,
    p041_no_pools,
    p042_no_entry_date,
    p043_no_age,
    p044_policy_values,
    p045_admit_above_capacity,
    p046_halves_need_served,
    p047_rooms_need_served,
    p048_sex_for_rooms,
    p049_partly_without_distance,
    p050_class_too_large,
    p051_admit_without_numbers,
)
