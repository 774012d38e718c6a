"""Judges a whole result: hashes, places, proof, figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from optimizer.common.errors import Finding
from optimizer.common.language import Text
from optimizer.common.status import Status
from optimizer.places.digest import problem_hash
from optimizer.places.model import ApplicantStatus, PlacesProblem
from optimizer.places.policy import Policy
from optimizer.places.policy_text import policy_hash
from optimizer.places.referee.allocation.case import Case
from optimizer.places.referee.allocation.order import Order
from optimizer.places.referee.allocation.rerun import after_changes, against_earlier, standing_rules
from optimizer.places.referee.allocation.rules import Broken, broken_rules
from optimizer.places.referee.allocation.service import Service
from optimizer.places.referee.allocation.stability import blocking_coalitions, cutoff_of
from optimizer.places.result import AllocationResult, ServedProof, StableProof

__all__ = ["check_against_earlier", "check_allocation"]

_ACTION = Text("这份结果不可用，请重新运行", "this result cannot be used; run again")


def check_allocation(problem: PlacesProblem, policy: Policy, result: AllocationResult) -> tuple[Finding, ...]:
    """What is wrong with an allocation: nothing, if the tuple is empty. Codes ``R601`` to ``R649``.

    Parameters
    ----------
    problem
        A valid problem, the one the result was made from.
    policy
        The policy it was made under.
    result
        The result to judge; its seed draws the lottery anew.
    """
    case = Case(after_changes(problem, result.rerun), policy, result.rerun)
    closed = [one.pool for one in result.proof.closed] if isinstance(result.proof, StableProof) else []
    order = Order(case, result.seed, closed)
    broken = [
        *_identity(problem, policy, result),
        *standing_rules(case, result),
        *_closings(order, result),
        *broken_rules(order, result),
    ]
    if not broken:
        broken = [*_proof(order, result), *_figures(order, result)]
    return _findings(broken)


def check_against_earlier(
    problem: PlacesProblem, result: AllocationResult, before: AllocationResult
) -> tuple[Finding, ...]:
    """Whether a result says rightly how it came from an earlier one; codes ``R665`` to ``R668``."""
    gone = set(result.rerun.withdrawn) if result.rerun is not None else set()
    applying = {one.id for one in problem.applicants if one.status is ApplicantStatus.APPLYING and one.willing} - gone
    return _findings(against_earlier(result, before, applying))


def _findings(broken: Iterable[Broken]) -> tuple[Finding, ...]:
    return tuple(
        Finding(code=code, where="result", found=Text(zh, en), action=_ACTION, ids=ids) for code, zh, en, ids in broken
    )


def _identity(problem: PlacesProblem, policy: Policy, result: AllocationResult) -> Iterator[Broken]:
    if result.input_hash != problem_hash(problem):
        yield "R640", "输入数据已经变动", "the input is not the one of the result", ()
    if result.policy_hash != policy_hash(policy):
        yield "R641", "分配规则已经变动", "the policy is not the one of the result", (policy.id,)
    if result.official != (policy.is_official and result.draw is not None):
        yield "R642", "是否可以公布写错了", "whether it may be published is wrong", ()
    if result.draw is not None and result.draw.number != result.seed:
        yield "R645", "种子不是摇号所用的号码", "the seed is not the number of the draw", ()


def _closings(order: Order, result: AllocationResult) -> Iterator[Broken]:
    """Only a pool that nobody is in now, and that too few came to, may be closed."""
    for closed in result.proof.closed if isinstance(result.proof, StableProof) else ():
        one = order.case.pools.get(closed.pool)
        empty = one is not None and not order.case.staying(closed.pool) and not order.case.keepers(closed.pool)
        if one is None or not empty or not closed.had < one.min_class == closed.needed:
            yield "R620", "这个班不应停开", "the pool must not be closed", (closed.pool,)


def _proof(order: Order, result: AllocationResult) -> Iterator[Broken]:
    if isinstance(result.proof, StableProof):
        yield from _stable(order, result, result.proof)
    else:
        yield from _served(order, result, result.proof)


def _stable(order: Order, result: AllocationResult, proof: StableProof) -> Iterator[Broken]:
    placed = {one.applicant: one.pool for one in result.assignments}
    blocking = list(blocking_coalitions(order, placed))
    if len(blocking) != proof.blocking_coalitions:
        ids = tuple(name for name, _ in blocking[:5])
        zh = f"有理由不服的有 {len(blocking)} 处，写的是 {proof.blocking_coalitions}"
        yield "R621", zh, f"{len(blocking)} with justified envy, {proof.blocking_coalitions} stated", ids
    inside: dict[str, set[str]] = {}
    for who, pool in placed.items():
        inside.setdefault(pool, set()).add(who)
    for cut in proof.cutoffs:
        if cut.pool not in order.case.pools:
            yield "R622", "没有这个班级", "there is no such pool", (cut.pool,)
            continue
        key, places, filled = cutoff_of(order, cut.pool, cut.reserve, inside.get(cut.pool, set()))
        if (cut.key, cut.places, cut.filled) != (key, places, filled):
            yield "R622", f"录取线应为 {key}", f"the cut-off is {key}, {filled} of {places}", (cut.pool,)


def _served(order: Order, result: AllocationResult, proof: ServedProof) -> Iterator[Broken]:
    service = Service(order)
    placed = {one.applicant: one.pool for one in result.assignments}
    served = service.served(placed)
    if served != proof.served_by_class:
        yield "R630", f"各类人数应为 {served}", f"the numbers served are {served}", ()
    objective = service.objective(placed)
    if objective != proof.objective or proof.unit != service.unit():
        yield "R631", f"目标值应为 {objective}", f"the objective is {objective}", ()
    if proof.method != "flow":
        yield from _stated_bounds(service, result, proof)
        return
    if any(price.value < 0 for price in proof.prices):
        yield "R632", "价格为负", "a price is negative", ()
    bound = service.bound(proof)
    if bound != proof.bound or bound != objective:
        yield "R633", f"下界应为 {bound}，目标 {objective}", f"the bound is {bound}, the objective {objective}", ()
    largest = service.largest(proof.worst_m)
    if largest != proof.largest_by_class or served != largest:
        yield "R634", f"各类最多可安排 {largest}", f"the largest numbers are {largest}", ()
    anybody = any(largest)
    if proof.worst_m is not None and anybody and service.largest(proof.worst_m - 1) == service.largest(None):
        yield "R635", "最远距离还能更小", "the largest distance can be smaller", ()


def _stated_bounds(service: Service, result: AllocationResult, proof: ServedProof) -> Iterator[Broken]:
    """What a programme states: no bound on the wrong side, no more than could be served if nothing were coupled."""
    stated = zip(proof.served_by_class, proof.largest_by_class, strict=True)
    if any(served > largest for served, largest in stated) or proof.bound > proof.objective:
        yield "R633", "下界高于目标，或人数多于上限", "a bound lies on the wrong side", ()
    most = service.largest(None)
    shares = service.order.policy.half_days_share
    if not shares and any(served > largest for served, largest in zip(proof.served_by_class, most, strict=True)):
        yield "R634", f"各类最多可安排 {most}", f"the largest numbers are {most}", ()
    proved = proof.bound == proof.objective and proof.served_by_class == proof.largest_by_class
    if result.status is Status.OPTIMAL and not proved:
        yield "R633", "最优未被证明", "said to be optimal, but the bound does not prove it", ()


def _figures(order: Order, result: AllocationResult) -> Iterator[Broken]:
    names = [one.id for one in order.policy.enabled_classes] + ["others"]
    served = Counter(names[order.class_of[one.applicant]] for one in result.assignments)
    stated = result.summary.get("by_class", {})
    if result.summary.get("placed") != len(result.assignments) or any(
        stated.get(name, {}).get("placed") != served[name] for name in names
    ):
        yield "R643", "汇总数字不对", "the summary is wrong", ()
    out = {one.applicant for one in result.unplaced} - order.case.absent
    short = any(
        one.must_place and any(order.class_of[who] == number for who in out)
        for number, one in enumerate(order.policy.enabled_classes)
    )
    proof = result.proof
    proved = isinstance(proof, StableProof) or proof.served_by_class == proof.largest_by_class
    if (short and proved) != (result.status is Status.INFEASIBLE):
        yield "R644", "是否全部兜底写错了", "whether all who must be placed are is wrong", ()
