"""The toy: its optimum is valid, costs what it says, and nothing is cheaper."""

from __future__ import annotations

import itertools

from instances.toy import TOY_COST_S, toy_optimum, toy_problem, toy_travel
from optimizer.visits.objective import HOMECARE
from optimizer.visits.referee import evaluate_plan
from optimizer.visits.validate import validate_problem


def test_the_optimum_is_valid_and_costs_an_hour_of_travel() -> None:
    judged = evaluate_plan(toy_problem(), toy_travel(), toy_optimum(), HOMECARE)
    assert judged.valid and judged.left_out == ()
    assert judged.cost == TOY_COST_S == judged.components["travel"]
    assert [route.work_t for route in judged.routes] == [160 * 60, 160 * 60]


def test_no_way_of_doing_all_four_visits_is_shorter() -> None:
    """All orders of both routes, whatever the time: the shortest ways in all are those of the optimum."""
    travel = toy_travel()
    place = {client.id: client.location for client in toy_problem().clients}
    at = {visit.id: place[visit.client] for visit in toy_problem().visits}

    def way(order: tuple[str, ...]) -> int:
        stops = ["station", *(at[name] for name in order), "station"]
        return sum(
            int(travel.durations["ebike"][travel.index[a], travel.index[b]]) for a, b in itertools.pairwise(stops)
        )

    def shortest(visits: set[str]) -> int:
        return min(way(order) for order in itertools.permutations(sorted(visits)))

    singles = ("meal", "cleaning")  # the medicine is Ann's, the bath is both's
    totals = []
    for split in itertools.product((True, False), repeat=len(singles)):
        ann = {"medicine", "bath"} | {name for name, hers in zip(singles, split, strict=True) if hers}
        bo = {"bath"} | {name for name, hers in zip(singles, split, strict=True) if not hers}
        totals.append(shortest(ann) + shortest(bo))
    assert min(totals) == TOY_COST_S


def test_leaving_the_cleaning_out_costs_more_than_it_saves() -> None:
    problem = toy_problem()
    cleaning = next(visit for visit in problem.visits if visit.id == "cleaning")
    assert problem.left_out_price_s(cleaning) == 3_000 > 1_200
    assert all(problem.is_mandatory(visit) for visit in problem.visits if visit.id != "cleaning")


def test_the_toy_is_valid() -> None:
    assert validate_problem(toy_problem(), toy_travel()) == ()
