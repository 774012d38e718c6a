"""The last stage of a large city, made to run on small ones: its bound and plan against the whole program."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest

from instances.places import make_qidong_places
from optimizer.common.status import Status
from optimizer.places.model import Target
from optimizer.places.referee.site_check import check_sites
from optimizer.places.site import SiteKind, SiteOptions, branch, large, relaxation, site_places, solve, towns
from optimizer.places.site.case import goals_of, site_case
from optimizer.places.site.large import bound_at_prices
from optimizer.places.site.large_case import large_case
from optimizer.places.site.program import Before, site_program
from tests.places.site.test_site import OPTIONS, tiny


@pytest.fixture
def by_prices(monkeypatch):
    """Every city is large, and the linear program begins with one site for each cell."""
    monkeypatch.setattr(solve, "LARGE", 0)
    monkeypatch.setattr(relaxation, "NEAR", 1)


def both(problem, options, monkeypatch):
    """The whole program, and by prices; the bound of the prices is compared before it is cut to the cost."""
    monkeypatch.setattr(solve, "LARGE", 10**9)
    whole = site_places(problem, options)
    monkeypatch.setattr(solve, "LARGE", 0)
    plans = []
    with monkeypatch.context() as context:
        context.setattr(solve, "large_plan", lambda *given: plans.append(large.large_plan(*given)) or plans[-1])
        found = site_places(problem, options)
    assert plans and plans[-1].bound <= whole.cost * (1 + 1e-6)
    return whole, found


@pytest.mark.parametrize("budget", [None, 40.0])
@pytest.mark.parametrize("share", [None, 0.6])
def test_bound_and_plan_enclose_the_optimum(share, budget, by_prices, monkeypatch):
    options = dataclasses.replace(OPTIONS, inclusive_share=share, budget=budget)
    optima = 0
    for seed in range(40):
        problem = tiny(seed)
        whole, found = both(problem, options, monkeypatch)
        assert check_sites(problem, found) == ()
        assert found.years[0].stages[:-1] == tuple(
            dataclasses.replace(one, seconds=other.seconds)
            for one, other in zip(whole.years[0].stages[:-1], found.years[0].stages[:-1], strict=True)
        )
        assert found.bound <= whole.cost + 1e-3
        assert found.cost >= whole.cost - 1e-3
        proved = found.cost - found.bound <= 1e-6 * found.cost
        assert proved or found.status is not Status.OPTIMAL
        optima += found.cost <= whole.cost + 1e-3
    assert optima >= 36


@pytest.mark.parametrize("margin", [-9.0, -0.5, 0.25])
def test_catchments_left_out_leave_a_bound(margin, by_prices, monkeypatch):
    monkeypatch.setattr(branch, "MARGIN", margin)
    monkeypatch.setattr(large, "bound_at_prices", lambda *given: (-1e9, bound_at_prices(*given)[1]))
    for seed in range(40):
        whole, found = both(tiny(seed), OPTIONS, monkeypatch)
        assert check_sites(tiny(seed), found) == ()
        assert found.bound >= (0.0 if margin < 0 else whole.cost * (1 - 1e-6))


def test_any_prices_bound_the_whole_program():
    random = np.random.default_rng(3)
    none = np.zeros(3, dtype=np.int64)
    for seed in range(40):
        problem = tiny(seed)
        case, goal = site_case(problem, OPTIONS), goals_of(problem, OPTIONS)[0]
        before = Before(modules=none, converted=np.zeros(1, dtype=np.int64))
        program = site_program(case, OPTIONS, goal, before, with_flow=False)
        small = large_case(case, OPTIONS, goal, program, program.milp)
        flows = site_program(case, OPTIONS, goal, before, with_flow=True)
        reach = small.reach * small.needed.sum()
        whole = solve.solve_milp(flows.milp.with_cost(flows.objective(flows.flow, flows.flow_way - small.reach)))
        for most in (0.0, 500.0, 3000.0):
            bound, values = bound_at_prices(small, random.uniform(0.0, most, len(case.cells)), OPTIONS)
            assert values is not None
            assert bound <= reach + whole.cost + 1e-3


@pytest.mark.parametrize("kind", list(SiteKind))
def test_a_city_by_prices(kind, by_prices, monkeypatch, tmp_path):
    problem = make_qidong_places(100)
    options = SiteOptions(kind=kind, module_places=20 if kind is SiteKind.CHILDCARE else 50)
    whole, found = both(problem, options, monkeypatch)
    assert check_sites(problem, found) == ()
    assert found.bound <= whole.cost * (1 + 1e-6)
    assert found.cost >= whole.bound * (1 - 1e-6)
    assert found.cost <= whole.cost * 1.02
    site_places(problem, options, lp_file=tmp_path / "sites.lp")
    assert "flow_0" in (tmp_path / "sites.lp").read_text()


@pytest.mark.parametrize("seed", range(40))
def test_years_by_prices_only_add(seed, by_prices):
    rates = [Target(indicator="childcare_places_per_1000", year=2025 + k, value=1.5 + 2 * k) for k in range(2)]
    problem = dataclasses.replace(tiny(seed), targets=tuple(rates))
    result = site_places(problem, dataclasses.replace(OPTIONS, years=(2025, 2026)))
    assert check_sites(problem, result) == ()


def test_modules_of_earlier_years_do_not_move(by_prices):
    random = np.random.default_rng(5)
    for seed in range(40):
        problem = tiny(seed)
        case, goal = site_case(problem, OPTIONS), goals_of(problem, OPTIONS)[0]
        before = Before(modules=random.integers(0, 3, 3), converted=np.zeros(1, dtype=np.int64))
        program = site_program(case, OPTIONS, goal, before, with_flow=False)
        milp = program.milp.with_row(program.objective(program.new, 1.0), -np.inf, float(before.modules.sum() + 1))
        plan = large.large_plan(case, OPTIONS, goal, program, milp, 4.0)
        assert plan is not None and (plan.modules >= before.modules).all()


def test_prices_of_places_are_those_of_the_fixed_modules(by_prices, monkeypatch):
    problem = make_qidong_places(100)
    found = site_places(problem, SiteOptions())
    monkeypatch.setattr(solve, "prices_from_duals", lambda *_: None)
    again = site_places(problem, SiteOptions())
    assert found.years[0].sites == again.years[0].sites
    paid = {one.institution: one.metres for one in again.years[0].prices}
    assert paid and {one.institution: one.metres for one in found.years[0].prices} == pytest.approx(paid)


def test_no_town_of_the_plan_has_a_better_choice(monkeypatch):
    monkeypatch.setattr(towns, "SMALL", 0.0)
    random, bettered = np.random.default_rng(7), 0
    for seed in range(40):
        problem = tiny(seed)
        case, goal = site_case(problem, OPTIONS), goals_of(problem, OPTIONS)[0]
        before = Before(modules=np.zeros(3, dtype=np.int64), converted=np.zeros(1, dtype=np.int64))
        program = site_program(case, OPTIONS, goal, before, with_flow=False)
        milp = program.milp.with_row(program.objective(program.new, 1.0), -np.inf, 3.0)
        small = large_case(case, OPTIONS, goal, program, milp)
        ways = towns.Ways(small)
        every = [np.array(one) for one in itertools.product(range(3), repeat=3) if sum(one) <= 3]
        start = every[random.integers(len(every))]
        plan = (start, before.converted)
        modules, _, value = towns.by_towns(small, np.zeros(2), plan, ways, small.saves >= 0, 60.0)
        assert modules.sum() <= 3 and value == pytest.approx(ways.of(modules)[0])
        bettered += value < ways.of(start)[0] - 1.0
        for town in range(2):
            others = [one for one in every if (one == modules)[case.town_of_new != town].all()]
            assert value <= min(ways.of(one)[0] for one in others) + 1e-2
    assert bettered >= 20


def test_a_first_plan_that_is_not_the_best_is_bettered_by_towns(by_prices, monkeypatch):
    asked = []
    monkeypatch.setattr(branch.Tree, "rounded", lambda *_: None)
    monkeypatch.setattr(branch.Tree, "branched", lambda *_: None)
    monkeypatch.setattr(large, "by_towns", lambda *given: asked.append(1) or towns.by_towns(*given))
    problem = make_qidong_places(100)
    with_towns = site_places(problem, SiteOptions())
    monkeypatch.setattr(large, "by_towns", lambda small, least, plan, ways, *_: (*plan, ways.of(plan[0])[0]))
    without = site_places(problem, SiteOptions())
    assert asked and check_sites(problem, with_towns) == ()
    assert with_towns.cost < without.cost - 1.0
