"""The engine ``ortools``: what it does with each rule of the model.

How it works: visits are inserted one bundle after the other, the scarce and mandatory first. A small day with soft ends
only is then searched by OR-Tools' iterated local search, under one hard cap on tardiness after the other
(:mod:`optimizer.visits.routing.caps`). Every other day, and what time is left, goes into rounds
(:mod:`optimizer.visits.routing.rounds`): ruin and recreate in own code, and descents of OR-Tools over a few
neighbouring routes at a time, the rest held still. All starts and breaks are computed by
:mod:`optimizer.visits.timetable`, which knows every rule of time; so whatever OR-Tools cannot express is still kept:
an order that cannot be timed is never taken over.

=====================================  ===============================================================================
rule                                   device in OR-Tools
=====================================  ===============================================================================
skills, expiry, gender, dialect,       values of ``VehicleVar``
provider, required, forbidden, locks
of the caregiver
several hard windows                   range of the start, gaps between windows removed from it
soft end (tardiness, summed)           soft upper bound of the start at the last due time, and a hard cap after it
worst tardiness                        not expressed: the true cost of every solution is computed, the best is kept
service, travel by mode                time dimension with one registered matrix a mode
unreachable pairs                      a duration beyond the horizon
shift start, end, largest overtime     range of the vehicle's first and last time
overtime price                         soft upper bound of the last time
start at home, open end                own depot nodes; the end of an open route is a node without travel
breaks anywhere                        break intervals of the vehicle
breaks at a place                      as breaks anywhere; the way there is added by the exact timing, which decides
largest load, longest travel           dimensions with a capacity for each vehicle
teams                                  one node a member: equal starts (two precedences), different caregivers
links: simultaneous, gaps              pairs of opposite node precedences
links: same, different caregivers      equality of ``VehicleVar``; *same* for teams is left to the rules on crews
all or nothing                         equal ``ActiveVar``
several shifts a caregiver             vehicles with one caregiver; that routes do not overlap: exact timing
fixed start, frozen past               value of the start
locked order                           node precedence
visits left out, prices, mandatory     disjunctions with a penalty
preference, continuity, change of      added to the arc costs of that caregiver
caregiver against a published plan
change of start, balance, idle,        not expressed: they only count in the referee's cost, by which the best of the
waiting                                plans that are shown to it is kept
=====================================  ===============================================================================
"""

from optimizer.visits.routing.engine import plan_by_routing

__all__ = ["plan_by_routing"]
