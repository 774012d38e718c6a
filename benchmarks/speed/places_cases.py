"""Cases of the places side: allocation by both rules at three sizes, and the checker of its proof."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from benchmarks.speed.case import CaseUnavailable, case

__all__: list[str] = []

SIZES = (1_000, 3_000, 10_000)
SHORT_SIZE = 1_000
ENTRY = date(2026, 9, 1)


def _allocation(rule: str, applicants: int) -> Callable[[], Callable[[], object]]:
    def prepare() -> Callable[[], object]:
        try:
            from instances.places import make_qidong_places
            from optimizer.places.allocate import allocate_places
            from optimizer.places.policy_text import shipped_policy
            from optimizer.places.result import AllocationRule
        except ImportError as missing:
            raise CaseUnavailable(f"there is no allocation of places yet: {missing}") from missing
        problem = make_qidong_places(applicants, 1)
        policy = replace(shipped_policy("qidong-childcare"), entry_date=ENTRY)
        return lambda: allocate_places(problem, policy, rule=AllocationRule(rule), seed="7")

    return prepare


for _size in SIZES:
    for _rule in ("stable", "served"):
        case(f"places/{_rule}-{_size}", short=(_rule, _size) == ("stable", SHORT_SIZE))(_allocation(_rule, _size))


@case(f"places/check-stable-{SHORT_SIZE}")
def _check() -> Callable[[], object]:
    try:
        from instances.places import make_qidong_places
        from optimizer.places.allocate import allocate_places
        from optimizer.places.policy_text import shipped_policy
        from optimizer.places.referee.allocation import check_allocation
    except ImportError as missing:
        raise CaseUnavailable(f"there is no checker of allocations yet: {missing}") from missing
    problem = make_qidong_places(SHORT_SIZE, 1)
    policy = replace(shipped_policy("qidong-childcare"), entry_date=ENTRY)
    result = allocate_places(problem, policy, seed="7")
    return lambda: check_allocation(problem, policy, result)
