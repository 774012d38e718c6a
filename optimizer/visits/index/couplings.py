"""What ties visits to each other and to the caregivers they know."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from optimizer.visits.index.arrays import FAR, ints
from optimizer.visits.model import Link, LinkCaregivers, LinkKind, Problem, Visit

__all__ = ["acquaintance", "link_rules"]


def acquaintance(problem: Problem, visits: Sequence[Visit], number: dict[str, int]) -> dict[str, Any]:
    """Who counts as not preferred, and who as unknown, for each visit: two ``(V, C)`` bool arrays."""
    clients = {client.id: client for client in problem.clients}
    not_preferred = np.zeros((len(visits), len(number)), dtype=bool)
    unknown = np.zeros((len(visits), len(number)), dtype=bool)
    for v, visit in enumerate(visits):
        client = clients[visit.client]
        if client.preferred:
            not_preferred[v] = True
            not_preferred[v, [number[c] for c in client.preferred if c in number]] = False
        if client.known:
            unknown[v] = True
            unknown[v, [number[k.caregiver] for k in client.known if k.caregiver in number]] = False
    return {"not_preferred": not_preferred, "unknown": unknown}


def link_rules(links: Sequence[Link], number: dict[str, int]) -> dict[str, Any]:
    """Rules of time, all-or-nothing groups and caregiver rules of the links."""
    gaps: list[tuple[int, int, int, int, bool]] = []
    same: list[tuple[int, int]] = []
    different: list[tuple[int, int]] = []
    group = np.arange(len(number), dtype=np.int64)
    for link in links:
        members = [number[visit] for visit in link.visits]
        for a, b in pairwise(members):
            least, most = (0, 0) if link.kind is LinkKind.SIMULTANEOUS else (link.min_gap_t, link.max_gap_t)
            gaps.append((a, b, least, FAR if most is None else most, not link.all_or_nothing))
        if link.kind is LinkKind.SIMULTANEOUS and not link.all_or_nothing:
            # neighbours that are left out must not untie the rest: every pair is bound, not only neighbours
            gaps += [(a, b, 0, 0, True) for i, a in enumerate(members) for b in members[i + 2 :]]
        if link.all_or_nothing:
            merged = np.isin(group, group[members])
            group[merged] = group[members].min()
        pairs = [(a, b) for i, a in enumerate(members) for b in members[i + 1 :]]
        if link.caregivers is LinkCaregivers.SAME:
            same += pairs
        elif link.caregivers is LinkCaregivers.DIFFERENT:
            different += pairs
    return {
        "gap_before": ints(gap[0] for gap in gaps),
        "gap_after": ints(gap[1] for gap in gaps),
        "gap_min": ints(gap[2] for gap in gaps),
        "gap_max": ints(gap[3] for gap in gaps),
        "gap_binds_apart": np.array([gap[4] for gap in gaps], dtype=bool),
        "group": group,
        "same_caregiver": np.array(same, dtype=np.int64).reshape(-1, 2),
        "different_caregivers": np.array(different, dtype=np.int64).reshape(-1, 2),
    }
