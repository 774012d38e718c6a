"""The checker of allocations: it rebuilds everything from the tables and the policy alone, in plain Python.

It shares no code with the solvers: only the problem, the policy and the result are common.
"""

from optimizer.places.referee.allocation.judge import check_allocation

__all__ = ["check_allocation"]
