"""Where the days of the suites come from: published files, and days made by the project's own makers."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks.plain import PLAIN, plain_day
from instances.day import make_hailing, make_qidong
from optimizer.io.recognise import read_problem
from optimizer.io.vrptw import read_vrptw_solution
from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import Problem
from optimizer.visits.objective import HOMECARE, OBJECTIVES, Objective
from optimizer.visits.travel import problem_travel

__all__ = ["DataAbsent", "Day", "data_folder", "expand", "load_day"]

MAKERS = {"qidong": make_qidong, "hailing": make_hailing}
KINDS = ("hhcrsp", "vrptw", "made", "plain", "city")


class DataAbsent(Exception):
    """Published data is not at the place it was looked for."""


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day with its travel, the weights it is judged by, and the best cost anybody has published for it."""

    problem: Problem
    travel: TravelMatrix
    objective: Objective
    best_known: float | None


def data_folder(path: Path | None = None) -> Path:
    """The folder of published instances: given, or ``CAREPLAN_DATA``, or ``../shared/data`` beside the project."""
    beside = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
    return path or Path(os.environ.get("CAREPLAN_DATA", beside))


def expand(names: Sequence[str], data: Path) -> list[str]:
    """Names of instances, with ``*`` in the names of published files filled in, sorted.

    Raises
    ------
    DataAbsent
        A pattern matches no file.
    """
    found: list[str] = []
    for name in names:
        kind, _, rest = name.partition(":")
        if "*" not in rest:
            found.append(name)
            continue
        files = sorted(path.relative_to(data / kind) for path in (data / kind).glob(rest))
        if not files:
            raise DataAbsent(f"{name}: no such file in {data}; give --data or set CAREPLAN_DATA")
        found += [f"{kind}:{file}" for file in files]
    return found


def load_day(name: str, data: Path) -> Day:
    """A day by its name.

    ========================  =========================================================================================
    ``hhcrsp:kummer/x.json``  a published home-care instance
    ``vrptw:R1_10_1.vrp@200``  a published routing instance, its first 200 customers (all without ``@``)
    ``made:qidong-400``       a day of the project's maker, with all its rules
    ``plain:qidong-400``      the same with the rules that every contender can express, without lunch
    ``city:qidong-400``       the same with lunch
    ========================  =========================================================================================

    Raises
    ------
    DataAbsent
        The published file is not there.
    ValueError
        No such name.
    """
    kind, _, rest = name.partition(":")
    if kind in ("hhcrsp", "vrptw"):
        return _published(kind, rest, data)
    maker, _, size = rest.partition("-")
    if kind not in KINDS or maker not in MAKERS or not size.isdigit():
        raise ValueError(f"{name}: expected one of {', '.join(KINDS)}, a colon and a name such as qidong-400")
    problem = MAKERS[maker](int(size), 1)
    if kind != "made":
        problem = plain_day(problem, breaks=kind == "city")
    objective = HOMECARE if kind == "made" else PLAIN
    return Day(problem=problem, travel=problem_travel(problem), objective=objective, best_known=None)


def _published(kind: str, rest: str, data: Path) -> Day:
    name, _, first = rest.partition("@")
    path = data / kind / name
    if not path.is_file():
        raise DataAbsent(f"{path} is not there; give --data or set CAREPLAN_DATA")
    file = read_problem(path, first_customers=int(first) if first else None)
    travel = problem_travel(file.problem, given=file.matrix)
    best = _best_hhcrsp(data).get(name) if kind == "hhcrsp" else None
    if kind == "vrptw" and not first and path.with_suffix(".sol").is_file():
        best = read_vrptw_solution(path.with_suffix(".sol"), file.problem, travel)[1]
    objective = OBJECTIVES[file.objective or "homecare"]
    return Day(problem=file.problem, travel=travel, objective=objective, best_known=best)


@cache
def _best_hhcrsp(data: Path) -> dict[str, float]:
    """Best published cost by ``family/file``."""
    path = data / "hhcrsp" / "best_known.csv"
    if not path.is_file():
        return {}
    with path.open(newline="") as file:
        return {f"{row['family']}/{row['instance']}": float(row["best_known_cost"]) for row in csv.DictReader(file)}
