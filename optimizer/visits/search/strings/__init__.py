"""Ruin and recreate on strings of visits: the search for large days.

Slack induction by string removals (Christiaens and Vanden Berghe 2020) with constant-time tests of every gap: earliest
and latest times are kept for all routes, also across teams, whose members start together. Classes of a link that follow
each other in sequence get fixed starts while they are planned (they are *pinned*). Prices, travel and who does what are
part of the cost; overtime is not used and due times are taken as hard; whatever else the model prices is left to the
referee and the exact search.
"""

from pathlib import Path

from optimizer.visits.search.compiled import compiled_for

__all__ = ["PACKAGE", "compiled"]

PACKAGE = Path(__file__).parent

compiled = compiled_for(PACKAGE)
