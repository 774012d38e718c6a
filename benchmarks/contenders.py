"""The contenders by name: the project's engines, and peers, which the extra ``[peers]`` installs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from benchmarks.contender import Answer, Contender, Task, TracePoint
from optimizer.common.stop import MaxRuntime
from optimizer.visits.engines import ENGINES
from optimizer.visits.solve import solve_visits

__all__ = ["CONTENDERS", "ContenderAbsent", "contender_named"]


class ContenderAbsent(Exception):
    """Not there: an engine that does not exist yet, or a peer that is not installed."""


def _own(engine: str) -> Contender:
    ENGINES[engine]()  # loaded, and compiled if need be, before anybody's clock starts

    def plan(task: Task) -> Answer:
        day = task.day
        result = solve_visits(
            day.problem,
            day.travel,
            stop=MaxRuntime(task.limit_s),
            seed=task.seed,
            objective=day.objective,
            engine=engine,
            clock=task.clock,
        )
        trace = tuple(
            TracePoint(seconds=one.seconds, mandatory_left_out=one.mandatory_left_out, cost=one.cost)
            for one in result.trace
        )
        notes = tuple(text.en for text in result.notes)
        return Answer(plan=result.plan, iterations=result.iterations, trace=trace, version="careplan", notes=notes)

    return plan


def _pyvrp() -> Contender:
    from benchmarks.peers.pyvrp_peer import plan_with_pyvrp

    return plan_with_pyvrp


def _vroom() -> Contender:
    from benchmarks.peers.vroom_peer import plan_with_vroom

    return plan_with_vroom


def _ortools_default() -> Contender:
    from benchmarks.peers.ortools_peer import plan_with_ortools_defaults

    return plan_with_ortools_defaults


PEERS: Mapping[str, Callable[[], Contender]] = {
    "pyvrp": _pyvrp,
    "vroom": _vroom,
    "ortools-default": _ortools_default,
}
OWN = ("greedy", "ortools", "search", "auto")
CONTENDERS = (*OWN, *PEERS)
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
    if name not in ENGINES:
        raise ContenderAbsent(f'there is no engine "{name}" yet')
    return _own(name)
