"""Indicators of the made cities are the documents' own; the documents' contradictions are found."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from instances.places import make_hailing_places, make_qidong_places
from optimizer.places.indicators import (
    HAILING_CLAIMS,
    QIDONG_CLAIMS,
    check_claims,
    measure_indicators,
    split_targets,
)
from optimizer.places.model import AreaLevel, FixedPair, InstitutionKind

QIDONG = make_qidong_places(100)
HAILING = make_hailing_places(100)


def city(problem, **options):
    rows = measure_indicators(problem, **options)
    return {row.indicator: row for row in rows if row.level is AreaLevel.CITY}


def test_qidong_as_its_document_says():
    rows = city(QIDONG)
    places = rows["childcare_places_per_1000"]
    assert (places.numerator, places.denominator) == (3_263, 967_313)
    assert places.value == pytest.approx(3.37, abs=0.005)
    assert (places.target, places.target_year, places.gap) == (4.5, 2025, 1_090)
    beds = rows["beds_per_1000_elders"]
    assert beds.value == pytest.approx(33.2, abs=0.05)
    assert rows["nursing_bed_share"].gap == 0.75 * 11_400 - 4_826
    assert rows["town_inclusive_share"].denominator == 12
    assert rows["pairs"].gap == 20


def test_hailing_by_year():
    assert city(HAILING, year=2023)["childcare_places_per_1000"].target == 3.6
    row = city(HAILING)["childcare_places_per_1000"]
    assert row.value == pytest.approx(2.9, abs=0.01)
    assert (row.target_year, row.gap) == (2025, 2_646 - 1_705)
    assert city(HAILING)["childcare_filed_share"].value == pytest.approx(19 / 49)
    assert city(HAILING, year=1999)["childcare_places_per_1000"].gap is None


def test_towns_add_up_to_the_city():
    rows = measure_indicators(QIDONG)
    for name in ("childcare_places_per_1000", "beds_per_1000_elders", "community_coverage", "town_inclusive_share"):
        towns = [row for row in rows if row.indicator == name and row.level is AreaLevel.TOWN]
        whole = next(row for row in rows if row.indicator == name and row.level is AreaLevel.CITY)
        assert sum(row.numerator for row in towns) == whole.numerator
        assert sum(row.denominator for row in towns) == whole.denominator
    villages = [row for row in rows if row.level is AreaLevel.VILLAGE]
    assert {row.indicator for row in villages} == {"community_coverage"}
    assert len(villages) == 308


def test_pairs_count_homes_with_childcare_only():
    home = next(one.id for one in QIDONG.institutions if one.kind is InstitutionKind.ELDERCARE)
    child = next(one.id for one in QIDONG.institutions if one.kind is InstitutionKind.CHILDCARE)
    hospital = next(one.id for one in QIDONG.institutions if one.kind is InstitutionKind.HOSPITAL)
    pairs = (FixedPair(first=child, second=home, signed_on=date(2024, 1, 1)), FixedPair(first=home, second=hospital))
    assert city(dataclasses.replace(QIDONG, fixed_pairs=pairs))["pairs"].numerator == 1


def test_a_city_target_split_by_town_and_year():
    rows = split_targets(HAILING, "childcare_places_per_1000")
    assert {row.year for row in rows} == {2023, 2024, 2025}
    last = [row for row in rows if row.year == 2025]
    assert len(last) == 11
    assert 2_646 <= sum(row.target_total for row in last) <= 2_646 + 11
    for town in {row.town for row in rows}:
        own = sorted((row for row in rows if row.town == town), key=lambda row: row.year)
        assert [row.target_total for row in own] == sorted(row.target_total for row in own)
        have = next(r for r in measure_indicators(HAILING) if r.area == town).numerator
        assert have + sum(row.to_add for row in own) == max(have, own[-1].target_total)


def test_contradictions_of_qidong():
    found = {check.claim.id: check for check in check_claims(QIDONG_CLAIMS)}
    assert found["beds_per_1000_elders"].implied == pytest.approx(319_060, abs=5)
    assert not found["beds_per_1000_elders"].holds
    assert found["childcare_places_per_1000"].implied == pytest.approx(968_249, abs=5)
    assert found["childcare_places_per_1000"].agrees == ("2020年普查常住人口",)
    assert found["nursing_bed_share"].implied == pytest.approx(7_588, abs=1)


def test_contradictions_of_hailing():
    found = {check.claim.id: check for check in check_claims(HAILING_CLAIMS)}
    assert found["childcare_places_per_1000"].implied == pytest.approx(587_931, abs=5)
    assert found["childcare_places_per_1000"].holds
    assert not found["place_gap"].holds
    assert found["childcare_filed_share"].agrees == ()
    assert found["kindergarten_filed_share"].agrees == ("另一时点36家",)
    assert found["private_filed_share"].agrees == ("另一时点15家",)
    assert found["over_80_share"].holds
    assert not found["elder_share"].holds
    assert "941" in found["place_gap"].text.zh
