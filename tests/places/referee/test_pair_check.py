"""A result that breaks one thing is rejected for that thing."""

from __future__ import annotations

import dataclasses

import pytest

from optimizer.places.model import FixedPair
from optimizer.places.pairing import PairObjective, PairOptions, pair_institutions
from optimizer.places.referee.pair_check import check_pairs
from tests.places.pairing.made import drawn

PROBLEM = dataclasses.replace(drawn(2, 5, 6, largest=99), fixed_pairs=(FixedPair(first="E0", second="C0"),), bans=())
GOOD = pair_institutions(PROBLEM, PairOptions(pairs=4))


def codes(result, problem=PROBLEM):
    return {finding.code for finding in check_pairs(problem, result)}


def first_pair(**change):
    pairs = [dataclasses.replace(GOOD.pairs[1], **change), *GOOD.pairs[:1], *GOOD.pairs[2:]]
    return dataclasses.replace(GOOD, pairs=tuple(pairs))


def test_a_good_result_passes():
    assert codes(GOOD) == set()


def proof(**change):
    return dataclasses.replace(GOOD, proof=dataclasses.replace(GOOD.proof, **change))


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (first_pair(left="C1"), "R701"),
        (first_pair(distance_m=1), "R703"),
        (first_pair(fixed=True), "R704"),
        (dataclasses.replace(GOOD, pairs=(*GOOD.pairs, GOOD.pairs[1])), "R705"),
        (dataclasses.replace(GOOD, pairs=GOOD.pairs[1:]), "R707"),
        (dataclasses.replace(GOOD, options=PairOptions(pairs=3)), "R708"),
        (dataclasses.replace(GOOD, total_m=1), "R709"),
        (proof(price=GOOD.proof.price - 1), "R710"),
        (proof(left={"E1": -1}), "R710"),
        (dataclasses.replace(GOOD, largest=dataclasses.replace(GOOD.largest, left=(), right=())), "R711"),
        (
            dataclasses.replace(GOOD, pairs=tuple(dataclasses.replace(one, demonstration=True) for one in GOOD.pairs)),
            "R712",
        ),
    ],
)
def test_one_broken_thing(result, code):
    assert code in codes(result)


def test_worse_pairs_are_not_proved():
    worse = pair_institutions(PROBLEM, PairOptions(pairs=4, objective=PairObjective.BOTTLENECK))
    if worse.total_m == GOOD.total_m:
        pytest.skip("both objectives agree here")
    assert "R710" in codes(dataclasses.replace(GOOD, pairs=worse.pairs, total_m=worse.total_m))


def test_too_few_pairs():
    few = dataclasses.replace(GOOD, pairs=GOOD.pairs[:3])
    few = dataclasses.replace(
        few,
        total_m=sum(one.distance_m for one in few.pairs),
        longest_m=max(one.distance_m for one in few.pairs),
    )
    assert "R711" in codes(few)


def test_a_longer_longest_distance_is_not_proved():
    options = PairOptions(pairs=4, objective=PairObjective.BOTTLENECK)
    best = pair_institutions(PROBLEM, options)
    assert codes(best) == set()
    assert "R711" in codes(dataclasses.replace(best, proof=dataclasses.replace(best.proof, shorter=())))
