"""Beds under the Nantong profile: destitute elders first, incumbents stay, couples together, shortages named."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from dataclasses import replace

import pytest

from instances.places import make_qidong_places
from optimizer.common.status import Status
from optimizer.places.allocate import allocate_places
from optimizer.places.model import (
    Applicant,
    GivenDistance,
    Institution,
    InstitutionKind,
    Ownership,
    PlacesProblem,
    Pool,
)
from optimizer.places.policy_text import shipped_policy
from optimizer.places.referee.allocation import check_allocation
from optimizer.places.result import AllocationRule, ServedProof, UnplacedKind

POLICY = shipped_policy("nantong-beds")


def homes(people: int, beds: int, seed: int) -> PlacesProblem:
    """Twenty homes with single rooms and rooms for women, for men; every tenth elder lives in a home already."""
    rng = random.Random(seed)
    houses = [f"H{k:02}" for k in range(20)]
    pools = tuple(
        Pool(id=f"{house}/{kind or 'single'}", institution=house, capacity=beds, occupied=beds // 4, room_sex=kind)
        for house in houses
        for kind in (None, "female", "male")
    )
    elders = []
    for k in range(people):
        sex = "female" if k % 2 else "male"
        groups = rng.choice([("特困", "不能自理"), ("特困",), ("优抚",), (), (), ()])
        held = f"{houses[k // 10 % 20]}/{sex}" if k % 10 == 0 and k < people // 4 else None
        elders.append(
            Applicant(
                id=f"E{k:04}",
                sex=sex,
                groups=groups,
                government_paid="特困" in groups,
                willing=rng.random() < 0.95,
                current=held,
                transfer_wanted=held is not None and rng.random() < 0.5,
                preferences=() if held else tuple(rng.sample(houses, 6)),
                spouse={0: f"E{k + 1:04}", 1: f"E{k - 1:04}"}.get(k % 100) if k % 100 < 2 and k > 1 else None,
            )
        )
    return PlacesProblem(
        name="homes",
        applicants=tuple(elders),
        institutions=tuple(
            Institution(
                id=house,
                kind=InstitutionKind.ELDERCARE,
                ownership=rng.choice(list(Ownership)),
                grade=rng.choice([1, 2, 3]),
            )
            for house in houses
        ),
        pools=pools,
        distances=tuple(
            GivenDistance(origin=one.id, destination=house, metres=rng.randint(100, 8000))
            for one in elders
            for house in houses
        ),
    )


@pytest.mark.parametrize("rule", list(AllocationRule))
def test_300_elders(rule: AllocationRule) -> None:
    problem = homes(300, 8, 1)
    result = allocate_places(problem, POLICY, rule=rule, seed="7")
    assert check_allocation(problem, POLICY, result) == ()
    placed = {one.applicant: one for one in result.assignments}
    for one in problem.applicants:
        if one.current is not None and one.willing and not one.transfer_wanted:
            assert placed[one.id].pool == one.current
            assert placed[one.id].incumbent


@pytest.mark.slow
@pytest.mark.parametrize("rule", list(AllocationRule))
def test_2000_elders(rule: AllocationRule) -> None:
    problem = homes(2_000, 40, 2)
    result = allocate_places(problem, POLICY, rule=rule, seed="7")
    assert check_allocation(problem, POLICY, result) == ()


def test_rooms_of_two_in_a_whole_town_are_filled_and_proved_best() -> None:
    city = make_qidong_places(300, beds=True)
    problem = replace(city, pools=tuple(replace(one, class_size=2) for one in city.pools))
    result = allocate_places(problem, POLICY, rule=AllocationRule.SERVED, seed="7")
    proof = result.proof
    assert isinstance(proof, ServedProof)
    assert proof.method == "milp"
    assert (proof.bound, proof.largest_by_class) == (proof.objective, proof.served_by_class)
    assert len(result.assignments) > 250
    assert check_allocation(problem, POLICY, result) == ()


def test_a_shortage_of_beds_for_the_destitute_is_named() -> None:
    drawn = homes(300, 4, 3)
    destitute = tuple(replace(one, groups=("特困",), spouse=None) for one in drawn.applicants)
    problem = replace(drawn, applicants=destitute)
    result = allocate_places(problem, POLICY, rule=AllocationRule.SERVED, seed="7")
    assert result.status is Status.INFEASIBLE
    assert any("特困" in note.zh and "没有床位" in note.zh for note in result.notes)
    assert check_allocation(problem, POLICY, result) == ()


def test_who_is_not_willing_keeps_out_and_gives_nothing_up() -> None:
    problem = homes(60, 8, 4)
    unwilling = replace(problem.applicants[1], willing=False)
    result = allocate_places(replace(problem, applicants=(unwilling, *problem.applicants[2:])), POLICY, seed="7")
    assert {one.applicant: one.kind for one in result.unplaced}[unwilling.id] is UnplacedKind.NOT_WILLING


def test_veterans_break_ties_in_public_homes_only() -> None:
    people = (
        Applicant(id="A", sex="male", preferences=("P",)),
        Applicant(id="B", sex="male", preferences=("P",), groups=("优抚",)),
        Applicant(id="C", sex="male", preferences=("Q",)),
        Applicant(id="D", sex="male", preferences=("Q",), groups=("优抚",)),
    )
    homes_ = tuple(
        Institution(id=name, kind=InstitutionKind.ELDERCARE, ownership=ownership, grade=2)
        for name, ownership in (("P", Ownership.PUBLIC), ("Q", Ownership.PRIVATE))
    )
    pools = tuple(Pool(id=f"{name}/1", institution=name, capacity=1) for name in "PQ")
    problem = PlacesProblem(name="ties", applicants=people, institutions=homes_, pools=pools)
    winners = []
    for seed in range(12):
        result = allocate_places(problem, POLICY, seed=str(seed))
        placed = {one.institution: one.applicant for one in result.assignments}
        assert placed["P"] == "B"
        winners.append(placed["Q"])
    assert set(winners) == {"C", "D"}


@pytest.mark.slow
def test_without_compiling_the_result_is_the_same() -> None:
    code = (
        "from tests.places.test_beds import POLICY, homes\n"
        "from optimizer.places.allocate import allocate_places\n"
        "result = allocate_places(homes(120, 4, 5), POLICY, seed='7')\n"
        "print(hash(tuple((a.applicant, a.pool) for a in result.assignments)))\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "NUMBA_DISABLE_JIT": flag, "PYTHONHASHSEED": "0"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for flag in ("0", "1")
    }
    assert len(outputs) == 1
