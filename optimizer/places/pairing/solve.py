"""Pairs of institutions by distance: the chosen ones with proof, curve and advice."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from optimizer.common.language import Text
from optimizer.common.status import Status
from optimizer.places.digest import component_versions, problem_hash
from optimizer.places.model import PlacesProblem
from optimizer.places.pairing.advice import advice, with_demonstrations, with_next_best
from optimizer.places.pairing.case import PairCase, pair_case
from optimizer.places.pairing.choice import Choice, best_choice
from optimizer.places.pairing.result import CurvePoint, Cut, Pair, PairOptions, PairProof, PairResult

__all__ = ["pair_institutions"]


def pair_institutions(problem: PlacesProblem, options: PairOptions | None = None) -> PairResult:
    """Pair institutions of two sides so that the total distance is least (or the longest one, see the options).

    Exactly as many pairs as asked for are chosen, fixed pairs first; where fewer are possible, as many as possible,
    with the cut that limits them. Of several best choices the one that comes first by id is taken.

    Raises
    ------
    InputError
        ``P701`` to ``P704``, all findings at once.
    """
    options = options or PairOptions()
    started = time.perf_counter()
    case = pair_case(problem, options)
    choice = best_choice(case, options)
    proof = _proof(case, choice)
    pairs = with_next_best(_pairs(case, choice), case)
    pairs, few_towns = with_demonstrations(pairs, case, options.demonstrations)
    notes = [*advice(case, options, choice.largest.largest), *_notes(case, options, choice)]
    if few_towns is not None:
        notes.append(few_towns)
    total = sum(pair.distance_m for pair in pairs)
    return PairResult(
        options=options,
        status=Status.INFEASIBLE if len(pairs) < options.pairs else _status(proof),
        pairs=tuple(pairs),
        total_m=total,
        longest_m=max((pair.distance_m for pair in pairs), default=0),
        largest=_whole_cut(choice.largest, case),
        proof=proof,
        curve=tuple(_curve(case, choice)),
        input_hash=problem_hash(problem),
        seconds=time.perf_counter() - started,
        versions=component_versions("numpy", "scipy", "numba"),
        notes=tuple(notes),
        summary=_summary(case, pairs, total),
    )


def _pairs(case: PairCase, choice: Choice) -> list[Pair]:
    fixed = {(i, j): pair for i, j, pair in case.fixed}
    rows = sorted([*choice.pairs, *fixed])
    return [
        Pair(
            left=case.left[i].id,
            right=case.right[j].id,
            distance_m=int(case.metres[i, j]),
            given=bool(case.given[i, j]),
            fixed=(i, j) in fixed,
            signed_on=fixed[i, j].signed_on if (i, j) in fixed else None,
            remark=fixed[i, j].remark if (i, j) in fixed else "",
        )
        for i, j in rows
    ]


def _status(proof: PairProof) -> Status:
    return Status.OPTIMAL if proof.bound == proof.objective else Status.FEASIBLE


def _objective(choice: Choice) -> int:
    return sum(int(choice.cost[i, j]) for i, j in choice.pairs)


def _bound(choice: Choice) -> int:
    """The right side of the inequality in :class:`PairProof`; zero prices give zero where nothing is chosen."""
    town = np.zeros(len(choice.left_price), dtype=np.int64)
    price_of = dict(zip(choice.town_names, choice.town_price, strict=True))
    if choice.towns:
        town += choice.town_of_left(price_of)
    left, right = np.nonzero(choice.allowed & (choice.cost < choice.price + int(town.max(initial=0))))
    slack = choice.price + town[left] - choice.left_price[left] - choice.right_price[right] - choice.cost[left, right]
    return int(
        len(choice.pairs) * choice.price
        + choice.towns * choice.town_step
        - (choice.max_left * choice.left_price).sum()
        - (choice.max_right * choice.right_price).sum()
        - sum(max(0, choice.town_step - price) for price in choice.town_price)
        - np.maximum(slack, 0).sum()
    )


def _whole_cut(cut: Cut, case: PairCase) -> Cut:
    """The cut with the fixed pairs counted in."""
    return Cut(largest=cut.largest + len(case.fixed), left=cut.left, right=cut.right, single=cut.single)


def _proof(case: PairCase, choice: Choice) -> PairProof:
    return PairProof(
        objective=_objective(choice),
        bound=_bound(choice),
        price=choice.price,
        left={one.id: int(price) for one, price in zip(case.left, choice.left_price, strict=True) if price},
        right={one.id: int(price) for one, price in zip(case.right, choice.right_price, strict=True) if price},
        town={name: price for name, price in zip(choice.town_names, choice.town_price, strict=True) if price},
        step=choice.step,
        town_step=choice.town_step,
        towns=choice.towns,
        town_cut=choice.town_cut,
        within_m=choice.within_m,
        shorter=choice.shorter,
    )


def _curve(case: PairCase, choice: Choice) -> Iterator[CurvePoint]:
    if not len(choice.curve):
        return
    total = sum(int(case.metres[i, j]) for i, j, _ in case.fixed)
    across = sum(bool(case.across[i, j]) for i, j, _ in case.fixed)
    cost = 0
    for number, price in enumerate(choice.curve.tolist(), start=1):
        cost += price
        apart, metres = divmod(cost, choice.step) if choice.step else (None, cost)
        yield CurvePoint(
            pairs=len(case.fixed) + number,
            total_m=total + metres,
            across_towns=None if apart is None else apart + across,
        )


def _notes(case: PairCase, options: PairOptions, choice: Choice) -> Iterator[Text]:
    if len(case.fixed) > options.pairs:
        yield Text(
            f"已签结对 {len(case.fixed)} 对，多于要求的 {options.pairs} 对，全部保留",
            f"{len(case.fixed)} pairs are fixed, more than the {options.pairs} asked for; all are kept",
        )
    lost = [one.id for one in (*case.left, *case.right) if one.lat is None or one.lon is None]
    if lost and not case.given.all():
        yield Text(
            f"{len(lost)} 家机构没有坐标，只按已给距离结对：{'、'.join(lost[:10])}",
            f"{len(lost)} institutions have no coordinates and pair by given distances only: {', '.join(lost[:10])}",
        )
    if options.one_per_town:
        served = {case.left[i].town for i, _ in choice.pairs} | {case.left[i].town for i, _, _ in case.fixed}
        missing = sorted({one.town for one in case.left if one.town} - served)
        if missing:
            yield Text(
                f"这些镇街没有结对（不可能再多）：{'、'.join(missing)}",
                f"towns without a pair (more are impossible): {', '.join(missing)}",
            )


def _summary(case: PairCase, pairs: list[Pair], total: int) -> dict[str, object]:
    town = {one.id: one.town for one in (*case.left, *case.right)}
    same = sum(1 for pair in pairs if town[pair.left] and town[pair.left] == town[pair.right])
    return {
        "left": len(case.left),
        "right": len(case.right),
        "pairs": len(pairs),
        "fixed": len(case.fixed),
        "same_town": same,
        "towns": len({town[pair.left] for pair in pairs if town[pair.left]}),
        "mean_m": round(total / len(pairs)) if pairs else 0,
        "distance": "given" if case.given.all() else "straight line" if not case.given.any() else "mixed",
    }
