"""A large day of another maker, planned and judged twice: ``python -m benchmarks.large_day --maker FILE --tasks 6000``.

The maker is a Python file with ``make(tasks, seed)``, ``matrix(day)`` and ``check(day, matrix, routes, lunch)``, which
judges with code of its own. Two days are made of its day: pairs *relaxed* into independent tasks, and pairs *together*.
A line a run: seconds to the first plan after the input is parsed, mandatory and optional tasks, travel, cost in
millions (travel + 20,000 × mandatory tasks left out + prices of the optional ones) by the referee and by the maker's
judge, seconds over the limit, and the largest sum of PSS of all processes. With ``--cpu`` one worker's seconds are
those of its processor, for machines that are shared.
"""

from __future__ import annotations

import argparse
import gc
import importlib.util
import os
import sys
import threading
import time
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks.plain import PLAIN
from optimizer.common.stop import Clock, MaxRuntime
from optimizer.travel.matrix import UNREACHABLE, TravelMatrix
from optimizer.visits.engines import engine_named
from optimizer.visits.model import (
    Break,
    Caregiver,
    Client,
    Location,
    PriorityGroup,
    Problem,
    Shift,
    Skill,
    SkillRequirement,
    TimeWindow,
    Visit,
)
from optimizer.visits.plan import Plan
from optimizer.visits.referee import evaluate_plan
from optimizer.visits.solve import solve_visits

__all__ = ["day_of_maker", "routes_of_plan"]

SPECIALISTS = ("nurse", "therapist", "assessor")
COLUMNS = (
    "tasks pairs workers limit_s first_s mandatory optional travel_h cost_M judge_M judge_faults in_step over_s pss_MB"
)


def day_of_maker(maker: ModuleType, day: dict[str, Any], *, together: bool) -> tuple[Problem, TravelMatrix]:
    """The maker's day as a problem, and its travel; a pair that stays together is a visit by a team of two."""
    matrix = maker.matrix(day)
    reachable = matrix < maker.UNREACH
    matrix[~reachable] = UNREACHABLE
    places = tuple(Location(id=f"p{i:05d}") for i in range(len(matrix)))
    visits = tuple(_visits(day, together))
    problem = Problem(
        name=f"city day of {day['N']} tasks",
        date=date(2026, 1, 1),
        locations=places,
        clients=tuple(Client(id=one.client, location=f"p{one.id[1:]}") for one in visits),
        visits=visits,
        caregivers=tuple(_caregiver(maker, day, c) for c in range(day["C"])),
        priorities=tuple(
            PriorityGroup(id=f"{group} x {size}", price_s=size * int(maker.PO[group]), zh="可选", en="optional")
            for group in (1, 2, 3)
            for size in (1, 2)
        ),
    )
    names = tuple(place.id for place in places)
    return problem, TravelMatrix(locations=names, durations={"ebike": matrix}, reachable={"ebike": reachable})


def _visits(day: dict[str, Any], together: bool) -> list[Visit]:
    seen: set[int] = set()
    visits = []
    for i in range(day["N"]):
        pair, group, kind = int(day["pair"][i]), int(day["pri"][i]), int(day["sk"][i])
        team = 2 if together and pair >= 0 else 1
        if team == 2 and pair in seen:
            continue
        seen.add(pair)
        care = (
            SkillRequirement(skill="care", level=kind) if kind <= 5 else SkillRequirement(skill=SPECIALISTS[kind - 6])
        )
        visits.append(
            Visit(
                id=f"t{i:05d}",
                client=f"k{i:05d}",
                service_duration_t=int(day["dur"][i]),
                windows=(TimeWindow(earliest_t=int(day["e"][i]), latest_t=int(day["l"][i])),),
                skills=(care,),
                team_size=team,
                mandatory=group == 0,
                priority=f"{group} x {team}" if group else None,
            )
        )
    return visits


def _caregiver(maker: ModuleType, day: dict[str, Any], c: int) -> Caregiver:
    depot, special = f"p{int(day['dep'][c]):05d}", int(day["spec"][c])
    earliest, latest, length = maker.LUNCH
    lunch = Break(id="lunch", earliest_t=earliest, latest_t=latest, duration_t=length)
    skills = [Skill(skill="care", level=int(day["lvl"][c]))]
    skills += [Skill(skill=SPECIALISTS[special - 1])] if special else []
    begin, end = maker.DAY
    shift = Shift(
        id="day", start_location=depot, end_location=depot, start_t=begin, end_t=end, max_overtime_t=0, breaks=(lunch,)
    )
    return Caregiver(id=f"c{c:04d}", shifts=(shift,), skills=tuple(skills))


def routes_of_plan(day: dict[str, Any], plan: Plan) -> list[list[int]]:
    """Tasks of the maker's day by caregiver; the second stop of a pair is its second task."""
    members: dict[int, list[int]] = {}
    for i in range(day["N"]):
        pair = int(day["pair"][i])
        members.setdefault(pair if pair >= 0 else -2 - i, []).append(i)
    routes: list[list[int]] = [[] for _ in range(day["C"])]
    seen: set[int] = set()
    for route in plan.routes:
        for stop in route.stops:
            i = int(stop.visit[1:])
            if i in seen:
                i = members[int(day["pair"][i])][1]
            seen.add(i)
            routes[int(route.caregiver[1:])].append(i)
    return routes


def main() -> int:
    """Run and print the table."""
    parser = argparse.ArgumentParser(description="Plan a large day of another maker.")
    parser.add_argument("--maker", type=Path, required=True)
    parser.add_argument("--tasks", type=int, default=6_000)
    parser.add_argument("--limits", nargs="*", type=float, default=[10.0, 60.0])
    parser.add_argument("--workers", nargs="*", type=int, default=[1])
    parser.add_argument("--pairs", nargs="*", choices=("relaxed", "together"), default=["relaxed", "together"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cpu", action="store_true")
    options = parser.parse_args()
    maker = _module(options.maker)
    day = maker.make(options.tasks, 1)
    engine_named("search")  # compiled before anybody's clock starts
    print(COLUMNS.replace(" ", "\t"))
    for limit_s in options.limits:
        for workers in options.workers:
            for pairs in options.pairs:
                print("\t".join(_run(maker, day, pairs, workers, limit_s, options.seed, options.cpu)), flush=True)
    return 0


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path}: not a Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _run(
    maker: ModuleType, day: dict[str, Any], pairs: str, workers: int, limit_s: float, seed: int, cpu: bool
) -> list[str]:
    gc.collect()  # what an earlier run has left is not this one's memory
    problem, travel = day_of_maker(maker, day, together=pairs == "together")
    now = time.process_time if cpu else time.monotonic
    clock = Clock(now(), now)
    with _Peak() as peak:
        result = solve_visits(
            problem,
            travel,
            stop=MaxRuntime(limit_s),
            seed=seed,
            objective=PLAIN,
            engine="search",
            workers=workers,
            clock=clock,
        )
        seconds = clock.seconds()
    judged = evaluate_plan(problem, travel, result.plan, PLAIN)
    if not judged.valid:
        raise SystemExit(f"the plan breaks rules: {judged.violations[0].text.en}")
    size = {one.id: one.team_size for one in problem.visits}
    left = {"mandatory": 0, "optional": 0}
    for visit in problem.visits:
        if visit.id in set(judged.left_out):
            left["mandatory" if visit.mandatory else "optional"] += size[visit.id]
    own_m = (judged.cost + 20_000 * left["mandatory"]) / 1e6
    theirs = maker.check(day, maker.matrix(day), routes_of_plan(day, result.plan), True)
    faults = theirs["nlate"] + theirs["skillbad"] + theirs["unreach"] + theirs["nolunch"] + (theirs["ot_h"] > 0)
    teams = sum(len(route.stops) for route in result.plan.routes) - len(
        {s.visit for r in result.plan.routes for s in r.stops}
    )
    figures = [day["N"], pairs, workers, f"{limit_s:g}{' cpu' if cpu else ''}", f"{result.trace[0].seconds:.2f}"]
    figures += [f"{theirs['man']}/{theirs['man_all']}", f"{theirs['opt']}/{theirs['opt_all']}", theirs["travel_h"]]
    figures += [f"{own_m:.3f}", f"{theirs['cost'] / 1e6:.3f}", int(faults), teams, f"{seconds - limit_s:+.2f}"]
    return [str(figure) for figure in [*figures, f"{peak.mb:.0f}"]]


class _Peak:
    """Looks four times a second at the sum of PSS of this process and its children (Linux)."""

    def __init__(self) -> None:
        self.mb = 0.0
        self._ended = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> _Peak:
        self._watch.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._ended.set()
        self._watch.join()

    def _look(self) -> None:
        while not self._ended.wait(0.25):
            self.mb = max(self.mb, sum(_pss_mb(pid) for pid in _family(os.getpid())))


def _family(pid: int) -> list[int]:
    children: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        children += [int(child) for child in task.read_text().split()]
    return [pid, *(one for child in children for one in _family(child))]


def _pss_mb(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return float(np.sum([int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")])) / 1024


if __name__ == "__main__":
    sys.exit(main())
