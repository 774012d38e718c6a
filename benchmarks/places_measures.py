"""The figures that places are judged by: ``python -m benchmarks.places_measures [--only WORD] [--out FILE.csv]``.

Each measure runs in a process of its own, so that its peak memory is its own. Times are CPU seconds of that process, as
the machine may be shared; the wall time of the measure is in the file. A line is met where its figure is at most its
limit. Published location instances have a command of their own (``python -m benchmarks.location_known``), other
tools too (``python -m benchmarks.places_peers``).
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.baseline import ROOT
from benchmarks.machine import stamp, thermometer
from benchmarks.places_large import large_city, large_policy
from instances.places import make_hailing_places, make_qidong_places
from optimizer.places.allocate import allocate_places
from optimizer.places.market import build_market
from optimizer.places.model import (
    Applicant,
    Area,
    AreaLevel,
    Candidate,
    Institution,
    InstitutionKind,
    PlacesProblem,
    Pool,
)
from optimizer.places.policy_text import shipped_policy
from optimizer.places.referee.allocation import check_allocation
from optimizer.places.referee.site_check import check_sites
from optimizer.places.result import AllocationResult, AllocationRule, StableProof

__all__: list[str] = []

Figure = tuple[str, float, float | None]
"""What was measured, the figure, and the limit (``None``: none)."""

ENTRY, SEED = date(2026, 9, 1), "7"
PATIENCE_S = 1_800.0
STABLE, SERVED = AllocationRule.STABLE, AllocationRule.SERVED


class _Timed:
    """CPU seconds of what runs inside ``with``."""

    def __enter__(self) -> _Timed:
        self.began = time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.process_time() - self.began


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000


def stable_large() -> Iterator[Figure]:
    """300,000 x 5,000 x 10 by ``stable``: the matching after compiling; then the whole run."""
    from optimizer.places.stable import solve_stable

    policy = large_policy()
    small = large_city(500, 20)
    allocate_places(small, policy, rule=STABLE, seed=SEED)  # compiles
    problem = large_city(300_000, 5_000)
    with _Timed() as market_time:
        market = build_market(problem, policy, SEED)
    with _Timed() as solving:
        outcome = solve_stable(market)
    yield "market, s", market_time.seconds, None
    yield "solving, s", solving.seconds, 2.0
    yield "blocking coalitions", float(outcome.blocking), 0.0
    yield "placed", float((outcome.held >= 0).sum()), None


def served_large() -> Iterator[Figure]:
    """300,000 x 5,000 x 10 by ``served`` on the given candidates, against the bare flow call in the same run."""
    from optimizer.places.served.flow import cheapest, largest_by_level
    from optimizer.places.served.network import make_network
    from optimizer.places.served.prices import bound_of, slot_prices
    from optimizer.places.served.solve import solve_served

    problem, policy = large_city(300_000, 5_000), large_policy()
    market = build_market(problem, policy, SEED)
    network = make_network(market)
    with _Timed() as bare:
        given = cheapest(network, network.first)
    with _Timed() as certificate:
        bound = bound_of(network, network.first, slot_prices(network, network.first, given))
    with _Timed() as nested:
        largest_by_level(network, network.first)
    with _Timed() as whole:
        outcome = solve_served(market, problem, policy)
    yield "bare flow call, s", bare.seconds, None
    yield "served (flow, certificate, nested flows) / bare call", whole.seconds / bare.seconds, 1.3
    yield "dual certificate, s", certificate.seconds, 3.0
    yield "gap", float(outcome.proof.objective - bound), 0.0
    yield "nested max flows / bare call", nested.seconds / bare.seconds, 1.0


def served_memory() -> Iterator[Figure]:
    """300,000 x 5,000 x 10: the whole command from the problem to the result, peak memory."""
    result = allocate_places(large_city(300_000, 5_000), large_policy(), rule=SERVED, seed=SEED)
    yield "peak memory, MB", _peak_mb(), 1_500.0
    yield "placed", float(result.summary["placed"]), None


def all_pairs_large() -> Iterator[Figure]:
    """300,000 x 5,000, nobody names anything: the optimum over all pairs within 3 km."""
    yield from _all_pairs(300_000, 5_000, 3_000, over_all_arcs=False)


def all_pairs() -> Iterator[Figure]:
    """30,000 x 500, nobody names anything: the optimum over all pairs within 5 km, against a solve over all arcs."""
    yield from _all_pairs(30_000, 500, 5_000, over_all_arcs=True)


def _all_pairs(applicants: int, institutions: int, limit_m: int, *, over_all_arcs: bool) -> Iterator[Figure]:
    from optimizer.places.served.flow import cheapest
    from optimizer.places.served.network import make_network
    from optimizer.places.served.solve import solve_flow

    problem, policy = large_city(applicants, institutions, named=0), large_policy(limit_m)
    market = build_market(problem, policy, SEED)
    network = make_network(market)
    with _Timed() as bare:
        cheapest(network, network.first)
    with _Timed() as whole:
        flow = solve_flow(network)
    yield "all pairs within the limit", float(len(network.pair)), None
    yield "pairs in the last network", float(flow.used.sum()), None
    yield "re-solves", float(flow.solves - 1), None
    yield "all-pairs optimum / bare call on the ten nearest", whole.seconds / bare.seconds, 4.0
    yield "peak memory, MB", _peak_mb(), None
    if over_all_arcs:
        with _Timed() as every:
            given = cheapest(network, np.ones(len(network.pair), dtype=bool))
        yield "solve over all arcs / bare call", every.seconds / bare.seconds, None
        yield "difference of the objectives", float(_cost(network, given) - _cost(network, flow.given)), 0.0


def _cost(network: Any, given: Any) -> int:
    out = network.left_out[network.members][given[network.members] < 0].sum()
    own = given[given >= 0]
    return int(out + network.cost[own].sum())


def served_town() -> Iterator[Figure]:
    """3,000 x 51 by ``served``: market, flow, proof."""
    policy = large_policy()
    problem = large_city(3_000, 51)
    allocate_places(large_city(300, 20), policy, rule=SERVED, seed=SEED)
    with _Timed() as whole:
        allocate_places(problem, policy, rule=SERVED, seed=SEED)
    yield "3,000 x 51 from problem to result, s", whole.seconds, 0.3


def pairs_large() -> Iterator[Figure]:
    """3,000 x 3,000 institutions, K = 1,500 by least total, warm; SciPy's dense assignment on the same metres."""
    from optimizer.places.pairing import PairOptions, pair_institutions
    from optimizer.places.pairing.case import pair_case

    houses = large_city(100, 6_000).institutions
    kinds = (InstitutionKind.ELDERCARE, InstitutionKind.CHILDCARE)
    problem = PlacesProblem(
        name="pairs", institutions=tuple(replace(one, kind=kinds[k % 2]) for k, one in enumerate(houses))
    )
    options = PairOptions(pairs=1_500, curve=False, demonstrations=0)
    pair_institutions(replace(problem, institutions=problem.institutions[:600]), replace(options, pairs=100))
    with _Timed() as whole:
        result = pair_institutions(problem, options)
    yield "3,000 x 3,000, K = 1,500, s", whole.seconds, 1.0
    yield "objective - bound", float(result.proof.objective - result.proof.bound), 0.0
    metres = pair_case(problem, options).metres
    with _Timed() as dense:
        total = _dense_pairs(metres, 1_500)
    yield "s / s of scipy.optimize.linear_sum_assignment", whole.seconds / dense.seconds, None
    yield "metres more than SciPy's", float(result.total_m - total), 0.0


def _dense_pairs(metres: Any, pairs: int) -> int:
    """Least metres of exactly so many pairs: the others go to partners who are nobody."""
    from scipy.optimize import linear_sum_assignment

    n, m = metres.shape
    wide = np.full((n + m - pairs, m + n - pairs), float(metres.sum()))
    wide[:n, :m] = metres
    wide[:n, m:] = 0.0
    wide[n:, :m] = 0.0
    left, right = linear_sum_assignment(wide)
    real = (left < n) & (right < m)
    return int(metres[left[real], right[real]].sum())


def pairs_qidong() -> Iterator[Figure]:
    """Qidong's 50 eldercare and 51 childcare institutions: 20 pairs with the proof and the page."""
    from optimizer.places.pairing import PairOptions, pair_institutions
    from optimizer.places.referee.pair_check import check_pairs
    from optimizer.report.places_plan_page import places_plan_page

    problem = make_qidong_places()
    with _Timed() as whole:
        result = pair_institutions(problem, PairOptions(pairs=20))
    with _Timed() as page:
        text = places_plan_page(problem, [result])
    yield "20 pairs with proof and curve, s", whole.seconds, 1.0
    yield "page, s", page.seconds, None
    yield "pairs short of 20", float(20 - len(result.pairs)), 0.0
    yield "findings of the checker", float(len(check_pairs(problem, result))), 0.0
    yield "page, kB", len(text) / 1_000, None


def site_large() -> Iterator[Figure]:
    """3,000 cells x 500 sites to 1e-4: 200 existing and 300 new ones within 2.5 km, and all new but 100 within 11."""
    from optimizer.places.site import SiteOptions, site_places

    wide = SiteOptions(per_1000=4.5, gap=1e-4, minutes=15, kmh=15.0, mode="e-bike")
    near = replace(wide, kmh=10.0, detour=1.0, reach_m=2_500)
    for name, problem, options in (
        ("2.5 km", _site_problem_near(3_000, 200, 300), near),
        ("wide, without a budget", _site_problem(3_000, 500), wide),
        ("wide, with a budget", _site_problem(3_000, 500), replace(wide, budget=25_000_000.0)),
    ):
        started = time.process_time()
        with _Timed() as whole:
            result = site_places(problem, options)
        used = time.process_time() - started
        worst = max(stage.gap for year in result.years for stage in year.stages)
        yield f"{name}, s", whole.seconds, None
        yield f"{name}, s of processor time", used, 20.0
        yield f"{name}, largest gap of a stage", worst, 1e-4
        yield f"{name}, findings of the checker", float(len(check_sites(problem, result))), 0.0


def _site_problem_near(cells: int, old: int, new: int) -> PlacesProblem:
    """The same villages; more of the sites exist already, candidates have room for four modules each."""
    problem = _site_problem(cells, old + new - 100)
    rng = random.Random(1)
    built, still = problem.candidates[: old - 100], problem.candidates[old - 100 :]
    return replace(
        problem,
        institutions=problem.institutions
        + tuple(
            Institution(id=f"X{one.id}", lat=one.lat, lon=one.lon, town=one.town, inclusive=False) for one in built
        ),
        pools=problem.pools
        + tuple(Pool(id=f"X{one.id}/1", institution=f"X{one.id}", capacity=rng.choice((20, 30, 40))) for one in built),
        candidates=tuple(replace(one, max_modules=4) for one in still),
    )


def _site_problem(cells: int, sites: int) -> PlacesProblem:
    """Villages with people, existing institutions, and candidate sites of two to four modules, in twenty towns."""
    city = large_city(cells, sites + 100, named=0)
    rng = random.Random(1)
    towns = tuple(
        Area(id=f"T{t:02d}", lat=one.lat, lon=one.lon, level=AreaLevel.TOWN)
        for t, one in enumerate(city.institutions[:20])
    )

    def town_of(one: Applicant | Institution) -> str:
        return min(towns, key=lambda t: abs((t.lat or 0) - (one.lat or 0)) + abs((t.lon or 0) - (one.lon or 0))).id

    people = [rng.randrange(200, 600) for _ in city.applicants]
    villages = tuple(
        Area(
            id=f"V{k:04d}",
            lat=one.lat,
            lon=one.lon,
            level=AreaLevel.VILLAGE,
            parent=town_of(one),
            population_resident=people[k],
        )
        for k, one in enumerate(city.applicants)
    )
    total = {town.id: sum(v.population_resident or 0 for v in villages if v.parent == town.id) for town in towns}
    whole = Area(id="C", level=AreaLevel.CITY, population_resident=sum(people))
    counted = tuple(replace(t, population_resident=total[t.id], parent="C") for t in towns)
    old = tuple(replace(one, town=town_of(one), inclusive=k % 5 == 0) for k, one in enumerate(city.institutions[:100]))
    return PlacesProblem(
        name="sites",
        institutions=old,
        pools=tuple(Pool(id=f"{one.id}/1", institution=one.id, capacity=rng.choice((20, 30, 40))) for one in old),
        areas=(whole, *counted, *villages),
        candidates=tuple(
            Candidate(
                id=f"N{k:04d}",
                lat=one.lat,
                lon=one.lon,
                town=town_of(one),
                max_modules=rng.choice((2, 3, 4)),
                cost=float(rng.choice((160_000, 200_000, 240_000))),
                open_cost=50_000.0,
            )
            for k, one in enumerate(city.institutions[100:])
        ),
    )


def site_cities() -> Iterator[Figure]:
    """Qidong and Hailing: stages solved, bounds shown, and the checker's recount from the raw tables."""
    from optimizer.places.site import SiteOptions, site_places

    for name, problem, options in (
        ("Qidong", make_qidong_places(), SiteOptions(per_1000=4.5)),
        ("Hailing", make_hailing_places(), SiteOptions(years=(2023, 2024, 2025))),
    ):
        with _Timed() as whole:
            result = site_places(problem, options)
        stages = [stage for year in result.years for stage in year.stages]
        yield f"{name}, s", whole.seconds, None
        yield f"{name}, years", float(len(result.years)), None
        yield f"{name}, stages", float(len(stages)), None
        yield f"{name}, largest gap of a stage", max(stage.gap for stage in stages), 1e-4
        yield f"{name}, findings of the checker", float(len(check_sites(problem, result))), 0.0


def beds() -> Iterator[Figure]:
    """2,000 elders of Qidong under the Nantong profile: by both rules, and ``served`` with rooms of two."""
    city, policy = make_qidong_places(2_000, beds=True), shipped_policy("nantong-beds")
    homes = {one.id for one in city.institutions if one.kind is InstitutionKind.ELDERCARE}
    doubles = tuple(replace(one, class_size=2) if one.institution in homes else one for one in city.pools)
    for name, problem, rule in (
        ("stable", city, STABLE),
        ("served", city, SERVED),
        ("served, rooms of two", replace(city, pools=doubles), SERVED),
    ):
        with _Timed() as whole:
            result = allocate_places(problem, policy, rule=rule, seed=SEED)
        placed = {one.applicant: one for one in result.assignments}
        held = [one for one in problem.applicants if one.current is not None and one.willing]
        gone = sum(one.id not in placed for one in held)
        moved = sum(not placed[one.id].incumbent for one in held if one.id in placed and not one.transfer_wanted)
        yield f"{name}, s", whole.seconds, None
        yield f"{name}, placed", float(len(placed)), None
        proof = result.proof
        yield f"{name}, status {result.status.value}; shortages named", float(len(_shortages(result))), None
        if isinstance(proof, StableProof):
            yield f"{name}, blocking coalitions", float(proof.blocking_coalitions), None
        else:
            unproved = proof.bound < proof.objective or proof.served_by_class != proof.largest_by_class
            yield f"{name}, not proved best", float(unproved), 0.0
        yield f"{name}, incumbents who lost or changed a bed", float(gone + moved), 0.0
        yield f"{name}, findings of the checker", float(len(check_allocation(problem, policy, result))), 0.0


def _shortages(result: AllocationResult) -> list[str]:
    return [note.en for note in result.notes if "must be added" in note.en]


def why_not() -> Iterator[Figure]:
    """1,000 random applicants of a market of 8,000: what is said of each choice against a run that asks only for it."""
    from benchmarks.places_why import disagreements

    problem = make_qidong_places(8_000)
    alone = replace(problem, applicants=tuple(replace(one, family=None) for one in problem.applicants))
    policy = replace(shipped_policy("qidong-childcare"), entry_date=ENTRY)
    with _Timed() as whole:
        asked, runs, refusals, wrong = disagreements(alone, policy, SEED, 1_000)
    yield "applicants asked", float(asked), None
    yield "choices run again", float(runs), None
    yield "refusals among them", float(refusals), None
    yield "disagreements", float(len(wrong)), 0.0
    yield "s", whole.seconds, None


MEASURES: tuple[Callable[[], Iterator[Figure]], ...] = (
    served_town,
    pairs_qidong,
    pairs_large,
    site_cities,
    beds,
    why_not,
    all_pairs,
    site_large,
    stable_large,
    served_large,
    served_memory,
    all_pairs_large,
)


def main() -> int:
    """Run the measures, print them against their limits, and write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="measures whose name begins so")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--one", help="one measure, as JSON (internal)")
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(list(next(one for one in MEASURES if one.__name__ == asked.one)())))
        return 0
    rows: list[dict[str, Any]] = []
    print("| measure | what | figure | limit | met |\n" + "|---" * 5 + "|", flush=True)
    for measure in MEASURES:
        if not asked.only or measure.__name__.startswith(asked.only):
            for row in _measured(measure.__name__):
                rows.append(row | stamp())
                print(
                    "| " + " | ".join(str(row[k]) for k in ("measure", "what", "figure", "limit", "met")) + " |",
                    flush=True,
                )
    if asked.out is not None and rows:
        asked.out.parent.mkdir(parents=True, exist_ok=True)
        with asked.out.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return int(any(row["met"] == "no" for row in rows))


def _measured(name: str) -> Iterator[dict[str, Any]]:
    load, began = thermometer(), time.perf_counter()
    command = [sys.executable, "-m", "benchmarks.places_measures", "--one", name]
    try:
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        yield {"measure": name, "what": f"not back after {PATIENCE_S:.0f} s", "figure": "", "limit": "", "met": "no"}
        return
    if ended.returncode:
        last = (ended.stderr.strip().splitlines() or ["crashed"])[-1][:120]
        yield {"measure": name, "what": last, "figure": "", "limit": "", "met": "no"}
        return
    wall = round(time.perf_counter() - began, 1)
    for what, figure, limit in json.loads(ended.stdout.strip().splitlines()[-1]):
        met = "" if limit is None else "yes" if figure <= limit else "no"
        shown = "" if limit is None else f"{limit:,.6g}"
        row = {"measure": name, "what": what, "figure": f"{figure:,.6g}", "limit": shown, "met": met}
        yield row | {"wall_s_of_measure": wall, "load": load}


if __name__ == "__main__":
    sys.exit(main())
