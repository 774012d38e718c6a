"""All cases: importing this module registers them."""

from benchmarks.speed import visits_cases
from benchmarks.speed.case import CASES, Case, CaseUnavailable

__all__ = ["CASES", "Case", "CaseUnavailable", "visits_cases"]
