"""The rule ``served``: most served class by class, then the shortest ways; flows with duals, a MILP where coupled."""

from optimizer.places.served.solve import solve_served

__all__ = ["solve_served"]
