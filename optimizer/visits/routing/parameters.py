"""Search parameters, as measured to work on visits with links."""

from __future__ import annotations

import math

from ortools.constraint_solver import pywrapcp, routing_enums_pb2, routing_parameters_pb2

__all__ = ["first_solution_parameters", "improvement_parameters"]

_FIRST = routing_enums_pb2.FirstSolutionStrategy
_META = routing_enums_pb2.LocalSearchMetaheuristic


_FALSE = 2  # OptionalBoolean.BOOL_FALSE
_SLOW_OPERATORS = (
    "use_relocate_expensive_chain",
    "use_global_cheapest_insertion_path_lns",
    "use_local_cheapest_insertion_path_lns",
    "use_relocate_path_global_cheapest_insertion_insert_unperformed",
)
"""Ruin and recreate does their work; without them twice as many plans are seen in the same time."""


def first_solution_parameters(
    *, seconds: float, solutions: int | None
) -> routing_parameters_pb2.RoutingSearchParameters:
    """Cheapest insertion by true cost, and descent from there.

    Insertion by cost prices lateness; the scheduling programme is switched off, since earliest starts are best here
    and it costs three quarters of the speed.
    """
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = _FIRST.LOCAL_CHEAPEST_COST_INSERTION
    parameters.local_search_metaheuristic = _META.GREEDY_DESCENT
    parameters.disable_scheduling_beware_this_may_degrade_performance = True
    _limit(parameters, seconds, solutions)
    return parameters


def improvement_parameters(*, seconds: float, solutions: int | None) -> routing_parameters_pb2.RoutingSearchParameters:
    """Iterated local search: strings of neighbouring visits are taken out and put back at least cost."""
    parameters = first_solution_parameters(seconds=seconds, solutions=solutions)
    iterated = parameters.iterated_local_search_parameters
    ruin = iterated.ruin_recreate_parameters
    strategy = ruin.ruin_strategies.add()
    strategy.sisr.max_removed_sequence_size = 10
    strategy.sisr.avg_num_removed_visits = 10
    strategy.sisr.bypass_factor = 0.5
    ruin.recreate_strategy.heuristic = _FIRST.LOCAL_CHEAPEST_COST_INSERTION
    iterated.improve_perturbed_solution = True
    iterated.reference_solution_acceptance_strategy.Clear()
    iterated.reference_solution_acceptance_strategy.greedy_descent.SetInParent()
    for operator in _SLOW_OPERATORS:
        setattr(parameters.local_search_operators, operator, _FALSE)
    return parameters


def _limit(parameters: routing_parameters_pb2.RoutingSearchParameters, seconds: float, solutions: int | None) -> None:
    if solutions is not None:
        parameters.solution_limit = max(1, solutions)
        parameters.lns_time_limit.seconds = 1_000_000  # by count of solutions only, so that runs repeat to the bit
    if not math.isinf(seconds):
        nanos = max(1_000_000, int(seconds * 1e9))
        parameters.time_limit.seconds, parameters.time_limit.nanos = divmod(nanos, 1_000_000_000)
