"""Rules about values: coordinates, capacities, distances, dates (P020–P039)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from optimizer.common.errors import Severity
from optimizer.places.validate.rule import Context, Observation, rule, seen

__all__ = ["RULES"]

ERROR, WARNING = Severity.ERROR, Severity.WARNING
LARGEST_M = 10_000_000
LARGEST_CAPACITY = 1_000_000


@rule("P020", ERROR, "改正或补上坐标", "correct or complete the coordinates")
def p020_coordinates(context: Context) -> Iterator[Observation]:
    """Half a pair of coordinates, or degrees that no place has."""
    problem = context.problem
    tables: tuple[tuple[str, Sequence[Any]], ...] = (
        ("applicants", problem.applicants),
        ("institutions", problem.institutions),
        ("areas", problem.areas),
        ("candidates", problem.candidates),
    )
    for kind, rows in tables:
        for i, one in enumerate(rows):
            if (one.lat is None) != (one.lon is None):
                yield seen(f"{kind}[{i}].lat", "只有经度或只有纬度", "only one of latitude and longitude", one.id)
            elif one.lat is not None and not (abs(one.lat) <= 90 and abs(one.lon) <= 180):
                yield seen(f"{kind}[{i}].lat", "坐标超出范围", "coordinates out of range", one.id)


@rule("P021", ERROR, "填写零或以上的整数", "write a whole number of zero or more")
def p021_negative_numbers(context: Context) -> Iterator[Observation]:
    """Numbers of places, distances and ranks that are negative or absurd."""
    for i, one in enumerate(context.problem.pools):
        for key in ("capacity", "occupied", "min_class"):
            if not 0 <= getattr(one, key) <= LARGEST_CAPACITY:
                yield seen(f"pools[{i}].{key}", "数量不对", "the number is out of range", one.id)
        if one.class_size is not None and one.class_size < 1:
            yield seen(f"pools[{i}].class_size", "班额（房间床数）须为 1 或以上", "expected 1 or more", one.id)
    for i, who in enumerate(context.problem.applicants):
        if who.max_distance_m is not None and not 0 <= who.max_distance_m <= LARGEST_M:
            yield seen(f"applicants[{i}].max_distance_m", "距离不对", "the distance is out of range", who.id)
    for i, way in enumerate(context.problem.distances):
        if not 0 <= way.metres <= LARGEST_M:
            yield seen(
                f"distances[{i}].metres", "距离不对", "the distance is out of range", way.origin, way.destination
            )
    for i, order in enumerate(context.problem.rankings):
        if not 1 <= order.rank <= LARGEST_M:
            yield seen(f"rankings[{i}].rank", "名次须为 1 或以上", "expected 1 or more", order.institution)


@rule("P022", WARNING, "核对；超出的人保留，不再新收", "check; those above stay, nobody new comes")
def p022_overfull(context: Context) -> Iterator[Observation]:
    """More people in a pool than it has places."""
    for i, one in enumerate(context.problem.pools):
        if one.occupied > one.capacity:
            zh = f"已有 {one.occupied} 人，超过 {one.capacity} 个"
            yield seen(f"pools[{i}].occupied", zh, f"{one.occupied} people on {one.capacity} places", one.id)


@rule("P023", WARNING, "核对开班人数；这样永远开不了班", "check it; the pool can never be opened")
def p023_minimum_above_capacity(context: Context) -> Iterator[Observation]:
    """A smallest class above the capacity."""
    for i, one in enumerate(context.problem.pools):
        if one.min_class > one.capacity:
            yield seen(f"pools[{i}].min_class", "开班人数大于容量", "it is above the capacity", one.id)


@rule("P024", ERROR, "把占用数改大，或在 current 里写明班级编号", "raise occupied, or name the pool in current")
def p024_more_holders_than_occupied(context: Context) -> Iterator[Observation]:
    """More applicants hold a place in an institution or pool than are counted there."""
    of_institution: dict[str, int] = {}
    of_pool = {one.id: one.occupied for one in context.problem.pools}
    for one in context.problem.pools:
        of_institution[one.institution] = of_institution.get(one.institution, 0) + one.occupied
    holders: dict[str, int] = {}
    for who in context.problem.applicants:
        if who.current is not None:
            holders[who.current] = holders.get(who.current, 0) + 1
    for name, count in sorted(holders.items()):
        there = of_pool.get(name, of_institution.get(name))
        if there is not None and count > there:
            zh = f"{count} 名申请人写明在“{name}”，但占用只有 {there}"
            yield seen(
                "applicants.current", zh, f'{count} applicants hold a place at "{name}", {there} are taken', name
            )


@rule(
    "P025",
    WARNING,
    "补上志愿、坐标或距离；否则安排不了",
    "give preferences, coordinates or distances; else nobody can place them",
)
def p025_nowhere_to_go(context: Context) -> Iterator[Observation]:
    """An applicant of whom nothing says where to."""
    with_ways = {name for one in context.problem.distances for name in (one.origin, one.destination)}
    in_lists = {one.applicant for one in context.problem.family_preferences}
    for i, one in enumerate(context.problem.applicants):
        if not one.preferences and one.lat is None and one.current is None and one.id not in with_ways | in_lists:
            yield seen(
                f"applicants[{i}]", "没有志愿，也没有坐标和距离", "no preferences, coordinates or distances", one.id
            )


@rule("P026", WARNING, "删去重复的志愿", "delete the repetition")
def p026_repeated_preference(context: Context) -> Iterator[Observation]:
    """A preference named twice; the first one counts."""
    for i, one in enumerate(context.problem.applicants):
        if len(set(one.preferences)) < len(one.preferences):
            yield seen(f"applicants[{i}].preferences", "同一志愿写了两次", "a preference is named twice", one.id)


@rule("P027", ERROR, "填写零或以上的数", "write numbers of zero and more")
def p027_targets(context: Context) -> Iterator[Observation]:
    """Targets, candidates and areas with negative figures."""
    for i, one in enumerate(context.problem.targets):
        if not one.value >= 0:
            yield seen(f"targets[{i}].value", "目标值为负", "the value is negative", one.indicator)
    for i, site in enumerate(context.problem.candidates):
        if site.max_modules < 0 or not site.cost >= 0 or not site.open_cost >= 0:
            yield seen(f"candidates[{i}]", "数量或费用为负", "a negative number or cost", site.id)
    for i, area in enumerate(context.problem.areas):
        for key in ("population_registered", "population_resident", "elders", "over_80", "under_3"):
            value = getattr(area, key)
            if value is not None and value < 0:
                yield seen(f"areas[{i}].{key}", "人数为负", "a negative number of people", area.id)


RULES = (
    p020_coordinates,
    p021_negative_numbers,
    p022_overfull,
    p023_minimum_above_capacity,
    p024_more_holders_than_occupied,
    p025_nowhere_to_go,
    p026_repeated_preference,
    p027_targets,
)
