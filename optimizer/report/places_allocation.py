"""An allocation as leads and rows of tables for the office: the same for the page and the workbook. Holds no homes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from optimizer.common.language import Text
from optimizer.places.model import Institution, InstitutionKind, PlacesProblem
from optimizer.places.policy import PlacesKind, Policy
from optimizer.places.result import AllocationResult, AllocationRule, StableProof
from optimizer.report.terms import STATUSES

__all__ = [
    "allocation_figures",
    "allocation_leads",
    "class_rows",
    "house_rows",
    "kinds_allocated",
    "proof_lines",
    "reason_rows",
]

Figure = int | None

_RULES = {
    AllocationRule.STABLE: Text("stable（没有人有理由不服）", "stable (nobody with justified envy)"),
    AllocationRule.SERVED: Text("served（安排的人最多）", "served (most placed)"),
}
_FIGURES = {
    "applicants": Text("申请", "applications"),
    "taking_part": Text("参加分配", "taking part"),
    "placed": Text("安排", "placed"),
    "unplaced": Text("未安排", "not placed"),
    "places": Text("可分配的位", "places on offer"),
    "free_places": Text("空位", "places left"),
    "incumbents": Text("保留原位", "keep the place held"),
    "total_distance_m": Text("总路程（米）", "metres in all"),
    "p90_distance_m": Text("九成不超过（米）", "90 % within (m)"),
    "largest_distance_m": Text("最远（米）", "largest distance (m)"),
    "beyond_limit": Text("超过距离上限", "beyond the limit"),
}


def allocation_leads(result: AllocationResult) -> list[Text]:
    """Whether it may be published, then the outcome in one sentence."""
    facts, status, rule = result.summary, STATUSES[result.status], _RULES[result.rule]
    outcome = Text(
        f"安排 {facts['placed']:,} 人，未安排 {facts['unplaced']:,} 人，空位 {facts['free_places']:,} 个"
        f"（{status.zh}；规则 {rule.zh}；种子 {result.seed}）",
        f"{facts['placed']:,} placed, {facts['unplaced']:,} not placed, {facts['free_places']:,} places left "
        f"({status.en}; {rule.en}; seed {result.seed})",
    )
    if result.official:
        return [outcome]
    trial = Text(
        "试算，不得公布：规则没有文号、批准人或生效日，或没有封存名单的摇号",
        "A trial, not to be published: the policy is not official, or there is no draw of a fixed list",
    )
    return [trial, outcome]


def allocation_figures(result: AllocationResult) -> list[tuple[Text, Figure]]:
    """Key figures, then how many got which choice."""
    rows = [(name, result.summary[key]) for key, name in _FIGURES.items() if key in result.summary]
    for choice, number in result.summary.get("by_choice", {}).items():
        more = "及以后" if choice == "10" else ""
        rows.append((Text(f"第 {choice} 志愿{more}", f"choice {choice}{' and later' if more else ''}"), number))
    return rows


def class_rows(result: AllocationResult) -> list[tuple[Text, int, int]]:
    """Class, applied, placed."""
    names = {one.id: one.name for one in result.rules.enabled_classes} if result.rules is not None else {}
    others = Text("其余", "others") if names else Text("全部", "everybody")
    return [
        (names.get(key, others), row["applicants"], row["placed"]) for key, row in result.summary["by_class"].items()
    ]


def reason_rows(result: AllocationResult) -> list[tuple[Text, int]]:
    """Why people are not placed, the commonest reason first; then what filters took from how many."""
    count = Counter((one.kind, one.reason) for one in result.unplaced)
    rows = [(reason, number) for (_, reason), number in sorted(count.items(), key=lambda item: (-item[1], item[0][0]))]
    for one in result.filters:
        if one.left_without:
            name = Text(f"其中因筛选“{one.name.zh}”没有选择", f'of them without a choice by filter "{one.name.en}"')
            rows.append((name, len(one.left_without)))
    return rows


def house_rows(problem: PlacesProblem, result: AllocationResult) -> list[tuple[Institution, int, int, Figure]]:
    """Institution, its places, how many this result places there, the largest distance among them."""
    places: Counter[str] = Counter()
    for pool in problem.pools:
        places[pool.institution] += pool.capacity
    placed = Counter(one.institution for one in result.assignments)
    far: dict[str, int] = {}
    for one in result.assignments:
        if one.distance_m is not None:
            far[one.institution] = max(far.get(one.institution, 0), one.distance_m)
    kinds = kinds_allocated(result.rules)
    shown = [one for one in sorted(problem.institutions, key=lambda one: one.id) if one.kind in kinds or placed[one.id]]
    return [(one, places[one.id], placed[one.id], far.get(one.id)) for one in shown]


def kinds_allocated(policy: Policy | None) -> set[InstitutionKind]:
    """Kinds of institutions that a policy gives places of; none without a policy."""
    if policy is None:
        return set()
    if policy.kind is PlacesKind.BEDS:
        return {InstitutionKind.ELDERCARE}
    childcare = {InstitutionKind.CHILDCARE}
    return childcare | {InstitutionKind.KINDERGARTEN} if policy.filters.kindergartens else childcare


def proof_lines(result: AllocationResult) -> Iterator[Text]:
    """What proves the result, and what it stands on."""
    proof = result.proof
    if isinstance(proof, StableProof):
        number = proof.blocking_coalitions
        yield Text(f"有理由不服的 {number} 处", f"{number} with justified envy")
        if proof.closed:
            yield Text(
                f"报名不足、没有开班：{'、'.join(one.pool for one in proof.closed)}",
                f"not opened, too few came: {', '.join(one.pool for one in proof.closed)}",
            )
    else:
        served, most = list(proof.served_by_class), list(proof.largest_by_class)
        yield Text(
            f"各类累计安排 {served}，至多 {most}；目标值 {proof.objective:,}，下界 {proof.bound:,.0f}",
            f"served up to each class {served}, at most {most}; objective {proof.objective:,}, "
            f"bound {proof.bound:,.0f}",
        )
    yield Text(
        f"规则 {result.policy} {result.policy_version}；输入哈希 {result.input_hash[:16]}…",
        f"policy {result.policy} {result.policy_version}; hash of the input {result.input_hash[:16]}…",
    )
    if result.draw is not None:
        draw = result.draw
        yield Text(
            f"摇号：{draw.source}，号码 {draw.number}，名单哈希 {draw.list_hash[:16]}…，共摇 {draw.runs} 次",
            f"draw: {draw.source}, number {draw.number}, list {draw.list_hash[:16]}…, {draw.runs} runs",
        )
