"""After a result: withdrawals, newcomers, closed institutions; nobody is worse off, and every change is counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from instances.places import make_qidong_places
from optimizer.common.errors import InputError
from optimizer.places.allocate import allocate_places
from optimizer.places.decision.rerun import reallocate_places
from optimizer.places.model import (
    Applicant,
    ApplicantStatus,
    GivenDistance,
    Institution,
    InstitutionKind,
    PlacesProblem,
    Pool,
)
from optimizer.places.policy import Policy
from optimizer.places.policy_text import shipped_policy
from optimizer.places.referee.allocation import check_allocation
from optimizer.places.referee.allocation.rerun import against_earlier
from optimizer.places.result import AllocationResult, AllocationRule, Override
from tests.places.markets import policies, problems
from tests.places.small import WISHES, small_policy, small_problem


def places(result: AllocationResult) -> dict[str, str]:
    return {one.applicant: one.pool for one in result.assignments}


def verified(problem: PlacesProblem, policy: Policy, before: AllocationResult, after: AllocationResult) -> None:
    assert not check_allocation(problem, policy, after)
    out = set(after.rerun.withdrawn if after.rerun else ())
    taking = {one.id for one in problem.applicants if one.status is ApplicantStatus.APPLYING and one.willing} - out
    assert not list(against_earlier(after, before, taking))


def test_a_withdrawal_starts_a_chain_and_nobody_is_worse_off() -> None:
    problem, policy = small_problem(), small_policy()
    before = allocate_places(problem, policy, seed="7")
    gone = next(one.applicant for one in before.assignments if one.institution == "X")
    after = reallocate_places(problem, policy, before, withdrawn=[gone])
    verified(problem, policy, before, after)
    assert gone not in places(after)
    assert after.rerun is not None and after.rerun.changes.total >= 1
    assert after.rerun.changes.lost == 0
    assert [move.round for move in after.rerun.moves] == sorted(move.round for move in after.rerun.moves)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(data=st.data())
def test_drawn_reruns_pass_the_checker(data: st.DataObject) -> None:
    families = data.draw(st.booleans())
    policy = data.draw(policies(families=families, reserves=data.draw(st.booleans())))
    problem = data.draw(problems(families=families, minima=data.draw(st.booleans()), largest=6))
    try:
        before = allocate_places(problem, policy, seed="7")
    except InputError:
        return
    ids = sorted(one.id for one in problem.applicants)
    withdrawn = data.draw(st.lists(st.sampled_from(ids), max_size=2, unique=True))
    closed = data.draw(st.lists(st.sampled_from(sorted(one.id for one in problem.institutions)), max_size=1))
    first = data.draw(st.booleans())
    later = problem
    if data.draw(st.booleans()):
        new = Applicant(id="Z9", birth_date=date(2024, 10, 3), preferences=("H0",))
        later = replace(problem, applicants=(new, *problem.applicants))
    try:
        after = reallocate_places(later, policy, before, closed=closed, withdrawn=withdrawn, displaced_first=first)
    except InputError:
        return
    verified(later, policy, before, after)
    again = reallocate_places(later, policy, after, closed=closed, withdrawn=withdrawn, displaced_first=first)
    assert places(again) == places(after)


@pytest.mark.parametrize("first", [False, True])
def test_three_in_a_hundred_withdraw_and_one_institution_closes(*, first: bool) -> None:
    """The measure of the issue, on an invented city."""
    problem = make_qidong_places(applicants=1_000, seed=3)
    policy = replace(shipped_policy("qidong-childcare"), entry_date=date(2026, 9, 1))
    before = allocate_places(problem, policy, seed="20260601")
    sizes: dict[str, int] = {}
    for one in before.assignments:
        sizes[one.institution] = sizes.get(one.institution, 0) + 1
    closed = max(sorted(sizes), key=lambda name: sizes[name])
    withdrawn = sorted(one.id for one in problem.applicants)[::33]
    after = reallocate_places(problem, policy, before, closed=[closed], withdrawn=withdrawn, displaced_first=first)
    verified(problem, policy, before, after)
    assert after.rerun is not None
    earlier, later = places(before), places(after)
    choice = {one.applicant: one.choice for one in before.assignments}
    for one in after.assignments:
        if one.applicant in choice and not earlier[one.applicant].startswith(closed):
            assert one.choice <= choice[one.applicant]
    untouched = {who for who in earlier if who not in withdrawn and not earlier[who].startswith(closed)}
    assert untouched <= set(later)
    stay = set(earlier) - set(withdrawn)
    assert after.rerun.changes.newly == len(set(later) - set(earlier))
    assert after.rerun.changes.moved == sum(later.get(who, earlier[who]) != earlier[who] for who in stay)
    assert after.rerun.changes.lost == len(stay - set(later))
    assert after.rerun.changes.total <= after.rerun.full_changes.total
    assert {one.applicant for one in after.rerun.displaced} == {who for who in stay if earlier[who].startswith(closed)}


def test_a_smaller_class_keeps_the_first_in_its_order() -> None:
    problem, policy = small_problem(), small_policy()
    before = allocate_places(problem, policy, seed="7")
    inside = [one.applicant for one in before.assignments if one.pool == "X/1"]
    assert len(inside) == 2
    smaller = replace(problem, pools=(replace(problem.pools[0], capacity=1), *problem.pools[1:]))
    after = reallocate_places(smaller, policy, before)
    verified(smaller, policy, before, after)
    assert after.rerun is not None
    (cut,) = after.rerun.displaced
    assert cut.cause == "cut" and cut.applicant in inside


def test_a_newcomer_cannot_choose_a_lucky_number() -> None:
    problem = small_problem()
    policy = replace(small_policy(), order=(), classes=())
    before = allocate_places(problem, policy, seed="7")
    names = [f"N{k:03d}" for k in range(40)]
    newcomers = tuple(Applicant(id=name, birth_date=date(2024, 1, 1), preferences=("X",)) for name in names)
    later = replace(problem, applicants=(*problem.applicants, *newcomers))
    placed = places(before)
    wanting = {who for who, wishes in WISHES.items() if "X" in wishes and placed.get(who) != "X/1"}
    assert any(placed.get(who) is None or WISHES[who].index("X") == 0 for who in wanting)
    gone = next(one.applicant for one in before.assignments if one.institution == "X")
    after = reallocate_places(later, policy, before, withdrawn=[gone])
    verified(later, policy, before, after)
    assert not [who for who, pool in places(after).items() if pool == "X/1" and who.startswith("N")]
    full = allocate_places(later, policy, seed="7")
    assert [who for who, pool in places(full).items() if pool == "X/1" and who.startswith("N")]


def test_what_is_refused() -> None:
    problem, policy = small_problem(), small_policy()
    before = allocate_places(problem, policy, seed="7")
    cases = [
        (lambda: reallocate_places(problem, policy, before, closed=["Q"], withdrawn=["R"]), {"P060", "P061"}),
        (lambda: reallocate_places(problem, replace(policy, version="2"), before), {"P820"}),
        (
            lambda: reallocate_places(
                replace(problem, distances=()),
                policy,
                allocate_places(replace(problem, distances=()), policy, rule=AllocationRule.SERVED, seed="7"),
            ),
            {"P821"},
        ),
        (
            lambda: reallocate_places(
                problem,
                replace(policy, bottleneck_first=True),
                allocate_places(problem, replace(policy, bottleneck_first=True), rule=AllocationRule.SERVED, seed="7"),
            ),
            {"P821"},
        ),
    ]
    for attempt, codes in cases:
        with pytest.raises(InputError) as caught:
            attempt()
        assert {one.code for one in caught.value.findings} == codes


def test_the_checker_sees_who_is_worse_off_and_wrong_counts() -> None:
    problem, policy = small_problem(), small_policy()
    problem = replace(problem, pools=(*problem.pools, Pool(id="Y/2", institution="Y", capacity=1)))
    before = allocate_places(problem, policy, seed="7")
    gone = before.assignments[0].applicant
    after = reallocate_places(problem, policy, before, withdrawn=[gone])
    assert after.rerun is not None
    verified(problem, policy, before, after)
    dropped = after.assignments[-1]
    worse = replace(after, assignments=after.assignments[:-1])
    assert {"R661", "R601"} <= {one.code for one in check_allocation(problem, policy, worse)}
    counts = replace(after.rerun.changes, moved=after.rerun.changes.moved + 1)
    wrong = replace(after, rerun=replace(after.rerun, changes=counts))
    people = {one.id for one in problem.applicants} - {gone}
    assert "R666" in {code for code, *_ in against_earlier(wrong, before, people)}
    unkept = replace(
        after,
        rerun=replace(
            after.rerun, standing=tuple(one for one in after.rerun.standing if one.applicant != dropped.applicant)
        ),
    )
    assert "R667" in {code for code, *_ in against_earlier(unkept, before, people)}


def override_of(who: str, where: str, **more: str) -> Override:
    told = {"reason": "孪生弟弟在该园", "by": "某局局长办公会", **more}
    return Override(applicant=who, institution=where, on=date(2026, 6, 20), **told)


def test_a_person_gives_a_free_place_and_what_this_frees_is_filled() -> None:
    problem, policy = small_problem(), small_policy()
    problem = replace(problem, pools=(*problem.pools, Pool(id="Z/2", institution="Z", capacity=1, min_class=2)))
    before = allocate_places(problem, policy, seed="7")
    gone = next(one.applicant for one in before.assignments if one.institution == "X")
    unlucky = before.unplaced[0].applicant
    after = reallocate_places(problem, policy, before, withdrawn=[gone], overrides=[override_of(unlucky, "X")])
    verified(problem, policy, before, after)
    assert places(after)[unlucky] == "X/1"
    assert after.rerun is not None and [one.reason for one in after.rerun.overrides] == ["孪生弟弟在该园"]
    later = reallocate_places(problem, policy, after)
    verified(problem, policy, after, later)
    assert places(later)[unlucky] == "X/1" and gone not in places(later)
    silent = replace(after, rerun=replace(after.rerun, overrides=(replace(after.rerun.overrides[0], reason=" "),)))
    assert "R669" in {one.code for one in check_allocation(problem, policy, silent)}


def test_a_person_moves_somebody_who_has_a_place() -> None:
    problem, policy = small_problem(), small_policy()
    problem = replace(problem, pools=(*problem.pools, Pool(id="Y/2", institution="Y", capacity=0)))
    before = allocate_places(problem, policy, seed="7")
    larger = replace(problem, pools=(*problem.pools[:-1], replace(problem.pools[-1], capacity=1)))
    mover = next(one.applicant for one in before.assignments if one.institution == "Z")
    after = reallocate_places(larger, policy, before, overrides=[override_of(mover, "Y")])
    verified(larger, policy, before, after)
    assert places(after)[mover] == "Y/2"


def test_overrides_that_cannot_be() -> None:
    problem, policy = small_problem(), small_policy()
    before = allocate_places(problem, policy, seed="7")
    unlucky = before.unplaced[0].applicant
    for one, code in (
        (override_of(unlucky, "X"), "P842"),
        (override_of(unlucky, "X", reason=""), "P843"),
        (override_of(unlucky, "X", by=" "), "P843"),
        (override_of(unlucky, "Q"), "P061"),
        (override_of("nobody", "X"), "P060"),
    ):
        with pytest.raises(InputError) as caught:
            reallocate_places(problem, policy, before, overrides=[one])
        assert code in {finding.code for finding in caught.value.findings}


def test_a_freed_bed_and_what_it_frees() -> None:
    """The daily chain: one leaves, the next moves in, which frees a bed for another, in the published order."""
    policy = replace(shipped_policy("nantong-beds"), distance=replace(small_policy().distance, max_m=50_000))
    homes = tuple(Institution(id=name, kind=InstitutionKind.ELDERCARE, town="甲", grade=3) for name in ("H1", "H2"))
    pools = tuple(
        Pool(id=f"{name}/f", institution=name, capacity=1, room_sex="female", bed_type="护理") for name in ("H1", "H2")
    )
    people = tuple(
        Applicant(
            id=f"E{k}",
            sex="female",
            ability="完全失能",
            groups=("特困", "不能自理") if k < 2 else (),
            preferences=("H1", "H2"),
        )
        for k in range(4)
    )
    beds = PlacesProblem(name="beds", applicants=people, institutions=homes, pools=pools)
    before = allocate_places(beds, policy, seed="7")
    first = next(one.applicant for one in before.assignments if one.pool == "H1/f")
    second = next(one.applicant for one in before.assignments if one.pool == "H2/f")
    after = reallocate_places(beds, policy, before, withdrawn=[first])
    verified(beds, policy, before, after)
    assert after.rerun is not None
    chain = [(move.round, move.applicant, move.left, move.taken) for move in after.rerun.moves]
    assert chain[0] == (1, second, "H2/f", "H1/f")
    assert chain[1][0] == 2 and chain[1][2:] == (None, "H2/f")


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(data=st.data())
def test_served_prices_a_change_and_the_certificate_holds(data: st.DataObject) -> None:
    families = data.draw(st.booleans())
    policy = data.draw(policies(families=families, reserves=data.draw(st.booleans())))
    problem = data.draw(problems(families=families, largest=6))
    try:
        before = allocate_places(problem, policy, rule=AllocationRule.SERVED, seed="7")
    except InputError:
        return
    ids = sorted(one.id for one in problem.applicants)
    withdrawn = data.draw(st.lists(st.sampled_from(ids), max_size=2, unique=True))
    closed = data.draw(st.lists(st.sampled_from(sorted(one.id for one in problem.institutions)), max_size=1))
    totals = []
    for price in (0, 300, 100_000):
        try:
            after = reallocate_places(problem, policy, before, closed=closed, withdrawn=withdrawn, change_price_m=price)
        except InputError:
            return
        verified(problem, policy, before, after)
        assert after.rerun is not None
        totals.append((after.rerun.changes.moved, -after.summary["total_distance_m"], after.summary["placed"]))
    if not families:
        assert [moved for moved, _, _ in totals] == sorted((moved for moved, _, _ in totals), reverse=True)
        assert [minus for _, minus, _ in totals] == sorted((minus for _, minus, _ in totals), reverse=True)
        assert len({placed for _, _, placed in totals}) == 1


def test_a_change_that_saves_less_than_its_price_is_not_made() -> None:
    """When B leaves, A could go there and save 10 metres."""
    policy = replace(small_policy(), classes=(), order=())
    near = PlacesProblem(
        name="near",
        applicants=tuple(Applicant(id=name, birth_date=date(2024, 1, 1)) for name in "AB"),
        institutions=(Institution(id="X"), Institution(id="Y")),
        pools=(Pool(id="X/1", institution="X", capacity=1), Pool(id="Y/1", institution="Y", capacity=1)),
        distances=tuple(
            GivenDistance(origin=who, destination=house, metres=metres)
            for who, house, metres in (("A", "X", 110), ("A", "Y", 100), ("B", "X", 900), ("B", "Y", 100))
        ),
    )
    before = allocate_places(near, policy, rule=AllocationRule.SERVED, seed="7")
    assert places(before) == {"A": "X/1", "B": "Y/1"}
    for price, pool, moved in ((9, "Y/1", 1), (11, "X/1", 0)):
        after = reallocate_places(near, policy, before, withdrawn=["B"], change_price_m=price)
        verified(near, policy, before, after)
        assert after.rerun is not None
        assert (places(after), after.rerun.changes.moved) == ({"A": pool}, moved)
        told = replace(after, rerun=replace(after.rerun, change_price_m=20 - price))
        assert check_allocation(near, policy, told)
