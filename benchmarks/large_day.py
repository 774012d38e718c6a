"""A large day of another maker, planned and judged twice: ``python -m benchmarks.large_day --maker FILE --tasks 6000``.

The maker is a Python file with ``make(tasks, seed)``, ``matrix(day)`` and ``check(day, matrix, routes, lunch)``, which
judges with code of its own. Two days are made of its day: pairs *relaxed* into independent tasks, which one caregiver
may then do one after the other (``by_one`` counts it), and pairs *together* (``in_step``).
A line a run: seconds to the first plan after the input is parsed, mandatory and optional tasks, travel, cost in
millions (travel + 20,000 × mandatory tasks left out + prices of the optional ones) by the referee and by the maker's
judge, seconds over the limit, and the largest sum of PSS of all processes. With ``--cpu`` one worker's seconds are
those of its processor, for machines that are shared. Peers (``--contenders``) know no pairs, and some no lunch: they
are given the day without it, to be compared with the search under ``--no-lunch``.
"""

from __future__ import annotations

import argparse
import gc
import importlib.util
import itertools
import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks.city_day import WITHOUT_LUNCH
from benchmarks.contender import Answer, Contender, Task, TracePoint
from benchmarks.contenders import PEERS, contender_named
from benchmarks.instances import Day
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
from optimizer.visits.search.warmup import warm_up_strings
from optimizer.visits.solve import solve_visits

__all__ = ["day_of_maker", "pairs_by_one", "routes_of_plan"]

OWN = ("search", "greedy")
"""The contenders that know pairs and lunch."""

SPECIALISTS = ("nurse", "therapist", "assessor")
COLUMNS = (
    "contender lunch tasks pairs workers limit_s first_s mandatory optional travel_h cost_M judge_M judge_faults "
    "in_step by_one over_s pss_MB"
)


def day_of_maker(
    maker: ModuleType, day: dict[str, Any], *, together: bool, lunch: bool = True
) -> tuple[Problem, TravelMatrix]:
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
        caregivers=tuple(_caregiver(maker, day, c, lunch) for c in range(day["C"])),
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


def _caregiver(maker: ModuleType, day: dict[str, Any], c: int, lunch: bool) -> Caregiver:
    depot, special = f"p{int(day['dep'][c]):05d}", int(day["spec"][c])
    earliest, latest, length = maker.LUNCH
    breaks = (Break(id="lunch", earliest_t=earliest, latest_t=latest, duration_t=length),) if lunch else ()
    skills = [Skill(skill="care", level=int(day["lvl"][c]))]
    skills += [Skill(skill=SPECIALISTS[special - 1])] if special else []
    begin, end = maker.DAY
    shift = Shift(
        id="day", start_location=depot, end_location=depot, start_t=begin, end_t=end, max_overtime_t=0, breaks=breaks
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


def pairs_by_one(day: dict[str, Any], routes: Sequence[Sequence[int]]) -> int:
    """Pairs of which one caregiver does both tasks: what taking pairs apart allows beside starting at other times."""
    found = 0
    for route in routes:
        pairs = [int(day["pair"][i]) for i in route if day["pair"][i] >= 0]
        found += len(pairs) - len(set(pairs))
    return found


def main() -> int:
    """Run and print the table."""
    parser = argparse.ArgumentParser(description="Plan a large day of another maker.")
    parser.add_argument("--maker", type=Path, required=True)
    parser.add_argument("--tasks", type=int, default=6_000)
    parser.add_argument("--limits", nargs="*", type=float, default=[10.0, 60.0])
    parser.add_argument("--workers", nargs="*", type=int, default=[1])
    parser.add_argument("--pairs", nargs="*", choices=("relaxed", "together"), default=["relaxed", "together"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--contenders", nargs="*", choices=(*OWN, *PEERS), default=["search"])
    parser.add_argument("--no-lunch", action="store_true")
    parser.add_argument("--cpu", action="store_true")
    options = parser.parse_args()
    maker = _module(options.maker)
    day = maker.make(options.tasks, 1)
    print(COLUMNS.replace(" ", "\t"))
    for setting in _settings(options):
        print("\t".join(_run(maker, day, setting)), flush=True)
    return 0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Setting:
    """One line of the table."""

    contender: str
    lunch: bool
    pairs: str
    workers: int
    limit_s: float
    seed: int
    cpu: bool


def _settings(options: argparse.Namespace) -> Iterator[_Setting]:
    for limit_s, workers, contender in itertools.product(options.limits, options.workers, options.contenders):
        searches = contender == "search"
        if not searches and workers != options.workers[0]:
            continue
        for pairs in options.pairs if contender in OWN else ["relaxed"]:
            yield _Setting(
                contender=contender,
                lunch=contender not in WITHOUT_LUNCH and not options.no_lunch,
                pairs=pairs,
                workers=workers if searches else 1,
                limit_s=limit_s,
                seed=options.seed,
                cpu=options.cpu and searches,
            )


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path}: not a Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _run(maker: ModuleType, day: dict[str, Any], one: _Setting) -> list[str]:
    gc.collect()  # what an earlier run has left is not this one's memory
    plan_with = (
        _search(one.workers) if one.contender == "search" else contender_named(one.contender)
    )  # before the clock
    problem, travel = day_of_maker(maker, day, together=one.pairs == "together", lunch=one.lunch)
    whole = Day(problem=problem, travel=travel, objective=PLAIN, best_known=None)
    now = time.process_time if one.cpu else time.monotonic
    clock = Clock(now(), now)
    with _Peak() as peak:
        answer = plan_with(Task(day=whole, limit_s=one.limit_s, seed=one.seed, clock=clock))
        over_s = clock.seconds() - one.limit_s
    first = f"{answer.trace[0].seconds:.2f}" if answer.trace else "-"
    about = [one.contender, "yes" if one.lunch else "no", str(day["N"]), one.pairs, str(one.workers)]
    about += [f"{one.limit_s:g}{' cpu' if one.cpu else ''}", first]
    return [*about, *_judged(maker, day, whole, answer.plan, one), f"{over_s:+.2f}", f"{peak.mb:.0f}"]


def _search(workers: int) -> Contender:
    engine_named("search")
    warm_up_strings()  # compiled and loaded before anybody's clock starts

    def plan(task: Task) -> Answer:
        result = solve_visits(
            task.day.problem,
            task.day.travel,
            stop=MaxRuntime(task.limit_s),
            seed=task.seed,
            objective=task.day.objective,
            engine="search",
            workers=workers,
            clock=task.clock,
        )
        first = result.trace[0]
        begun = TracePoint(seconds=first.seconds, mandatory_left_out=first.mandatory_left_out, cost=first.cost)
        return Answer(plan=result.plan, trace=(begun,))

    return plan


def _judged(maker: ModuleType, day: dict[str, Any], whole: Day, plan: Plan, one: _Setting) -> list[str]:
    """Tasks placed, travel, cost by both judges, faults that the maker's finds, and pairs that start together."""
    problem = whole.problem
    judged = evaluate_plan(problem, whole.travel, plan, PLAIN)
    if not judged.valid:
        raise SystemExit(f"the plan of {one.contender} breaks rules: {judged.violations[0].text.en}")
    left_out = set(judged.left_out)
    mandatory = sum(visit.team_size for visit in problem.visits if visit.mandatory and visit.id in left_out)
    routes = routes_of_plan(day, plan)
    theirs = maker.check(day, maker.matrix(day), routes, one.lunch)
    faults = theirs["nlate"] + theirs["skillbad"] + theirs["unreach"] + (theirs["ot_h"] > 0)
    faults += theirs["nolunch"] if one.lunch else 0
    stops = [stop.visit for route in plan.routes for stop in route.stops]
    figures = [f"{theirs['man']}/{theirs['man_all']}", f"{theirs['opt']}/{theirs['opt_all']}", str(theirs["travel_h"])]
    figures += [f"{(judged.cost + 20_000 * mandatory) / 1e6:.3f}", f"{theirs['cost'] / 1e6:.3f}", str(int(faults))]
    return [*figures, str(len(stops) - len(set(stops))), str(pairs_by_one(day, routes))]


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
