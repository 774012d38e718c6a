"""Published location and assignment instances with known optima, solved by the engines of places.

``python -m benchmarks.location_known FOLDER [--limit SECONDS] [--only WORD] [--numbers N ...]`` prints one line of CSV
for each instance: name, optimum, cost, bound, seconds, CPU seconds, and whether the optimum was reached to 1e-4. The
single-source and median files go through ``cluster``; the other formats (generalised assignment, warehouse location,
assignment) are read here only. ``--numbers`` names Holmberg's instances; without it those with odd numbers.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from optimizer.io.location_files import read_pmed, read_sscflp
from optimizer.places.cluster import cluster_network
from optimizer.places.mixed import INFINITY, MilpBuilder, solve_milp

CAP = {
    "cap41": 1040444.375,
    "cap71": 932615.750,
    "cap72": 977799.400,
    "cap73": 1010641.450,
    "cap74": 1034976.975,
    "cap101": 796648.4375,
    "cap131": 793439.5625,
}
GAP = {
    "gap1": (336, 327, 339, 341, 326),
    "gap2": (434, 436, 420, 419, 428),
    "gap3": (580, 564, 573, 570, 564),
    "gap12": (1451, 1449, 1433, 1447, 1446),
}
ASSIGN = {"assign100": 305}
ODD = tuple(range(1, 72, 2))


@dataclass(frozen=True, kw_only=True)
class Line:
    name: str
    optimum: float
    cost: float
    bound: float
    seconds: float

    @property
    def reached(self) -> bool:
        return abs(self.cost - self.optimum) <= 1e-4 * abs(self.optimum)


def holmberg(folder: Path, limit: float, numbers: Sequence[int] = ODD) -> Iterator[Line]:
    optima = [float(word) for word in (folder / "sscflp_holmberg" / "os").read_text().split()]
    for number in numbers:
        path = folder / "sscflp_holmberg" / f"p{number}"
        if path.exists():
            result = cluster_network(read_sscflp(path), time_limit_s=limit, gap=1e-4)
            yield Line(
                name=f"holmberg p{number}",
                optimum=optima[number - 1],
                cost=result.cost,
                bound=result.bound,
                seconds=result.seconds,
            )


def medians(folder: Path, limit: float) -> Iterator[Line]:
    for number, optimum in ((1, 5819), (3, 4250), (5, 1355)):
        result = cluster_network(read_pmed(folder / "pmed" / f"pmed{number}.txt"), time_limit_s=limit)
        yield Line(name=f"pmed{number}", optimum=optimum, cost=result.cost, bound=result.bound, seconds=result.seconds)


def warehouses(folder: Path, limit: float) -> Iterator[Line]:
    """Capacitated warehouse location; the demand of a customer may be split."""
    for name, optimum in CAP.items():
        numbers = np.array((folder / "orlib_cap" / f"{name}.txt").read_text().split(), dtype=np.float64)
        h, m = int(numbers[0]), int(numbers[1])
        sites, rows = numbers[2 : 2 + 2 * h].reshape(h, 2), numbers[2 + 2 * h :].reshape(m, h + 1)
        demand, cost = rows[:, 0], rows[:, 1:].T
        model = MilpBuilder()
        open_ = model.variables("open", h, cost=sites[:, 1], integer=True)
        serve = model.variables("serve", h * m, cost=cost.ravel())
        leader, member = np.divmod(np.arange(h * m), m)
        model.rows(m, member, serve, 1.0, lower=1.0, upper=1.0)
        both = np.concatenate([np.arange(h * m), np.arange(h * m)])
        signs = np.repeat([1.0, -1.0], h * m)
        model.rows(h * m, both, np.concatenate([serve, open_[leader]]), signs, lower=-INFINITY, upper=0.0)
        model.rows(
            h,
            np.concatenate([leader, np.arange(h)]),
            np.concatenate([serve, open_]),
            np.concatenate([demand[member], -sites[:, 0]]),
            lower=-INFINITY,
            upper=0.0,
        )
        solution = solve_milp(model.build(), time_limit_s=limit)
        yield Line(name=name, optimum=optimum, cost=solution.cost, bound=solution.bound, seconds=solution.seconds)


def generalised(folder: Path, limit: float) -> Iterator[Line]:
    """Generalised assignment in its maximum form."""
    for name, optima in GAP.items():
        words = iter((folder / "orlib_gap" / f"{name}.txt").read_text().split())
        for number in range(int(next(words))):
            agents, jobs = int(next(words)), int(next(words))
            gain, need = (
                np.array([float(next(words)) for _ in range(agents * jobs)]).reshape(agents, jobs) for _ in range(2)
            )
            room = np.array([float(next(words)) for _ in range(agents)])
            model = MilpBuilder()
            give = model.variables("give", agents * jobs, cost=-gain.ravel(), integer=True)
            agent, job = np.divmod(np.arange(agents * jobs), jobs)
            model.rows(jobs, job, give, 1.0, lower=1.0, upper=1.0)
            model.rows(agents, agent, give, need.ravel(), lower=-INFINITY, upper=room)
            solution = solve_milp(model.build(), time_limit_s=limit, step=1.0)
            yield Line(
                name=f"{name}-{number + 1}",
                optimum=optima[number],
                cost=-solution.cost,
                bound=-solution.bound,
                seconds=solution.seconds,
            )


def assignments(folder: Path, _limit: float) -> Iterator[Line]:
    """Linear assignment by the growth of pairs."""
    from optimizer.places.pairing.augment import arcs_within, grow

    for name, optimum in ASSIGN.items():
        numbers = np.array((folder / "orlib_assign" / f"{name}.txt").read_text().split(), dtype=np.int64)
        n = int(numbers[0])
        cost = numbers[1:].reshape(n, n)
        started = time.perf_counter()
        once = np.ones(n, dtype=np.int64)
        growth = grow(arcs_within(cost, np.ones((n, n), dtype=bool), None), once, once, keep=n, upto=n)
        bound = int(n * growth.price - growth.left_price.sum() - growth.right_price.sum())
        yield Line(
            name=name,
            optimum=optimum,
            cost=float(growth.prices.sum()),
            bound=float(bound),
            seconds=time.perf_counter() - started,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=float, default=120.0)
    parser.add_argument("--only", default="")
    parser.add_argument("--numbers", nargs="+", type=int, default=ODD)
    asked = parser.parse_args()
    print("name,optimum,cost,bound,seconds,cpu_s,reached")
    missed = 0
    families: dict[str, Callable[[Path, float], Iterator[Line]]] = {
        "assignments": assignments,
        "generalised": generalised,
        "warehouses": warehouses,
        "medians": medians,
        "holmberg": partial(holmberg, numbers=asked.numbers),
    }
    for name, family in families.items():
        if asked.only not in name:
            continue
        began = time.process_time()
        for line in family(asked.folder, asked.limit):
            spent, began = time.process_time() - began, time.process_time()
            missed += not line.reached
            figures = f"{line.optimum:.10g},{line.cost:.10g},{line.bound:.10g},{line.seconds:.2f},{spent:.2f}"
            print(f"{line.name},{figures},{'yes' if line.reached else 'no'}", flush=True)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
