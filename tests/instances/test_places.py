"""The made cities add up to the documents' own totals, and never depend on anything but the seed."""

from __future__ import annotations

import pytest

from instances.places import make_hailing_places, make_qidong_places
from optimizer.places.model import AreaLevel, InstitutionKind
from optimizer.places.pairing import PairOptions, pair_institutions
from optimizer.places.referee.pair_check import check_pairs

CHILDREN = (InstitutionKind.CHILDCARE, InstitutionKind.KINDERGARTEN)


def totals(problem):
    kind = {one.id: one.kind for one in problem.institutions}
    children = [one.id for one in problem.institutions if one.kind in CHILDREN]
    homes = [one.id for one in problem.institutions if one.kind is InstitutionKind.ELDERCARE]
    places = sum(pool.capacity for pool in problem.pools if kind[pool.institution] in CHILDREN)
    beds = [pool for pool in problem.pools if kind[pool.institution] is InstitutionKind.ELDERCARE]
    nursing = sum(pool.capacity for pool in beds if pool.bed_type == "护理")
    return len(children), places, len(homes), sum(pool.capacity for pool in beds), nursing


def test_qidong_adds_up():
    problem = make_qidong_places(1_000)
    assert totals(problem) == (51, 3_263, 50, 11_400, 4_826)
    assert len(problem.applicants) == 1_000
    towns = [area for area in problem.areas if area.level is AreaLevel.TOWN]
    assert len(towns) == 12
    assert sum(area.under_3 for area in towns) == 13_000
    assert sum(area.elders for area in problem.areas if area.level is AreaLevel.VILLAGE) == 343_220


def test_hailing_adds_up():
    problem = make_hailing_places(500)
    assert totals(problem)[:4] == (49, 1_705, 9, 1_341)
    assert sum(one.kind is InstitutionKind.KINDERGARTEN for one in problem.institutions) == 35
    assert sum(one.filed for one in problem.institutions if one.kind in CHILDREN) == 19


@pytest.mark.parametrize("make", [make_qidong_places, make_hailing_places])
def test_88_percent_are_small(make):
    problem = make(500)
    children = {one.id: 0 for one in problem.institutions if one.kind in CHILDREN}
    for pool in problem.pools:
        assert 0 <= pool.occupied <= pool.capacity
        if pool.institution in children:
            children[pool.institution] += pool.occupied
    small = sum(number <= 40 for number in children.values())
    assert small / len(children) == pytest.approx(0.88, abs=0.01)


def test_the_seed_is_everything():
    assert make_qidong_places(500, 3) == make_qidong_places(500, 3)
    assert make_qidong_places(500, 3) != make_qidong_places(500, 4)
    assert make_qidong_places(500, 3).institutions == make_qidong_places(900, 3).institutions


def test_elders_apply_for_beds():
    problem = make_qidong_places(600, beds=True)
    by_id = {one.id: one for one in problem.applicants}
    assert len(by_id) == 600
    couples = [one for one in problem.applicants if one.spouse]
    assert couples and all(by_id[one.spouse].spouse == one.id for one in couples)
    assert any("特困" in one.groups for one in problem.applicants)


def test_a_market_has_a_size():
    with pytest.raises(ValueError, match="100 to 60000"):
        make_qidong_places(5)


def test_qidong_has_twenty_proved_pairs_and_hailing_needs_three_for_each_home():
    problem = make_qidong_places(100)
    result = pair_institutions(problem, PairOptions(pairs=20))
    assert (len(result.pairs), result.proof.bound) == (20, result.total_m)
    assert check_pairs(problem, result) == ()
    hailing = pair_institutions(make_hailing_places(100), PairOptions(pairs=20))
    assert hailing.largest.largest == 9
    assert any("--max-left 3" in note.en for note in hailing.notes)
