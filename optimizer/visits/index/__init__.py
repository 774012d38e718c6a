"""A problem as arrays, for every engine and for no one else.

Everything is sorted by id before it is indexed, so the order of the input never matters. Nothing here judges a plan;
the referee does not use this package.
"""

from optimizer.visits.index.arrays import FAR, IndexedProblem
from optimizer.visits.index.build import index_problem

__all__ = ["FAR", "IndexedProblem", "index_problem"]
