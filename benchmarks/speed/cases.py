"""All cases: importing this module registers them."""

from benchmarks.speed import api_cases, places_cases, visits_cases
from benchmarks.speed.case import CASES, Case, CaseUnavailable

__all__ = ["CASES", "Case", "CaseUnavailable", "api_cases", "places_cases", "visits_cases"]
