"""Compiled search over days of visits, for every rule of the model."""

from optimizer.visits.search.engine import plan_by_search

__all__ = ["plan_by_search"]
