"""Who works with whom: teams, and the caregiver rules of links."""

from __future__ import annotations

from optimizer.visits.search.compiled import compiled
from optimizer.visits.search.records import Kernel

__all__ = ["rules_hold"]


@compiled
def rules_hold(k: Kernel, bundle: int) -> bool:
    """Whether teams are of different caregivers and the caregiver rules of the bundle's links are kept."""
    for i in range(k.bundle_first[bundle], k.bundle_first[bundle + 1]):
        c = k.bundle_class[i]
        for v in range(k.cls[c].first, k.cls[c].end):
            if k.node[v].route < 0:
                continue
            for w in range(v + 1, k.cls[c].end):
                if k.node[w].route >= 0 and _caregiver(k, v) == _caregiver(k, w):
                    return False
    for i in range(k.rule_first[bundle], k.rule_first[bundle + 1]):
        if not _rule_holds(k, bundle, k.rule[i, 0], k.rule[i, 1], k.rule[i, 2]):
            return False
    return True


@compiled
def _caregiver(k: Kernel, v: int) -> int:
    return k.shift[k.node[v].route].caregiver


@compiled
def _rule_holds(k: Kernel, bundle: int, a: int, b: int, same: int) -> bool:
    """One rule between two visits of a bundle; holds while one of them is not planned.

    ``same`` asks for equal sets of caregivers: each member of one team is in the other.
    """
    for visit, other in ((a, b), (b, a)):
        for i in range(k.bundle_first[bundle], k.bundle_first[bundle + 1]):
            c = k.bundle_class[i]
            for v in range(k.cls[c].first, k.cls[c].end):
                if k.task[v].visit != visit or k.node[v].route < 0:
                    continue
                found, planned = _in_team(k, bundle, other, _caregiver(k, v))
                if planned and found != (same == 1):
                    return False
    return True


@compiled
def _in_team(k: Kernel, bundle: int, visit: int, caregiver: int) -> tuple[bool, bool]:
    """Whether the caregiver does the visit, and whether it is planned at all."""
    planned = False
    for i in range(k.bundle_first[bundle], k.bundle_first[bundle + 1]):
        c = k.bundle_class[i]
        for v in range(k.cls[c].first, k.cls[c].end):
            if k.task[v].visit == visit and k.node[v].route >= 0:
                planned = True
                if _caregiver(k, v) == caregiver:
                    return True, True
    return False, planned
