"""The engine ``ortools``."""

from optimizer.visits.routing.engine import plan_by_routing

__all__ = ["plan_by_routing"]
