"""Several workers: the same plan whatever they run in, by iterations; lost and late ones lose nothing."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import BrokenExecutor, Executor, Future
from pathlib import Path
from typing import Any

import pytest

from optimizer.common.executor import SerialExecutor
from optimizer.common.progress import Incumbent
from optimizer.common.stop import MaxIterations
from optimizer.io.plan_json import write_plan_json
from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import Link, LinkKind, Problem
from optimizer.visits.plan import Result
from optimizer.visits.solve import solve_visits
from tests.toys import caregiver, tiny_problem, visit


def day() -> tuple[Problem, TravelMatrix]:
    """Thirty visits with soft windows, two pairs, one visit too many."""
    visits = [visit(f"v{i:02d}", x=i * 7 % 23, minutes=25, window=("08:00", "16:00", "12:00")) for i in range(28)]
    links = (
        Link(id="a", kind=LinkKind.SIMULTANEOUS, visits=("v01", "v02")),
        Link(id="b", kind=LinkKind.SEQUENTIAL, visits=("v03", "v04"), min_gap_t=3600, max_gap_t=7200),
    )
    crew = [caregiver(name, x=i) for i, name in enumerate(("ann", "bea", "cid"))]
    return tiny_problem(visits=[*visits, visit("far", x=60, mandatory=False)], caregivers=crew, links=links)


def solved(
    workers: int, iterations: int = 4000, executor: Executor | None = None, seed: int = 5, **more: Any
) -> Result:
    problem, travel = day()
    return solve_visits(
        problem,
        travel,
        stop=MaxIterations(iterations),
        seed=seed,
        engine="search",
        workers=workers,
        executor=executor,
        **more,
    )


def _together(results: list[Result]) -> tuple[int, float]:
    return sum(one.mandatory_left_out for one in results), sum(one.cost for one in results)


class Losing(SerialExecutor):
    """Takes so many calls, and is broken then."""

    def __init__(self, calls: int) -> None:
        self.left = calls

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        if self.left == 0:
            raise BrokenExecutor("lost")
        self.left -= 1
        return super().submit(fn, *args, **kwargs)


def test_helpers_that_are_lost_do_not_change_the_plan() -> None:
    whole = solved(3, executor=SerialExecutor())
    for calls in (0, 1, 7):
        assert solved(3, executor=Losing(calls)).plan == whole.plan


def test_each_worker_makes_all_the_iterations() -> None:
    assert solved(1).iterations == solved(2, executor=SerialExecutor()).iterations == 4000


def test_workers_do_not_do_the_same() -> None:
    seeds = range(1, 9)  # one seed alone may be lucky; workers that did the same would end where one ends
    alone = [solved(1, 300, seed=seed) for seed in seeds]
    three = [solved(3, 300, SerialExecutor(), seed=seed) for seed in seeds]
    assert _together(three) < _together(alone)


def test_who_watches_can_stop_a_team() -> None:
    seen: list[Incumbent] = []

    def stop_at_third(incumbent: Incumbent) -> bool:
        seen.append(incumbent)
        return len(seen) < 3

    result = solved(2, 10**9, SerialExecutor(), progress=stop_at_third)
    assert result.plan.routes
    assert result.iterations < 10**9


@pytest.mark.slow
def test_runs_by_iterations_give_the_same_file_with_processes(tmp_path: Path) -> None:
    files = []
    for number, (workers, executor) in enumerate([(1, None), (1, None), (2, None), (2, None), (2, SerialExecutor())]):
        files.append(tmp_path / f"{number}.json")
        write_plan_json(solved(workers, executor=executor).plan, day()[0], files[-1])
    one, again, two, two_again, serial = (file.read_bytes() for file in files)
    assert one == again
    assert two == two_again == serial


@pytest.mark.slow
def test_a_killed_process_does_not_change_the_plan() -> None:
    killed: list[int] = []

    def kill_one(incumbent: Incumbent) -> bool:
        children = multiprocessing.active_children()
        if incumbent.iterations > 0 and children and not killed:
            killed.append(children[0].pid or 0)
            children[0].kill()
        return True

    disturbed = solved(2, 400_000, progress=kill_one)
    assert killed
    assert disturbed.plan == solved(2, 400_000, SerialExecutor()).plan
