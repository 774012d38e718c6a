"""The referee: times, rules and cost of a plan, computed anew from the problem alone, in plain Python.

It shares no code with any solver, and its figures are the only ones that are reported. What a plan may do is fixed by
the docstrings of :mod:`optimizer.visits.model` and :mod:`optimizer.visits.objective`; what they leave open is here:

**A route in time.** Starts and breaks are judged as given. Visits stand in the plan's order; a break stands before the
first visit that starts after it. A break without a place is taken on the way: it may interrupt the travel, so between
two places the time must be at least travel + breaks, and each break must lie between the end of what is before and the
start of what is after. For a break with a place the caregiver travels there and on.

* A route leaves as late as its first start allows: start − travel − breaks on the way, but not after the start of a
  break that is planned before the first visit (such a break belongs to the route). There is no waiting before the first
  visit.
* ``waiting_t`` of a later visit is start − end of the visit before − travel − breaks between them, whatever place the
  slack is spent at. ``arrival_t`` = start − waiting (leaving at once); ``departure_t`` of a stop is the latest moment
  to leave for it, from the place before it (after a break at a place: from there).
* ``return_t`` is the end of the last visit or break at a place + travel to the shift's end (none where it is open) +
  breaks on the way, and not before the end of the last break.
* A visit's tardiness is the smallest over those of its windows that hold the start.
* A pair that cannot be travelled (the mask of the matrix decides, barriers are in it) counts 0 ticks, so that
  only ``unreachable`` is broken.

**Breaks.** Whether a break is due that is not planned is decided by the route's leaving and coming back without it. A
break that is not due may be planned. Only breaks planned on the route lengthen it and shorten its work.

**Frozen past.** "The place before" of a published stop is that of the published stop before it in the same shift, or
the shift's start. Frozen: published start − travel from there < ``frozen_before_t``. What was published for a caregiver
not on duty, or for a visit or shift that is no longer there, freezes nothing.

**Provider.** A visit of another provider may be done only if every skill it needs is lent, or ``*`` is.

**Idle.** Summed over the shifts of a caregiver; a shift without a route is idle from its start to its end (0 without an
end). With a route: leaving after the start + coming back before the end + waiting.

**Cost of a plan that breaks rules** is computed all the same, from the routes that can be timed (a known shift and at
least one known visit); it says nothing more than that. Whether ``Plan.unassigned`` is complete is not judged:
``left_out`` is what is on no route.

The rules and their codes are the table :data:`optimizer.visits.referee.rules.RULES`.
"""

from optimizer.visits.referee.judge import evaluate_plan
from optimizer.visits.referee.rules import RULES, Rule

__all__ = ["RULES", "Rule", "evaluate_plan"]
