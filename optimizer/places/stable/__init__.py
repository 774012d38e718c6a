"""The rule ``stable``: child-proposing deferred acceptance with reserves, families, smallest classes."""

from optimizer.places.stable.solve import solve_stable

__all__ = ["solve_stable"]
