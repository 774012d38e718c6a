"""The judge of allocations made by other tools."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.peers.places import best_free_place, by_pulp, by_scipy, nearest_free_place
from benchmarks.places_peers import judge, plain_market
from optimizer.places.market import Market, build_market


def a_market() -> Market:
    market = build_market(*plain_market(100), "7")
    assert not market.units
    return replace(market, seats=(market.seats > 0).astype(market.seats.dtype))  # scarce, so that it matters


def test_one_draw_for_all_is_stable_and_nobody_is_outside() -> None:
    market = a_market()
    found = judge(market, best_free_place(market))
    assert found["blocking"] == 0
    assert found["word"] == ""


def test_taking_somebody_out_is_seen() -> None:
    market = a_market()
    given = best_free_place(market)
    first = next(applicant for applicant, pair in enumerate(given) if pair >= 0)
    given[first] = -1
    assert judge(market, given)["blocking"] > 0


def test_a_pool_too_full_and_a_pair_of_somebody_else_are_faults() -> None:
    market = a_market()
    given = [int(first) if first < last else -1 for first, last in zip(market.start, market.start[1:], strict=False)]
    assert "faults" in judge(market, given)["word"]
    given = best_free_place(market)
    one, other = (applicant for applicant, pair in enumerate(given) if pair >= 0 and applicant < 60), given
    first = next(one)
    given[first] = next(pair for applicant, pair in enumerate(other) if pair >= 0 and applicant != first)
    assert "faults" in judge(market, given)["word"]


def test_exact_tools_agree_and_beat_the_yardstick() -> None:
    market = a_market()
    exact = judge(market, by_scipy(market))
    assert judge(market, by_pulp(market, "HiGHS")) | {"blocking": 0} == exact | {"blocking": 0}
    greedy = judge(market, nearest_free_place(market))
    assert (-exact["placed"], exact["km"]) < (-greedy["placed"], greedy["km"])
