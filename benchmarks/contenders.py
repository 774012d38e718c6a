"""The contenders by name: the project's engines, and peers, which the extra ``[peers]`` installs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from benchmarks.contender import Answer, Contender, Task, TracePoint
from optimizer.common.stop import FirstOf, MaxRuntime, StopRule, TargetCost
from optimizer.visits.engines import ENGINES
from optimizer.visits.solve import solve_visits

__all__ = ["CONTENDERS", "PEERS", "ContenderAbsent", "contender_named"]


class ContenderAbsent(Exception):
    """Not there: an engine that does not exist yet, or a peer that is not installed."""


BEST_ROUNDED = 0.01
"""Best known values are published with two decimals; a plan that costs no more than this above one has reached it."""


def _own(engine: str, workers: int = 1) -> Contender:
    ENGINES[engine]()  # loaded, and compiled if need be, before anybody's clock starts

    def plan(task: Task) -> Answer:
        day = task.day
        result = solve_visits(
            day.problem,
            day.travel,
            stop=_stop(task),
            seed=task.seed,
            objective=day.objective,
            engine=engine,
            workers=workers,
            clock=task.clock,
        )
        trace = tuple(
            TracePoint(seconds=one.seconds, mandatory_left_out=one.mandatory_left_out, cost=one.cost)
            for one in result.trace
        )
        notes = tuple(text.en for text in result.notes)
        return Answer(plan=result.plan, iterations=result.iterations, trace=trace, version="careplan", notes=notes)

    return plan


def _stop(task: Task) -> StopRule:
    """The limit, or the best known value if the task ends there."""
    limit = MaxRuntime(task.limit_s)
    if not task.until_best or task.day.best_known is None:
        return limit
    return FirstOf((limit, TargetCost(task.day.best_known + BEST_ROUNDED)))


def _pyvrp() -> Contender:
    from benchmarks.peers.pyvrp_peer import plan_with_pyvrp

    return plan_with_pyvrp


def _vroom() -> Contender:
    from benchmarks.peers.vroom_peer import plan_with_vroom

    return plan_with_vroom


def _ortools_default() -> Contender:
    from benchmarks.peers.ortools_peer import plan_with_ortools_defaults

    return plan_with_ortools_defaults


def _in_parts(load: Callable[[], Contender]) -> Callable[[], Contender]:
    def contender() -> Contender:
        from benchmarks.peers.cut import in_parts

        return in_parts(load())

    return contender


def _ortools_insertion() -> Contender:
    from benchmarks.peers.ortools_peer import plan_with_ortools_insertion

    return plan_with_ortools_insertion


PEERS: Mapping[str, Callable[[], Contender]] = {
    "pyvrp": _pyvrp,
    "vroom": _vroom,
    "ortools-default": _ortools_default,
    "pyvrp-cut": _in_parts(_pyvrp),
    "vroom-cut": _in_parts(_vroom),
    "ortools-cut": _in_parts(_ortools_insertion),
}
OWN = ("greedy", "ortools", "search", "auto")
TWO_WORKERS = "search-2"
"""The search with two workers: the only contender that takes a second core."""
CONTENDERS = (*OWN, *PEERS, TWO_WORKERS)
"""Names, in the order of the tables."""


def contender_named(name: str) -> Contender:
    """The contender of that name.

    Raises
    ------
    ContenderAbsent
        It is not there, with a word why.
    """
    if name in PEERS:
        try:
            return PEERS[name]()
        except ModuleNotFoundError as missing:
            raise ContenderAbsent(f"{name}: {missing.name} is not installed; pip install '.[peers]'") from missing
    if name == TWO_WORKERS:
        return _own("search", workers=2)
    if name not in ENGINES:
        raise ContenderAbsent(f'there is no engine "{name}" yet')
    return _own(name)
