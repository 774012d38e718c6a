"""What may be shown to everybody: places by application number, cut-offs without persons, counts without small cells.

Counts of persons under five are suppressed; and whatever would let a reader work one out (a total less the other
cells) is suppressed, too. Capacities are never suppressed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from optimizer.common.language import Text
from optimizer.places.model import PlacesProblem
from optimizer.places.policy import CriterionKind, Policy
from optimizer.places.result import AllocationResult, StableProof, UnplacedKind

__all__ = ["SMALLEST", "PublicCount", "PublicCutOff", "public_counts", "public_cutoffs", "suppressed"]

SMALLEST = 5
"""Fewest persons that are shown."""

Cells = NDArray[np.int64]
_OUT = (UnplacedKind.WITHDRAWN, UnplacedKind.NOT_WILLING)
_FIXED_STEPS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicCutOff:
    """The cut-off of one kind of place, without any person; ``None`` where it plays no part or places are left."""

    pool: str
    reserve: str | None
    places: int
    is_full: bool
    class_number: int | None
    distance_band: int | None
    lottery_rank: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicCount:
    """Applications of a class or group, placed and not placed; ``None`` where the number is suppressed."""

    name: Text
    applied: int | None
    placed: int | None
    unplaced: int | None


def public_cutoffs(policy: Policy, result: AllocationResult) -> tuple[PublicCutOff, ...]:
    """Class, distance band and lottery rank of the last one in; who that was is for the auditor."""
    if not isinstance(result.proof, StableProof):
        return ()
    kinds = [one.kind for one in policy.enabled_order]
    found = []
    for cut in result.proof.cutoffs:
        key = cut.key
        found.append(
            PublicCutOff(
                pool=cut.pool,
                reserve=cut.reserve,
                places=cut.places,
                is_full=key is not None,
                class_number=_step(key, kinds, CriterionKind.CLASS),
                distance_band=_step(key, kinds, CriterionKind.DISTANCE_BAND),
                lottery_rank=None if key is None else key[-1] + 1,
            )
        )
    return tuple(found)


def public_counts(problem: PlacesProblem, policy: Policy, result: AllocationResult) -> tuple[PublicCount, ...]:
    """Applications by class of the policy, and by group, with small numbers suppressed; the sum first.

    The classes add up to the sum, so they are suppressed together; groups overlap, each has a row of its own.
    """
    out = {one.applicant for one in result.unplaced if one.kind in _OUT}
    placed = {one.applicant for one in result.assignments}
    people = [one for one in problem.applicants if one.id not in out]
    names = [one.name for one in policy.enabled_classes] + [Text("其余", "others")]
    rows = np.zeros((len(names), 2), dtype=np.int64)
    for one in people:
        number = _class_of(one.groups, one.ability, policy)
        rows[number, 0 if one.id in placed else 1] += 1
    total = PublicCount(
        name=Text("合计", "all"), applied=len(people), placed=int(rows[:, 0].sum()), unplaced=int(rows[:, 1].sum())
    )
    shown = [total, *_rows(names, rows)]
    for group in sorted({group for one in people for group in one.groups}):
        members = [one for one in people if group in one.groups]
        inside = sum(one.id in placed for one in members)
        row = np.array([[inside, len(members) - inside]], dtype=np.int64)
        shown += _rows([Text(group, group)], row, alone=True)
    return tuple(shown)


def suppressed(cells: Cells, *, alone: bool = False) -> NDArray[np.bool_]:
    """Which cells of a table, its sums of rows and columns included, are not shown; shape ``(rows + 1, columns + 1)``.

    Parameters
    ----------
    cells
        Counts, ``(rows, columns)``. Sums of columns and the sum of all are always shown, unless the table stands
        ``alone`` (one row whose sums are shown nowhere else).
    """
    rows, columns = cells.shape
    whole = _with_sums(cells)
    hide = (whole < SMALLEST) & (whole > 0)
    hide[:rows] |= (whole[:rows] == 0) & (whole[:rows, -1:] > 0)
    hide[rows] = False
    if alone:
        hide[rows] = hide[0]
    while True:
        open_ = _worked_out(whole, hide, alone=alone)
        if open_ is None:
            return hide
        r, c = open_
        near = [(int(whole[r, k]), r, k) for k in range(columns + 1) if not hide[r, k]]
        near += [(int(whole[k, c]), k, c) for k in range(rows) if not hide[k, c]]
        if not near:
            hide[:rows] = True
            return hide
        _, r, c = min(near)
        hide[r, c] = True
        if alone:
            hide[rows] = hide[0]


def _worked_out(whole: Cells, hide: NDArray[np.bool_], *, alone: bool) -> tuple[int, int] | None:
    """A suppressed cell that the shown ones pin down to fewer than :data:`SMALLEST` values."""
    rows, columns = whole.shape[0] - 1, whole.shape[1] - 1
    size = rows * columns
    equal, right = [], []
    for r in range(rows + 1):
        for c in range(columns + 1):
            if hide[r, c] or (alone and r == rows):
                continue
            row = np.zeros(size)
            for i in range(rows):
                for j in range(columns):
                    if r in (i, rows) and c in (j, columns):
                        row[i * columns + j] = 1.0
            equal.append(row)
            right.append(float(whole[r, c]))
    for r, c in np.argwhere(hide[:rows]).tolist():
        aim = np.zeros(size)
        for j in range(columns):
            if c in (j, columns):
                aim[r * columns + j] = 1.0
        ends = []
        for sign in (1.0, -1.0):
            solved = linprog(sign * aim, A_eq=np.array(equal) if equal else None, b_eq=right or None, bounds=(0, None))
            if solved.status == 3:
                ends.append(np.inf)
                continue
            ends.append(sign * float(solved.fun))
        if abs(ends[1] - ends[0]) < SMALLEST - 1 - 1e-6:
            return r, c
    return None


def _rows(names: Sequence[Text], cells: Cells, *, alone: bool = False) -> list[PublicCount]:
    hide, whole = suppressed(cells, alone=alone), _with_sums(cells)
    shown: list[PublicCount] = []
    for r, name in enumerate(names):
        if not whole[r, -1]:
            continue
        placed, unplaced, applied = (None if hide[r, c] else int(whole[r, c]) for c in range(3))
        shown.append(PublicCount(name=name, applied=applied, placed=placed, unplaced=unplaced))
    return shown


def _with_sums(cells: Cells) -> Cells:
    wide = np.column_stack([cells, cells.sum(axis=1)])
    whole: Cells = np.vstack([wide, wide.sum(axis=0)])
    return whole


def _step(key: tuple[int, ...] | None, kinds: list[CriterionKind], kind: CriterionKind) -> int | None:
    return None if key is None or kind not in kinds else key[_FIXED_STEPS + kinds.index(kind)] + 1


def _class_of(groups: Sequence[str], ability: str, policy: Policy) -> int:
    own = set(groups)
    for number, one in enumerate(policy.enabled_classes):
        is_in = own.issuperset(one.all_groups) and (not one.any_groups or own.intersection(one.any_groups))
        if is_in and (not one.abilities or ability in one.abilities):
            return number
    return len(policy.enabled_classes)
