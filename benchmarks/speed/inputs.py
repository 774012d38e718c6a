"""What the cases work on: fixed files, read by the tree that is measured."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from benchmarks.speed.case import INPUTS
from optimizer.io.plan_json import read_plan_json
from optimizer.io.problem_json import read_problem_json
from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import Problem
from optimizer.visits.plan import Plan
from optimizer.visits.travel import problem_travel

__all__ = ["QIDONG_JSON", "QIDONG_XLSX", "hailing_day", "qidong_day", "qidong_plan"]

QIDONG_JSON = INPUTS / "qidong-400.json"
QIDONG_XLSX = INPUTS / "qidong-400.xlsx"
HAILING_JSON = INPUTS / "hailing-150.json"
QIDONG_PLAN = Path(__file__).resolve().parent / "qidong-400.plan.json"
"""A plan by the engine ``greedy``, kept as a file: the referee must judge the same plan whatever the engines do."""


@cache
def qidong_day() -> tuple[Problem, TravelMatrix]:
    """The day of 400 visits with links, teams and an island, and its travel."""
    problem = read_problem_json(QIDONG_JSON).problem
    return problem, problem_travel(problem)


@cache
def hailing_day() -> tuple[Problem, TravelMatrix]:
    """The day of 150 visits close together, and its travel."""
    problem = read_problem_json(HAILING_JSON).problem
    return problem, problem_travel(problem)


@cache
def qidong_plan() -> Plan:
    """The fixed plan of the day of 400 visits."""
    return read_plan_json(QIDONG_PLAN, qidong_day()[0])
