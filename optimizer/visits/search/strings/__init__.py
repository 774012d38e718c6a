"""Ruin and recreate on strings of visits: the search for large days, on routes that are timed one by one.

Slack induction by string removals (Christiaens and Vanden Berghe 2020) with constant-time tests of every gap. What ties
routes to each other is cut by *pinning*: the tasks of a team or of a link get fixed starts while they are planned, so
that every route can be tested for itself. Prices, travel and who does what are part of the cost; overtime is not used,
due times are taken as hard, and whatever else the model prices is left to the exact search and the referee.
"""

from pathlib import Path

from optimizer.visits.search.compiled import compiled_for

__all__ = ["compiled"]

compiled = compiled_for(Path(__file__).parent)
