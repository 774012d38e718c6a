"""Pairs against trying everything, the proof against the checker, and every option against a case it changes."""

from __future__ import annotations

import dataclasses
from datetime import date

import numpy as np
import pytest

from optimizer.common.errors import InputError
from optimizer.common.status import Status
from optimizer.places.model import (
    Area,
    Ban,
    FixedPair,
    GivenDistance,
    Institution,
    InstitutionKind,
    PlacesProblem,
)
from optimizer.places.pairing import PairObjective, PairOptions, Side, pair_institutions
from optimizer.places.pairing import augment as augmenting
from optimizer.places.pairing import choice as choosing
from optimizer.places.referee.pair_check import check_pairs
from tests.places.pairing.made import best_by_hand, cases, drawn


def town_of(problem):
    return {one.id: one.town for one in problem.institutions}


def keys(result):
    return tuple((pair.left, pair.right) for pair in result.pairs)


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize(("max_left", "max_right"), [(1, 1), (2, 1), (2, 2)])
def test_least_total_and_first_by_id(seed, max_left, max_right):
    problem = drawn(seed, 3, 4)
    metres = cases(problem)
    for number in (1, 2, 3):
        choices = best_by_hand(problem, number, max_left, max_right)
        result = pair_institutions(problem, PairOptions(pairs=number, max_left=max_left, max_right=max_right))
        assert check_pairs(problem, result) == ()
        if not choices:
            assert result.status is Status.INFEASIBLE
            assert result.largest.largest == len(result.pairs) < number
            continue
        least = min(sum(metres[pair] for pair in choice) for choice in choices)
        first = min(choice for choice in choices if sum(metres[pair] for pair in choice) == least)
        assert result.status is Status.OPTIMAL
        assert result.total_m == least == result.proof.bound
        assert keys(result) == first
        assert {point.pairs: point.total_m for point in result.curve}[number] == least


@pytest.mark.parametrize("seed", range(25))
def test_bottleneck_then_total(seed):
    problem = drawn(seed)
    metres = cases(problem)
    choices = best_by_hand(problem, 3)
    result = pair_institutions(problem, PairOptions(pairs=3, objective=PairObjective.BOTTLENECK))
    assert check_pairs(problem, result) == ()
    best = min((max(metres[p] for p in choice), sum(metres[p] for p in choice)) for choice in choices)
    assert (result.longest_m, result.total_m) == best


@pytest.mark.parametrize("seed", range(25))
def test_same_town_first(seed):
    problem = drawn(seed)
    metres, town = cases(problem), town_of(problem)
    result = pair_institutions(problem, PairOptions(pairs=3, same_town_first=True))
    assert check_pairs(problem, result) == ()

    def rank(choice):
        across = sum(not town[a] or town[a] != town[b] for a, b in choice)
        return across, sum(metres[p] for p in choice)

    assert rank(keys(result)) == min(rank(choice) for choice in best_by_hand(problem, 3))
    assert result.curve[2].across_towns == rank(keys(result))[0]


@pytest.mark.parametrize("objective", list(PairObjective))
@pytest.mark.parametrize("seed", range(25))
def test_one_per_town(seed, objective):
    problem = drawn(seed, 5, 4)
    metres, town = cases(problem), town_of(problem)
    choices = best_by_hand(problem, 3)
    if not choices:
        pytest.skip("no three pairs are possible")
    result = pair_institutions(problem, PairOptions(pairs=3, one_per_town=True, objective=objective))
    assert check_pairs(problem, result) == ()

    def rank(choice):
        longest = max(metres[p] for p in choice) if objective is PairObjective.BOTTLENECK else 0
        return -len({town[a] for a, _ in choice if town[a]}), longest, sum(metres[p] for p in choice)

    assert rank(keys(result)) == min(rank(choice) for choice in choices)
    assert result.status is Status.OPTIMAL


def pair_table(*rows, fixed=(), bans=(), kinds=None):
    left, right = sorted({a for a, _, _ in rows}), sorted({b for _, b, _ in rows})
    kinds = kinds or {}
    institutions = [Institution(id=a, kind=InstitutionKind.ELDERCARE, town=f"town {a}") for a in left]
    institutions += [Institution(id=b, kind=kinds.get(b, InstitutionKind.CHILDCARE)) for b in right]
    return PlacesProblem(
        name="table",
        institutions=tuple(institutions),
        distances=tuple(GivenDistance(origin=a, destination=b, metres=d) for a, b, d in rows),
        fixed_pairs=fixed,
        bans=bans,
    )


ROWS = (("E1", "C1", 1), ("E1", "C2", 2), ("E2", "C1", 2), ("E2", "C2", 9))


def test_a_fixed_pair_counts_first():
    fixed = FixedPair(first="C1", second="E1", signed_on=date(2024, 5, 1), remark="已签")
    problem = pair_table(*ROWS, fixed=(fixed,))
    result = pair_institutions(problem, PairOptions(pairs=2))
    assert keys(result) == (("E1", "C1"), ("E2", "C2"))
    assert result.pairs[0].signed_on == date(2024, 5, 1)
    assert result.pairs[0].remark == "已签"
    assert (result.total_m, result.largest.largest) == (10, 2)
    assert check_pairs(problem, result) == ()


def test_a_ban_holds_in_both_directions():
    for ban in (Ban(first="E1", second="C2"), Ban(first="C2", second="E1")):
        result = pair_institutions(pair_table(*ROWS, bans=(ban,)), PairOptions(pairs=2))
        assert keys(result) == (("E1", "C1"), ("E2", "C2"))


def test_kindergartens_by_a_switch():
    problem = pair_table(*ROWS, kinds={"C1": InstitutionKind.KINDERGARTEN})
    assert keys(pair_institutions(problem, PairOptions(pairs=1))) == (("E1", "C1"),)
    result = pair_institutions(problem, PairOptions(pairs=1, kindergartens=False))
    assert keys(result) == (("E1", "C2"),)
    assert check_pairs(problem, result) == ()


def test_at_least_takes_pairs_that_cost_nothing():
    problem = pair_table(("E1", "C1", 0), ("E2", "C2", 0), ("E3", "C3", 5))
    assert len(pair_institutions(problem, PairOptions(pairs=1)).pairs) == 1
    result = pair_institutions(problem, PairOptions(pairs=1, at_least=True))
    assert keys(result) == (("E1", "C1"), ("E2", "C2"))
    assert check_pairs(problem, result) == ()


def test_at_least_under_the_longest_distance():
    problem = pair_table(("E1", "C1", 4), ("E2", "C2", 4), ("E3", "C3", 5))
    result = pair_institutions(problem, PairOptions(pairs=1, at_least=True, objective=PairObjective.BOTTLENECK))
    assert len(result.pairs) == 2
    assert check_pairs(problem, result) == ()


def test_too_few_homes_say_how_many_pairs_each_must_take():
    homes = [(f"E{i}", f"C{j:02d}", 10 * i + j) for i in range(9) for j in range(49)]
    problem = pair_table(*homes)
    result = pair_institutions(problem, PairOptions(pairs=20))
    assert result.status is Status.INFEASIBLE
    assert len(result.pairs) == result.largest.largest == 9
    assert result.largest.left == tuple(f"E{i}" for i in range(9))
    assert any("--max-left 3 --max-right 1" in note.en for note in result.notes)
    assert check_pairs(problem, result) == ()
    more = pair_institutions(problem, PairOptions(pairs=20, max_left=3))
    assert more.status is Status.OPTIMAL
    assert check_pairs(problem, more) == ()


def test_next_best_partner_has_no_pair_and_is_allowed():
    result = pair_institutions(pair_table(*ROWS), PairOptions(pairs=1))
    assert (result.pairs[0].next_best, result.pairs[0].next_best_m) == ("C2", 2)
    banned = pair_table(*ROWS, bans=(Ban(first="E1", second="C2"),))
    assert pair_institutions(banned, PairOptions(pairs=1)).pairs[0].next_best is None


def test_demonstration_points_lie_in_different_towns():
    rows = [("E1", "C1", 1), ("E2", "C2", 2), ("E3", "C3", 3)]
    problem = pair_table(*rows)
    same = dataclasses.replace(
        problem,
        institutions=tuple(
            dataclasses.replace(one, town="t") if one.id in ("E1", "E2") else one for one in problem.institutions
        ),
    )
    chosen = [pair.left for pair in pair_institutions(problem, PairOptions(pairs=3)).pairs if pair.demonstration]
    assert chosen == ["E1", "E2"]
    result = pair_institutions(same, PairOptions(pairs=3))
    assert [pair.left for pair in result.pairs if pair.demonstration] == ["E1", "E3"]


def test_town_and_village_and_hospitals():
    areas = (Area(id="a", name="甲", urban=True), Area(id="b", name="乙", urban=False))
    institutions = (
        Institution(id="u", kind=InstitutionKind.ELDERCARE, town="甲", lat=32.0, lon=121.0),
        Institution(id="r", kind=InstitutionKind.ELDERCARE, town="乙", lat=32.0, lon=121.1),
        Institution(id="h", kind=InstitutionKind.HOSPITAL, town="乙", lat=32.0, lon=121.2),
    )
    problem = PlacesProblem(name="x", institutions=institutions, areas=areas)
    villages = PairOptions(left=Side.URBAN_ELDERCARE, right=Side.RURAL_ELDERCARE, pairs=1)
    assert keys(pair_institutions(problem, villages)) == (("u", "r"),)
    care = PairOptions(left=Side.ELDERCARE, right=Side.HOSPITAL, pairs=1)
    result = pair_institutions(problem, care)
    assert keys(result) == (("r", "h"),)
    assert result.total_m == pytest.approx(6371008.8 * np.radians(0.1) * np.cos(np.radians(32.0)), abs=1)
    assert check_pairs(problem, result) == ()


def test_broken_asks_are_findings():
    problem = pair_table(*ROWS)
    with pytest.raises(InputError) as caught:
        pair_institutions(problem, PairOptions(pairs=0, max_left=0))
    assert [finding.code for finding in caught.value.findings] == ["P701", "P701"]
    with pytest.raises(InputError) as caught:
        pair_institutions(problem, PairOptions(right=Side.HOSPITAL))
    assert [finding.code for finding in caught.value.findings] == ["P702"]
    twice = pair_table(*ROWS, fixed=(FixedPair(first="E1", second="C1"), FixedPair(first="E1", second="C2")))
    with pytest.raises(InputError) as caught:
        pair_institutions(twice, PairOptions())
    assert [finding.code for finding in caught.value.findings] == ["P703"]


def scattered(n, m, seed):
    random = np.random.default_rng(seed)
    spots = 31.8 + 0.3 * random.random((n + m, 2))
    return PlacesProblem(
        name="scattered",
        institutions=tuple(
            Institution(
                id=f"{'E' if i < n else 'C'}{i:04d}",
                lat=float(lat),
                lon=90.0 + float(lon),
                kind=InstitutionKind.ELDERCARE if i < n else InstitutionKind.CHILDCARE,
            )
            for i, (lat, lon) in enumerate(spots)
        ),
    )


def test_compiled_and_plain_growth_agree_and_far_pairs_are_not_needed(monkeypatch):
    problem = scattered(150, 160, 3)
    options = PairOptions(pairs=140)
    plain = pair_institutions(problem, options)
    monkeypatch.setattr(augmenting, "_SMALL", 0)
    compiled = pair_institutions(problem, options)
    monkeypatch.setattr(choosing, "_ALL_AT_ONCE", 0)
    monkeypatch.setattr(choosing, "_ARCS_PER_NODE", 2)
    near = pair_institutions(problem, options)
    assert plain.pairs == compiled.pairs == near.pairs
    assert plain.curve == compiled.curve == near.curve
    assert plain.proof.bound == near.proof.bound == plain.total_m


def test_the_order_of_the_input_never_matters():
    problem = scattered(20, 25, 5)
    turned = dataclasses.replace(problem, institutions=problem.institutions[::-1])
    first, second = (pair_institutions(one, PairOptions(pairs=10)) for one in (problem, turned))
    assert first.pairs == second.pairs
    assert first.input_hash == second.input_hash


def test_the_curve_is_convex_and_agrees_with_an_assignment_solver():
    from scipy.optimize import linear_sum_assignment

    problem = scattered(12, 15, 8)
    result = pair_institutions(problem, PairOptions(pairs=5))
    steps = np.diff([0, *(point.total_m for point in result.curve)])
    assert (np.diff(steps) >= 0).all()
    from optimizer.places.between import metres_between

    left = [one for one in sorted(problem.institutions, key=lambda one: one.id) if one.id[0] == "E"]
    right = [one for one in sorted(problem.institutions, key=lambda one: one.id) if one.id[0] == "C"]
    metres = metres_between(left, right)
    assert result.curve[-1].total_m == metres[linear_sum_assignment(metres)].sum()
