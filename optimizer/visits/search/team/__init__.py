"""Several workers on one day: each anneals by itself, and at fixed moments the better plan is passed on."""

from optimizer.visits.search.team.budget import Budget
from optimizer.visits.search.team.helpers import Helpers
from optimizer.visits.search.team.offers import Offers
from optimizer.visits.search.team.rounds import Team
from optimizer.visits.search.team.seat import BestPlan, StretchEnd

__all__ = ["BestPlan", "Budget", "Helpers", "Offers", "StretchEnd", "Team"]
