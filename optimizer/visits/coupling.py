"""How routes hang together in time: links between visits, and one caregiver's shifts."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.visits.index import FAR, IndexedProblem

__all__ = ["Demand", "shifts_of_same_caregiver", "ties_of"]


@dataclass(frozen=True, slots=True)
class Demand:
    """``start[partner] >= start[visit] + to_partner`` and ``start[visit] >= start[partner] + to_visit``."""

    to_partner: int
    to_visit: int


def ties_of(indexed: IndexedProblem) -> list[list[tuple[int, Demand]]]:
    """For each visit its partners in links and the gaps both ways; a side without limit demands nothing."""
    ties: list[list[tuple[int, Demand]]] = [[] for _ in range(indexed.visits)]
    rows = zip(
        indexed.gap_before.tolist(),
        indexed.gap_after.tolist(),
        indexed.gap_min.tolist(),
        indexed.gap_max.tolist(),
        strict=True,
    )
    for before, after, least, most in rows:
        back = -most if most < FAR else -2 * FAR
        ties[before].append((after, Demand(least, back)))
        ties[after].append((before, Demand(back, least)))
    return ties


def shifts_of_same_caregiver(indexed: IndexedProblem) -> tuple[list[list[int]], list[list[int]]]:
    """For each shift the earlier and the later shifts of its caregiver."""
    start, owner = indexed.shift_start.tolist(), indexed.shift_caregiver.tolist()
    of_owner: dict[int, list[int]] = {}
    for shift, caregiver in enumerate(owner):
        of_owner.setdefault(caregiver, []).append(shift)
    shifts = range(indexed.shifts)
    earlier = [[s for s in of_owner[owner[r]] if (start[s], s) < (start[r], r)] for r in shifts]
    later = [[s for s in of_owner[owner[r]] if (start[s], s) > (start[r], r)] for r in shifts]
    return earlier, later
