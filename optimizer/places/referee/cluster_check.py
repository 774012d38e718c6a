"""The checker of 1+N groups: membership, limits and cost, recomputed from the problem alone.

The bound is the solver's; that nobody can do better is checked only as far as the bound may not lie above the cost.
The program itself can be written as an ``.lp`` file and solved by any other solver.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from optimizer.common.errors import Finding
from optimizer.common.language import Text
from optimizer.places.cluster.result import ClusterOptions, ClusterResult
from optimizer.places.model import InstitutionKind, PlacesProblem
from optimizer.places.referee.ground import Ground

__all__ = ["check_groups"]


def check_groups(problem: PlacesProblem, result: ClusterResult) -> tuple[Finding, ...]:
    """What is wrong with the groups of a city's institutions. Codes ``R721`` to ``R727``."""
    options = result.options or ClusterOptions()
    findings = [*_membership(problem, result, options)]
    if findings:
        return tuple(findings)
    return (*_limits(problem, result, options), *_cost(problem, result))


def _membership(problem: PlacesProblem, result: ClusterResult, options: ClusterOptions) -> Iterator[Finding]:
    kinds = {options.kind}
    if options.kind is InstitutionKind.CHILDCARE and options.kindergartens:
        kinds.add(InstitutionKind.KINDERGARTEN)
    everybody = {one.id for one in problem.institutions if one.kind in kinds and not one.blacklisted}
    named = [one.id for one in result.left_out]
    for group in result.groups:
        named += [group.leader, *(member.id for member in group.members)]
    count = Counter(named)
    for name in sorted(everybody | set(named)):
        if count[name] != 1 or name not in everybody:
            yield _finding(
                "R721", (name,), f"应恰好出现一次，出现 {count[name]} 次", f"named {count[name]} times, not once"
            )


def _limits(problem: PlacesProblem, result: ClusterResult, options: ClusterOptions) -> Iterator[Finding]:
    places = Counter[str]()
    for pool in problem.pools:
        places[pool.institution] += pool.capacity
    level = {one.id: one.level for one in problem.institutions}
    leaders = {group.leader for group in result.groups}
    for name in sorted(set(options.leaders) - leaders):
        yield _finding("R722", (name,), "指定的牵头机构没有牵头", "a leader that was named does not lead")
    wanted = options.groups if options.groups is not None else len(set(options.leaders)) or None
    if wanted is not None and result.groups and len(result.groups) != wanted:
        yield _finding("R722", (), f"应有 {wanted} 组", f"there should be {wanted} groups")
    for group in result.groups:
        size, sum_ = len(group.members), sum(places[member.id] for member in group.members)
        may_lead = not options.leader_levels or any(word in level[group.leader] for word in options.leader_levels)
        if group.leader not in options.leaders and not may_lead:
            yield _finding("R723", (group.leader,), "这家机构不能牵头", "this institution may not lead")
        if size < options.least_members or (options.most_members is not None and size > options.most_members):
            yield _finding("R724", (group.leader,), f"组内 {size} 家，超出范围", f"{size} members, out of bounds")
        if options.capacity is not None and sum_ > options.capacity:
            yield _finding("R725", (group.leader,), f"组内 {sum_} 个位，超过容量", f"{sum_} places, above the capacity")


def _cost(problem: PlacesProblem, result: ClusterResult) -> Iterator[Finding]:
    ground = Ground(problem)
    institution = {one.id: one for one in problem.institutions}
    banned = {frozenset((ban.first, ban.second)) for ban in problem.bans}
    limit = result.options.max_distance_m if result.options is not None else None
    total = 0
    for group in result.groups:
        for member in group.members:
            metres = ground.metres(institution[group.leader], institution[member.id])
            if metres is None or metres != member.cost or frozenset((group.leader, member.id)) in banned:
                found = (f"距离应为 {metres} 米，或被禁止", f"the distance should be {metres} m, or the pair is banned")
                yield _finding("R726", (group.leader, member.id), *found)
                continue
            if limit is not None and metres > limit:
                yield _finding("R726", (group.leader, member.id), "超出半径", "beyond the largest distance")
            total += metres
    if total != result.cost or result.bound > result.cost:
        yield _finding("R727", (), f"总距离应为 {total} 米，下界不大于它", f"the cost should be {total}")
    if result.status.value == "optimal" and result.bound < result.cost:
        yield _finding("R727", (), "下界小于总距离，最优未被证明", "the bound is below the cost: not proved")


def _finding(code: str, ids: tuple[str, ...], zh: str, en: str) -> Finding:
    action = Text("请重新编组，或更正结果文件", "form the groups anew, or correct the result")
    return Finding(code=code, where="groups", ids=ids, found=Text(zh, en), action=action)
