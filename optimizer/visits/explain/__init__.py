"""Why a visit is left out, why it is where it is, and what would change that.

Nothing here is a solver's: routes whose order is given are timed exactly (:mod:`.route_timing`), all positions are
tried, and every change that is printed has been made and judged by the referee.
"""

from optimizer.visits.explain.explanation import Alternative, Explanation, Move, explain_visit
from optimizer.visits.explain.reasons import reasons_for_left_out

__all__ = ["Alternative", "Explanation", "Move", "explain_visit", "reasons_for_left_out"]
